#include "validate/rules/rules.h"

#include <string.h>

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
	run_scope(&root, ON_CREATE);
	if (old)
		run_scope(&root, ON_UPDATE);
	if (c.kind && (c.kind->id == KIND_POD || c.kind->template))
		run_pod(&root);
	arena_release(&scratch);
}
