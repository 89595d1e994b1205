/* What the API server keeps of a custom resource: pruning, nulls, defaults, object metadata. */
#include "validate/schema/custom.h"

#include <string.h>

#include "base/text.h"
#include "validate/schema/structure.h"

struct coercion {
	const struct schema_release *release;
	struct arena *arena;
	const struct object *object;
	struct findings *unknown; /* NULL: nobody asks */
	bool undecoded;
};

static const char meta_type[] = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

static struct node *coerce(struct coercion *c, const struct node *n, const struct custom_schema *s,
			   const struct path *at, bool skip, bool root);

static bool is_meta_field(const struct node *key)
{
	return !strcmp(key->text, "apiVersion") || !strcmp(key->text, "kind") ||
	       !strcmp(key->text, "metadata");
}

static const char *advice(struct coercion *c, const struct custom_schema *s, const struct node *key)
{
	struct nearest near = nearest_to(key->text, key->len);

	for (size_t i = 0; s && i < s->properties.count; i++)
		nearest_try(&near, s->properties.entries[i].key);
	if (structure_key_trap(key))
		return structure_key_trap(key);
	if (!near.best)
		return "";
	return arena_printf(c->unknown->arena, ", did you mean '%s'?%s", near.best,
			    near.distance ? "" : " (case matters)");
}

static void unknown_field(struct coercion *c, const struct custom_schema *s, const struct node *key,
			  const struct path *at)
{
	struct path path = path_field(at, key->text, key->len);

	if (!c->unknown)
		return;
	findings_add(c->unknown, SEVERITY_ERROR, "schema/unknown-field", c->object,
		     path_text(c->unknown->arena, &path), key->origin, "unknown field '%.*s'%s",
		     (int)text_cut(key->text, key->len, 80), key->text, advice(c, s, key));
}

/* The metadata of an object, or of one embedded in it, is decoded as a Go struct. */
static void check_meta(struct coercion *c, const struct node *n, const struct path *at)
{
	const struct schema_type *type = schema_type_find(c->release, meta_type);

	if (c->unknown && type && !node_is_null(n) &&
	    !structure_check(c->release, type, c->object, n, at, c->unknown))
		c->undecoded = true;
}

static void check_type_field(struct coercion *c, const struct node *n, const struct path *at)
{
	if (!c->unknown || n->type == NODE_STR)
		return;
	c->undecoded = true;
	findings_add(c->unknown, SEVERITY_ERROR, "schema/type", c->object,
		     path_text(c->unknown->arena, at), n->origin, "expected a string, found %s",
		     structure_describe(c->unknown->arena, n));
}

/* What an object that is embedded (or the root) must be, whatever its schema says. */
static void check_embedded(struct coercion *c, const struct node *key, const struct node *value,
			   const struct path *at)
{
	if (!strcmp(key->text, "metadata"))
		check_meta(c, value, at);
	else
		check_type_field(c, value, at);
}

static void fill_defaults(struct coercion *c, struct node *out, const struct custom_schema *s,
			  const struct path *at)
{
	for (size_t i = 0; s && i < s->properties.count; i++) {
		const struct map_entry *e = &s->properties.entries[i];
		const struct custom_schema *member = e->value;
		struct path path = path_field(at, e->key, e->len);

		if (!member->preset || node_get_n(out, e->key, e->len))
			continue;
		node_set_n(c->arena, out, e->key, e->len,
			   coerce(c, member->preset, member, &path, false, false));
	}
}

/* The value of an entry as it is kept; NULL: dropped. */
static struct node *coerce_entry(struct coercion *c, const struct node_entry *e,
				 const struct custom_schema *s, const struct path *at, bool skip,
				 bool embedded)
{
	const struct custom_schema *member = custom_member(s, e->key->text, e->key->len);
	bool declared = map_get_n(&s->properties, e->key->text, e->key->len) != NULL;
	struct path path = declared || !s->has_additional
				   ? path_field(at, e->key->text, e->key->len)
				   : path_key(at, e->key->text, e->key->len);

	if (embedded && is_meta_field(e->key))
		check_embedded(c, e->key, e->value, &path);
	else if (!member && !s->has_additional) {
		if (!skip)
			unknown_field(c, s, e->key, at);
		return skip ? e->value : NULL;
	}
	if (node_is_null(e->value) && member && !member->nullable)
		return member->preset ? coerce(c, member->preset, member, &path, false, false)
				      : NULL;
	if (embedded && is_meta_field(e->key))
		return e->value;
	return coerce(c, e->value, member, &path, false, false);
}

static struct node *coerce_map(struct coercion *c, const struct node *n,
			       const struct custom_schema *s, const struct path *at, bool skip,
			       bool root)
{
	struct node *out = node_map(c->arena);

	out->origin = n->origin;
	for (uint32_t i = 0; i < n->len; i++) {
		struct node *value =
			coerce_entry(c, &n->entries[i], s, at, skip, root || s->embedded);

		if (value)
			node_append_entry(c->arena, out, n->entries[i].key, value);
	}
	fill_defaults(c, out, s, at);
	node_index(c->arena, out);
	return out;
}

static struct node *coerce_list(struct coercion *c, const struct node *n,
				const struct custom_schema *s, const struct path *at, bool skip)
{
	struct node *out = node_seq(c->arena);

	out->origin = n->origin;
	for (uint32_t i = 0; i < n->len; i++) {
		const struct node *item = n->items[i];
		struct path path = path_index(at, i);

		if (node_is_null(item) && s && s->items && !s->items->nullable && s->items->preset)
			item = s->items->preset;
		node_append(c->arena, out,
			    coerce(c, item, s ? s->items : NULL, &path, skip, false));
	}
	return out;
}

static struct node *coerce(struct coercion *c, const struct node *n, const struct custom_schema *s,
			   const struct path *at, bool skip, bool root)
{
	struct node *out;

	skip = skip || (s && s->preserve);
	if (node_is_scalar(n) || (skip && !s))
		return (struct node *)n;
	if (n->type == NODE_SEQ)
		return coerce_list(c, n, s, at, skip);
	if (s)
		return coerce_map(c, n, s, at, skip, root);
	for (uint32_t i = 0; i < n->len; i++)
		unknown_field(c, NULL, n->entries[i].key, at);
	out = node_map(c->arena);
	out->origin = n->origin;
	return out;
}

struct node *custom_coerce(const struct schema_release *r, struct arena *a,
			   const struct custom_schema *s, const struct node *n, bool root,
			   const struct object *object, const struct path *at,
			   struct findings *unknown, bool *undecoded)
{
	struct coercion c = { r, a, object, unknown, false };
	struct path top = PATH_INIT;
	struct node *out = coerce(&c, n, s, at ? at : &top, false, root);

	if (undecoded)
		*undecoded = c.undecoded;
	return out;
}
