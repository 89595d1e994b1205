/*
 * spec.healthCheckExprs and spec.dependsOn[].readyExpr (fluxcd/pkg/runtime/cel). Of the first only
 * the form is checked, as Flux does: which fields an object has at its top, nobody declares.
 */
#include "validate/flux.h"
#include <string.h>
#include "base/text.h"
#include "validate/cel/cel.h"

static const struct cel_type dyn = { .kind = CEL_DYN };

static const struct cel_variable of_health[] = {
	{ "apiVersion", &dyn }, { "kind", &dyn }, { "metadata", &dyn },
	{ "spec", &dyn },	{ "data", &dyn }, { "status", &dyn },
};
static const struct cel_variable of_ready[] = { { "dep", &dyn }, { "self", &dyn } };

struct place {
	const struct object *object;
	const char *path;
	const struct cel_env *env;
	bool open; /* more variables may be there than are declared */
};

static void check(const struct place *p, const struct node *n, struct findings *out)
{
	struct cel_error error = { 0 };
	struct arena scratch;

	if (!node_is(n, NODE_STR) || !n->len)
		return;
	arena_init(&scratch, &out->run->budget);
	if (!cel_compile(&scratch, p->env, n->text, &error) && error.message &&
	    !(p->open && text_starts(error.message, "undeclared reference")))
		findings_add(out, SEVERITY_ERROR, "engine/expression", p->object, p->path,
			     n->origin, "this CEL expression does not compile: %u:%u: %s",
			     error.line, error.column, error.message);
	arena_release(&scratch);
}

static void check_health(const struct object *o, const struct node *list, struct findings *out)
{
	static const char *const keys[] = { "current", "failed", "inProgress" };
	const struct cel_env env = { .variables = of_health, .count = ARRAY_SIZE(of_health) };
	uint32_t i;
	size_t k;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		for (k = 0; k < ARRAY_SIZE(keys); k++) {
			struct place p = { o, NULL, &env, true };

			p.path = arena_printf(out->arena, "spec.healthCheckExprs[%u].%s", i,
					      keys[k]);
			check(&p, node_get(list->items[i], keys[k]), out);
		}
		if (!node_get(list->items[i], "current"))
			findings_add(
				out, SEVERITY_ERROR, "engine/expression", o,
				arena_printf(out->arena, "spec.healthCheckExprs[%u].current", i),
				list->items[i]->origin,
				"an expression that tells when it is healthy is required");
	}
}

static void check_ready(const struct object *o, const struct node *list, struct findings *out)
{
	const struct cel_env env = { .variables = of_ready, .count = ARRAY_SIZE(of_ready) };
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		struct place p = { o, NULL, &env, false };

		p.path = arena_printf(out->arena, "spec.dependsOn[%u].readyExpr", i);
		check(&p, node_get(list->items[i], "readyExpr"), out);
	}
}

void flux_check(const struct object *o, struct findings *out)
{
	const struct node *spec = node_get(o->root, "spec");

	if (strcmp(o->group, "kustomize.toolkit.fluxcd.io") != 0 &&
	    strcmp(o->group, "helm.toolkit.fluxcd.io") != 0)
		return;
	check_health(o, node_get(spec, "healthCheckExprs"), out);
	check_ready(o, node_get(spec, "dependsOn"), out);
}
