#include "validate/cluster/inventory.h"
#include "base/base64.h"
#include "base/sha256.h"
#include "base/text.h"

#define APPLYSET_ID "applyset.kubernetes.io/id"
#define APPLYSET_TOOLING "applyset.kubernetes.io/tooling"
#define APPLYSET_KINDS "applyset.kubernetes.io/contains-group-kinds"
#define APPLYSET_NAMESPACES "applyset.kubernetes.io/additional-namespaces"

enum { PAGE = 500, PAGES_MOST = 200, LISTS_MOST = 2000 };

static const char last_applied[] = "kubectl.kubernetes.io/last-applied-configuration";

struct names {
	VEC(const char *);
};
struct resources {
	VEC(const struct resource *);
};

struct inventory_ask {
	struct plan *p;
	struct cluster *c;
	struct plan_items *items;
	const struct inventory *inventory;
	const struct plan_app *app; /* one of the owner's: what is found belongs to it */
	const char *part_of;
	struct arena *a;
	struct map known; /* "group/Kind/namespace/name" of what git has → itself */
};

/* --- small things -------------------------------------------------------------------------- */

static const char *label(const struct node *o, const char *key)
{
	return node_text(node_path(o, "metadata", "labels", key, NULL));
}

static const char *annotation(const struct node *o, const char *key)
{
	return node_text(node_path(o, "metadata", "annotations", key, NULL));
}

/* The parts of a list with commas, without spaces around them; empty ones are left out. */
static struct names split(struct arena *a, const char *text)
{
	struct names out = { 0 };
	size_t len;

	for (; text && *text; text += len + (text[len] == ',')) {
		text += strspn(text, " ");
		len = strcspn(text, ",");
		if (len)
			*vec_push(a, &out) = arena_memdup(a, text, len);
	}
	return out;
}

static bool has_name(const struct names *list, const char *name)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (!strcmp(list->items[i], name))
			return true;
	return false;
}

/* --- an ApplySet's parent ------------------------------------------------------------------ */

/* applyset-HASH-v1, by the parent's name, namespace, kind and group. */
static const char *applyset_id(struct arena *a, const struct resource *r, const char *ns,
			       const char *name)
{
	const char *text = arena_printf(a, "%s.%s.%s.%s", name, ns, r->kind, r->group);
	unsigned char digest[32];
	struct sha256 hash;
	struct buf out;
	const char *id;
	char *c;

	sha256_init(&hash);
	sha256_add(&hash, text, strlen(text));
	sha256_end(&hash, digest);
	buf_init(&out, 0);
	base64_encode(&out, (const char *)digest, sizeof(digest));
	for (c = out.text; *c; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
	id = arena_printf(a, "applyset-%.*s-v1", (int)strcspn(out.text, "="), out.text);
	buf_release(&out);
	return id;
}

/* The resource that RESOURCE[.GROUP] names, as kubectl takes it: plural, singular or kind. */
static const struct resource *find_resource(struct cluster *c, const char *text, size_t len)
{
	const char *dot = memchr(text, '.', len);
	size_t word = dot ? (size_t)(dot - text) : len, i;

	for (i = 0; i < c->kinds.count; i++) {
		const struct resource *r = c->kinds.entries[i].value;

		if (!c->kinds.entries[i].key || (dot && strlen(r->group) != len - word - 1) ||
		    (dot && memcmp(r->group, dot + 1, len - word - 1) != 0))
			continue;
		if ((strlen(r->plural) == word && !strncasecmp(r->plural, text, word)) ||
		    (strlen(r->kind) == word && !strncasecmp(r->kind, text, word)))
			return r;
	}
	return NULL;
}

static int check_parent(struct inventory_ask *w, const struct node *parent, struct err *err)
{
	const char *id = label(parent, APPLYSET_ID), *tool = annotation(parent, APPLYSET_TOOLING);
	const char *what = w->inventory->applyset;

	if (!id)
		return err_raise(err, ERR_REFUSED, NO_POS,
				 "%s is no ApplySet's parent: it has no label " APPLYSET_ID, what);
	if (strcmp(id, w->part_of) != 0)
		return err_raise(err, ERR_REFUSED, NO_POS,
				 "%s has the label " APPLYSET_ID "=%.80s, expected is %s", what, id,
				 w->part_of);
	if (tool && strncmp(tool, "kubectl/", 8) != 0)
		return err_raise(err, ERR_REFUSED, NO_POS,
				 "ApplySet %s belongs to another tool: %.80s", what, tool);
	return 0;
}

/* Read the parent: which kinds the set has, and where. Both stay empty where there is none yet. */
static int read_parent(struct inventory_ask *w, struct resources *kinds, struct names *spaces,
		       struct err *err)
{
	const char *text = w->inventory->applyset, *slash = strchr(text, '/');
	const char *ns = w->inventory->ns ? w->inventory->ns : cluster_namespace(w->c);
	const struct resource *r = slash ? find_resource(w->c, text, (size_t)(slash - text))
					 : resource_find(w->c, "", "v1", "Secret");
	struct node *parent;
	struct names list;
	int status;
	size_t i;

	if (!r)
		return err_raise(err, ERR_NOT_FOUND, NO_POS,
				 "the cluster serves no resource '%.*s' (--applyset %s)",
				 (int)strcspn(text, "/"), text, text);
	text = slash ? slash + 1 : text;
	ns = r->namespaced ? ns : "";
	w->part_of = applyset_id(w->a, r, ns, text);
	if (cluster_call(w->c, w->a,
			 &(struct cluster_request){ .path = resource_path(w->a, r, ns, text) },
			 &status, &parent, err) < 0)
		return -1;
	if (status == 404)
		return 0;
	if (status != 200)
		return err_raise(err, ERR_REFUSED, NO_POS, "ApplySet %s: %s",
				 w->inventory->applyset, status_message(w->a, status, parent));
	if (check_parent(w, parent, err) < 0)
		return -1;
	*spaces = split(w->a, annotation(parent, APPLYSET_NAMESPACES));
	if (*ns && !has_name(spaces, ns))
		*vec_push(w->a, spaces) = ns;
	list = split(w->a, annotation(parent, APPLYSET_KINDS));
	for (i = 0; i < list.count; i++) {
		size_t len = strcspn(list.items[i], ".");
		const char *group = list.items[i][len] ? list.items[i] + len + 1 : "";

		r = resource_any_version(w->c, group, arena_memdup(w->a, list.items[i], len));
		if (r)
			*vec_push(w->a, kinds) = r;
	}
	return 0;
}

/* --- kubectl apply --prune ----------------------------------------------------------------- */

/* The kinds that may go, and the namespaces that head's objects are in. */
static int read_kinds(struct inventory_ask *w, struct resources *kinds, struct names *spaces,
		      struct err *err)
{
	size_t i;

	for (i = 0; i < w->inventory->kind_count; i++) {
		const char *text = w->inventory->kinds[i], *version, *kind;
		const struct resource *r;

		version = strchr(text, '/');
		kind = version ? strchr(version + 1, '/') : NULL;
		if (!kind)
			return err_raise(err, ERR_USAGE, NO_POS,
					 "--prune-allowlist '%s': expected is GROUP/VERSION/KIND",
					 text);
		r = resource_find(w->c,
				  !strncmp(text, "core/", 5)
					  ? ""
					  : arena_memdup(w->a, text, (size_t)(version - text)),
				  arena_memdup(w->a, version + 1, (size_t)(kind - version - 1)),
				  kind + 1);
		if (r)
			*vec_push(w->a, kinds) = r;
	}
	for (i = 0; i < w->items->count; i++) {
		const struct object *o = w->items->items[i].head;
		const char *ns = o && *o->ns ? o->ns : cluster_namespace(w->c);

		if (o && !has_name(spaces, ns))
			*vec_push(w->a, spaces) = ns;
	}
	return 0;
}

/* --- what is there ------------------------------------------------------------------------- */

static const char *key_of(struct arena *a, const char *group, const char *kind, const char *ns,
			  const char *name)
{
	return arena_printf(a, "%s/%s/%s/%s", group, kind, ns, name);
}

static void note_known(struct inventory_ask *w)
{
	size_t i;

	map_init(&w->known, w->a);
	for (i = 0; i < w->items->count; i++) {
		const struct plan_item *item = &w->items->items[i];
		const struct object *o = item->head ? item->head : item->base;
		const struct resource *r = resource_find(w->c, o->group, o->version, o->kind);
		const char *ns = *o->ns || !r || !r->namespaced ? o->ns : cluster_namespace(w->c);

		map_set(&w->known, key_of(w->a, o->group, o->kind, ns, o->name), w);
	}
}

/* An object that git lost before base: what remains of it is its name. */
static void add_lost(struct inventory_ask *w, const struct resource *r, const char *ns,
		     const char *name)
{
	struct object *o = arena_new(w->a, struct object);
	struct node *root = node_map(w->a), *metadata = node_map(w->a);
	const char *api =
		*r->group ? arena_printf(w->a, "%s/%s", r->group, r->version) : r->version;

	node_set(w->a, root, "apiVersion", node_str(w->a, api));
	node_set(w->a, root, "kind", node_str(w->a, r->kind));
	node_set(w->a, root, "metadata", metadata);
	node_set(w->a, metadata, "name", node_str(w->a, name));
	if (*ns)
		node_set(w->a, metadata, "namespace", node_str(w->a, ns));
	*o = (struct object){ .root = root,
			      .api_version = api,
			      .group = r->group,
			      .version = r->version,
			      .kind = r->kind,
			      .ns = ns,
			      .name = name };
	*vec_push(w->a, w->items) = (struct plan_item){
		.base = o,
		.base_app = w->app,
		.key = key_of(w->a, r->group, r->kind, ns, name),
		.leftover = true,
	};
}

static void take_list(struct inventory_ask *w, const struct resource *r, const struct node *list)
{
	const struct node *items = node_get(list, "items");
	uint32_t i;

	for (i = 0; node_is(items, NODE_SEQ) && i < items->len; i++) {
		const struct node *metadata = node_get(items->items[i], "metadata");
		const char *name = node_get_string(metadata, "name"),
			   *ns = node_get_string(metadata, "namespace");

		ns = ns ? ns : "";
		if (!name || node_get(metadata, "deletionTimestamp") ||
		    (!w->part_of && !annotation(items->items[i], last_applied)) ||
		    map_get(&w->known, key_of(w->a, r->group, r->kind, ns, name)))
			continue;
		map_set(&w->known, key_of(w->a, r->group, r->kind, ns, name), w);
		add_lost(w, r, ns, name);
	}
}

static int list_kind(struct inventory_ask *w, const struct resource *r, const char *ns,
		     struct err *err)
{
	const char *more = "", *labels = w->inventory->selector;
	struct cluster_request request = {
		.accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,"
			  "application/json",
	};
	struct buf path;
	struct node *body;
	int status, rc = 0, pages = 0;

	if (w->part_of)
		labels = arena_printf(w->a, "%s=%s", APPLYSET_PART_OF, w->part_of);
	buf_init(&path, 0);
	do {
		buf_cut(&path, 0);
		buf_printf(&path, "%s?limit=%d", resource_path(w->a, r, ns, NULL), PAGE);
		if (labels) {
			buf_str(&path, "&labelSelector=");
			http_escape(&path, labels);
		}
		if (*more) {
			buf_str(&path, "&continue=");
			http_escape(&path, more);
		}
		request.path = path.text;
		rc = cluster_call(w->c, w->a, &request, &status, &body, err);
		if (!rc && status != 200)
			rc = err_raise(err, ERR_REFUSED, NO_POS,
				       "what it pruned from can't be listed: %s",
				       status_message(w->a, status, body));
		if (!rc)
			take_list(w, r, body);
		more = node_text(node_path(body, "metadata", "continue", NULL));
	} while (!rc && more && *more && ++pages < PAGES_MOST);
	buf_release(&path);
	return rc;
}

static int list_all(struct inventory_ask *w, const struct resources *kinds,
		    const struct names *spaces, struct err *err)
{
	size_t i, k, lists = 0;

	for (i = 0; i < kinds->count; i++) {
		const struct resource *r = kinds->items[i];

		for (k = 0; k < (r->namespaced ? spaces->count : 1); k++) {
			if (++lists > LISTS_MOST)
				return err_raise(err, ERR_LIMIT, NO_POS,
						 "the inventory takes more than %d lists",
						 LISTS_MOST);
			if (list_kind(w, r, r->namespaced ? spaces->items[k] : "", err) < 0)
				return -1;
		}
	}
	return 0;
}

/* An app whose owner has an inventory; one that does not render at head comes first, for then
   nothing is known to be lost. */
static const struct plan_app *find_app(const struct plan_items *items)
{
	const struct plan_app *found = NULL;
	size_t i, k;

	for (i = 0; i < items->count; i++) {
		const struct plan_app *apps[] = { items->items[i].head_app,
						  items->items[i].base_app };

		for (k = 0; k < ARRAY_SIZE(apps); k++)
			if (apps[k] && apps[k]->owner->inventory &&
			    (!found || (apps[k]->head_failed && !found->head_failed)))
				found = apps[k];
	}
	return found;
}

int inventory_ask(struct plan *p, struct cluster *c, const struct plan_options *options,
		  struct plan_items *items, struct arena *a, const char **part_of, struct err *err)
{
	struct inventory_ask w = { .p = p, .c = c, .items = items, .app = find_app(items), .a = a };
	struct resources kinds = { 0 };
	struct names spaces = { 0 };
	int rc;

	*part_of = NULL;
	if (!w.app || options->level == LEVEL_OFFLINE)
		return 0;
	w.inventory = w.app->owner->inventory;
	rc = w.inventory->applyset ? read_parent(&w, &kinds, &spaces, err)
				   : read_kinds(&w, &kinds, &spaces, err);
	*part_of = w.part_of;
	if (rc < 0 || !w.app->owner->prunes)
		return rc;
	note_known(&w);
	return list_all(&w, &kinds, &spaces, err);
}

/* --- who lets what be ---------------------------------------------------------------------- */

/* Labels that say which of an engine's objects applied it. */
static const struct {
	const char *engine, *kind, *ns, *name;
} marks[] = {
	{ "flux", "Kustomization", "kustomize.toolkit.fluxcd.io/namespace",
	  "kustomize.toolkit.fluxcd.io/name" },
	{ "flux", "ResourceSet", "resourceset.fluxcd.controlplane.io/namespace",
	  "resourceset.fluxcd.controlplane.io/name" },
};

const char *inventory_keeps(struct arena *a, const struct owner *owner, const char *part_of,
			    const struct node *live, bool leaves)
{
	const char *why = owner_keeps_live(a, owner, live, leaves), *ns, *name, *set;
	size_t i;

	if (why)
		return why;
	for (i = 0; i < ARRAY_SIZE(marks); i++) {
		if (strcmp(marks[i].engine, owner->engine) != 0 ||
		    strcmp(marks[i].kind, owner->kind) != 0)
			continue;
		ns = label(live, marks[i].ns);
		name = label(live, marks[i].name);
		if (!name || !ns)
			return arena_printf(a, "it does not bear the labels of %s %s/%s",
					    owner->kind, owner->ns, owner->name);
		if (*owner->name && (strcmp(name, owner->name) != 0 || strcmp(ns, owner->ns) != 0))
			return arena_printf(a, "it belongs to %s %s/%s", owner->kind, ns, name);
	}
	if (!owner->inventory)
		return NULL;
	set = label(live, APPLYSET_PART_OF);
	if (part_of && (!set || strcmp(set, part_of) != 0))
		return set ? "it is part of another ApplySet" : "it is not part of the ApplySet";
	if (!part_of && !annotation(live, last_applied))
		return "kubectl did not apply it on the client's side, so it does not prune it";
	return NULL;
}
