#include <string.h>
#include "validate/plan_internal.h"
#include "base/base64.h"
#include "validate/ignore.h"
#include "validate/managed.h"
#include "validate/sops.h"

static const char last_applied[] = "kubectl.kubernetes.io/last-applied-configuration";

static void strip_annotation(struct arena *a, struct node *metadata)
{
	const struct node *annotations = node_get(metadata, "annotations");
	struct node *copy;

	if (!node_get(annotations, last_applied))
		return;
	copy = node_copy_shallow(a, annotations);
	node_remove(copy, last_applied);
	if (copy->len)
		node_set(a, metadata, "annotations", copy);
	else
		node_remove(metadata, "annotations");
}

const struct node *plan_strip(struct arena *a, const struct node *n)
{
	static const char *const fields[] = { "managedFields", "resourceVersion",   "generation",
					      "uid",	       "creationTimestamp", "selfLink" };
	struct node *copy, *metadata;
	size_t i;

	if (!node_is(n, NODE_MAP))
		return n;
	copy = node_copy_shallow(a, n);
	node_remove(copy, "status");
	if (sops_is_encrypted(copy))
		node_remove(copy, "sops");
	if (!node_is(node_get(copy, "metadata"), NODE_MAP))
		return copy;
	metadata = node_copy_shallow(a, node_get(copy, "metadata"));
	node_set(a, copy, "metadata", metadata);
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		node_remove(metadata, fields[i]);
	strip_annotation(a, metadata);
	return copy;
}

/* A Secret as rendered, with its stringData also where the server puts it. */
static const struct node *with_string_data(struct arena *a, const struct plan_change *c,
					   const struct node *n)
{
	const struct node *plain = node_get(n, "stringData");
	struct node *copy, *data;
	struct buf text;
	uint32_t i;

	if (strcmp(c->object.kind, "Secret") != 0 || !node_is(plain, NODE_MAP) ||
	    sops_is_encrypted(n))
		return n;
	copy = node_copy_shallow(a, n);
	data = node_is(node_get(n, "data"), NODE_MAP) ? node_copy_shallow(a, node_get(n, "data"))
						      : node_map(a);
	for (i = 0; i < plain->len; i++) {
		const struct node *value = plain->entries[i].value;

		if (!node_is_scalar(value))
			continue;
		buf_init(&text, 0);
		base64_encode(&text, value->text, value->len);
		node_set(a, data, plain->entries[i].key->text,
			 node_at(node_str_n(a, text.text ? text.text : "", text.len),
				 value->origin));
		buf_release(&text);
	}
	node_set(a, copy, "data", data);
	return copy;
}

struct builder {
	struct plan *p;
	struct plan_change *c;
	struct arena *scratch;
	const struct plan_states *s; /* as asked for */
	struct plan_states bare;     /* stripped */
	const char *group;
};

static bool same_at(const struct node *a, const struct node *b, const struct step *steps, size_t n)
{
	return node_equal(steps_get(a, steps, n), steps_get(b, steps, n));
}

/* The design's definition, for one path where live and S(head) differ. */
static enum plan_cause cause_at(const struct builder *b, const struct difference *d)
{
	const struct plan_states *s = &b->bare;
	size_t n = d->atomic;
	bool rendered =
		steps_get(s->head, d->steps, d->count) || steps_get(s->base, d->steps, d->count);
	bool alike = !s->base_result || same_at(s->base_result, s->head_result, d->steps, n);

	if (s->base_unknown && !same_at(s->base, s->head, d->steps, n))
		return CAUSE_COMMIT;

	if (!rendered && d->b && s->live && !(s->whole && d->a))
		return CAUSE_SERVER;
	if (!alike && same_at(s->live, s->base_result, d->steps, n))
		return CAUSE_COMMIT;
	if (s->pending)
		return CAUSE_PENDING;
	if (alike && s->random && rendered)
		return CAUSE_RANDOM;
	return alike ? CAUSE_DRIFT : CAUSE_BOTH;
}

static struct plan_place place_of(const struct builder *b, const struct difference *d)
{
	const struct node *n = steps_get(b->s->head, d->steps, d->count);

	if (n && n->origin)
		return plan_place(b->p, n->origin, SIDE_HEAD);
	n = steps_get(b->s->base, d->steps, d->count);
	if (n && n->origin)
		return plan_place(b->p, n->origin, SIDE_BASE);
	n = b->s->head ? steps_nearest(b->s->head, d->steps, d->count) : NULL;
	return plan_place(b->p, n ? n->origin : 0, SIDE_HEAD);
}

static void name_manager(struct builder *b, struct plan_field *f, const struct difference *d)
{
	const struct node *entry;

	if (!b->s->managed)
		return;
	entry = managed_entry(b->scratch, b->s->live, d->steps, d->count, b->s->manager);
	if (!entry)
		return;
	f->manager = arena_strdup(b->p->arena, node_get_string(entry, "manager"));
	if (node_get_string(entry, "time"))
		f->manager_time = arena_strdup(b->p->arena, node_get_string(entry, "time"));
}

static void emit(struct builder *b, const struct difference *d, enum plan_cause cause)
{
	const char *path = steps_text(b->p->arena, d->steps, d->count);
	bool secret = masks_covers(b->c->object.kind, b->group, path);
	struct plan_field *f = vec_push(b->p->arena, b->c);

	*f = (struct plan_field){
		.path = path,
		.pointer = steps_pointer(b->p->arena, d->steps, d->count),
		.before = masks_node(b->p->masks, b->p->arena, d->a, secret),
		.after = masks_node(b->p->masks, b->p->arena, d->b, secret),
		.cause = cause,
		.place = place_of(b, d),
	};
	if (cause == CAUSE_DRIFT || cause == CAUSE_BOTH) {
		f->undone = b->s->heals;
		name_manager(b, f, d);
	}
}

/* A difference one step further down. */
static struct difference deeper(struct arena *a, const struct difference *d, struct step step,
				const struct node *child)
{
	struct difference next = *d;

	next.steps = arena_alloc(a, (d->count + 1) * sizeof(*next.steps));
	if (d->count)
		memcpy(next.steps, d->steps, d->count * sizeof(*next.steps));
	next.steps[d->count] = step;
	next.count = d->count + 1;
	next.atomic = d->atomic == d->count ? next.count : d->atomic;
	next.a = d->a ? child : NULL;
	next.b = d->b ? child : NULL;
	return next;
}

static struct difference child_of(struct builder *b, const struct difference *d,
				  const struct node_entry *e)
{
	return deeper(b->scratch, d, (struct step){ .key = e->key->text, .len = e->key->len },
		      e->value);
}

/*
 * Whether all that lies in a difference has one cause, what the server fills in beside it apart;
 * *cause is it, CAUSE_NONE where nothing lies in it.
 */
static bool one_cause(struct builder *b, const struct difference *d, enum plan_cause *cause)
{
	const struct node *n = d->a ? d->a : d->b;
	enum plan_cause other;
	uint32_t i;

	if ((d->a && d->b) || n->type != NODE_MAP || !n->len) {
		*cause = cause_at(b, d);
		return true;
	}
	*cause = CAUSE_NONE;
	for (i = 0; i < n->len; i++) {
		struct difference next = child_of(b, d, &n->entries[i]);

		if (!one_cause(b, &next, &other))
			return false;
		if (*cause && *cause != CAUSE_SERVER && other != CAUSE_SERVER && other != *cause)
			return false;
		if (!*cause || *cause == CAUSE_SERVER)
			*cause = other;
	}
	return true;
}

/* The new value without what the server fills in. */
static struct node *without_server(struct builder *b, const struct difference *d)
{
	const struct node *n = d->b;
	struct node *copy;
	uint32_t i;

	if (n->type != NODE_MAP || !n->len)
		return cause_at(b, d) == CAUSE_SERVER ? NULL : (struct node *)(uintptr_t)n;
	copy = node_map(b->scratch);
	copy->origin = n->origin;
	for (i = 0; i < n->len; i++) {
		struct difference next = child_of(b, d, &n->entries[i]);
		struct node *value = without_server(b, &next);

		if (value)
			node_append_entry(b->scratch, copy, n->entries[i].key, value);
	}
	return copy->len ? copy : NULL;
}

static void emit_by_cause(struct builder *b, const struct difference *d)
{
	const struct node *n = d->a ? d->a : d->b;
	enum plan_cause cause;
	uint32_t i;

	if (one_cause(b, d, &cause)) {
		struct difference bare = *d;

		if (!d->a && cause != CAUSE_SERVER && n->type == NODE_MAP)
			bare.b = without_server(b, d);
		emit(b, &bare, cause);
		return;
	}
	for (i = 0; i < n->len; i++) {
		struct difference next = child_of(b, d, &n->entries[i]);

		emit_by_cause(b, &next);
	}
}

/* What git gave up and the object keeps, because another manager holds it. */
static void emit_stays(struct builder *b)
{
	struct differences gone = { 0 };
	size_t i;

	if (!b->s->base || !b->s->head || !b->s->managed)
		return;
	diff_nodes(b->scratch, b->s->topology, b->bare.base, b->bare.head, &gone);
	for (i = 0; i < gone.count; i++) {
		struct difference *d = &gone.items[i];
		const struct node *kept = steps_get(b->bare.head_result, d->steps, d->count);
		const char *manager;

		if (d->b || !kept || !node_equal(kept, steps_get(b->bare.live, d->steps, d->count)))
			continue;
		manager = managed_by(b->p->arena, b->s->head_result, d->steps, d->count, NULL);
		if (!manager) /* a default that the server sets */
			continue;
		d->a = d->b = kept;
		emit(b, d, CAUSE_STAYS);
		b->c->items[b->c->count - 1].manager = manager;
	}
}

/* Ciphertexts that the commit changes: the cluster was sent what it has, so only the renders tell.
 */
static void emit_encrypted(struct builder *b)
{
	struct differences found = { 0 };
	size_t i;

	if (!b->s->base || !b->s->head || !sops_is_encrypted(b->s->head))
		return;
	diff_nodes(b->scratch, b->s->topology, b->bare.base, b->bare.head, &found);
	for (i = 0; i < found.count; i++) {
		const struct difference *d = &found.items[i];
		const struct node *sent = steps_get(b->bare.head_result, d->steps, d->count);

		if (sops_is_ciphertext(d->b) && !sops_is_ciphertext(sent))
			emit(b, d, CAUSE_COMMIT);
	}
}

/* The object's cause: its fields' where they agree. */
static enum plan_cause sum_causes(const struct plan_change *c)
{
	bool commit = false, drift = false;
	enum plan_cause rest = CAUSE_NONE;
	size_t i;

	for (i = 0; i < c->count; i++) {
		enum plan_cause cause = c->items[i].cause;

		commit |= cause == CAUSE_COMMIT || cause == CAUSE_BOTH;
		drift |= cause == CAUSE_DRIFT || cause == CAUSE_BOTH;
		if (cause != CAUSE_STAYS && (!rest || rest == CAUSE_SERVER))
			rest = cause;
	}
	if (commit && drift)
		return CAUSE_BOTH;
	return commit ? CAUSE_COMMIT : drift ? CAUSE_DRIFT : rest;
}

static const char *group_of(struct arena *a, const char *api_version)
{
	const char *slash = strchr(api_version, '/');

	return slash ? arena_memdup(a, api_version, (size_t)(slash - api_version)) : "";
}

void plan_fields(struct plan *p, struct plan_change *c, struct arena *scratch,
		 const struct plan_states *s)
{
	struct builder b = { p, c, scratch, s, *s, group_of(scratch, c->object.api_version) };
	struct differences found = { 0 };
	size_t i;

	/* Offline an app that is the same at both sides is one tree, which differs from nothing. */
	if (s->live && s->live == s->head_result && s->live == s->base_result &&
	    s->live == s->base && s->live == s->head) {
		c->action = PLAN_UNCHANGED;
		c->cause = CAUSE_NONE;
		return;
	}
	b.bare.live = plan_strip(scratch, s->live);
	b.bare.head_result = plan_strip(scratch, s->head_result);
	b.bare.base_result = plan_strip(scratch, s->base_result);
	b.bare.base = plan_strip(scratch, s->base);
	b.bare.head = plan_strip(scratch, s->head);
	if (s->managed) {
		b.bare.base = with_string_data(scratch, c, b.bare.base);
		b.bare.head = with_string_data(scratch, c, b.bare.head);
	}
	diff_nodes(scratch, s->topology, b.bare.live, b.bare.head_result, &found);
	for (i = 0; i < found.count; i++)
		emit_by_cause(&b, &found.items[i]);
	emit_encrypted(&b);
	c->action = c->count ? PLAN_UPDATE : PLAN_UNCHANGED;
	emit_stays(&b);
	ignore_mark(c, b.bare.live, b.bare.head_result);
	c->cause = sum_causes(c);
}

void plan_created_fields(struct plan *p, struct plan_change *c, struct arena *scratch,
			 const struct node *head)
{
	static const char *const identity[] = { "apiVersion", "kind", "status" };
	struct plan_states s = { .head = head };
	struct builder b = { p, c, scratch, &s, s, group_of(scratch, c->object.api_version) };
	const struct node *bare = plan_strip(scratch, head);
	struct difference top = { 0 };
	uint32_t i, k;

	for (i = 0; i < bare->len; i++) {
		const struct node *key = bare->entries[i].key, *value = bare->entries[i].value;
		struct difference d = deeper(
			scratch, &top, (struct step){ .key = key->text, .len = key->len }, value);

		for (k = 0; k < ARRAY_SIZE(identity) && strcmp(identity[k], key->text) != 0; k++)
			;
		d.b = value;
		if (k == ARRAY_SIZE(identity) && strcmp(key->text, "metadata") != 0)
			emit(&b, &d, CAUSE_COMMIT);
		if (strcmp(key->text, "metadata") != 0 || !node_is(value, NODE_MAP))
			continue;
		for (k = 0; k < value->len; k++) {
			const struct node *name = value->entries[k].key;
			struct difference m = deeper(
				scratch, &d, (struct step){ .key = name->text, .len = name->len },
				value->entries[k].value);

			if (strcmp(name->text, "name") != 0 && strcmp(name->text, "namespace") != 0)
				emit(&b, &m, CAUSE_COMMIT);
		}
	}
}
