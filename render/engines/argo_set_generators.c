/* The generators of an ApplicationSet: each entry of spec.generators into parameter sets. */
#include <string.h>
#include "base/json.h"
#include "render/engines/argo_set.h"
#include "render/selects.h"
#include "render/yaml/yaml.h"

enum { MAX_SETS = 20000 };

static int wrong(struct argo_set *set, const struct node *at, struct err *err, const char *what)
{
	return err_raise(err, ERR_INPUT, origins_pos(set->g.run->origins, at->origin), "%s", what);
}

/* ---- list ---- */

static int flat_element(struct argo_set *set, const struct node *element, struct node *params,
			struct err *err)
{
	struct arena *a = set->g.arena;
	uint32_t i, k;

	for (i = 0; i < element->len; i++) {
		const struct node *value = element->entries[i].value;
		const char *key = element->entries[i].key->text;

		if (strcmp(key, "values")) {
			if (!node_is(value, NODE_STR))
				return wrong(set, value, err,
					     "an element's parameter must be a string without "
					     "goTemplate");
			node_set(a, params, key, node_copy(a, value));
			continue;
		}
		for (k = 0; node_is(value, NODE_MAP) && k < value->len; k++) {
			if (!node_is(value->entries[k].value, NODE_STR))
				return wrong(set, value, err,
					     "an element's value must be a string without "
					     "goTemplate");
			node_set(a, params,
				 arena_printf(a, "values.%s", value->entries[k].key->text),
				 node_copy(a, value->entries[k].value));
		}
	}
	return 0;
}

static int elements_yaml(struct argo_set *set, const struct node *text, struct argo_params *out,
			 struct err *err)
{
	struct node *root = NULL;
	const char *error = yaml_read_go(set->g.run, set->g.arena, text->text, text->len, 0, &root);
	uint32_t i;

	if (error)
		return wrong(set, text, err, error);
	if (root && !node_is_null(root) && !node_is(root, NODE_SEQ))
		return wrong(set, text, err, "elementsYaml must be a list of mappings");
	for (i = 0; node_is(root, NODE_SEQ) && i < root->len; i++) {
		if (!node_is(root->items[i], NODE_MAP))
			return wrong(set, text, err, "elementsYaml must be a list of mappings");
		node_set_origin(root->items[i], text->origin);
		*vec_push(set->g.arena, out) = root->items[i];
	}
	return 0;
}

static int generate_list(struct argo_set *set, const struct node *list, struct argo_params *out,
			 struct err *err)
{
	const struct node *elements = node_get(list, "elements");
	const struct node *text = node_get(list, "elementsYaml");
	uint32_t i;

	for (i = 0; node_is(elements, NODE_SEQ) && i < elements->len; i++) {
		const struct node *element = elements->items[i];
		struct node *params;

		if (!node_is(element, NODE_MAP))
			return wrong(set, element, err, "an element must be a mapping");
		params = set->go ? node_copy(set->g.arena, element) : node_map(set->g.arena);
		if (!set->go && flat_element(set, element, params, err) < 0)
			return -1;
		*vec_push(set->g.arena, out) = params;
	}
	return node_is(text, NODE_STR) && text->len ? elements_yaml(set, text, out, err) : 0;
}

/* ---- clusters ---- */

static void put(struct argo_set *set, struct node *map, const char *key, const char *text,
		origin_id origin)
{
	node_set(set->g.arena, map, key, node_at(node_str(set->g.arena, text ? text : ""), origin));
}

static void put_metadata(struct argo_set *set, const struct node *secret, struct node *params)
{
	static const char *const kinds[] = { "annotations", "labels" };
	struct arena *a = set->g.arena;
	struct node *meta = node_map(a);
	size_t k;
	uint32_t i;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		const struct node *from = node_path(secret, "metadata", kinds[k], NULL);

		if (!node_is(from, NODE_MAP))
			continue;
		for (i = 0; !set->go && i < from->len; i++)
			put(set, params,
			    arena_printf(a, "metadata.%s.%s", kinds[k], from->entries[i].key->text),
			    node_text(from->entries[i].value), from->entries[i].value->origin);
		node_set(a, meta, kinds[k], node_copy(a, from));
	}
	if (set->go)
		node_set(a, params, "metadata", meta);
}

static int add_cluster(struct argo_set *set, const struct node *spec, struct node *params,
		       struct argo_params *out, struct err *err)
{
	if (argo_add_values(set, node_get(spec, "values"), params, err) < 0)
		return -1;
	*vec_push(set->g.arena, out) = params;
	return 0;
}

static int add_secret(struct argo_set *set, const struct node *spec, const struct node *secret,
		      struct argo_params *out, struct err *err)
{
	struct arena *a = set->g.arena;
	const char *name = argo_secret_text(a, secret, "name");
	struct node *params = node_map(a);

	put(set, params, "name", name, secret->origin);
	put(set, params, "nameNormalized", argo_normalize(a, name ? name : ""), secret->origin);
	put(set, params, "server", argo_secret_text(a, secret, "server"), secret->origin);
	put(set, params, "project", argo_secret_text(a, secret, "project"), secret->origin);
	put_metadata(set, secret, params);
	return add_cluster(set, spec, params, out, err);
}

/* All cluster parameters as one set, under "clusters". */
static void make_flat_list(struct argo_set *set, struct argo_params *out)
{
	struct node *list = node_seq(set->g.arena), *params = node_map(set->g.arena);
	size_t i;

	for (i = 0; i < out->count; i++)
		node_append(set->g.arena, list, out->items[i]);
	node_set(set->g.arena, params, "clusters", list);
	out->count = 0;
	*vec_push(set->g.arena, out) = params;
}

static bool selects(const struct node *selector, const struct node *secret)
{
	return selector_selects(selector, node_path(secret, "metadata", "labels", NULL), true) ==
	       SELECTS_YES;
}

/* Of two clusters of one name the last counts. */
static bool is_named_again(struct argo_set *set, const struct node *secrets, uint32_t at,
			   const struct node *selector)
{
	const char *name = argo_secret_text(set->g.arena, secrets->items[at], "name"), *other;
	uint32_t i;

	for (i = at + 1; i < secrets->len; i++) {
		other = argo_secret_text(set->g.arena, secrets->items[i], "name");
		if (!strcmp(name ? name : "", other ? other : "") &&
		    selects(selector, secrets->items[i]))
			return true;
	}
	return false;
}

static int generate_clusters(struct argo_set *set, const struct node *spec, struct argo_params *out,
			     struct err *err)
{
	static const char internal[] = "https://kubernetes.default.svc";
	const struct node *secrets = node_get(set->g.app->inputs, "clusters");
	const struct node *selector = node_get(spec, "selector"), *rules;
	bool narrowed, local = false;
	struct node *params;
	uint32_t i;

	rules = node_get(selector, "matchExpressions");
	narrowed = (rules && rules->len) ||
		   (node_get(selector, "matchLabels") && node_get(selector, "matchLabels")->len);
	for (i = 0; node_is(secrets, NODE_SEQ) && i < secrets->len; i++) {
		const char *server = argo_secret_text(set->g.arena, secrets->items[i], "server");

		if (!selects(selector, secrets->items[i]) ||
		    is_named_again(set, secrets, i, selector))
			continue;
		local |= server && !strcmp(server, internal);
		if (add_secret(set, spec, secrets->items[i], out, err) < 0)
			return -1;
	}
	if (narrowed && (!secrets || !secrets->len) &&
	    !node_true(node_get(set->g.app->inputs, "clustersAsked")))
		return err_raise(err, ERR_UNSUPPORTED,
				 origins_pos(set->g.run->origins, spec->origin),
				 "which clusters it selects, Secrets of the cluster say that are "
				 "not in the repository");
	if (!narrowed && !local) {
		params = node_map(set->g.arena);
		put(set, params, "name", "in-cluster", spec->origin);
		put(set, params, "nameNormalized", "in-cluster", spec->origin);
		put(set, params, "server", internal, spec->origin);
		put(set, params, "project", "", spec->origin);
		if (add_cluster(set, spec, params, out, err) < 0)
			return -1;
	}
	if (node_true(node_get(spec, "flatList")))
		make_flat_list(set, out);
	return 0;
}

/* ---- matrix ---- */

enum { MAX_NESTED = 1 };

static int nested(struct argo_set *set, const struct node *generator, const struct node *outer,
		  struct argo_params *out, struct err *err)
{
	struct argo_made made = { 0 };
	size_t row = 0, other;
	int rc;

	if (!argo_next_row(generator, &row))
		return wrong(set, generator, err, "no known generator");
	other = row + 1;
	if (argo_next_row(generator, &other))
		return wrong(set, generator, err,
			     "an entry of a matrix or a merge has one generator only");
	/* Deeper, Argo CD has no such generators: that makes no parameters, which is an error. */
	if (set->depth == MAX_NESTED && (node_is(node_get(generator, "matrix"), NODE_MAP) ||
					 node_is(node_get(generator, "merge"), NODE_MAP)))
		return wrong(set, generator, err,
			     "a matrix or a merge may stand in one other, no deeper");
	set->depth++;
	rc = argo_generate_row(set, generator, row, outer, &made, err);
	set->depth--;
	if (rc < 0)
		return -1;
	*out = made.params;
	return 0;
}

/* One set of the first generator with one of the second. */
static struct node *combine(struct argo_set *set, const struct node *first,
			    const struct node *second, struct err *err)
{
	struct node *both = node_copy(set->g.arena, set->go ? second : first);
	uint32_t i;

	if (set->go) {
		argo_merge(set->g.arena, both, first);
		return both;
	}
	for (i = 0; i < second->len; i++) {
		const char *key = second->entries[i].key->text;
		const struct node *there = node_get(both, key);

		if (there && !node_equal(there, second->entries[i].value)) {
			err_raise(
				err, ERR_INPUT,
				origins_pos(set->g.run->origins, second->entries[i].value->origin),
				"both generators of the matrix give '%s', with different values",
				key);
			return NULL;
		}
		node_set(set->g.arena, both, key, second->entries[i].value);
	}
	return both;
}

static int generate_matrix(struct argo_set *set, const struct node *spec, struct argo_params *out,
			   struct err *err)
{
	const struct node *generators = node_get(spec, "generators");
	struct argo_params first = { 0 };
	size_t i, k;

	if (!node_is(generators, NODE_SEQ) || generators->len != 2)
		return wrong(set, spec, err, "a matrix has two generators");
	if (nested(set, generators->items[0], NULL, &first, err) < 0)
		return -1;
	for (i = 0; i < first.count; i++) {
		struct argo_params second = { 0 };

		if (nested(set, generators->items[1], first.items[i], &second, err) < 0)
			return -1;
		for (k = 0; k < second.count; k++) {
			struct node *both = combine(set, first.items[i], second.items[k], err);

			if (!both)
				return -1;
			*vec_push(set->g.arena, out) = both;
		}
	}
	return 0;
}

/* ---- merge ---- */

static const char *merge_key(struct argo_set *set, const struct node *keys,
			     const struct node *params)
{
	const char *text;
	struct buf out;
	uint32_t i;

	buf_init(&out, 0);
	for (i = 0; i < keys->len; i++) {
		const struct node *value = node_get(params, node_text(keys->items[i]));

		if (value)
			json_write(&out, value, 0);
		buf_char(&out, '\n');
	}
	text = buf_dup(&out, set->g.arena);
	buf_release(&out);
	return text;
}

static int index_by_key(struct argo_set *set, const struct node *keys,
			const struct argo_params *params, struct map *out, struct err *err)
{
	size_t i;

	map_init(out, set->g.arena);
	for (i = 0; i < params->count; i++) {
		void **at = map_at(out, merge_key(set, keys, params->items[i]));

		if (*at)
			return wrong(
				set, keys, err,
				"two parameter sets of one generator have the same merge keys");
		*at = params->items[i];
	}
	return 0;
}

static void merge_into(struct argo_set *set, struct node *into, const struct node *from)
{
	uint32_t i;

	if (set->go) {
		argo_merge(set->g.arena, into, from);
		return;
	}
	for (i = 0; i < from->len; i++)
		node_set(set->g.arena, into, from->entries[i].key->text, from->entries[i].value);
}

static int generate_merge(struct argo_set *set, const struct node *spec, struct argo_params *out,
			  struct err *err)
{
	const struct node *generators = node_get(spec, "generators"),
			  *keys = node_get(spec, "mergeKeys");
	struct map base, more;
	size_t k;
	uint32_t i;

	if (!node_is(generators, NODE_SEQ) || generators->len < 2)
		return wrong(set, spec, err, "a merge has two generators or more");
	if (!node_is(keys, NODE_SEQ) || !keys->len)
		return wrong(set, spec, err, "a merge needs mergeKeys");
	if (nested(set, generators->items[0], NULL, out, err) < 0 ||
	    index_by_key(set, keys, out, &base, err) < 0)
		return -1;
	for (i = 1; i < generators->len; i++) {
		struct argo_params params = { 0 };

		if (nested(set, generators->items[i], NULL, &params, err) < 0 ||
		    index_by_key(set, keys, &params, &more, err) < 0)
			return -1;
		for (k = 0; k < base.count; k++) {
			const struct node *from = map_get(&more, base.entries[k].key);

			if (from)
				merge_into(set, base.entries[k].value, from);
		}
	}
	return 0;
}

/* ---- the table ---- */

static const struct {
	const char *name;
	int (*generate)(struct argo_set *set, const struct node *spec, struct argo_params *out,
			struct err *err);
	const char *source; /* what it asks, which is not asked here */
} rows[] = {
	/* in the order in which Argo CD asks those of one entry */
	{ "list", generate_list, NULL },
	{ "clusters", generate_clusters, NULL },
	{ "git", argo_generate_git, NULL },
	{ "scmProvider", NULL, "a forge's repositories" },
	{ "clusterDecisionResource", NULL, "a resource of the live cluster" },
	{ "pullRequest", NULL, "a forge's pull requests" },
	{ "matrix", generate_matrix, NULL },
	{ "merge", generate_merge, NULL },
	{ "plugin", NULL, "a plugin" },
	{ "oci", NULL, "a registry" },
};

/* A matrix's second generator, with the first one's parameters in it; its `values` may wait. */
static const struct node *interpolated(struct argo_set *set, const struct node *spec,
				       const struct node *outer, struct err *err)
{
	struct node *plain = node_copy(set->g.arena, spec), *filled;
	const struct node *values = node_get(spec, "values");
	uint32_t i;

	node_remove(plain, "values");
	filled = argo_fill(set, plain, outer, err);
	if (!filled || !node_is(values, NODE_MAP))
		return filled;
	plain = node_map(set->g.arena);
	for (i = 0; i < values->len; i++) {
		const struct node *value = values->entries[i].value;
		const char *text = node_is(value, NODE_STR)
					   ? argo_fill_text(set, value, outer, true, err)
					   : "";

		if (!text)
			return NULL;
		node_set(set->g.arena, plain, values->entries[i].key->text,
			 node_at(node_str(set->g.arena, text), value->origin));
	}
	node_set(set->g.arena, filled, "values", plain);
	return filled;
}

static void filter(struct argo_set *set, const struct node *selector, struct argo_params *params)
{
	size_t i, kept = 0;

	for (i = 0; selector && i < params->count; i++) {
		struct node *flat = node_map(set->g.arena);

		argo_flatten(set->g.arena, params->items[i], "", flat);
		if (selector_selects(selector, flat, true) == SELECTS_YES)
			params->items[kept++] = params->items[i];
	}
	if (selector)
		params->count = kept;
}

int argo_generate_row(struct argo_set *set, const struct node *entry, size_t row,
		      const struct node *outer, struct argo_made *out, struct err *err)
{
	const struct node *spec = node_get(entry, rows[row].name);

	if (!rows[row].generate)
		return err_raise(err, ERR_UNSUPPORTED,
				 origins_pos(set->g.run->origins, spec->origin),
				 "the generator '%s' asks %s, which is not done here",
				 rows[row].name, rows[row].source);
	if (outer && outer->len && !(spec = interpolated(set, spec, outer, err)))
		return -1;
	out->template = node_get(spec, "template");
	if (rows[row].generate(set, spec, &out->params, err) < 0)
		return -1;
	set->made += out->params.count;
	if (set->made > MAX_SETS)
		return err_raise(err, ERR_LIMIT, origins_pos(set->g.run->origins, spec->origin),
				 "the generators give more than %d parameter sets", MAX_SETS);
	filter(set, node_get(entry, "selector"), &out->params);
	return 0;
}

bool argo_next_row(const struct node *entry, size_t *row)
{
	for (; *row < ARRAY_SIZE(rows); (*row)++)
		if (node_is(node_get(entry, rows[*row].name), NODE_MAP))
			return true;
	return false;
}

bool argo_set_uses(const struct node *spec, const char *generator)
{
	const struct node *list = node_get(spec, "generators");
	uint32_t i, k;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		for (k = 0; node_is(list->items[i], NODE_MAP) && k < list->items[i]->len; k++)
			if (!strcmp(list->items[i]->entries[k].key->text, generator) ||
			    argo_set_uses(list->items[i]->entries[k].value, generator))
				return true;
	return false;
}
