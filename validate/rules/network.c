/* Ingresses, ingress classes, network policies, IP addresses and service CIDRs. */
#include <string.h>
#include "base/text.h"

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

/* apiGroup, kind and name of a reference to an object of any kind. */
static void check_typed_reference(struct val *v)
{
	struct val *group = v_at(v, "apiGroup");

	if (v_has(group))
		ok(group, not_dns_subdomain(v_str(group)));
	if (need(v_at(v, "kind")))
		ok(v_at(v, "kind"), not_path_segment(v_str(v_at(v, "kind"))));
	if (need(v_at(v, "name")))
		ok(v_at(v, "name"), not_path_segment(v_str(v_at(v, "name"))));
}

static void check_backend_service(struct val *backend)
{
	struct val *service = v_at(backend, "service"), *name = v_at(service, "name");
	struct val *port = v_at(service, "port"), *number = v_at(port, "number");

	if (need(name))
		ok(name, name->c->minor >= 36 ? not_dns_label(v_str(name))
					      : not_dns_1035_label(v_str(name)));
	if (!v_empty(v_at(port, "name")) && v_int(number, 0))
		bad(backend, "cannot set both port name and port number");
	else if (!v_empty(v_at(port, "name")))
		ok(v_at(port, "name"), not_port_name(v_str(v_at(port, "name"))));
	else if (v_int(number, 0))
		in_range(number, 1, 65535);
	else
		missing(backend, "service.port.name or service.port.number is required");
}

static void check_backend(struct val *v)
{
	bool resource = v_has(v_at(v, "resource")), service = v_has(v_at(v, "service"));

	if (resource && service)
		bad(v, "cannot set both resource and service backends");
	else if (resource)
		check_typed_reference(v_at(v, "resource"));
	else if (service)
		check_backend_service(v);
	else
		bad(v, "a resource or service backend is required");
}

static void check_path(struct val *v)
{
	static const char *const within[] = { "//", "/./", "/../", "%2f", "%2F" };
	struct val *path = v_at(v, "path"), *type = v_at(v, "pathType");
	const char *s = v_str(path);

	if (!v_has(type)) {
		missing(type, "one of Exact, Prefix, ImplementationSpecific");
		return;
	}
	if (word_in(v_str(type), "Exact Prefix")) {
		if (*s != '/')
			bad(path, "must be an absolute path");
		for (size_t i = 0; i < ARRAY_SIZE(within); i++) {
			if (strstr(s, within[i]))
				bad(path, "must not contain '%s'", within[i]);
		}
		if (text_ends(s, "/..") || text_ends(s, "/."))
			bad(path, "cannot end with '/..' or '/.'");
	} else if (v_is(type, "ImplementationSpecific")) {
		if (*s && *s != '/')
			bad(path, "must be an absolute path");
	} else {
		bad(type, "not one of Exact, ImplementationSpecific, Prefix");
	}
	check_backend(v_at(v, "backend"));
}

static void check_host(struct val *host)
{
	const char *s = v_str(host);
	uint8_t ip[16];
	int family;

	if (ip_bytes(s, ip, &family))
		bad(host, "must be a DNS name, not an IP address");
	ok(host, strchr(s, '*') ? not_wildcard_subdomain(s) : not_dns_subdomain(s));
}

static void check_ingress_tls(struct val *spec)
{
	V_EACH (e, v_at(spec, "tls")) {
		V_EACH (host, v_at(e, "hosts"))
			ok(host, strchr(v_str(host), '*') ? not_wildcard_subdomain(v_str(host))
							  : not_dns_subdomain(v_str(host)));
		check_text(v_at(e, "secretName"), not_dns_subdomain);
	}
}

static void check_ingress(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *class = v_at(spec, "ingressClassName");
	struct val *note = v_key(v_at(v, "metadata.annotations"), "kubernetes.io/ingress.class");

	if (!v_count(v_at(spec, "rules")) && !v_has(v_at(spec, "defaultBackend")))
		bad(spec, "either defaultBackend or rules must be specified");
	if (v_has(v_at(spec, "defaultBackend")))
		check_backend(v_at(spec, "defaultBackend"));
	V_EACH (e, v_at(spec, "rules")) {
		struct val *http = v_at(e, "http");

		if (!v_empty(v_at(e, "host")))
			check_host(v_at(e, "host"));
		if (v_has(http) && !v_count(v_at(http, "paths")))
			missing(v_at(http, "paths"), "at least one path");
		V_EACH (p, v_at(http, "paths"))
			check_path(p);
	}
	check_ingress_tls(spec);
	if (v_has(class))
		ok(class, not_dns_subdomain(v_str(class)));
	if (!v->c->old && v_has(note) && v_has(class) && strcmp(v_str(note), v_str(class)))
		bad(v_none(v_none(v, "annotations"), "kubernetes.io/ingress.class"),
		    "must match ingressClassName when both are specified");
}

static void check_ingress_class(struct val *v)
{
	struct val *controller = v_at(v, "spec.controller"), *p = v_at(v, "spec.parameters");
	struct val *scope = v_at(p, "scope"), *ns = v_at(p, "namespace");
	const char *s = v_has(scope) ? v_str(scope) : "Cluster";

	if (strlen(v_str(controller)) > 250)
		bad(controller, "must be no more than 250 characters");
	if (need(controller))
		ok(controller, not_domain_path(v_str(controller)));
	if (!v_has(p))
		return;
	check_typed_reference(p);
	if (!word_in(s, "Cluster Namespace"))
		bad(scope, "not one of Cluster, Namespace");
	else if (!strcmp(s, "Cluster") && v_has(ns))
		forbidden(ns, "not for the scope Cluster");
	else if (!strcmp(s, "Namespace") && !v_has(ns))
		missing(ns, "the scope is Namespace");
	else if (!strcmp(s, "Namespace"))
		ok(ns, not_dns_label(v_str(ns)));
}

static void check_policy_port(struct val *v)
{
	struct val *port = v_at(v, "port"), *end = v_at(v, "endPort");

	if (v_has(v_at(v, "protocol")) && !word_in(v_str(v_at(v, "protocol")), "TCP UDP SCTP"))
		bad(v_at(v, "protocol"), "not one of TCP, UDP, SCTP");
	if (!v_has(port)) {
		if (v_has(end))
			bad(end, "may not be specified when port is not specified");
		return;
	}
	check_port_or_name(port);
	if (!v_has(end))
		return;
	if (!v_is_int(port)) {
		bad(end, "may not be specified when port is non-numeric");
		return;
	}
	if (v_int(end, 0) < v_int(port, 0))
		bad(end, "must be greater than or equal to port");
	if (v_int(end, 0) < 1 || v_int(end, 0) > 65535)
		bad(end, "must be between 1 and 65535");
}

static bool is_subset(const char *inner, const char *outer)
{
	uint8_t in[16], out[16];
	int in_bits, out_bits, in_family, out_family;

	if (!cidr_bytes(inner, in, &in_bits, &in_family) ||
	    !cidr_bytes(outer, out, &out_bits, &out_family))
		return true;
	if (in_family != out_family || in_bits <= out_bits)
		return false;
	for (int i = 0; i < out_bits + (out_family == 4 ? 96 : 0); i++) {
		if ((in[i / 8] ^ out[i / 8]) & (0x80 >> (i % 8)))
			return false;
	}
	return true;
}

static void check_ip_block(struct val *v)
{
	struct val *cidr = v_at(v, "cidr");

	if (!need(cidr))
		return;
	check_cidr(cidr);
	if (not_cidr(v_str(cidr), false, NULL))
		return;
	V_EACH (e, v_at(v, "except")) {
		check_cidr(e);
		if (!is_subset(v_str(e), v_str(cidr)))
			bad(e, "must be a strict subset of cidr (%s)", v_str(cidr));
	}
}

static void check_peer(struct val *v)
{
	struct val *pods = v_at(v, "podSelector"), *spaces = v_at(v, "namespaceSelector");
	struct val *block = v_at(v, "ipBlock");

	check_label_selector(pods);
	check_label_selector(spaces);
	if (v_has(block))
		check_ip_block(block);
	if (!v_has(pods) && !v_has(spaces) && !v_has(block))
		missing(v, "must specify a peer: podSelector, namespaceSelector or ipBlock");
	else if (v_has(block) && (v_has(pods) || v_has(spaces)))
		forbidden(v, "may not specify both ipBlock and another peer");
}

static void check_policy_rules(struct val *rules, const char *peers)
{
	V_EACH (e, rules) {
		V_EACH (p, v_at(e, "ports"))
			check_policy_port(p);
		V_EACH (p, v_at(e, peers))
			check_peer(p);
	}
}

static void check_network_policy(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *types = v_at(spec, "policyTypes");

	check_label_selector(v_at(spec, "podSelector"));
	check_policy_rules(v_at(spec, "ingress"), "from");
	check_policy_rules(v_at(spec, "egress"), "to");
	if (v_count(types) > 2)
		bad(types, "may not specify more than two policyTypes");
	V_EACH (e, types) {
		if (!word_in(v_str(e), "Ingress Egress"))
			bad(e, "must be Ingress or Egress");
	}
}

static void check_ip_address(struct val *v)
{
	struct val *name = v_at(v, "metadata.name"), *parent = v_at(v, "spec.parentRef");
	const char *complaint = not_ip(v_str(name), true, NULL);

	struct val *prefix = v_at(v, "metadata.generateName");

	if (!v_empty(name) && complaint)
		bad(name, "%s", complaint);
	if (!v_empty(prefix) && not_ip(v_str(prefix), true, NULL))
		bad(prefix, "an address's name cannot be generated");
	if (!v_has(parent)) {
		missing(parent, "the Service that has the address");
		return;
	}
	check_text(v_at(parent, "group"), not_dns_subdomain);
	if (need(v_at(parent, "resource")))
		ok(v_at(parent, "resource"), not_path_segment(v_str(v_at(parent, "resource"))));
	if (need(v_at(parent, "name")))
		ok(v_at(parent, "name"), not_path_segment(v_str(v_at(parent, "name"))));
	check_text(v_at(parent, "namespace"), not_path_segment);
}

static void check_service_cidr(struct val *v)
{
	struct val *list = v_at(v, "spec.cidrs");
	int family[2] = { 0, 1 };

	if (!v_count(list))
		missing(list, "at least one CIDR");
	if (v_count(list) > 2)
		bad(list, "may only hold up to 2 values");
	V_EACH (e, list) {
		int f = 0;

		if (ok(e, not_cidr(v_str(e), true, &f)) && e->index < 2)
			family[e->index] = f;
	}
	if (v_count(list) == 2 && family[0] == family[1])
		bad(list, "may specify no more than one network for each IP family");
}

#define NETWORKING "pkg/apis/networking/validation: "
const struct rule rules_network[] = {
	{ "ingress/spec", SEVERITY_ERROR, ON_CREATE, K(INGRESS), 0, 0,
	  "an ingress has backends with a port, DNS hosts, absolute paths and path types",
	  NETWORKING "ValidateIngressSpec", check_ingress },
	{ "ingressclass/spec", SEVERITY_ERROR, ON_CREATE, K(INGRESS_CLASS), 0, 0,
	  "a controller is a domain and a path, parameters are whole",
	  NETWORKING "validateIngressClassSpec", check_ingress_class },
	{ "networkpolicy/spec", SEVERITY_ERROR, ON_CREATE, K(NETWORK_POLICY), 0, 0,
	  "ports, peers and networks of a policy", NETWORKING "ValidateNetworkPolicySpec",
	  check_network_policy },
	{ "ipaddress/spec", SEVERITY_ERROR, ON_CREATE, K(IP_ADDRESS), 0, 0,
	  "an address is its object's name and has a parent", NETWORKING "ValidateIPAddress",
	  check_ip_address },
	{ "servicecidr/spec", SEVERITY_ERROR, ON_CREATE, K(SERVICE_CIDR), 0, 0,
	  "one or two networks, one for each family", NETWORKING "ValidateServiceCIDR",
	  check_service_cidr },
	{ 0 },
};
