#include "base/json.h"
#include <stdlib.h>
#include "base/utf8.h"

struct writer {
	struct buf *out;
	unsigned flags, depth;
	struct arena scratch; /* orders of sorted mappings */
};

/* The escape of what a JSON string can't hold as it is, or NULL. */
static const char *short_escape(unsigned char c)
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\b':
		return "\\b";
	case '\f':
		return "\\f";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	default:
		return NULL;
	}
}

static bool is_plain(unsigned char c, unsigned flags)
{
	if (c < 0x20 || c == '"' || c == '\\' || c >= 0x80)
		return false;
	if (c == 0x7f && (flags & JSON_SEEN))
		return false;
	return !(flags & JSON_HTML) || (c != '<' && c != '>' && c != '&');
}

/* The code of a character of two or three bytes. */
static unsigned bmp(const unsigned char *s, size_t n)
{
	return n == 2 ? (s[0] & 0x1fu) << 6 | (s[1] & 0x3fu)
		      : (s[0] & 0xfu) << 12 | (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu);
}

void json_write_string(struct buf *out, const char *text, size_t len, unsigned flags)
{
	const unsigned char *at = (const unsigned char *)text, *end = at + len, *from;

	buf_char(out, '"');
	while (at < end) {
		const char *escape;
		size_t n;

		for (from = at; at < end && is_plain(*at, flags); at++)
			;
		buf_add(out, (const char *)from, (size_t)(at - from));
		if (at == end)
			break;
		escape = short_escape(*at);
		n = utf8_length((const char *)at, (size_t)(end - at));
		if (escape)
			buf_str(out, escape);
		else if (n > 1 && (flags & JSON_SEEN) && utf8_unseen((const char *)at))
			buf_printf(out, "\\u%04x", bmp(at, n));
		else if (n == 1)
			buf_printf(out, "\\u%04x", *at);
		else if (n == 3 && at[0] == 0xe2 && at[1] == 0x80 && (at[2] & 0xfe) == 0xa8)
			buf_str(out, at[2] == 0xa8 ? "\\u2028" : "\\u2029");
		else if (n)
			buf_add(out, (const char *)at, n);
		else
			buf_str(out, "\\ufffd");
		at += n ? n : 1;
	}
	buf_char(out, '"');
}

static bool is_json_number(const char *s)
{
	if (*s == '-')
		s++;
	if (*s == '0')
		s++;
	else if (*s >= '1' && *s <= '9')
		s += strspn(s, "0123456789");
	else
		return false;
	if (*s == '.') {
		size_t digits = strspn(++s, "0123456789");

		if (!digits)
			return false;
		s += digits;
	}
	if (*s == 'e' || *s == 'E') {
		size_t digits;

		s++;
		s += *s == '+' || *s == '-';
		digits = strspn(s, "0123456789");
		if (!digits)
			return false;
		s += digits;
	}
	return !*s;
}

/* YAML's integers that JSON lacks: 0x1f, 0o17, 0b1, 017, +5, 1_000. False when it is none. */
static bool write_yaml_integer(struct buf *out, const char *s, bool negative)
{
	static const struct {
		const char *prefix;
		int base;
	} bases[] = {
		{ "0x", 16 }, { "0X", 16 }, { "0o", 8 }, { "0b", 2 }, { "0", 8 }, { "", 10 }
	};
	unsigned long long value;
	size_t i = 0;
	char *end;

	while (strncmp(s, bases[i].prefix, strlen(bases[i].prefix)) != 0)
		i++;
	if (!s[strlen(bases[i].prefix)])
		return false;
	value = strtoull(s + strlen(bases[i].prefix), &end, bases[i].base);
	if (*end)
		return false;
	buf_printf(out, "%s%llu", negative && value ? "-" : "", value);
	return true;
}

/* YAML's number texts that JSON does not know, in JSON's form; infinities become strings. */
static void write_yaml_number(struct buf *out, const struct node *n)
{
	struct buf digits, whole;
	const char *s = n->text, *sign = "";

	buf_init(&digits, 0);
	buf_init(&whole, 0);
	if (*s == '+' || *s == '-')
		sign = *s++ == '-' ? "-" : "";
	for (; *s; s++)
		if (*s != '_')
			buf_char(&digits, *s);
	if (n->type == NODE_INT && write_yaml_integer(out, digits.text, *sign))
		goto done;
	buf_str(&whole, sign);
	if (digits.text[0] == '.')
		buf_char(&whole, '0');
	for (s = digits.text; *s == '0' && s[1] >= '0' && s[1] <= '9'; s++)
		;
	for (; *s; s++) { /* "1." and "1.e3" lack a digit that JSON wants */
		buf_char(&whole, *s);
		if (*s == '.' && !(s[1] >= '0' && s[1] <= '9'))
			buf_char(&whole, '0');
	}
	if (is_json_number(whole.text))
		buf_str(out, whole.text);
	else
		json_write_string(out, n->text, n->len, 0);
done:
	buf_release(&digits);
	buf_release(&whole);
}

static void new_line(struct writer *w)
{
	if (!(w->flags & JSON_INDENT))
		return;
	buf_char(w->out, '\n');
	buf_pad(w->out, ' ', (size_t)w->depth * 2);
}

static int compare_entries(const void *left, const void *right)
{
	const struct node *a = (*(const struct node_entry *const *)left)->key;
	const struct node *b = (*(const struct node_entry *const *)right)->key;
	int order = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);

	return order ? order : (a->len > b->len) - (a->len < b->len);
}

static void write_value(struct writer *w, const struct node *n);

static void write_entry(struct writer *w, const struct node_entry *e)
{
	new_line(w);
	json_write_string(w->out, e->key->text, e->key->len, w->flags);
	buf_str(w->out, w->flags & JSON_INDENT ? ": " : ":");
	write_value(w, e->value);
}

static void write_map(struct writer *w, const struct node *n)
{
	const struct node_entry **order = NULL;
	uint32_t i;

	if (w->flags & JSON_SORTED) {
		order = arena_alloc(&w->scratch, n->len * sizeof(*order));
		for (i = 0; i < n->len; i++)
			order[i] = &n->entries[i];
		if (n->len)
			qsort(order, n->len, sizeof(*order), compare_entries);
	}
	buf_char(w->out, '{');
	w->depth++;
	for (i = 0; i < n->len; i++) {
		if (i)
			buf_char(w->out, ',');
		write_entry(w, order ? order[i] : &n->entries[i]);
	}
	w->depth--;
	if (n->len)
		new_line(w);
	buf_char(w->out, '}');
}

static void write_seq(struct writer *w, const struct node *n)
{
	uint32_t i;

	buf_char(w->out, '[');
	w->depth++;
	for (i = 0; i < n->len; i++) {
		if (i)
			buf_char(w->out, ',');
		new_line(w);
		write_value(w, n->items[i]);
	}
	w->depth--;
	if (n->len)
		new_line(w);
	buf_char(w->out, ']');
}

static void write_value(struct writer *w, const struct node *n)
{
	switch (n ? (enum node_type)n->type : NODE_NULL) {
	case NODE_NULL:
		buf_str(w->out, "null");
		break;
	case NODE_BOOL:
		buf_str(w->out, node_true(n) ? "true" : "false");
		break;
	case NODE_INT:
	case NODE_FLOAT:
		if (is_json_number(n->text))
			buf_add(w->out, n->text, n->len);
		else
			write_yaml_number(w->out, n);
		break;
	case NODE_STR:
		json_write_string(w->out, n->text, n->len, w->flags);
		break;
	case NODE_SEQ:
		write_seq(w, n);
		break;
	case NODE_MAP:
		write_map(w, n);
		break;
	}
}

void json_write(struct buf *out, const struct node *n, unsigned flags)
{
	struct writer w = { .out = out, .flags = flags };

	write_value(&w, n);
	arena_release(&w.scratch);
}

void json_pointer_step(struct buf *out, const char *key, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (key[i] == '~' || key[i] == '/')
			buf_str(out, key[i] == '~' ? "~0" : "~1");
		else
			buf_char(out, key[i]);
}

char *json_pointer_key(struct arena *a, const char *step, size_t len)
{
	char *key = arena_alloc(a, len + 1), *to = key;

	for (size_t i = 0; i < len; i++) {
		bool escaped =
			step[i] == '~' && i + 1 < len && (step[i + 1] == '0' || step[i + 1] == '1');

		i += escaped;
		*to++ = !escaped ? step[i] : step[i] == '0' ? '~' : '/';
	}
	*to = '\0';
	return key;
}
