#include <string.h>
#include "base/regex.h"
#include "validate/drift_rules.h"
#include "validate/ignore.h"
#include "validate/labels.h"

static const char mark[] = "helm.toolkit.fluxcd.io/driftDetection";

bool drift_is_excluded(const struct node *object)
{
	const struct node *metadata = node_get(object, "metadata");

	return !strcmp(node_string_at(node_get(metadata, "annotations"), mark), "disabled") ||
	       !strcmp(node_string_at(node_get(metadata, "labels"), mark), "disabled");
}

/* An expression of a target is the whole of a name; none stands for all. */
static bool expression_fits(struct arena *a, const struct node *target, const char *key,
			    const char *text)
{
	const char *pattern = node_string_at(target, key), *whole;
	const struct regex *re;

	if (!*pattern)
		return true;
	whole = arena_printf(a, "^(?:%s)$", pattern);
	re = regex_get(whole, strlen(whole), NULL);
	return re && regex_match(re, text, strlen(text));
}

/* A selector over the mapping metadata.`in`. */
static bool selector_fits(struct arena *a, const struct node *target, const char *key,
			  const struct node *object, const char *in)
{
	const char *text = node_string_at(target, key);
	struct label_selector selector;
	struct err ignored = ERR_INIT;
	struct node *as = node_map(a), *metadata = node_map(a);
	const struct node *have = node_path(object, "metadata", in, NULL);

	if (!*text)
		return true;
	if (label_selector_parse(a, text, &selector, &ignored) < 0)
		return false;
	node_set(a, as, "metadata", metadata);
	if (have)
		node_set(a, metadata, "labels", node_copy(a, have));
	return label_selector_matches(&selector, as);
}

static bool is_target(struct arena *a, const struct node *target, const struct object *o)
{
	return !target || (expression_fits(a, target, "group", o->group) &&
			   expression_fits(a, target, "version", o->version) &&
			   expression_fits(a, target, "kind", o->kind) &&
			   expression_fits(a, target, "namespace", o->ns) &&
			   expression_fits(a, target, "name", o->name) &&
			   selector_fits(a, target, "labelSelector", o->root, "labels") &&
			   selector_fits(a, target, "annotationSelector", o->root, "annotations"));
}

/* At or below a path that a rule names; the empty one is the object. */
static bool is_at(const struct node *paths, const char *pointer)
{
	uint32_t i;

	for (i = 0; node_is(paths, NODE_SEQ) && i < paths->len; i++) {
		const char *path = node_text(paths->items[i]);
		size_t len = path ? strlen(path) : 0;

		if (path && !strncmp(pointer, path, len) && (!pointer[len] || pointer[len] == '/'))
			return true;
	}
	return false;
}

static bool is_ignored(struct arena *a, const struct node *list, const struct object *o,
		       const struct plan_field *f)
{
	uint32_t i;

	for (i = 0; i < list->len; i++)
		if (is_at(node_get(list->items[i], "paths"), f->pointer) &&
		    is_target(a, node_get(list->items[i], "target"), o))
			return true;
	return false;
}

void drift_ignore(struct plan *p, struct plan_change *c, const struct node *rules,
		  const struct object *object)
{
	const struct node *list = node_get(rules, "ignore");
	struct arena scratch = ARENA_INIT;
	size_t kept = 0, i;

	if (!node_is(list, NODE_SEQ))
		return;
	for (i = 0; i < c->count; i++)
		if (c->items[i].cause != CAUSE_DRIFT ||
		    !is_ignored(&scratch, list, object, &c->items[i]))
			c->items[kept++] = c->items[i];
	p->ignored += c->count - kept;
	ignore_cut_fields(c, kept);
	arena_release(&scratch);
}
