/* The tasks of a service as the Engine API wants them: container, resources, placement, networks.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "render/swarm/internal.h"

/* A key that is taken over as it is. */
struct same {
	const char *from, *to;
};

static void put_same(struct converter *c, struct node *out, const struct node *from,
		     const struct same *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct node *n = node_get(from, rows[i].from);

		if (n && n->type != NODE_NULL && !(node_is(n, NODE_STR) && !n->len))
			put(c, out, rows[i].to,
			    n->type == NODE_INT ? text_at(c->arena, scalar_text(c->arena, n), n)
						: node_copy(c->arena, n));
	}
}

/*
 * The reference as the engine keeps it: docker.io and library are left out, and what has neither
 * tag nor digest is :latest.
 */
static struct node *image_of(struct converter *c, const struct node *image)
{
	static const char *const hosts[] = { "docker.io/library/", "index.docker.io/library/",
					     "docker.io/", "index.docker.io/" };
	const char *text = image->text, *name;
	size_t i;

	if (strchr(text, '@'))
		return node_copy(c->arena, image);
	for (i = 0; i < ARRAY_SIZE(hosts); i++) {
		if (strncmp(text, hosts[i], strlen(hosts[i])) != 0)
			continue;
		text += strlen(hosts[i]);
		break;
	}
	if (!strncmp(text, "library/", 8) && !strchr(text + 8, '/'))
		text += 8;
	name = strrchr(text, '/') ? strrchr(text, '/') : text;
	if (strchr(name, ':'))
		return text_at(c->arena, text, image);
	return text_at(c->arena, arena_printf(c->arena, "%s:latest", text), image);
}

/* ---- lists ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp((*(struct node *const *)a)->text, (*(struct node *const *)b)->text);
}

static struct node *env_list(struct converter *c, const struct node *env)
{
	struct node *out;
	uint32_t i;

	if (!node_is(env, NODE_MAP))
		return NULL;
	out = node_at(node_seq(c->arena), env->origin);
	for (i = 0; i < env->len; i++) {
		const struct node *value = env->entries[i].value;
		const char *name = env->entries[i].key->text;

		node_append(c->arena, out,
			    text_at(c->arena,
				    value->type == NODE_NULL
					    ? name
					    : arena_printf(c->arena, "%s=%s", name, value->text),
				    value));
	}
	if (out->len)
		qsort(out->items, out->len, sizeof(*out->items), by_text);
	return out;
}

/* "host:ip" as "ip host". */
static struct node *host_list(struct converter *c, const struct node *list)
{
	struct node *out;
	uint32_t i;

	if (!node_is(list, NODE_SEQ))
		return NULL;
	out = node_at(node_seq(c->arena), list->origin);
	for (i = 0; i < list->len; i++) {
		const char *text = list->items[i]->text, *colon = strchr(text, ':');

		if (colon)
			node_append(c->arena, out,
				    text_at(c->arena,
					    arena_printf(c->arena, "%s %.*s", colon + 1,
							 (int)(colon - text), text),
					    list->items[i]));
	}
	return out;
}

static struct node *capability(struct converter *c, const struct node *n)
{
	char *upper = arena_strdup(c->arena, n->text), *p;

	for (p = upper; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	if (!strcmp(upper, "ALL") || !strncmp(upper, "CAP_", 4))
		return text_at(c->arena, upper, n);
	return text_at(c->arena, arena_printf(c->arena, "CAP_%s", upper), n);
}

static bool holds(const struct node *list, const char *text)
{
	uint32_t i;

	for (i = 0; list && i < list->len; i++)
		if (!strcmp(list->items[i]->text, text))
			return true;
	return false;
}

/* Sorted, each once; `without` are not taken, and ALL stands for all. */
static struct node *capabilities(struct converter *c, const struct node *list,
				 const struct node *without)
{
	struct node *out, *all = NULL, *one;
	uint32_t i;

	if (!node_is(list, NODE_SEQ))
		return NULL;
	out = node_at(node_seq(c->arena), list->origin);
	for (i = 0; i < list->len; i++) {
		one = capability(c, list->items[i]);
		if (!strcmp(one->text, "ALL"))
			all = one;
		if (!holds(out, one->text) && !holds(without, one->text))
			node_append(c->arena, out, one);
	}
	if (all && !holds(without, "ALL")) {
		out->len = 0;
		node_append(c->arena, out, all);
	}
	if (out->len)
		qsort(out->items, out->len, sizeof(*out->items), by_text);
	return out;
}

static int by_limit(const void *a, const void *b)
{
	return strcmp(node_string_at(*(struct node *const *)a, "Name"),
		      node_string_at(*(struct node *const *)b, "Name"));
}

static struct node *ulimit_list(struct converter *c, const struct node *map)
{
	struct node *out;
	uint32_t i;

	if (!node_is(map, NODE_MAP))
		return NULL;
	out = node_at(node_seq(c->arena), map->origin);
	for (i = 0; i < map->len; i++) {
		const struct node *from = map->entries[i].value;
		struct node *one = node_at(node_map(c->arena), map->entries[i].key->origin);

		put(c, one, "Name",
		    text_at(c->arena, map->entries[i].key->text, map->entries[i].key));
		put(c, one, "Hard", node_copy(c->arena, node_get(from, "hard")));
		put(c, one, "Soft", node_copy(c->arena, node_get(from, "soft")));
		node_append(c->arena, out, one);
	}
	if (out->len)
		qsort(out->items, out->len, sizeof(*out->items), by_limit);
	return out;
}

/* ---- secrets and configs ---- */

static struct node *reference(struct converter *c, const struct node *from, const char *section,
			      const char *name_key)
{
	const struct node *source = node_get(from, "source"), *d, *n;
	struct node *out, *file;
	int64_t mode;

	if (!node_is(source, NODE_STR))
		return NULL;
	d = node_get(node_get(c->merged, section), source->text);
	if (!d) {
		stack_note(c->l, STACK_ERROR, "swarm/invalid", source->origin,
			   "undefined %.*s '%s': define it under %s:", (int)strlen(section) - 1,
			   section, source->text, section);
		return NULL;
	}
	out = node_at(node_map(c->arena), from->origin);
	file = node_at(node_map(c->arena), from->origin);
	n = node_get(from, "target");
	put(c, file, "Name", node_copy(c->arena, n ? n : source));
	n = node_get(from, "uid");
	put(c, file, "UID", text_at(c->arena, n ? scalar_text(c->arena, n) : "0", n ? n : from));
	n = node_get(from, "gid");
	put(c, file, "GID", text_at(c->arena, n ? scalar_text(c->arena, n) : "0", n ? n : from));
	n = node_get(from, "mode");
	put(c, file, "Mode",
	    int_at(c->arena, n && scalar_int(n, &mode) ? mode : 0444, n ? n : from));
	put(c, out, "File", file);
	put(c, out, name_key, text_at(c->arena, scoped_name(c, source->text, d), source));
	return out;
}

static struct node *references(struct converter *c, const struct node *list, const char *section,
			       const char *name_key)
{
	struct node *out, *one;
	uint32_t i;

	if (!node_is(list, NODE_SEQ))
		return NULL;
	out = node_at(node_seq(c->arena), list->origin);
	for (i = 0; i < list->len; i++)
		if ((one = reference(c, list->items[i], section, name_key)))
			node_append(c->arena, out, one);
	return out;
}

/* ---- health, privileges, logging ---- */

static struct node *health(struct converter *c, const struct node *from)
{
	static const struct same durations[] = { { "timeout", "Timeout" },
						 { "interval", "Interval" },
						 { "start_period", "StartPeriod" },
						 { "start_interval", "StartInterval" } };
	struct node *out, *test;
	int64_t retries;
	size_t i;

	if (!node_is(from, NODE_MAP))
		return NULL;
	out = node_at(node_map(c->arena), from->origin);
	if (node_true(node_get(from, "disable"))) {
		if (node_get(from, "test"))
			stack_note(c->l, STACK_ERROR, "swarm/invalid",
				   node_get(from, "test")->origin,
				   "test and disable can't be set at the same time");
		test = node_at(node_seq(c->arena), from->origin);
		node_append(c->arena, test, text_at(c->arena, "NONE", node_get(from, "disable")));
		put(c, out, "Test", test);
		return out;
	}
	put(c, out, "Test", node_copy(c->arena, node_get(from, "test")));
	for (i = 0; i < ARRAY_SIZE(durations); i++)
		put(c, out, durations[i].to, nanoseconds(c, node_get(from, durations[i].from)));
	if (scalar_int(node_get(from, "retries"), &retries))
		put(c, out, "Retries", int_at(c->arena, retries, node_get(from, "retries")));
	return out;
}

static struct node *privileges(struct converter *c, const struct node *from)
{
	static const struct same rows[] = { { "file", "File" }, { "registry", "Registry" } };
	const struct node *config = node_get(from, "config");
	struct node *out, *spec;

	if (!node_is(from, NODE_MAP))
		return NULL;
	out = node_at(node_map(c->arena), from->origin);
	spec = node_at(node_map(c->arena), from->origin);
	put_same(c, spec, from, rows, ARRAY_SIZE(rows));
	if (node_is(config, NODE_STR))
		put(c, spec, "Config",
		    text_at(c->arena,
			    scoped_name(c, config->text,
					node_get(node_get(c->merged, "configs"), config->text)),
			    config));
	put(c, out, "CredentialSpec", spec);
	return out;
}

static struct node *dns(struct converter *c, const struct node *service)
{
	static const struct same rows[] = { { "dns", "Nameservers" }, { "dns_search", "Search" } };
	struct node *out = node_at(node_map(c->arena), service->origin);

	put_same(c, out, service, rows, ARRAY_SIZE(rows));
	return out;
}

static struct node *container(struct converter *c, const struct node *service)
{
	static const struct same rows[] = {
		{ "entrypoint", "Command" },
		{ "command", "Args" },
		{ "hostname", "Hostname" },
		{ "user", "User" },
		{ "working_dir", "Dir" },
		{ "stop_signal", "StopSignal" },
		{ "isolation", "Isolation" },
		{ "sysctls", "Sysctls" },
		{ "tty", "TTY" },
		{ "stdin_open", "OpenStdin" },
		{ "read_only", "ReadOnly" },
		{ "init", "Init" },
	};
	struct node *out = node_at(node_map(c->arena), service->origin), *add;
	int64_t score;

	put(c, out, "Image", image_of(c, node_get(service, "image")));
	put(c, out, "Labels", stack_labels(c, node_get(service, "labels"), service));
	put_same(c, out, service, rows, ARRAY_SIZE(rows));
	put(c, out, "Env", env_list(c, node_get(service, "environment")));
	put(c, out, "Hosts", host_list(c, node_get(service, "extra_hosts")));
	put(c, out, "DNSConfig", dns(c, service));
	put(c, out, "Healthcheck", health(c, node_get(service, "healthcheck")));
	put(c, out, "Mounts", mount_list(c, node_get(service, "volumes")));
	put(c, out, "StopGracePeriod", nanoseconds(c, node_get(service, "stop_grace_period")));
	put(c, out, "Secrets",
	    references(c, node_get(service, "secrets"), "secrets", "SecretName"));
	put(c, out, "Configs",
	    references(c, node_get(service, "configs"), "configs", "ConfigName"));
	put(c, out, "Privileges", privileges(c, node_get(service, "credential_spec")));
	add = capabilities(c, node_get(service, "cap_add"), NULL);
	put(c, out, "CapabilityAdd", add);
	put(c, out, "CapabilityDrop", capabilities(c, node_get(service, "cap_drop"), add));
	put(c, out, "Ulimits", ulimit_list(c, node_get(service, "ulimits")));
	if (scalar_int(node_get(service, "oom_score_adj"), &score))
		put(c, out, "OomScoreAdj",
		    int_at(c->arena, score, node_get(service, "oom_score_adj")));
	return out;
}

/* ---- resources, restarts, placement ---- */

static void bad_value(struct converter *c, const struct node *n, const char *what)
{
	stack_note(c->l, STACK_ERROR, "swarm/invalid", n->origin, "'%s' is no %s",
		   scalar_text(c->arena, n), what);
}

static struct node *resource(struct converter *c, const struct node *from)
{
	const struct node *cpus = node_get(from, "cpus"), *memory = node_get(from, "memory");
	const struct node *list = node_get(from, "generic_resources");
	struct node *out, *generic, *one, *inner;
	int64_t value;
	uint32_t i;

	if (!node_is(from, NODE_MAP))
		return NULL;
	out = node_at(node_map(c->arena), from->origin);
	if (cpus && scalar_cpus(scalar_text(c->arena, cpus), &value))
		put(c, out, "NanoCPUs", int_at(c->arena, value, cpus));
	else if (cpus)
		bad_value(c, cpus, "number of CPUs, as '0.5'");
	if (memory && scalar_bytes(scalar_text(c->arena, memory), &value))
		put(c, out, "MemoryBytes", int_at(c->arena, value, memory));
	else if (memory)
		bad_value(c, memory, "amount of memory, as 512M");
	if (scalar_int(node_get(from, "pids"), &value))
		put(c, out, "Pids", int_at(c->arena, value, node_get(from, "pids")));
	generic = node_at(node_seq(c->arena), from->origin);
	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const struct node *d = node_get(list->items[i], "discrete_resource_spec");

		if (!node_is(d, NODE_MAP))
			continue;
		one = node_at(node_map(c->arena), d->origin);
		inner = node_at(node_map(c->arena), d->origin);
		put(c, inner, "Kind", node_copy(c->arena, node_get(d, "kind")));
		put(c, inner, "Value", node_copy(c->arena, node_get(d, "value")));
		put(c, one, "DiscreteResourceSpec", inner);
		node_append(c->arena, generic, one);
	}
	put(c, out, "GenericResources", generic);
	return out;
}

static struct node *resources(struct converter *c, const struct node *from)
{
	struct node *out;

	if (!node_is(from, NODE_MAP))
		return NULL;
	out = node_at(node_map(c->arena), from->origin);
	put(c, out, "Limits", resource(c, node_get(from, "limits")));
	put(c, out, "Reservations", resource(c, node_get(from, "reservations")));
	return out;
}

/* `restart:` of docker compose, where there is no restart_policy. */
static struct node *legacy_restart(struct converter *c, const struct node *n)
{
	struct node *out;
	const char *colon;
	int64_t count;
	size_t len;

	if (!node_is(n, NODE_STR) || !n->len || !strcmp(n->text, "no"))
		return NULL;
	colon = strchr(n->text, ':');
	len = colon ? (size_t)(colon - n->text) : n->len;
	out = node_at(node_map(c->arena), n->origin);
	if (!strncmp(n->text, "always", len) || !strncmp(n->text, "unless-stopped", len))
		put(c, out, "Condition", text_at(c->arena, "any", n));
	else if (!strncmp(n->text, "on-failure", len))
		put(c, out, "Condition", text_at(c->arena, "on-failure", n));
	else
		bad_value(c, n, "restart policy: always, unless-stopped, on-failure[:N] or no");
	if (colon && (!scalar_int(&(struct node){ .type = NODE_STR,
						  .text = colon + 1,
						  .len = (uint32_t)strlen(colon + 1) },
				  &count) ||
		      count < 0))
		bad_value(c, n, "restart policy: after the colon comes a count");
	else if (colon && count > 0)
		put(c, out, "MaxAttempts", int_at(c->arena, count, n));
	return out;
}

static struct node *restart(struct converter *c, const struct node *policy,
			    const struct node *legacy)
{
	struct node *out;
	int64_t attempts;

	if (!node_is(policy, NODE_MAP))
		return legacy_restart(c, legacy);
	out = node_at(node_map(c->arena), policy->origin);
	put(c, out, "Condition", node_copy(c->arena, node_get(policy, "condition")));
	put(c, out, "Delay", nanoseconds(c, node_get(policy, "delay")));
	if (scalar_int(node_get(policy, "max_attempts"), &attempts))
		put(c, out, "MaxAttempts",
		    int_at(c->arena, attempts, node_get(policy, "max_attempts")));
	put(c, out, "Window", nanoseconds(c, node_get(policy, "window")));
	return out;
}

static struct node *placement(struct converter *c, const struct node *from)
{
	const struct node *list = node_get(from, "preferences");
	struct node *out, *preferences, *one, *spread;
	int64_t most;
	uint32_t i;

	if (!node_is(from, NODE_MAP))
		return NULL;
	out = node_at(node_map(c->arena), from->origin);
	put(c, out, "Constraints", node_copy(c->arena, node_get(from, "constraints")));
	preferences = node_at(node_seq(c->arena), list ? list->origin : 0);
	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		one = node_at(node_map(c->arena), list->items[i]->origin);
		spread = node_at(node_map(c->arena), list->items[i]->origin);
		put(c, spread, "SpreadDescriptor",
		    node_copy(c->arena, node_get(list->items[i], "spread")));
		put(c, one, "Spread", spread);
		node_append(c->arena, preferences, one);
	}
	put(c, out, "Preferences", preferences);
	if (scalar_int(node_get(from, "max_replicas_per_node"), &most) && most)
		put(c, out, "MaxReplicas",
		    int_at(c->arena, most, node_get(from, "max_replicas_per_node")));
	return out;
}

/* ---- networks ---- */

static bool user_defined(const char *network)
{
	static const char *const built_in[] = { "bridge", "host", "none", "default", "nat" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(built_in); i++)
		if (!strcmp(network, built_in[i]))
			return false;
	return true;
}

static struct node *attachment(struct converter *c, const char *key, const struct node *service_key,
			       const struct node *own, const struct node *at)
{
	const struct node *d = node_get(node_get(c->merged, "networks"), key);
	struct node *out = node_at(node_map(c->arena), at->origin), *aliases;
	const char *target = scoped_name(c, key, d);

	if (!d && strcmp(key, "default") != 0) {
		stack_note(c->l, STACK_ERROR, "swarm/invalid", at->origin,
			   "undefined network '%s': define it under networks:", key);
		return NULL;
	}
	put(c, out, "Target", text_at(c->arena, target, at));
	aliases = node_is(node_get(own, "aliases"), NODE_SEQ)
			  ? node_copy(c->arena, node_get(own, "aliases"))
			  : node_at(node_seq(c->arena), at->origin);
	if (user_defined(target))
		node_append(c->arena, aliases, text_at(c->arena, c->name, service_key));
	put(c, out, "Aliases", aliases);
	put(c, out, "DriverOpts", node_copy(c->arena, node_get(own, "driver_opts")));
	return out;
}

static int by_network(const void *a, const void *b)
{
	return strcmp(node_get_string(*(struct node *const *)a, "Target"),
		      node_get_string(*(struct node *const *)b, "Target"));
}

static struct node *attachments(struct converter *c, const struct node *service)
{
	const struct node *map = node_get(service, "networks");
	struct node *out, *one;
	uint32_t i;

	out = node_at(node_seq(c->arena), map ? map->origin : service->origin);
	if (!node_is(map, NODE_MAP) || !map->len) {
		one = attachment(c, "default", service, NULL, service);
		node_append(c->arena, out, one);
		return out;
	}
	for (i = 0; i < map->len; i++) {
		const struct node *own = map->entries[i].value;

		one = attachment(c, map->entries[i].key->text, service, own,
				 own->origin ? own : map->entries[i].key);
		if (one)
			node_append(c->arena, out, one);
	}
	if (out->len)
		qsort(out->items, out->len, sizeof(*out->items), by_network);
	return out;
}

struct node *task_spec(struct converter *c, const char *key, const struct node *service)
{
	const struct node *deploy = node_get(service, "deploy"),
			  *logging = node_get(service, "logging");
	static const struct same log[] = { { "driver", "Name" }, { "options", "Options" } };
	struct node *out = node_at(node_map(c->arena), service->origin), *driver;

	(void)key;
	put(c, out, "ContainerSpec", container(c, service));
	put(c, out, "Resources", resources(c, node_get(deploy, "resources")));
	put(c, out, "RestartPolicy",
	    restart(c, node_get(deploy, "restart_policy"), node_get(service, "restart")));
	put(c, out, "Placement", placement(c, node_get(deploy, "placement")));
	put(c, out, "Networks", attachments(c, service));
	if (node_is(logging, NODE_MAP)) {
		driver = node_at(node_map(c->arena), logging->origin);
		put_same(c, driver, logging, log, ARRAY_SIZE(log));
		put(c, out, "LogDriver", driver);
	}
	return out;
}
