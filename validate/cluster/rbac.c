#include "validate/cluster/rbac.h"
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/json.h"
#include "validate/cluster/internal.h"

static const char policy_message[] = "this account may only dry-run";

/* One JSON text as a tree; the texts here are our own, and hold names that were checked. */
static struct node *tree(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
static struct node *tree(struct arena *a, const char *fmt, ...)
{
	struct err err = ERR_INIT;
	va_list args;
	char *text;

	va_start(args, fmt);
	text = arena_vprintf(a, fmt, args);
	va_end(args);
	return json_read(a, text, strlen(text), NULL, &err);
}

static bool is_name(const char *text)
{
	return *text && strlen(text) < 64 &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(text);
}

static const char *account(struct arena *a, const struct rbac_options *o)
{
	return arena_printf(a, "system:serviceaccount:%s:%s", o->ns, o->name);
}

static void add_guard(struct arena *a, const struct rbac_options *o, struct rbac_objects *out)
{
	*vec_push(a, out) =
		tree(a,
		     "{\"apiVersion\":\"admissionregistration.k8s.io/"
		     "v1\",\"kind\":\"ValidatingAdmissionPolicy\","
		     "\"metadata\":{\"name\":\"%s\"},\"spec\":{\"failurePolicy\":\"Fail\","
		     "\"matchConstraints\":{"
		     "\"resourceRules\":[{\"apiGroups\":[\"*\"],\"apiVersions\":[\"*\"],"
		     "\"operations\":[\"*\"],"
		     "\"resources\":[\"*/"
		     "*\"]}]},\"matchConditions\":[{\"name\":\"account\",\"expression\":"
		     "\"request.userInfo.username == '%s'\"}],\"validations\":[{\"expression\":"
		     "\"request.dryRun == true\",\"message\":\"%s\"}]}}",
		     o->name, account(a, o), policy_message);
	*vec_push(a, out) = tree(a,
				 "{\"apiVersion\":\"admissionregistration.k8s.io/"
				 "v1\",\"kind\":\"ValidatingAdmissionPolicyBinding\","
				 "\"metadata\":{\"name\":\"%s\"},\"spec\":{\"policyName\":\"%s\","
				 "\"validationActions\":[\"Deny\"]}}",
				 o->name, o->name);
	*vec_push(a, out) = tree(a,
				 "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{"
				 "\"name\":\"%s\",\"namespace\":\"%s\"}}",
				 o->name, o->ns);
	*vec_push(a, out) = tree(a,
				 "{\"apiVersion\":\"rbac.authorization.k8s.io/"
				 "v1\",\"kind\":\"Role\",\"metadata\":{\"name\":\"%s-probe\","
				 "\"namespace\":\"%s\"},\"rules\":[{\"apiGroups\":[\"\"],"
				 "\"resources\":[\"configmaps\"],\"verbs\":[\"create\"]}]}",
				 o->name, o->ns);
	*vec_push(a, out) = tree(a,
				 "{\"apiVersion\":\"rbac.authorization.k8s.io/"
				 "v1\",\"kind\":\"RoleBinding\",\"metadata\":{\"name\":"
				 "\"%s-probe\",\"namespace\":\"%s\"},\"roleRef\":{\"apiGroup\":"
				 "\"rbac.authorization.k8s.io\",\"kind\":"
				 "\"Role\",\"name\":\"%s-probe\"},\"subjects\":[{\"kind\":"
				 "\"ServiceAccount\",\"name\":\"%s\",\"namespace\":\"%s\"}]}",
				 o->name, o->ns, o->name, o->name, o->ns);
}

/* Groups that an APIService hands on to another server, where our admission does not run. */
static int find_forwarded(struct cluster *c, struct arena *a, struct map *out, struct err *err)
{
	const struct cluster_request r = { .path = "/apis/apiregistration.k8s.io/v1/apiservices" };
	const struct node *items;
	struct node *body;
	int status;
	uint32_t i;

	if (cluster_call(c, a, &r, &status, &body, err) < 0)
		return -1;
	if (status != 200)
		return err_raise(err, ERR_REFUSED, NO_POS, "listing APIServices: %s",
				 status_message(a, status, body));
	items = node_get(body, "items");
	for (i = 0; node_is(items, NODE_SEQ) && i < items->len; i++) {
		const struct node *spec = node_get(items->items[i], "spec");
		const char *group = node_get_string(spec, "group");

		if (group && node_is(node_get(spec, "service"), NODE_MAP))
			map_set(out, group, out);
	}
	return 0;
}

static bool is_guarded(const struct resource *r, const struct rbac_options *o)
{
	static const char *const groups[] = { "admissionregistration.k8s.io",
					      "authentication.k8s.io", "authorization.k8s.io" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(groups); i++)
		if (!strcmp(groups[i], r->group))
			return false;
	return !(o->no_secrets && !*r->group && !strcmp(r->plural, "secrets"));
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_sorted(struct arena *a, struct node *rule, const char *key, const char **texts,
		       size_t count)
{
	struct node *list = node_seq(a);
	size_t i;

	qsort(texts, count, sizeof(*texts), compare_texts);
	for (i = 0; i < count; i++)
		if (!i || strcmp(texts[i], texts[i - 1]) != 0)
			node_append(a, list, node_str(a, texts[i]));
	node_set(a, rule, key, list);
}

static struct node *rule_of(struct cluster *c, struct arena *a, const struct rbac_options *o,
			    const char *group)
{
	const char **names = arena_array(a, c->kinds.count, const char *);
	struct node *rule = node_map(a);
	size_t count = 0, i;
	const char *verbs[7] = { "get", "list", "create", "patch", "update" };

	for (i = 0; i < c->kinds.count; i++) {
		const struct resource *r = c->kinds.entries[i].value;

		if (!strcmp(r->group, group) && is_guarded(r, o) && (r->verbs & VERB_PATCH))
			names[count++] = r->plural;
	}
	if (!count)
		return NULL;
	node_set(a, rule, "apiGroups", node_seq(a));
	node_append(a, node_get(rule, "apiGroups"), node_str(a, group));
	add_sorted(a, rule, "resources", names, count);
	verbs[5] = "escalate";
	verbs[6] = "bind";
	add_sorted(a, rule, "verbs", verbs, strcmp(group, "rbac.authorization.k8s.io") ? 5 : 7);
	return rule;
}

static int add_role(struct cluster *c, struct arena *a, const struct rbac_options *o,
		    struct rbac_objects *out, struct err *err)
{
	struct node *role =
		tree(a,
		     "{\"apiVersion\":\"rbac.authorization.k8s.io/v1\",\"kind\":\"ClusterRole\","
		     "\"metadata\":{\"name\":\"%s\"},\"rules\":[]}",
		     o->name);
	struct node *rules = node_get(role, "rules");
	const char **groups = arena_array(a, c->groups.count, const char *);
	struct map forwarded;
	size_t i;

	map_init(&forwarded, a);
	if (find_forwarded(c, a, &forwarded, err) < 0)
		return -1;
	for (i = 0; i < c->groups.count; i++)
		groups[i] = c->groups.entries[i].key;
	if (c->groups.count)
		qsort(groups, c->groups.count, sizeof(*groups), compare_texts);
	for (i = 0; i < c->groups.count; i++) {
		struct node *rule;

		if (map_get(&forwarded, groups[i])) {
			*vec_push(a, &out->left_out) = groups[i];
			continue;
		}
		rule = rule_of(c, a, o, groups[i]);
		if (rule)
			node_append(a, rules, rule);
	}
	out->first_of_role = out->count;
	*vec_push(a, out) = role;
	*vec_push(a, out) = tree(a,
				 "{\"apiVersion\":\"rbac.authorization.k8s.io/"
				 "v1\",\"kind\":\"ClusterRoleBinding\",\"metadata\":{\"name\":"
				 "\"%s\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\","
				 "\"kind\":\"ClusterRole\",\"name\":\"%s\"},"
				 "\"subjects\":[{\"kind\":\"ServiceAccount\",\"name\":\"%s\","
				 "\"namespace\":\"%s\"}]}",
				 o->name, o->name, o->name, o->ns);
	return 0;
}

int rbac_make(struct cluster *c, struct arena *a, const struct rbac_options *o,
	      struct rbac_objects *out, struct err *err)
{
	const char *dot;

	if (!is_name(o->name) || !is_name(o->ns))
		return err_raise(err, ERR_USAGE, NO_POS,
				 "'%s' in '%s': names hold lower case letters, digits and dashes",
				 o->name, o->ns);
	if (cluster_connect(c, err) < 0)
		return -1;
	dot = strchr(cluster_version(c), '.');
	if (!dot || strtol(dot + 1, NULL, 10) < 30)
		return err_raise(
			err, ERR_UNSUPPORTED, NO_POS,
			"the server is %s: before 1.30 admission policies are not enforced by "
			"default, and without one the role would let real writes through",
			cluster_version(c));
	add_guard(a, o, out);
	return add_role(c, a, o, out, err);
}

int rbac_probe(struct cluster *c, struct arena *a, const struct rbac_options *o, int seconds,
	       struct err *err)
{
	const char *body = arena_printf(a,
					"{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\","
					"\"metadata\":{\"name\":\"%s-probe\"}}",
					o->name);
	struct cluster_request r = {
		.method = "POST",
		.path = arena_printf(a, "/api/v1/namespaces/%s/configmaps", o->ns),
		.content_type = "application/json",
		.body = body,
		.body_len = strlen(body),
		.as_user = account(a, o),
		.unsafe_retry = true,
	};
	const char *message = "";
	struct node *answer;
	int status, i;

	if (cluster_connect(c, err) < 0)
		return -1;
	for (i = 0; i <= seconds * 2; i++) {
		if (cluster_call(c, a, &r, &status, &answer, err) < 0)
			return -1;
		message = status_message(a, status, answer);
		if (strstr(message, policy_message))
			return 0;
		if (status < 300) { /* not yet enforced: take the probe away again */
			const char *path = arena_printf(a, "%s/%s-probe", r.path, o->name);

			if (cluster_call(
				    c, a,
				    &(struct cluster_request){ .method = "DELETE", .path = path },
				    &status, &answer, err) < 0)
				return -1;
			message = "a write that is no dry-run was let through";
		}
		usleep(500000);
	}
	return err_raise(err, ERR_REFUSED, NO_POS,
			 "the policy does not refuse writes of %s yet: %s; do not apply the role",
			 account(a, o), message);
}
