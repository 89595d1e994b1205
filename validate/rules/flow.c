/* Flow schemas and priority levels of the API server's own queues. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

static bool list_has(struct val *list, const char *text)
{
	V_EACH (e, list) {
		if (v_is(e, text))
			return true;
	}
	return false;
}

/* At least one entry; '*' stands alone. Whether the entries are to be looked at. */
static bool check_wild(struct val *list, const char *what)
{
	bool wild = list_has(list, "*");

	if (!v_count(list))
		missing(list, "at least one %s", what);
	if (wild && v_count(list) > 1)
		bad(list, "if '*' is present, must not specify others");
	return !wild;
}

static void check_verbs(struct val *verbs)
{
	static const char known[] =
		"get list create update delete deletecollection patch watch proxy";

	if (!check_wild(verbs, "verb"))
		return;
	V_EACH (e, verbs) {
		if (!word_in(v_str(e), known)) {
			bad(verbs, "'%s' is not one of %s", v_str(e), known);
			return;
		}
	}
}

static const char *url_complaint(const char *s)
{
	const char *star = strchr(s, '*');

	if (!*s)
		return "must not be empty";
	if (!strcmp(s, "/"))
		return NULL;
	if (*s != '/')
		return "must start with a slash";
	if (strchr(s, ' '))
		return "must not contain white space";
	if (strstr(s, "//"))
		return "must not contain a double slash";
	return star && (star[1] || star[-1] != '/') ? "'*' may only be at the end, after a slash"
						    : NULL;
}

static void check_subject_field(struct val *v, const char *kind, const char *field)
{
	struct val *f = v_at(v, field), *name = v_at(f, "name"), *ns = v_at(f, "namespace");

	if (!v_is(v_at(v, "kind"), kind)) {
		if (v_has(f))
			forbidden(f, "only for subjects of the kind %s", kind);
		return;
	}
	if (!v_has(f)) {
		missing(f, "a subject of the kind %s has it", kind);
		return;
	}
	if (need(name) && !strcmp(field, "serviceAccount") && !v_is(name, "*"))
		ok(name, not_dns_subdomain(v_str(name)));
	if (!strcmp(field, "serviceAccount") && need(ns))
		ok(ns, not_dns_label(v_str(ns)));
}

static void check_resource_rule(struct val *v)
{
	struct val *spaces = v_at(v, "namespaces");

	check_verbs(v_at(v, "verbs"));
	check_wild(v_at(v, "apiGroups"), "API group");
	check_wild(v_at(v, "resources"), "resource");
	if (!v_count(spaces) && v_true(v_at(v, "clusterScope"), false))
		return;
	if (check_wild(spaces, "namespace"))
		check_each(spaces, not_dns_label);
}

static void check_flow_rule(struct val *v)
{
	struct val *subjects = v_at(v, "subjects"), *resources = v_at(v, "resourceRules");
	struct val *others = v_at(v, "nonResourceRules");

	if (!v_count(subjects))
		missing(subjects, "at least one subject");
	V_EACH (e, subjects) {
		if (!word_in(v_str(v_at(e, "kind")), "Group ServiceAccount User")) {
			bad(v_at(e, "kind"), "must be Group, ServiceAccount or User");
			continue;
		}
		check_subject_field(e, "ServiceAccount", "serviceAccount");
		check_subject_field(e, "User", "user");
		check_subject_field(e, "Group", "group");
	}
	if (!v_count(resources) && !v_count(others))
		missing(v, "one of resourceRules and nonResourceRules");
	V_EACH (e, resources)
		check_resource_rule(e);
	V_EACH (e, others) {
		check_verbs(v_at(e, "verbs"));
		if (check_wild(v_at(e, "nonResourceURLs"), "URL"))
			check_each(v_at(e, "nonResourceURLs"), url_complaint);
	}
}

static void check_flow_schema(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *precedence = v_at(spec, "matchingPrecedence");
	struct val *method = v_at(spec, "distinguisherMethod");
	struct val *level = v_at(spec, "priorityLevelConfiguration.name");
	int64_t n = v_int(precedence, 0) ? v_int(precedence, 0) : 1000;

	if (n < 0)
		bad(precedence, "must be a positive value");
	if (n > 10000)
		bad(precedence, "must not be greater than 10000");
	if (n == 1 && !v_is(v_at(v, "metadata.name"), "exempt"))
		bad(precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
	if (v_has(method) && !word_in(v_str(v_at(method, "type")), "ByNamespace ByUser"))
		bad(v_at(method, "type"), "must be ByNamespace or ByUser");
	if (need(level))
		ok(level, not_dns_subdomain(v_str(level)));
	V_EACH (e, v_at(spec, "rules"))
		check_flow_rule(e);
}

static int64_t or_default(struct val *v, int64_t fallback)
{
	int64_t n = v_int(v, 0);

	return n ? n : fallback;
}

/* Whether dealing `hand` of `deck` cards takes more bits than a hash has, 60. */
static bool too_many_hands(int64_t deck, int64_t hand)
{
	double hands = 1;

	for (int64_t i = 0; i < hand && hands <= 1152921504606846976.0; i++)
		hands *= (double)(deck - i);
	return hands > 1152921504606846976.0;
}

static void check_queuing(struct val *v)
{
	struct val *length = v_at(v, "queueLengthLimit"), *queues = v_at(v, "queues");
	struct val *hand = v_at(v, "handSize");
	int64_t deck = or_default(queues, 64), size = or_default(hand, 8);

	if (or_default(length, 50) <= 0)
		bad(length, "must be positive");
	if (deck <= 0)
		bad(queues, "must be positive");
	else if (deck > 10000000)
		bad(queues, "must not be greater than 10000000");
	if (size <= 0)
		bad(hand, "must be positive");
	else if (size > deck)
		bad(hand, "should not be greater than queues (%lld)", (long long)deck);
	else if (too_many_hands(deck, size))
		bad(hand, "needs more than 60 bits to choose from %lld queues", (long long)deck);
}

static void check_limited(struct val *v)
{
	struct val *response = v_at(v, "limitResponse"), *type = v_at(response, "type");
	struct val *queuing = v_at(response, "queuing");

	not_negative(v_at(v, "nominalConcurrencyShares"));
	in_range(v_at(v, "lendablePercent"), 0, 100);
	not_negative(v_at(v, "borrowingLimitPercent"));
	need_one_of(type, "Queue Reject");
	if (v_is(type, "Reject") && v_has(queuing))
		forbidden(queuing, "only for the type Queue");
	if (v_is(type, "Queue") && !v_has(queuing))
		missing(queuing, "the type Queue has it");
	else if (v_is(type, "Queue"))
		check_queuing(queuing);
}

static void check_priority_level(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *type = v_at(spec, "type");
	struct val *limited = v_at(spec, "limited"), *exempt = v_at(spec, "exempt");

	if (v_is(v_at(v, "metadata.name"), "exempt") != v_is(type, "Exempt"))
		bad(type, "must be Exempt if and only if the name is 'exempt'");
	need_one_of(type, "Exempt Limited");
	if (v_is(type, "Exempt")) {
		if (v_has(limited))
			forbidden(limited, "only for the type Limited");
		not_negative(v_at(exempt, "nominalConcurrencyShares"));
		in_range(v_at(exempt, "lendablePercent"), 0, 100);
	}
	if (!v_is(type, "Limited"))
		return;
	if (v_has(exempt))
		forbidden(exempt, "only for the type Exempt");
	if (!v_has(limited))
		missing(limited, "the type Limited has it");
	else
		check_limited(limited);
}

#define FLOW "pkg/apis/flowcontrol/validation: "
const struct rule rules_flow[] = {
	{ "flowschema/spec", SEVERITY_ERROR, ON_CREATE, K(FLOW_SCHEMA), 0, 0,
	  "a flow schema has a precedence, a priority level and whole rules",
	  FLOW "ValidateFlowSchemaSpec", check_flow_schema },
	{ "prioritylevel/spec", SEVERITY_ERROR, ON_CREATE, K(PRIORITY_LEVEL), 0, 0,
	  "a priority level is exempt or has limits that can be dealt",
	  FLOW "ValidatePriorityLevelConfigurationSpec", check_priority_level },
	{ 0 },
};
