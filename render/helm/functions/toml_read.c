#include "render/helm/functions/toml_read.h"
#include <stdarg.h>
#include <string.h>
#include "render/helm/functions/gotime.h"
#include "render/helm/template/gotext.h"

struct reader {
	struct arena *arena;
	struct value source;
	const char *text, *end, *at;
	unsigned depth;
	const char *table, *last; /* the header's path; the key that is being read, or NULL */
	const char *error;
	struct map defined; /* tables that a header named, by their address */
};

static bool fail(struct reader *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
static bool fail(struct reader *r, const char *fmt, ...)
{
	const char *at = r->text;
	const char *message;
	unsigned line = 1;
	va_list args;

	if (r->error)
		return false;
	for (; at < r->at && at < r->end; at++)
		line += *at == '\n';
	va_start(args, fmt);
	message = arena_vprintf(r->arena, fmt, args);
	va_end(args);
	r->error = r->last ? arena_printf(r->arena, "toml: line %u (last key \"%s\"): %s", line,
					  r->last, message)
			   : arena_printf(r->arena, "toml: line %u: %s", line, message);
	return false;
}

static bool more(const struct reader *r)
{
	return r->at < r->end;
}

static bool starts(const struct reader *r, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(r->end - r->at) >= len && !memcmp(r->at, text, len);
}

static void skip_blank(struct reader *r)
{
	while (more(r) && (*r->at == ' ' || *r->at == '\t'))
		r->at++;
}

static void skip_comment(struct reader *r)
{
	skip_blank(r);
	if (more(r) && *r->at == '#')
		while (more(r) && *r->at != '\n')
			r->at++;
}

/* Blanks, comments and line ends, as between the elements of a list. */
static void skip_lines(struct reader *r)
{
	const char *before;

	do {
		before = r->at;
		skip_comment(r);
		if (more(r) && (*r->at == '\n' || starts(r, "\r\n")))
			r->at++;
	} while (r->at > before);
}

/* ---- strings ---- */

static bool read_escape(struct reader *r, struct buf *b)
{
	static const char from[] = "btnfre\"\\", to[] = "\b\t\n\f\r\033\"\\";
	char c = *r->at++;
	const char *hit = c ? strchr(from, c) : NULL;
	int digits = c == 'u' ? 4 : c == 'U' ? 8 : c == 'x' ? 2 : 0;
	uint64_t rune;

	if (hit) {
		buf_char(b, to[hit - from]);
		return true;
	}
	if (!digits || r->end - r->at < digits || go_parse_uint(r->at, (size_t)digits, 16, &rune) ||
	    rune > RUNE_MAX)
		return fail(r, "invalid escape in string '\\%c'", c);
	r->at += digits;
	buf_rune(b, (unsigned long)rune);
	return true;
}

/* A backslash at a line's end joins the lines. */
static bool skip_line_joint(struct reader *r)
{
	const char *at = r->at;

	while (at < r->end && (*at == ' ' || *at == '\t' || *at == '\r'))
		at++;
	if (at >= r->end || *at != '\n')
		return false;
	while (at < r->end && strchr(" \t\r\n", *at) && *at)
		at++;
	r->at = at;
	return true;
}

static bool read_long_string(struct reader *r, char quote, struct buf *b)
{
	const char close[] = { quote, quote, quote, 0 };

	r->at += 3;
	if (starts(r, "\r\n"))
		r->at += 2;
	else if (more(r) && *r->at == '\n')
		r->at++;
	while (more(r)) {
		if (starts(r, close)) {
			r->at += 3;
			while (more(r) && *r->at == quote)
				buf_char(b, *r->at++);
			return true;
		}
		if (*r->at == '\\' && quote == '"') {
			r->at++;
			if (!skip_line_joint(r) && (!more(r) || !read_escape(r, b)))
				return false;
		} else {
			buf_char(b, *r->at++);
		}
	}
	return fail(r, "unexpected EOF; expected %s", quote == '"' ? "'\"'" : "\"'\"");
}

static bool read_short_string(struct reader *r, char quote, struct buf *b)
{
	for (r->at++; more(r) && *r->at != quote;) {
		if (*r->at == '\n')
			return fail(r, "strings cannot contain newlines");
		if (*r->at == '\\' && quote == '"') {
			r->at++;
			if (!more(r) || !read_escape(r, b))
				return false;
		} else {
			buf_char(b, *r->at++);
		}
	}
	if (!more(r))
		return fail(r, "unexpected EOF; expected %s", quote == '"' ? "'\"'" : "\"'\"");
	r->at++;
	return true;
}

static bool read_string(struct reader *r, struct value *out)
{
	const char long_quote[] = { *r->at, *r->at, *r->at, 0 };
	origin_id origin = string_origin(r->source, (size_t)(r->at - r->text));
	struct buf b;
	bool ok;

	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	ok = starts(r, long_quote) ? read_long_string(r, *r->at, &b)
				   : read_short_string(r, *r->at, &b);
	*out = value_str_n(r->arena, b.text, b.len);
	out->origin = origin;
	buf_release(&b);
	return ok;
}

static const char *rune_quoted(struct reader *r)
{
	const char *text;
	uint32_t rune;
	struct buf b;

	buf_init(&b, 0);
	rune_decode(r->at, (size_t)(r->end - r->at), &rune);
	go_quote_rune(&b, rune, 0);
	text = buf_dup(&b, r->arena);
	buf_release(&b);
	return text;
}

/* ---- numbers, dates, words ---- */

static bool is_value_char(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
	       (c && strchr("_+-.:", c));
}

static bool looks_like_date(const char *text, size_t len)
{
	return (len >= 8 && text[4] == '-') || (len >= 5 && text[2] == ':');
}

static bool read_date(struct reader *r, const char *text, size_t len, struct value *out)
{
	static const char *const layouts[] = {
		"2006-01-02T15:04:05.999999999Z07:00",
		"2006-01-02T15:04:05.999999999",
		"2006-01-02T15:04Z07:00",
		"2006-01-02T15:04",
		"2006-01-02",
		"15:04:05.999999999",
		"15:04",
	};
	char *copy = arena_memdup(r->arena, text, len);
	struct go_time t;
	size_t i;

	if (len > 10 && (copy[10] == ' ' || copy[10] == 't'))
		copy[10] = 'T';
	if (len && copy[len - 1] == 'z')
		copy[len - 1] = 'Z';
	for (i = 0; i < ARRAY_SIZE(layouts); i++) {
		if (!time_parse(r->arena, layouts[i], copy, len, NULL, &t)) {
			*out = time_value(r->arena, &t);
			return true;
		}
	}
	return fail(r, "invalid datetime: \"%s\"", copy);
}

static bool underscores_fit(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] == '_' &&
		    (!i || i + 1 == len || text[i - 1] == '_' || text[i + 1] == '_' ||
		     strchr("+-.", text[i - 1]) || text[i + 1] == '.'))
			return false;
	return true;
}

static bool read_number(struct reader *r, const char *text, size_t len, struct value *out)
{
	struct buf b;
	int64_t i;
	double f;
	size_t at;
	bool ok = true;
	int rc;

	at = *text == '+' || *text == '-';
	if (memchr(text, '_', len) && !underscores_fit(text, len))
		return fail(r, "Invalid integer \"%.*s\": underscores must be surrounded by digits",
			    (int)len, text);
	if (len > at + 1 && text[at] == '0' && text[at + 1] >= '0' && text[at + 1] <= '9')
		return fail(r, "Invalid %s \"%.*s\": cannot have leading zeroes",
			    memchr(text, '.', len) ? "float" : "integer", (int)len, text);
	buf_init(&b, 0);
	for (at = 0; at < len; at++)
		if (text[at] != '_')
			buf_char(&b, text[at]);
	if (strspn(b.text, "+-") + 3 == b.len && (strstr(b.text, "inf") || strstr(b.text, "nan"))) {
		*out = value_float(strstr(b.text, "nan") ? __builtin_nan("")
				   : *b.text == '-'	 ? -__builtin_inf()
							 : __builtin_inf());
	} else if ((rc = go_parse_int(b.text, b.len,
				      len > 2 && text[0] == '0' && strchr("xob", text[1]) ? 0 : 10,
				      &i)) != -1) {
		*out = value_int64(i);
		ok = !rc || fail(r, "%s is out of range for int64", b.text);
	} else if (!go_parse_float(b.text, b.len, &f)) {
		*out = value_float(f);
	} else {
		ok = fail(r, "expected value but found \"%.*s\" instead", (int)len, text);
	}
	buf_release(&b);
	return ok;
}

static bool read_word(struct reader *r, struct value *out)
{
	const char *from = r->at;
	size_t len;

	while (more(r) && is_value_char(*r->at))
		r->at++;
	/* A date and a time may stand apart. */
	if (r->at - from == 10 && from[4] == '-' && r->end - r->at > 3 && *r->at == ' ' &&
	    r->at[1] >= '0' && r->at[1] <= '9')
		for (r->at++; more(r) && is_value_char(*r->at); r->at++)
			;
	len = (size_t)(r->at - from);
	if (!len)
		return more(r) ? fail(r, "expected value but found %s instead", rune_quoted(r))
			       : fail(r, "unexpected EOF; expected value");
	if ((len == 4 && !memcmp(from, "true", 4)) || (len == 5 && !memcmp(from, "false", 5))) {
		*out = value_bool(len == 4);
		return true;
	}
	return looks_like_date(from, len) ? read_date(r, from, len, out)
					  : read_number(r, from, len, out);
}

/* ---- lists and tables ---- */

static bool read_value(struct reader *r, struct value *out);
static bool read_pair(struct reader *r, struct value table);

static bool read_list(struct reader *r, struct value *out)
{
	struct value item = VALUE_NIL;
	bool maps = true;

	*out = value_list(r->arena, &type_any_list);
	for (r->at++;;) {
		skip_lines(r);
		if (more(r) && *r->at == ']')
			break;
		if (!read_value(r, &item))
			return false;
		maps = maps && item.type == &type_any_map;
		value_append(r->arena, *out, item);
		skip_lines(r);
		if (more(r) && *r->at == ',')
			r->at++;
		else if (!more(r) || *r->at != ']')
			return fail(
				r, "expected a comma (',') or array terminator (']'), but got %s",
				more(r) ? arena_printf(r->arena, "'%c'", *r->at) : "end of file");
	}
	r->at++;
	if (maps && out->list->count)
		out->type = &type_map_list;
	return true;
}

static bool read_inline_table(struct reader *r, struct value *out)
{
	*out = value_map(r->arena, &type_any_map);
	r->at++;
	skip_lines(r);
	while (more(r) && *r->at != '}') {
		if (!read_pair(r, *out))
			return false;
		skip_lines(r);
		if (more(r) && *r->at == ',') {
			r->at++;
			skip_lines(r);
		} else if (!more(r) || *r->at != '}') {
			return fail(r,
				    "expected a comma or an inline table terminator '}', but got "
				    "%s instead",
				    more(r) ? arena_printf(r->arena, "'%c'", *r->at)
					    : "end of file");
		}
	}
	if (!more(r))
		return fail(r, "expected a comma or an inline table terminator '}', but got end of "
			       "file instead");
	r->at++;
	return true;
}

static bool read_value(struct reader *r, struct value *out)
{
	origin_id origin = string_origin(r->source, (size_t)(r->at - r->text));
	bool ok;

	if (!more(r))
		return fail(r, "unexpected EOF; expected value");
	if (r->depth >= LIMIT_DEPTH)
		return fail(r, "nested too deeply");
	r->depth++;
	*out = VALUE_NIL;
	if (*r->at == '"' || *r->at == '\'')
		ok = read_string(r, out);
	else if (*r->at == '[')
		ok = read_list(r, out);
	else if (*r->at == '{')
		ok = read_inline_table(r, out);
	else
		ok = read_word(r, out);
	r->depth--;
	if (ok && !out->origin)
		out->origin = origin;
	return ok;
}

static bool read_key(struct reader *r, struct value *out)
{
	const char *from;

	skip_blank(r);
	if (more(r) && (*r->at == '"' || *r->at == '\''))
		return read_string(r, out);
	for (from = r->at;
	     more(r) && ((*r->at >= '0' && *r->at <= '9') || *r->at == '_' || *r->at == '-' ||
			 ((*r->at | 0x20) >= 'a' && (*r->at | 0x20) <= 'z'));)
		r->at++;
	if (r->at == from)
		return more(r) && *r->at == '=' ? fail(r, "unexpected '=': key name appears blank")
		       : more(r) ? fail(r, "expected a key but found '%c' instead", *r->at)
				 : fail(r, "unexpected EOF; expected key");
	*out = value_str_n(r->arena, from, (size_t)(r->at - from));
	return true;
}

/* The table below `table` that a key names, made when it is new; the last of an array of tables. */
static bool step_into(struct reader *r, struct value *table, struct value key)
{
	struct go_entry *e = value_entry(table, key.s->text, key.s->len);
	struct value inner;

	if (!e) {
		inner = value_map(r->arena, &type_any_map);
		value_set_n(r->arena, *table, key.s->text, key.s->len, inner);
		*table = inner;
		return true;
	}
	if (e->value.type == &type_map_list && value_len(e->value))
		*table = e->value.list->items[e->value.list->count - 1];
	else if (e->value.type == &type_any_map)
		*table = e->value;
	else
		return fail(r, "key '%.*s' has already been defined", (int)key.s->len, key.s->text);
	return true;
}

static bool read_pair(struct reader *r, struct value table)
{
	struct value key = VALUE_NIL, v = VALUE_NIL;

	for (;;) {
		if (!read_key(r, &key))
			return false;
		skip_blank(r);
		if (!more(r) || *r->at != '.')
			break;
		r->at++;
		if (!step_into(r, &table, key))
			return false;
	}
	if (!more(r))
		return fail(r, "unexpected EOF; expected key separator '='");
	if (*r->at != '=')
		return fail(r, "expected '.' or '=', but got %s instead", rune_quoted(r));
	r->at++;
	r->last = arena_printf(r->arena, "%s%.*s", r->table, (int)key.s->len, key.s->text);
	skip_blank(r);
	if (!read_value(r, &v))
		return false;
	if (value_entry(&table, key.s->text, key.s->len))
		return fail(r, "Key '%.*s' has already been defined.", (int)key.s->len,
			    key.s->text);
	value_set_n(r->arena, table, key.s->text, key.s->len, v);
	return true;
}

/* [a.b] or [[a.b]] */
static bool read_header(struct reader *r, struct value root, struct value *table)
{
	bool array = starts(r, "[[");
	const char *from;
	struct value key = VALUE_NIL, list;
	struct go_entry *e;

	r->at += 1 + array;
	from = r->at;
	r->last = NULL;
	*table = root;
	for (;;) {
		if (!read_key(r, &key))
			return false;
		skip_blank(r);
		if (!more(r) || *r->at != '.')
			break;
		r->at++;
		if (!step_into(r, table, key))
			return false;
	}
	if (!more(r))
		return fail(r, "unexpected EOF");
	if (!starts(r, array ? "]]" : "]")) {
		const char *got = rune_quoted(r);

		r->at++; /* a line end counts */
		return fail(r, "expected '.' or ']' to end table name, but got %s instead", got);
	}
	r->table = arena_printf(r->arena, "%.*s.", (int)(r->at - from), from);
	r->at += 1 + array;
	if (!array) {
		if (!step_into(r, table, key))
			return false;
		if (map_get_n(&r->defined, (const char *)&table->map, sizeof(table->map)))
			return fail(r, "Key '%.*s' has already been defined.", (int)key.s->len,
				    key.s->text);
		*map_at_n(&r->defined,
			  arena_memdup(r->arena, (const char *)&table->map, sizeof(table->map)),
			  sizeof(table->map)) = r;
		return true;
	}
	e = value_entry(table, key.s->text, key.s->len);
	if (e && e->value.type != &type_map_list)
		return fail(r, "Key '%.*s' has already been defined.", (int)key.s->len,
			    key.s->text);
	list = e ? e->value : value_list(r->arena, &type_map_list);
	if (!e)
		value_set_n(r->arena, *table, key.s->text, key.s->len, list);
	*table = value_map(r->arena, &type_any_map);
	value_append(r->arena, list, *table);
	return true;
}

const char *toml_read(struct arena *a, struct value text, struct value *out)
{
	struct reader r = { .arena = a,
			    .source = text,
			    .text = text.s->text,
			    .at = text.s->text,
			    .end = text.s->text + text.s->len,
			    .table = "" };
	struct value table;
	bool ok;

	map_init(&r.defined, a);
	*out = table = value_map(a, &type_any_map);
	for (skip_lines(&r); more(&r); skip_lines(&r)) {
		ok = *r.at == '[' ? read_header(&r, *out, &table) : read_pair(&r, table);
		if (!ok)
			return r.error;
		skip_comment(&r);
		if (more(&r) && *r.at != '\n' && !starts(&r, "\r\n")) {
			fail(&r,
			     "expected a top-level item to end with a newline, comment, or EOF, "
			     "but got %s instead",
			     rune_quoted(&r));
			return r.error;
		}
	}
	return NULL;
}
