/* Resource slices: the devices that a driver offers on its nodes. */
#include <ctype.h>
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

enum {
	DEVICES_MAX = 128,
	DEVICES_MAX_ADVANCED = 64, /* with taints or counters */
	PROPERTIES_MAX = 32,	   /* attributes and capacities of a device */
	ATTRIBUTE_BYTES = 64,
	TAINTS_MAX = 16,
	CONDITIONS_MAX = 4,
	COUNTER_SETS_MAX = 8,
	COUNTERS_MAX = 32,
	CONSUMPTIONS_MAX = 2,
};

/* Taints, counters, bindings and shared devices are on by default from here on. */
static bool advanced(const struct val *v)
{
	return v->c->minor >= 36;
}

static void check_pool(struct val *pool)
{
	struct val *name = v_at(pool, "name");
	const char *s = v_str(name);

	if (need(name) && strlen(s) > 253)
		bad(name, "must be no more than 253 characters");
	while (*s) {
		size_t n = strcspn(s, "/");

		if (!ok(name, not_dns_subdomain(arena_memdup(pool->c->scratch, s, n))))
			break;
		s += n;
		if (*s == '/' && !*++s)
			bad(name, "a part between slashes is empty");
	}
	if (v_int(v_at(pool, "resourceSliceCount"), 0) <= 0)
		bad(v_at(pool, "resourceSliceCount"), "must be greater than zero");
	not_negative(v_at(pool, "generation"));
}

static bool is_identifier_part(const char **s, bool zeros)
{
	const char *start = *s;
	bool digits = true;

	while (isalnum((unsigned char)**s) || **s == '-') {
		digits &= isdigit((unsigned char)**s) != 0;
		(*s)++;
	}
	return *s > start && (zeros || !digits || *start != '0' || *s == start + 1);
}

/* MAJOR.MINOR.PATCH with a prerelease and a build, as semver.org 2.0.0 has it. */
static bool is_semver(const char *s)
{
	for (int i = 0; i < 3; i++) {
		const char *start = s;

		s += strspn(s, "0123456789");
		if (s == start || (*start == '0' && s > start + 1))
			return false;
		if (i < 2 && *s++ != '.')
			return false;
	}
	for (const char *mark = "-+"; *mark; mark++) {
		if (*s != *mark)
			continue;
		do {
			s++;
			if (!is_identifier_part(&s, *mark == '+'))
				return false;
		} while (*s == '.');
	}
	return !*s;
}

static void check_attribute(struct val *v)
{
	static const char *const kinds[] = { "bool", "int", "string", "version" };
	struct val *text = v_at(v, "string"), *version = v_at(v, "version");
	int count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		count += v_has(v_at(v, kinds[i]));
	if (strlen(v_str(text)) > ATTRIBUTE_BYTES)
		bad(text, "must be no more than %d bytes", ATTRIBUTE_BYTES);
	if (v_has(version) && !is_semver(v_str(version)))
		bad(version, "must be a version as semver.org 2.0.0 has it (1.2.3)");
	if (strlen(v_str(version)) > ATTRIBUTE_BYTES)
		bad(version, "must be no more than %d bytes", ATTRIBUTE_BYTES);
	if (count != 1)
		bad(v, "exactly one of bool, int, string and version must be set");
}

/* A C identifier, with the domain of who means it before a slash; a complaint at the map. */
static void check_property_name(struct val *map, const char *name)
{
	const char *slash = strchr(name, '/'), *id = slash ? slash + 1 : name;
	const char *complaint;

	if (slash && strchr(id, '/'))
		return; /* the server looks at no part of what has several slashes */
	if (slash == name)
		bad(map, "'%s': the domain must not be empty", name);
	else if (slash) {
		complaint = not_dns_subdomain(
			arena_memdup(map->c->scratch, name, (size_t)(slash - name)));
		if (complaint)
			bad(map, "'%s': %s", name, complaint);
		if (slash - name > 63)
			bad(map, "'%s': the domain must be no more than 63 characters", name);
	}
	if (strlen(id) > 32)
		bad(map, "'%s': the name must be no more than 32 characters", name);
	complaint = *id ? not_c_identifier(id) : "the name must not be empty";
	if (complaint)
		bad(map, "'%s': %s", name, complaint);
}

static void check_capacity(struct val *device, struct val *capacity)
{
	V_EACH (e, capacity) {
		struct val *policy = v_at(e, "requestPolicy");
		struct quantity q;

		check_property_name(capacity, e->name);
		v_amount(v_at(e, "value"), &q);
		if (advanced(device) && v_has(policy) &&
		    !v_true(v_at(device, "allowMultipleAllocations"), false))
			forbidden(policy, "needs allowMultipleAllocations: true of the device");
	}
}

static void check_device_taints(struct val *list)
{
	if (v_count(list) > TAINTS_MAX)
		bad(list, "at most %d taints are taken", TAINTS_MAX);
	V_EACH (e, list) {
		struct val *key = v_at(e, "key"), *effect = v_at(e, "effect");

		if (need(key))
			ok(key, not_qualified_name(v_str(key)));
		ok(v_at(e, "value"), not_label_value(v_str(v_at(e, "value"))));
		need_one_of(effect, "NoSchedule NoExecute None");
	}
}

/* Each list, and that a condition stands once in both. */
static void check_conditions(struct val *list, struct val *other)
{
	if (v_count(list) > CONDITIONS_MAX) {
		bad(list, "at most %d conditions are taken", CONDITIONS_MAX);
		return;
	}
	V_EACH (e, list) {
		ok(e, not_qualified_name(v_str(e)));
		V_EACH (before, list) {
			if (before->index < e->index && v_is(before, v_str(e)))
				duplicate(e);
		}
		V_EACH (o, other) {
			if (!strcmp(v_name(list->up), "") && v_is(o, v_str(e)))
				bad(e, "stands in bindingConditions, too");
		}
	}
}

static void check_bindings(struct val *device)
{
	struct val *bind = v_at(device, "bindingConditions");
	struct val *fail = v_at(device, "bindingFailureConditions");

	check_conditions(bind, NULL);
	check_conditions(fail, bind);
	if (!v_count(bind) && v_count(fail))
		bad(bind, "needed beside bindingFailureConditions");
	if (v_count(bind) && !v_count(fail))
		bad(fail, "needed beside bindingConditions");
}

static void check_counters(struct val *counters)
{
	if (!v_count(counters))
		missing(counters, "at least one counter");
	if (v_count(counters) > COUNTERS_MAX)
		bad(counters, "at most %d counters are taken", COUNTERS_MAX);
	V_EACH (e, counters) {
		const char *complaint = not_dns_label(e->name);

		if (complaint)
			bad(counters, "'%s': %s", e->name, complaint);
	}
}

/* Lists of counters, each under a name of its own. */
static void check_counter_sets(struct val *list, const char *name, size_t max)
{
	if (v_count(list) > max)
		bad(list, "at most %zu are taken", max);
	V_EACH (e, list) {
		struct val *key = v_at(e, name);

		if (need(key))
			ok(key, not_dns_label(v_str(key)));
		if (!v_empty(key) && v_find(list, name, v_str(key))->index < e->index)
			bad(e, "two have the same name '%s'", v_str(key));
		check_counters(v_at(e, "counters"));
	}
}

static const char *const where[] = { "nodeName", "nodeSelector", "allNodes",
				     "perDeviceNodeSelection" };

/* Which nodes: exactly one of the first `count` ways, said at v. */
static void check_where(struct val *v, size_t count)
{
	struct val *node = v_at(v, "nodeName"), *selector = v_at(v, "nodeSelector");
	int ways = 0;

	for (size_t i = 0; i < count; i++) {
		struct val *f = v_at(v, where[i]);

		if (v_has(f) && f->n->type == NODE_BOOL && !v_true(f, false))
			bad(f, "must be either unset or set to true");
		else if (v_has(f) && f->n->type == NODE_STR && v_empty(f))
			bad(f, "must be either unset or not empty");
		else
			ways += v_has(f);
	}
	if (!v_empty(node))
		ok(node, not_dns_subdomain(v_str(node)));
	if (v_has(selector))
		check_node_selector(selector);
	if (v_has(selector) && count > 3 && v_count(v_at(selector, "nodeSelectorTerms")) != 1)
		bad(v_at(selector, "nodeSelectorTerms"), "must have exactly one term");
	if (!ways)
		missing(v, "exactly one of nodeName, nodeSelector%s",
			count > 3 ? ", allNodes and perDeviceNodeSelection" : " and allNodes");
	else if (ways > 1)
		bad(v, "exactly one of nodeName, nodeSelector%s is taken",
		    count > 3 ? ", allNodes and perDeviceNodeSelection" : " and allNodes");
}

static void check_device(struct val *v, bool each)
{
	struct val *name = v_at(v, "name"), *attributes = v_at(v, "attributes");
	struct val *capacity = v_at(v, "capacity");

	if (need(name))
		ok(name, not_dns_label(v_str(name)));
	if (v_count(attributes) + v_count(capacity) > PROPERTIES_MAX)
		bad(v, "more than %d attributes and capacities", PROPERTIES_MAX);
	V_EACH (e, attributes) {
		check_property_name(attributes, e->name);
		check_attribute(e);
	}
	check_capacity(v, capacity);
	if (!advanced(v))
		return;
	check_device_taints(v_at(v, "taints"));
	check_counter_sets(v_at(v, "consumesCounters"), "counterSet", CONSUMPTIONS_MAX);
	if (each)
		check_where(v, 3);
	else if (v_has(v_at(v, "nodeName")) || v_has(v_at(v, "nodeSelector")) ||
		 v_has(v_at(v, "allNodes")))
		bad(v, "a device names its nodes where perDeviceNodeSelection is true only");
	check_bindings(v);
}

static void check_devices(struct val *spec)
{
	struct val *list = v_at(spec, "devices");
	bool each = v_true(v_at(spec, "perDeviceNodeSelection"), false);
	size_t max = DEVICES_MAX;

	V_EACH (e, list) {
		if (advanced(spec) &&
		    (v_count(v_at(e, "taints")) || v_count(v_at(e, "consumesCounters"))))
			max = DEVICES_MAX_ADVANCED;
	}
	if (v_count(list) > max) {
		bad(list, "at most %zu devices are taken", max);
		return;
	}
	V_EACH (e, list) {
		struct val *name = v_at(e, "name"), *first = v_find(list, "name", v_str(name));

		check_device(e, each);
		if (first && first->index < e->index)
			bad(spec->c->minor >= 36 ? e : name, "two have the same name '%s'",
			    v_str(name));
	}
}

static void check_slice_spec(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *sets = v_at(spec, "sharedCounters");

	if (!strcmp(v->c->object->version, "v1beta1"))
		return; /* whose devices have another form */
	check_csi_driver(v_at(spec, "driver"));
	check_pool(v_at(spec, "pool"));
	check_where(spec, advanced(v) ? 4 : 3);
	check_devices(spec);
	if (!advanced(v))
		return;
	if (v_has(sets) && v_has(v_at(spec, "devices")))
		bad(spec, "only one of sharedCounters and devices is taken");
	check_counter_sets(sets, "name", COUNTER_SETS_MAX);
}

const struct rule rules_slices[] = {
	{ "resourceslice/spec", SEVERITY_ERROR, ON_CREATE, K(RESOURCE_SLICE), 34, 0,
	  "a slice names its driver, pool and nodes, and devices of their own names",
	  "pkg/apis/resource/validation: ValidateResourceSlice", check_slice_spec },
	{ 0 },
};
