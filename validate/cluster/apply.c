#include "base/json.h"
#include "validate/cluster/requests.h"
#include "validate/cluster/inventory.h"
#include "validate/engine_owner.h"
#include "validate/generated.h"
#include "validate/merge.h"
#include "validate/sops.h"

static const char last_applied[] = "kubectl.kubernetes.io/last-applied-configuration";

/* An answer that somebody waits for. */
struct pending {
	struct ask *ask;
	struct answer *into;
};

static void take(void *data, struct http_response *response)
{
	struct pending *p = data;
	struct ask *k = p->ask;

	answer_read(&k->scratch, response, p->into);
	ask_arrived(k);
}

static void send(struct ask *k, const struct cluster_request *r, struct answer *into)
{
	struct pending *p = arena_new(&k->scratch, struct pending);

	*p = (struct pending){ k, into };
	k->waiting++;
	cluster_send(k->all->c, r, take, p);
}

void apply_get(struct ask *k)
{
	const struct object *o = k->item->head ? k->item->head : k->item->base;

	send(k,
	     &(struct cluster_request){
		     .path = resource_path(&k->scratch, k->resource, k->ns, o->name),
		     .as_user = k->owner.as_user,
	     },
	     &k->live);
}

/* The Apply entry of managedFields with the most fields, by the length of its set's text. */
static const char *applier(struct arena *a, const struct node *live)
{
	const struct node *entries = node_path(live, "metadata", "managedFields", NULL);
	const char *best = NULL;
	size_t most = 0;
	struct buf text;
	uint32_t i;

	buf_init(&text, 0);
	for (i = 0; node_is(entries, NODE_SEQ) && i < entries->len; i++) {
		const struct node *e = entries->items[i];
		const char *operation = node_get_string(e, "operation"),
			   *manager = node_get_string(e, "manager");

		if (!operation || strcmp(operation, "Apply") != 0 || node_get(e, "subresource") ||
		    !manager)
			continue;
		buf_cut(&text, 0);
		json_write(&text, node_get(e, "fieldsV1"), 0);
		if (!best || text.len > most) {
			best = arena_strdup(a, manager);
			most = text.len;
		}
	}
	buf_release(&text);
	return best;
}

void apply_choose(struct ask *k)
{
	const char *manager;

	release_choose(k, &k->owner);
	if (k->owner.mode != APPLY_DETECT)
		return;
	manager = applier(&k->scratch, k->live.body);
	if (k->live.status == 200 && !manager &&
	    node_path(k->live.body, "metadata", "annotations", last_applied, NULL)) {
		k->owner.mode = APPLY_CSA;
		k->owner.manager = "kubectl-client-side-apply";
		return;
	}
	k->owner.mode = APPLY_SSA;
	k->owner.manager = manager ? manager : *k->owner.manager ? k->owner.manager : "kubectl";
}

/* What is sent: the render with its namespace, without what only servers set. */
/* kubectl labels what it applies as part of an ApplySet. */
static void join_set(struct ask *k, struct node *metadata)
{
	struct arena *a = &k->scratch;
	struct node *labels;

	if (!k->all->part_of || !k->owner.inventory)
		return;
	labels = node_is(node_get(metadata, "labels"), NODE_MAP)
			 ? node_copy_shallow(a, node_get(metadata, "labels"))
			 : node_map(a);
	node_set(a, labels, APPLYSET_PART_OF, node_str(a, k->all->part_of));
	node_set(a, metadata, "labels", labels);
}

struct node *apply_body(struct ask *k, const struct object *o)
{
	struct arena *a = &k->scratch;
	struct node *root = sops_is_encrypted(o->root) ? sops_placeholders(a, o->root, k->live.body)
						       : node_copy_shallow(a, o->root);
	struct node *metadata;

	node_remove(root, "status");
	if (!node_is(node_get(root, "metadata"), NODE_MAP))
		return root;
	metadata = node_copy_shallow(a, node_get(root, "metadata"));
	node_set(a, root, "metadata", metadata);
	node_remove(metadata, "managedFields");
	join_set(k, metadata);
	if (k->resource->namespaced && *k->ns)
		node_set(a, metadata, "namespace", node_str(a, k->ns));
	return root;
}

static void send_body(struct ask *k, struct cluster_request r, const struct node *body,
		      struct answer *into)
{
	struct buf text;

	buf_init(&text, 0);
	json_write(&text, body, 0);
	r.body = text.text;
	r.body_len = text.len;
	send(k, &r, into);
	buf_release(&text);
}

static const char *query(struct ask *k, const char *path, const struct owner *owner, bool force)
{
	struct buf out;
	const char *text;
	bool lenient = k->item->head ? owner_is_lenient(owner, k->item->head) : owner->lenient;

	buf_init(&out, 0);
	buf_printf(&out, "%s?dryRun=All&fieldValidation=%s", path, lenient ? "Warn" : "Strict");
	if (*owner->manager) {
		buf_str(&out, "&fieldManager=");
		http_escape(&out, owner->manager);
	}
	if (force)
		buf_str(&out, "&force=true");
	text = buf_dup(&out, &k->scratch);
	buf_release(&out);
	return text;
}

static void send_create(struct ask *k, const struct owner *owner, const struct node *body,
			struct answer *into)
{
	const char *path = resource_path(&k->scratch, k->resource, k->ns, NULL);

	send_body(k,
		  (struct cluster_request){
			  .method = "POST",
			  .path = query(k, path, owner, false),
			  .content_type = "application/json",
			  .as_user = owner->as_user,
		  },
		  body, into);
}

static void send_replace(struct ask *k, const struct owner *owner, struct node *body,
			 const char *name, struct answer *into)
{
	const char *path = resource_path(&k->scratch, k->resource, k->ns, name);
	const char *version =
		node_text(node_path(k->live.body, "metadata", "resourceVersion", NULL));
	struct node *metadata = node_get(body, "metadata");

	if (version && metadata)
		node_set(&k->scratch, metadata, "resourceVersion", node_str(&k->scratch, version));
	send_body(k,
		  (struct cluster_request){
			  .method = "PUT",
			  .path = query(k, path, owner, false),
			  .content_type = "application/json",
			  .as_user = owner->as_user,
		  },
		  body, into);
}

/* kubectl's record of what it applied: the object as sorted JSON, in an annotation of it. */
static void record_applied(struct ask *k, struct node *body)
{
	struct arena *a = &k->scratch;
	struct node *metadata = node_get(body, "metadata"), *annotations;
	struct buf text;

	if (!metadata)
		return;
	annotations = node_is(node_get(metadata, "annotations"), NODE_MAP)
			      ? node_copy_shallow(a, node_get(metadata, "annotations"))
			      : node_map(a);
	node_remove(annotations, last_applied);
	node_set(a, metadata, "annotations", annotations);
	buf_init(&text, 0);
	json_write(&text, body, JSON_SORTED | JSON_HTML);
	buf_char(&text, '\n');
	node_set(a, annotations, last_applied, node_str_n(a, text.text, text.len));
	buf_release(&text);
}

/* What the last apply sent: kubectl's annotation, or for Helm what base renders. */
static const struct node *applied_before(struct ask *k, const struct owner *owner)
{
	const struct node *text =
		node_path(k->live.body, "metadata", "annotations", last_applied, NULL);
	struct err err = ERR_INIT;

	if (owner->mode == APPLY_HELM)
		return k->item->base ? k->item->base->root : NULL;
	return node_is(text, NODE_STR) ? json_read(&k->scratch, text->text, text->len, NULL, &err)
				       : NULL;
}

struct node *apply_merged(struct ask *k, const struct object *o, const struct owner *owner)
{
	struct node *body = apply_body(k, o);

	if (owner->mode == APPLY_GENERATED)
		return generated_over(&k->scratch, body, k->live.body);
	if (owner->mode == APPLY_CSA)
		record_applied(k, body);
	if (owner->mode == APPLY_HELM && release_merges_two_ways(k))
		return release_merged(k, body);
	return merge_three_way(&k->scratch, ask_topology(k, o), applied_before(k, owner), body,
			       k->live.body);
}

/*
 * The client merges, so that the result is known here; it is sent as the merge patch that leads
 * there, with the version that it was worked out from.
 */
static void send_patch(struct ask *k, const struct object *o, const struct owner *owner,
		       struct node *patch, struct answer *into)
{
	struct arena *a = &k->scratch;
	const char *version =
		node_text(node_path(k->live.body, "metadata", "resourceVersion", NULL));
	struct node *metadata;

	patch = patch ? patch : node_map(a);
	metadata = node_get(patch, "metadata");
	if (!metadata) {
		metadata = node_map(a);
		node_set(a, patch, "metadata", metadata);
	}
	if (version)
		node_set(a, metadata, "resourceVersion", node_str(a, version));
	send_body(k,
		  (struct cluster_request){
			  .method = "PATCH",
			  .path = query(k, resource_path(a, k->resource, k->ns, o->name), owner,
					false),
			  .content_type = "application/merge-patch+json",
			  .as_user = owner->as_user,
		  },
		  patch, into);
}

static void send_merged(struct ask *k, const struct object *o, const struct owner *owner,
			struct answer *into)
{
	send_patch(k, o, owner, merge_patch(&k->scratch, k->live.body, apply_merged(k, o, owner)),
		   into);
}

void apply_settled(struct ask *k, const struct object *o, const struct node *after,
		   struct answer *into)
{
	struct arena *a = &k->scratch;

	send_patch(k, o, &k->owner,
		   merge_patch(a, plan_strip(a, k->live.body), plan_strip(a, after)), into);
}

/* Whether the client works out what comes of the live object. */
static bool merges(const struct owner *owner)
{
	return owner->mode == APPLY_CSA || owner->mode == APPLY_HELM ||
	       owner->mode == APPLY_GENERATED;
}

void apply_send(struct ask *k, const struct object *o, const struct owner *owner, bool force,
		struct answer *into)
{
	const char *path = resource_path(&k->scratch, k->resource, k->ns, o->name);
	struct node *body = apply_body(k, o);
	bool exists = k->live.status == 200;

	if (merges(owner) && exists) {
		send_merged(k, o, owner, into);
		return;
	}
	if (owner->mode == APPLY_CSA)
		record_applied(k, body);
	if (owner->mode == APPLY_REPLACE && exists) {
		send_replace(k, owner, body, o->name, into);
		return;
	}
	if (owner->mode != APPLY_SSA && !exists) {
		send_create(k, owner, body, into);
		return;
	}
	send_body(k,
		  (struct cluster_request){
			  .method = "PATCH",
			  .path = query(k, path, owner, force),
			  .content_type = "application/apply-patch+yaml",
			  .as_user = owner->as_user,
		  },
		  body, into);
}

/* A create in `ns`, under a name of the server's choice. */
static void send_nameless(struct ask *k, const char *ns)
{
	struct owner creator = k->owner;
	struct node *body = apply_body(k, k->item->head), *metadata = node_get(body, "metadata");
	const char *own = k->ns;

	k->ns = ns;
	if (*ns)
		node_set(&k->scratch, metadata, "namespace", node_str(&k->scratch, ns));
	node_remove(metadata, "name");
	node_set(&k->scratch, metadata, "generateName", node_str(&k->scratch, "kubectl-gitops-"));
	send_create(k, &creator, body, &k->head);
	k->ns = own;
}

void apply_simulate(struct ask *k)
{
	/* there on every cluster, and nobody's workloads live in it */
	send_nameless(k, "kube-public");
}

void apply_recreate(struct ask *k)
{
	send_nameless(k, k->ns);
}

void apply_review(struct ask *k, const char *verb)
{
	struct arena *a = &k->scratch;
	struct node *root = node_map(a), *spec = node_map(a), *what = node_map(a);

	node_set(a, root, "apiVersion", node_str(a, "authorization.k8s.io/v1"));
	node_set(a, root, "kind", node_str(a, "SelfSubjectAccessReview"));
	node_set(a, root, "spec", spec);
	node_set(a, spec, "resourceAttributes", what);
	node_set(a, what, "verb", node_str(a, verb));
	node_set(a, what, "group", node_str(a, k->resource->group));
	node_set(a, what, "version", node_str(a, k->resource->version));
	node_set(a, what, "resource", node_str(a, k->resource->plural));
	if (*k->ns)
		node_set(a, what, "namespace", node_str(a, k->ns));
	send_body(k,
		  (struct cluster_request){
			  .method = "POST",
			  .path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
			  .content_type = "application/json",
			  .as_user = k->owner.as_user,
		  },
		  root, &k->review);
}
