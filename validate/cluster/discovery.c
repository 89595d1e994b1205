/* What the server serves: aggregated discovery, or one document a group version before 1.26. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "validate/cluster/internal.h"

#define AGGREGATED                                                                                 \
	"application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"                    \
	"application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/"   \
	"json"

static unsigned verbs_of(const struct node *list)
{
	static const struct {
		const char *name;
		unsigned verb;
	} names[] = { { "get", VERB_GET },
		      { "list", VERB_LIST },
		      { "create", VERB_CREATE },
		      { "patch", VERB_PATCH },
		      { "delete", VERB_DELETE } };
	unsigned verbs = 0;
	uint32_t i;
	size_t k;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		for (k = 0; k < ARRAY_SIZE(names); k++)
			if (node_text(list->items[i]) &&
			    !strcmp(list->items[i]->text, names[k].name))
				verbs |= names[k].verb;
	return verbs;
}

static void add_kind(struct cluster *c, const char *group, const char *version, const char *kind,
		     const char *plural, bool namespaced, unsigned verbs)
{
	const char *key;
	struct resource *r;

	if (!kind || !plural || strchr(plural, '/'))
		return;
	key = arena_printf(&c->arena, "%s/%s/%s", group, version, kind);
	if (map_get(&c->kinds, key))
		return;
	r = arena_new(&c->arena, struct resource);
	*r = (struct resource){
		group,	    version, arena_strdup(&c->arena, kind), arena_strdup(&c->arena, plural),
		namespaced, verbs
	};
	map_set(&c->kinds, key, r);
}

static void add_version(struct cluster *c, const char *group, const char *version)
{
	struct versions *v = map_get(&c->groups, group);

	if (!v) {
		v = arena_new(&c->arena, struct versions);
		map_set(&c->groups, group, v);
	}
	*vec_push(&c->arena, v) = version;
}

static void read_version(struct cluster *c, const char *group, const struct node *v)
{
	const char *version = node_get_string(v, "version"),
		   *freshness = node_get_string(v, "freshness");
	const struct node *list = node_get(v, "resources");
	uint32_t i;

	if (!version)
		return;
	version = arena_strdup(&c->arena, version);
	add_version(c, group, version);
	if (freshness && !strcmp(freshness, "Stale"))
		map_set(&c->stale, arena_printf(&c->arena, "%s/%s", group, version), c);
	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const struct node *r = list->items[i];
		const char *scope = node_get_string(r, "scope");

		add_kind(c, group, version, node_text(node_path(r, "responseKind", "kind", NULL)),
			 node_get_string(r, "resource"), scope && !strcmp(scope, "Namespaced"),
			 verbs_of(node_get(r, "verbs")));
	}
}

static void read_aggregated(struct cluster *c, const struct node *root)
{
	const struct node *groups = node_get(root, "items"), *versions;
	const char *name;
	uint32_t i, k;

	for (i = 0; node_is(groups, NODE_SEQ) && i < groups->len; i++) {
		name = node_text(node_path(groups->items[i], "metadata", "name", NULL));
		name = name ? arena_strdup(&c->arena, name) : "";
		versions = node_get(groups->items[i], "versions");
		for (k = 0; node_is(versions, NODE_SEQ) && k < versions->len; k++)
			read_version(c, name, versions->items[k]);
	}
}

/* One group version's APIResourceList. A group whose server is down is noted as stale. */
static int read_plain(struct cluster *c, const char *group, const char *version, struct err *err)
{
	const char *path = *group ? arena_printf(&c->arena, "/apis/%s/%s", group, version)
				  : arena_printf(&c->arena, "/api/%s", version);
	struct arena scratch = ARENA_INIT;
	struct node *body;
	const struct node *list;
	int status, rc;
	uint32_t i;

	rc = cluster_call(c, &scratch, &(struct cluster_request){ .path = path }, &status, &body,
			  err);
	list = node_get(body, "resources");
	if (rc == 0 && status != 200)
		map_set(&c->stale, arena_printf(&c->arena, "%s/%s", group, version), c);
	add_version(c, group, version);
	for (i = 0; rc == 0 && node_is(list, NODE_SEQ) && i < list->len; i++)
		add_kind(c, group, version, node_get_string(list->items[i], "kind"),
			 node_get_string(list->items[i], "name"),
			 node_true(node_get(list->items[i], "namespaced")),
			 verbs_of(node_get(list->items[i], "verbs")));
	arena_release(&scratch);
	return rc;
}

static int read_groups(struct cluster *c, const struct node *root, struct err *err)
{
	const struct node *groups = node_get(root, "groups"),
			  *versions = node_get(root, "versions");
	uint32_t i, k;

	for (i = 0; node_is(versions, NODE_SEQ) && i < versions->len; i++) /* of /api */
		if (node_text(versions->items[i]) &&
		    read_plain(c, "", arena_strdup(&c->arena, versions->items[i]->text), err) < 0)
			return -1;
	for (i = 0; node_is(groups, NODE_SEQ) && i < groups->len; i++) {
		const char *name = node_get_string(groups->items[i], "name");

		versions = node_get(groups->items[i], "versions");
		for (k = 0; name && node_is(versions, NODE_SEQ) && k < versions->len; k++) {
			const char *version = node_get_string(versions->items[k], "version");

			if (version && read_plain(c, arena_strdup(&c->arena, name),
						  arena_strdup(&c->arena, version), err) < 0)
				return -1;
		}
	}
	return 0;
}

static int discover(struct cluster *c, struct arena *scratch, const struct cluster_answer *r,
		    struct err *err)
{
	if (r->status != 200 || !r->body)
		return err_raise(
			err, r->status == 401 || r->status == 403 ? ERR_REFUSED : ERR_IO, NO_POS,
			"%s at %s: %s", kubeconfig_name(scratch, &c->config), c->server,
			r->status == 401
				? "the credential is not accepted (401 Unauthorized): it has "
				  "expired, or is another cluster's"
				: status_message(scratch, r->status, r->body));
	if (node_is(node_get(r->body, "items"), NODE_SEQ))
		read_aggregated(c, r->body);
	else
		return read_groups(c, r->body, err);
	return 0;
}

static int connect_now(struct cluster *c, struct err *err)
{
	static const struct cluster_request requests[] = {
		{ .path = "/api", .accept = AGGREGATED },
		{ .path = "/apis", .accept = AGGREGATED },
		{ .path = "/version" },
	};
	struct cluster_answer answers[ARRAY_SIZE(requests)];
	struct arena scratch = ARENA_INIT;
	int rc = 0;

	if (cluster_calls(c, &scratch, requests, answers, ARRAY_SIZE(requests), err) < 0 ||
	    discover(c, &scratch, &answers[0], err) < 0 ||
	    discover(c, &scratch, &answers[1], err) < 0)
		rc = -1;
	else if (answers[2].status == 200 && node_get_string(answers[2].body, "gitVersion"))
		c->version =
			arena_strdup(&c->arena, node_get_string(answers[2].body, "gitVersion"));
	c->connected = rc == 0;
	arena_release(&scratch);
	return rc;
}

static void *connect_thread(void *data)
{
	struct cluster *c = data;

	c->connect_rc = connect_now(c, &c->connect_err);
	return NULL;
}

void cluster_connect_start(struct cluster *c)
{
	if (c->connected || c->connecting)
		return;
	c->connect_err = (struct err)ERR_INIT;
	c->connecting = !pthread_create(&c->thread, NULL, connect_thread, c);
}

void cluster_connect_end(struct cluster *c)
{
	if (c->connecting)
		pthread_join(c->thread, NULL);
	c->connecting = false;
}

int cluster_connect(struct cluster *c, struct err *err)
{
	if (!c->connecting)
		return c->connected ? 0 : connect_now(c, err);
	cluster_connect_end(c);
	if (c->connect_rc < 0)
		*err = c->connect_err;
	return c->connect_rc;
}

const struct resource *resource_find(struct cluster *c, const char *group, const char *version,
				     const char *kind)
{
	char key[512];

	snprintf(key, sizeof(key), "%s/%s/%s", group, version, kind);
	return map_get(&c->kinds, key);
}

const struct resource *resource_any_version(struct cluster *c, const char *group, const char *kind)
{
	const struct versions *v = map_get(&c->groups, group);
	const struct resource *r = NULL;
	size_t i;

	for (i = 0; v && !r && i < v->count; i++)
		r = resource_find(c, group, v->items[i], kind);
	return r;
}

const char *resource_other_versions(struct arena *a, struct cluster *c, const char *group,
				    const char *kind)
{
	const struct versions *v = map_get(&c->groups, group);
	const char *list = NULL;
	size_t i;

	for (i = 0; v && i < v->count; i++)
		if (resource_find(c, group, v->items[i], kind))
			list = list ? arena_printf(a, "%s, %s", list, v->items[i]) : v->items[i];
	return list;
}

/* One GET of what `api_version` and `kind` name; *out stays NULL where there is nothing. */
static int get_objects(struct cluster *c, struct arena *a, const char *api_version,
		       const char *kind, const char *ns, const char *name, const char *query,
		       const struct node **out, struct err *err)
{
	const char *slash = strchr(api_version, '/');
	const char *group =
		slash ? arena_memdup(a, api_version, (size_t)(slash - api_version)) : "";
	struct cluster_request request = { 0 };
	const struct resource *r;
	struct node *body;
	int status;

	*out = NULL;
	if (cluster_connect(c, err) < 0)
		return -1;
	r = resource_find(c, group, slash ? slash + 1 : api_version, kind);
	if (!r)
		return err_raise(err, ERR_NOT_FOUND, NO_POS, "the cluster serves no %s in %s", kind,
				 api_version);
	request.path = arena_printf(a, "%s%s", resource_path(a, r, ns, *name ? name : NULL), query);
	if (cluster_call(c, a, &request, &status, &body, err) < 0)
		return -1;
	if (status == 404)
		return 0;
	if (status != 200 || !body)
		return err_raise(err, ERR_REFUSED, NO_POS, "%s", status_message(a, status, body));
	*out = body;
	return 0;
}

int cluster_lookup(void *data, struct arena *a, const char *api_version, const char *kind,
		   const char *ns, const char *name, const struct node **out, struct err *err)
{
	return get_objects(data, a, api_version, kind, ns, name, "", out, err);
}

int cluster_list(void *data, struct arena *a, const char *api_version, const char *kind,
		 const char *ns, const char *selector, const struct node **out, struct err *err)
{
	struct buf query;
	int rc;

	buf_init(&query, 0);
	buf_str(&query, "?labelSelector=");
	for (; *selector; selector++) {
		if (isalnum((unsigned char)*selector) || strchr("-._", *selector))
			buf_char(&query, *selector);
		else
			buf_printf(&query, "%%%02X", (unsigned char)*selector);
	}
	rc = get_objects(data, a, api_version, kind, ns, "", query.text, out, err);
	buf_release(&query);
	return rc;
}
