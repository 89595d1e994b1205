/*
 * Name references: fields that name a resource whose name was changed get its new name.
 *
 * A candidate had the name that the field holds, so candidates come from the index by former name;
 * kustomize compares each reference with each resource. Which field specs hold for a type is worked
 * out once per type.
 */
#include <string.h>
#include "base/map.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/transformers.h"

struct rule {
	const struct gvk *target;
	const struct fieldspec *spec;
	bool role_ref; /* the path ends in roleRef/name */
};
struct rules {
	VEC(struct rule);
};

struct found {
	struct resource **items;
	size_t count;
};

struct linker {
	struct kz *kz;
	const struct config *config;
	struct map rules;     /* by type: struct rules */
	struct map by_name;   /* former name: struct found, of what had it */
	struct map org_pairs; /* "current/original" namespaces that occur */
	struct resource *referrer;
	struct resid referrer_id;
	struct strings binding_spaces; /* of a RoleBinding's service accounts */
	const struct rule *rule;
};

/* ---- rules by type ---- */

static bool ends_in_role_ref(const char *path)
{
	size_t n = strlen(path), m = strlen("roleRef/name");

	return n >= m && !strcmp(path + n - m, "roleRef/name");
}

static const struct rules *rules_for(struct linker *x, const struct gvk *gvk)
{
	const char *key = arena_printf(x->kz->a, "%s/%s/%s", gvk->group, gvk->version, gvk->kind);
	struct rules *rules = map_get(&x->rules, key);
	size_t i, j;

	if (rules)
		return rules;
	rules = arena_new(x->kz->a, struct rules);
	for (i = 0; i < x->config->refs.count; i++) {
		const struct name_ref *ref = &x->config->refs.items[i];

		for (j = 0; j < ref->referrers.count; j++) {
			const struct fieldspec *spec = &ref->referrers.items[j];

			if (gvk_selected(gvk, &spec->gvk))
				*vec_push(x->kz->a, rules) =
					(struct rule){ &ref->gvk, spec,
						       ends_in_role_ref(spec->path) };
		}
	}
	map_set(&x->rules, key, rules);
	return rules;
}

/* ---- candidates ---- */

static void index_pair(struct linker *x, const char *current, const char *original)
{
	map_set(&x->org_pairs, arena_printf(x->kz->a, "%s/%s", current, original), x);
}

static void index_resource(struct linker *x, struct resource *r)
{
	struct resid id = resource_id(x->kz, r), old = resource_original_id(x->kz, r);
	size_t i, j;

	if (!old.cluster) {
		index_pair(x, resid_effective_ns(&id), resid_effective_ns(&old));
		index_pair(x, "", resid_effective_ns(&old));
	}
	for (i = 0; i < r->prev.count; i++) {
		struct found **at = (struct found **)map_at(&x->by_name, r->prev.items[i].name);

		for (j = 0; j < i && strcmp(r->prev.items[j].name, r->prev.items[i].name); j++)
			;
		if (j < i)
			continue;
		if (!*at)
			*at = arena_new(x->kz->a, struct found);
		if (!((*at)->count & ((*at)->count - 1)))
			(*at)->items = arena_grow(
				x->kz->a, (*at)->items, (*at)->count * sizeof(*(*at)->items),
				((*at)->count ? (*at)->count * 2 : 1) * sizeof(*(*at)->items));
		(*at)->items[(*at)->count++] = r;
	}
}

static bool in_strings(const struct strings *list, const char *text)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (!strcmp(list->items[i], text))
			return true;
	return false;
}

/* Whether the referrer could mean this resource at all. */
static bool is_reachable(struct linker *x, struct resource *r, const struct resid *id)
{
	return x->referrer_id.cluster || id->cluster || resid_same_ns(id, &x->referrer_id) ||
	       in_strings(&x->binding_spaces, resource_ns(r));
}

static bool was_selected(struct linker *x, struct resource *r, const struct gvk *gvk)
{
	size_t i;

	for (i = 0; i < r->prev.count; i++) {
		struct resid id = resource_prev_id(x->kz, r, i);

		if (gvk_selected(&id.gvk, gvk))
			return true;
	}
	return false;
}

/* A role's type stands beside its name. */
static bool fits_role_ref(struct linker *x, struct resource *r)
{
	const struct node *ref = node_get(x->referrer->root, "roleRef");
	const struct node *group = node_get(ref, "apiGroup"), *kind = node_get(ref, "kind");
	struct gvk gvk = { text_of(group), "", text_of(kind) };

	if (!x->rule->role_ref || !group || !kind)
		return true;
	return was_selected(x, r, &gvk);
}

static bool in_same_namespace(struct linker *x, const struct resid *id)
{
	return x->referrer_id.cluster || id->cluster || !strcmp(id->gvk.kind, "ServiceAccount") ||
	       resid_same_ns(&x->referrer_id, id);
}

/* Whether any reachable resource was first in this namespace. */
static bool was_any_in(struct linker *x, const char *ns)
{
	struct arena *a = x->kz->a;
	size_t i;

	if (x->referrer_id.cluster)
		return map_get(&x->org_pairs, arena_printf(a, "/%s", ns)) != NULL;
	if (map_get(&x->org_pairs,
		    arena_printf(a, "%s/%s", resid_effective_ns(&x->referrer_id), ns)))
		return true;
	for (i = 0; i < x->binding_spaces.count; i++)
		if (map_get(&x->org_pairs,
			    arena_printf(a, "%s/%s", x->binding_spaces.items[i], ns)))
			return true;
	return false;
}

/* ---- prefixes and suffixes ---- */

/* One list is the end of the other. */
static bool same_ending(const struct strings *x, const struct strings *y)
{
	const struct strings *shorter = x->count < y->count ? x : y;
	const struct strings *longer = shorter == x ? y : x;
	size_t i, more = longer->count - shorter->count;

	if (!shorter->count)
		return !more;
	for (i = 0; i < shorter->count; i++)
		if (strcmp(shorter->items[i], longer->items[i + more]))
			return false;
	return true;
}

static bool fits_affix(const struct strings *x, const struct strings *y, bool allow_empty)
{
	return (allow_empty && (!x->count || !y->count)) || same_ending(x, y);
}

static size_t sieve_affixes(struct linker *x, struct resource **list, size_t count,
			    bool allow_empty)
{
	size_t i, kept = 0;

	for (i = 0; i < count; i++)
		if (fits_affix(&list[i]->prefixes, &x->referrer->prefixes, allow_empty) &&
		    fits_affix(&list[i]->suffixes, &x->referrer->suffixes, allow_empty))
			list[kept++] = list[i];
	return kept;
}

/* ---- one reference ---- */

static int ambiguous(struct linker *x, const struct node *field, struct resource **list,
		     size_t count, struct err *err)
{
	const char *ids = "";
	size_t i;

	for (i = 0; i < count && i < 10; i++) {
		struct resid id = resource_id(x->kz, list[i]);

		ids = arena_printf(x->kz->a, "%s%s%s", ids, i ? ", " : "",
				   resid_string(x->kz->a, &id));
	}
	return kz_fail(x->kz, err, field->origin,
		       "updating name reference in '%s' field of '%s': found multiple possible "
		       "referrals: %s",
		       x->rule->spec->path, resid_string(x->kz->a, &x->referrer_id), ids);
}

/* `ns` is what stands beside the name, or NULL; with_ns: its namespace will be taken over too. */
static int select_referral(struct linker *x, const struct node *name, const char *ns, bool with_ns,
			   struct resource **out, struct err *err)
{
	const struct found *all = map_get(&x->by_name, name->text);
	struct resource **list;
	bool by_original = ns && was_any_in(x, ns);
	size_t i, count = 0;

	*out = NULL;
	if (!all)
		return 0;
	list = arena_array(x->kz->a, all->count, struct resource *);
	for (i = 0; i < all->count; i++) {
		struct resource *r = all->items[i];
		struct resid id, old;

		if (!was_selected(x, r, x->rule->target))
			continue;
		id = resource_id(x->kz, r);
		if (!is_reachable(x, r, &id))
			continue;
		if (ns) {
			old = resource_original_id(x->kz, r);
			if (strcmp(resid_effective_ns(by_original ? &old : &id), ns))
				continue;
		}
		if (fits_role_ref(x, r) && in_same_namespace(x, &id))
			list[count++] = r;
	}
	if (count != 1) {
		count = sieve_affixes(x, list, count, true);
		if (count > 1)
			count = sieve_affixes(x, list, count, false);
	}
	for (i = 1; i < count; i++)
		if (strcmp(resource_name(list[0]), resource_name(list[i])) ||
		    (with_ns && strcmp(resource_ns(list[0]), resource_ns(list[i]))))
			return ambiguous(x, name, list, count, err);
	if (count)
		*out = list[0];
	return 0;
}

static void set_from(struct linker *x, struct node *field, const struct node *from)
{
	scalar_set(x->kz, field, from->text, from->len, NODE_NULL,
		   origins_derive(x->kz->run->origins, field->origin, VIA_REFERENCE, from->origin));
}

static int update_scalar(struct linker *x, struct node *field, struct err *err)
{
	struct resource *referral;
	const struct node *name;

	if (select_referral(x, field, NULL, false, &referral, err) < 0)
		return -1;
	if (!referral)
		return 0;
	name = node_path(referral->root, "metadata", "name", NULL);
	if (name && strcmp(name->text, field->text))
		set_from(x, field, name);
	return 0;
}

/* A mapping with a name, and maybe a namespace. */
static int update_map(struct linker *x, struct node *map, struct err *err)
{
	struct node *name = node_get(map, "name"), *ns = node_get(map, "namespace");
	const struct node *metadata, *new_ns;
	struct resource *referral;

	if (!name)
		return kz_fail(x->kz, err, map->origin,
			       "path config error; no 'name' field in node");
	if (name->type >= NODE_SEQ)
		return 0;
	if (select_referral(x, name, ns && node_is_scalar(ns) ? ns->text : NULL, true, &referral,
			    err) < 0)
		return -1;
	if (!referral)
		return 0;
	metadata = node_get(referral->root, "metadata");
	new_ns = node_get(metadata, "namespace");
	if (!strcmp(resource_name(referral), name->text) && !*text_of(new_ns))
		return 0;
	if (strcmp(resource_name(referral), name->text))
		set_from(x, name, node_get(metadata, "name"));
	if (!*text_of(new_ns))
		return 0;
	if (!node_is_scalar(ns)) {
		node_set(x->kz->a, map, "namespace",
			 node_at(node_str(x->kz->a, new_ns->text),
				 origins_derive(x->kz->run->origins, name->origin, VIA_REFERENCE,
						new_ns->origin)));
	} else if (strcmp(ns->text, new_ns->text)) {
		set_from(x, ns, new_ns);
	}
	return 0;
}

static int update_field(void *data, struct node *field, struct err *err)
{
	struct linker *x = data;
	uint32_t i;

	if (field->type == NODE_NULL)
		return 0;
	if (field->type == NODE_MAP)
		return update_map(x, field, err);
	if (field->type != NODE_SEQ)
		return update_scalar(x, field, err);
	for (i = 0; i < field->len; i++) {
		struct node *one = field->items[i];

		if (one->type == NODE_SEQ)
			return kz_fail(x->kz, err, one->origin,
				       "it is expected to be either a string or a map of string");
		if (one->type != NODE_NULL &&
		    (one->type == NODE_MAP ? update_map(x, one, err) : update_scalar(x, one, err)) <
			    0)
			return -1;
	}
	return 0;
}

/* ---- all ---- */

static int collect_binding_spaces(struct linker *x, struct err *err)
{
	const struct node *subjects = node_get(x->referrer->root, "subjects");
	uint32_t i;

	x->binding_spaces = (struct strings){ 0 };
	if (strcmp(x->referrer_id.gvk.kind, "RoleBinding") || x->referrer_id.cluster)
		return 0;
	for (i = 0; node_is(subjects, NODE_SEQ) && i < subjects->len; i++) {
		const struct node *one = subjects->items[i], *ns = node_get(one, "namespace");

		if (!ns || strcmp(field_text(one, "kind"), "ServiceAccount"))
			continue;
		if (ns->type != NODE_STR)
			return kz_fail(x->kz, err, ns->origin,
				       "invalid input: namespace is blank for resource %s",
				       resid_string(x->kz->a, &x->referrer_id));
		*vec_push(x->kz->a, &x->binding_spaces) = ns->text;
	}
	return 0;
}

static int link_resource(struct linker *x, struct resource *r, struct err *err)
{
	struct field_walk walk = { x->kz, update_field, x, NODE_NULL };
	struct resid old = resource_original_id(x->kz, r);
	const struct rules *rules = rules_for(x, &old.gvk);
	static const struct gvk any = { "", "", "" };
	size_t i;

	x->referrer = r;
	x->referrer_id = resource_id(x->kz, r);
	if (collect_binding_spaces(x, err) < 0)
		return -1;
	for (i = 0; i < rules->count; i++) {
		struct fieldspec spec = *rules->items[i].spec;

		spec.gvk = any; /* the original type was looked at already */
		x->rule = &rules->items[i];
		if (fieldspec_apply(&walk, &spec, r->root, &any, err) < 0)
			return -1;
	}
	return 0;
}

int transform_name_references(struct kz *kz, struct resmap *m, const struct config *config,
			      struct err *err)
{
	struct linker x = { .kz = kz, .config = config };
	size_t i;

	map_init(&x.rules, kz->a);
	map_init(&x.by_name, kz->a);
	map_init(&x.org_pairs, kz->a);
	for (i = 0; i < m->count; i++)
		index_resource(&x, m->items[i]);
	for (i = 0; i < m->count; i++)
		if (link_resource(&x, m->items[i], err) < 0)
			return -1;
	resmap_dirty(m);
	return 0;
}
