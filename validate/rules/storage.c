/* Persistent volumes and claims, storage classes, CSI objects. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

enum { PARAMETERS_MAX = 512, PARAMETERS_BYTES = 256 << 10 };

static const char *not_provisioner(const char *s)
{
	return not_annotation_key(s);
}

void check_access_modes(struct val *modes)
{
	bool pod = false, other = false;

	if (!v_count(modes))
		missing(modes, "at least one access mode");
	V_EACH (e, modes) {
		if (!word_in(v_str(e), "ReadWriteOnce ReadOnlyMany ReadWriteMany ReadWriteOncePod"))
			bad(modes,
			    "'%s' is not one of ReadOnlyMany, ReadWriteMany, ReadWriteOnce, "
			    "ReadWriteOncePod",
			    v_str(e));
		else if (v_is(e, "ReadWriteOncePod"))
			pod = true;
		else
			other = true;
	}
	if (pod && other)
		forbidden(modes, "may not use ReadWriteOncePod with other access modes");
}

static void check_data_source(struct val *v)
{
	struct val *kind = v_at(v, "kind"), *group = v_at(v, "apiGroup");

	if (!v_has(v))
		return;
	need(v_at(v, "name"));
	need(kind);
	if (v_empty(group) && !v_is(kind, "PersistentVolumeClaim"))
		bad(v, "must be a PersistentVolumeClaim when there is no apiGroup");
	if (!v->c->old)
		check_text(group, not_dns_subdomain);
}

static bool same_source(struct val *a, struct val *b)
{
	return v_has(v_at(a, "apiGroup")) == v_has(v_at(b, "apiGroup")) &&
	       !strcmp(v_str(v_at(a, "apiGroup")), v_str(v_at(b, "apiGroup"))) &&
	       !strcmp(v_str(v_at(a, "kind")), v_str(v_at(b, "kind"))) &&
	       !strcmp(v_str(v_at(a, "name")), v_str(v_at(b, "name")));
}

/* What dataSource could be before dataSourceRef came. */
static bool is_old_source(struct val *v)
{
	const char *group = v_str(v_at(v, "apiGroup"));

	if (v_is(v_at(v, "kind"), "PersistentVolumeClaim"))
		return !*group;
	return v_is(v_at(v, "kind"), "VolumeSnapshot") && !strcmp(group, "snapshot.storage.k8s.io");
}

static bool has_old_source(struct check *c)
{
	return c->old && (v_has(v_at(c->old, "spec.dataSource")) ||
			  v_has(v_at(c->old, "spec.dataSourceRef")));
}

static void check_data_sources(struct val *spec)
{
	struct val *source = v_at(spec, "dataSource"), *ref = v_at(spec, "dataSourceRef");
	bool claim = spec->c->kind->id == KIND_PVC;
	bool other_namespace = !v_empty(v_at(ref, "namespace"));

	/* of a claim itself, the server drops a reference into another namespace (a gate that is
	 * off) and what no dataSource may be alone, then fills in one from the other */
	if (claim && other_namespace && !has_old_source(spec->c)) {
		ref->n = NULL;
		other_namespace = false;
	}
	if (claim && v_has(source) && !v_has(ref) && !is_old_source(source) &&
	    !has_old_source(spec->c))
		source->n = NULL;
	if (claim && !v_has(source) && !other_namespace)
		source->n = ref->n;
	else if (claim && !v_has(ref))
		ref->n = source->n;
	check_data_source(source);
	check_data_source(ref);
	check_text(v_at(ref, "namespace"), not_dns_label);
	if (v_has(source) && other_namespace)
		bad(spec, "dataSource may not be specified when dataSourceRef.namespace is");
	else if (v_has(source) && v_has(ref) && !same_source(source, ref))
		bad(spec, "dataSource must match dataSourceRef");
}

static void check_storage_request(struct val *spec)
{
	struct val *resources = v_at(spec, "resources");
	struct val *request = v_key(v_at(resources, "requests"), "storage");
	struct quantity q;

	request->up = resources;
	if (!v_present(request)) {
		missing(request, "requests.storage: how much storage is asked for");
		return;
	}
	if (v_amount(request, &q) && quantity_sign(&q) <= 0)
		bad(request, "must be greater than zero");
}

void check_claim_spec(struct val *spec)
{
	struct val *mode = v_at(spec, "volumeMode");

	check_access_modes(v_at(spec, "accessModes"));
	check_label_selector(v_at(spec, "selector"));
	check_storage_request(spec);
	check_text(v_at(spec, "storageClassName"), not_dns_subdomain);
	given_one_of(mode, "Block Filesystem");
	check_data_sources(spec);
	if (spec->c->minor >= 34)
		check_text(v_at(spec, "volumeAttributesClassName"), not_dns_subdomain);
}

static void check_claim(struct val *v)
{
	check_claim_spec(v_at(v, "spec"));
}

static void check_capacity(struct val *spec)
{
	struct val *capacity = v_at(spec, "capacity");

	if (!v_count(capacity))
		missing(capacity, "how much storage there is");
	if (v_count(capacity) && (!v_present(v_key(capacity, "storage")) || v_count(capacity) > 1))
		bad(capacity, "must be storage alone");
	else if (!v_count(capacity))
		bad(capacity, "must be storage alone");
	V_EACH (e, capacity) {
		struct quantity q;

		if (v_amount(e, &q) && quantity_sign(&q) <= 0)
			bad(e, "must be greater than zero");
	}
}

static bool is_root(const char *path)
{
	return *path == '/' && !path[strspn(path, "/.")];
}

static void check_volume(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *policy = v_at(spec, "persistentVolumeReclaimPolicy");
	struct val *affinity = v_at(spec, "nodeAffinity"), *mode = v_at(spec, "volumeMode");
	struct val *class = v_at(spec, "volumeAttributesClassName");
	struct val *host = v_at(spec, "hostPath.path");

	check_access_modes(v_at(spec, "accessModes"));
	check_capacity(spec);
	one_of(policy, "Delete Recycle Retain");
	if (v_has(affinity) && !v_has(v_at(affinity, "required")))
		missing(v_at(affinity, "required"), "must specify required node constraints");
	else if (v_has(affinity))
		check_node_selector(v_at(affinity, "required"));
	check_pv_sources(spec);
	if (v_has(v_at(spec, "local")) && !v_has(affinity))
		missing(affinity, "a local volume requires node affinity");
	if (is_root(v_str(host)) && v_is(policy, "Recycle"))
		forbidden(policy, "may not be Recycle for a hostPath of '/'");
	check_text(v_at(spec, "storageClassName"), not_dns_subdomain);
	given_one_of(mode, "Block Filesystem");
	if (!v_has(class) || v->c->minor < 34)
		return;
	if (need(class))
		ok(class, not_dns_subdomain(v_str(class)));
	if (!v_has(v_at(spec, "csi")))
		missing(v_at(spec, "csi"), "volumeAttributesClassName is for CSI volumes");
}

static void check_parameters(struct val *list)
{
	size_t total = 0;

	if (v_count(list) > PARAMETERS_MAX)
		bad(list, "at most %d parameters are taken", PARAMETERS_MAX);
	V_EACH (e, list) {
		if (!*e->name)
			bad(list, "a parameter's name cannot be empty");
		total += strlen(e->name) + strlen(v_str(e));
	}
	if (total > PARAMETERS_BYTES)
		bad(list, "%zu bytes of parameters; at most %d are taken", total, PARAMETERS_BYTES);
}

static void check_no_repeats(struct val *values)
{
	V_EACH (value, values) {
		V_EACH (other, values) {
			if (other->index < value->index && v_is(other, v_str(value))) {
				duplicate(value);
				break;
			}
		}
	}
}

static void check_topologies(struct val *topologies)
{
	V_EACH (term, topologies) {
		struct val *list = v_at(term, "matchLabelExpressions");

		V_EACH (e, list) {
			struct val *values = v_at(e, "values"), *key = v_at(e, "key");

			if (!v_count(values))
				missing(values, "at least one value");
			check_no_repeats(values);
			ok(key, not_qualified_name(v_str(key)));
			if (v_find(list, "key", v_str(key))->index < e->index)
				duplicate(key);
		}
		V_EACH (other, topologies) {
			/* the server takes an empty term for a repeated one */
			if (!v_count(list) || (other->index < term->index && v_same(other, term))) {
				duplicate(list);
				break;
			}
		}
	}
}

static void check_class(struct val *v)
{
	struct val *provisioner = v_at(v, "provisioner"), *mode = v_at(v, "volumeBindingMode");

	if (need(provisioner))
		ok(provisioner, not_provisioner(v_str(provisioner)));
	check_parameters(v_at(v, "parameters"));
	one_of(v_at(v, "reclaimPolicy"), "Delete Retain");
	given_one_of(mode, "Immediate WaitForFirstConsumer");
	check_topologies(v_at(v, "allowedTopologies"));
}

static void check_attributes_class(struct val *v)
{
	struct val *driver = v_at(v, "driverName"), *parameters = v_at(v, "parameters");

	if (need(driver))
		ok(driver, not_provisioner(v_str(driver)));
	check_parameters(parameters);
	if (!v_count(parameters))
		missing(parameters, "at least one parameter");
}

static void check_token_requests(struct val *list)
{
	V_EACH (e, list) {
		struct val *seconds = v_at(e, "expirationSeconds"), *audience = v_at(e, "audience");
		bool again = false;

		V_EACH (other, list)
			again |= other->index < e->index &&
				 !strcmp(v_str(v_at(other, "audience")), v_str(audience));
		if (again)
			bad(audience, "two token requests are for the same audience");
		else if (v_has(seconds) &&
			 (v_int(seconds, 0) < 600 || v_int(seconds, 0) > (int64_t)1 << 32))
			bad(seconds, "must be at least 600 (10 minutes) and at most 2^32 seconds");
	}
}

static void check_driver(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *modes = v_at(spec, "volumeLifecycleModes");
	struct val *period = v_at(spec, "nodeAllocatableUpdatePeriodSeconds");
	struct val *secrets = v_at(spec, "serviceAccountTokenInSecrets");

	given_one_of(v_at(spec, "fsGroupPolicy"), "ReadWriteOnceWithFSType File None");
	check_token_requests(v_at(spec, "tokenRequests"));
	V_EACH (e, modes) {
		if (!word_in(v_str(e), "Persistent Ephemeral"))
			bad(modes, "'%s' is not one of Persistent, Ephemeral", v_str(e));
	}
	if (v->c->minor < 35)
		return;
	if (v_has(period) && v_int(period, 10) < 10)
		bad(period, "must be at least 10 seconds");
	if (v_has(secrets) && !v_count(v_at(spec, "tokenRequests")))
		bad(secrets, "is set but there are no tokenRequests");
}

static void check_csi_node(struct val *v)
{
	struct val *drivers = v_at(v, "spec.drivers");

	V_EACH (e, drivers) {
		struct val *id = v_at(e, "nodeID"), *keys = v_at(e, "topologyKeys");

		check_csi_driver(v_at(e, "name"));
		if (v_find(drivers, "name", v_str(v_at(e, "name")))->index < e->index)
			duplicate(v_at(e, "name"));
		need(id);
		if (strlen(v_str(id)) > 256)
			bad(id, "must be 256 characters or less");
		not_negative(v_at(e, "allocatable.count"));
		V_EACH (key, keys) {
			const char *complaint = not_qualified_name(v_str(key));

			if (complaint)
				bad(e, "topology key '%s': %s", v_str(key), complaint);
			V_EACH (other, keys) {
				if (other->index < key->index && v_is(other, v_str(key))) {
					bad(e, "topology key '%s' is given twice", v_str(key));
					break;
				}
			}
		}
	}
}

static void check_storage_capacity(struct val *v)
{
	struct val *capacity = v_at(v, "capacity"), *class = v_at(v, "storageClassName");
	struct quantity q;

	check_label_selector(v_at(v, "nodeTopology"));
	ok(class, not_dns_subdomain(v_str(class)));
	if (v_amount(capacity, &q) && quantity_sign(&q) < 0)
		bad(capacity, "must be greater than or equal to 0");
}

/* A volume that is attached without a PersistentVolume: of a CSI driver, and nothing of a claim's.
 */
static void check_inline_volume(struct val *spec)
{
	static const char *const refused[] = { "claimRef", "capacity", "nodeAffinity" };
	struct val *policy = v_at(spec, "persistentVolumeReclaimPolicy"), *f;

	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		f = v_at(spec, refused[i]);
		if (v_has(f) && (i != 1 || v_count(f)))
			forbidden(f, "may not be specified in the context of inline volumes");
	}
	f = v_at(spec, "csi");
	if (!v_has(f))
		missing(f, "has to be specified in the context of inline volumes");
	check_access_modes(v_at(spec, "accessModes"));
	if (!v_empty(policy) && !v_is(policy, "Retain"))
		forbidden(policy, "may only be Retain in the context of inline volumes");
	if (v_has(f))
		check_pv_sources(spec);
	check_text(v_at(spec, "storageClassName"), not_dns_subdomain);
	given_one_of(v_at(spec, "volumeMode"), "Block Filesystem");
}

static void check_attachment(struct val *v)
{
	struct val *source = v_at(v, "spec.source"), *node = v_at(v, "spec.nodeName");
	struct val *name = v_at(source, "persistentVolumeName");
	bool inline_volume = v_has(v_at(source, "inlineVolumeSpec"));

	if (!v_has(name) && !inline_volume)
		missing(source, "exactly one of inlineVolumeSpec and persistentVolumeName");
	else if (v_has(name) && inline_volume)
		forbidden(source, "exactly one of inlineVolumeSpec and persistentVolumeName");
	else if (v_has(name) && need(name))
		ok(name, not_dns_subdomain(v_str(name)));
	else if (inline_volume)
		check_inline_volume(v_at(source, "inlineVolumeSpec"));
	ok(node, not_dns_subdomain(v_str(node)));
	check_csi_driver(v_at(v, "spec.attacher"));
}

#define CORE "pkg/apis/core/validation: "
#define STORAGE "pkg/apis/storage/validation: "
const struct rule rules_storage[] = {
	{ "volumeclaim/spec", SEVERITY_ERROR, ON_CREATE, K(PVC), 0, 0,
	  "a claim has access modes, a size, and sources that agree",
	  CORE "ValidatePersistentVolumeClaimSpec", check_claim },
	{ "volume/spec", SEVERITY_ERROR, ON_CREATE, K(PV), 0, 0,
	  "a volume has access modes, a capacity and exactly one source",
	  CORE "ValidatePersistentVolumeSpec", check_volume },
	{ "storageclass/spec", SEVERITY_ERROR, ON_CREATE, K(STORAGE_CLASS), 0, 0,
	  "a storage class has a provisioner, and known policies and topologies",
	  STORAGE "ValidateStorageClass", check_class },
	{ "volumeattributesclass/spec", SEVERITY_ERROR, ON_CREATE, K(VOLUME_ATTRIBUTES_CLASS), 0, 0,
	  "a class of attributes has a driver and parameters",
	  STORAGE "ValidateVolumeAttributesClass", check_attributes_class },
	{ "csidriver/spec", SEVERITY_ERROR, ON_CREATE, K(CSI_DRIVER), 0, 0,
	  "policies, modes and token requests of a driver", STORAGE "validateCSIDriverSpec",
	  check_driver },
	{ "csinode/spec", SEVERITY_ERROR, ON_CREATE, K(CSI_NODE), 0, 0,
	  "drivers of a node have unique names, and ids", STORAGE "validateCSINodeDrivers",
	  check_csi_node },
	{ "csistoragecapacity/spec", SEVERITY_ERROR, ON_CREATE, K(CSI_CAPACITY), 0, 0,
	  "a capacity has a class and is not negative", STORAGE "ValidateCSIStorageCapacity",
	  check_storage_capacity },
	{ "volumeattachment/spec", SEVERITY_ERROR, ON_CREATE, K(VOLUME_ATTACHMENT), 0, 0,
	  "an attachment has a node and one source", STORAGE "ValidateVolumeAttachment",
	  check_attachment },
	{ 0 },
};
