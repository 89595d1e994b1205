/*
 * ${VARIABLE} in Compose files, as docker compose has them: ${V:-d} ${V-d} ${V:?e} ${V?e} ${V:+x}
 * ${V+x} $$, and defaults that hold variables themselves. Docker stack's are in template.c.
 */
#include <ctype.h>
#include <string.h>
#include "render/swarm/internal.h"

struct text {
	struct loader *l;
	const struct project *p;
	const struct node *at;
	struct buf out;
	origin_id origin; /* of the last variable that was filled in */
	struct err *err;
};

static int expand(struct text *t, const char *s, size_t len, unsigned depth);

static int malformed(struct text *t, const char *why)
{
	return err_raise(t->err, ERR_INPUT, stack_pos(t->l, t->at),
			 "invalid interpolation format '%.100s': %s; a plain $ is written $$",
			 t->at->text, why);
}

static size_t name_length(const char *s, size_t len)
{
	size_t n = 0;

	if (!len || !(isalpha((unsigned char)*s) || *s == '_'))
		return 0;
	while (n < len && (isalnum((unsigned char)s[n]) || s[n] == '_'))
		n++;
	return n;
}

static const struct node *lookup(struct text *t, const char *name, size_t len)
{
	const struct node *value = node_get_n(t->p->env, name, len);

	if (value)
		t->origin = value->origin;
	return value;
}

static void add_value(struct text *t, const char *name, size_t len)
{
	const struct node *value = lookup(t, name, len);

	if (value)
		buf_add(&t->out, value->text, value->len);
	else
		stack_note(t->l, STACK_WARNING, "swarm/unset-variable", t->at->origin,
			   "the variable '%.*s' is not set in %s: it is taken as empty; "
			   "--env-file names what the deploy's own shell sets",
			   (int)len, name, t->p->shown);
}

/* The closing brace of "${…"; NULL when there is none. */
static const char *closing(const char *s, const char *end)
{
	unsigned depth = 1;

	for (; s < end; s++) {
		if (*s == '$' && s + 1 < end && s[1] == '{')
			depth++, s++;
		else if (*s == '}' && !--depth)
			return s;
	}
	return NULL;
}

static int braced(struct text *t, const char *s, size_t len, unsigned depth)
{
	size_t name = name_length(s, len);
	const char *rest = s + name, *end = s + len;
	const struct node *value = lookup(t, s, name);
	bool colon, set;

	if (!name)
		return malformed(t, "a name is expected in the braces");
	if (rest == end) {
		add_value(t, s, name);
		return 0;
	}
	colon = *rest == ':' && rest + 1 < end;
	rest += colon;
	set = value && (!colon || value->len);
	switch (*rest++) {
	case '-':
		if (!set)
			return expand(t, rest, (size_t)(end - rest), depth + 1);
		buf_add(&t->out, value->text, value->len);
		return 0;
	case '+':
		return set ? expand(t, rest, (size_t)(end - rest), depth + 1) : 0;
	case '?':
		if (!set)
			return err_raise(t->err, ERR_INPUT, stack_pos(t->l, t->at),
					 "required variable '%.*s' is missing a value in %s: %.*s",
					 (int)name, s, t->p->shown, (int)(end - rest), rest);
		buf_add(&t->out, value->text, value->len);
		return 0;
	default:
		return malformed(t, "after the name comes one of :- - :? ? :+ +");
	}
}

static int expand(struct text *t, const char *s, size_t len, unsigned depth)
{
	const char *end = s + len, *close;
	size_t name;

	if (depth > 32)
		return malformed(t, "it is nested too deeply");
	while (s < end) {
		const char *dollar = memchr(s, '$', (size_t)(end - s));

		buf_add(&t->out, s, (size_t)((dollar ? dollar : end) - s));
		if (!dollar)
			return 0;
		s = dollar + 1;
		if (s < end && *s == '$') {
			buf_char(&t->out, '$');
			s++;
		} else if (s < end && *s == '{') {
			close = closing(s + 1, end);
			if (!close)
				return malformed(t, "a brace is not closed");
			if (braced(t, s + 1, (size_t)(close - s) - 1, depth) < 0)
				return -1;
			s = close + 1;
		} else {
			name = name_length(s, (size_t)(end - s));
			if (!name)
				return malformed(t, "a name is expected after $");
			add_value(t, s, name);
			s += name;
		}
	}
	return 0;
}

/* Where a variable gives another type than a string; *: any key, []: an entry of a list. */
static const struct cast {
	const char *path;
	enum node_type type;
} casts[] = {
	{ "services.*.configs.[].mode", NODE_INT },
	{ "services.*.secrets.[].mode", NODE_INT },
	{ "services.*.healthcheck.retries", NODE_INT },
	{ "services.*.healthcheck.disable", NODE_BOOL },
	{ "services.*.deploy.replicas", NODE_INT },
	{ "services.*.deploy.update_config.parallelism", NODE_INT },
	{ "services.*.deploy.update_config.max_failure_ratio", NODE_FLOAT },
	{ "services.*.deploy.rollback_config.parallelism", NODE_INT },
	{ "services.*.deploy.rollback_config.max_failure_ratio", NODE_FLOAT },
	{ "services.*.deploy.restart_policy.max_attempts", NODE_INT },
	{ "services.*.deploy.placement.max_replicas_per_node", NODE_INT },
	{ "services.*.ports.[].target", NODE_INT },
	{ "services.*.ports.[].published", NODE_INT },
	{ "services.*.ulimits.*", NODE_INT },
	{ "services.*.ulimits.*.hard", NODE_INT },
	{ "services.*.ulimits.*.soft", NODE_INT },
	{ "services.*.privileged", NODE_BOOL },
	{ "services.*.oom_score_adj", NODE_INT },
	{ "services.*.read_only", NODE_BOOL },
	{ "services.*.stdin_open", NODE_BOOL },
	{ "services.*.tty", NODE_BOOL },
	{ "services.*.init", NODE_BOOL },
	{ "services.*.volumes.[].read_only", NODE_BOOL },
	{ "services.*.volumes.[].volume.nocopy", NODE_BOOL },
	{ "networks.*.external", NODE_BOOL },
	{ "networks.*.internal", NODE_BOOL },
	{ "networks.*.attachable", NODE_BOOL },
	{ "volumes.*.external", NODE_BOOL },
	{ "secrets.*.external", NODE_BOOL },
	{ "configs.*.external", NODE_BOOL },
};

struct place {
	const struct place *above;
	const char *key; /* "[]" in a list */
};

static bool matches(const struct place *p, const char *pattern, size_t len)
{
	const char *dot = memrchr(pattern, '.', len);
	size_t own = dot ? len - (size_t)(dot - pattern) - 1 : len;
	const char *last = pattern + len - own;

	if (!p ||
	    !((own == 1 && *last == '*') || (strlen(p->key) == own && !memcmp(p->key, last, own))))
		return false;
	return dot ? matches(p->above, pattern, (size_t)(dot - pattern)) : !p->above;
}

static bool boolean_of(const char *text, bool *out)
{
	static const char *const yes[] = { "y", "yes", "true", "on" }, *const no[] = { "n", "no",
										       "false",
										       "off" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(yes); i++) {
		*out = !strcasecmp(text, yes[i]);
		if (*out || !strcasecmp(text, no[i]))
			return true;
	}
	return false;
}

/* The value as the type that its place asks for; itself where that is none or it does not fit. */
static struct node *cast(struct loader *l, const struct place *place, struct node *n)
{
	int64_t integer;
	bool boolean;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(casts); i++)
		if (matches(place, casts[i].path, strlen(casts[i].path)))
			break;
	if (i == ARRAY_SIZE(casts))
		return n;
	if (casts[i].type == NODE_INT && scalar_int(n, &integer))
		return int_at(l->arena, integer, n);
	if (casts[i].type == NODE_BOOL && boolean_of(n->text, &boolean))
		return node_at(node_bool(l->arena, boolean), n->origin);
	if (casts[i].type == NODE_FLOAT && n->len && n->len == strspn(n->text, "0123456789."))
		return node_at(node_scalar(l->arena, NODE_FLOAT, n->text, n->len), n->origin);
	return n;
}

static struct node *fill(struct loader *l, const struct project *p, const struct node *n,
			 const struct place *place, struct err *err);

static struct node *fill_text(struct loader *l, const struct project *p, const struct node *n,
			      const struct place *place, struct err *err)
{
	struct text t = { .l = l, .p = p, .at = n, .err = err };
	struct node *out;

	if (!memchr(n->text, '$', n->len))
		return node_copy(l->arena, n);
	buf_init(&t.out, LIMIT_FILE_BYTES);
	if ((p->composed ? expand(&t, n->text, n->len, 0)
			 : template_fill(l, p, n, &t.out, &t.origin, err)) < 0) {
		buf_release(&t.out);
		return NULL;
	}
	out = node_str_n(l->arena, t.out.text, t.out.len);
	buf_release(&t.out);
	out->origin =
		t.origin ? origins_derive(l->run->origins, t.origin, VIA_SUBSTITUTION, n->origin)
			 : n->origin;
	return cast(l, place, out);
}

static struct node *fill(struct loader *l, const struct project *p, const struct node *n,
			 const struct place *place, struct err *err)
{
	struct place below = { place, "[]" };
	struct node *out, *child;
	uint32_t i;

	if (node_is(n, NODE_STR))
		return fill_text(l, p, n, place, err);
	if (n->type != NODE_MAP && n->type != NODE_SEQ)
		return node_copy(l->arena, n);
	out = n->type == NODE_MAP ? node_map(l->arena) : node_seq(l->arena);
	out->origin = n->origin;
	for (i = 0; i < n->len; i++) {
		if (n->type == NODE_MAP)
			below.key = n->entries[i].key->text;
		child = fill(l, p, n->type == NODE_MAP ? n->entries[i].value : n->items[i], &below,
			     err);
		if (!child)
			return NULL;
		if (n->type == NODE_MAP)
			node_append_entry(l->arena, out, n->entries[i].key, child);
		else
			node_append(l->arena, out, child);
	}
	if (n->type == NODE_MAP)
		node_index(l->arena, out);
	return out;
}

struct node *interpolate(struct loader *l, const struct project *p, const struct node *n,
			 struct err *err)
{
	return fill(l, p, n, NULL, err);
}
