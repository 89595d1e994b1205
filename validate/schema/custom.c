#include "validate/schema/custom.h"

#include <string.h>

#include "base/json.h"
#include "validate/rules/rules.h"
#include "validate/rules/text.h"
#include "validate/schema/custom_internal.h"
#include "validate/schema/custom_rules.h"
#include "validate/schema/structure.h"

/* --- list types --- */
static bool same_keys(const struct node *keys, const struct node *x, const struct node *y)
{
	for (uint32_t i = 0; i < keys->len; i++) {
		const char *key = node_text(keys->items[i]);
		const struct node *a = key ? node_get(x, key) : NULL;
		const struct node *b = key ? node_get(y, key) : NULL;

		if (a && b ? !node_equal(a, b) : a != b)
			return false;
	}
	return true;
}

/* An item that repeats an earlier one is reported at its first repetition only. */
static void check_repeated(struct custom *c, const struct custom_schema *s, const struct node *n,
			   const struct path *at)
{
	const struct node *keys = s->list == SCHEMA_LIST_MAP ? s->list_keys : NULL;

	for (uint32_t i = 0; i < n->len; i++) {
		struct path path = path_index(at, i);
		unsigned same = 0;

		for (uint32_t j = 0; j < i && same < 2; j++)
			same += keys ? same_keys(keys, n->items[i], n->items[j])
				     : node_equal(n->items[i], n->items[j]);
		if (same != 1)
			continue;
		custom_fail(
			c, 0, "schema/duplicate-item", n->items[i], &path,
			keys ? "an earlier item has the same %s" : "an earlier item is the same",
			keys && keys->len && node_text(keys->items[0]) ? node_text(keys->items[0])
								       : "keys");
	}
}

static void check_list_type(struct custom *c, const struct custom_schema *s, const struct node *n,
			    const struct path *at)
{
	if (s->list == SCHEMA_LIST_MAP) {
		for (uint32_t i = 0; i < n->len; i++) {
			struct path path = path_index(at, i);

			if (n->items[i]->type == NODE_MAP || n->items[i]->type == NODE_NULL)
				continue;
			custom_fail(c, 0, "schema/type", n->items[i], &path,
				    "expected a mapping, as in every list map");
			return;
		}
		if (!s->list_keys)
			return;
	}
	if (s->list == SCHEMA_SET || s->list == SCHEMA_LIST_MAP)
		check_repeated(c, s, n, at);
}

/* Walk to every value that the schema describes. */
typedef void custom_visit(struct custom *c, const struct custom_schema *s, const struct node *n,
			  const struct path *at);

static void visit_below(struct custom *c, const struct custom_schema *s, const struct node *n,
			const struct path *at, custom_visit *visit)
{
	for (uint32_t i = 0; n->type == NODE_SEQ && s->items && i < n->len; i++) {
		struct path path = path_index(at, i);

		visit(c, s->items, n->items[i], &path);
	}
	for (uint32_t i = 0; n->type == NODE_MAP && i < n->len; i++) {
		const struct node *key = n->entries[i].key;
		const struct custom_schema *member = custom_member(s, key->text, key->len);
		bool declared = map_get_n(&s->properties, key->text, key->len) != NULL;
		struct path path = declared ? path_field(at, key->text, key->len)
					    : path_key(at, key->text, key->len);

		if (member)
			visit(c, member, n->entries[i].value, &path);
	}
}

void custom_lists(struct custom *c, const struct custom_schema *s, const struct node *n,
		  const struct path *at)
{
	if (n->type == NODE_SEQ)
		check_list_type(c, s, n, at);
	visit_below(c, s, n, at, custom_lists);
}

/* --- embedded objects --- */
static void need_type(struct custom *c, const struct node *n, const char *key,
		      const struct path *at)
{
	const struct node *value = node_get(n, key);
	struct path path = path_field(at, key, strlen(key));

	if (!value)
		custom_fail(c, CUSTOM_BLOCKS_RULES, "schema/required", n, &path,
			    "an embedded object needs its %s", key);
	else if (value->type != NODE_STR)
		custom_fail(c, 0, "schema/type", value, &path, "expected a string");
	else if (!value->len)
		custom_fail(c, 0, "schema/length", value, &path, "must not be empty");
}

static bool is_kind(const char *text)
{
	char lower[64];
	size_t len = strlen(text);

	if (len >= sizeof(lower))
		return false;
	for (size_t i = 0; i <= len; i++)
		lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
	return !not_dns_1035_label(lower);
}

static void check_embedded(struct custom *c, const struct node *n, const struct path *at)
{
	const char *api = node_get_string(n, "apiVersion"), *kind = node_get_string(n, "kind");
	struct path path;

	need_type(c, n, "apiVersion", at);
	need_type(c, n, "kind", at);
	if (api && strchr(api, '/') != strrchr(api, '/')) {
		path = path_field(at, "apiVersion", 10);
		custom_fail(c, 0, "schema/format", node_get(n, "apiVersion"), &path,
			    "'%s' is no apiVersion: expected group/version", api);
	}
	if (kind && *kind && !is_kind(kind)) {
		path = path_field(at, "kind", 4);
		custom_fail(c, 0, "schema/format", node_get(n, "kind"), &path, "'%s' is no kind",
			    kind);
	}
}

static void check_text(struct custom *c, const struct node *map, const char *key,
		       const char *(*check)(const char *), const struct path *at)
{
	const char *text = node_get_string(map, key),
		   *complaint = text && *text ? check(text) : NULL;
	struct path path = path_field(at, key, strlen(key));

	if (complaint)
		custom_fail(c, 0, "metadata/embedded", node_get(map, key), &path, "'%.80s': %s",
			    text, complaint);
}

/* The rules of any object's metadata, at another path; names are judged as parts of a URL only. */
static void check_metadata(struct custom *c, const struct node *n, const struct path *at)
{
	const struct node *metadata = node_get(n, "metadata");
	struct path path = path_field(at, "metadata", 8);
	struct object plain = *c->object;
	struct findings found;

	if (c->quiet || !node_is(metadata, NODE_MAP))
		return;
	plain.root = n;
	plain.group = plain.kind = ""; /* none that has rules of its own */
	findings_init(&found, c->out->run, c->out->arena);
	rules_check(&plain, NULL, c->minor, &found);
	for (size_t i = 0; i < found.count; i++) {
		const struct finding *f = &found.items[i];
		struct path below = path_field(at, f->path, strlen(f->path));

		if (strcmp(f->rule, "metadata/name"))
			custom_fail(c, 0, f->rule, &(struct node){ .origin = f->origin }, &below,
				    "%s", f->message);
	}
	check_text(c, metadata, "name", not_path_segment, &path);
	check_text(c, metadata, "namespace", not_dns_label, &path);
}

void custom_embedded(struct custom *c, const struct custom_schema *s, const struct node *n,
		     const struct path *at)
{
	if (s->embedded && n->type == NODE_MAP) {
		check_embedded(c, n, at);
		check_metadata(c, n, at);
	}
	visit_below(c, s, n, at, custom_embedded);
}

/* --- the scale subresource --- */
static void check_replicas(struct custom *c, const struct node *root, const char *where)
{
	struct path at = PATH_INIT, path = path_field(&at, where + (*where == '.'),
						      strlen(where + (*where == '.')));
	const struct node *n = root;
	int64_t value;

	for (const char *p = where + (*where == '.'); n && *p; p += *p == '.') {
		size_t len = strcspn(p, ".");

		n = node_get_n(n, p, len);
		p += len;
	}
	if (node_is_null(n))
		return;
	if (!structure_integer(n, &value) || value < 0 || value > INT32_MAX)
		custom_fail(c, 0, "schema/range", n, &path,
			    "expected a number of replicas, 0 to %d: it is the resource's scale",
			    INT32_MAX);
}

/* --- one object --- */
size_t custom_check_value(const struct schema_release *r, const struct custom_schema *s,
			  const struct node *n, const struct object *object, const struct path *at,
			  struct findings *out)
{
	struct custom c = { .object = object, .out = out, .minor = schema_release_minor(r) };

	custom_value(&c, s, n, NULL, at);
	custom_lists(&c, s, n, at);
	custom_embedded(&c, s, n, at);
	return c.failures;
}

/* What is judged of an object: coerced, without the status that its subresource owns. */
static struct node *judged(const struct schema_release *r, const struct custom_schema *s,
			   const struct crd_version *v, const struct object *o,
			   struct findings *out, struct findings *unknown, bool *undecoded)
{
	struct node *n =
		custom_coerce(r, out->arena, s, o->root, true, o, NULL, unknown, undecoded);

	if (v->status)
		node_remove(n, "status");
	return n;
}

/* An old object that broke the promise already may go on breaking it. */
static size_t list_problems(struct custom *c, const struct custom_schema *s, const struct node *n)
{
	size_t before = c->failures, found;
	struct path at = PATH_INIT;

	c->quiet++;
	custom_lists(c, s, n, &at);
	c->quiet--;
	found = c->failures - before;
	c->failures = before;
	return found;
}

bool custom_check(const struct schema_release *r, struct crds *crds, struct crd_version *v,
		  const struct object *object, const struct object *old, struct findings *out)
{
	const struct custom_schema *s = crd_schema(crds, v);
	struct custom c = { .object = object, .out = out, .minor = schema_release_minor(r) };
	static const struct custom_schema anything = { .preserve = true };
	const struct node *n, *before = NULL;
	struct path at = PATH_INIT;
	bool undecoded;

	if (v->deprecated)
		findings_add(out, SEVERITY_WARNING, "deprecated/api", object, "apiVersion",
			     object->root->origin, "%s",
			     v->deprecation ? v->deprecation
					    : arena_printf(out->arena, "%s in '%s' is deprecated",
							   object->kind, object->api_version));
	s = s ? s : &anything;
	n = judged(r, s, v, object, out, out, &undecoded);
	if (undecoded)
		return false;
	if (old)
		before = judged(r, s, v, old, out, NULL, NULL);
	custom_value(&c, s, n, before, &at);
	if (v->replicas)
		check_replicas(&c, n, v->replicas);
	custom_embedded(&c, s, n, &at);
	if (!before || !list_problems(&c, s, before))
		custom_lists(&c, s, n, &at);
	if (!c.blocking)
		custom_rules(&c, crds_arena(crds), s, n, before, &at);
	return true;
}
