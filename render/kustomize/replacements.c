/* replacements: values copied from a field of one resource into fields of others. */
#include <string.h>
#include "render/kustomize/annotations.h"
#include "render/kustomize/fields.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/load.h"
#include "render/kustomize/selector.h"
#include "render/kustomize/transformers.h"
#include "render/kustomize/path.h"
#include "render/yaml/yaml.h"

struct replacing {
	struct kz *kz;
	struct resmap *m;
	const struct node *value;
	const struct node *options; /* of the target */
	origin_id at;		    /* of the replacement */
	struct err *err;
};

/* ---- the source ---- */

static bool is_selected_by(const struct resid *id, const struct resid *selector)
{
	return (!*selector->name || !strcmp(selector->name, id->name)) &&
	       (!*selector->ns || resid_same_ns(selector, id)) &&
	       gvk_selected(&id->gvk, &selector->gvk);
}

static bool source_selects(struct kz *kz, struct resource *r, const struct resid *selector)
{
	struct resid id = resource_id(kz, r);
	size_t i;

	id.cluster = false;
	if (is_selected_by(&id, selector))
		return true;
	for (i = 0; i < r->prev.count; i++) {
		id = resource_prev_id(kz, r, i);
		id.cluster = false;
		if (is_selected_by(&id, selector))
			return true;
	}
	return false;
}

static struct resid selector_id(const struct node *n)
{
	return (struct resid){ { field_text(n, "group"), field_text(n, "version"),
				 field_text(n, "kind") },
			       field_text(n, "name"),
			       field_text(n, "namespace"),
			       false };
}

static struct resource *find_source(struct replacing *x, const struct node *source)
{
	struct resid id = selector_id(source);
	struct resource *found = NULL;
	size_t i;

	for (i = 0; i < x->m->count; i++) {
		if (!source_selects(x->kz, x->m->items[i], &id))
			continue;
		if (found) {
			kz_fail(x->kz, x->err, source->origin, "multiple matches for selector %s",
				resid_string(x->kz->a, &id));
			return NULL;
		}
		found = x->m->items[i];
	}
	if (!found)
		kz_fail(x->kz, x->err, source->origin, "nothing selected by %s",
			resid_string(x->kz->a, &id));
	return found;
}

static bool is_empty(const struct node *n)
{
	return node_is_null(n) || (n->type >= NODE_SEQ && !n->len);
}

/* The piece of a text between delimiters; pieces are counted from 0. */
static void split(struct arena *a, const char *text, const char *delimiter, struct strings *out)
{
	size_t n = strlen(delimiter);
	const char *next;

	while ((next = strstr(text, delimiter))) {
		*vec_push(a, out) = arena_memdup(a, text, (size_t)(next - text));
		text = next + n;
	}
	*vec_push(a, out) = text;
}

static int64_t option_index(const struct node *options)
{
	int64_t index = 0;

	node_integer(node_get(options, "index"), &index);
	return index;
}

static struct node *refine(struct replacing *x, struct node *n, const struct node *options)
{
	const char *delimiter = field_text(options, "delimiter");
	struct strings pieces = { 0 };
	int64_t index = option_index(options);
	struct node *copy;

	if (!*delimiter)
		return n;
	if (n->type >= NODE_SEQ) {
		kz_fail(x->kz, x->err, options->origin,
			"delimiter option can only be used with scalar nodes");
		return NULL;
	}
	split(x->kz->a, n->text, delimiter, &pieces);
	if (index < 0 || index >= (int64_t)pieces.count) {
		kz_fail(x->kz, x->err, options->origin,
			"options.index %lld is out of bounds for value %s", (long long)index,
			n->text);
		return NULL;
	}
	copy = node_copy(x->kz->a, n);
	copy->text = pieces.items[index];
	copy->len = (uint32_t)strlen(copy->text);
	return copy;
}

/* Where all annotations are taken, kustomize's own are among them. */
static struct node *with_annotations(struct replacing *x, struct resource *r, const char *path,
				     struct node *found)
{
	struct node *all;

	if (!strcmp(path, "metadata.annotations"))
		return annotations_spelt(x->kz, r);
	all = strcmp(path, "metadata") ? NULL : annotations_spelt(x->kz, r);
	if (!all || !node_is(found, NODE_MAP))
		return found;
	found = node_copy(x->kz->a, found);
	node_set(x->kz->a, found, "annotations", all);
	return found;
}

static struct node *source_value(struct replacing *x, const struct node *replacement)
{
	struct node *source = node_get(replacement, "source"), *found;
	const struct node *given = node_get(replacement, "sourceValue");
	struct strings parts = { 0 };
	const char *path = field_text(source, "fieldPath");
	struct resource *r;

	if (given && source) {
		kz_fail(x->kz, x->err, given->origin,
			"value and resource selectors are mutually exclusive");
		return NULL;
	}
	if (given) {
		found = node_copy(x->kz->a, given);
		found->style = STYLE_ANY;
		scalar_free(found);
		return found;
	}
	r = find_source(x, source);
	if (!r)
		return NULL;
	path_split(x->kz->a, *path ? path : "metadata.name", '.', &parts);
	if (path_lookup(x->kz, r->root, &parts, &found, x->err) < 0) {
		err_wrap(x->err, "error looking up replacement source");
		return NULL;
	}
	found = with_annotations(x, r, path, found);
	if (is_empty(found)) {
		kz_fail(x->kz, x->err, source->origin,
			"fieldPath `%s` is missing for replacement source",
			*path ? path : "metadata.name");
		return NULL;
	}
	return refine(x, found, node_get(source, "options"));
}

/* ---- targets ---- */

/* Put the value in one piece of the target's text, or before or behind it. */
static const char *spliced(struct replacing *x, const struct node *field, const char *value)
{
	const char *delimiter = field_text(x->options, "delimiter");
	struct strings pieces = { 0 };
	int64_t index = option_index(x->options);
	const char *out = "";
	size_t i;

	split(x->kz->a, field->text, delimiter, &pieces);
	if (index < 0)
		return arena_printf(x->kz->a, "%s%s%s", value, delimiter, field->text);
	if (index >= (int64_t)pieces.count)
		return arena_printf(x->kz->a, "%s%s%s", field->text, delimiter, value);
	pieces.items[index] = value;
	for (i = 0; i < pieces.count; i++)
		out = arena_printf(x->kz->a, "%s%s%s", out, i ? delimiter : "", pieces.items[i]);
	return out;
}

static origin_id replaced(struct replacing *x, origin_id value)
{
	return origins_derive(x->kz->run->origins, value, VIA_REPLACEMENT, x->at);
}

static void mark(struct replacing *x, struct node *n)
{
	uint32_t i;

	n->origin = replaced(x, n->origin);
	for (i = 0; n->type == NODE_SEQ && i < n->len; i++)
		mark(x, n->items[i]);
	for (i = 0; n->type == NODE_MAP && i < n->len; i++)
		mark(x, n->entries[i].value);
}

/* Only the text of a scalar is replaced: its type and its quotes stay; a new one has neither. */
static void set_text(struct replacing *x, struct node *field, const char *text)
{
	origin_id from = x->value->origin;

	if (*field_text(x->options, "delimiter"))
		from = origins_derive(x->kz->run->origins, field->origin, VIA_REPLACEMENT,
				      x->value->origin);
	else
		from = replaced(x, from);
	if (field->type == NODE_STR && field->style == STYLE_PLAIN)
		field->style = STYLE_ANY;
	field->text = arena_strdup(x->kz->a, text);
	field->len = (uint32_t)strlen(text);
	field->origin = from;
	if (field->style == STYLE_FREE)
		scalar_free(field);
}

static int set_field(struct replacing *x, struct node *field)
{
	const char *delimiter = field_text(x->options, "delimiter");
	const char *text = node_is_scalar(x->value) ? x->value->text : "";

	if (*delimiter && field->type >= NODE_SEQ)
		return kz_fail(x->kz, x->err, x->options->origin,
			       "delimiter option can only be used with scalar nodes");
	if (*delimiter)
		text = spliced(x, field, text);
	if (field->type < NODE_SEQ && !(node_is_null(field) && x->value->type >= NODE_SEQ)) {
		set_text(x, field, text);
		return 0;
	}
	*field = *node_copy(x->kz->a, x->value);
	mark(x, field);
	return 0;
}

static int copy_to(struct replacing *x, struct resource *r, const struct node *path)
{
	struct strings parts = { 0 };
	struct path_matches fields = { 0 };
	bool create = node_true(node_get(x->options, "create"));
	int kind = !create ? NODE_NULL : node_is_scalar(x->value) ? NODE_STR : x->value->type;
	size_t i;

	if (x->kz->options->kustomize_api == KUSTOMIZE_API_0_21 &&
	    structured_replace(x->kz, r->root, path->text, x->value, kind,
			       replaced(x, x->value->origin)))
		return 0;
	path_split(x->kz->a, path->text, '.', &parts);
	if (path_match(x->kz, r->root, &parts, 0, kind, &fields, x->err) < 0)
		return err_wrap(x->err, "unable to find %sfield \"%s\" in replacement target",
				create ? "or create " : "", path->text);
	if (!fields.count)
		return kz_fail(x->kz, x->err, path->origin,
			       "unable to find %sfield \"%s\" in replacement target %s",
			       create ? "or create " : "", path->text, resource_name(r));
	for (i = 0; i < fields.count; i++)
		if (set_field(x, fields.items[i]) < 0)
			return -1;
	return 0;
}

/* What a target selects, and what it rejects. */
struct chosen {
	const struct node *from;
	struct selector *select;
	struct {
		VEC(struct selector *);
	} reject;
};

static int compile_target(struct replacing *x, const struct node *target, struct chosen *out)
{
	const struct node *select = node_get(target, "select"),
			  *reject = node_get(target, "reject");
	uint32_t i;

	*out = (struct chosen){ .from = target };
	if (!select)
		return kz_fail(x->kz, x->err, target->origin,
			       "target must specify resources to select");
	out->select = selector_new(x->kz, select, x->err);
	if (!out->select)
		return -1;
	for (i = 0; reject && i < reject->len; i++) {
		struct selector *s = selector_new(x->kz, reject->items[i], x->err);

		if (!s)
			return -1;
		*vec_push(x->kz->a, &out->reject) = s;
	}
	return 0;
}

/* Present and former ids; their namespaces count to the letter. */
static bool any_id_matches(struct replacing *x, struct resource *r, const struct selector *s,
			   const struct node *from)
{
	struct resid id = resource_id(x->kz, r);
	size_t i;

	if (x->kz->options->kustomize_api == KUSTOMIZE_API_0_20) {
		id = selector_id(from);
		return source_selects(x->kz, r, &id);
	}
	if (selector_matches_id(s, &id))
		return true;
	for (i = 0; i < r->prev.count; i++) {
		id = resource_prev_id(x->kz, r, i);
		if (selector_matches_id(s, &id))
			return true;
	}
	return false;
}

static bool is_chosen(struct replacing *x, struct resource *r, const struct chosen *c)
{
	size_t i;

	if (!selector_matches_meta(c->select, r))
		return false;
	for (i = 0; i < c->reject.count; i++) {
		const struct selector *s = c->reject.items[i];

		if (!selector_has_no_labels(s) && selector_matches_meta(s, r))
			return false;
		if (!selector_has_no_id(s) &&
		    any_id_matches(x, r, s, node_get(c->from, "reject")->items[i]))
			return false;
	}
	return any_id_matches(x, r, c->select, node_get(c->from, "select"));
}

static int apply_target(struct replacing *x, const struct node *target)
{
	static const struct node default_path = { .type = NODE_STR,
						  .text = "metadata.name",
						  .len = 13 };
	const struct node *paths = node_get(target, "fieldPaths");
	struct chosen chosen;
	size_t i;
	uint32_t j;

	if (compile_target(x, target, &chosen) < 0)
		return -1;
	x->options = node_get(target, "options");
	for (i = 0; i < x->m->count; i++) {
		struct resource *r = x->m->items[i];

		if (!is_chosen(x, r, &chosen))
			continue;
		if (!paths || !paths->len)
			if (copy_to(x, r, &default_path) < 0)
				return -1;
		for (j = 0; paths && j < paths->len; j++)
			if (copy_to(x, r, paths->items[j]) < 0)
				return -1;
	}
	return 0;
}

static int apply_replacement(struct replacing *x, const struct node *one)
{
	const struct node *targets = node_get(one, "targets");
	struct node *value;
	uint32_t i;

	if ((!node_get(one, "source") && !node_get(one, "sourceValue")) || !targets)
		return kz_fail(x->kz, x->err, one->origin,
			       "replacements must specify a source and at least one target");
	value = source_value(x, one);
	if (!value)
		return -1;
	x->value = node_copy(x->kz->a, value);
	x->at = one->origin;
	for (i = 0; i < targets->len; i++)
		if (apply_target(x, targets->items[i]) < 0)
			return -1;
	return 0;
}

/* A file holds one replacement or a list of them. */
static int apply_file(struct target *t, struct replacing *x, const struct node *path)
{
	struct yaml_docs docs = { 0 };
	struct node *root, *one;
	struct blob blob;
	uint32_t i;

	if (target_read(t, path->text, path->origin, &blob, x->err) < 0 ||
	    yaml_read_first(t->kz->run, t->kz->a, blob.path, blob.text, blob.len, blob.origin,
			    &docs, x->err) < 0)
		return -1;
	root = docs.count ? docs.items[0].root : NULL;
	if (!root || (root->type != NODE_SEQ && root->type != NODE_MAP))
		return kz_fail(t->kz, x->err, path->origin,
			       "unsupported replacement type encountered within replacement path");
	for (i = 0; i < (root->type == NODE_SEQ ? root->len : 1); i++) {
		one = fields_decode(t->kz, fields_replacement,
				    root->type == NODE_SEQ ? root->items[i] : root, DECODE_CONVERT,
				    "replacement", x->err);
		if (!one || apply_replacement(x, one) < 0)
			return -1;
	}
	return 0;
}

int transform_replacements(struct target *t, struct resmap *m, const struct node *list,
			   struct err *err)
{
	struct replacing x = { .kz = t->kz, .m = m, .err = err };
	uint32_t i;

	for (i = 0; list && i < list->len; i++) {
		const struct node *one = list->items[i], *path = node_get(one, "path");

		if (!path || !path->len) {
			if (apply_replacement(&x, one) < 0)
				return -1;
			continue;
		}
		if (node_get(one, "source") || node_get(one, "targets"))
			return kz_fail(t->kz, err, path->origin,
				       "cannot specify both path and inline replacement");
		if (apply_file(t, &x, path) < 0)
			return -1;
	}
	resmap_dirty(m);
	return 0;
}
