#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"

struct reader {
	struct arena *a;
	const char *start, *at, *end;
	const struct json_options *options;
	struct err *err;
	struct buf text; /* of a string with escapes */
	unsigned depth;
};

static struct node *read_value(struct reader *r);

/* Raise at the place `at`; always NULL. */
static struct node *fail_at(struct reader *r, const char *at, enum err_code code, const char *what)
{
	struct pos pos = { r->options->file, 1, 1 };
	const char *c;

	for (c = r->start; c < at; c++) {
		pos.column += ((unsigned char)*c & 0xc0) != 0x80;
		if (*c == '\n') {
			pos.line++;
			pos.column = 1;
		}
	}
	err_raise(r->err, code, pos, "%s", what);
	if (!pos.file) { /* err_at keeps only places in a file */
		r->err->line = pos.line;
		r->err->column = pos.column;
	}
	return NULL;
}

static struct node *fail(struct reader *r, const char *what)
{
	if (r->at >= r->end)
		return fail_at(r, r->end, ERR_INPUT, "unexpected end of JSON");
	return fail_at(r, r->at, ERR_INPUT, what);
}

static void skip_space(struct reader *r)
{
	while (r->at < r->end &&
	       (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
		r->at++;
}

static struct node *placed(struct reader *r, struct node *n, const char *at)
{
	if (r->options->origin)
		n->origin = r->options->origin + (origin_id)(at - r->start);
	return n;
}

/* Four hex digits at `at`, or -1. */
static long hex4(const char *at, const char *end)
{
	long value = 0;
	int i;

	if (end - at < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		char c = at[i];

		value <<= 4;
		if (c >= '0' && c <= '9')
			value |= c - '0';
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			value |= (c | 32) - 'a' + 10;
		else
			return -1;
	}
	return value;
}

/* What follows "\u"; a lone surrogate becomes U+FFFD, as in Go. */
static bool read_unicode(struct reader *r)
{
	long rune = hex4(r->at, r->end), low;

	if (rune < 0)
		return false;
	r->at += 4;
	if (rune >= 0xd800 && rune < 0xdc00 && r->end - r->at >= 6 && r->at[0] == '\\' &&
	    r->at[1] == 'u') {
		low = hex4(r->at + 2, r->end);
		if (low >= 0xdc00 && low < 0xe000) {
			rune = 0x10000 + ((rune - 0xd800) << 10) + (low - 0xdc00);
			r->at += 6;
		}
	}
	buf_rune(&r->text, (unsigned long)rune);
	return true;
}

static bool read_escape(struct reader *r)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *which;

	if (r->at >= r->end)
		return false;
	if (*r->at == 'u') {
		r->at++;
		return read_unicode(r);
	}
	which = memchr(from, *r->at, sizeof(from) - 1);
	if (!which)
		return false;
	buf_char(&r->text, to[which - from]);
	r->at++;
	return true;
}

/* Run over what needs no change; false where the text can't be in a string. */
static bool skip_plain(struct reader *r)
{
	while (r->at < r->end && *r->at != '"' && *r->at != '\\') {
		unsigned char c = (unsigned char)*r->at;
		size_t len = 1;

		if (c < 0x20)
			return false;
		if (c >= 0x80)
			len = utf8_length(r->at, (size_t)(r->end - r->at));
		if (!len)
			return false;
		r->at += len;
	}
	return r->at < r->end;
}

static struct node *read_string(struct reader *r)
{
	const char *open = r->at++, *from = r->at;

	if (!skip_plain(r))
		return fail(r, "control character or invalid UTF-8 in a string");
	if (*r->at == '"')
		return placed(r, node_str_n(r->a, from, (size_t)(r->at++ - from)), open);
	buf_cut(&r->text, 0);
	while (*r->at == '\\') {
		buf_add(&r->text, from, (size_t)(r->at++ - from));
		if (!read_escape(r))
			return fail(r, "invalid escape in a string");
		from = r->at;
		if (!skip_plain(r))
			return fail(r, "control character or invalid UTF-8 in a string");
	}
	buf_add(&r->text, from, (size_t)(r->at++ - from));
	return placed(r, node_str_n(r->a, r->text.text, r->text.len), open);
}

static size_t skip_digits(struct reader *r)
{
	const char *from = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return (size_t)(r->at - from);
}

static struct node *read_number(struct reader *r)
{
	const char *from = r->at;
	enum node_type type = NODE_INT;

	if (*r->at == '-')
		r->at++;
	if (r->at < r->end && *r->at == '0')
		r->at++;
	else if (!skip_digits(r))
		return fail(r, "expected a digit");
	if (r->at < r->end && *r->at == '.') {
		type = NODE_FLOAT;
		r->at++;
		if (!skip_digits(r))
			return fail(r, "expected a digit after the decimal point");
	}
	if (r->at < r->end && (*r->at | 32) == 'e') {
		type = NODE_FLOAT;
		r->at++;
		if (r->at < r->end && (*r->at == '+' || *r->at == '-'))
			r->at++;
		if (!skip_digits(r))
			return fail(r, "expected a digit in the exponent");
	}
	return placed(r, node_scalar(r->a, type, from, (size_t)(r->at - from)), from);
}

static struct node *read_word(struct reader *r)
{
	static const struct {
		const char *text;
		size_t len;
		enum node_type type;
	} words[] = { { "true", 4, NODE_BOOL },
		      { "false", 5, NODE_BOOL },
		      { "null", 4, NODE_NULL } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if ((size_t)(r->end - r->at) < words[i].len ||
		    memcmp(r->at, words[i].text, words[i].len) != 0)
			continue;
		r->at += words[i].len;
		return placed(r, node_scalar_ref(r->a, words[i].type, words[i].text, words[i].len),
			      r->at - words[i].len);
	}
	return fail(r, "expected a JSON value");
}

static struct node *read_array(struct reader *r)
{
	struct node *seq = placed(r, node_seq(r->a), r->at++), *item;

	skip_space(r);
	if (r->at < r->end && *r->at == ']') {
		r->at++;
		return seq;
	}
	for (;;) {
		item = read_value(r);
		if (!item)
			return NULL;
		node_append(r->a, seq, item);
		skip_space(r);
		if (r->at >= r->end || (*r->at != ',' && *r->at != ']'))
			return fail(r, "expected ',' or ']' after an array's element");
		if (*r->at++ == ']')
			return seq;
	}
}

static void add_entry(struct reader *r, struct node *map, struct node *key, struct node *value)
{
	struct node *old = node_get_n(map, key->text, key->len);
	uint32_t i;

	if (!old) {
		node_append_entry(r->a, map, key, value);
		return;
	}
	for (i = 0; r->options->duplicate && i < map->len; i++)
		if (map->entries[i].value == old)
			r->options->duplicate(r->options->data, map, key, map->entries[i].key);
	node_set_entry(r->a, map, key, value);
}

static struct node *read_object(struct reader *r)
{
	struct node *map = placed(r, node_map(r->a), r->at++), *key, *value;

	skip_space(r);
	if (r->at < r->end && *r->at == '}') {
		r->at++;
		return map;
	}
	for (;;) {
		skip_space(r);
		if (r->at >= r->end || *r->at != '"')
			return fail(r, "expected a key in double quotes");
		key = read_string(r);
		if (!key)
			return NULL;
		skip_space(r);
		if (r->at >= r->end || *r->at != ':')
			return fail(r, "expected ':' after a key");
		r->at++;
		value = read_value(r);
		if (!value)
			return NULL;
		add_entry(r, map, key, value);
		skip_space(r);
		if (r->at >= r->end || (*r->at != ',' && *r->at != '}'))
			return fail(r, "expected ',' or '}' after an object's member");
		if (*r->at++ == '}')
			return map;
	}
}

static struct node *read_value(struct reader *r)
{
	struct node *n;

	skip_space(r);
	if (r->at >= r->end)
		return fail(r, "");
	if (*r->at == '"')
		return read_string(r);
	if (*r->at == '-' || (*r->at >= '0' && *r->at <= '9'))
		return read_number(r);
	if (*r->at != '{' && *r->at != '[')
		return read_word(r);
	if (r->depth == LIMIT_DEPTH)
		return fail_at(r, r->at, ERR_LIMIT, "JSON nested deeper than 200 levels");
	r->depth++;
	n = *r->at == '{' ? read_object(r) : read_array(r);
	r->depth--;
	return n;
}

struct node *json_read(struct arena *a, const char *text, size_t len,
		       const struct json_options *options, struct err *err)
{
	static const struct json_options none = { 0 };
	struct reader r = { .a = a,
			    .start = text,
			    .at = text,
			    .end = text + len,
			    .options = options ? options : &none,
			    .err = err };
	struct node *n;

	buf_init(&r.text, 0);
	n = read_value(&r);
	if (n && r.options->end) {
		*r.options->end = (size_t)(r.at - text);
	} else if (n) {
		skip_space(&r);
		if (r.at < r.end)
			n = fail(&r, "unexpected text after the JSON value");
	}
	buf_release(&r.text);
	return n;
}
