/*
 * fuzz_cel: any text as a CEL expression: it is compiled, its cost estimated, and run over an
 * object whose type is not known.
 */
#include <stdint.h>
#include "base/run.h"
#include "render/yaml/yaml.h"
#include "validate/cel/cel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char object[] =
	"name: web\ncount: 3\nratio: 2.5\nflag: true\nnothing: null\nempty: ''\n"
	"list: [b, a, 3, null, {k: v}]\nmap: {x: 1, z: {deep: two}}\nat: '2026-01-02T03:04:05Z'\n"
	"quantity: 1500m\naddress: 10.0.0.1\nrange: 10.0.0.0/8\nurl: 'https://a.b:80/c?d=e'\n";

static void run_it(struct run *run, struct arena *a, const struct cel_program *p)
{
	struct cel_binding bindings[2] = { 0 };
	struct err err = ERR_INIT;
	const char *text, *error;
	struct node *node = NULL;

	yaml_read_one(
		run, a, YAML_SIGS, "object.yaml", object, sizeof(object) - 1,
		origins_add_file(run->origins, NULL, "object.yaml", object, sizeof(object) - 1),
		&node, &err);
	bindings[0].node = bindings[1].node = node;
	cel_run(p, a, bindings, &text, &error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cel_variable variables[2] = { { "self", cel_type_of(CEL_DYN) },
					     { "oldSelf", cel_type_of(CEL_DYN) } };
	struct cel_env env = { .variables = variables, .count = 2, .patches = true };
	struct cel_program *p;
	struct cel_error error;
	struct arena arena;
	struct run run;

	if (size > 2048)
		return 0;
	run_init(&run);
	arena_init(&arena, &run.budget);
	p = cel_compile(&arena, &env, arena_memdup(&arena, (const char *)data, size), &error);
	if (p) {
		cel_cost(p);
		cel_type_name(&arena, cel_result_type(p));
		run_it(&run, &arena, p);
	}
	arena_release(&arena);
	run_release(&run);
	return 0;
}
