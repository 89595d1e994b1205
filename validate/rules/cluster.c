/* What clusters are set up with: priority and runtime classes, leases, slices, events, API
 * services, signing requests. */
#include <arpa/inet.h>
#include <string.h>

#include "base/base64.h"
#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

enum { USER_PRIORITY_MAX = 1000000000 };

static void check_priority_class(struct val *v)
{
	struct val *name = v_at(v, "metadata.name"), *value = v_at(v, "value");
	int64_t n = v_int(value, 0);
	bool known = (v_is(name, "system-cluster-critical") && n == 2000000000) ||
		     (v_is(name, "system-node-critical") && n == 2000001000);

	if (!strncmp(v_str(name), "system-", 7)) {
		if (!known || v_true(v_at(v, "globalDefault"), false))
			forbidden(name, "names that start with 'system-' are reserved");
	} else if (n > USER_PRIORITY_MAX) {
		forbidden(value, "at most %d", USER_PRIORITY_MAX);
	}
	given_one_of(v_at(v, "preemptionPolicy"), "PreemptLowerPriority Never");
}

static bool same_toleration(struct val *a, struct val *b)
{
	static const char *const fields[] = { "key", "operator", "value", "effect" };

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (strcmp(v_str(v_at(a, fields[i])), v_str(v_at(b, fields[i]))))
			return false;
	}
	return true;
}

static void check_runtime_class(struct val *v)
{
	struct val *handler = v_at(v, "handler"), *scheduling = v_at(v, "scheduling");
	struct val *fixed = v_at(v, "overhead.podFixed");
	struct val *tolerations = v_at(scheduling, "tolerations");

	if (need(handler))
		ok(handler, not_dns_label(v_str(handler)));
	V_EACH (e, fixed) {
		e->up = v_none(v_at(v, "overhead"), "limits");
		check_resource_name(e, e->name);
		check_resource_amount(e->name, e);
	}
	check_labels(v_at(scheduling, "nodeSelector"));
	check_tolerations(v->c->minor < 35 ? v_place(v_at(tolerations, "tolerations"), tolerations)
					   : tolerations); /* as these servers print it */
	V_EACH (e, tolerations) {
		V_EACH (other, tolerations) {
			if (other->index < e->index && same_toleration(other, e)) {
				duplicate(e);
				break;
			}
		}
	}
}

static void check_lease(struct val *v)
{
	struct val *seconds = v_at(v, "spec.leaseDurationSeconds");

	if (v_has(seconds) && v_int(seconds, 1) <= 0)
		bad(seconds, "must be greater than 0");
	not_negative(v_at(v, "spec.leaseTransitions"));
}

static void check_slice_address(struct val *list, struct val *e, const char *type)
{
	uint8_t ip[16];
	char text[INET6_ADDRSTRLEN];
	int family = 0;

	if (!strcmp(type, "FQDN")) {
		if (need(e))
			ok(e, not_qualified_domain(v_str(e)));
		return;
	}
	if (!ok(e, not_ip(v_str(e), e->c->minor >= 36 || !strcmp(type, "IPv6"), &family)))
		return;
	if ((family == 6) != !strcmp(type, "IPv6"))
		bad(list, "'%s' must be an %s address", v_str(e), type);
	else if (family == 6 && ip_bytes(v_str(e), ip, &family) &&
		 inet_ntop(AF_INET6, ip, text, sizeof(text)) && strcmp(text, v_str(e)))
		bad(e, "must be in canonical form (%s)", text);
	check_endpoint_ip(e);
}

static void check_hints(struct val *list, const char *(*check)(const char *))
{
	if (v_count(list) > 8)
		bad(list, "at most 8 hints are taken");
	V_EACH (e, list) {
		struct val *name = v_at(e, "name");

		if (v_find(list, "name", v_str(name))->index < e->index)
			duplicate(name);
		ok(name, check(v_str(name)));
	}
}

static void check_slice_endpoint(struct val *v, const char *type)
{
	struct val *addresses = v_at(v, "addresses");

	if (!v_count(addresses))
		missing(addresses, "must contain at least 1 address");
	if (v_count(addresses) > 100)
		bad(addresses, "at most 100 addresses are taken");
	V_EACH (e, addresses)
		check_slice_address(addresses, e, type);
	if (v_has(v_at(v, "nodeName")))
		ok(v_at(v, "nodeName"), not_dns_subdomain(v_str(v_at(v, "nodeName"))));
	if (v_has(v_at(v, "hostname")))
		ok(v_at(v, "hostname"), not_dns_label(v_str(v_at(v, "hostname"))));
	check_hints(v_at(v, "hints.forZones"), not_label_value);
	if (v->c->minor >= 34)
		check_hints(v_at(v, "hints.forNodes"), not_dns_subdomain);
}

static void check_slice(struct val *v)
{
	struct val *type = v_at(v, "addressType"), *ports = v_at(v, "ports");
	struct val *endpoints = v_at(v, "endpoints");

	need_one_of(type, "IPv4 IPv6 FQDN");
	V_EACH (e, ports) {
		struct val *name = v_at(e, "name"), *protocol = v_at(e, "appProtocol");
		bool again = false;

		check_text(name, not_dns_label);
		V_EACH (other, ports)
			again |= other->index < e->index &&
				 !strcmp(v_str(v_at(other, "name")), v_str(name));
		if (again)
			bad(name, "two ports have the same name");
		given_one_of(v_at(e, "protocol"), "TCP UDP SCTP");
		if (v_has(protocol))
			ok(protocol, not_qualified_name(v_str(protocol)));
	}
	if (v_count(endpoints) > 1000)
		bad(endpoints, "at most 1000 endpoints are taken");
	if (v->c->old && v_same(endpoints, v_at(v->c->old, "endpoints")))
		return;
	V_EACH (e, endpoints)
		check_slice_endpoint(e, v_str(type));
}

static void limit_text(struct val *v, bool needed, size_t max)
{
	if (needed)
		need(v);
	if (strlen(v_str(v)) > max)
		bad(v, "can have at most %zu characters", max);
}

/* Events of the core group; with an eventTime they are checked as new ones are. */
static void check_event(struct val *v)
{
	struct val *involved = v_at(v, "involvedObject.namespace");
	struct val *controller = v_at(v, "reportingComponent");
	const char *ns = v_str_or(v_at(v, "metadata.namespace"), "default");
	const char *of = v_str(involved);

	if (!v_has(v_at(v, "eventTime"))) {
		if (strcmp(*of ? of : "default", ns))
			bad(involved, "does not match the event's namespace '%s'", ns);
		return;
	}
	if (!*of && !word_in(ns, "default kube-system"))
		bad(involved, "does not match the event's namespace '%s'", ns);
	need(controller);
	ok(controller, not_qualified_name(v_str(controller)));
	limit_text(v_at(v, "reportingInstance"), true, 128);
	limit_text(v_at(v, "action"), true, 128);
	limit_text(v_at(v, "reason"), true, 128);
	limit_text(v_at(v, "message"), false, 1024);
}

static void check_new_event(struct val *v)
{
	static const char *const unset[] = { "deprecatedFirstTimestamp", "deprecatedLastTimestamp",
					     "deprecatedCount", "deprecatedSource" };
	static const char *const as[] = { "firstTimestamp", "lastTimestamp", "count", "source" };
	struct val *controller = v_at(v, "reportingController"), *series = v_at(v, "series");

	if (!v_has(v_at(v, "eventTime")))
		missing(v_at(v, "eventTime"), "when it happened");
	if (!word_in(v_str(v_at(v, "type")), "Normal Warning"))
		bad(v_at(v, "type"), "must be Normal or Warning");
	for (size_t i = 0; i < ARRAY_SIZE(unset); i++) {
		struct val *f = v_at(v, unset[i]);

		if (v_has(f) && (f->n->type != NODE_INT || v_int(f, 0)) &&
		    (f->n->type != NODE_MAP || v_count(f)))
			bad(v_as(f, as[i]), "must not be set");
	}
	if (v_has(series) && v_int(v_at(series, "count"), 0) < 2)
		bad(v_at(series, "count"), "should be at least 2");
	if (v_has(series) && !v_has(v_at(series, "lastObservedTime")))
		missing(v_at(series, "lastObservedTime"), "when it was last seen");
	if (!v_has(v_at(v, "eventTime")))
		return;
	need(controller);
	ok(controller, not_qualified_name(v_str(controller)));
	limit_text(v_at(v, "reportingInstance"), true, 128);
	limit_text(v_at(v, "action"), true, 128);
	limit_text(v_at(v, "reason"), true, 128);
	limit_text(v_as(v_at(v, "note"), "message"), false, 1024);
}

static void check_api_service(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *name = v_at(v, "metadata.name");
	struct val *group = v_at(spec, "group"), *version = v_at(spec, "version");
	struct val *minimum = v_at(spec, "groupPriorityMinimum"), *service = v_at(spec, "service");
	struct val *priority = v_at(spec, "versionPriority");
	struct val *insecure = v_at(spec, "insecureSkipTLSVerify"),
		   *bundle = v_at(spec, "caBundle");
	const char *wanted = arena_printf(v->c->scratch, "%s.%s", v_str(version), v_str(group));

	if (!v_empty(v_at(v, "metadata.generateName")))
		bad(v_at(v, "metadata.generateName"), "the name must be '%s'", wanted);
	if (!v_empty(name) && strcmp(v_str(name), wanted))
		bad(name, "must be spec.version + '.' + spec.group: '%s'", wanted);
	if (v_empty(group) && !v_is(version, "v1"))
		missing(group, "only v1 may have an empty group");
	check_text(group, not_dns_subdomain);
	ok(version, not_dns_1035_label(v_str(version)));
	if (v_int(minimum, 0) <= 0 || v_int(minimum, 0) > 20000)
		bad(minimum, "must be positive and at most 20000");
	if (v_int(priority, 0) <= 0 || v_int(priority, 0) > 1000)
		bad(priority, "must be positive and at most 1000");
	if (!v_has(service)) {
		if (!v_empty(bundle))
			bad(bundle, "is for API services with a service");
		if (v_true(insecure, false))
			bad(insecure, "is for API services with a service");
		return;
	}
	need(v_at(service, "namespace"));
	need(v_at(service, "name"));
	if (v_has(v_at(service, "port")))
		in_range(v_at(service, "port"), 1, 65535);
	if (v_true(insecure, false) && !v_empty(bundle))
		bad(insecure, "may not be true if caBundle is present");
}

static const char *signer_complaint(struct val *v)
{
	const char *s = v_str(v), *slash = strchr(s, '/'), *dot = strchr(s, '.');

	if (!slash || strchr(slash + 1, '/'))
		return "must be a fully qualified domain and a name (example.com/signer-name)";
	if (not_dns_subdomain(arena_memdup(v->c->scratch, s, (size_t)(slash - s))))
		return "the domain must be a DNS subdomain (example.com/signer-name)";
	if (!dot || dot > slash)
		return "the domain must have at least two segments (example.com/signer-name)";
	return not_dns_subdomain(slash + 1);
}

struct der {
	const uint8_t *p;
	size_t n;
};

/* A DER element of a kind at the start of what is left, its content in *in;
 * what follows it is left. */
static bool der_take(struct der *left, uint8_t tag, struct der *in)
{
	const uint8_t *b = left->p;
	size_t at = 2, length;

	if (left->n < 2 || b[0] != tag)
		return false;
	length = b[1];
	if (length & 0x80) {
		size_t bytes = length & 0x7f;

		if (!bytes || bytes > 4 || left->n < 2 + bytes)
			return false;
		for (length = 0; at < 2 + bytes; at++)
			length = length << 8 | b[at];
	}
	if (length > left->n - at)
		return false;
	*in = (struct der){ left->p + at, length };
	*left = (struct der){ left->p + at + length, left->n - at - length };
	return true;
}

/* PKCS #10: what is asked for, how it is signed, and the signature. */
static bool is_certificate_request(const char *bytes, size_t n)
{
	enum { SEQUENCE = 0x30, BIT_STRING = 0x03 };
	struct der left = { (const uint8_t *)bytes, n }, request, part;

	return der_take(&left, SEQUENCE, &request) && !left.n &&
	       der_take(&request, SEQUENCE, &part) && der_take(&request, SEQUENCE, &part) &&
	       der_take(&request, BIT_STRING, &part) && !request.n;
}

/* The first PEM block is a certificate request. */
static const char *request_complaint(const char *pem)
{
	static const char begin[] = "-----BEGIN ", type[] = "CERTIFICATE REQUEST-----",
			  end[] = "-----END CERTIFICATE REQUEST-----";
	const char *start = strstr(pem, begin), *stop = start ? strstr(start, end) : NULL;
	struct buf der;
	bool good;

	if (!start || !stop || strncmp(start + sizeof(begin) - 1, type, sizeof(type) - 1) != 0)
		return "must be a PEM block of type CERTIFICATE REQUEST, encoded in base64";
	start += sizeof(begin) - 1 + sizeof(type) - 1;
	buf_init(&der, 0);
	good = base64_decode(&der, start, (size_t)(stop - start)) &&
	       is_certificate_request(der.text, der.len);
	buf_release(&der);
	return good ? NULL : "is no certificate request (PKCS #10): make one with openssl req -new";
}

static void check_signing_request(struct val *v)
{
	static const char usages[] =
		"|signing|digital signature|content commitment|key encipherment|key agreement|"
		"data encipherment|cert sign|crl sign|encipher only|decipher only|any|server auth|"
		"client auth|code signing|email protection|s/mime|ipsec end system|ipsec tunnel|"
		"ipsec user|timestamping|ocsp signing|microsoft sgc|netscape sgc|";
	struct val *spec = v_at(v, "spec"), *request = v_at(spec, "request");
	struct val *list = v_at(spec, "usages"), *signer = v_at(spec, "signerName");
	struct val *seconds = v_at(spec, "expirationSeconds");
	struct buf pem;

	if (v->c->old)
		return; /* an update keeps the old spec */
	buf_init(&pem, 0);
	base64_decode(&pem, v_str(request), strlen(v_str(request)));
	ok(request, request_complaint(pem.text ? pem.text : ""));
	buf_release(&pem);
	if (!v_count(list))
		missing(list, "at least one usage");
	V_EACH (e, list) {
		if (v_empty(e) || !strstr(usages, arena_printf(v->c->scratch, "|%s|", v_str(e))))
			bad(e, "not a known usage, such as 'client auth' or 'server auth'");
		V_EACH (other, list) {
			if (other->index < e->index && v_is(other, v_str(e))) {
				duplicate(e);
				break;
			}
		}
	}
	if (v_is(signer, "kubernetes.io/legacy-unknown"))
		bad(signer, "the legacy signer is not allowed");
	else if (need(signer))
		ok(signer, signer_complaint(signer));
	if (v_has(seconds) && v_int(seconds, 600) < 600)
		bad(seconds, "may not be less than 600 (10 minutes)");
}

const struct rule rules_cluster[] = {
	{ "priorityclass/value", SEVERITY_ERROR, ON_CREATE, K(PRIORITY_CLASS), 0, 0,
	  "a priority is at most 1000000000, and system names are reserved",
	  "pkg/apis/scheduling/validation: ValidatePriorityClass", check_priority_class },
	{ "runtimeclass/spec", SEVERITY_ERROR, ON_CREATE, K(RUNTIME_CLASS), 0, 0,
	  "a runtime class has a handler, known overhead and unique tolerations",
	  "pkg/apis/node/validation: ValidateRuntimeClass", check_runtime_class },
	{ "lease/spec", SEVERITY_ERROR, ON_CREATE, K(LEASE), 0, 0,
	  "durations of a lease are positive",
	  "pkg/apis/coordination/validation: ValidateLeaseSpec", check_lease },
	{ "endpointslice/spec", SEVERITY_ERROR, ON_CREATE, K(ENDPOINT_SLICE), 0, 0,
	  "addresses are of the slice's type, ports uniquely named",
	  "pkg/apis/discovery/validation: ValidateEndpointSlice", check_slice },
	{ "event/spec", SEVERITY_ERROR, ON_CREATE, K(EVENT), 0, 0,
	  "an event is in its object's namespace", "pkg/apis/core/validation: legacyValidateEvent",
	  check_event },
	{ "event/new", SEVERITY_ERROR, ON_CREATE, K(EVENTS_EVENT), 0, 0,
	  "an event has a time, a type, and who reports it",
	  "pkg/apis/core/validation: ValidateEventCreate", check_new_event },
	{ "apiservice/spec", SEVERITY_ERROR, ON_CREATE, K(API_SERVICE), 0, 0,
	  "an API service is named after its version and group, with priorities in range",
	  "k8s.io/kube-aggregator: ValidateAPIService", check_api_service },
	{ "csr/spec", SEVERITY_ERROR, ON_CREATE, K(CSR), 0, 0,
	  "a signing request has a request, known usages and a signer",
	  "pkg/apis/certificates/validation: validateCertificateSigningRequest",
	  check_signing_request },
	{ 0 },
};
