/* Selectors: patterns for type, name and namespace, and label expressions. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "render/kustomize/internal.h"
#include "render/kustomize/selector.h"
#include "render/kustomize/pattern.h"

enum operator{ OP_IN, OP_NOT_IN, OP_EXISTS, OP_NOT_EXISTS, OP_GREATER, OP_LESS };

struct requirement {
	const char *key;
	enum operator op;
	struct strings values;
};
struct requirements {
	VEC(struct requirement);
};

struct selector {
	struct kz *kz;
	const char *group, *version, *kind, *name, *ns;
	struct pattern *group_p, *version_p, *kind_p, *name_p, *ns_p;
	struct requirements labels, annotations;
};

/* ---- label expressions ---- */

struct lexer {
	struct kz *kz;
	const char *at;
	origin_id origin;
	struct err *err;
};

static bool is_symbol(char c)
{
	return c && strchr("=!(),<>", c);
}

static void skip_space(struct lexer *l)
{
	while (*l->at && strchr(" \t\r\n", *l->at))
		l->at++;
}

static int expected(struct lexer *l, const char *what)
{
	return kz_fail(l->kz, l->err, l->origin,
		       "unable to parse selector: found '%s', expected: %s", l->at, what);
}

static const char *word(struct lexer *l)
{
	size_t n = 0;

	skip_space(l);
	while (l->at[n] && !is_symbol(l->at[n]) && !strchr(" \t\r\n", l->at[n]))
		n++;
	l->at += n;
	return arena_memdup(l->kz->a, l->at - n, n);
}

static bool take(struct lexer *l, const char *text)
{
	size_t n = strlen(text);

	skip_space(l);
	if (strncmp(l->at, text, n))
		return false;
	l->at += n;
	return true;
}

static bool is_name_part(const char *text, size_t len)
{
	size_t i;

	if (!len || len > 63 || !isalnum((unsigned char)text[0]) ||
	    !isalnum((unsigned char)text[len - 1]))
		return false;
	for (i = 0; i < len; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr("-_.", text[i]))
			return false;
	return true;
}

static bool is_subdomain(const char *text, size_t len)
{
	size_t i;

	if (!len || len > 253)
		return false;
	for (i = 0; i < len; i++) {
		bool edge = i == 0 || i + 1 == len || text[i - 1] == '.' || text[i + 1] == '.';
		bool word_char =
			(text[i] >= 'a' && text[i] <= 'z') || isdigit((unsigned char)text[i]);

		if (!word_char && (edge || (text[i] != '-' && text[i] != '.')))
			return false;
	}
	return true;
}

static bool is_qualified_name(const char *key)
{
	const char *slash = strchr(key, '/');

	if (!slash)
		return is_name_part(key, strlen(key));
	return !strchr(slash + 1, '/') && is_subdomain(key, (size_t)(slash - key)) &&
	       is_name_part(slash + 1, strlen(slash + 1));
}

static int check_requirement(struct lexer *l, const struct requirement *r)
{
	char *end;
	size_t i;

	for (i = 0; i < r->values.count; i++) {
		const char *v = r->values.items[i];

		if (*v && !is_name_part(v, strlen(v)))
			return kz_fail(l->kz, l->err, l->origin,
				       "invalid label value: \"%s\": at key: \"%s\"", v, r->key);
		if (r->op != OP_GREATER && r->op != OP_LESS)
			continue;
		errno = 0;
		(void)strtoll(v, &end, 10);
		if (!*v || *end || errno)
			return kz_fail(l->kz, l->err, l->origin,
				       "for 'Gt', 'Lt' operators, the value must be an integer");
	}
	return 0;
}

static int parse_values(struct lexer *l, struct requirement *r)
{
	if (!take(l, "("))
		return expected(l, "'('");
	for (;;) {
		*vec_push(l->kz->a, &r->values) = word(l);
		if (take(l, ")"))
			return 0;
		if (!take(l, ","))
			return expected(l, "',' or ')'");
	}
}

static int parse_operator(struct lexer *l, struct requirement *r)
{
	const char *before, *text;

	if (take(l, "==") || take(l, "=")) {
		r->op = OP_IN;
	} else if (take(l, "!=")) {
		r->op = OP_NOT_IN;
	} else if (take(l, ">")) {
		r->op = OP_GREATER;
	} else if (take(l, "<")) {
		r->op = OP_LESS;
	} else {
		skip_space(l);
		before = l->at;
		text = word(l);
		r->op = !strcmp(text, "in") ? OP_IN : OP_NOT_IN;
		if (!strcmp(text, "in") || !strcmp(text, "notin"))
			return parse_values(l, r);
		l->at = before;
		return expected(l, "'=', '!=', '==', 'in', notin'");
	}
	*vec_push(l->kz->a, &r->values) = word(l);
	return 0;
}

static int parse_requirement(struct lexer *l, struct requirement *r)
{
	bool negated = take(l, "!");

	*r = (struct requirement){ .op = negated ? OP_NOT_EXISTS : OP_EXISTS };
	r->key = word(l);
	if (!*r->key)
		return expected(l, "identifier");
	if (!is_qualified_name(r->key))
		return kz_fail(l->kz, l->err, l->origin, "invalid label key \"%s\"", r->key);
	skip_space(l);
	if (negated || !*l->at || *l->at == ',')
		return 0;
	return parse_operator(l, r) < 0 || check_requirement(l, r) < 0 ? -1 : 0;
}

static int parse_expression(struct kz *kz, const struct node *n, struct requirements *out,
			    struct err *err)
{
	struct lexer l = { kz, n ? n->text : "", n ? n->origin : 0, err };
	struct requirement r;

	skip_space(&l);
	while (*l.at) {
		if (parse_requirement(&l, &r) < 0)
			return -1;
		*vec_push(kz->a, out) = r;
		skip_space(&l);
		if (!*l.at)
			return 0;
		if (!take(&l, ","))
			return expected(&l, "',' or 'end of string'");
		skip_space(&l);
		if (!*l.at)
			return expected(&l, "identifier after ','");
	}
	return 0;
}

static bool has_value(const struct strings *values, const char *text)
{
	size_t i;

	for (i = 0; i < values->count; i++)
		if (!strcmp(values->items[i], text))
			return true;
	return false;
}

static bool compare_numbers(const struct requirement *r, const char *text)
{
	char *end;
	long long value, bound = strtoll(r->values.items[0], NULL, 10);

	errno = 0;
	value = strtoll(text, &end, 10);
	if (!*text || *end || errno)
		return false;
	return r->op == OP_GREATER ? value > bound : value < bound;
}

static bool meets(const struct requirement *r, const struct node *map)
{
	const struct node *n = node_get(map, r->key);
	const char *text = node_is_scalar(n) ? n->text : "";

	switch (r->op) {
	case OP_IN:
		return n && has_value(&r->values, text);
	case OP_NOT_IN:
		return !n || !has_value(&r->values, text);
	case OP_EXISTS:
		return n != NULL;
	case OP_NOT_EXISTS:
		return !n;
	case OP_GREATER:
	case OP_LESS:
		return n && compare_numbers(r, text);
	}
	return false;
}

static bool meets_all(const struct requirements *all, const struct node *map)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (!meets(&all->items[i], map))
			return false;
	return true;
}

/* ---- selectors ---- */

static int compile(struct kz *kz, const struct node *from, const char *key, const char **text,
		   struct pattern **out, struct err *err)
{
	const struct node *n = node_get(from, key);

	*text = n ? n->text : "";
	*out = pattern_new_anchored(kz, *text, n ? n->origin : 0, err);
	return *out ? 0 : -1;
}

struct selector *selector_new(struct kz *kz, const struct node *from, struct err *err)
{
	struct selector *s = arena_new(kz->a, struct selector);

	s->kz = kz;
	if (compile(kz, from, "group", &s->group, &s->group_p, err) < 0 ||
	    compile(kz, from, "version", &s->version, &s->version_p, err) < 0 ||
	    compile(kz, from, "kind", &s->kind, &s->kind_p, err) < 0 ||
	    compile(kz, from, "name", &s->name, &s->name_p, err) < 0 ||
	    compile(kz, from, "namespace", &s->ns, &s->ns_p, err) < 0 ||
	    parse_expression(kz, node_get(from, "labelSelector"), &s->labels, err) < 0 ||
	    parse_expression(kz, node_get(from, "annotationSelector"), &s->annotations, err) < 0)
		return NULL;
	return s;
}

bool selector_has_no_id(const struct selector *s)
{
	return !*s->group && !*s->version && !*s->kind && !*s->name && !*s->ns;
}

bool selector_has_no_labels(const struct selector *s)
{
	return !s->labels.count && !s->annotations.count;
}

static bool matches_gvk(const struct selector *s, const struct gvk *gvk)
{
	return pattern_matches(s->kind_p, gvk->kind) && pattern_matches(s->group_p, gvk->group) &&
	       pattern_matches(s->version_p, gvk->version);
}

bool selector_matches_id(const struct selector *s, const struct resid *id)
{
	return matches_gvk(s, &id->gvk) && pattern_matches(s->name_p, id->name) &&
	       pattern_matches(s->ns_p, id->ns);
}

bool selector_matches_meta(const struct selector *s, const struct resource *r)
{
	return meets_all(&s->labels, node_path(r->root, "metadata", "labels", NULL)) &&
	       meets_all(&s->annotations, node_path(r->root, "metadata", "annotations", NULL));
}

static bool selects(const struct selector *s, struct resource *r)
{
	struct resid id = resource_id(s->kz, r), old = resource_original_id(s->kz, r);

	if (!pattern_matches(s->ns_p, resid_effective_ns(&old)) &&
	    !pattern_matches(s->ns_p, resid_effective_ns(&id)))
		return false;
	if (!pattern_matches(s->name_p, old.name) && !pattern_matches(s->name_p, id.name))
		return false;
	return matches_gvk(s, &id.gvk) && selector_matches_meta(s, r);
}

struct resource **selector_resources(struct kz *kz, const struct selector *s, struct resmap *m,
				     size_t *count)
{
	const char *name = pattern_literal(s->name_p);
	struct resource **from = m->items;
	size_t n = m->count, i;
	struct {
		VEC(struct resource *);
	} found = { 0 };

	if (name && *name)
		from = resmap_named(kz, m, name, &n);
	for (i = 0; i < n; i++)
		if (selects(s, from[i]))
			*vec_push(kz->a, &found) = from[i];
	*count = found.count;
	return found.items;
}
