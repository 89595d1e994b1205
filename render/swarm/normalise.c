/* Every short form of a Compose file written out, with the origins of what was written. */
#include <string.h>
#include "render/swarm/internal.h"

/* ["a=b", "c"] or {a: b} as a mapping to texts; a name alone gives null, or "" where `filled`. */
static struct node *mapping(struct loader *l, const struct node *n, bool filled)
{
	struct node *out;
	uint32_t i;

	if (!node_is(n, NODE_MAP) && !node_is(n, NODE_SEQ))
		return NULL;
	out = node_at(node_map(l->arena), n->origin);
	for (i = 0; i < n->len; i++) {
		const struct node *v = n->type == NODE_MAP ? n->entries[i].value : n->items[i];
		const char *text = scalar_text(l->arena, v), *equals;
		size_t len;

		if (n->type == NODE_MAP) {
			node_set(l->arena, out, n->entries[i].key->text,
				 node_is_null(v) && !filled
					 ? node_at(node_null(l->arena), n->entries[i].key->origin)
				 : node_is_null(v) ? text_at(l->arena, "", n->entries[i].key)
						   : text_at(l->arena, text, v));
			continue;
		}
		equals = strchr(text, '=');
		len = equals ? (size_t)(equals - text) : strlen(text);
		node_set_n(l->arena, out, arena_memdup(l->arena, text, len), len,
			   equals   ? text_at(l->arena, equals + 1, v)
			   : filled ? text_at(l->arena, "", v)
				    : node_at(node_null(l->arena), v->origin));
	}
	return out;
}

/* A text or a list of them as a list; in words where `shell`. */
static struct node *text_list(struct loader *l, const struct node *n, bool shell)
{
	struct node *out;
	uint32_t i;

	if (node_is_null(n))
		return NULL;
	if (node_is(n, NODE_STR) && shell) {
		out = scalar_words(l->arena, n);
		if (!out)
			stack_note(l, STACK_ERROR, "swarm/invalid", n->origin,
				   "a quote is not closed");
		return out;
	}
	if (!node_is(n, NODE_SEQ) && !node_is_scalar(n))
		return NULL;
	out = node_at(node_seq(l->arena), n->origin);
	if (node_is_scalar(n))
		node_append(l->arena, out, text_at(l->arena, scalar_text(l->arena, n), n));
	for (i = 0; node_is(n, NODE_SEQ) && i < n->len; i++)
		node_append(l->arena, out,
			    text_at(l->arena, scalar_text(l->arena, n->items[i]), n->items[i]));
	return out;
}

static void replace(struct loader *l, struct node *map, const char *key, struct node *value)
{
	if (value)
		node_set(l->arena, map, key, value);
	else
		node_remove(map, key);
}

/* ["a", {source: b}] as a list of mappings. */
static struct node *sources(struct loader *l, const struct node *n)
{
	struct node *out;
	uint32_t i;

	if (!node_is(n, NODE_SEQ))
		return NULL;
	out = node_at(node_seq(l->arena), n->origin);
	for (i = 0; i < n->len; i++) {
		const struct node *one = n->items[i];
		struct node *map;

		if (node_is(one, NODE_MAP)) {
			node_append(l->arena, out, node_copy(l->arena, one));
		} else if (node_is_scalar(one)) {
			map = node_at(node_map(l->arena), one->origin);
			node_set(l->arena, map, "source",
				 text_at(l->arena, scalar_text(l->arena, one), one));
			node_append(l->arena, out, map);
		}
	}
	return out;
}

static struct node *networks(struct loader *l, const struct node *n)
{
	struct node *out;
	uint32_t i;

	if (node_is(n, NODE_MAP))
		return node_copy(l->arena, n);
	if (!node_is(n, NODE_SEQ))
		return NULL;
	out = node_at(node_map(l->arena), n->origin);
	for (i = 0; i < n->len; i++)
		if (node_is_scalar(n->items[i]))
			node_set(l->arena, out, scalar_text(l->arena, n->items[i]),
				 node_at(node_null(l->arena), n->items[i]->origin));
	return out;
}

/* "host:ip", "host=ip" and {host: ip} as "host:ip". */
static struct node *hosts(struct loader *l, const struct node *n)
{
	struct node *out;
	uint32_t i;

	if (!node_is(n, NODE_MAP) && !node_is(n, NODE_SEQ))
		return NULL;
	out = node_at(node_seq(l->arena), n->origin);
	for (i = 0; i < n->len; i++) {
		const struct node *v = n->type == NODE_MAP ? n->entries[i].value : n->items[i];
		const char *text = scalar_text(l->arena, v), *name, *ip;
		size_t len = strcspn(text, strchr(text, '=') ? "=" : ":");

		name = n->type == NODE_MAP ? n->entries[i].key->text
					   : arena_memdup(l->arena, text, len);
		ip = n->type == NODE_MAP ? text : text + len + (text[len] != '\0');
		len = strlen(ip);
		if (len > 2 && *ip == '[' && ip[len - 1] == ']')
			ip = arena_memdup(l->arena, ip + 1, len - 2);
		if (*ip)
			node_append(
				l->arena, out,
				text_at(l->arena, arena_printf(l->arena, "%s:%s", name, ip), v));
	}
	return out;
}

static void add_env_file(struct loader *l, const struct project *p, const struct node *n,
			 struct node *into, bool *missing)
{
	const struct node *path = node_is(n, NODE_MAP) ? node_get(n, "path") : n;
	const struct node *required = node_is(n, NODE_MAP) ? node_get(n, "required") : NULL;
	const char *full = node_is(path, NODE_STR) ? view_join(l->arena, p->dir, path->text) : NULL;

	if (!full && node_is(path, NODE_STR))
		full = path->text;
	if (!full || (node_is(required, NODE_BOOL) && !node_true(required) &&
		      view_kind(l->view, full) != VIEW_FILE))
		return;
	*missing |= env_read_file(l, p, path, full, into) < 0;
}

/* A variable with no value takes it from where the command runs: here, from .env. */
static void add_variables(struct loader *l, const struct project *p, const struct node *from,
			  struct node *into)
{
	uint32_t i;

	for (i = 0; node_is(from, NODE_MAP) && i < from->len; i++) {
		const char *key = from->entries[i].key->text;
		const struct node *value = from->entries[i].value, *own = node_get(p->env, key);

		if (own && (value->type == NODE_NULL || !value->len))
			value = own;
		node_set(l->arena, into, key, node_copy(l->arena, value));
	}
}

static void environment(struct loader *l, const struct project *p, struct node *service)
{
	const struct node *files = node_get(service, "env_file");
	const struct node *own = node_get(service, "environment");
	struct node *out = node_map(l->arena);
	bool missing = false;
	uint32_t i;

	if (!files && !own)
		return;
	out->origin = (own ? own : files)->origin;
	if (files && node_is(files, NODE_SEQ))
		for (i = 0; i < files->len; i++)
			add_env_file(l, p, files->items[i], out, &missing);
	else if (files)
		add_env_file(l, p, files, out, &missing);
	add_variables(l, p, mapping(l, own, false), out);
	node_remove(service, "env_file");
	node_set(l->arena, service, "environment", out);
	if (missing)
		node_set(l->arena, service, "x-unknown-environment", node_bool(l->arena, true));
}

static void ulimits(struct loader *l, struct node *service)
{
	struct node *all = node_get(service, "ulimits"), *both;
	uint32_t i;

	for (i = 0; node_is(all, NODE_MAP) && i < all->len; i++) {
		const struct node *v = all->entries[i].value;

		if (!node_is_scalar(v))
			continue;
		both = node_at(node_map(l->arena), v->origin);
		node_set(l->arena, both, "soft", node_copy(l->arena, v));
		node_set(l->arena, both, "hard", node_copy(l->arena, v));
		all->entries[i].value = both;
	}
}

struct node *normalise_service(struct loader *l, const struct project *p, const struct node *n)
{
	static const char *const words[] = { "command", "entrypoint" };
	static const char *const lists[] = { "dns", "dns_search", "cap_add", "cap_drop" };
	static const char *const labels[] = { "labels", "annotations" };
	struct node *s = node_copy(l->arena, n), *test, *nested;
	size_t i;

	node_remove(s, "extends");
	environment(l, p, s);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		replace(l, s, words[i], text_list(l, node_get(n, words[i]), true));
	for (i = 0; i < ARRAY_SIZE(lists); i++)
		replace(l, s, lists[i], text_list(l, node_get(n, lists[i]), false));
	for (i = 0; i < ARRAY_SIZE(labels); i++)
		replace(l, s, labels[i], mapping(l, node_get(n, labels[i]), true));
	replace(l, s, "sysctls", mapping(l, node_get(n, "sysctls"), true));
	replace(l, s, "ports", normalise_ports(l, node_get(n, "ports")));
	replace(l, s, "volumes", normalise_mounts(l, p, node_get(n, "volumes")));
	replace(l, s, "networks", networks(l, node_get(n, "networks")));
	replace(l, s, "secrets", sources(l, node_get(n, "secrets")));
	replace(l, s, "configs", sources(l, node_get(n, "configs")));
	replace(l, s, "extra_hosts", hosts(l, node_get(n, "extra_hosts")));
	ulimits(l, s);
	nested = node_get(s, "deploy");
	if (node_is(nested, NODE_MAP))
		replace(l, nested, "labels", mapping(l, node_get(nested, "labels"), true));
	nested = node_get(s, "logging");
	if (node_is(nested, NODE_MAP))
		replace(l, nested, "options", mapping(l, node_get(nested, "options"), true));
	nested = node_get(s, "healthcheck");
	test = node_get(nested, "test");
	if (node_is(test, NODE_STR)) {
		struct node *list = node_at(node_seq(l->arena), test->origin);

		node_append(l->arena, list, text_at(l->arena, "CMD-SHELL", test));
		node_append(l->arena, list, test);
		node_set(l->arena, nested, "test", list);
	}
	return s;
}

/* A definition of a network, volume, secret or config. */
static struct node *definition(struct loader *l, const struct project *p, const struct node *n,
			       const struct node *key, bool content)
{
	struct node *d = node_is(n, NODE_MAP) ? node_copy(l->arena, n)
					      : node_at(node_map(l->arena), key->origin);
	const struct node *external = node_get(d, "external"), *name = node_get(external, "name");
	const struct node *file = node_get(d, "file");
	const char *path;

	replace(l, d, "labels", mapping(l, node_get(d, "labels"), true));
	replace(l, d, "driver_opts", mapping(l, node_get(d, "driver_opts"), true));
	if (node_is(external, NODE_MAP)) {
		if (name && !node_get(d, "name"))
			node_set(l->arena, d, "name", node_copy(l->arena, name));
		node_set(l->arena, d, "external",
			 node_at(node_bool(l->arena, true), external->origin));
	}
	if (!node_get(d, "name") && node_true(node_get(d, "external")))
		node_set(l->arena, d, "name", text_at(l->arena, key->text, key));
	if (!content || !node_is(file, NODE_STR))
		return d;
	path = view_join(l->arena, p->dir, file->text);
	node_set(l->arena, d, "file", text_at(l->arena, path ? path : file->text, file));
	return d;
}

struct node *normalise(struct loader *l, const struct project *p, const struct node *root)
{
	static const struct {
		const char *name;
		bool content;
	} sections[] = { { "services", false },
			 { "networks", false },
			 { "volumes", false },
			 { "secrets", true },
			 { "configs", true } };
	struct node *out = node_at(node_map(l->arena), root->origin);
	size_t i;
	uint32_t k;

	for (i = 0; i < ARRAY_SIZE(sections); i++) {
		const struct node *from = node_get(root, sections[i].name);
		struct node *to = node_map(l->arena);

		to->origin = from ? from->origin : 0;
		node_set(l->arena, out, sections[i].name, to);
		for (k = 0; i && node_is(from, NODE_MAP) && k < from->len; k++) {
			const struct node *key = from->entries[k].key;

			node_set(
				l->arena, to, key->text,
				definition(l, p, from->entries[k].value, key, sections[i].content));
			node_entry(to, key->text)->key->origin = key->origin;
		}
	}
	return out;
}
