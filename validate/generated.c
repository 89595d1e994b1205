#include "validate/generated.h"
#include <string.h>
#include "base/limits.h"
#include "base/vec.h"

/* Of the controller's type, what is unset is as good as what is empty, save in these. */
static bool is_free(const char *key)
{
	static const char *const keys[] = { "valuesObject", "automated", "plugin", "options" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(keys[i], key))
			return true;
	return false;
}

/* What the type writes even where nothing is said. */
static bool is_always_there(const char *key, const struct node *value)
{
	if (node_is(value, NODE_MAP))
		return !value->len && !strcmp(key, "jsonnet");
	return node_is(value, NODE_SEQ)	   ? !value->len
	       : node_is(value, NODE_BOOL) ? !node_true(value)
					   : node_is_null(value) || !value->len;
}

static struct node *over(struct arena *a, const struct node *made, const struct node *live,
			 unsigned depth);

static struct node *over_map(struct arena *a, const struct node *made, const struct node *live,
			     unsigned depth)
{
	struct node *out = node_map(a);
	uint32_t i;

	for (i = 0; i < live->len; i++) {
		const char *key = live->entries[i].key->text;
		struct node *value = live->entries[i].value;

		if (!node_get(made, key) && is_always_there(key, value))
			node_set(a, out, key, value);
	}
	for (i = 0; i < made->len; i++) {
		const char *key = made->entries[i].key->text;
		struct node *value = made->entries[i].value;
		const struct node *old = node_get(live, key);

		if (old || is_free(key) || !is_always_there(key, value))
			node_set(a, out, key,
				 old && !is_free(key) ? over(a, value, old, depth - 1) : value);
	}
	return out;
}

static struct node *over(struct arena *a, const struct node *made, const struct node *live,
			 unsigned depth)
{
	struct node *out;
	uint32_t i;

	if (depth && node_is(made, NODE_MAP) && node_is(live, NODE_MAP))
		return over_map(a, made, live, depth);
	if (!depth || !node_is(made, NODE_SEQ) || !node_is(live, NODE_SEQ) ||
	    made->len != live->len)
		return (struct node *)(uintptr_t)made;
	out = node_seq(a);
	for (i = 0; i < made->len; i++)
		node_append(a, out, over(a, made->items[i], live->items[i], depth - 1));
	return out;
}

static void set_or_remove(struct arena *a, struct node *map, const char *key, struct node *value)
{
	if (value)
		node_set(a, map, key, value);
	else
		node_remove(map, key);
}

/* Annotations that others write for Argo CD. */
static struct node *annotations_over(struct arena *a, const struct node *made,
				     const struct node *live)
{
	static const char *const kept[] = { "notified.notifications.argoproj.io",
					    "argocd.argoproj.io/refresh",
					    "argocd.argoproj.io/hydrate" };
	struct node *out = node_is(made, NODE_MAP) ? node_copy_shallow(a, made) : node_map(a);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kept); i++)
		if (node_get(live, kept[i]))
			node_set(a, out, kept[i], node_get(live, kept[i]));
	return out->len ? out : NULL;
}

/* Those that wait for hooks of a deletion stay. */
static struct node *finalizers_over(struct arena *a, const struct node *made,
				    const struct node *live)
{
	struct node *out = node_is(made, NODE_SEQ) ? node_copy_shallow(a, made) : node_seq(a);
	uint32_t i;

	for (i = 0; node_is(live, NODE_SEQ) && i < live->len; i++) {
		const char *text = node_string(live->items[i]);

		if (text && !node_has_text(out, text) &&
		    (!strncmp(text, "pre-delete-finalizer.argocd.argoproj.io", 39) ||
		     !strncmp(text, "post-delete-finalizer.argocd.argoproj.io", 40)))
			node_append(a, out, live->items[i]);
	}
	return out->len ? out : NULL;
}

struct node *generated_over(struct arena *a, const struct node *made, const struct node *live)
{
	const struct node *from = node_get(made, "metadata"), *old = node_get(live, "metadata");
	struct node *out = node_copy_shallow(a, live);
	struct node *metadata = node_is(old, NODE_MAP) ? node_copy_shallow(a, old) : node_map(a);
	struct node *spec = node_get(made, "spec");

	node_set(a, out, "metadata", metadata);
	set_or_remove(a, metadata, "labels", node_get(from, "labels"));
	set_or_remove(
		a, metadata, "annotations",
		annotations_over(a, node_get(from, "annotations"), node_get(old, "annotations")));
	set_or_remove(
		a, metadata, "finalizers",
		finalizers_over(a, node_get(from, "finalizers"), node_get(old, "finalizers")));
	set_or_remove(a, out, "spec",
		      spec ? over(a, spec, node_get(live, "spec"), LIMIT_DEPTH) : NULL);
	return out;
}
