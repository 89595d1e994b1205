/*
 * What deletions take along: dependents by owner references, all that is in a namespace, the
 * resources of a kind, the volume behind a claim. Asked for only where something goes: lists of
 * metadata of the kinds that the server serves, one namespace after the other, of which only what
 * has owners is kept. Dependents in other namespaces than a namespaced owner's there are none;
 * those of a custom resource without a namespace may be anywhere: one look at the whole cluster.
 */
#include "validate/cluster/ask.h"
#include "validate/schema/schema.h"

enum {
	KINDS_MOST = 250,
	BATCH = 16,
	LIST_MOST = 500,
	ROUNDS_MOST = 16,
	NAMES_MOST = 3,
	SPACES_MOST = 20
};

#define METADATA_LIST                                                                              \
	"application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"

/* A live object, as far as it matters here. */
struct found {
	const struct resource *resource;
	const char *ns, *name, *uid, *volume;
	struct {
		VEC(const char *);
	} owners; /* uids */
	bool goes;
};

struct along {
	struct asker *all;
	struct arena arena; /* of one namespace */
	struct {
		VEC(struct found);
	} found;
	struct map going; /* uids of what goes */
	bool partial;	  /* some kinds could not be listed, or not to their end */
};

void along_note(struct ask *k, size_t from)
{
	struct arena *a = &k->all->arena;
	const struct node *live = k->live.body;
	const char *uid = node_text(node_path(live, "metadata", "uid", NULL));
	const char *volume = node_text(node_path(live, "spec", "volumeName", NULL));

	if (!uid || !k->resource)
		return;
	*vec_push(a, &k->all->goners) = (struct goner){
		.resource = k->resource,
		.object = k->item->head ? k->item->head : k->item->base,
		.ns = arena_strdup(a, k->ns),
		.uid = arena_strdup(a, uid),
		.volume = volume ? arena_strdup(a, volume) : NULL,
		.from = from,
		.to = k->all->p->findings.count,
	};
}

static bool is_kind(const struct resource *r, const char *group, const char *kind)
{
	return !strcmp(r->group, group) && !strcmp(r->kind, kind);
}

/* --- reading ------------------------------------------------------------------------------- */

static void take_item(struct along *w, const struct resource *r, const struct node *item)
{
	const struct node *metadata = node_get(item, "metadata");
	const struct node *owners = node_get(metadata, "ownerReferences");
	const char *name = node_get_string(metadata, "name"),
		   *ns = node_get_string(metadata, "namespace"),
		   *uid = node_get_string(metadata, "uid");
	const char *volume = node_text(node_path(item, "spec", "volumeName", NULL));
	struct arena *a = &w->arena;
	struct found *f;
	uint32_t i;

	if (!name || !uid)
		return;
	f = vec_push(a, &w->found);
	*f = (struct found){ .resource = r,
			     .ns = ns ? arena_strdup(a, ns) : "",
			     .name = arena_strdup(a, name),
			     .uid = arena_strdup(a, uid),
			     .volume = volume ? arena_strdup(a, volume) : NULL };
	for (i = 0; node_is(owners, NODE_SEQ) && i < owners->len; i++) {
		uid = node_get_string(owners->items[i], "uid");
		if (uid)
			*vec_push(a, &f->owners) = arena_strdup(a, uid);
	}
}

static int list_some(struct along *w, const struct resource *const *kinds, size_t count,
		     const char *ns, struct err *err)
{
	struct cluster_request requests[BATCH];
	struct cluster_answer answers[BATCH];
	struct arena scratch;
	size_t i;
	int rc;

	arena_init(&scratch, &w->all->p->run->budget);
	for (i = 0; i < count; i++)
		requests[i] = (struct cluster_request){
			.path = arena_printf(&scratch, "%s?limit=%d",
					     resource_path(&scratch, kinds[i], ns, NULL),
					     LIST_MOST),
			.accept = is_kind(kinds[i], "", "PersistentVolumeClaim") ? NULL
										 : METADATA_LIST,
		};
	rc = cluster_calls(w->all->c, &scratch, requests, answers, count, err);
	for (i = 0; !rc && i < count; i++) {
		const struct node *items = node_get(answers[i].body, "items");
		const char *more =
			node_text(node_path(answers[i].body, "metadata", "continue", NULL));
		uint32_t k;

		w->partial |= (answers[i].status != 200 && answers[i].status != 404 &&
			       answers[i].status != 405) ||
			      (more && *more);
		for (k = 0; answers[i].status == 200 && node_is(items, NODE_SEQ) && k < items->len;
		     k++)
			take_item(w, kinds[i], items->items[k]);
	}
	arena_release(&scratch);
	return rc;
}

/* What nobody misses: made by controllers for every namespace, or a trace of others. */
static bool is_noise(const struct resource *r)
{
	return !strcmp(r->kind, "Event") || !strcmp(r->kind, "EndpointSlice") ||
	       !strcmp(r->kind, "Endpoints") || !strcmp(r->kind, "PodMetrics");
}

/* All kinds of a namespace; of the whole cluster where `ns` is "". */
static int list_namespace(struct along *w, const char *ns, struct err *err)
{
	const struct resource *batch[BATCH];
	struct map *kinds = &w->all->c->kinds, seen;
	size_t count = 0, all = 0, i;

	map_init(&seen, &w->arena);
	for (i = 0; i < kinds->count; i++) {
		const struct resource *r = kinds->entries[i].value;
		const char *key = arena_printf(&w->arena, "%s/%s", r->group, r->kind);

		if ((*ns && !r->namespaced) || !(r->verbs & VERB_LIST) || is_noise(r) ||
		    map_get(&seen, key))
			continue;
		map_set(&seen, key, w);
		if (all++ == KINDS_MOST) {
			w->partial = true;
			break;
		}
		batch[count++] = r;
		if (count == BATCH && list_some(w, batch, count, ns, err) < 0)
			return -1;
		count %= BATCH;
	}
	return count ? list_some(w, batch, count, ns, err) : 0;
}

/* --- who goes ------------------------------------------------------------------------------ */

/* What all owners of go, goes too: again, until nothing more does. */
static void follow_owners(struct along *w)
{
	bool more = true;
	unsigned rounds;
	size_t i, k;

	for (rounds = 0; more && rounds < ROUNDS_MOST; rounds++) {
		more = false;
		for (i = 0; i < w->found.count; i++) {
			struct found *f = &w->found.items[i];

			for (k = 0; k < f->owners.count && map_get(&w->going, f->owners.items[k]);
			     k++)
				;
			if (f->goes || !f->owners.count || k < f->owners.count)
				continue;
			f->goes = more = true;
			map_set(&w->going, f->uid, w);
		}
	}
}

static bool is_given(const struct found *f)
{
	return (is_kind(f->resource, "", "ConfigMap") && !strcmp(f->name, "kube-root-ca.crt")) ||
	       (is_kind(f->resource, "", "ServiceAccount") && !strcmp(f->name, "default"));
}

/* Objects that their owner makes anew, so that they are no loss of their own. */
static bool is_made(const struct resource *r)
{
	static const char *const kinds[] = { "ReplicaSet", "Pod", "ControllerRevision", "Job" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i], r->kind))
			return true;
	return false;
}

static bool in_git(const struct along *w, const struct found *f)
{
	const struct plan_items *items = w->all->items;
	size_t i;

	for (i = 0; i < items->count; i++) {
		const struct object *o = items->items[i].head;

		if (o && !strcmp(o->name, f->name) && !strcmp(o->kind, f->resource->kind) &&
		    !strcmp(o->group, f->resource->group) && (!*o->ns || !strcmp(o->ns, f->ns)))
			return true;
	}
	return false;
}

/* --- volumes ------------------------------------------------------------------------------- */

/* "; volume pv-1 goes with its data (Delete)"; nothing where there is none. */
static void say_volume(struct along *w, struct buf *out, const char *volume)
{
	struct arena scratch = ARENA_INIT;
	struct resource volumes = { "", "v1", "PersistentVolume", "persistentvolumes", false, 0 };
	struct err ignored = ERR_INIT;
	struct node *body = NULL;
	const char *policy;
	int status = 0;

	if (!volume)
		return;
	if (cluster_call(w->all->c, &scratch,
			 &(struct cluster_request){
				 .path = resource_path(&scratch, &volumes, "", volume) },
			 &status, &body, &ignored) < 0)
		status = 0;
	policy = node_text(node_path(body, "spec", "persistentVolumeReclaimPolicy", NULL));
	if (status != 200 || !policy)
		buf_printf(out, "; what becomes of volume %s could not be read", volume);
	else if (!strcmp(policy, "Delete"))
		buf_printf(out, "; volume %s goes with its data (Delete)", volume);
	else
		buf_printf(out, "; volume %s stays (%s)", volume, policy);
	arena_release(&scratch);
}

/* --- saying it ----------------------------------------------------------------------------- */

/* "2 Pods (a, b), 1 Secret (c)" of what goes for one reason. */
static void say_names(struct along *w, struct buf *out, bool (*chosen)(const struct found *f))
{
	struct map kinds;
	size_t i, k;

	map_init(&kinds, &w->arena);
	for (i = 0; i < w->found.count; i++)
		if (chosen(&w->found.items[i]))
			map_set(&kinds, w->found.items[i].resource->kind, w);
	for (k = 0; k < kinds.count; k++) {
		const char *kind = kinds.entries[k].key;
		size_t count = 0;
		struct buf names;

		buf_init(&names, 0);
		for (i = 0; i < w->found.count; i++) {
			const struct found *f = &w->found.items[i];

			if (!chosen(f) || strcmp(f->resource->kind, kind) != 0)
				continue;
			if (count++ < NAMES_MOST)
				buf_printf(&names, "%s%s%s", names.len ? ", " : "", f->name,
					   in_git(w, f) ? ", which git still has" : "");
		}
		buf_printf(out, "%s%zu %s%s (%s%s)", k ? ", " : "", count, kind,
			   count > 1 ? "s" : "", names.text, count > NAMES_MOST ? ", …" : "");
		buf_release(&names);
	}
	for (i = 0; i < w->found.count; i++)
		if (chosen(&w->found.items[i]))
			say_volume(w, out, w->found.items[i].volume);
	if (w->partial)
		buf_str(out, "; not all could be listed");
}

static bool goes(const struct found *f)
{
	return f->goes;
}

static bool is_there(const struct found *f)
{
	return !is_given(f);
}

/* Beside the general warning, where there is one; else a finding of its own. */
static void tell(struct along *w, const struct goner *g, enum severity severity,
		 const struct buf *text)
{
	struct plan *p = w->all->p;
	const char *said = masks_text(p->masks, p->arena, text->text);
	size_t i;

	if (!text->len)
		return;
	for (i = g->from; i < g->to; i++) {
		struct plan_finding *f = &p->findings.items[i];

		if (strcmp(f->rule, "risk/data-loss") != 0)
			continue;
		f->message = arena_printf(p->arena, "%s%s%s", f->message, *said == ';' ? "" : ": ",
					  said);
		return;
	}
	plan_add_finding(p, w->all->options->target, severity, "risk/takes-along", g->object, "",
			 g->object->root->origin, "deleting it takes along %s", text->text);
}

/* The dependents of one object: what goes when it does. */
static void tell_dependents(struct along *w, const struct goner *g)
{
	enum severity severity = SEVERITY_INFO;
	struct buf text;
	size_t i;

	for (i = 0; i < w->found.count; i++)
		w->found.items[i].goes = false;
	map_init(&w->going, &w->arena);
	map_set(&w->going, g->uid, w);
	follow_owners(w);
	buf_init(&text, 0);
	for (i = 0; i < w->found.count; i++)
		if (w->found.items[i].goes && !is_made(w->found.items[i].resource))
			severity = SEVERITY_WARNING;
	if (is_kind(g->resource, "", "PersistentVolumeClaim"))
		say_volume(w, &text, g->volume);
	else if (w->going.count > 1)
		say_names(w, &text, goes);
	tell(w, g, severity, &text);
	buf_release(&text);
}

static int in_namespace(struct along *w, const char *ns, struct err *err)
{
	struct buf text;
	size_t i;
	int rc;

	w->found.items = NULL;
	w->found.count = w->found.cap = 0;
	w->partial = false;
	rc = list_namespace(w, ns, err);
	for (i = 0; !rc && i < w->all->goners.count; i++) {
		struct goner *g = &w->all->goners.items[i];

		if (g->listed)
			continue;
		if (*g->ns && !strcmp(g->ns, ns)) {
			g->listed = true;
			tell_dependents(w, g);
		} else if (is_kind(g->resource, "", "Namespace") && !strcmp(g->object->name, ns)) {
			g->listed = true;
			buf_init(&text, 0);
			say_names(w, &text, is_there);
			tell(w, g, SEVERITY_WARNING, &text);
			buf_release(&text);
		}
	}
	arena_release(&w->arena);
	return rc;
}

/* Every object of the kind that a CRD defines. */
static int of_definition(struct along *w, struct goner *g, struct err *err)
{
	const struct node *spec = node_get(g->object->root, "spec");
	const char *group = node_get_string(spec, "group");
	const char *kind = node_text(node_path(spec, "names", "kind", NULL));
	const struct resource *r =
		group && kind ? resource_any_version(w->all->c, group, kind) : NULL;
	struct buf text;

	g->listed = true;
	w->found.items = NULL;
	w->found.count = w->found.cap = 0;
	w->partial = false;
	if (!r)
		return 0;
	if (list_some(w, &r, 1, "", err) < 0)
		return -1;
	buf_init(&text, 0);
	if (w->found.count || w->partial)
		say_names(w, &text, is_there);
	else
		buf_str(&text, "there is none");
	tell(w, g, SEVERITY_WARNING, &text);
	buf_release(&text);
	arena_release(&w->arena);
	return 0;
}

/* Whether others may depend on it, wherever they are: an operator's object without a namespace. */
static bool owns_anywhere(const struct goner *g)
{
	return !*g->ns && !g->listed && !schema_group_known(g->resource->group);
}

static int in_cluster(struct along *w, struct err *err)
{
	size_t i;
	int rc;

	w->found.items = NULL;
	w->found.count = w->found.cap = 0;
	w->partial = false;
	rc = list_namespace(w, "", err);
	for (i = 0; !rc && i < w->all->goners.count; i++) {
		struct goner *g = &w->all->goners.items[i];

		if (!owns_anywhere(g))
			continue;
		g->listed = true;
		tell_dependents(w, g);
	}
	arena_release(&w->arena);
	return rc;
}

int along_ask(struct asker *all, struct err *err)
{
	struct along w = { .all = all };
	unsigned spaces = 0;
	size_t i;
	int rc = 0;

	arena_init(&w.arena, &all->p->run->budget);
	for (i = 0; !rc && i < all->goners.count; i++) {
		struct goner *g = &all->goners.items[i];

		if (g->listed)
			continue;
		if (!strcmp(g->object->kind, "CustomResourceDefinition"))
			rc = of_definition(&w, g, err);
		else if (is_kind(g->resource, "", "Namespace") && ++spaces <= SPACES_MOST)
			rc = in_namespace(&w, g->object->name, err);
		else if (*g->ns && ++spaces <= SPACES_MOST)
			rc = in_namespace(&w, g->ns, err);
		else if (owns_anywhere(g))
			rc = in_cluster(&w, err);
	}
	arena_release(&w.arena);
	return rc;
}
