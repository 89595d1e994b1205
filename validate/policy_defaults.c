/*
 * An object as admission sees it: after decoding and defaulting.
 *
 * What the API publishes as defaults comes from its tables; of those that it keeps in code
 * (SetDefaults_* of pkg/apis), the ones that policies look at.
 */
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "validate/defaults.h"
#include "validate/rules/quantity.h"
#include "validate/policy_internal.h"
#include "validate/schema/custom.h"

struct filling {
	const struct schema_release *release;
	struct arena *arena;
};

/* A default of a type, in code: `value` is JSON. */
static const struct preset {
	const char *type; /* the end of the type's full name */
	const char *field, *value;
} presets[] = {
	{ "core.v1.PodSpec", "restartPolicy", "\"Always\"" },
	{ "core.v1.PodSpec", "dnsPolicy", "\"ClusterFirst\"" },
	{ "core.v1.PodSpec", "schedulerName", "\"default-scheduler\"" },
	{ "core.v1.PodSpec", "terminationGracePeriodSeconds", "30" },
	{ "core.v1.PodSpec", "securityContext", "{}" },
	{ "core.v1.Container", "resources", "{}" },
	{ "core.v1.Container", "terminationMessagePath", "\"/dev/termination-log\"" },
	{ "core.v1.Container", "terminationMessagePolicy", "\"File\"" },
	{ "core.v1.ConfigMapVolumeSource", "defaultMode", "420" },
	{ "core.v1.ContainerPort", "protocol", "\"TCP\"" },
	{ "core.v1.HTTPGetAction", "scheme", "\"HTTP\"" },
	{ "core.v1.HTTPGetAction", "path", "\"/\"" },
	{ "core.v1.HostPathVolumeSource", "type", "\"\"" },
	{ "core.v1.ObjectFieldSelector", "apiVersion", "\"v1\"" },
	{ "core.v1.Probe", "timeoutSeconds", "1" },
	{ "core.v1.Probe", "periodSeconds", "10" },
	{ "core.v1.Probe", "successThreshold", "1" },
	{ "core.v1.Probe", "failureThreshold", "3" },
	{ "core.v1.ProjectedVolumeSource", "defaultMode", "420" },
	{ "core.v1.SecretVolumeSource", "defaultMode", "420" },
	{ "core.v1.ServicePort", "protocol", "\"TCP\"" },
	{ "core.v1.ServiceSpec", "type", "\"ClusterIP\"" },
	{ "core.v1.ServiceSpec", "sessionAffinity", "\"None\"" },
	{ "core.v1.ServiceSpec", "internalTrafficPolicy", "\"Cluster\"" },
	{ "networking.v1.NetworkPolicyPort", "protocol", "\"TCP\"" },
	{ "discovery.v1.Endpoint", "conditions", "{}" },
	{ "discovery.v1.EndpointPort", "protocol", "\"TCP\"" },
	{ "core.v1.Secret", "type", "\"Opaque\"" },
	{ "core.v1.PersistentVolumeClaimSpec", "volumeMode", "\"Filesystem\"" },
	{ "apps.v1.DeploymentSpec", "replicas", "1" },
	{ "apps.v1.DeploymentSpec", "revisionHistoryLimit", "10" },
	{ "apps.v1.DeploymentSpec", "progressDeadlineSeconds", "600" },
	{ "apps.v1.StatefulSetSpec", "replicas", "1" },
	{ "apps.v1.StatefulSetSpec", "revisionHistoryLimit", "10" },
	{ "apps.v1.StatefulSetSpec", "podManagementPolicy", "\"OrderedReady\"" },
	{ "apps.v1.ReplicaSetSpec", "replicas", "1" },
	{ "apps.v1.DaemonSetSpec", "revisionHistoryLimit", "10" },
	{ "core.v1.ReplicationControllerSpec", "replicas", "1" },
	{ "batch.v1.JobSpec", "backoffLimit", "6" },
	{ "batch.v1.CronJobSpec", "concurrencyPolicy", "\"Allow\"" },
	{ "batch.v1.CronJobSpec", "suspend", "false" },
	{ "batch.v1.CronJobSpec", "successfulJobsHistoryLimit", "3" },
	{ "batch.v1.CronJobSpec", "failedJobsHistoryLimit", "1" },
	{ "autoscaling.v2.HorizontalPodAutoscalerSpec", "minReplicas", "1" },
};

static void set_json(struct filling *f, struct node *map, const char *field, const char *json)
{
	static const struct json_options plain = { .file = NULL };
	struct err ignored;
	struct node *value;

	if (node_get(map, field))
		return;
	value = json_read(f->arena, json, strlen(json), &plain, &ignored);
	if (value)
		node_set(f->arena, map, field, value);
}

static bool ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), e = strlen(end);

	return n > e && !strcmp(name + n - e, end) && name[n - e - 1] == '.';
}

/* Images with the tag latest, or none, are always pulled. */
static void set_pull_policy(struct filling *f, struct node *container)
{
	const char *image = node_get_string(container, "image"), *last, *tag;

	if (!image || strchr(image, '@')) {
		set_json(f, container, "imagePullPolicy", "\"IfNotPresent\"");
		return;
	}
	last = strrchr(image, '/');
	tag = strchr(last ? last : image, ':');
	set_json(f, container, "imagePullPolicy",
		 !tag || !strcmp(tag, ":latest") ? "\"Always\"" : "\"IfNotPresent\"");
}

/* Two names of one field. */
static void set_account(struct filling *f, struct node *pod)
{
	const char *name = node_get_string(pod, "serviceAccountName"),
		   *old = node_get_string(pod, "serviceAccount");

	if (name && *name)
		node_set(f->arena, pod, "serviceAccount", node_str(f->arena, name));
	else if (old && *old)
		node_set(f->arena, pod, "serviceAccountName", node_str(f->arena, old));
}

static void set_affinity(struct filling *f, struct node *service)
{
	const char *affinity = node_get_string(service, "sessionAffinity");

	if (!affinity || !strcmp(affinity, "None"))
		node_remove(service, "sessionAffinityConfig");
	else
		set_json(f, service, "sessionAffinityConfig",
			 "{\"clientIP\":{\"timeoutSeconds\":10800}}");
}

static void set_target_port(struct filling *f, struct node *port)
{
	struct node *number = node_get(port, "port"), *target = node_get(port, "targetPort");
	int64_t value;

	if (number && (!target || (node_integer(target, &value) && !value)))
		node_set(f->arena, port, "targetPort", number);
}

/* How pods are replaced, and how many at once. */
static void set_strategy(struct filling *f, struct node *spec, const char *field,
			 const char *rolling)
{
	struct node *strategy = node_get(spec, field), *update;
	const char *type;

	if (!node_is(strategy, NODE_MAP)) {
		strategy = node_map(f->arena);
		node_set(f->arena, spec, field, strategy);
	}
	set_json(f, strategy, "type", "\"RollingUpdate\"");
	type = node_get_string(strategy, "type");
	if (!type || strcmp(type, "RollingUpdate") != 0)
		return;
	set_json(f, strategy, "rollingUpdate", rolling);
	update = node_get(strategy, "rollingUpdate");
	if (!node_is(update, NODE_MAP))
		return;
	if (strstr(rolling, "25%")) {
		set_json(f, update, "maxSurge", "\"25%\"");
		set_json(f, update, "maxUnavailable", "\"25%\"");
	} else if (strstr(rolling, "maxSurge")) {
		set_json(f, update, "maxSurge", "0");
		set_json(f, update, "maxUnavailable", "1");
	} else {
		set_json(f, update, "partition", "0");
	}
}

static void set_limits(struct filling *f, struct node *limit);

static void fill_special(struct filling *f, struct node *n, const char *type)
{
	if (ends_with(type, "core.v1.Container"))
		set_pull_policy(f, n);
	if (ends_with(type, "core.v1.PodSpec"))
		set_account(f, n);
	if (ends_with(type, "core.v1.LimitRangeItem"))
		set_limits(f, n);
	if (ends_with(type, "core.v1.ServiceSpec"))
		set_affinity(f, n);
	if (ends_with(type, "core.v1.ServicePort"))
		set_target_port(f, n);
	if (ends_with(type, "apps.v1.DeploymentSpec"))
		set_strategy(f, n, "strategy", "{\"maxUnavailable\":\"25%\",\"maxSurge\":\"25%\"}");
	if (ends_with(type, "apps.v1.DaemonSetSpec"))
		set_strategy(f, n, "updateStrategy", "{\"maxUnavailable\":1,\"maxSurge\":0}");
	if (ends_with(type, "apps.v1.StatefulSetSpec"))
		set_strategy(f, n, "updateStrategy", "{\"partition\":0}");
}

static void fill_presets(struct filling *f, struct node *n, const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(presets); i++)
		if (ends_with(type, presets[i].type))
			set_json(f, n, presets[i].field, presets[i].value);
	fill_special(f, n, type);
}

static void fill(struct filling *f, const struct schema_type *t, struct node *n, int depth);

static void fill_object(struct filling *f, const struct schema_type *t, struct node *n, int depth)
{
	const struct schema_field *field;

	for (uint32_t i = 0; i < n->len; i++) {
		const struct node *key = n->entries[i].key;

		field = schema_field_find(f->release, t, key->text, key->len);
		if (field)
			fill(f, schema_field_type(field), n->entries[i].value, depth + 1);
	}
	for (size_t i = 0; (field = schema_field_at(f->release, t, i)); i++)
		if (*schema_field_default(field))
			set_json(f, n, schema_field_name(field), schema_field_default(field));
	fill_presets(f, n, schema_type_name(t));
}

/* Amounts are texts, in the server's own form. */
static void set_quantity(struct filling *f, struct node *n)
{
	char text[QUANTITY_TEXT];
	struct quantity q;

	if (n->type == NODE_INT || n->type == NODE_FLOAT)
		n->type = NODE_STR;
	if (!node_is(n, NODE_STR) || !quantity_parse(n->text, &q))
		return;
	n->text = arena_strdup(f->arena, quantity_text(text, &q));
	n->len = (uint32_t)strlen(n->text);
}

/* What a limit of containers leaves out it takes from its other parts. */
static void set_limits(struct filling *f, struct node *limit)
{
	static const char *const from[][2] = { { "max", "default" },
					       { "default", "defaultRequest" },
					       { "min", "defaultRequest" } };
	const char *type = node_get_string(limit, "type");

	if (!type || strcmp(type, "Container") != 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(from); i++) {
		const struct node *amounts = node_get(limit, from[i][0]);
		struct node *into = node_get(limit, from[i][1]);

		if (!node_is(amounts, NODE_MAP))
			continue;
		if (!node_is(into, NODE_MAP)) {
			into = node_map(f->arena);
			node_set(f->arena, limit, from[i][1], into);
		}
		for (uint32_t k = 0; k < amounts->len; k++)
			if (!node_get(into, amounts->entries[k].key->text))
				node_set(f->arena, into, amounts->entries[k].key->text,
					 node_copy(f->arena, amounts->entries[k].value));
	}
}

static void fill(struct filling *f, const struct schema_type *t, struct node *n, int depth)
{
	enum schema_what what = schema_what(t);

	if (depth > LIMIT_DEPTH)
		return;
	if (what == SCHEMA_QUANTITY)
		set_quantity(f, n);
	if (n->type == NODE_SEQ && what == SCHEMA_LIST)
		for (uint32_t i = 0; i < n->len; i++)
			fill(f, schema_element(t), n->items[i], depth + 1);
	if (n->type != NODE_MAP)
		return;
	if (what == SCHEMA_MAP)
		for (uint32_t i = 0; i < n->len; i++)
			fill(f, schema_element(t), n->entries[i].value, depth + 1);
	if (what == SCHEMA_OBJECT)
		fill_object(f, t, n, depth);
}

/* Nulls are as absent to a decoder. */
static void drop_nulls(struct node *n)
{
	for (uint32_t i = 0; node_is(n, NODE_MAP) && i < n->len;) {
		struct node *value = n->entries[i].value;

		drop_nulls(value);
		if (node_is_null(value))
			node_remove(n, n->entries[i].key->text);
		else
			i++;
	}
	for (uint32_t i = 0; node_is(n, NODE_SEQ) && i < n->len; i++)
		drop_nulls(n->items[i]);
}

static struct node *custom_defaulted(const struct policy_request *r, const struct node *root,
				     struct arena *a)
{
	const struct object *o = r->object;
	struct crd_version *v = crds_find(r->options->crds, o->group, o->version, o->kind);
	const struct custom_schema *schema = v ? crd_schema(r->options->crds, v) : NULL;
	struct path top = { 0 };
	bool undecided = false;
	struct node *copy = NULL;

	if (schema)
		copy = custom_coerce(r->release, a, schema, root, true, o, &top, NULL, &undecided);
	return node_copy(a, copy ? copy : root);
}

const struct node *policy_defaulted(const struct policy_request *r, const struct node *root,
				    struct arena *a)
{
	const struct object *o = r->object;
	const struct schema_kind *kind =
		schema_kind_find(r->release, o->group, o->version, o->kind);
	struct filling f = { r->release, a };
	struct node *copy, *meta;

	if (!root)
		return NULL;
	copy = kind ? node_copy(a, root) : custom_defaulted(r, root, a);
	if (kind) {
		drop_nulls(copy);
		fill(&f, schema_kind_type(kind), copy, 0);
	}
	meta = node_get(copy, "metadata");
	if (node_is(meta, NODE_MAP) && r->namespaced && !node_get(meta, "namespace"))
		node_set(a, meta, "namespace", node_str(a, r->ns));
	return copy;
}

/* ---- of an object that is there ---- */

/* By the schema of a definition's version. */
static void fill_custom(struct arena *a, const struct node *schema, struct node *n, int depth)
{
	const struct node *fields = node_get(schema, "properties"), *rest;
	uint32_t i;

	if (depth > LIMIT_DEPTH)
		return;
	rest = node_get(schema, "items");
	for (i = 0; node_is(n, NODE_SEQ) && i < n->len; i++)
		fill_custom(a, rest, n->items[i], depth + 1);
	if (!node_is(n, NODE_MAP))
		return;
	for (i = 0; node_is(fields, NODE_MAP) && i < fields->len; i++) {
		const struct node *value = node_get(fields->entries[i].value, "default");
		const char *name = fields->entries[i].key->text;

		if (value && !node_get(n, name))
			node_set(a, n, name, node_copy(a, value));
	}
	rest = node_get(schema, "additionalProperties");
	for (i = 0; i < n->len; i++) {
		const struct node *own = node_get(fields, n->entries[i].key->text);

		fill_custom(a, own ? own : rest, n->entries[i].value, depth + 1);
	}
}

void defaults_fill(struct arena *a, struct topology t, struct node *root)
{
	struct filling f = { t.release, a };

	if (t.crd) {
		fill_custom(a, t.crd, root, 0);
	} else if (t.type) {
		fill(&f, t.type, root, 0);
	}
}
