/* Strings: the language's own and cel-go's strings extension; indexes count characters. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "base/buf.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/number.h"
#include "base/regex.h"
#include "validate/cel/library.h"
#include "validate/cel/time.h"

static size_t width(unsigned char c)
{
	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/* The byte offset of a character; the text's end for its count; -1 beyond. */
static long byte_of(const struct cel_text *t, int64_t index)
{
	size_t at = 0;

	if (index < 0)
		return -1;
	for (; index > 0 && at < t->len; index--)
		at += width((unsigned char)t->text[at]);
	return index ? -1 : (long)(at < t->len ? at : t->len);
}

static int64_t character_of(const struct cel_text *t, size_t byte)
{
	int64_t count = 0;
	size_t i;

	for (i = 0; i < byte; i++)
		count += ((unsigned char)t->text[i] & 0xc0) != 0x80;
	return count;
}

static struct cel_value *piece(struct evaluator *e, const struct cel_text *t, size_t from,
			       size_t to)
{
	return cel_string(e->arena, arena_memdup(e->arena, t->text + from, to - from), to - from);
}

static struct cel_value *from_buf(struct evaluator *e, struct buf *b)
{
	struct cel_value *v = cel_string(e->arena, buf_dup(b, e->arena), b->len);

	e->steps += b->len / 10;
	buf_release(b);
	return v;
}

static long find(const struct cel_text *t, size_t from, const struct cel_text *what)
{
	const char *at;

	if (from > t->len)
		return -1;
	if (!what->len)
		return (long)from;
	at = memmem(t->text + from, t->len - from, what->text, what->len);
	return at ? at - t->text : -1;
}

FN(contains)
{
	return cel_bool(e->arena, find(&x[0]->text, 0, &x[1]->text) >= 0);
}

FN(starts_with)
{
	return cel_bool(e->arena,
			x[1]->text.len <= x[0]->text.len &&
				!memcmp(x[0]->text.text, x[1]->text.text, x[1]->text.len));
}

FN(ends_with)
{
	const struct cel_text *t = &x[0]->text, *end = &x[1]->text;

	return cel_bool(e->arena, end->len <= t->len && !memcmp(t->text + t->len - end->len,
								end->text, end->len));
}

FN(matches)
{
	const struct regex *re = regex_get(x[1]->text.text, x[1]->text.len, NULL);

	if (!re)
		return cel_fail(e->arena, "invalid regular expression '%s'", x[1]->text.text);
	e->steps += x[0]->text.len / 10;
	return cel_bool(e->arena, regex_match(re, x[0]->text.text, x[0]->text.len));
}

FN(find_first)
{
	const struct regex *re = regex_get(x[1]->text.text, x[1]->text.len, NULL);
	struct regex_span span;

	if (!re)
		return cel_fail(e->arena, "Illegal regex: %s", x[1]->text.text);
	if (!regex_find(re, x[0]->text.text, x[0]->text.len, 0, &span, 1))
		return cel_string(e->arena, "", 0);
	return piece(e, &x[0]->text, (size_t)span.start, (size_t)span.end);
}

FN(find_all)
{
	const struct regex *re = regex_get(x[1]->text.text, x[1]->text.len, NULL);
	int64_t most = n == 3 ? x[2]->integer : -1;
	struct {
		VEC(struct cel_value *);
	} found = { 0 };
	struct regex_span span;
	size_t at = 0;

	if (!re)
		return cel_fail(e->arena, "Illegal regex: %s", x[1]->text.text);
	while (most-- && regex_find(re, x[0]->text.text, x[0]->text.len, at, &span, 1)) {
		*vec_push(e->arena, &found) =
			piece(e, &x[0]->text, (size_t)span.start, (size_t)span.end);
		at = (size_t)span.end;
		if (span.end == span.start)
			at += at < x[0]->text.len ? width((unsigned char)x[0]->text.text[at]) : 1;
		if (at > x[0]->text.len)
			break;
	}
	return cel_list_of(e->arena, found.items, found.count);
}

FN(char_at)
{
	long at = byte_of(&x[0]->text, x[1]->integer);

	if (at < 0)
		return cel_fail(e->arena, "index out of range: %lld", (long long)x[1]->integer);
	if ((size_t)at == x[0]->text.len)
		return cel_string(e->arena, "", 0);
	return piece(e, &x[0]->text, (size_t)at,
		     (size_t)at + width((unsigned char)x[0]->text.text[at]));
}

FN(index_of)
{
	long from = n == 3 ? byte_of(&x[0]->text, x[2]->integer) : 0, at;

	if (from < 0)
		return cel_fail(e->arena, "index out of range: %lld", (long long)x[2]->integer);
	at = find(&x[0]->text, (size_t)from, &x[1]->text);
	return cel_int(e->arena, at < 0 ? -1 : character_of(&x[0]->text, (size_t)at));
}

FN(last_index_of)
{
	long from = n == 3 ? byte_of(&x[0]->text, x[2]->integer) : (long)x[0]->text.len, best = -1,
	     at;

	if (from < 0)
		return cel_fail(e->arena, "index out of range: %lld", (long long)x[2]->integer);
	for (at = 0; (at = find(&x[0]->text, (size_t)at, &x[1]->text)) >= 0 && at <= from; at++) {
		best = at;
		if ((size_t)at >= x[0]->text.len)
			break;
	}
	return cel_int(e->arena, best < 0 ? -1 : character_of(&x[0]->text, (size_t)best));
}

static struct cel_value *change_case(struct evaluator *e, const struct cel_text *t, bool upper)
{
	struct buf out;
	size_t i;

	buf_init(&out, 0);
	for (i = 0; i < t->len; i++) {
		char c = t->text[i];

		if (upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z')
			c ^= 0x20;
		buf_char(&out, c);
	}
	return from_buf(e, &out);
}

FN(lower)
{
	return change_case(e, &x[0]->text, false);
}
FN(upper)
{
	return change_case(e, &x[0]->text, true);
}

FN(replace)
{
	const struct cel_text *t = &x[0]->text, *from = &x[1]->text;
	int64_t most = n == 4 ? x[3]->integer : -1;
	struct buf out;
	size_t at = 0;
	long next;

	buf_init(&out, LIMIT_TEMPLATE_BYTES);
	while (most && (next = find(t, at, from)) >= 0) {
		if (!from->len && (size_t)next >= t->len && at)
			break;
		buf_add(&out, t->text + at, (size_t)next - at);
		buf_add(&out, x[2]->text.text, x[2]->text.len);
		at = (size_t)next + from->len;
		if (!from->len) {
			if (at >= t->len)
				break;
			buf_add(&out, t->text + at, width((unsigned char)t->text[at]));
			at += width((unsigned char)t->text[at]);
		}
		most--;
	}
	buf_add(&out, t->text + at, t->len - at);
	return from_buf(e, &out);
}

FN(split)
{
	const struct cel_text *t = &x[0]->text, *by = &x[1]->text;
	int64_t most = n == 3 ? x[2]->integer : -1;
	struct {
		VEC(struct cel_value *);
	} parts = { 0 };
	size_t at = 0, end;
	long next;

	if (!most)
		return cel_list_of(e->arena, NULL, 0);
	while (most < 0 || parts.count + 1 < (size_t)most) {
		next = find(t, at, by);
		end = next < 0 ? t->len : (size_t)next;
		if (!by->len && at < t->len)
			end = at + width((unsigned char)t->text[at]);
		if (next < 0 || (!by->len && end >= t->len))
			break;
		*vec_push(e->arena, &parts) = piece(e, t, at, end);
		at = end + by->len;
	}
	if (by->len || at < t->len)
		*vec_push(e->arena, &parts) = piece(e, t, at, t->len);
	e->steps += parts.count;
	return cel_list_of(e->arena, parts.items, parts.count);
}

FN(join)
{
	struct buf out;
	size_t i;

	buf_init(&out, LIMIT_TEMPLATE_BYTES);
	for (i = 0; i < x[0]->list.count; i++) {
		struct cel_value *item = cel_list_at(e->arena, x[0], i);

		if (item->kind != CEL_STRING) {
			buf_release(&out);
			return cel_fail(e->arena, "no such overload");
		}
		if (i && n == 2)
			buf_add(&out, x[1]->text.text, x[1]->text.len);
		buf_add(&out, item->text.text, item->text.len);
	}
	return from_buf(e, &out);
}

FN(substring)
{
	const struct cel_text *t = &x[0]->text;
	long from = byte_of(t, x[1]->integer),
	     to = n == 3 ? byte_of(t, x[2]->integer) : (long)t->len;

	if (from < 0 || to < 0)
		return cel_fail(e->arena, "index out of range: %lld",
				(long long)(from < 0 ? x[1] : x[2])->integer);
	if (from > to)
		return cel_fail(e->arena, "invalid substring range. start: %lld, end: %lld",
				(long long)x[1]->integer, (long long)x[2]->integer);
	return piece(e, t, (size_t)from, (size_t)to);
}

FN(trim)
{
	const struct cel_text *t = &x[0]->text;
	size_t from = 0, to = t->len;

	while (from < to && isspace((unsigned char)t->text[from]))
		from++;
	while (to > from && isspace((unsigned char)t->text[to - 1]))
		to--;
	return piece(e, t, from, to);
}

static void quote_into(struct buf *out, const struct cel_text *t)
{
	static const char from[] = "\a\b\f\n\r\t\v\\\"", to[] = "abfnrtv\\\"";
	const char *at;
	size_t i;

	buf_char(out, '"');
	for (i = 0; i < t->len; i++) {
		at = t->text[i] ? strchr(from, t->text[i]) : NULL;
		if (at) {
			buf_char(out, '\\');
			buf_char(out, to[at - from]);
		} else {
			buf_char(out, t->text[i]);
		}
	}
	buf_char(out, '"');
}

FN(quote)
{
	struct buf out;

	buf_init(&out, 0);
	quote_into(&out, &x[0]->text);
	return from_buf(e, &out);
}

/* ---- format ---- */

static bool format_value(struct evaluator *e, struct buf *out, const struct cel_value *v, int depth)
{
	char number[NUMBER_TEXT];
	size_t i;

	if (depth > LIMIT_DEPTH)
		return false;
	switch ((int)v->kind) {
	case CEL_STRING:
	case CEL_BYTES:
	case CEL_IP:
	case CEL_CIDR:
	case CEL_QUANTITY:
	case CEL_SEMVER:
	case CEL_URL:
		buf_add(out, v->text.text, v->text.len);
		return true;
	case CEL_BOOL:
		buf_str(out, v->truth ? "true" : "false");
		return true;
	case CEL_INT:
		buf_printf(out, "%lld", (long long)v->integer);
		return true;
	case CEL_UINT:
		buf_printf(out, "%llu", (unsigned long long)v->natural);
		return true;
	case CEL_DOUBLE:
		number_format(number, v->real, 'f');
		buf_str(out, number);
		return true;
	case CEL_NULL:
		buf_str(out, "null");
		return true;
	case CEL_TIMESTAMP:
		buf_str(out, cel_format_timestamp(e->arena, v));
		return true;
	case CEL_DURATION:
		buf_str(out, cel_format_duration(e->arena, v));
		return true;
	case CEL_TYPE:
		buf_str(out, cel_type_name(e->arena, v->type));
		return true;
	case CEL_LIST:
		buf_char(out, '[');
		for (i = 0; i < v->list.count; i++) {
			buf_str(out, i ? ", " : "");
			if (!format_value(e, out, cel_list_at(e->arena, v, i), depth + 1))
				return false;
		}
		buf_char(out, ']');
		return true;
	case CEL_MAP:
	case CEL_OBJECT:
		buf_char(out, '{');
		for (i = 0; i < v->map.count; i++) {
			struct cel_value *key = cel_map_key(e->arena, v, i);

			buf_str(out, i ? ", " : "");
			format_value(e, out, key, depth + 1);
			buf_str(out, ": ");
			if (!format_value(e, out, cel_map_get(e->arena, v, key), depth + 1))
				return false;
		}
		buf_char(out, '}');
		return true;
	default:
		return false;
	}
}

static void format_integer(struct buf *out, const struct cel_value *v, char verb)
{
	uint64_t size = v->kind == CEL_INT && v->integer < 0 ? (uint64_t)0 - (uint64_t)v->integer
			: v->kind == CEL_BOOL		     ? v->truth
							     : v->natural;
	char bits[65];
	int at = 64;

	if (v->kind == CEL_INT && v->integer < 0)
		buf_char(out, '-');
	if (verb == 'b') {
		bits[64] = 0;
		do {
			bits[--at] = (char)('0' + (size & 1));
			size >>= 1;
		} while (size);
		buf_str(out, bits + at);
	} else {
		buf_printf(out,
			   verb == 'o'	 ? "%llo"
			   : verb == 'x' ? "%llx"
			   : verb == 'X' ? "%llX"
					 : "%llu",
			   (unsigned long long)size);
	}
}

static bool format_one(struct evaluator *e, struct buf *out, char verb, int precision,
		       const struct cel_value *v)
{
	bool whole = v->kind == CEL_INT || v->kind == CEL_UINT || v->kind == CEL_BOOL;
	double real = v->kind == CEL_DOUBLE ? v->real
		      : v->kind == CEL_INT  ? (double)v->integer
					    : (double)v->natural;
	size_t i;

	if (verb == 's')
		return format_value(e, out, v, 0);
	if ((verb == 'f' || verb == 'e') && (whole || v->kind == CEL_DOUBLE)) {
		buf_printf(out, verb == 'f' ? "%.*f" : "%.*e", precision < 0 ? 6 : precision, real);
		return true;
	}
	if (whole && strchr("dboxX", verb)) {
		format_integer(out, v, verb);
		return true;
	}
	if (verb == 'd' && v->kind == CEL_DOUBLE)
		return format_value(e, out, v, 0);
	if ((verb == 'x' || verb == 'X') && (v->kind == CEL_STRING || v->kind == CEL_BYTES)) {
		for (i = 0; i < v->text.len; i++)
			buf_printf(out, verb == 'x' ? "%02x" : "%02X",
				   (unsigned char)v->text.text[i]);
		return true;
	}
	return false;
}

FN(format)
{
	const char *at = x[0]->text.text, *end = at + x[0]->text.len;
	struct buf out;
	size_t used = 0;

	buf_init(&out, LIMIT_TEMPLATE_BYTES);
	for (; at < end; at++) {
		int precision = -1;

		if (*at != '%' || at[1] == '%') {
			buf_char(&out, *at);
			at += *at == '%';
			continue;
		}
		if (*++at == '.')
			for (precision = 0, at++; isdigit((unsigned char)*at) && precision < 1000;
			     at++)
				precision = precision * 10 + (*at - '0');
		if (used >= x[1]->list.count ||
		    !format_one(e, &out, *at, precision, cel_list_at(e->arena, x[1], used++))) {
			buf_release(&out);
			return used > x[1]->list.count || !strchr("sdfeboxX", *at)
				       ? cel_fail(e->arena, "index %zu out of range", used)
				       : cel_fail(e->arena, "error during formatting: no overload");
		}
	}
	return from_buf(e, &out);
}

/* ---- JSON patches ---- */

FN(escape_key)
{
	const struct cel_text *t = &x[0]->text;
	struct buf out;

	buf_init(&out, 0);
	json_pointer_step(&out, t->text, t->len);
	return from_buf(e, &out);
}

static const struct cel_function rows[] = {
	{ "contains", "ss:b", contains, true, COST_SEARCH },
	{ "startsWith", "ss:b", starts_with, true, COST_SECOND },
	{ "endsWith", "ss:b", ends_with, true, COST_SECOND },
	{ "matches", "ss:b", matches, true, COST_REGEX },
	{ "matches", "ss:b", matches, false, COST_REGEX },
	{ "find", "ss:s", find_first, true, COST_REGEX },
	{ "findAll", "ss:Ls", find_all, true, COST_REGEX },
	{ "findAll", "ssi:Ls", find_all, true, COST_REGEX },
	{ "charAt", "si:s", char_at, true },
	{ "indexOf", "ss:i", index_of, true, COST_STRING },
	{ "indexOf", "ssi:i", index_of, true, COST_STRING },
	{ "lastIndexOf", "ss:i", last_index_of, true, COST_STRING },
	{ "lastIndexOf", "ssi:i", last_index_of, true, COST_STRING },
	{ "lowerAscii", "s:s", lower, true, COST_STRING },
	{ "upperAscii", "s:s", upper, true, COST_STRING },
	{ "replace", "sss:s", replace, true, COST_STRING_TWICE },
	{ "replace", "sssi:s", replace, true, COST_STRING_TWICE },
	{ "split", "ss:Ls", split, true, COST_STRING_TWICE },
	{ "split", "ssi:Ls", split, true, COST_STRING_TWICE },
	{ "join", "Ls:s", join, true, COST_JOIN },
	{ "join", "Lss:s", join, true, COST_JOIN },
	{ "substring", "si:s", substring, true, COST_STRING },
	{ "substring", "sii:s", substring, true, COST_STRING },
	{ "trim", "s:s", trim, true, COST_STRING },
	{ "strings.quote", "s:s", quote, false, COST_STRING },
	{ "format", "sLx:s", format, true, COST_STRING },
	{ "jsonpatch.escapeKey", "s:s", escape_key, false, COST_STRING },
};
const struct cel_functions cel_strings = { rows, ARRAY_SIZE(rows) };
