/* Claims and classes of devices (dynamic resource allocation). */
#include <string.h>

#include "validate/rules/admission.h"
#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

enum { REQUESTS_MAX = 32, SUB_REQUESTS_MAX = 8, SELECTOR_BYTES = 10 << 10 };

static void check_selectors(struct val *list)
{
	if (v_count(list) > REQUESTS_MAX)
		bad(list, "at most %d selectors are taken", REQUESTS_MAX);
	V_EACH (e, list) {
		struct val *expression = v_at(e, "cel.expression");

		if (!v_has(v_at(e, "cel")))
			missing(v_at(e, "cel"), "an expression that selects devices");
		else if (v_empty(expression))
			bad(expression, "must not be empty");
		if (strlen(v_str(expression)) > SELECTOR_BYTES)
			bad(expression, "must be no more than %d bytes", SELECTOR_BYTES);
		else
			check_device_selector_cel(expression);
	}
}

static void check_tolerations_of_taints(struct val *list)
{
	if (list->c->minor < 36) /* the gate is off before */
		return;
	V_EACH (e, list) {
		struct val *key = v_at(e, "key"), *op = v_at(e, "operator"),
			   *value = v_at(e, "value");

		if (!v_empty(key))
			ok(key, not_qualified_name(v_str(key)));
		if ((v_is(op, "Exists")) && !v_empty(value))
			bad(value, "must be empty for the operator Exists");
		else if (v_empty(op) || v_is(op, "Equal"))
			ok(value, not_label_value(v_str(value)));
		else if (!v_is(op, "Exists"))
			bad(op, "must be Equal or Exists");
		one_of(v_at(e, "effect"), "NoSchedule NoExecute None");
	}
}

static void check_exact(struct val *v)
{
	struct val *class = v_at(v, "deviceClassName"), *count = v_at(v, "count");
	const char *mode = v_str_or(v_at(v, "allocationMode"), "ExactCount");

	if (need(class))
		ok(class, not_dns_subdomain(v_str(class)));
	check_selectors(v_at(v, "selectors"));
	check_tolerations_of_taints(v_at(v, "tolerations"));
	if (!strcmp(mode, "All")) {
		if (v_int(count, 0))
			bad(count, "must not be specified for the allocationMode All");
	} else if (strcmp(mode, "ExactCount")) {
		bad(v_at(v, "allocationMode"), "must be All or ExactCount");
	} else if ((v_has(count) && v_int(count, 1) < 0)) {
		bad(count, "must be greater than zero");
	}
}

static void check_names(struct val *list, size_t max, const char *what)
{
	if (v_count(list) > max)
		bad(list, "at most %zu %s are taken", max, what);
	V_EACH (e, list) {
		struct val *name = v_at(e, "name");

		ok(name, not_dns_label(v_str(name)));
		if (!v_empty(name) && v_find(list, "name", v_str(name))->index < e->index)
			bad(e, "two have the same name '%s'", v_str(name));
	}
}

static void check_requests(struct val *list)
{
	check_names(list, REQUESTS_MAX, "requests");
	V_EACH (e, list) {
		struct val *first = v_at(e, "firstAvailable"), *exactly = v_at(e, "exactly");

		if (!v_count(first) && !v_has(exactly))
			missing(e, "exactly one of exactly or firstAvailable is required");
		else if (v_count(first) && v_has(exactly))
			bad(e, "exactly one of exactly or firstAvailable is required");
		else if (v_has(exactly))
			check_exact(exactly);
		check_names(first, SUB_REQUESTS_MAX, "subrequests");
		V_EACH (sub, first)
			check_exact(sub);
	}
}

/* The name of a request, or of a request and of a subrequest with '/' between. */
static bool is_request(struct val *requests, struct val *ref)
{
	const char *s = v_str(ref), *slash = strchr(s, '/');
	const char *name = slash ? arena_memdup(ref->c->scratch, s, (size_t)(slash - s)) : s;
	struct val *request = v_find(requests, "name", name);

	return request && (!slash || v_find(v_at(request, "firstAvailable"), "name", slash + 1));
}

static void check_refs(struct val *list, struct val *requests)
{
	V_EACH (e, list) {
		if (!is_request(requests, e))
			bad(e, "is none of the claim's requests");
		V_EACH (other, list) {
			if (other->index < e->index && v_is(other, v_str(e))) {
				duplicate(e);
				break;
			}
		}
	}
}

static void check_config(struct val *list, struct val *requests)
{
	if (v_count(list) > 32)
		bad(list, "at most 32 configurations are taken");
	V_EACH (e, list) {
		struct val *opaque = v_at(e, "opaque");

		if (requests)
			check_refs(v_at(e, "requests"), requests);
		if (!v_has(opaque)) {
			missing(opaque, "a driver's parameters");
			continue;
		}
		check_csi_driver(v_at(opaque, "driver"));
		if (!v_has(v_at(opaque, "parameters")))
			missing(v_at(opaque, "parameters"), "an object");
		else if (v_at(opaque, "parameters")->n->type != NODE_MAP)
			bad(v_at(opaque, "parameters"), "must be an object");
	}
}

/* domain/name of a device's attribute. */
static void check_attribute(struct val *v)
{
	const char *s = v_str(v), *slash = strchr(s, '/');

	if (!v_has(v))
		return;
	if (!slash)
		bad(v, "must be a domain and a name separated by a slash");
	if (!slash || strchr(slash + 1, '/'))
		return; /* the server looks at no part of what has several slashes */
	if (slash - s > 63)
		bad(v, "the domain must be no more than 63 characters");
	ok(v, not_dns_subdomain(arena_memdup(v->c->scratch, s, (size_t)(slash - s))));
	if (strlen(slash + 1) > 32)
		bad(v, "the name must be no more than 32 characters");
	ok(v, not_c_identifier(slash + 1));
}

static void check_claim_devices(struct val *devices)
{
	struct val *requests = v_at(devices, "requests"), *list = v_at(devices, "constraints");

	check_requests(requests);
	if (v_count(list) > 32)
		bad(list, "at most 32 constraints are taken");
	V_EACH (e, list) {
		check_refs(v_at(e, "requests"), requests);
		check_attribute(v_at(e, "matchAttribute"));
		if (!v_has(v_at(e, "matchAttribute")) || e->c->minor >= 37)
			check_attribute(v_at(e, "distinctAttribute"));
		if (!v_has(v_at(e, "matchAttribute")) && !v_has(v_at(e, "distinctAttribute")))
			missing(e->c->minor >= 36 ? e : v_at(e, "matchAttribute"),
				"an attribute that the devices share");
	}
	check_config(v_at(devices, "config"), requests);
}

static bool served(struct val *v)
{
	return !strcmp(v->c->object->version, "v1") || !strcmp(v->c->object->version, "v1beta2");
}

static void check_claim(struct val *v)
{
	if (served(v))
		check_claim_devices(v_at(v, v->c->kind->id == KIND_RESOURCE_CLAIM
						    ? "spec.devices"
						    : "spec.spec.devices"));
}

static void check_claim_template(struct val *v)
{
	struct val *meta = v_at(v, "spec.metadata");

	check_labels(v_at(meta, "labels"));
	check_annotations(v_at(meta, "annotations"));
	V_EACH (e, meta) {
		if (!word_in(e->name, "labels annotations") && v_has(e) &&
		    (!v_empty(e) || e->n->type != NODE_STR))
			forbidden(v_at(meta, e->name), "cannot be set in a claim's template");
	}
}

static void check_class(struct val *v)
{
	struct val *name = v_at(v, "spec.extendedResourceName");

	check_selectors(v_at(v, "spec.selectors"));
	if (v->c->minor >= 36 && v_has(name) && !is_extended_resource(v, v_str(name)))
		bad(name, "must be an extended resource's name, like example.com/gpu");
	check_config(v_at(v, "spec.config"), NULL);
}

#define RESOURCE "pkg/apis/resource/validation: "
const struct rule rules_devices[] = {
	{ "resourceclaim/devices", SEVERITY_ERROR, ON_CREATE,
	  K(RESOURCE_CLAIM) | K(RESOURCE_CLAIM_TEMPLATE), 34, 0,
	  "requests have unique names and one form; constraints refer to them",
	  RESOURCE "validateDeviceClaim", check_claim },
	{ "resourceclaimtemplate/metadata", SEVERITY_ERROR, ON_CREATE, K(RESOURCE_CLAIM_TEMPLATE),
	  34, 0, "a claim's template sets labels and annotations only",
	  RESOURCE "validateResourceClaimTemplateSpec", check_claim_template },
	{ "deviceclass/spec", SEVERITY_ERROR, ON_CREATE, K(DEVICE_CLASS), 34, 0,
	  "selectors and configurations of a device class are whole",
	  RESOURCE "validateDeviceClassSpec", check_class },
	{ 0 },
};
