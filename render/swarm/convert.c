/* A stack's networks, secrets, configs and services as objects. */
#include <string.h>
#include "base/base64.h"
#include "base/regex.h"
#include "base/utf8.h"
#include "render/swarm/internal.h"

static const char label_stack[] = "com.docker.stack.namespace";

void put(struct converter *c, struct node *map, const char *key, struct node *value)
{
	if (value && !((value->type == NODE_MAP || value->type == NODE_SEQ) && !value->len))
		node_set(c->arena, map, key, value);
}

bool is_external(const struct node *definition)
{
	return node_true(node_get(definition, "external"));
}

const char *scoped_name(struct converter *c, const char *key, const struct node *definition)
{
	const char *name = node_get_string(definition, "name");

	return name && *name ? name : arena_printf(c->arena, "%s_%s", c->stack->name, key);
}

struct node *stack_labels(struct converter *c, const struct node *labels, const struct node *at)
{
	struct node *out = node_is(labels, NODE_MAP) ? node_copy(c->arena, labels)
						     : node_at(node_map(c->arena), at->origin);

	node_set(c->arena, out, label_stack, text_at(c->arena, c->stack->name, at));
	return out;
}

static int add_object(struct converter *c, struct objects *out, const char *kind, const char *name,
		      const struct node *at, struct node *spec, struct node *status,
		      struct err *err)
{
	struct node *root = node_at(node_map(c->arena), at->origin);
	struct node *metadata = node_at(node_map(c->arena), at->origin);

	node_set(c->arena, root, "apiVersion", text_at(c->arena, SWARM_API, at));
	node_set(c->arena, root, "kind", text_at(c->arena, kind, at));
	node_set(c->arena, metadata, "name", text_at(c->arena, name, at));
	node_set(c->arena, root, "metadata", metadata);
	node_set(c->arena, root, "spec", spec);
	if (status)
		node_set(c->arena, root, "status", status);
	return objects_add(c->l->run, c->arena, out, root, err);
}

/* Names are checked before the object is made of them. */
static bool good_name(struct converter *c, const struct node *at, const char *name)
{
	size_t len = strlen(name);

	if (len && len <= 253 &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789_.-") == len)
		return true;
	stack_note(c->l, STACK_ERROR, "swarm/invalid", at->origin,
		   "'%.80s' is no name of a swarm's object: letters, digits, '_', '.' and '-'",
		   name);
	return false;
}

/* ---- networks ---- */

static struct node *ipam(struct converter *c, const struct node *from)
{
	const struct node *list = node_get(from, "config");
	struct node *out, *config;
	uint32_t i;

	if (!node_is(from, NODE_MAP))
		return NULL;
	out = node_at(node_map(c->arena), from->origin);
	put(c, out, "Driver", node_copy(c->arena, node_get(from, "driver")));
	if (!node_is(list, NODE_SEQ))
		return out;
	config = node_at(node_seq(c->arena), list->origin);
	for (i = 0; i < list->len; i++) {
		struct node *one = node_at(node_map(c->arena), list->items[i]->origin);

		put(c, one, "Subnet", node_copy(c->arena, node_get(list->items[i], "subnet")));
		node_append(c->arena, config, one);
	}
	put(c, out, "Config", config);
	return out;
}

/* docker stack creates the networks that a service uses; the others only stand in the file. */
static bool is_used(struct converter *c, const char *key)
{
	const struct node *services = node_get(c->merged, "services");
	uint32_t i;

	for (i = 0; i < services->len; i++) {
		const struct node *own = node_get(services->entries[i].value, "networks");

		if (node_is(own, NODE_MAP) && own->len ? node_entry(own, key) != NULL
						       : !strcmp(key, "default"))
			return true;
	}
	return false;
}

/* Drivers whose networks exist on one node alone. */
static void check_driver(struct converter *c, const struct node *driver)
{
	static const char *const local[] = {
		"bridge", "host", "ipvlan", "macvlan", "none", "null"
	};
	size_t i;

	for (i = 0; node_is(driver, NODE_STR) && i < ARRAY_SIZE(local); i++)
		if (!strcmp(driver->text, local[i]))
			stack_note(c->l, STACK_ERROR, "swarm/invalid", driver->origin,
				   "a network of driver '%s' is one node's own, and services can't "
				   "use it: overlay spans the swarm",
				   driver->text);
}

static int add_network(struct converter *c, const struct node *key, const struct node *d,
		       struct objects *out, struct err *err)
{
	static const struct {
		const char *from, *to;
	} flags[] = { { "internal", "Internal" }, { "attachable", "Attachable" } };
	const char *name = scoped_name(c, key->text, d);
	struct node *spec = node_at(node_map(c->arena), d->origin);
	size_t i;

	if (is_external(d) || !good_name(c, key, name))
		return 0;
	check_driver(c, node_get(d, "driver"));
	put(c, spec, "Name",
	    text_at(c->arena, name, node_get(d, "name") ? node_get(d, "name") : key));
	put(c, spec, "Driver",
	    node_get(d, "driver") ? node_copy(c->arena, node_get(d, "driver"))
				  : text_at(c->arena, "overlay", key));
	put(c, spec, "Labels", stack_labels(c, node_get(d, "labels"), key));
	put(c, spec, "Options", node_copy(c->arena, node_get(d, "driver_opts")));
	for (i = 0; i < ARRAY_SIZE(flags); i++)
		if (node_true(node_get(d, flags[i].from)))
			put(c, spec, flags[i].to, node_copy(c->arena, node_get(d, flags[i].from)));
	put(c, spec, "IPAM", ipam(c, node_get(d, "ipam")));
	return add_object(c, out, "Network", name, key, spec, NULL, err);
}

static int add_networks(struct converter *c, struct objects *out, struct err *err)
{
	const struct node *all = node_get(c->merged, "networks"), *services;
	struct node key = { .type = NODE_STR, .text = "default", .len = 7 };
	struct node none = { .type = NODE_MAP };
	uint32_t i;

	for (i = 0; i < all->len; i++)
		if (is_used(c, all->entries[i].key->text) &&
		    add_network(c, all->entries[i].key, all->entries[i].value, out, err) < 0)
			return -1;
	if (node_get(all, "default") || !is_used(c, "default"))
		return 0;
	services = node_get(c->merged, "services");
	key.origin = none.origin = services->origin;
	return add_network(c, &key, &none, out, err);
}

/* ---- secrets and configs ---- */

static bool is_text(const struct blob *blob)
{
	size_t at = 0, n;

	for (; at < blob->len; at += n) {
		n = utf8_length(blob->text + at, blob->len - at);
		if (!n || !blob->text[at])
			return false;
	}
	return true;
}

/* A file's bytes: as text where they are one, else in base64 with `Encoding`. */
static void put_data(struct converter *c, struct node *spec, const struct blob *blob)
{
	struct buf encoded;

	if (is_text(blob)) {
		node_set(c->arena, spec, "Data",
			 node_at(node_str_n(c->arena, blob->text, blob->len), blob->origin));
		return;
	}
	buf_init(&encoded, 0);
	base64_encode(&encoded, blob->text, blob->len);
	node_set(c->arena, spec, "Data",
		 node_at(node_str_n(c->arena, encoded.text, encoded.len), blob->origin));
	node_set(c->arena, spec, "Encoding", node_at(node_str(c->arena, "base64"), blob->origin));
	buf_release(&encoded);
}

/* What the definition takes its content from; *status is set where that is not in the commit. */
static void content(struct converter *c, const struct node *key, const struct node *d,
		    const char *kind, struct node *spec, struct node **status)
{
	const struct node *file = node_get(d, "file"), *inline_text = node_get(d, "content");
	const struct node *environment = node_get(d, "environment");
	struct err why = ERR_INIT;
	struct blob blob;

	if (node_is(inline_text, NODE_STR)) {
		node_set(c->arena, spec, "Data", node_copy(c->arena, inline_text));
		return;
	}
	if (node_is(file, NODE_STR) && !view_read(c->l->view, file->text, &blob, &why)) {
		put_data(c, spec, &blob);
		return;
	}
	*status = node_map(c->arena);
	node_set(c->arena, *status, "unknown", node_str(c->arena, "Data"));
	if (file)
		stack_note(c->l, STACK_WARNING, "swarm/missing-file", file->origin,
			   "the content of the %s '%s' is not compared: %s", kind, key->text,
			   why.code ? why.msg : "its file has no name");
	else if (environment)
		stack_note(c->l, STACK_WARNING, "swarm/missing-file", environment->origin,
			   "the %s '%s' takes its content from the environment variable '%s', "
			   "which is not in the commit: it is not compared",
			   kind, key->text, scalar_text(c->arena, environment));
	else
		stack_note(c->l, STACK_ERROR, "swarm/invalid", key->origin,
			   "the %s '%s' has no file: and is not external", kind, key->text);
}

static struct node *driver(struct converter *c, const struct node *name, const struct node *options)
{
	struct node *out;

	if (!node_is(name, NODE_STR))
		return NULL;
	out = node_at(node_map(c->arena), name->origin);
	put(c, out, "Name", node_copy(c->arena, name));
	put(c, out, "Options", node_copy(c->arena, options));
	return out;
}

static int add_files(struct converter *c, const char *section, const char *kind,
		     struct objects *out, struct err *err)
{
	const struct node *all = node_get(c->merged, section);
	uint32_t i;

	for (i = 0; i < all->len; i++) {
		const struct node *key = all->entries[i].key, *d = all->entries[i].value;
		const char *name = scoped_name(c, key->text, d);
		struct node *spec, *status = NULL;

		if (is_external(d) || !good_name(c, key, name))
			continue;
		spec = node_at(node_map(c->arena), d->origin);
		put(c, spec, "Name",
		    text_at(c->arena, name, node_get(d, "name") ? node_get(d, "name") : key));
		put(c, spec, "Labels", stack_labels(c, node_get(d, "labels"), key));
		if (node_get(d, "driver"))
			put(c, spec, "Driver",
			    driver(c, node_get(d, "driver"), node_get(d, "driver_opts")));
		else
			content(c, key, d, *kind == 'S' ? "secret" : "config", spec, &status);
		put(c, spec, "Templating", driver(c, node_get(d, "template_driver"), NULL));
		if (add_object(c, out, kind, name, key, spec, status, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- services ---- */

/* The grammar of github.com/distribution/reference: [HOST/]NAME[:TAG][@DIGEST]. */
static void check_image(struct converter *c, const struct node *image)
{
	static const char pattern[] =
		"^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*"
		"[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?/)?[a-z0-9]+(?:(?:\\.|_|__|-+)"
		"[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*(?::[\\w][\\w.-]{0,127})?"
		"(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$";
	const struct regex *re = regex_get(pattern, sizeof(pattern) - 1, NULL);

	if (re && !regex_match(re, image->text, image->len))
		stack_note(c->l, STACK_ERROR, "swarm/invalid", image->origin,
			   "'%s' is no image: [HOST/]NAME[:TAG][@DIGEST], names in lower case",
			   image->text);
}

static int add_services(struct converter *c, struct objects *out, struct err *err)
{
	const struct node *all = node_get(c->merged, "services");
	uint32_t i;

	for (i = 0; i < all->len; i++) {
		const struct node *key = all->entries[i].key, *service = all->entries[i].value;
		const char *name = arena_printf(c->arena, "%s_%s", c->stack->name, key->text);
		struct node *status = NULL;

		if (!good_name(c, key, name))
			continue;
		if (!node_get_string(service, "image") || !*node_get_string(service, "image")) {
			stack_note(c->l, STACK_ERROR, "swarm/invalid", key->origin,
				   "the service '%s' has no image%s", key->text,
				   node_get(service, "build")
					   ? ": a swarm builds nothing, so push one and name it"
					   : "");
			continue;
		}
		if (node_get(service, "x-unknown-environment")) {
			status = node_map(c->arena);
			node_set(c->arena, status, "unknown", node_str(c->arena, "Env"));
		}
		check_image(c, node_get(service, "image"));
		c->name = key->text;
		if (add_object(c, out, "Service", name, key, service_spec(c, key->text, service),
			       status, err) < 0)
			return -1;
	}
	return 0;
}

int stack_convert(struct run *run, struct arena *a, struct view *v, const struct stack *s,
		  struct stack_model *model, struct objects *out, struct err *err)
{
	struct loader l = { run, a, v, model, 0, err };
	struct converter c = { .l = &l, .arena = a, .stack = s, .merged = model->merged };

	if (add_networks(&c, out, err) < 0 || add_files(&c, "secrets", "Secret", out, err) < 0 ||
	    add_files(&c, "configs", "Config", out, err) < 0)
		return -1;
	return add_services(&c, out, err);
}

int stack_render(struct run *run, struct arena *a, struct view *v, const struct stack *s,
		 struct rendered *out, struct err *err)
{
	struct stack_model model = { 0 };

	out->renderer = "swarm";
	buf_init(&out->text, 0);
	if (stack_load(run, a, v, s, &model, err) < 0)
		return -1;
	return stack_convert(run, a, v, s, &model, &out->objects, err);
}
