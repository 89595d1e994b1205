/*
 * What a deletion leaves without what it names: claims of a storage class, Ingresses of an ingress
 * class, pods of a priority or runtime class, bindings of a role, the claim of a volume, the kinds
 * of an APIService. Asked for only where such an object goes; what goes with it is not told.
 */
#include "validate/cluster/ask.h"

enum { LIST_MOST = 500, NAMES_MOST = 3, GOERS_MOST = 50 };

/* Objects of a kind that name what goes; `kind_path`: they say its kind too. */
static const struct {
	const char *group, *kind; /* of what goes */
	const char *user_group, *user_kind;
	const char *const path[4], *const kind_path[4];
	const char *loss;
} uses[] = {
	/* by group, then kind */
	{ "",
	  "PersistentVolume",
	  "",
	  "PersistentVolumeClaim",
	  { "spec", "volumeName", NULL },
	  { NULL },
	  "loses its volume" },
	{ "networking.k8s.io",
	  "IngressClass",
	  "networking.k8s.io",
	  "Ingress",
	  { "spec", "ingressClassName", NULL },
	  { NULL },
	  "is served by nobody then" },
	{ "node.k8s.io",
	  "RuntimeClass",
	  "",
	  "Pod",
	  { "spec", "runtimeClassName", NULL },
	  { NULL },
	  "can't be made again" },
	{ "rbac.authorization.k8s.io",
	  "ClusterRole",
	  "rbac.authorization.k8s.io",
	  "ClusterRoleBinding",
	  { "roleRef", "name", NULL },
	  { "roleRef", "kind", NULL },
	  "grants nothing then" },
	{ "rbac.authorization.k8s.io",
	  "ClusterRole",
	  "rbac.authorization.k8s.io",
	  "RoleBinding",
	  { "roleRef", "name", NULL },
	  { "roleRef", "kind", NULL },
	  "grants nothing then" },
	{ "scheduling.k8s.io",
	  "PriorityClass",
	  "",
	  "Pod",
	  { "spec", "priorityClassName", NULL },
	  { NULL },
	  "can't be made again" },
	{ "storage.k8s.io",
	  "StorageClass",
	  "",
	  "PersistentVolumeClaim",
	  { "spec", "storageClassName", NULL },
	  { NULL },
	  "gets no new volume" },
};

static const struct node *text_at(const struct node *n, const char *const *path)
{
	for (; n && *path; path++)
		n = node_get(n, *path);
	return n;
}

/* Whether a live object goes in the same plan. */
static bool goes_too(const struct asker *all, const struct resource *r, const char *ns,
		     const char *name)
{
	size_t i;

	for (i = 0; i < all->goners.count; i++) {
		const struct goner *g = &all->goners.items[i];

		if (!strcmp(g->object->name, name) && !strcmp(g->ns, ns) &&
		    !strcmp(g->resource->kind, r->kind) && !strcmp(g->resource->group, r->group))
			return true;
	}
	return false;
}

static bool names_it(size_t row, const struct goner *g, const struct node *item)
{
	const char *name = node_text(text_at(item, uses[row].path));
	const char *kind = *uses[row].kind_path ? node_text(text_at(item, uses[row].kind_path))
						: uses[row].kind;

	return name && kind && !strcmp(name, g->object->name) && !strcmp(kind, uses[row].kind);
}

static void tell(struct asker *all, const struct goner *g, const char *text)
{
	struct plan *p = all->p;

	plan_add_finding(p, all->options->target, SEVERITY_WARNING, "risk/still-used", g->object,
			 "", g->object->root->origin, "%s", masks_text(p->masks, p->arena, text));
}

static const char *plural(struct arena *a, const char *kind, size_t count)
{
	size_t len = strlen(kind);

	if (count == 1)
		return kind;
	return arena_printf(a, "%s%s", kind, len && kind[len - 1] == 's' ? "es" : "s");
}

/* "Ingress shop/a, shop/b and 3 more: is served by nobody then". */
static void tell_users(struct asker *all, const struct goner *g, size_t row,
		       const struct resource *r, const struct node *list)
{
	const struct node *items = node_get(list, "items");
	const char *more = node_text(node_path(list, "metadata", "continue", NULL));
	struct buf text;
	size_t count = 0;

	buf_init(&text, 0);
	for (uint32_t i = 0; node_is(items, NODE_SEQ) && i < items->len; i++) {
		const struct node *metadata = node_get(items->items[i], "metadata");
		const char *name = node_string_at(metadata, "name"),
			   *ns = node_string_at(metadata, "namespace");

		if (!names_it(row, g, items->items[i]) || goes_too(all, r, ns, name) ||
		    count++ >= NAMES_MOST)
			continue;
		buf_printf(&text, "%s%s%s%s", text.len ? ", " : "", ns, *ns ? "/" : "", name);
	}
	if (count > NAMES_MOST)
		buf_printf(&text, " and %zu more", count - NAMES_MOST);
	if (count) {
		char *whole = arena_printf(&all->arena, "%zu live %s %s it (%s): %s %s%s", count,
					   plural(&all->arena, r->kind, count),
					   count > 1 ? "name" : "names", text.text,
					   count > 1 ? "each" : "it", uses[row].loss,
					   more && *more ? "; not all could be listed" : "");

		tell(all, g, whole);
	}
	buf_release(&text);
}

static int ask_users(struct asker *all, const struct goner *g, struct err *err)
{
	struct arena scratch;
	size_t row;
	int rc = 0;

	arena_init(&scratch, &all->p->run->budget);
	for (row = 0; !rc && row < ARRAY_SIZE(uses); row++) {
		const struct resource *r;
		struct node *body = NULL;
		int status;

		if (strcmp(uses[row].kind, g->resource->kind) != 0 ||
		    strcmp(uses[row].group, g->resource->group) != 0)
			continue;
		r = resource_any_version(all->c, uses[row].user_group, uses[row].user_kind);
		if (!r)
			continue;
		rc = cluster_call(all->c, &scratch,
				  &(struct cluster_request){
					  .path = arena_printf(&scratch, "%s?limit=%d",
							       resource_path(&scratch, r, "", NULL),
							       LIST_MOST) },
				  &status, &body, err);
		if (!rc && status == 200)
			tell_users(all, g, row, r, body);
	}
	arena_release(&scratch);
	return rc;
}

/* The kinds of a group's version, which nothing serves when its APIService is gone. */
static void tell_kinds(struct asker *all, const struct goner *g)
{
	const struct node *spec = node_get(g->object->root, "spec");
	const char *group = node_string_at(spec, "group"),
		   *version = node_string_at(spec, "version");
	const struct map *kinds = &all->c->kinds;
	struct buf names;
	size_t count = 0;

	if (!*version)
		return;
	buf_init(&names, 0);
	for (size_t i = 0; i < kinds->count; i++) {
		const struct resource *r = kinds->entries[i].value;

		if (strcmp(r->group, group) || strcmp(r->version, version) || count++ >= NAMES_MOST)
			continue;
		buf_printf(&names, "%s%s", names.len ? ", " : "", r->kind);
	}
	if (count)
		tell(all, g,
		     arena_printf(&all->arena, "nothing serves %s/%s then: %zu kind%s (%s%s)",
				  group, version, count, count > 1 ? "s" : "", names.text,
				  count > NAMES_MOST ? ", …" : ""));
	buf_release(&names);
}

int users_ask(struct asker *all, struct err *err)
{
	size_t asked = 0, i;

	for (i = 0; i < all->goners.count; i++) {
		const struct goner *g = &all->goners.items[i];

		if (*g->ns)
			continue;
		if (!strcmp(g->resource->group, "apiregistration.k8s.io"))
			tell_kinds(all, g);
		else if (asked++ < GOERS_MOST && ask_users(all, g, err) < 0)
			return -1;
	}
	return 0;
}
