#include "render/helm/functions/random.h"
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include "base/sha256.h"
#include "render/helm/functions/functions.h"
#include "render/helm/template/exec.h"

/* The stream of a seed: SHA-256 of the seed and a counter. */
struct random {
	uint64_t counter;
	unsigned char block[32];
	size_t left;
};

static void next_block(struct call *c, struct random *r)
{
	const char *seed = c->exec->set->options.seed;
	struct sha256 s;

	sha256_init(&s);
	sha256_add(&s, seed, strlen(seed));
	sha256_add(&s, &r->counter, sizeof(r->counter));
	sha256_end(&s, r->block);
	r->counter++;
	r->left = sizeof(r->block);
}

void random_bytes(struct call *c, void *out, size_t len)
{
	struct template_set *set = c->exec->set;
	unsigned char *to = out;
	ssize_t got;

	set->random = true;
	if (!set->options.seed) {
		while (len) {
			got = getrandom(to, len < 256 ? len : 256, 0);
			if (got <= 0)
				abort();
			to += got;
			len -= (size_t)got;
		}
		return;
	}
	if (!set->generator)
		set->generator = arena_new(c->arena, struct random);
	for (; len; len--) {
		if (!set->generator->left)
			next_block(c, set->generator);
		*to++ = set->generator->block[--set->generator->left];
	}
}

uint64_t random_below(struct call *c, uint64_t bound)
{
	uint64_t value, limit = bound ? UINT64_MAX - UINT64_MAX % bound : 0;

	do
		random_bytes(c, &value, sizeof(value));
	while (value >= limit && limit);
	return bound ? value % bound : 0;
}

int64_t random_epoch(struct call *c)
{
	(void)c;
	return 1767225600; /* 2026-01-01T00:00:00Z */
}

static int give_random(struct call *c, const char *from)
{
	int64_t count = c->args[0].i, i;
	size_t letters = strlen(from);
	struct buf b;

	if (count < 0)
		count = 0; /* goutils fails and sprig ignores it */
	if (call_spend(c, (size_t)count / 8))
		return -1;
	if ((uint64_t)count > LIMIT_TEMPLATE_BYTES)
		return call_fail(c, "the text is longer than the limit allows");
	buf_init(&b, 0);
	for (i = 0; i < count; i++)
		buf_char(&b, from[random_below(c, letters)]);
	c->result = value_str_n(c->arena, b.text, b.len);
	buf_release(&b);
	return 0;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

int fn_rand_alpha(struct call *c)
{
	return give_random(c, LETTERS);
}

int fn_rand_alpha_num(struct call *c)
{
	return give_random(c, LETTERS DIGITS);
}

int fn_rand_numeric(struct call *c)
{
	return give_random(c, DIGITS);
}

int fn_rand_ascii(struct call *c)
{
	char printable[96];
	int i;

	for (i = 0; i < 95; i++)
		printable[i] = (char)(' ' + i);
	printable[95] = 0;
	return give_random(c, printable);
}

int fn_rand_bytes(struct call *c)
{
	int64_t count = c->args[0].i;
	char *bytes;

	if (count < 0)
		return call_fail(c, "runtime error: makeslice: len out of range");
	if ((uint64_t)count > LIMIT_TEMPLATE_BYTES)
		return call_fail(c, "the text is longer than the limit allows");
	if (call_spend(c, (size_t)count / 8))
		return -1;
	bytes = arena_alloc(c->arena, (size_t)count);
	random_bytes(c, bytes, (size_t)count);
	c->args[0] = value_str_ref(c->arena, bytes, (size_t)count, 0);
	return fn_b64enc(c);
}

int fn_rand_int(struct call *c)
{
	int64_t low = c->args[0].i, high = c->args[1].i;

	if (high <= low)
		return call_fail(c, "invalid argument to Intn");
	return give(c, value_int((int64_t)((uint64_t)low +
					   random_below(c, (uint64_t)high - (uint64_t)low))));
}

int fn_uuidv4(struct call *c)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char bytes[16];
	char text[36];
	size_t i, at = 0;

	random_bytes(c, bytes, sizeof(bytes));
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text[at++] = '-';
		text[at++] = hex[bytes[i] >> 4];
		text[at++] = hex[bytes[i] & 15];
	}
	return give_string(c, text, sizeof(text));
}

int fn_shuffle(struct call *c)
{
	const struct go_string *s = c->args[0].s;
	size_t count = rune_count(s->text, s->len), at = 0, i, j;
	uint32_t *runes = arena_alloc(c->arena, (count + 1) * sizeof(*runes)), swap;
	struct buf b;

	if (call_spend(c, count))
		return -1;
	for (i = 0; i < count; i++)
		at += rune_decode(s->text + at, s->len - at, &runes[i]);
	for (i = count; i > 1; i--) {
		j = random_below(c, i);
		swap = runes[i - 1];
		runes[i - 1] = runes[j];
		runes[j] = swap;
	}
	buf_init(&b, 0);
	for (i = 0; i < count; i++)
		buf_rune(&b, runes[i]);
	return give_like(c, c->args[0], &b);
}
