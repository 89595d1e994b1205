/* What is wrong, in the words of the library that Helm uses. */
#include "base/jsonschema_check.h"
#include <string.h>
#include "base/goquote.h"
#include "base/number.h"

const char *jsonschema_quote(struct arena *a, const char *text)
{
	struct buf quoted, out;
	const char *result;

	buf_init(&quoted, 0);
	buf_init(&out, 0);
	buf_goquote(&quoted, text, strlen(text));
	buf_char(&out, '\'');
	for (size_t i = 1; i + 1 < quoted.len; i++) {
		if (quoted.text[i] == '\\' && quoted.text[i + 1] == '"' && i + 2 < quoted.len)
			continue;
		if (quoted.text[i] == '\'')
			buf_char(&out, '\\');
		buf_char(&out, quoted.text[i]);
	}
	buf_char(&out, '\'');
	result = buf_dup(&out, a);
	buf_release(&out);
	buf_release(&quoted);
	return result;
}

static void add_place(struct arena *a, struct buf *out, const struct place *p)
{
	if (!p)
		return;
	add_place(a, out, p->above);
	buf_printf(out, "/%s", pointer_escape(a, p->token));
}

struct fault *jsonschema_fault(struct check *k, const char *text)
{
	struct fault *f = arena_new(k->c->arena, struct fault);
	struct buf at;

	if (k->only_whether)
		return f;
	buf_init(&at, 0);
	add_place(k->c->arena, &at, k->place);
	f->at = buf_dup(&at, k->c->arena);
	buf_release(&at);
	f->text = text;
	f->origin = k->value->origin;
	return f;
}

void jsonschema_add(struct check *k, struct fault *f)
{
	if (f)
		*vec_push(k->c->arena, &k->faults) = f;
}

void jsonschema_add_text(struct check *k, const char *text)
{
	jsonschema_add(k, jsonschema_fault(k, text));
}

void jsonschema_add_with(struct check *k, const char *text, const struct faults *causes)
{
	struct fault *f = jsonschema_fault(k, text);

	f->causes = *causes;
	jsonschema_add(k, f);
}

/* "70,000", as x/text prints an integer in English. */
static const char *grouped(struct arena *a, const char *digits)
{
	struct buf b;
	size_t minus = *digits == '-', n = strcspn(digits + minus, ".") + minus;
	const char *out;

	buf_init(&b, 0);
	for (size_t i = 0; i < n; i++) {
		if (i > minus && (n - i) % 3 == 0)
			buf_char(&b, ',');
		buf_char(&b, digits[i]);
	}
	buf_str(&b, digits + n);
	out = buf_dup(&b, a);
	buf_release(&b);
	return out;
}

const char *jsonschema_print_integer(struct arena *a, long n)
{
	return grouped(a, arena_printf(a, "%ld", n));
}

/* 1.5×10⁰⁶ */
static const char *print_scientific(struct arena *a, const char *text, const char *e)
{
	static const char *const raised[] = { "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" };
	const char *out =
		arena_printf(a, "%.*s×10%s", (int)(e - text), text, e[1] == '-' ? "⁻" : "");

	for (const char *p = e + 2; *p; p++)
		out = arena_printf(a, "%s%s", out, raised[*p - '0']);
	return out;
}

const char *jsonschema_print_number(struct arena *a, const struct node *n)
{
	char text[NUMBER_TEXT];
	const char *e;
	double value = 0;

	node_number(n, &value);
	number_format(text, value, 'g');
	e = strchr(text, 'e');
	return e ? print_scientific(a, text, e) : grouped(a, text);
}

void jsonschema_check_count(struct check *k, const char *word, long got, long min, long max)
{
	struct arena *a = k->c->arena;

	if (min >= 0 && got < min)
		jsonschema_add_text(k, arena_printf(a, "min%s: got %s, want %s", word,
						    jsonschema_print_integer(a, got),
						    jsonschema_print_integer(a, min)));
	if (max >= 0 && got > max)
		jsonschema_add_text(k, arena_printf(a, "max%s: got %s, want %s", word,
						    jsonschema_print_integer(a, got),
						    jsonschema_print_integer(a, max)));
}

static void print_fault(struct arena *a, struct buf *out, const struct fault *f, int indent)
{
	if (!(f->reference && f->causes.count == 1)) {
		buf_char(out, '\n');
		buf_pad(out, ' ', 2 * (size_t)indent);
		buf_printf(out, "- at %s: %s", jsonschema_quote(a, f->at), f->text);
		indent++;
	}
	for (size_t i = 0; i < f->causes.count; i++)
		print_fault(a, out, f->causes.items[i], indent);
}

/* The origin of the first value that is named. */
origin_id jsonschema_fault_origin(const struct fault *f)
{
	origin_id found = f->causes.count ? 0 : f->origin;

	for (size_t i = 0; i < f->causes.count && !found; i++)
		found = jsonschema_fault_origin(f->causes.items[i]);
	return found ? found : f->origin;
}

const char *jsonschema_fault_text(struct arena *a, const struct schema *schema,
				  const struct fault *f)
{
	struct buf out;
	const char *text;

	buf_init(&out, 0);
	buf_printf(&out, "jsonschema validation failed with %s",
		   jsonschema_quote(a, schema->location));
	if (f->group) {
		for (size_t i = 0; i < f->causes.count; i++)
			print_fault(a, &out, f->causes.items[i], 0);
	} else {
		print_fault(a, &out, f, 0);
	}
	text = buf_dup(&out, a);
	buf_release(&out);
	return text;
}
