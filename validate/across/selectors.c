/* Selectors against the labels of the pods that workloads make, and named ports against theirs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "validate/across/internal.h"

static void copy_labels(struct across *x, const struct node *map, struct labels *out)
{
	for (uint32_t i = 0; node_is(map, NODE_MAP) && i < map->len; i++) {
		const char *value = node_text(map->entries[i].value);

		*vec_push(x->arena, out) =
			(struct label){ across_intern(x, map->entries[i].key->text),
					value ? across_copy(x, value) : "" };
	}
}

/* --- pods --- */
static void add_port_names(struct across *x, const struct node *containers, struct labels *out)
{
	for (uint32_t i = 0; node_is(containers, NODE_SEQ) && i < containers->len; i++) {
		const struct node *ports = node_get(containers->items[i], "ports");

		for (uint32_t k = 0; node_is(ports, NODE_SEQ) && k < ports->len; k++) {
			const char *name = node_get_string(ports->items[k], "name");

			if (name)
				*vec_push(x->arena, out) =
					(struct label){ across_intern(x, name), "" };
		}
	}
}

static void add_pods(struct across *x, const struct object *o, const struct node *root,
		     const char *path)
{
	size_t len = strlen(path) - strlen("spec");
	char above[64];
	const struct node *template;
	struct pods *new = vec_push(x->arena, &x->pods);

	snprintf(above, sizeof(above), "%.*s", len ? (int)len - 1 : 0, path);
	template = across_at(root, above);
	*new = (struct pods){ .object = o };
	copy_labels(x, across_at(template, "metadata.labels"), &new->labels);
	add_port_names(x, across_at(template, "spec.containers"), &new->ports);
	add_port_names(x, across_at(template, "spec.initContainers"), &new->ports);
}

/* --- what selects --- */
static void add_service(struct across *x, const struct object *o, const struct node *root)
{
	const struct node *ports = across_at(root, "spec.ports");
	const char *type = node_string(across_at(root, "spec.type"));
	struct service *s = vec_push(x->arena, &x->services);

	*s = (struct service){ .ns = o->ns, .name = o->name };
	s->external = type && !strcmp(type, "ExternalName");
	for (uint32_t i = 0; node_is(ports, NODE_SEQ) && i < ports->len; i++) {
		const char *number = node_text(node_get(ports->items[i], "port"));
		const char *name = node_get_string(ports->items[i], "name");

		*vec_push(x->arena, &s->ports) =
			(struct label){ number ? across_intern(x, number) : "",
					name ? across_intern(x, name) : "" };
	}
}

static void add_named_ports(struct across *x, const struct node *root, struct selector *s)
{
	const struct node *ports = across_at(root, "spec.ports");

	for (uint32_t i = 0; node_is(ports, NODE_SEQ) && i < ports->len; i++) {
		const char *name = node_get_string(ports->items[i], "targetPort");

		if (name)
			*vec_push(x->arena, &s->named_ports) = (struct label){
				across_copy(x, name),
				arena_printf(x->arena, "spec.ports[%u].targetPort", i),
			};
	}
}

static void add_selector(struct across *x, const struct object *o, const struct node *root,
			 const char *path, const char *labels)
{
	const struct node *n = across_at(root, labels);
	struct selector *s;

	if (!node_is(n, NODE_MAP) || !n->len)
		return;
	s = vec_push(x->arena, &x->selectors);
	*s = (struct selector){ .object = o, .path = path, .origin = n->origin };
	copy_labels(x, n, &s->labels);
	if (!strcmp(o->kind, "Service"))
		add_named_ports(x, root, s);
}

void across_selectors(struct across *x, const struct object *o, const struct node *root)
{
	const char *pod = across_pod_path(o);

	if (pod)
		add_pods(x, o, root, pod);
	if (!strcmp(o->kind, "Service") && !*o->group) {
		add_service(x, o, root);
		add_selector(x, o, root, "spec.selector", "spec.selector");
	} else if (!strcmp(o->kind, "PodDisruptionBudget") && !strcmp(o->group, "policy") &&
		   !node_get(across_at(root, "spec.selector"), "matchExpressions")) {
		add_selector(x, o, root, "spec.selector", "spec.selector.matchLabels");
	}
}

/* --- matching --- */
static const char *value_of(const struct labels *l, const char *key)
{
	for (size_t i = 0; i < l->count; i++) {
		if (!strcmp(l->items[i].key, key))
			return l->items[i].value;
	}
	return NULL;
}

/* How many of a selector's labels the pods have. */
static size_t matching(const struct selector *s, const struct pods *p)
{
	size_t count = 0;

	for (size_t i = 0; i < s->labels.count; i++) {
		const char *value = value_of(&p->labels, s->labels.items[i].key);

		count += value && !strcmp(value, s->labels.items[i].value);
	}
	return count;
}

static bool same_namespace(const struct object *a, const struct object *b)
{
	return !*a->ns || !*b->ns || !strcmp(a->ns, b->ns);
}

static void check_named_ports(const struct selector *s, const struct pods *p, struct findings *out)
{
	for (size_t i = 0; p->ports.count && i < s->named_ports.count; i++) {
		const struct label *port = &s->named_ports.items[i];

		if (!value_of(&p->ports, port->key))
			findings_add(out, SEVERITY_WARNING, "across/target-port", s->object,
				     port->value, s->origin,
				     "no container of %s '%s' has a port named '%s'",
				     p->object->kind, p->object->name, port->key);
	}
}

static void report_nothing(const struct selector *s, const struct pods *near, struct findings *out)
{
	for (size_t i = 0; i < s->labels.count; i++) {
		const struct label *l = &s->labels.items[i];
		const char *value = value_of(&near->labels, l->key);

		if (value && !strcmp(value, l->value))
			continue;
		findings_add(out, SEVERITY_WARNING, "across/selector", s->object, s->path,
			     s->origin,
			     "selects no pods: %s '%s' has %s%s%s%s where %s: %s is asked for",
			     near->object->kind, near->object->name, value ? l->key : "no ",
			     value ? ": '" : l->key, value ? value : "", value ? "'" : "", l->key,
			     l->value);
		return;
	}
}

/* Silent where no pods match even in part: they may come from elsewhere. */
static void check_selector(const struct across *x, const struct selector *s, struct findings *out)
{
	const struct pods *near = NULL;
	size_t most = 0;

	for (size_t i = 0; i < x->pods.count; i++) {
		const struct pods *p = &x->pods.items[i];
		size_t count = same_namespace(s->object, p->object) ? matching(s, p) : 0;

		if (count == s->labels.count) {
			check_named_ports(s, p, out);
			return;
		}
		if (count > most) {
			most = count;
			near = p;
		}
	}
	if (near && most * 2 >= s->labels.count)
		report_nothing(s, near, out);
}

void across_check_selectors(struct across *x, struct findings *out)
{
	for (size_t i = 0; i < x->selectors.count; i++)
		check_selector(x, &x->selectors.items[i], out);
}
