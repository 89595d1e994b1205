/* What objects refer to by name, as a table of places, and whether anything has that name. */
#include <string.h>

#include "base/text.h"
#include "validate/across/internal.h"

static const struct {
	const char *api, *kind;
	bool certain; /* usually in git with what refers to it: its absence is worth a warning */
} targets[TARGET_COUNT] = {
	[TARGET_CONFIG_MAP] = { "v1", "ConfigMap", false },
	[TARGET_SECRET] = { "v1", "Secret", false },
	[TARGET_SERVICE_ACCOUNT] = { "v1", "ServiceAccount", false },
	[TARGET_CLAIM] = { "v1", "PersistentVolumeClaim", false },
	[TARGET_SERVICE] = { "v1", "Service", false },
	[TARGET_ROLE] = { "rbac.authorization.k8s.io/v1", "Role", true },
	[TARGET_CLUSTER_ROLE] = { "rbac.authorization.k8s.io/v1", "ClusterRole", false },
	[TARGET_STORAGE_CLASS] = { "storage.k8s.io/v1", "StorageClass", false },
	[TARGET_PRIORITY_CLASS] = { "scheduling.k8s.io/v1", "PriorityClass", false },
	[TARGET_RUNTIME_CLASS] = { "node.k8s.io/v1", "RuntimeClass", false },
	[TARGET_INGRESS_CLASS] = { "networking.k8s.io/v1", "IngressClass", false },
	[TARGET_WORKLOAD] = { "apps/v1", "workload", true },
};

const char *target_kind(enum target target)
{
	return targets[target].kind;
}

const char *target_api(enum target target)
{
	return targets[target].api;
}

/* A place: the path of a mapping ("a[].b": each item), and the field that names. */
struct reference {
	const char *path, *field;
	enum target target;
};

static const struct reference pod_references[] = {
	{ "volumes[].configMap", "name", TARGET_CONFIG_MAP },
	{ "volumes[].secret", "secretName", TARGET_SECRET },
	{ "volumes[].projected.sources[].configMap", "name", TARGET_CONFIG_MAP },
	{ "volumes[].projected.sources[].secret", "name", TARGET_SECRET },
	{ "volumes[].persistentVolumeClaim", "claimName", TARGET_CLAIM },
	{ "containers[].envFrom[].configMapRef", "name", TARGET_CONFIG_MAP },
	{ "containers[].envFrom[].secretRef", "name", TARGET_SECRET },
	{ "containers[].env[].valueFrom.configMapKeyRef", "name", TARGET_CONFIG_MAP },
	{ "containers[].env[].valueFrom.secretKeyRef", "name", TARGET_SECRET },
	{ "initContainers[].envFrom[].configMapRef", "name", TARGET_CONFIG_MAP },
	{ "initContainers[].envFrom[].secretRef", "name", TARGET_SECRET },
	{ "initContainers[].env[].valueFrom.configMapKeyRef", "name", TARGET_CONFIG_MAP },
	{ "initContainers[].env[].valueFrom.secretKeyRef", "name", TARGET_SECRET },
	{ "imagePullSecrets[]", "name", TARGET_SECRET },
	{ "", "serviceAccountName", TARGET_SERVICE_ACCOUNT },
	{ "", "priorityClassName", TARGET_PRIORITY_CLASS },
	{ "", "runtimeClassName", TARGET_RUNTIME_CLASS },
};

static const struct {
	const char *group, *kind;
	struct reference reference;
} kind_references[] = {
	{ "networking.k8s.io", "Ingress", { "spec.tls[]", "secretName", TARGET_SECRET } },
	{ "networking.k8s.io", "Ingress", { "spec", "ingressClassName", TARGET_INGRESS_CLASS } },
	{ "networking.k8s.io",
	  "Ingress",
	  { "spec.defaultBackend.service", "name", TARGET_SERVICE } },
	{ "networking.k8s.io",
	  "Ingress",
	  { "spec.rules[].http.paths[].backend.service", "name", TARGET_SERVICE } },
	{ "", "PersistentVolumeClaim", { "spec", "storageClassName", TARGET_STORAGE_CLASS } },
	{ "apps", "StatefulSet", { "spec", "serviceName", TARGET_SERVICE } },
	{ "apps",
	  "StatefulSet",
	  { "spec.volumeClaimTemplates[].spec", "storageClassName", TARGET_STORAGE_CLASS } },
	{ "", "ServiceAccount", { "imagePullSecrets[]", "name", TARGET_SECRET } },
	{ "admissionregistration.k8s.io",
	  "ValidatingWebhookConfiguration",
	  { "webhooks[].clientConfig.service", "name", TARGET_SERVICE } },
	{ "admissionregistration.k8s.io",
	  "MutatingWebhookConfiguration",
	  { "webhooks[].clientConfig.service", "name", TARGET_SERVICE } },
	{ "apiregistration.k8s.io", "APIService", { "spec.service", "name", TARGET_SERVICE } },
	{ "autoscaling",
	  "HorizontalPodAutoscaler",
	  { "spec.scaleTargetRef", "name", TARGET_WORKLOAD } },
	{ "rbac.authorization.k8s.io", "RoleBinding", { "roleRef", "name", TARGET_ROLE } },
	{ "rbac.authorization.k8s.io",
	  "ClusterRoleBinding",
	  { "roleRef", "name", TARGET_CLUSTER_ROLE } },
	{ "rbac.authorization.k8s.io",
	  "RoleBinding",
	  { "subjects[]", "name", TARGET_SERVICE_ACCOUNT } },
	{ "rbac.authorization.k8s.io",
	  "ClusterRoleBinding",
	  { "subjects[]", "name", TARGET_SERVICE_ACCOUNT } },
};

static const struct {
	const char *group, *kind, *path;
} pod_paths[] = {
	{ "", "Pod", "spec" },
	{ "", "PodTemplate", "template.spec" },
	{ "", "ReplicationController", "spec.template.spec" },
	{ "apps", "Deployment", "spec.template.spec" },
	{ "apps", "ReplicaSet", "spec.template.spec" },
	{ "apps", "StatefulSet", "spec.template.spec" },
	{ "apps", "DaemonSet", "spec.template.spec" },
	{ "batch", "Job", "spec.template.spec" },
	{ "batch", "CronJob", "spec.jobTemplate.spec.template.spec" },
};

const char *across_pod_path(const struct object *o)
{
	for (size_t i = 0; i < ARRAY_SIZE(pod_paths); i++) {
		if (text_is(pod_paths[i].kind, o->kind) && !strcmp(pod_paths[i].group, o->group))
			return pod_paths[i].path;
	}
	return NULL;
}

enum { INDEXES = ACROSS_INDEXES };

struct walk {
	struct across *x;
	const struct object *o;
	const struct reference *r;
	const char *above;	 /* the path that the reference's starts at */
	uint32_t index[INDEXES]; /* of the lists on the way */
};

/* Names that every cluster has, or that its mesh writes into each namespace. */
static bool is_given(enum target target, const char *name)
{
	static const struct {
		enum target target;
		const char *name;
	} given[] = {
		{ TARGET_CLUSTER_ROLE, "cluster-admin" },
		{ TARGET_CLUSTER_ROLE, "admin" },
		{ TARGET_CLUSTER_ROLE, "edit" },
		{ TARGET_CLUSTER_ROLE, "view" },
		{ TARGET_ROLE, "extension-apiserver-authentication-reader" },
		{ TARGET_SERVICE_ACCOUNT, "default" },
		{ TARGET_CONFIG_MAP, "kube-root-ca.crt" },
		{ TARGET_CONFIG_MAP, "extension-apiserver-authentication" },
		{ TARGET_CONFIG_MAP, "istio-ca-root-cert" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(given); i++)
		if (given[i].target == target && !strcmp(given[i].name, name))
			return true;
	if (target == TARGET_PRIORITY_CLASS)
		return !strncmp(name, "system-", 7);
	return (target == TARGET_CLUSTER_ROLE || target == TARGET_ROLE) &&
	       !strncmp(name, "system:", 7);
}

static bool is_cluster_scoped(enum target target)
{
	return target == TARGET_CLUSTER_ROLE || target == TARGET_STORAGE_CLASS ||
	       target == TARGET_PRIORITY_CLASS || target == TARGET_RUNTIME_CLASS ||
	       target == TARGET_INGRESS_CLASS;
}

static const char *port_of(struct across *x, const struct node *map)
{
	const struct node *port = node_get(map, "port"), *number = node_get(port, "number");

	if (node_is(port, NODE_MAP))
		port = number ? number : node_get(port, "name");
	return node_text(port) ? across_copy(x, node_text(port)) : NULL;
}

static void add_want(const struct walk *w, const struct node *map)
{
	const struct node *n = node_get(map, w->r->field);
	const char *name = node_string(n), *kind, *ns;
	enum target target = w->r->target;
	struct want *want;

	if (!name || !*name || strpbrk(name, "${}") || node_true(node_get(map, "optional")))
		return;
	kind = node_get_string(map, "kind");
	ns = node_get_string(map, "namespace");
	if (target == TARGET_SERVICE_ACCOUNT && kind && strcmp(kind, "ServiceAccount"))
		return; /* a subject that is a user or group */
	if (target == TARGET_ROLE && kind && !strcmp(kind, "ClusterRole"))
		target = TARGET_CLUSTER_ROLE;
	if (target == TARGET_WORKLOAD &&
	    (!kind || (strcmp(kind, "Deployment") && strcmp(kind, "StatefulSet") &&
		       strcmp(kind, "ReplicaSet"))))
		return;
	if (is_given(target, name))
		return;
	want = vec_push(w->x->arena, &w->x->wants);
	*want = (struct want){
		.object = w->o,
		.target = target,
		.kind = target == TARGET_WORKLOAD ? across_intern(w->x, kind) : target_kind(target),
		.ns = is_cluster_scoped(target) ? ""
		      : ns			? across_intern(w->x, ns)
						: w->o->ns,
		.name = across_copy(w->x, name),
		.above = w->above,
		.way = w->r->path,
		.field = w->r->field,
		.origin = n->origin,
		.port = target == TARGET_SERVICE ? port_of(w->x, map) : NULL,
	};
	memcpy(want->index, w->index, sizeof(want->index));
}

/* "spec.volumes[2].secret.secretName": where a want stands. */
static const char *path_of(struct arena *a, const struct want *w)
{
	const uint32_t *index = w->index;
	struct buf b;
	const char *path;

	buf_init(&b, 0);
	buf_str(&b, w->above);
	for (const char *part = w->way; *part;) {
		size_t n = strcspn(part, "[.");

		if (b.len)
			buf_char(&b, '.');
		buf_add(&b, part, n);
		part += n;
		if (*part == '[') {
			buf_printf(&b, "[%u]", *index++);
			part += 2;
		}
		part += *part == '.';
	}
	if (b.len)
		buf_char(&b, '.');
	buf_str(&b, w->field);
	path = buf_dup(&b, a);
	buf_release(&b);
	return path;
}

static void walk(struct walk *w, const struct node *n, const char *path, unsigned lists)
{
	const struct node *value;
	size_t len = 0;

	if (n->type != NODE_MAP)
		return;
	if (!*path) {
		add_want(w, n);
		return;
	}
	while (path[len] && path[len] != '.' && path[len] != '[')
		len++;
	value = node_get_n(n, path, len);
	if (!value)
		return;
	path += len;
	if (*path != '[') {
		walk(w, value, path + (*path == '.'), lists);
		return;
	}
	path += 2;
	path += *path == '.';
	for (uint32_t i = 0; value->type == NODE_SEQ && lists < INDEXES && i < value->len; i++) {
		w->index[lists] = i;
		walk(w, value->items[i], path, lists + 1);
	}
}

void across_references(struct across *x, const struct object *o, const struct node *root)
{
	const char *pod = across_pod_path(o);
	const struct node *spec = pod ? across_at(root, pod) : NULL;
	struct walk w = { .x = x, .o = o, .above = pod };

	for (size_t i = 0; spec && i < ARRAY_SIZE(pod_references); i++) {
		w.r = &pod_references[i];
		walk(&w, spec, w.r->path, 0);
	}
	w.above = "";
	for (size_t i = 0; i < ARRAY_SIZE(kind_references); i++) {
		w.r = &kind_references[i].reference;
		if (text_is(kind_references[i].kind, o->kind) &&
		    !strcmp(kind_references[i].group, o->group))
			walk(&w, root, w.r->path, 0);
	}
}

void across_each_reference(struct arena *a, const struct object *o, across_reference_fn *each,
			   void *data)
{
	struct across x = { .arena = a };

	map_init(&x.texts, a);
	across_references(&x, o, o->root);
	for (size_t i = 0; i < x.wants.count; i++)
		each(data, x.wants.items[i].kind, x.wants.items[i].ns, x.wants.items[i].name);
}

/* --- what is missing --- */
/* The claims of a StatefulSet's template are made with its pods: data-web-0. */
static bool is_template_claim(const struct want *w)
{
	return w->target == TARGET_CLAIM && !strcmp(w->object->kind, "StatefulSet");
}

struct hint {
	const char *elsewhere; /* a namespace that has the name */
	const char *near;      /* a name that is nearly right */
};

static struct hint look_around(const struct across *x, const struct want *w)
{
	struct nearest near = nearest_to(w->name, strlen(w->name));
	const struct names *names = map_get(&x->of_kind, w->kind);
	struct hint hint = { 0 };

	near.distance = near.len / 8 + 1;
	for (size_t i = 0; names && i < names->count; i++) {
		const struct provided *p;

		for (p = x->by_name.entries[names->items[i]].value; p; p = p->next) {
			if (!strcmp(p->name, w->name))
				hint.elsewhere = hint.elsewhere ? hint.elsewhere : p->ns;
			else if (!*w->ns || !*p->ns || !strcmp(w->ns, p->ns))
				nearest_try(&near, p->name);
		}
	}
	hint.near = near.best;
	return hint;
}

static const struct service *find_service(const struct across *x, const char *ns, const char *name)
{
	for (size_t i = 0; i < x->services.count; i++) {
		const struct service *s = &x->services.items[i];

		if (!strcmp(s->name, name) && (!*ns || !*s->ns || !strcmp(ns, s->ns)))
			return s;
	}
	return NULL;
}

static void check_port(const struct across *x, const struct want *w, struct findings *out)
{
	const struct service *s = w->port ? find_service(x, w->ns, w->name) : NULL;
	struct buf have;

	if (!s || s->external || strcmp(w->object->kind, "Ingress"))
		return;
	buf_init(&have, 500);
	for (size_t i = 0; i < s->ports.count; i++) {
		const struct label *p = &s->ports.items[i];

		if (!strcmp(p->key, w->port) || !strcmp(p->value, w->port)) {
			buf_release(&have);
			return;
		}
		buf_printf(&have, "%s%s%s%s%s", i ? ", " : "", p->key, *p->value ? " (" : "",
			   p->value, *p->value ? ")" : "");
	}
	findings_add(out, SEVERITY_WARNING, "across/service-port", w->object, path_of(x->arena, w),
		     w->origin, "the Service '%s' has no port '%s', it has %s", w->name, w->port,
		     have.len ? have.text : "none");
	buf_release(&have);
}

static void check_want(const struct across *x, const struct want *w, struct findings *out)
{
	struct hint hint;

	if (across_has(x, w->kind, w->ns, w->name)) {
		check_port(x, w, out);
		return;
	}
	if (is_template_claim(w))
		return;
	hint = look_around(x, w);
	if (!hint.near && !hint.elsewhere && across_absent(x, w->kind, w->ns, w->name))
		findings_add(out, SEVERITY_WARNING, "across/reference", w->object,
			     path_of(x->arena, w), w->origin,
			     "neither the commit nor the cluster has the %s '%s'", w->kind,
			     w->name);
	else if (hint.near)
		findings_add(out, SEVERITY_WARNING, "across/reference", w->object,
			     path_of(x->arena, w), w->origin,
			     "nothing here provides the %s '%s', did you mean '%s'?", w->kind,
			     w->name, hint.near);
	else if (hint.elsewhere)
		findings_add(out, SEVERITY_WARNING, "across/reference", w->object,
			     path_of(x->arena, w), w->origin,
			     "the %s '%s' is in namespace '%s', not in '%s'", w->kind, w->name,
			     hint.elsewhere, w->ns);
	else
		findings_add(out, targets[w->target].certain ? SEVERITY_WARNING : SEVERITY_INFO,
			     "across/reference", w->object, path_of(x->arena, w), w->origin,
			     "nothing here provides the %s '%s': it must be in the cluster already",
			     w->kind, w->name);
}

void across_check_wants(struct across *x, struct findings *out)
{
	for (size_t i = 0; i < x->wants.count; i++)
		check_want(x, &x->wants.items[i], out);
}
