/* Requests and limits of containers and pods. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

static bool is_huge(const char *name)
{
	return !strncmp(name, "hugepages-", 10);
}

static bool is_native(const char *name)
{
	return !strchr(name, '/') || strstr(name, "kubernetes.io/");
}

bool is_extended_resource(struct val *v, const char *name)
{
	return !is_native(name) && strncmp(name, "requests.", 9) &&
	       !not_qualified_name(arena_printf(v->c->scratch, "requests.%s", name));
}

void check_resource_name(struct val *v, const char *name)
{
	const char *complaint = not_qualified_name(name);

	if (complaint)
		bad(v, "the resource's name '%s': %s", name, complaint);
	else if (!strchr(name, '/') && !is_huge(name) &&
		 !word_in(name, "cpu memory ephemeral-storage"))
		bad(v,
		    "'%s' is no standard resource for containers: cpu, memory, "
		    "ephemeral-storage or hugepages-<size>; others have a domain and '/'",
		    name);
	else if (!is_native(name) && !is_extended_resource(v, name))
		bad(v, "'%s' is no extended resource's name", name);
}

/* Not negative, and whole where the resource cannot be divided. */
void check_resource_amount(const char *name, struct val *v)
{
	static const char whole[] =
		"pods resourcequotas services replicationcontrollers secrets configmaps "
		"persistentvolumeclaims services.nodeports services.loadbalancers";
	struct quantity q;

	if (!v_amount(v, &q))
		return;
	if (quantity_sign(&q) < 0)
		bad(v, "must be greater than or equal to 0");
	if ((word_in(name, whole) || is_extended_resource(v, name)) && quantity_milli(&q) % 1000)
		bad(v, "must be an integer");
}

static void check_huge(struct val *v)
{
	struct quantity page, q;

	if (!is_huge(v->name) || !v_quantity(v, &q))
		return;
	if (!quantity_parse(v->name + 10, &page) || quantity_sign(&page) <= 0 ||
	    quantity_milli(&page) % 1000 || quantity_value(&q) % quantity_value(&page))
		bad(v, "must be a whole number of pages of %s", v->name + 10);
}

static void check_request(struct val *request, struct val *limits)
{
	struct val *limit = v_key(limits, request->name), *requests = request->up;
	bool overcommit = is_native(request->name) && !is_huge(request->name);
	struct quantity r, l;

	if (!v_present(limit)) {
		if (!overcommit)
			missing(limits, "%s needs a limit equal to its request", request->name);
		return;
	}
	if (!v_quantity(request, &r) || !v_quantity(limit, &l))
		return;
	if (!overcommit && quantity_cmp(&r, &l))
		bad(requests, "the request of %s (%s) must be equal to its limit (%s)",
		    request->name, v_text(request), v_text(limit));
	else if (quantity_cmp(&r, &l) > 0)
		bad(requests, "the request of %s (%s) must be at most its limit (%s)",
		    request->name, v_text(request), v_text(limit));
}

static void check_claims(struct val *claims)
{
	struct val *known = v_at(claims->c->pod_spec, "resourceClaims");

	if (claims->c->minor < 34) /* a gate is off, and the server drops them */
		return;
	V_EACH (e, claims) {
		const char *name = v_str(v_at(e, "name")), *request = v_str(v_at(e, "request"));

		if (!*name) {
			missing(e, "a claim has a name");
			continue;
		}
		check_text(v_at(e, "request"), not_dns_label);
		V_EACH (other, claims) {
			const char *r = v_str(v_at(other, "request"));

			if (other->index < e->index && v_is(v_at(other, "name"), name) &&
			    (!*r || !*request || !strcmp(r, request))) {
				duplicate(e);
				break;
			}
		}
		if (!v_find(known, "name", name))
			bad(e, "'%s' is none of the pod's resourceClaims", name);
	}
}

static void check_lists(struct val *v, void (*name)(struct val *, const char *))
{
	struct val *limits = v_at(v, "limits"), *requests = v_at(v, "requests");
	bool huge = false, compute = false;
	struct val *both[] = { limits, requests };

	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		V_EACH (e, both[i]) {
			name(e, e->name);
			check_resource_amount(e->name, e);
			check_huge(e);
			huge |= is_huge(e->name);
			compute |= word_in(e->name, "cpu memory");
			if (both[i] == requests)
				check_request(e, limits);
		}
	}
	if (huge && !compute)
		forbidden(v, "hugepages require cpu or memory");
}

void check_requirements(struct val *v)
{
	check_lists(v, check_resource_name);
	check_claims(v_at(v, "claims"));
}

static void check_container(struct val *v)
{
	check_requirements(v_at(v, "resources"));
}

static void pod_resource_name(struct val *v, const char *name)
{
	if (!is_huge(name) && !word_in(name, "cpu memory"))
		bad(v, "a pod's own resources are cpu, memory and hugepages-<size>");
}

/* What a container asks for; a limit stands for an absent request. */
static bool wanted(struct val *container, const char *list, const char *name, struct quantity *out)
{
	struct val *resources = v_at(container, "resources");
	struct val *v = v_key(v_at(resources, list), name);

	if (!v_present(v) && !strcmp(list, "requests"))
		v = v_key(v_at(resources, "limits"), name);
	return v_quantity(v, out);
}

/* The sum of containers and sidecars, or what the largest init container needs beside them. */
static void aggregate(struct val *spec, const char *list, const char *name, struct quantity *sum)
{
	struct quantity q, sidecars = { 0 }, init = { 0 };

	V_EACH (e, v_at(spec, "initContainers")) {
		if (!wanted(e, list, name, &q))
			continue;
		if (v_is(v_at(e, "restartPolicy"), "Always"))
			sidecars.nano += q.nano;
		else
			q.nano += sidecars.nano;
		if (q.nano > init.nano)
			init.nano = q.nano;
	}
	sum->nano = sidecars.nano;
	V_EACH (e, v_at(spec, "containers")) {
		if (wanted(e, list, name, &q))
			sum->nano += q.nano;
	}
	if (init.nano > sum->nano)
		sum->nano = init.nano;
}

static void check_pod_sums(struct val *spec, struct val *resources)
{
	struct quantity sum, q;

	V_EACH (e, v_at(resources, "requests")) {
		aggregate(spec, "requests", e->name, &sum);
		if (v_quantity(e, &q) && quantity_cmp(&sum, &q) > 0)
			bad(e, "must be at least what the containers request together");
	}
	V_EACH (e, v_at(resources, "limits")) {
		aggregate(spec, "limits", e->name, &sum);
		if (is_huge(e->name) && v_quantity(e, &q) && quantity_cmp(&sum, &q) > 0)
			bad(e, "must be at least the containers' limits together");
	}
	V_EACH (c, v_at(spec, "containers")) {
		V_EACH (e, v_at(c, "resources.limits")) {
			struct val *limit = v_key(v_at(resources, "limits"), e->name);
			struct val *place = v_item(v_none(resources, "containers"), c->index);

			if (v_quantity(limit, &sum) && v_quantity(e, &q) &&
			    quantity_cmp(&q, &sum) > 0)
				bad(v_none(v_key(place, e->name), "limits"),
				    "must be at most the pod's limit");
		}
	}
}

static void check_pod(struct val *spec)
{
	struct val *v = v_at(spec, "resources");

	if (!v_has(v))
		return;
	if (v_is(v_at(spec, "os.name"), "windows")) {
		forbidden(v, "may not be set for a windows pod");
		return;
	}
	if (v_has(v_at(v, "claims")))
		forbidden(v_at(v, "claims"), "may not be set for a whole pod");
	check_lists(v, pod_resource_name);
	check_pod_sums(spec, v);
}

static void check_overhead(struct val *spec)
{
	struct val *overhead = v_at(spec, "overhead"), *limits = v_none(overhead, "limits");

	V_EACH (e, overhead) {
		e->up = limits;
		check_resource_name(e, e->name);
		check_resource_amount(e->name, e);
	}
}

static void check_pod_claims(struct val *spec)
{
	struct val *claims = v_at(spec, "resourceClaims");

	V_EACH (e, claims) {
		struct val *name = v_at(e, "name"), *claim = v_at(e, "resourceClaimName");
		struct val *template = v_at(e, "resourceClaimTemplateName");

		if (need(name) && v_find(claims, "name", v_str(name))->index < e->index)
			duplicate(name);
		else if (!v_empty(name))
			ok(name, not_dns_label(v_str(name)));
		if (v_has(claim) == v_has(template))
			bad(e, "exactly one of resourceClaimName and resourceClaimTemplateName");
		if (v_has(claim))
			ok(claim, not_dns_subdomain(v_str(claim)));
		if (v_has(template))
			ok(template, not_dns_subdomain(v_str(template)));
	}
}

#define CORE "pkg/apis/core/validation: "
const struct rule rules_resources[] = {
	{ "container/resources", SEVERITY_ERROR, ON_CONTAINER, 0, 0, 0,
	  "requests and limits are known resources, quantities, and no request exceeds its limit",
	  CORE "ValidateContainerResourceRequirements", check_container },
	{ "pod/resources", SEVERITY_ERROR, ON_POD, 0, 34, 0,
	  "a pod's own requests and limits cover its containers'", CORE "validatePodResources",
	  check_pod },
	{ "pod/overhead", SEVERITY_ERROR, ON_POD, 0, 0, 0, "overhead is known resources",
	  CORE "validateOverhead", check_overhead },
	{ "pod/resource-claims", SEVERITY_ERROR, ON_POD, 0, 34, 0,
	  "resource claims have unique names and one source", CORE "validatePodResourceClaims",
	  check_pod_claims },
	{ 0 },
};
