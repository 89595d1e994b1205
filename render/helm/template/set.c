/* set: templates by name, their parsing and execution, and Helm's form of their errors. */
#include <string.h>
#include "base/map.h"
#include "base/text.h"
#include "render/helm/template/exec.h"

struct template_set *template_set_new(struct run *run, struct arena *a,
				      const struct template_options *options)
{
	struct template_set *set = arena_new(a, struct template_set);

	set->run = run;
	set->arena = a;
	if (options)
		set->options = *options;
	set_start(set);
	map_init(&set->scope.templates, a);
	map_init(&set->includes, a);
	map_init(&set->regexes, a);
	set->cache = origin_cache_new(a, run ? run->origins : NULL);
	return set;
}

struct template *scope_find(const struct scope *scope, const char *name, size_t len)
{
	struct template *t = NULL;

	for (; scope && !t; scope = scope->outer)
		t = map_get_n(&scope->templates, name, len);
	return t;
}

/* Go keeps an old definition that a new one would only empty. */
static void scope_add(struct template_set *set, struct scope *scope, const struct parsed_tree *tree)
{
	struct template *t;

	if (tree_is_empty(tree->root) && scope_find(scope, tree->name.text, tree->name.len))
		return;
	t = arena_new(set->arena, struct template);
	t->name = (struct name){ arena_memdup(set->arena, tree->name.text, tree->name.len),
				 tree->name.len };
	t->root = tree->root;
	*map_at_n(&scope->templates, t->name.text, t->name.len) = t;
}

int scope_parse(struct template_set *set, struct scope *scope, const struct source *source,
		struct tnode **root, const char **error)
{
	struct parse_context context = {
		.arena = set->arena,
		.find = set->options.find    ? set->options.find
			: set->options.helm4 ? function_find_helm4
					     : function_find,
	};
	struct parsed parsed = { 0 };
	size_t i;

	*error = NULL;
	if (!tree_parse(&context, source, &parsed)) {
		*error = parsed.error;
		set->error = (struct template_error){ .text = parsed.error,
						      .name = source->name,
						      .line = parsed.error_line };
		return -1;
	}
	origin_cache_source(set->cache, source);
	for (i = 0; i < parsed.count; i++) {
		scope_add(set, scope, &parsed.items[i]);
		if (root && !strcmp(source->name, parsed.items[i].name.text))
			*root = parsed.items[i].root;
	}
	return 0;
}

/* ---- Helm's form of errors ---- */

/* "template: NAME:LINE: a: b: c" becomes "parse error at (NAME:LINE): c". */
static const char *parse_error(struct arena *a, const char *name, const char *text)
{
	const char *first = strstr(text, ": "), *second, *last, *at;

	if (!first)
		return arena_printf(a, "parse error in (%s): %s", name, text);
	second = strstr(first + 2, ": ");
	for (last = at = first + 2; (at = strstr(at, ": ")); at += 2)
		last = at + 2;
	return arena_printf(a, "parse error at (%.*s): %s",
			    (int)(second ? second - first - 2 : (long)strlen(first + 2)), first + 2,
			    last);
}

/* What fail and required say stands alone behind the place. */
static const char *exec_error(struct arena *a, const char *text)
{
	static const char start[] = "HELM_ERR_START", end[] = "HELM_ERR_END";
	const char *first = strstr(text, ": "), *second = first ? strstr(first + 2, ": ") : NULL;
	const char *from, *to = NULL, *at;

	if (!second)
		return text;
	from = strstr(second + 2, start);
	if (!from)
		return text;
	from += sizeof(start) - 1;
	for (at = from; (at = strstr(at, end)); at++)
		to = at;
	if (!to)
		return text;
	return arena_printf(a, "execution error at (%.*s): %.*s", (int)(second - first - 2),
			    first + 2, (int)(to - from), from);
}

/* Up to a chained " template:", which has a place of its own. */
static size_t before_chained(const char *text, size_t len)
{
	const char *next = strstr(text, " template:");

	return next && (size_t)(next - text) < len ? (size_t)(next - text) : len;
}

/*
 * One error of a chain, as Helm 4 shows it: the place, what was executed there and the message on
 * lines of their own. NULL where it is none of the template engine's.
 */
static const char *helm4_link(struct arena *a, const char *text, const char **rest)
{
	static const char start[] = "template: ", executing[] = ": executing \"";
	const char *at, *function, *end, *place;

	*rest = NULL;
	if (strncmp(text, start, sizeof(start) - 1) != 0)
		return NULL;
	if (!strncmp(text + sizeof(start) - 1, "no template ", 12))
		return arena_printf(a, "%s\n", text);
	place = text + sizeof(start) - 1;
	at = strstr(place, executing);
	if (!at) {
		for (end = NULL, at = place; (at = strstr(at, ": ")); at++)
			end = at;
		return end ? arena_printf(a, "%.*s\n  %.*s\n", (int)(end - place), place,
					  (int)before_chained(end + 2, strlen(end + 2)), end + 2)
			   : NULL;
	}
	function = at + 2;
	end = strchr(at + sizeof(executing) - 1, '"');
	if (!end || strncmp(end + 1, " at <", 5) != 0 || !(end = strstr(end, ">: ")))
		return NULL;
	*rest = end + 3;
	return arena_printf(a, "%.*s\n  %.*s\n    %.*s\n", (int)(at - place), place,
			    (int)(end + 2 - function), function,
			    (int)before_chained(*rest, strlen(*rest)), *rest);
}

/* An error of Helm 4; one whose cause is no template's stays as Go has it. */
static const char *helm4_error(struct arena *a, const char *text)
{
	static const char calling[] = "error calling ";
	const char *out = "", *link, *rest = text;

	while (rest) {
		link = helm4_link(a, rest, &rest);
		if (!link)
			return text;
		out = arena_printf(a, "%s%s", out, link);
		if (!rest || strncmp(rest, calling, sizeof(calling) - 1) != 0)
			break;
		rest = strstr(rest, ": ");
		rest += rest ? 2 : 0;
	}
	return arena_memdup(a, out, strlen(out) - (*out != '\0'));
}

static const char *shown_error(const struct template_set *set, const char *error)
{
	const char *text = exec_error(set->arena, error);

	return text == error && set->options.helm4 ? helm4_error(set->arena, error) : text;
}

/* A long chain of includes is cut in its middle: the cause stands at its end. */
static int fail(struct template_set *set, const char *text, struct err *err)
{
	enum { HEAD = 1520, TAIL = 510 };
	enum err_code code = set->limit ? ERR_LIMIT : ERR_INPUT;
	size_t len = strlen(text), from = len - TAIL, to;

	set->error.text = text;
	if (len < ERR_TEXT)
		return err_raise(err, code, NO_POS, "%s", text);
	to = text_cut(text, len, HEAD);
	while (((unsigned char)text[from] & 0xc0) == 0x80)
		from++;
	return err_raise(err, code, NO_POS, "%.*s ... %s", (int)to, text, text + from);
}

static int parse_source(struct template_set *set, const struct source *from, struct err *err)
{
	struct source *s = arena_new(set->arena, struct source);
	const char *error;

	*s = *from;
	s->name = arena_strdup(set->arena, from->name);
	s->delims = set->options.delims;
	if (!scope_parse(set, &set->scope, s, NULL, &error))
		return 0;
	return fail(set, parse_error(set->arena, s->name, error), err);
}

int template_parse(struct template_set *set, const char *name, const char *text, size_t len,
		   origin_id origin, struct err *err)
{
	return parse_source(
		set, &(struct source){ .name = name, .text = text, .len = len, .origin = origin },
		err);
}

int template_parse_made(struct template_set *set, const char *name, const char *text, size_t len,
			const struct origin_span *spans, size_t count, struct err *err)
{
	return parse_source(set,
			    &(struct source){ .name = name,
					      .text = text,
					      .len = len,
					      .origin = count ? spans[0].origin : 0,
					      .spans = spans,
					      .span_count = (uint32_t)count },
			    err);
}

/* The next of what Go prints for nothing, or NULL. */
static const char *find_no_value(const char *p, const char *end)
{
	while (end - p >= 10 && (p = memchr(p, '<', (size_t)(end - p - 9)))) {
		if (!memcmp(p, "<no value>", 10))
			return p;
		p++;
	}
	return NULL;
}

struct value drop_no_value(struct arena *a, struct value s)
{
	const char *end = s.s->text + s.s->len, *hit = find_no_value(s.s->text, end);
	size_t at = 0;
	struct text t;

	if (!hit)
		return s;
	text_init(&t, a);
	while (hit) {
		text_part(&t, s, at, (size_t)(hit - s.s->text));
		at = (size_t)(hit - s.s->text) + 10;
		hit = find_no_value(s.s->text + at, end);
	}
	text_part(&t, s, at, s.s->len);
	return text_done(&t);
}

static void print_out(struct template_set *set, struct text *t, struct printed *out)
{
	struct value v;
	uint32_t i;

	if (set->options.keep_no_value || !find_no_value(t->buf.text, t->buf.text + t->buf.len)) {
		buf_release(&out->text);
		out->text = t->buf;
		out->spans.items = t->spans.items;
		out->spans.count = t->spans.count;
		out->spans.cap = t->spans.cap;
		return;
	}
	v = drop_no_value(set->arena, text_done(t));
	buf_add(&out->text, v.s->text, v.s->len);
	for (i = 0; i < v.s->span_count; i++)
		*vec_push(set->arena, &out->spans) = v.s->spans[i];
	if (!v.s->span_count)
		*vec_push(set->arena, &out->spans) = (struct origin_span){ 0, v.origin };
}

int template_execute(struct template_set *set, const char *name, struct value dot,
		     struct printed *out, struct err *err)
{
	const char *error = NULL;
	struct text t;
	char here;
	int rc;

	*out = (struct printed){ 0 };
	buf_init(&out->text, 0);
	text_init(&t, set->arena);
	set->stack = &here; /* cppcheck-suppress autoVariables; only measured against */
	set->random = false;
	set->error = (struct template_error){ 0 };
	rc = exec_template(set, &set->scope, name, strlen(name), dot, &t, &error);
	if (rc < 0) {
		text_release(&t);
		return fail(set, shown_error(set, error), err);
	}
	print_out(set, &t, out);
	out->random = set->random;
	return 0;
}

void printed_release(struct printed *p)
{
	buf_release(&p->text);
}

const struct template_error *template_last_error(const struct template_set *set)
{
	return set->error.text ? &set->error : NULL;
}
