/* Admission webhooks, and what they share with admission policies: rules and match conditions. */
#include <string.h>

#include "validate/rules/admission.h"
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

static void check_resources(struct val *list)
{
	bool whole = false;

	if (!v_count(list))
		missing(list, "at least one resource");
	V_EACH (e, list) {
		const char *s = v_str(e), *slash = strchr(s, '/');

		if (!*s) {
			missing(e, "must not be empty");
			continue;
		}
		if (!slash) {
			whole = strcmp(s, "*") != 0;
			continue;
		}
		V_EACH (other, list) {
			const char *o = v_str(other), *cut = strchr(o, '/');
			size_t len = (size_t)(slash - s);

			if (other->index >= e->index || !cut)
				continue;
			if (!strcmp(cut, "/*") && (size_t)(cut - o) == len && !strncmp(o, s, len))
				bad(e, "'%s' is present already", o);
			if (!strncmp(o, "*/", 2) && !strcmp(cut, slash))
				bad(e, "'%s' is present already", o);
		}
	}
	if (v_count(list) > 1 && list_has(list, "*/*"))
		bad(list, "if '*/*' is present, must not specify other resources");
	if (whole && list_has(list, "*"))
		bad(list,
		    "if '*' is present, must not specify other resources without subresources");
}

/* A list with an entry; '*' stands alone in it. */
static void check_wild(struct val *list, const char *what)
{
	if (!v_count(list))
		missing(list, "at least one %s", what);
	if (v_count(list) > 1 && list_has(list, "*"))
		bad(list, "if '*' is present, must not specify other %ss", what);
}

void check_admission_rule(struct val *v)
{
	struct val *operations = v_at(v, "operations"), *versions = v_at(v, "apiVersions");

	check_wild(operations, "operation");
	V_EACH (e, operations) {
		if (!word_in(v_str(e), "* CREATE UPDATE DELETE CONNECT"))
			bad(e, "must be *, CREATE, UPDATE, DELETE or CONNECT");
	}
	check_wild(v_at(v, "apiGroups"), "API group");
	check_wild(versions, "API version");
	V_EACH (e, versions) {
		if (v_empty(e))
			missing(e, "must not be empty");
	}
	check_resources(v_at(v, "resources"));
	given_one_of(v_at(v, "scope"), "Cluster Namespaced *");
}

bool is_blank(struct val *v)
{
	return !v_str(v)[strspn(v_str(v), " \t\r\n\v\f")];
}

void check_match_conditions(struct val *list)
{
	if (v_count(list) > 64)
		bad(list, "at most 64 conditions are taken");
	V_EACH (e, list) {
		struct val *name = v_at(e, "name");

		if (is_blank(v_at(e, "expression")))
			missing(v_at(e, "expression"), "a CEL expression");
		if (need(name))
			ok(name, not_qualified_name(v_str(name)));
		if (!v_empty(name) && v_find(list, "name", v_str(name))->index < e->index)
			duplicate(name);
	}
}

void check_webhook_url(struct val *v)
{
	struct go_url url;

	if (!go_url_split(v_str(v), &url)) {
		missing(v, "must be a URL of the form https://host[/path]");
		return;
	}
	if (url.scheme_len != 5 || strncasecmp(url.scheme, "https", 5))
		bad(v, "must start with https://");
	if (!url.host_len)
		bad(v, "must have a host: https://host[/path]");
	if (url.has_user)
		bad(v, "user information is not permitted in the URL");
	if (url.fragment_len)
		bad(v, "fragments are not permitted in the URL");
	if (url.query_len)
		bad(v, "query parameters are not permitted in the URL");
}

/* Upstream swaps the two names: an absent name is reported at namespace, and the other way. */
void check_webhook_service(struct val *v, bool swapped)
{
	struct val *name = v_at(v, "name"), *ns = v_at(v, "namespace"), *path = v_at(v, "path");
	struct val *port = v_at(v, "port");
	const char *s = v_str(path);
	size_t len = strlen(s);

	if (v_empty(name))
		missing(swapped ? v_at(v, "namespace") : name, "the service's name is missing");
	if (v_empty(ns))
		missing(swapped ? v_at(v, "name") : ns, "the service's namespace is missing");
	if (v_has(port))
		in_range(port, 1, 65535);
	if (!len || !strcmp(s, "/"))
		return;
	if (*s != '/')
		bad(path, "must start with a '/'");
	s++;
	len -= 1 + (len > 1 && s[len - 2] == '/');
	for (size_t i = 0, start = 0; i <= len; i++) {
		if (i < len && s[i] != '/')
			continue;
		if (i == start)
			bad(path, "no segment may be empty");
		else if (not_dns_subdomain(arena_memdup(v->c->scratch, s + start, i - start)))
			bad(path, "each segment must be a DNS subdomain of lower case letters, "
				  "digits, '-' and '.'");
		start = i + 1;
	}
}

static void check_review_versions(struct val *list)
{
	bool known = false;

	if (!v_count(list)) {
		missing(list, "must include one of v1, v1beta1");
		return;
	}
	V_EACH (e, list) {
		bool again = false;

		V_EACH (other, list)
			again |= other->index < e->index && v_is(other, v_str(e));
		if (again)
			bad(e, "duplicate version");
		else
			ok(e, not_dns_1035_label(v_str(e)));
		known |= word_in(v_str(e), "v1 v1beta1");
	}
	if (!known)
		bad(list, "must include at least one of v1, v1beta1");
}

static void check_client(struct val *hook)
{
	struct val *client = v_at(hook, "clientConfig"), *url = v_at(client, "url");
	struct val *service = v_at(client, "service");

	if (v_has(url) == v_has(service))
		missing(client, "exactly one of url or service is required");
	else if (v_has(url))
		check_webhook_url(url);
	else
		check_webhook_service(service, true);
}

static void check_hook(struct val *v)
{
	struct val *name = v_at(v, "name"), *effects = v_at(v, "sideEffects");
	struct val *timeout = v_at(v, "timeoutSeconds");

	if (need(name))
		ok(name, not_fully_qualified_name(v_str(name)));
	V_EACH (e, v_at(v, "rules"))
		check_admission_rule(e);
	given_one_of(v_at(v, "failurePolicy"), "Ignore Fail");
	given_one_of(v_at(v, "matchPolicy"), "Exact Equivalent");
	need_one_of(effects, "None NoneOnDryRun");
	if (v_has(timeout))
		in_range(timeout, 1, 30);
	check_label_selector(v_at(v, "namespaceSelector"));
	check_label_selector(v_at(v, "objectSelector"));
	given_one_of(v_at(v, "reinvocationPolicy"), "Never IfNeeded");
	check_client(v);
	check_match_conditions(v_at(v, "matchConditions"));
	check_match_conditions_cel(v_at(v, "matchConditions"), false, false);
	check_review_versions(v_at(v, "admissionReviewVersions"));
}

static void check_webhooks(struct val *v)
{
	struct val *hooks = v_at(v, "webhooks");

	V_EACH (e, hooks) {
		struct val *name = v_at(e, "name");

		check_hook(e);
		if (!v_empty(name) && v_find(hooks, "name", v_str(name))->index < e->index)
			duplicate(name);
	}
}

const struct rule rules_webhooks[] = {
	{ "webhook/spec", SEVERITY_ERROR, ON_CREATE, K(VALIDATING_WEBHOOK) | K(MUTATING_WEBHOOK), 0,
	  0, "a webhook has a full name, a client, no side effects, and whole rules",
	  "pkg/apis/admissionregistration/validation: validateValidatingWebhook", check_webhooks },
	{ 0 },
};
