/* Published ports: "8080:80", "127.0.0.1:53:53/udp", "9000-9010:9000-9010", 80. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include "render/swarm/internal.h"

struct range {
	long first, last;
};

static bool read_range(const char *text, size_t len, struct range *out)
{
	char *end;

	if (!len || *text < '0' || *text > '9')
		return false;
	out->first = out->last = strtol(text, &end, 10);
	if (*end == '-' && end[1] >= '0' && end[1] <= '9')
		out->last = strtol(end + 1, &end, 10);
	return end == text + len && out->first <= out->last && out->last < 65536;
}

static void add_port(struct loader *l, struct node *out, const struct node *at, long target,
		     long published, const char *protocol)
{
	struct node *port = node_at(node_map(l->arena), at->origin);

	node_set(l->arena, port, "target", int_at(l->arena, target, at));
	if (published >= 0)
		node_set(l->arena, port, "published", int_at(l->arena, published, at));
	node_set(l->arena, port, "protocol", text_at(l->arena, protocol, at));
	node_set(l->arena, port, "mode", text_at(l->arena, "ingress", at));
	node_append(l->arena, out, port);
}

static bool is_address(const char *text, size_t len)
{
	char copy[INET6_ADDRSTRLEN + 2], bytes[16];

	if (len > 2 && *text == '[' && text[len - 1] == ']')
		text++, len -= 2;
	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return inet_pton(AF_INET, copy, bytes) == 1 || inet_pton(AF_INET6, copy, bytes) == 1;
}

struct short_form {
	struct range host, container;
	bool published;
	const char *ip, *protocol;
	size_t ip_len;
};

static bool read_short(struct arena *a, const char *text, struct short_form *out)
{
	const char *slash = strchr(text, '/');
	const char *protocol = slash ? slash + 1 : "tcp";
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	const char *colon = memrchr(text, ':', len), *host;
	char *lower = arena_strdup(a, protocol), *p;

	for (p = lower; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 'a' - 'A');
	*out = (struct short_form){ .protocol = lower };
	if (strcmp(lower, "tcp") != 0 && strcmp(lower, "udp") != 0 && strcmp(lower, "sctp") != 0)
		return false;
	host = colon ? colon + 1 : text;
	if (!read_range(host, len - (size_t)(host - text), &out->container) ||
	    !out->container.first)
		return false;
	if (!colon)
		return true;
	len = (size_t)(colon - text);
	host = memrchr(text, ':', len);
	host = host ? host + 1 : text;
	if (host > text) {
		out->ip = text;
		out->ip_len = (size_t)(host - text) - 1;
		if (!is_address(out->ip, out->ip_len))
			return false;
	}
	len -= (size_t)(host - text);
	out->published = len > 0;
	return !len || read_range(host, len, &out->host);
}

static void short_port(struct loader *l, struct node *out, const struct node *at, const char *text)
{
	struct short_form f;
	long i, hosts, containers;

	if (!read_short(l->arena, text, &f)) {
		stack_note(l, STACK_ERROR, "swarm/invalid", at->origin,
			   "'%s' is no port: [[IP:]PUBLISHED:]TARGET[/tcp|udp|sctp]", text);
		return;
	}
	if (f.ip)
		stack_note(l, STACK_WARNING, "swarm/ignored", at->origin,
			   "a swarm publishes ports on every address of its nodes: '%.*s' is "
			   "ignored",
			   (int)f.ip_len, f.ip);
	containers = f.container.last - f.container.first + 1;
	hosts = f.published ? f.host.last - f.host.first + 1 : 0;
	if (containers > STACK_PORTS || hosts > STACK_PORTS ||
	    (f.published && containers != hosts && containers > 1)) {
		stack_note(l, STACK_ERROR, "swarm/invalid", at->origin,
			   "the ranges of '%s' differ in length, or are too long", text);
		return;
	}
	for (i = 0; i < containers; i++) {
		if (containers > 1 || hosts <= 1)
			add_port(l, out, at, f.container.first + i,
				 f.published ? f.host.first + i : -1, f.protocol);
		else
			for (i = 0; i < hosts; i++)
				add_port(l, out, at, f.container.first, f.host.first + i,
					 f.protocol);
	}
}

/* The long form may have its numbers as texts. */
static struct node *long_port(struct loader *l, const struct node *n)
{
	static const char *const numbers[] = { "target", "published" };
	struct node *port = node_copy(l->arena, n);
	int64_t value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		const struct node *old = node_get(port, numbers[i]);

		if (node_is(old, NODE_STR) && scalar_int(old, &value))
			node_set(l->arena, port, numbers[i], int_at(l->arena, value, old));
	}
	if (node_get(port, "host_ip"))
		stack_note(l, STACK_WARNING, "swarm/ignored", node_get(port, "host_ip")->origin,
			   "a swarm publishes ports on every address of its nodes: host_ip is "
			   "ignored");
	return port;
}

struct node *normalise_ports(struct loader *l, const struct node *list)
{
	struct node *out;
	uint32_t i;

	if (!node_is(list, NODE_SEQ))
		return NULL;
	out = node_at(node_seq(l->arena), list->origin);
	for (i = 0; i < list->len; i++) {
		const struct node *n = list->items[i];

		if (node_is(n, NODE_MAP))
			node_append(l->arena, out, long_port(l, n));
		else if (node_is_scalar(n) && n->type != NODE_NULL)
			short_port(l, out, n, scalar_text(l->arena, n));
	}
	return out;
}
