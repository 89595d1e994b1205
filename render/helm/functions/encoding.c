/* encoding: base64, base32 and checksums that need no key. */
#include <string.h>
#include <zlib.h>
#include "render/helm/functions/functions.h"

static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base32_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* `bits` of each digit, `group` digits to a quantum; padded with '='. */
static int encode(struct call *c, const char *digits, unsigned bits, size_t group)
{
	const struct go_string *s = c->args[0].s;
	size_t quantum = group * bits / 8, i, used = 0;
	uint64_t held = 0;
	unsigned have = 0;
	struct buf b;

	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	for (i = 0; i < s->len; i++) {
		held = held << 8 | (unsigned char)s->text[i];
		for (have += 8; have >= bits; have -= bits, used++)
			buf_char(&b, digits[held >> (have - bits) & ((1u << bits) - 1)]);
	}
	if (have) {
		buf_char(&b, digits[held << (bits - have) & ((1u << bits) - 1)]);
		used++;
	}
	if (s->len % quantum)
		buf_pad(&b, '=', (group - used % group) % group);
	return give_like(c, c->args[0], &b);
}

int fn_b64enc(struct call *c)
{
	return encode(c, base64_digits, 6, 4);
}

int fn_b32enc(struct call *c)
{
	return encode(c, base32_digits, 5, 8);
}

static int digit_value(const char *digits, char byte)
{
	const char *at = byte ? strchr(digits, byte) : NULL;

	return at ? (int)(at - digits) : -1;
}

struct decoder {
	const char *digits, *name;
	unsigned bits;
	size_t group;
};

static bool is_line_end(char byte)
{
	return byte == '\r' || byte == '\n';
}

/*
 * One quantum from *at. Go's decoders skip line ends, want full padding and nothing behind it.
 * Returns the count of digits, 0 at the end, -1 with *bad set.
 */
static int decode_quantum(const struct decoder *d, const char *text, size_t len, size_t *at,
			  uint64_t *held, size_t *bad)
{
	size_t count = 0;
	int value;

	for (*held = 0; count < d->group; (*at)++) {
		while (*at < len && is_line_end(text[*at]))
			(*at)++;
		if (*at >= len) {
			*bad = count ? *at - count : *at;
			return count ? -1 : 0;
		}
		value = digit_value(d->digits, text[*at]);
		if (value < 0)
			break;
		*held = *held << d->bits | (unsigned)value;
		count++;
	}
	return (int)count;
}

/* The '=' signs behind `count` digits, and nothing after them. */
static bool decode_padding(const struct decoder *d, const char *text, size_t len, size_t *at,
			   size_t count, size_t *bad)
{
	size_t left = d->group - count;

	*bad = *at;
	if (*at >= len || text[*at] != '=')
		return false;
	if (d->group == 4 ? count < 2 : (count * d->bits) % 8 >= d->bits)
		return false;
	for (; left; left--, (*at)++) {
		while (*at < len && is_line_end(text[*at]))
			(*at)++;
		*bad = *at;
		if (*at >= len) {
			*bad = len;
			return false;
		}
		if (text[*at] != '=')
			return false;
	}
	while (*at < len && is_line_end(text[*at]))
		(*at)++;
	*bad = *at;
	return *at >= len;
}

static int decode(struct call *c, const struct decoder *d)
{
	const struct go_string *s = c->args[0].s;
	size_t at = 0, bad = 0, bytes, i;
	uint64_t held;
	struct buf b;
	int count;

	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	do {
		count = decode_quantum(d, s->text, s->len, &at, &held, &bad);
		if (count < 0 ||
		    (count < (int)d->group && count &&
		     !decode_padding(d, s->text, s->len, &at, (size_t)count, &bad)) ||
		    (!count && at < s->len && (bad = at, true))) {
			buf_cut(&b, 0);
			buf_printf(&b, "illegal %s data at input byte %zu", d->name, bad);
			break;
		}
		bytes = (size_t)count * d->bits / 8;
		held >>= (size_t)count * d->bits - bytes * 8;
		for (i = bytes; i-- > 0;)
			buf_char(&b, (char)(held >> (8 * i)));
	} while (count == (int)d->group);
	return give_like(c, c->args[0], &b);
}

int fn_b64dec(struct call *c)
{
	return decode(c, &(struct decoder){ base64_digits, "base64", 6, 4 });
}

int fn_b32dec(struct call *c)
{
	return decode(c, &(struct decoder){ base32_digits, "base32", 5, 8 });
}

int fn_adler32sum(struct call *c)
{
	struct buf b;

	buf_init(&b, 0);
	buf_printf(&b, "%lu",
		   adler32(1, (const unsigned char *)c->args[0].s->text, c->args[0].s->len));
	return give_like(c, c->args[0], &b);
}
