/* Services, endpoints and endpoint slices. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

static const char *service_type(struct val *spec)
{
	return v_str_or(v_at(spec, "type"), "ClusterIP");
}

static bool is_type(struct val *spec, const char *types)
{
	return word_in(service_type(spec), types);
}

/* The i-th cluster IP: the server makes the list of clusterIP when it is absent. */
static struct val *cluster_ip(struct val *spec, size_t i)
{
	struct val *list = v_at(spec, "clusterIPs"), *v = v_item(list, i);

	if (!v_count(list) && !i)
		v->n = v_at(spec, "clusterIP")->n;
	return v;
}

static size_t cluster_ip_count(struct val *spec)
{
	size_t count = v_count(v_at(spec, "clusterIPs"));

	return count ? count : !v_empty(v_at(spec, "clusterIP"));
}

static bool is_headless(struct val *spec)
{
	return cluster_ip_count(spec) == 1 && v_is(cluster_ip(spec, 0), "None");
}

static void drop_same(struct node *spec, const struct node *old, const char *field)
{
	const struct node *now = node_get(spec, field), *was = node_get(old, field);

	if (now && was && node_equal(now, was))
		node_remove(spec, field);
}

/* A list of ports without the node ports that the old service had. */
static struct node *drop_node_ports(struct arena *a, const struct node *ports,
				    const struct node *old)
{
	struct node *list = node_seq(a);

	for (uint32_t i = 0; i < ports->len; i++) {
		const struct node *port = node_get(ports->items[i], "nodePort");
		struct node *copy = ports->items[i];

		for (uint32_t j = 0; port && node_is(old, NODE_SEQ) && j < old->len; j++) {
			const struct node *was = node_get(old->items[j], "nodePort");

			if (was && node_equal(port, was)) {
				copy = node_copy_shallow(a, ports->items[i]);
				node_remove(copy, "nodePort");
				break;
			}
		}
		node_append(a, list, copy);
	}
	return list;
}

/*
 * An updated service as the server takes it: what it allocated is kept when the update leaves it
 * out, and what belonged to the old type only is dropped when the update repeats it.
 */
/* A policy that the old service had, given or by default, and that the new one has no use for. */
static void drop_policy(struct node *spec, struct val *was)
{
	const struct node *now = node_get(spec, "externalTrafficPolicy");
	bool defaulted = is_type(was, "LoadBalancer NodePort") || v_count(v_at(was, "externalIPs"));

	drop_same(spec, was->n, "externalTrafficPolicy");
	if (defaulted && !v_has(v_at(was, "externalTrafficPolicy")) && now && now->text &&
	    !strcmp(now->text, "Cluster"))
		node_remove(spec, "externalTrafficPolicy");
}

const struct node *service_kept(struct check *c)
{
	struct val *now = v_at(c->root, "spec"), *was = v_at(c->old, "spec");
	bool external = is_type(now, "ExternalName"), before = is_type(was, "ExternalName");
	struct node *root = node_copy_shallow(c->scratch, c->root->n), *spec;
	const struct node *ports = v_at(now, "ports")->n;

	spec = node_is(now->n, NODE_MAP) ? node_copy_shallow(c->scratch, now->n)
					 : node_map(c->scratch);
	if (!external && !before && v_empty(v_at(now, "clusterIP"))) {
		if (!v_empty(v_at(was, "clusterIP")))
			node_set(c->scratch, spec, "clusterIP", node_get(was->n, "clusterIP"));
		if (!v_count(v_at(now, "clusterIPs")) && v_count(v_at(was, "clusterIPs")))
			node_set(c->scratch, spec, "clusterIPs", node_get(was->n, "clusterIPs"));
	}
	if (!is_type(now, "LoadBalancer")) {
		drop_same(spec, was->n, "allocateLoadBalancerNodePorts");
		drop_same(spec, was->n, "loadBalancerClass");
	}
	if (!is_type(now, "LoadBalancer") || !v_is(v_at(now, "externalTrafficPolicy"), "Local"))
		drop_same(spec, was->n, "healthCheckNodePort");
	if (!is_type(now, "LoadBalancer NodePort")) {
		if (!v_count(v_at(now, "externalIPs")))
			drop_policy(spec, was);
		if (node_is(ports, NODE_SEQ))
			node_set(c->scratch, spec, "ports",
				 drop_node_ports(c->scratch, ports, v_at(was, "ports")->n));
	}
	if (external) {
		drop_same(spec, was->n, "clusterIP");
		drop_same(spec, was->n, "clusterIPs");
		drop_same(spec, was->n, "ipFamilies");
		drop_same(spec, was->n, "ipFamilyPolicy");
	}
	node_set(c->scratch, root, "spec", spec);
	return root;
}

static void check_type(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *name = v_at(spec, "externalName");
	static const char *const ip_fields[] = { "clusterIPs", "ipFamilies", "ipFamilyPolicy" };
	size_t len = strlen(v_str(name));
	char *host;

	one_of(v_at(spec, "type"), "ClusterIP ExternalName LoadBalancer NodePort");
	if (is_type(spec, "LoadBalancer NodePort") && is_headless(spec))
		bad(cluster_ip(spec, 0), "may not be 'None' for a %s service", service_type(spec));
	if (!is_type(spec, "ExternalName"))
		return;
	if (cluster_ip_count(spec))
		forbidden(v_at(spec, "clusterIPs"), "may not be set for ExternalName services");
	for (size_t i = 1; i < ARRAY_SIZE(ip_fields); i++) {
		struct val *f = v_at(spec, ip_fields[i]);

		if (v_has(f) && (f->n->type != NODE_SEQ || v_count(f)))
			forbidden(f, "may not be set for ExternalName services");
	}
	host = arena_strdup(v->c->scratch, v_str(name));
	if (len && host[len - 1] == '.')
		host[len - 1] = 0;
	if (*host)
		ok(name, not_dns_subdomain(host));
	else
		missing(name, "an ExternalName service names a host");
}

static void check_port(struct val *port, bool many)
{
	struct val *name = v_at(port, "name"), *number = v_at(port, "port");
	struct val *target = v_at(port, "targetPort"), *protocol = v_at(port, "appProtocol");
	struct val *defaulted = target;

	if (many && v_empty(name))
		missing(name, "ports need names when there are several");
	else if (!v_empty(name)) {
		ok(name, not_dns_label(v_str(name)));
		if (v_find(port->up, "name", v_str(name))->index < port->index)
			duplicate(name);
	}
	if (v_int(number, 0) < 1 || v_int(number, 0) > 65535)
		bad(number, "must be between 1 and 65535");
	one_of(v_at(port, "protocol"), "TCP UDP SCTP");
	if (!v_has(target) || (v_is_int(target) && !v_int(target, 0)) ||
	    (target->n->type == NODE_STR && v_empty(target))) {
		defaulted = v_as(number, "targetPort");
		if (!v_has(defaulted))
			defaulted = v_none(port, "targetPort");
	}
	check_port_or_name(defaulted);
	if (v_has(protocol))
		ok(protocol, not_qualified_name(v_str(protocol)));
}

static bool same_protocol(struct val *a, struct val *b)
{
	return !strcmp(v_str_or(v_at(a, "protocol"), "TCP"), v_str_or(v_at(b, "protocol"), "TCP"));
}

static void check_port_sets(struct val *ports, struct val *port)
{
	int64_t node = v_int(v_at(port, "nodePort"), 0);

	V_EACH (other, ports) {
		if (other->index >= port->index || !same_protocol(other, port))
			continue;
		if (node && v_int(v_at(other, "nodePort"), 0) == node)
			duplicate(v_at(port, "nodePort"));
		if (v_int(v_at(other, "port"), 0) == v_int(v_at(port, "port"), 0)) {
			duplicate(port);
			return;
		}
	}
}

static void check_ports(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *ports = v_at(spec, "ports");

	if (!v_count(ports) && !is_headless(spec) && !is_type(spec, "ExternalName"))
		missing(ports, "a service has a port");
	V_EACH (e, ports) {
		struct val *node = v_at(e, "nodePort");
		int64_t n = v_int(node, 0);

		check_port(e, v_count(ports) > 1);
		check_port_sets(ports, e);
		if (n && is_type(spec, "ClusterIP"))
			forbidden(node, "may not be used for a ClusterIP service");
		else if (n && is_type(spec, "NodePort LoadBalancer") && (n < 30000 || n > 32767))
			bad(node, "is not in the range of node ports, 30000-32767");
	}
}

static void check_affinity(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *affinity = v_at(spec, "sessionAffinity");
	struct val *timeout = v_at(spec, "sessionAffinityConfig.clientIP.timeoutSeconds");

	one_of(affinity, "ClientIP None");
	if (v_is(affinity, "ClientIP") && v_has(timeout) &&
	    (v_int(timeout, 1) <= 0 || v_int(timeout, 1) > 86400))
		bad(timeout, "must be greater than 0 and at most 86400");
}

static void check_families(struct val *spec)
{
	struct val *families = v_at(spec, "ipFamilies"), *policy = v_at(spec, "ipFamilyPolicy");

	V_EACH (e, families) {
		if (!word_in(v_str(e), "IPv4 IPv6"))
			bad(e, "must be IPv4 or IPv6");
		if (e->index && v_is(v_item(families, e->index - 1), v_str(e)))
			duplicate(e);
	}
	if (v_has(policy) &&
	    !word_in(v_str(policy), "SingleStack PreferDualStack RequireDualStack"))
		bad(policy, "must be SingleStack, PreferDualStack or RequireDualStack");
	if (v_count(families) == 2 && !v_is(v_at(spec, "clusterIP"), "None") &&
	    !word_in(v_str(policy), "PreferDualStack RequireDualStack") && !spec->c->old)
		bad(policy, "must be PreferDualStack or RequireDualStack with two IP families");
}

/* Whether all of the list are addresses; families of the first two in `family`. */
static bool check_cluster_ip_list(struct val *spec, int family[2])
{
	struct val *list = v_at(spec, "clusterIPs");
	size_t count = cluster_ip_count(spec);
	bool fine = true;

	for (size_t i = 0; i < count; i++) {
		struct val *ip = cluster_ip(spec, i);

		if (!i && v_is(ip, "None")) {
			if (count > 1)
				bad(list, "'None' must be the first and only value");
			fine = fine && count == 1;
			continue;
		}
		fine = ok(ip, not_ip(v_str(ip), ip->c->minor >= 36, i < 2 ? &family[i] : NULL)) &&
		       fine;
	}
	if (count > 2)
		bad(list, "may only hold up to 2 values");
	return fine;
}

static void check_cluster_ips(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *list = v_at(spec, "clusterIPs");
	struct val *ip = v_at(spec, "clusterIP"), *families = v_at(spec, "ipFamilies");
	int family[2] = { 0 };

	if (is_type(spec, "ExternalName"))
		return;
	if (v_count(list) && v_empty(ip))
		bad(list, "must be empty when clusterIP is not specified");
	else if (v_count(list) && strcmp(v_str(v_item(list, 0)), v_str(ip)))
		bad(list, "the first value must match clusterIP");
	check_families(spec);
	if (!check_cluster_ip_list(spec, family))
		return;
	if (v_count(list) == 2 && family[0] == family[1])
		bad(list, "may specify no more than one IP for each IP family");
	for (size_t i = 0; i < 2 && i < v_count(families); i++) {
		struct val *f = v_item(families, i);

		if (family[i] && word_in(v_str(f), "IPv4 IPv6") &&
		    (family[i] == 6) != v_is(f, "IPv6"))
			bad(cluster_ip(spec, i), "expected an %s value as ipFamilies[%zu] says",
			    v_str(f), i);
	}
}

static bool has_prefix(const uint8_t ip[16], const char *cidr)
{
	uint8_t net[16];
	int bits, family;

	if (!cidr_bytes(cidr, net, &bits, &family))
		return false;
	bits += family == 4 ? 96 : 0;
	for (int i = 0; i < bits; i++) {
		if ((ip[i / 8] ^ net[i / 8]) & (0x80 >> (i % 8)))
			return false;
	}
	return true;
}

void check_endpoint_ip(struct val *v)
{
	static const struct {
		const char *cidr, *complaint;
	} refused[] = {
		{ "0.0.0.0/32", "may not be unspecified" },
		{ "::/128", "may not be unspecified" },
		{ "127.0.0.0/8", "may not be in the loopback range (127.0.0.0/8, ::1/128)" },
		{ "::1/128", "may not be in the loopback range (127.0.0.0/8, ::1/128)" },
		{ "169.254.0.0/16",
		  "may not be in the link-local range (169.254.0.0/16, fe80::/10)" },
		{ "fe80::/10", "may not be in the link-local range (169.254.0.0/16, fe80::/10)" },
		{ "224.0.0.0/24", "may not be in the link-local multicast range" },
		{ "ff02::/16", "may not be in the link-local multicast range" },
	};
	uint8_t ip[16];
	int family;

	if (!ip_bytes(v_str(v), ip, &family)) {
		bad(v, "must be a valid IP address");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		if (has_prefix(ip, refused[i].cidr))
			bad(v, "%s", refused[i].complaint);
	}
}

static char *trimmed(struct val *v, const char *s, size_t len)
{
	while (len && strchr(" \t\r\n", *s))
		s++, len--;
	while (len && strchr(" \t\r\n", s[len - 1]))
		len--;
	return arena_memdup(v->c->scratch, s, len);
}

static void check_source_ranges(struct val *v)
{
	struct val *spec = v_at(v, "spec");
	struct val *list = v_as(v_at(spec, "loadBalancerSourceRanges"), "LoadBalancerSourceRanges");
	struct val *note = v_key(v_at(v, "metadata.annotations"),
				 "service.beta.kubernetes.io/load-balancer-source-ranges");
	bool strict = v->c->minor >= 36, balancer = is_type(spec, "LoadBalancer");

	if (!v_count(list) && !v_has(note))
		return;
	if (!balancer)
		forbidden(v_count(list) ? list : note,
			  "may only be used for a LoadBalancer service");
	V_EACH (e, list)
		ok(e, not_cidr(trimmed(v, v_str(e), strlen(v_str(e))), strict, NULL));
	if (v_count(list) || !*trimmed(v, v_str(note), strlen(v_str(note))))
		return;
	for (const char *s = v_str(note);; s++) {
		size_t len = strcspn(s, ",");

		ok(note, not_cidr(trimmed(v, s, len), strict, NULL));
		s += len;
		if (!*s)
			break;
	}
}

static void check_balancer(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *allocate = v_at(spec, "allocateLoadBalancerNodePorts");
	struct val *class = v_at(spec, "loadBalancerClass");
	bool balancer = is_type(spec, "LoadBalancer");

	if (v_has(allocate) && !balancer)
		forbidden(allocate, "may only be used for a LoadBalancer service");
	if (v_has(class) && !balancer)
		forbidden(class, "may only be used for a LoadBalancer service");
	else if (v_has(class))
		ok(class, not_qualified_name(v_str(class)));
}

static void check_traffic(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *external = v_at(spec, "externalTrafficPolicy");
	struct val *health = v_at(spec, "healthCheckNodePort");
	struct val *distribution = v_at(spec, "trafficDistribution");
	bool reachable = is_type(spec, "LoadBalancer NodePort") ||
			 (is_type(spec, "ClusterIP") && v_count(v_at(spec, "externalIPs")));
	bool checked = is_type(spec, "LoadBalancer") && v_is(external, "Local");

	if (!reachable && !v_empty(external))
		bad(external, "may only be set for externally-accessible services");
	else
		one_of(external, "Cluster Local");
	if (v_int(health, 0) && !checked)
		bad(health,
		    "may only be set when type is LoadBalancer and externalTrafficPolicy is "
		    "Local");
	else if (v_int(health, 0))
		in_range(health, 1, 65535);
	given_one_of(v_at(spec, "internalTrafficPolicy"), "Cluster Local");
	if (v_has(distribution) && v->c->minor >= 31)
		need_one_of(distribution, v->c->minor >= 34
						  ? "PreferClose PreferSameZone PreferSameNode"
						  : "PreferClose");
}

static void check_rest(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *notes = v_at(v, "metadata.annotations");
	struct val *hints = v_key(notes, "service.kubernetes.io/topology-aware-hints");
	struct val *mode = v_key(notes, "service.kubernetes.io/topology-mode");

	check_labels(v_at(spec, "selector"));
	V_EACH (e, v_at(spec, "externalIPs")) {
		if (ok(e, not_ip(v_str(e), v->c->minor >= 36, NULL)))
			check_endpoint_ip(e);
	}
	if (v_has(hints) && v_has(mode) && !v_same(hints, mode))
		bad(mode, "must match the annotation service.kubernetes.io/topology-aware-hints");
}

static void check_address(struct val *v)
{
	struct val *node = v_at(v, "nodeName");

	check_ip(v_at(v, "ip"));
	check_text(v_at(v, "hostname"), not_dns_label);
	if (v_has(node))
		ok(node, not_dns_subdomain(v_str(node)));
	check_endpoint_ip(v_at(v, "ip"));
}

static void check_endpoints(struct val *v)
{
	V_EACH (set, v_at(v, "subsets")) {
		struct val *ready = v_at(set, "addresses"), *other = v_at(set, "notReadyAddresses");
		struct val *ports = v_at(set, "ports");

		if (!v_count(ready) && !v_count(other))
			missing(set, "must specify addresses or notReadyAddresses");
		V_EACH (e, ready)
			check_address(e);
		V_EACH (e, other)
			check_address(e);
		V_EACH (e, ports) {
			struct val *name = v_at(e, "name"), *protocol = v_at(e, "appProtocol");

			if (v_count(ports) > 1 && v_empty(name))
				missing(name, "ports need names when there are several");
			check_text(name, not_dns_label);
			if (v_int(v_at(e, "port"), 0) < 1 || v_int(v_at(e, "port"), 0) > 65535)
				bad(v_at(e, "port"), "must be between 1 and 65535");
			one_of(v_at(e, "protocol"), "TCP UDP SCTP");
			if (v_has(protocol))
				ok(protocol, not_qualified_name(v_str(protocol)));
		}
	}
}

#define CORE "pkg/apis/core/validation: "
const struct rule rules_services[] = {
	{ "service/type", SEVERITY_ERROR, ON_CREATE, K(SERVICE), 0, 0,
	  "a service's type is known, and it has what that type takes", CORE "validateService",
	  check_type },
	{ "service/ports", SEVERITY_ERROR, ON_CREATE, K(SERVICE), 0, 0,
	  "ports are unique, named when several, and node ports in range",
	  CORE "validateServicePort", check_ports },
	{ "service/session-affinity", SEVERITY_ERROR, ON_CREATE, K(SERVICE), 0, 0,
	  "session affinity is None, or ClientIP for at most a day",
	  CORE "validateClientIPAffinityConfig", check_affinity },
	{ "service/cluster-ips", SEVERITY_ERROR, ON_CREATE, K(SERVICE), 0, 0,
	  "cluster IPs, families and policy agree", CORE "ValidateServiceClusterIPsRelatedFields",
	  check_cluster_ips },
	{ "service/source-ranges", SEVERITY_ERROR, ON_CREATE, K(SERVICE), 0, 0,
	  "source ranges are networks, of a load balancer", CORE "validateService",
	  check_source_ranges },
	{ "service/load-balancer", SEVERITY_ERROR, ON_CREATE, K(SERVICE), 0, 0,
	  "what only a load balancer takes", CORE "validateLoadBalancerClassField",
	  check_balancer },
	{ "service/traffic-policy", SEVERITY_ERROR, ON_CREATE, K(SERVICE), 0, 0,
	  "traffic policies are known, and of services that can be reached",
	  CORE "validateServiceExternalTrafficPolicy", check_traffic },
	{ "service/addresses", SEVERITY_ERROR, ON_CREATE, K(SERVICE), 0, 0,
	  "selectors are labels, external IPs can be reached", CORE "validateService", check_rest },
	{ "endpoints/subsets", SEVERITY_ERROR, ON_CREATE, K(ENDPOINTS), 0, 0,
	  "endpoints have addresses that can be reached, and named ports when several",
	  CORE "validateEndpointSubsets", check_endpoints },
	{ 0 },
};
