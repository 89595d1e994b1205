/* What an update must not change. Creating anew would make each of these changes, so a finding says
 * that it forces a replacement. */
#include <string.h>

#include "base/base64.h"
#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/val.h"

/* Fields that never change, with the path that the server names. */
static const struct fixed {
	uint64_t kinds;
	const char *field;
	const char *path; /* NULL: the field's own */
} fixed[] = {
	{ K(DEPLOYMENT) | K(REPLICA_SET) | K(DAEMON_SET), "spec.selector", NULL },
	{ K(CONTROLLER_REVISION), "data", NULL },
	{ K(JOB), "spec.completionMode", NULL },
	{ K(JOB), "spec.podFailurePolicy", NULL },
	{ K(JOB), "spec.backoffLimitPerIndex", NULL },
	{ K(JOB), "spec.managedBy", NULL },
	{ K(JOB), "spec.successPolicy", NULL },
	{ K(STORAGE_CLASS), "parameters", NULL },
	{ K(STORAGE_CLASS), "provisioner", NULL },
	{ K(STORAGE_CLASS), "reclaimPolicy", NULL },
	{ K(STORAGE_CLASS), "volumeBindingMode", NULL },
	{ K(VOLUME_ATTACHMENT), "spec", NULL },
	{ K(VOLUME_ATTRIBUTES_CLASS), "driverName", NULL },
	{ K(VOLUME_ATTRIBUTES_CLASS), "parameters", NULL },
	{ K(CSI_DRIVER), "spec.attachRequired", "spec.attachedRequired" },
	{ K(CSI_CAPACITY), "nodeTopology", NULL },
	{ K(CSI_CAPACITY), "storageClassName", NULL },
	{ K(PV), "spec.volumeMode", "volumeMode" },
	{ K(PVC), "spec.volumeMode", "volumeMode" },
	{ K(INGRESS_CLASS), "spec.controller", NULL },
	{ K(IP_ADDRESS), "spec.parentRef", NULL },
	{ K(PRIORITY_CLASS), "value", NULL },
	{ K(PRIORITY_CLASS), "preemptionPolicy", NULL },
	{ K(RUNTIME_CLASS), "handler", NULL },
	{ K(ENDPOINT_SLICE), "addressType", NULL },
	{ K(RESOURCE_SLICE), "spec.pool.name", NULL },
	{ K(RESOURCE_SLICE), "spec.driver", NULL },
	{ K(RESOURCE_SLICE), "spec.nodeName", NULL },
	{ K(RESOURCE_CLAIM) | K(RESOURCE_CLAIM_TEMPLATE), "spec", NULL },
	{ K(SECRET), "type", NULL },
	{ K(EVENTS_EVENT), "regarding", "involvedObject" },
	{ K(EVENTS_EVENT), "regarding.apiVersion", "involvedObject" },
	{ K(EVENTS_EVENT), "reason", NULL },
	{ K(EVENTS_EVENT), "note", "message" },
	{ K(EVENTS_EVENT), "type", NULL },
	{ K(EVENTS_EVENT), "eventTime", NULL },
	{ K(EVENTS_EVENT), "action", NULL },
	{ K(EVENTS_EVENT), "related", NULL },
	{ K(EVENTS_EVENT), "reportingController", NULL },
	{ K(EVENTS_EVENT), "reportingInstance", NULL },
	{ K(CRD), "spec.group", NULL },
	{ K(CRD), "spec.scope", NULL },
	{ K(CRD), "spec.names.plural", NULL },
	{ K(CRD), "spec.names.kind", NULL },
};

static uint64_t kind_bit(struct val *v)
{
	return (uint64_t)1 << v->c->kind->id;
}

/* Where absence says something of its own: a version, or no topology at all. */
static bool is_told(const char *field)
{
	return word_in(field, "regarding.apiVersion nodeTopology");
}

static void check_fixed(struct val *v)
{
	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++) {
		const struct fixed *f = &fixed[i];
		struct val *now, *old;

		if (!(f->kinds & kind_bit(v)))
			continue;
		now = v_at(v, f->field);
		old = v_at(v->c->old, f->field);
		if (f->path)
			now = v_place(v_at(v, f->path), now);
		if (v->c->minor < 31 && !strcmp(f->field, "spec.successPolicy"))
			continue; /* dropped: its gate is off */
		if (v->c->minor < 32 && !strcmp(f->field, "spec.managedBy")) {
			if (v_has(now)) /* dropped when it was made, and not when it changes */
				immutable(now, "the field is immutable");
			continue;
		}
		if (is_told(f->field) ? !v_same(now, old) || v_has(now) != v_has(old)
				      : !v_unchanged(v_at(v, f->field), old))
			immutable(now, "the field is immutable");
	}
}

static void check_role_ref(struct val *v)
{
	struct val *now = v_at(v, "roleRef"), *old = v_at(v->c->old, "roleRef");

	if (!v_same(v_at(now, "kind"), v_at(old, "kind")) ||
	    !v_same(v_at(now, "name"), v_at(old, "name")))
		immutable(now, "cannot change roleRef; it was %s '%s'", v_str(v_at(old, "kind")),
			  v_str(v_at(old, "name")));
}

/* Whether a text and an encoded one are the same. */
static bool same_secret(struct val *text, struct val *encoded)
{
	struct buf b;
	bool same;

	if (!v_has(encoded))
		return false;
	buf_init(&b, 0);
	base64_encode(&b, v_str(text), text->n->type == NODE_STR ? text->n->len : 0);
	same = v_is(encoded, b.text);
	buf_release(&b);
	return same;
}

/* Two base64 texts of the same bytes, or two equal texts. */
static bool same_bytes(struct val *one, struct val *other)
{
	struct buf a, b;
	bool same;

	if (v_same(one, other))
		return true;
	if (one->c->kind->id != KIND_SECRET && strcmp(v_name(one->up), "binaryData") != 0)
		return false;
	buf_init(&a, 0);
	buf_init(&b, 0);
	same = base64_decode(&a, v_str(one), strlen(v_str(one))) &&
	       base64_decode(&b, v_str(other), strlen(v_str(other))) && a.len == b.len &&
	       (!a.len || !memcmp(a.text, b.text, a.len));
	buf_release(&a);
	buf_release(&b);
	return same;
}

/* The data, with stringData over it as the server merges them. */
static bool same_data(struct val *v, struct val *old, const char *field)
{
	struct val *both[] = { v, old };

	for (size_t i = 0; i < 2; i++) {
		V_EACH (e, v_at(both[i], "stringData")) {
			if (!v_same(e, v_key(v_at(both[1 - i], "stringData"), e->name)) &&
			    !same_secret(e, v_key(v_at(both[1 - i], "data"), e->name)))
				return false;
		}
		V_EACH (e, v_at(both[i], field)) {
			struct val *text = v_key(v_at(both[1 - i], "stringData"), e->name);

			if (v_has(v_key(v_at(both[i], "stringData"), e->name)))
				continue;
			if (v_has(text) ? !same_secret(text, e)
					: !same_bytes(e, v_key(v_at(both[1 - i], field), e->name)))
				return false;
		}
	}
	return true;
}

static void check_frozen(struct val *v)
{
	static const char *const fields[] = { "data", "binaryData" };
	struct val *old = v->c->old, *flag = v_at(v, "immutable");

	if (!v_true(v_at(old, "immutable"), false))
		return;
	if (!v_true(flag, false))
		immutable(v_place(v_at(v, "immutable"), v_has(flag) ? flag : v),
			  "'immutable' cannot be unset");
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		struct val *f = v_at(v, fields[i]);

		if (i && v->c->kind->id == KIND_SECRET)
			break;
		if (!same_data(v, old, fields[i]))
			immutable(f, "cannot change while 'immutable' is true");
	}
}

/* A secret for growing may be named later. */
static const struct node *without_late_secret(struct arena *a, struct val *spec, struct val *was,
					      const char *rest)
{
	struct node *own = node_without(a, spec->n, rest);
	const struct node *csi = v_at(spec, "csi")->n;

	if (own && v_has(v_at(was, "csi")) && csi &&
	    !v_has(v_at(was, "csi.controllerExpandSecretRef")))
		node_set(a, own, "csi", node_without(a, csi, "controllerExpandSecretRef"));
	return own;
}

/* Whether a volume is the same one; no path has a default there. */
static bool same_source(struct val *spec, struct val *was, const char *rest)
{
	struct arena *a = spec->c->scratch;

	V_EACH (e, was) {
		if (!word_in(e->name, rest) && v_has(e) &&
		    (!v_has(v_at(spec, e->name)) ||
		     !v_same(v_at(v_at(spec, e->name), "path"), v_at(e, "path"))))
			return false;
	}
	return node_same(without_late_secret(a, spec, was, rest), node_without(a, was->n, rest),
			 "spec");
}

static void check_volume(struct val *v)
{
	static const char rest[] = "capacity accessModes claimRef persistentVolumeReclaimPolicy "
				   "storageClassName mountOptions volumeMode nodeAffinity "
				   "volumeAttributesClassName";
	struct val *spec = v_at(v, "spec"), *was = v_at(v->c->old, "spec");
	struct val *affinity = v_at(spec, "nodeAffinity"), *old = v_at(was, "nodeAffinity");

	if (!same_source(spec, was, rest))
		immutable(v_place(v_at(v, "spec.persistentvolumesource"), spec),
			  "the source of a persistent volume is immutable");
	if (v_has(old) && !v_unchanged(affinity, old))
		immutable(v_place(v_at(v, "nodeAffinity"), affinity), "the field is immutable");
	if (v->c->minor < 34 && v_has(v_at(spec, "volumeAttributesClassName")))
		forbidden(v_at(spec, "volumeAttributesClassName"),
			  "may not be set on a volume that exists: its feature gate is off");
	else if (v_has(v_at(was, "volumeAttributesClassName")) &&
		 !v_has(v_at(spec, "volumeAttributesClassName")))
		forbidden(v_at(spec, "volumeAttributesClassName"), "cannot be removed once set");
}

/* The server fills in either of the two from the other. */
static struct val *data_source(struct val *spec)
{
	struct val *source = v_at(spec, "dataSource"), *kind = v_at(source, "kind");
	struct val *ref = v_at(spec, "dataSourceRef");
	const char *group = v_str(v_at(source, "apiGroup"));

	if (!v_empty(v_at(ref, "namespace")))
		ref = v_none(spec, "dataSourceRef"); /* dropped, as its gate is off */
	if (*group ? strcmp(group, "snapshot.storage.k8s.io") || !v_is(kind, "VolumeSnapshot")
		   : !v_is(kind, "PersistentVolumeClaim"))
		return ref; /* any other the server leaves out */
	return v_has(source) ? source : ref;
}

/* A bound claim may grow, and change its class of attributes; whether it is bound we do not know.
 */
static void check_claim(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *was = v_at(v->c->old, "spec");
	struct val *now = v_key(v_at(spec, "resources.requests"), "storage");
	struct val *old = v_key(v_at(was, "resources.requests"), "storage");
	struct val *class = v_at(was, "storageClassName");
	struct arena *a = v->c->scratch;
	struct quantity q, r;
	char fields[128] =
		"resources volumeAttributesClassName volumeMode dataSource dataSourceRef";

	if (v_empty(v_at(was, "volumeName")))
		strncat(fields, " volumeName", sizeof(fields) - strlen(fields) - 1);
	if (!v_has(v_at(was, "storageClassName")))
		strncat(fields, " storageClassName", sizeof(fields) - strlen(fields) - 1);
	if (!node_same(node_without(a, spec->n, fields), node_without(a, was->n, fields), "spec") ||
	    !v_unchanged(v_at(spec, "resources.limits"), v_at(was, "resources.limits")) ||
	    !node_same(node_without(a, now->up->n, "storage"),
		       node_without(a, old->up->n, "storage"), "requests") ||
	    !v_unchanged(v_at(spec, "volumeMode"), v_at(was, "volumeMode")) ||
	    v_has(v_at(spec, "selector")) != v_has(v_at(was, "selector")) ||
	    !v_unchanged(data_source(spec), data_source(was)) ||
	    (v_has(class) && (!v_has(v_at(spec, "storageClassName")) ||
			      !v_same(v_at(spec, "storageClassName"), class))))
		immutable(spec, "immutable after creation, except resources.requests and "
				"volumeAttributesClassName of a bound claim");
	if (v_quantity(now, &q) && v_quantity(old, &r) && quantity_cmp(&q, &r) < 0) {
		now->step = VAL_FIELD;
		immutable(now, "cannot be less than its previous value (%s)", v_text(old));
	}
}

static void check_lifecycle_modes(struct val *v)
{
	struct val *now = v_at(v, "spec.volumeLifecycleModes");
	struct val *old = v_at(v->c->old, "spec.volumeLifecycleModes");
	bool persistent = v_count(now) == 1 && v_is(v_item(now, 0), "Persistent");
	bool was = v_count(old) == 1 && v_is(v_item(old, 0), "Persistent");

	if (!v_same(now, old) && !((persistent || !v_count(now)) && (was || !v_count(old))))
		immutable(now, "the field is immutable");
}

/* A node's driver changes in how many volumes it takes only, and there since 1.35. */
static void check_csi_node(struct val *v)
{
	struct val *now = v_at(v, "spec.drivers"), *old = v_at(v->c->old, "spec.drivers");
	struct val *place = v->c->minor < 33 ? v_none(v, "CSINodeDriver") : now;
	const char *counted = v->c->minor < 35 ? "" : "allocatable";
	struct arena *a = v->c->scratch;

	V_EACH (e, now) {
		struct val *was = v_find(old, "name", v_str(v_at(e, "name")));

		if (was && (!node_same(node_without(a, e->n, counted),
				       node_without(a, was->n, counted), "drivers") ||
			    (!*counted &&
			     v_has(v_at(e, "allocatable")) != v_has(v_at(was, "allocatable")))))
			immutable(v_place(place, e), "the driver '%s' is immutable",
				  v_str(v_at(e, "name")));
	}
}

static void check_quota_scopes(struct val *v)
{
	struct val *now = v_at(v, "spec.scopes"), *old = v_at(v->c->old, "spec.scopes");
	struct val *both[] = { now, old };

	for (size_t i = 0; i < 2; i++) {
		V_EACH (e, both[i]) {
			bool there = false;

			V_EACH (other, both[1 - i])
				there |= v_is(other, v_str(e));
			if (!there) {
				immutable(now, "the field is immutable");
				return;
			}
		}
	}
}

static const char *ip_of(struct val *spec, size_t i)
{
	struct val *list = v_at(spec, "clusterIPs");

	if (!v_count(list) && !i)
		return v_str(v_at(spec, "clusterIP"));
	return v_str(v_item(list, i));
}

/* What the server allocates is in no manifest: absent means kept. */
static void check_service(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *was = v_at(v->c->old, "spec");
	const char *type = v_str_or(v_at(spec, "type"), "ClusterIP");
	const char *before = v_str_or(v_at(was, "type"), "ClusterIP");
	bool external = !strcmp(type, "ExternalName") || !strcmp(before, "ExternalName");
	struct val *class = v_at(spec, "loadBalancerClass");
	struct val *health = v_at(spec, "healthCheckNodePort");

	for (size_t i = 0; !external && i < 2; i++) {
		const char *now = ip_of(spec, i), *old = ip_of(was, i);

		if (*now && *old && strcmp(now, old))
			immutable(v_item(v_at(spec, "clusterIPs"), i),
				  "may not change once set; it was '%s'", old);
		else if (!i && !*old && !strcmp(now, "None"))
			immutable(v_item(v_at(spec, "clusterIPs"), i),
				  "may not change once set; the server gave it an address");
	}
	for (size_t i = 0; !external && i < 2; i++) {
		struct val *now = v_item(v_at(spec, "ipFamilies"), i);
		struct val *old = v_item(v_at(was, "ipFamilies"), i);

		if (v_has(now) && v_has(old) && !v_same(now, old))
			immutable(v_place(v_item(v_at(spec, "ipFamilies"), 0), now),
				  "may not change once set");
	}
	if (!strcmp(type, "LoadBalancer") && !strcmp(before, type) &&
	    !v_same(class, v_at(was, "loadBalancerClass")))
		immutable(class, "may not change once set");
	if (v_int(health, 0) && v_int(v_at(was, "healthCheckNodePort"), 0) &&
	    v_is(v_at(spec, "externalTrafficPolicy"), "Local") && !strcmp(type, "LoadBalancer") &&
	    v_int(health, 0) != v_int(v_at(was, "healthCheckNodePort"), 0))
		immutable(health, "the field is immutable");
}

static void check_service_cidr(struct val *v)
{
	struct val *now = v_at(v, "spec.cidrs"), *old = v_at(v->c->old, "spec.cidrs");
	bool grown = v_count(old) == 1 && v_count(now) == 2;

	if (v_count(now) != v_count(old) && !grown) {
		immutable(now, "the field is immutable");
		return;
	}
	V_EACH (e, old) {
		if (!v_same(e, v_item(now, e->index)))
			immutable(v_item(now, e->index), "the field is immutable");
	}
}

#define FIXED_KINDS                                                                                \
	(K(DEPLOYMENT) | K(REPLICA_SET) | K(DAEMON_SET) | K(CONTROLLER_REVISION) | K(JOB) |        \
	 K(STORAGE_CLASS) | K(VOLUME_ATTACHMENT) | K(VOLUME_ATTRIBUTES_CLASS) | K(CSI_DRIVER) |    \
	 K(CSI_CAPACITY) | K(PV) | K(PVC) | K(INGRESS_CLASS) | K(IP_ADDRESS) | K(PRIORITY_CLASS) | \
	 K(RUNTIME_CLASS) | K(ENDPOINT_SLICE) | K(RESOURCE_CLAIM) | K(RESOURCE_CLAIM_TEMPLATE) |   \
	 K(SECRET) | K(CRD) | K(EVENTS_EVENT) | K(RESOURCE_SLICE))

const struct rule rules_updates[] = {
	{ "immutable/field", SEVERITY_ERROR, ON_UPDATE, FIXED_KINDS, 0, 0,
	  "fields that never change: selectors, provisioners, types, modes, handlers, names",
	  "ValidateImmutableField of each kind's update", check_fixed },
	{ "immutable/role-ref", SEVERITY_ERROR, ON_UPDATE,
	  K(ROLE_BINDING) | K(CLUSTER_ROLE_BINDING), 0, 0, "a binding's role never changes",
	  "pkg/apis/rbac/validation: ValidateRoleBindingUpdate", check_role_ref },
	{ "immutable/data", SEVERITY_ERROR, ON_UPDATE, K(CONFIG_MAP) | K(SECRET), 0, 0,
	  "what says immutable: true keeps its data, and that",
	  "pkg/apis/core/validation: ValidateSecretUpdate", check_frozen },
	{ "immutable/volume", SEVERITY_ERROR, ON_UPDATE, K(PV), 0, 0,
	  "a persistent volume keeps its source and node affinity",
	  "pkg/apis/core/validation: ValidatePersistentVolumeUpdate", check_volume },
	{ "immutable/claim", SEVERITY_ERROR, ON_UPDATE, K(PVC), 0, 0,
	  "a claim grows, and changes nothing else",
	  "pkg/apis/core/validation: ValidatePersistentVolumeClaimUpdate", check_claim },
	{ "immutable/csidriver", SEVERITY_ERROR, ON_UPDATE, K(CSI_DRIVER), 0, 0,
	  "a driver keeps its lifecycle modes",
	  "pkg/apis/storage/validation: ValidateCSIDriverUpdate", check_lifecycle_modes },
	{ "immutable/csinode", SEVERITY_ERROR, ON_UPDATE, K(CSI_NODE), 0, 0,
	  "a node's driver changes its number of volumes only",
	  "pkg/apis/storage/validation: ValidateCSINodeUpdate", check_csi_node },
	{ "immutable/quota-scopes", SEVERITY_ERROR, ON_UPDATE, K(RESOURCE_QUOTA), 0, 0,
	  "a quota keeps its scopes", "pkg/apis/core/validation: ValidateResourceQuotaUpdate",
	  check_quota_scopes },
	{ "immutable/service", SEVERITY_ERROR, ON_UPDATE, K(SERVICE), 0, 0,
	  "a service keeps its cluster IPs, families and load balancer class",
	  "pkg/apis/core/validation: ValidateServiceUpdate", check_service },
	{ "immutable/servicecidr", SEVERITY_ERROR, ON_UPDATE, K(SERVICE_CIDR), 0, 0,
	  "service networks are kept; a second may be added",
	  "pkg/apis/networking/validation: ValidateServiceCIDRUpdate", check_service_cidr },
	{ 0 },
};
