#include "validate/rules/rules.h"

#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/val.h"

static const struct rule *const tables[] = {
#define X(area) rules_##area,
	RULE_TABLES(X)
#undef X
};

enum { RULES_MAX = 512 };

/* The rows of every table that has `scope`, in order; made at the first call. */
static struct rule_list {
	const struct rule *rows[RULES_MAX];
	size_t count;
} lists[ON_VOLUME + 1], all;

__attribute__((constructor)) static void list_rules(void)
{
	for (size_t t = 0; t < ARRAY_SIZE(tables); t++) {
		for (const struct rule *r = tables[t]; r->id && all.count < RULES_MAX; r++) {
			struct rule_list *l = &lists[r->scope];

			l->rows[l->count++] = r;
			all.rows[all.count++] = r;
		}
	}
}

const struct rule *const *rules_all(size_t *count)
{
	*count = all.count;
	return all.rows;
}

const char *rule_kinds_text(struct arena *a, const struct rule *rule)
{
	struct buf b;
	const char *text;

	if (!rule->kinds)
		return "every kind";
	buf_init(&b, 0);
	for (int k = 0; k < KIND_COUNT; k++) {
		if (rule->kinds & ((uint64_t)1 << k))
			buf_printf(&b, "%s%s", b.len ? ", " : "", kind_row(k)->kind);
	}
	text = buf_dup(&b, a);
	buf_release(&b);
	return text;
}

static void run_scope(struct val *v, enum rule_scope scope)
{
	struct check *c = v->c;
	uint64_t kind = c->kind ? (uint64_t)1 << c->kind->id : 0;

	for (size_t i = 0; i < lists[scope].count; i++) {
		const struct rule *r = lists[scope].rows[i];

		if (r->kinds && !(r->kinds & kind))
			continue;
		if ((r->since && c->minor < r->since) || (r->until && c->minor > r->until))
			continue;
		c->rule = r;
		r->check(v);
	}
}

static void run_containers(struct val *spec)
{
	struct check *c = spec->c;

	V_EACH (e, v_at(spec, "containers"))
		run_scope(e, ON_CONTAINER);
	c->container_init = true;
	V_EACH (e, v_at(spec, "initContainers"))
		run_scope(e, ON_CONTAINER);
	c->container_init = false;
	c->container_ephemeral = true;
	V_EACH (e, v_at(spec, "ephemeralContainers"))
		run_scope(e, ON_CONTAINER);
	c->container_ephemeral = false;
}

static bool has_named(const struct node *list, const char *name)
{
	for (uint32_t i = 0; name && node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *other = node_get_string(list->items[i], "name");

		if (other && !strcmp(other, name))
			return true;
	}
	return false;
}

/* The volume that a pod of a stateful set has for one of its claims. */
static struct node *claim_volume(struct arena *a, const struct node *claim)
{
	struct node *name = node_path(claim, "metadata", "name", NULL);
	struct node *volume = node_map(a), *source = node_map(a);

	if (name) {
		node_set(a, volume, "name", name);
		node_set(a, source, "claimName", name);
	}
	node_set(a, volume, "persistentVolumeClaim", source);
	return node_at(volume, claim->origin);
}

/*
 * A stateful set's template as its pods have it: claims are volumes, ahead of the template's own
 * and instead of those of the same name; the host's names are the set's to give.
 */
static const struct node *stateful_spec(struct check *c, const struct node *spec)
{
	const struct node *claims = v_at(c->root, "spec.volumeClaimTemplates")->n;
	const struct node *volumes = node_get(spec, "volumes");
	struct node *own, *list = node_seq(c->scratch);
	size_t claimed;

	if (!node_is(spec, NODE_MAP))
		return spec;
	own = node_copy_shallow(c->scratch, spec);
	node_remove(own, "hostname");
	node_remove(own, "subdomain");
	for (uint32_t i = 0; node_is(claims, NODE_SEQ) && i < claims->len; i++) {
		struct node *volume = claim_volume(c->scratch, claims->items[i]);

		if (!has_named(list, node_get_string(volume, "name")))
			node_append(c->scratch, list, volume);
	}
	claimed = list->len;
	for (uint32_t i = 0; node_is(volumes, NODE_SEQ) && i < volumes->len; i++) {
		struct node claim_names = *list;

		claim_names.len = (uint32_t)claimed;
		if (!has_named(&claim_names, node_get_string(volumes->items[i], "name")))
			node_append(c->scratch, list, volumes->items[i]);
	}
	if (claimed)
		node_set(c->scratch, own, "volumes", list);
	return own;
}

/* Everything that holds for a pod spec wherever it is. */
static void run_pod(struct val *root)
{
	struct check *c = root->c;
	bool pod = c->kind->id == KIND_POD;
	struct val *holder = pod ? root : v_at(root, c->kind->template);

	if (!pod && !c->kind->template)
		return;
	c->pod_template = !pod;
	c->pod_meta = v_at(holder, "metadata");
	c->pod_spec = v_at(holder, "spec");
	if (c->kind->id == KIND_STATEFUL_SET)
		c->pod_spec->n = stateful_spec(c, c->pod_spec->n);
	run_scope(c->pod_spec, ON_POD_META);
	if (c->kind->id == KIND_STATEFUL_SET && c->minor < 34)
		return; /* their templates were not looked at */
	run_scope(c->pod_spec, ON_POD);
	V_EACH (e, v_at(c->pod_spec, "volumes"))
		run_scope(e, ON_VOLUME);
	run_containers(c->pod_spec);
}

void rules_check(const struct object *object, const struct object *old, int release_minor,
		 struct findings *out)
{
	struct arena scratch;
	struct check c = {
		.object = object, .scratch = &scratch, .out = out, .minor = release_minor
	};
	struct val root = { .c = &c, .name = "", .n = object->root };
	struct val old_root = { .c = &c, .name = "", .n = old ? old->root : NULL };

	arena_init(&scratch, &out->run->budget);
	c.kind = kind_find(object->group, object->kind);
	c.root = &root;
	c.old = old ? &old_root : NULL;
	if (old && c.kind && c.kind->id == KIND_SERVICE && node_is(root.n, NODE_MAP))
		root.n = service_kept(&c);
	run_scope(&root, ON_CREATE);
	if (old)
		run_scope(&root, ON_UPDATE);
	if (c.kind && (c.kind->id == KIND_POD || c.kind->template))
		run_pod(&root);
	arena_release(&scratch);
}
