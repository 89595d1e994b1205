/* A service as the Engine API wants it: mode, updates, ports; its tasks are in task_spec.c. */
#include <stdlib.h>
#include <string.h>
#include "base/duration.h"
#include "render/swarm/internal.h"

struct node *nanoseconds(struct converter *c, const struct node *n)
{
	int64_t ns;

	if (!node_is_scalar(n) || n->type == NODE_NULL)
		return NULL;
	if (duration_parse(scalar_text(c->arena, n), &ns))
		return int_at(c->arena, ns, n);
	stack_note(c->l, STACK_ERROR, "swarm/invalid", n->origin,
		   "'%s' is no duration: write it with a unit, as 1m30s", n->text);
	return NULL;
}

/* A count; a text that is none stays as it is, for the schema has said so. */
static struct node *count_of(struct converter *c, const struct node *n)
{
	int64_t value;

	return n && scalar_int(n, &value) ? int_at(c->arena, value, n) : NULL;
}

/* ---- mode ---- */

static struct node *replicated(struct converter *c, const struct node *replicas,
			       const struct node *at)
{
	struct node *n = count_of(c, replicas);

	return n ? n : int_at(c->arena, 1, at);
}

static struct node *mode_of(struct converter *c, const struct node *deploy, const struct node *at)
{
	const struct node *mode = node_get(deploy, "mode"),
			  *replicas = node_get(deploy, "replicas");
	const char *word = mode && node_is(mode, NODE_STR) && mode->len ? mode->text : "replicated";
	struct node *out, *inner;

	if (mode)
		at = mode;
	out = node_at(node_map(c->arena), at->origin);
	inner = node_at(node_map(c->arena), at->origin);
	if (!strncmp(word, "global", 6) && replicas)
		stack_note(c->l, STACK_ERROR, "swarm/invalid", replicas->origin,
			   "replicas can only be used with replicated or replicated-job mode");
	if (!strcmp(word, "replicated")) {
		put(c, inner, "Replicas", replicated(c, replicas, at));
		node_set(c->arena, out, "Replicated", inner);
	} else if (!strcmp(word, "replicated-job")) {
		put(c, inner, "MaxConcurrent", replicated(c, replicas, at));
		put(c, inner, "TotalCompletions", replicated(c, replicas, at));
		node_set(c->arena, out, "ReplicatedJob", inner);
	} else if (!strcmp(word, "global") || !strcmp(word, "global-job")) {
		node_set(c->arena, out, word[6] ? "GlobalJob" : "Global", inner);
	} else {
		stack_note(c->l, STACK_ERROR, "swarm/invalid", at->origin,
			   "unknown mode '%s'; replicated, global, replicated-job and global-job "
			   "are",
			   word);
		node_set(c->arena, out, "Replicated", inner);
	}
	return out;
}

/* ---- updates ---- */

static struct node *update_config(struct converter *c, const struct node *from)
{
	static const struct {
		const char *from, *to;
	} texts[] = { { "failure_action", "FailureAction" },
		      { "max_failure_ratio", "MaxFailureRatio" },
		      { "order", "Order" } };
	struct node *out, *parallelism;
	size_t i;

	if (!node_is(from, NODE_MAP))
		return NULL;
	out = node_at(node_map(c->arena), from->origin);
	parallelism = count_of(c, node_get(from, "parallelism"));
	put(c, out, "Parallelism", parallelism ? parallelism : int_at(c->arena, 1, from));
	put(c, out, "Delay", nanoseconds(c, node_get(from, "delay")));
	put(c, out, "Monitor", nanoseconds(c, node_get(from, "monitor")));
	for (i = 0; i < ARRAY_SIZE(texts); i++)
		put(c, out, texts[i].to, node_copy(c->arena, node_get(from, texts[i].from)));
	return out;
}

/* ---- ports ---- */

static int64_t number_of(const struct node *map, const char *key)
{
	int64_t value = 0;

	return scalar_int(node_get(map, key), &value) ? value : 0;
}

static int by_target(const void *a, const void *b)
{
	const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;
	int64_t left = number_of(x, "TargetPort"), right = number_of(y, "TargetPort");
	int order = (left > right) - (left < right);

	order = order ? order
		      : strcmp(node_get_string(x, "Protocol"), node_get_string(y, "Protocol"));
	left = number_of(x, "PublishedPort");
	right = number_of(y, "PublishedPort");
	return order ? order : (left > right) - (left < right);
}

static struct node *text_or(struct converter *c, const struct node *n, const char *fallback,
			    const struct node *at)
{
	return node_is(n, NODE_STR) && n->len ? node_copy(c->arena, n)
					      : text_at(c->arena, fallback, at);
}

static struct node *ports(struct converter *c, const struct node *list)
{
	struct node *out;
	uint32_t i;

	if (!node_is(list, NODE_SEQ))
		return NULL;
	out = node_at(node_seq(c->arena), list->origin);
	for (i = 0; i < list->len; i++) {
		const struct node *from = list->items[i];
		struct node *port = node_at(node_map(c->arena), from->origin);

		put(c, port, "Protocol", text_or(c, node_get(from, "protocol"), "tcp", from));
		put(c, port, "TargetPort", count_of(c, node_get(from, "target")));
		put(c, port, "PublishedPort", count_of(c, node_get(from, "published")));
		put(c, port, "PublishMode", text_or(c, node_get(from, "mode"), "ingress", from));
		node_append(c->arena, out, port);
	}
	if (out->len)
		qsort(out->items, out->len, sizeof(*out->items), by_target);
	return out;
}

static struct node *endpoint(struct converter *c, const struct node *deploy,
			     const struct node *service)
{
	const struct node *mode = node_get(deploy, "endpoint_mode");
	const struct node *published = node_get(service, "ports");
	struct node *out;

	if (!mode && !published)
		return NULL;
	out = node_at(node_map(c->arena), mode ? mode->origin : published->origin);
	put(c, out, "Mode", node_copy(c->arena, mode));
	put(c, out, "Ports", ports(c, published));
	return out;
}

/* ---- the whole ---- */

struct node *service_spec(struct converter *c, const char *key, const struct node *service)
{
	struct node *spec = node_at(node_map(c->arena), service->origin), *labels;
	const struct node *deploy = node_get(service, "deploy");
	const struct node *image = node_get(service, "image");

	put(c, spec, "Name",
	    text_at(c->arena, arena_printf(c->arena, "%s_%s", c->stack->name, key), service));
	labels = stack_labels(c, node_get(deploy, "labels"), service);
	node_set(c->arena, labels, "com.docker.stack.image", node_copy(c->arena, image));
	put(c, spec, "Labels", labels);
	put(c, spec, "Mode", mode_of(c, deploy, service));
	put(c, spec, "TaskTemplate", task_spec(c, key, service));
	put(c, spec, "UpdateConfig", update_config(c, node_get(deploy, "update_config")));
	put(c, spec, "RollbackConfig", update_config(c, node_get(deploy, "rollback_config")));
	put(c, spec, "EndpointSpec", endpoint(c, deploy, service));
	return spec;
}
