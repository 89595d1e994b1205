/* Config maps, secrets, namespaces, quotas and limit ranges. */
#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

enum { DATA_MAX = 1 << 20 };

static size_t text_len(const struct val *v)
{
	return v->n && v->n->type == NODE_STR ? v->n->len : 0;
}

/* What base64 text stands for, in the scratch arena; NULL when it is none. */
static const char *decoded(const struct val *v, size_t *len)
{
	struct buf b;
	const char *text = NULL;

	*len = 0;
	buf_init(&b, 0);
	if (text_len(v) && base64_decode(&b, v->n->text, v->n->len)) {
		text = buf_dup(&b, v->c->scratch);
		*len = b.len;
	} else if (!text_len(v)) {
		text = "";
	}
	buf_release(&b);
	return text;
}

/* Counted without decoding: three bytes for four characters that are no line break. */
static size_t decoded_len(const struct val *v)
{
	size_t count = 0;

	for (size_t i = 0; i < text_len(v); i++)
		count += !strchr("\r\n=", v->n->text[i]);
	return count * 3 / 4;
}

static void check_config_map(struct val *v)
{
	struct val *data = v_at(v, "data"), *binary = v_at(v, "binaryData");
	size_t total = 0;

	V_EACH (e, data) {
		const char *complaint = not_config_key(e->name);

		if (complaint)
			bad(e, "the key '%s': %s", e->name, complaint);
		if (node_get(binary->n, e->name))
			bad(e, "the key is in binaryData too");
		total += text_len(e);
	}
	V_EACH (e, binary) {
		const char *complaint = not_config_key(e->name);

		if (complaint)
			bad(e, "the key '%s': %s", e->name, complaint);
		total += decoded_len(e);
	}
	if (total > DATA_MAX)
		bad(v_none(v, "[]"), "%zu bytes of data; at most %d are taken", total, DATA_MAX);
}

/* A secret's value, stringData first; decoded text in the scratch arena, NULL when absent. */
static const char *secret_value(struct val *v, const char *key, size_t *len)
{
	struct val *text = v_key(v_at(v, "stringData"), key), *data = v_key(v_at(v, "data"), key);
	struct val *found = node_entry(text->up->n, key) ? text : data;

	if (!found->up->n || !node_entry(found->up->n, key))
		return NULL;
	*len = text_len(found);
	if (found == text)
		return v_str(text);
	return decoded(data, len);
}

static void need_key(struct val *v, const char *key, const char *why)
{
	size_t len;

	if (!secret_value(v, key, &len))
		missing(v_key(v_at(v, "data"), key), "%s", why);
}

/* A JSON object, as docker's configuration is. */
static void need_json(struct val *v, const char *key)
{
	struct json_options options = { 0 };
	struct err err = ERR_INIT;
	struct node *n;
	size_t len;
	const char *text = secret_value(v, key, &len);

	if (!text) {
		missing(v_key(v_at(v, "data"), key), "a secret of this type has it");
		return;
	}
	n = json_read(v->c->scratch, text, len, &options, &err);
	if (!n || (n->type != NODE_MAP && n->type != NODE_NULL)) {
		struct val *place = v_none(v_at(v, "data"), key);

		place->step = VAL_KEY;
		bad(place, "must be a JSON object, encoded in base64");
	}
}

static void check_secret_type(struct val *v)
{
	const char *type = v_str(v_at(v, "type"));
	struct val *account =
		v_key(v_at(v, "metadata.annotations"), "kubernetes.io/service-account.name");
	size_t len;

	/* Flux Operator fills in another Secret's data before it applies this one. */
	if (!v_empty(v_key(v_at(v, "metadata.annotations"), "fluxcd.controlplane.io/copyFrom")))
		return;
	if (!strcmp(type, "kubernetes.io/service-account-token")) {
		if (v_empty(account))
			missing(account, "names the service account that the token is for");
	} else if (!strcmp(type, "kubernetes.io/dockercfg")) {
		need_json(v, ".dockercfg");
	} else if (!strcmp(type, "kubernetes.io/dockerconfigjson")) {
		need_json(v, ".dockerconfigjson");
	} else if (!strcmp(type, "kubernetes.io/basic-auth")) {
		if (!secret_value(v, "username", &len) && !secret_value(v, "password", &len)) {
			need_key(v, "username", "one of username and password");
			need_key(v, "password", "one of username and password");
		}
	} else if (!strcmp(type, "kubernetes.io/ssh-auth")) {
		if (!secret_value(v, "ssh-privatekey", &len) || !len)
			missing(v_key(v_at(v, "data"), "ssh-privatekey"), "the private key");
	} else if (!strcmp(type, "kubernetes.io/tls")) {
		need_key(v, "tls.crt", "a secret of this type has it");
		need_key(v, "tls.key", "a secret of this type has it");
	}
}

static void check_secret(struct val *v)
{
	struct val *data = v_at(v, "data"), *text = v_at(v, "stringData");
	size_t total = 0;

	V_EACH (e, data) {
		if (!node_get(text->n, e->name))
			total += decoded_len(e);
	}
	V_EACH (e, text)
		total += text_len(e);
	for (int i = 0; i < 2; i++) {
		V_EACH (e, i ? text : data) {
			const char *complaint = not_config_key(e->name);

			e->up = data;
			if (complaint)
				bad(e, "the key '%s': %s", e->name, complaint);
		}
	}
	if (total > DATA_MAX)
		bad(data, "%zu bytes of data; at most %d are taken", total, DATA_MAX);
	check_secret_type(v);
}

static void check_namespace(struct val *v)
{
	struct val *list = v_at(v, "spec.finalizers");

	if (v->c->old)
		return; /* an update keeps the old ones */
	V_EACH (e, list) {
		const char *complaint = not_qualified_name(v_str(e));

		if (complaint)
			bad(list, "'%s': %s", v_str(e), complaint);
		else if (!strchr(v_str(e), '/') &&
			 !word_in(v_str(e), "kubernetes orphan foregroundDeletion"))
			bad(list,
			    "'%s' is neither a standard finalizer nor has it a domain and '/'",
			    v_str(e));
	}
}

static bool is_policy_version(const char *s)
{
	if (!strcmp(s, "latest"))
		return true;
	return !strncmp(s, "v1.", 3) && s[3] && strspn(s + 3, "0123456789") == strlen(s + 3) &&
	       (s[3] != '0' || !s[4]) && strlen(s) < 12;
}

/* The PodSecurity admission plugin, which is on by default, reads these labels. */
static void check_pod_security(struct val *v)
{
	static const char *const modes[] = { "enforce", "audit", "warn" };
	struct val *labels = v_at(v, "metadata.labels");

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		struct val *level =
			v_key(labels, arena_printf(v->c->scratch, "pod-security.kubernetes.io/%s",
						   modes[i]));
		struct val *version =
			v_key(labels, arena_printf(v->c->scratch, "%s-version", level->name));

		if (v_present(level) && !word_in(v_str(level), "privileged baseline restricted"))
			bad(level, "must be privileged, baseline or restricted");
		if (v_present(version) && !is_policy_version(v_str(version)))
			bad(version, "must be 'latest' or 'v1.x'");
	}
}

static const char quota_names[] =
	"cpu memory ephemeral-storage requests.cpu requests.memory requests.storage "
	"requests.ephemeral-storage limits.cpu limits.memory limits.ephemeral-storage pods "
	"resourcequotas services replicationcontrollers secrets persistentvolumeclaims configmaps "
	"services.nodeports services.loadbalancers";

static bool is_quota_huge(const char *name)
{
	return !strncmp(name, "hugepages-", 10) || !strncmp(name, "requests.hugepages-", 19);
}

static bool scope_fits(const char *scope, const char *resource)
{
	static const char compute[] = "pods cpu memory limits.cpu limits.memory requests.cpu "
				      "requests.memory";

	if (!word_in(resource, quota_names) && !is_quota_huge(resource))
		return true;
	if (word_in(scope, "Terminating NotTerminating NotBestEffort PriorityClass "
			   "CrossNamespacePodAffinity"))
		return word_in(resource, compute);
	if (!strcmp(scope, "BestEffort"))
		return !strcmp(resource, "pods");
	if (!strcmp(scope, "VolumeAttributesClass"))
		return word_in(resource, "persistentvolumeclaims requests.storage");
	return true;
}

static const char scopes_known[] = "Terminating NotTerminating BestEffort NotBestEffort "
				   "PriorityClass VolumeAttributesClass CrossNamespacePodAffinity";

static void check_scope(struct val *hard, struct val *at, struct val *unknown, const char *scope)
{
	if (!word_in(scope, scopes_known))
		bad(unknown, "unknown scope '%s'; known are %s", scope, scopes_known);
	V_EACH (e, hard) {
		if (!scope_fits(scope, e->name))
			bad(at, "the scope '%s' does not apply to '%s'", scope, e->name);
	}
}

/* Whether an entry's text (of its field, when there is one) is among the list. */
static bool any_is(struct val *list, const char *field, const char *text)
{
	V_EACH (e, list) {
		if (v_is(field ? v_at(e, field) : e, text))
			return true;
	}
	return false;
}

static void check_conflicts(struct val *list, const char *field)
{
	if ((any_is(list, field, "BestEffort") && any_is(list, field, "NotBestEffort")) ||
	    (any_is(list, field, "Terminating") && any_is(list, field, "NotTerminating")))
		bad(list, "conflicting scopes");
}

static void check_scope_expression(struct val *e, struct val *hard)
{
	struct val *list = e->up, *values = v_at(e, "values");
	const char *scope = v_str(v_at(e, "scopeName")), *op = v_str(v_at(e, "operator"));
	struct val *at = v_under(list, e, "operator");

	check_scope(hard, list, v_under(list, e, "scopeName"), scope);
	if (word_in(scope, "BestEffort NotBestEffort Terminating NotTerminating "
			   "CrossNamespacePodAffinity") &&
	    strcmp(op, "Exists"))
		bad(at, "must be Exists for the scope %s", scope);
	if (word_in(op, "In NotIn")) {
		if (!v_count(values))
			missing(v_under(list, e, "values"), "at least one value for In and NotIn");
	} else if (word_in(op, "Exists DoesNotExist")) {
		if (v_count(values))
			bad(v_under(list, e, "values"), "no value for Exists and DoesNotExist");
	} else {
		bad(at, "must be In, NotIn, Exists or DoesNotExist");
	}
}

static void check_quota(struct val *v)
{
	struct val *hard = v_at(v, "spec.hard"), *scopes = v_at(v, "spec.scopes");
	struct val *expressions;

	V_EACH (e, hard) {
		const char *complaint = not_qualified_name(e->name);

		if (complaint)
			bad(e, "the resource '%s': %s", e->name, complaint);
		else if (!strchr(e->name, '/') && !word_in(e->name, quota_names) &&
			 !is_quota_huge(e->name))
			bad(e, "'%s' is no standard resource for quota", e->name);
		check_resource_amount(e->name, e);
	}
	V_EACH (e, scopes)
		check_scope(hard, scopes, scopes, v_str(e));
	check_conflicts(scopes, NULL);
	expressions = v_at(v_at(v, "spec.scopeSelector"), "matchExpressions");
	V_EACH (e, expressions)
		check_scope_expression(e, hard);
	check_conflicts(expressions, "scopeName");
}

static void check_limit_names(struct val *limit, const char *field)
{
	bool container = word_in(v_str(v_at(limit, "type")), "Pod Container");

	V_EACH (e, v_at(limit, field)) {
		struct quantity q;

		v_amount(e, &q);
		if (container) {
			check_resource_name(e, e->name);
			continue;
		}
		ok(e, not_qualified_name(e->name));
		if (!strchr(e->name, '/') && !is_quota_huge(e->name) &&
		    strcmp(e->name, "storage") && !word_in(e->name, quota_names))
			bad(e, "'%s' is no standard resource; others have a domain and '/'",
			    e->name);
	}
}

/* Of a container's limit the server fills in what is absent: default from max, and so on. */
static struct val *limit_of(struct val *limit, const char *field, const char *name)
{
	struct val *v = v_key(v_at(limit, field), name);
	bool container = v_is(v_at(limit, "type"), "Container");

	if (v_present(v) || !container)
		return v;
	if (!strcmp(field, "default"))
		v = v_place(v, v_key(v_at(limit, "max"), name));
	if (!strcmp(field, "defaultRequest"))
		v = v_place(v, limit_of(limit, "default", name));
	if (!v_present(v) && !strcmp(field, "defaultRequest"))
		v = v_place(v, v_key(v_at(limit, "min"), name));
	return v;
}

static void at_most(struct val *limit, const char *name, const char *low, const char *high,
		    const char *blame)
{
	struct val *l = limit_of(limit, low, name), *h = limit_of(limit, high, name);
	struct quantity a, b;

	if (v_quantity(l, &a) && v_quantity(h, &b) && quantity_cmp(&a, &b) > 0)
		bad(limit_of(limit, blame, name), "%s (%s) must be at most %s (%s)", low, v_text(l),
		    high, v_text(h));
}

static void check_ratio(struct val *limit, const char *name)
{
	struct val *ratio = v_key(v_at(limit, "maxLimitRequestRatio"), name);
	struct quantity r, min, max, one = { .nano = 1000000000 };

	if (!v_quantity(ratio, &r))
		return;
	if (quantity_cmp(&r, &one) < 0)
		bad(ratio, "must be at least 1");
	if (v_quantity(v_key(v_at(limit, "min"), name), &min) &&
	    v_quantity(v_key(v_at(limit, "max"), name), &max) && min.nano > 0 &&
	    (double)r.nano / 1e9 > (double)max.nano / (double)min.nano)
		bad(ratio, "must be at most max/min");
}

static void check_limit_pair(struct val *limit, const char *name)
{
	struct val *def = limit_of(limit, "default", name);
	struct val *request = limit_of(limit, "defaultRequest", name);
	struct quantity a, b;

	at_most(limit, name, "min", "max", "min");
	at_most(limit, name, "min", "defaultRequest", "defaultRequest");
	at_most(limit, name, "defaultRequest", "max", "defaultRequest");
	at_most(limit, name, "defaultRequest", "default", "defaultRequest");
	at_most(limit, name, "min", "default", "default");
	at_most(limit, name, "default", "max", "default");
	check_ratio(limit, name);
	if ((strchr(name, '/') && !strstr(name, "kubernetes.io/")) || is_quota_huge(name)) {
		if (v_quantity(def, &a) && v_quantity(request, &b) && quantity_cmp(&a, &b))
			bad(request, "must equal default for %s", name);
	}
}

static void check_limit_range(struct val *v)
{
	static const char *const lists[] = { "max", "min", "default", "defaultRequest",
					     "maxLimitRequestRatio" };
	struct val *limits = v_at(v, "spec.limits");

	V_EACH (limit, limits) {
		struct val *type = v_at(limit, "type");
		bool pod = v_is(type, "Pod");

		if (ok(type, not_qualified_name(v_str(type))) && !strchr(v_str(type), '/'))
			one_of(type, "Pod Container PersistentVolumeClaim");
		if (v_find(limits, "type", v_str(type))->index < limit->index)
			duplicate(type);
		for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
			struct val *list = v_at(limit, lists[i]);

			if (pod && (i == 2 || i == 3)) {
				if (v_count(list))
					forbidden(list, "may not be specified for type Pod");
				continue;
			}
			check_limit_names(limit, lists[i]);
			V_EACH (e, list) {
				if (i == 0 || !v_has(v_key(v_at(limit, "max"), e->name)))
					check_limit_pair(limit, e->name);
			}
		}
		if (v_is(type, "PersistentVolumeClaim") &&
		    !v_has(v_key(v_at(limit, "min"), "storage")) &&
		    !v_has(v_key(v_at(limit, "max"), "storage")))
			missing(v_at(limit, "limits"), "min or max of storage is required");
	}
}

#define CORE "pkg/apis/core/validation: "
const struct rule rules_config[] = {
	{ "configmap/data", SEVERITY_ERROR, ON_CREATE, K(CONFIG_MAP), 0, 0,
	  "keys are file names, in data or binaryData; all together at most 1 MiB",
	  CORE "ValidateConfigMap", check_config_map },
	{ "secret/data", SEVERITY_ERROR, ON_CREATE, K(SECRET), 0, 0,
	  "keys are file names; a secret of a known type has that type's keys",
	  CORE "ValidateSecret", check_secret },
	{ "namespace/finalizers", SEVERITY_ERROR, ON_CREATE, K(NAMESPACE), 0, 0,
	  "finalizers of a namespace are known or have a domain", CORE "ValidateNamespace",
	  check_namespace },
	{ "namespace/pod-security", SEVERITY_ERROR, ON_CREATE, K(NAMESPACE), 0, 0,
	  "labels of the pod security standards have known levels and versions",
	  "k8s.io/pod-security-admission: PolicyToEvaluate", check_pod_security },
	{ "resourcequota/spec", SEVERITY_ERROR, ON_CREATE, K(RESOURCE_QUOTA), 0, 0,
	  "quotas are of known resources, and scopes fit them", CORE "ValidateResourceQuotaSpec",
	  check_quota },
	{ "limitrange/spec", SEVERITY_ERROR, ON_CREATE, K(LIMIT_RANGE), 0, 0,
	  "limits are of known resources, and min, defaults and max ascend",
	  CORE "ValidateLimitRange", check_limit_range },
	{ 0 },
};
