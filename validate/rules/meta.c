/* Metadata of every object: names, labels, annotations, owners, finalizers; and their updates. */
#include <ctype.h>
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

enum { ANNOTATIONS_MAX = 256 << 10 };

/* Kinds whose update is validated as a creation is, metadata too. */
static bool names_again(const struct val *v)
{
	static const uint64_t always =
		K(PV) | K(PVC) | K(STORAGE_CLASS) | K(VOLUME_ATTRIBUTES_CLASS) | K(CSI_NODE) |
		K(CSI_CAPACITY) | K(VOLUME_ATTACHMENT) | K(VAP_BINDING) | K(MAP) | K(MAP_BINDING) |
		K(RESOURCE_CLAIM_TEMPLATE) | K(CONFIG_MAP) | K(SECRET) | K(NAMESPACE) |
		K(LIMIT_RANGE) | K(SERVICE_ACCOUNT) | K(RUNTIME_CLASS) | K(ENDPOINTS) |
		K(ENDPOINT_SLICE) | K(INGRESS) | K(INGRESS_CLASS) | K(IP_ADDRESS) | K(JOB);
	static const uint64_t once =
		K(POD) | K(SERVICE) | K(NETWORK_POLICY) | K(REPLICA_SET) | K(RC) | K(DAEMON_SET);
	uint64_t kinds = v->c->minor < 34 ? always | once : always;

	return v->c->kind && kinds & (uint64_t)1 << v->c->kind->id;
}

/* What is asked of the server and never kept: reviews, which have no name. */
static bool is_review(const struct val *v)
{
	return word_in(v->c->object->group, "authorization.k8s.io authentication.k8s.io");
}

static void check_name(struct val *v)
{
	struct val *meta = v_at(v, "metadata"), *name = v_at(meta, "name");
	struct val *generate = v_at(meta, "generateName");
	const struct kind *kind = v->c->kind;
	const char *(*check)(const char *) = kind ? kind->name : not_dns_subdomain;

	if (kind && kind->id == KIND_SERVICE && v->c->minor < 36)
		check = not_dns_1035_label; /* relaxed by RelaxedServiceNameValidation */
	if (!v_empty(name))
		ok(name, check(v_str(name)));
	else if (v_empty(generate) && !(kind && kind->id == KIND_LIMIT_RANGE) && !is_review(v))
		missing(name, "name or generateName is required");
	if (v->c->old && !v_empty(generate))
		ok(generate, not_path_prefix(v_str(generate)));
	if (v->c->old && !names_again(v)) /* the others look at nothing more */
		generate = v_none(meta, "generateName");
	if (!v_empty(generate) && check == not_path_segment)
		ok(generate, not_path_prefix(v_str(generate)));
	else if (!v_empty(generate) &&
		 !(kind && kind->id == KIND_DEVICE_CLASS && v->c->minor >= 35))
		ok(generate, v_prefix_complaint(generate, check));
	if (!v_empty(name) && check != not_path_segment)
		ok(name, not_path_segment(v_str(name)));
}

/* Of these kinds' objects the server sets the generation itself. */
#define K_GENERATED                                                                                \
	(K_POD_OWNERS | K(CRD) | K(PDB) | K(VALIDATING_WEBHOOK) | K(MUTATING_WEBHOOK) | K(VAP) |   \
	 K(VAP_BINDING) | K(MAP) | K(MAP_BINDING) | K(INGRESS) | K(INGRESS_CLASS) |                \
	 K(NETWORK_POLICY) | K(PRIORITY_CLASS) | K(DEVICE_CLASS) | K(FLOW_SCHEMA) |                \
	 K(PRIORITY_LEVEL) | K(ENDPOINT_SLICE) | K(POD) | K(RESOURCE_SLICE))

static void check_generation(struct val *v)
{
	if (v->c->old || !v->c->kind || K_GENERATED & (uint64_t)1 << v->c->kind->id ||
	    (v->c->kind->id == KIND_HPA && v->c->minor >= 37))
		return;
	not_negative(v_at(v, "metadata.generation"));
}

static void check_namespace(struct val *v)
{
	struct val *ns = v_at(v, "metadata.namespace");

	if (v->c->kind && v->c->kind->namespaced && !v_empty(ns))
		ok(ns, not_dns_label(v_str(ns)));
}

/* The server names the whole map, not the key. */
void check_labels(struct val *labels)
{
	V_EACH (e, labels) {
		const char *key = not_qualified_name(e->name), *value = not_label_value(v_str(e));

		if (key)
			bad(labels, "key '%s': %s", e->name, key);
		if (value)
			bad(labels, "value '%s' of '%s': %s", v_str(e), e->name, value);
	}
}

void check_annotations(struct val *annotations)
{
	size_t total = 0;

	V_EACH (e, annotations) {
		const char *key = not_annotation_key(e->name);

		if (key)
			bad(annotations, "key '%s': %s", e->name, key);
		total += strlen(e->name) + (e->n && e->n->type == NODE_STR ? e->n->len : 0);
	}
	if (total > ANNOTATIONS_MAX)
		bad(annotations, "%zu bytes of annotations; at most %d are taken", total,
		    ANNOTATIONS_MAX);
}

/* Jobs and replication controllers without labels get their template's. */
static void check_object_labels(struct val *v)
{
	struct val *labels = v_at(v, "metadata.labels");

	if (v->c->kind && !v_count(labels) &&
	    (v->c->kind->id == KIND_JOB || v->c->kind->id == KIND_RC))
		labels = v_place(labels, v_at(v, "spec.template.metadata.labels"));
	check_labels(labels);
}

static void check_object_annotations(struct val *v)
{
	check_annotations(v_at(v, "metadata.annotations"));
}

static void check_owners(struct val *v)
{
	struct val *owners = v_at(v, "metadata.ownerReferences");
	int controllers = 0;

	V_EACH (e, owners) {
		const char *fields[] = { "kind", "name", "uid" };
		const char *api = v_str(v_at(e, "apiVersion"));
		const char *slash = strchr(api, '/');
		struct val *at = v->c->minor < 37 ? owners : e; /* older ones name no index */

		if (!*api || (slash && (!slash[1] || strchr(slash + 1, '/'))))
			bad(v_none(at, "apiVersion"), "version must not be empty");
		for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
			if (v_empty(v_at(e, fields[i])))
				bad(v_none(at, fields[i]), "must not be empty");
		}
		if (!strcmp(api, "v1") && v_is(v_at(e, "kind"), "Event"))
			bad(at, "an Event can own nothing");
		controllers += v_true(v_at(e, "controller"), false);
	}
	if (controllers > 1)
		bad(owners, "only one reference can have 'controller' set to true");
}

/* Kinds whose metadata is checked by the core API's rules on top of the general ones. */
static bool is_core(const struct kind *kind)
{
	static const uint64_t others = K(VALIDATING_WEBHOOK) | K(MUTATING_WEBHOOK) | K(VAP) |
				       K(VAP_BINDING) | K(MAP) | K(MAP_BINDING) | K(LEASE) |
				       K(API_SERVICE) | K(CRD) | K(EVENT) | K(PDB) |
				       K(RUNTIME_CLASS);

	return kind && !(others & (uint64_t)1 << kind->id);
}

static void check_finalizers(struct val *v)
{
	struct val *list = v_at(v, "metadata.finalizers");
	bool orphan = false, foreground = false;

	V_EACH (e, list) {
		const char *complaint = not_qualified_name(v_str(e));

		if (complaint)
			bad(list, "'%s': %s", v_str(e), complaint);
		orphan |= v_is(e, "orphan");
		foreground |= v_is(e, "foregroundDeletion");
	}
	if (is_core(v->c->kind)) {
		V_EACH (e, list) {
			if (!strchr(v_str(e), '/') &&
			    !word_in(v_str(e), "kubernetes orphan foregroundDeletion"))
				bad(e,
				    "neither a standard finalizer nor one with a domain and '/'");
		}
	}
	if (orphan && foreground)
		bad(list, "'orphan' and 'foregroundDeletion' cannot both be set");
}

static void check_meta_update(struct val *v)
{
	static const char *const fixed[] = { "metadata.name", "metadata.uid" };
	static const char *const servers[] = { "metadata.deletionTimestamp",
					       "metadata.deletionGracePeriodSeconds" };
	struct val *old = v->c->old;

	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++) {
		struct val *now = v_at(v, fixed[i]), *was = v_at(old, fixed[i]);

		if (!v_empty(now) && !v_empty(was) && !v_same(now, was))
			immutable(now, "the field is immutable; it was '%s'", v_str(was));
	}
	for (size_t i = 0; i < ARRAY_SIZE(servers); i++) {
		struct val *now = v_at(v, servers[i]);

		if (v->c->kind && v->c->kind->id == KIND_VOLUME_ATTRIBUTES_CLASS && i)
			continue; /* of which nobody looks at it */
		if (v_has(now) && !v_same(now, v_at(old, servers[i])))
			immutable(now, "the field is immutable: deleting sets it");
	}
}

#define META "apimachinery pkg/api/validation: "
const struct rule rules_meta[] = {
	{ "metadata/name", SEVERITY_ERROR, ON_CREATE, 0, 0, 0,
	  "an object has a name of the form that its kind takes", META "ValidateObjectMetaAccessor",
	  check_name },
	{ "metadata/generation", SEVERITY_ERROR, ON_CREATE, 0, 0, 0, "a generation is not negative",
	  META "ValidateObjectMetaAccessor", check_generation },
	{ "metadata/namespace", SEVERITY_ERROR, ON_CREATE, 0, 0, 0, "a namespace is a DNS label",
	  META "ValidateObjectMetaAccessor", check_namespace },
	{ "metadata/labels", SEVERITY_ERROR, ON_CREATE, 0, 0, 0,
	  "label keys are qualified names, values at most 63 letters, digits, '-', '_' and '.'",
	  META "ValidateLabels", check_object_labels },
	{ "metadata/annotations", SEVERITY_ERROR, ON_CREATE, 0, 0, 0,
	  "annotation keys are qualified names; all together at most 256 KiB",
	  META "ValidateAnnotations", check_object_annotations },
	{ "metadata/owner-references", SEVERITY_ERROR, ON_CREATE, 0, 0, 0,
	  "owner references name their owner whole, one controller at most",
	  META "ValidateOwnerReferences", check_owners },
	{ "metadata/finalizers", SEVERITY_ERROR, ON_CREATE, 0, 0, 0,
	  "finalizers are qualified names", META "ValidateFinalizers", check_finalizers },
	{ "immutable/metadata", SEVERITY_ERROR, ON_UPDATE, 0, 0, 0, "name and uid never change",
	  META "ValidateObjectMetaAccessorUpdate", check_meta_update },
	{ 0 },
};
