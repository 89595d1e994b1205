/*
 * fuzz_template: any text as a template, over values of every kind.
 *
 * With -fsanitize=fuzzer it is a libFuzzer target; tests/fuzz/replay.c runs it over a corpus.
 */
#include <stdint.h>
#include <string.h>
#include "render/helm/template.h"
#include "render/yaml/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char values[] =
	"name: web\ncount: 3\nratio: 2.5\nflag: true\nnothing: null\nempty: ''\n"
	"list: [b, a, 3, null, {k: v}]\nmap: {x: 1, z: {deep: two}}\n"
	"block: |\n  one\n  {{ .Values.name }}\n";

static struct value dot_of(struct run *run, struct arena *a)
{
	static const struct helm_file files[] = { { "a/x.txt", "one\ntwo\n", 8, 0 } };
	static const char *const versions[] = { "v1", "apps/v1" };
	static const struct capabilities capabilities = {
		.version = "v1.36.3",
		.major = "1",
		.minor = "36",
		.api_versions = versions,
		.api_version_count = 2,
		.helm_version = "v3.22.0",
	};
	struct value dot = value_map(a, &type_any_map), tree;
	struct node *node = NULL;
	struct err err = ERR_INIT;

	yaml_read_one(
		run, a, YAML_SIGS, "values.yaml", values, sizeof(values) - 1,
		origins_add_file(run->origins, NULL, "values.yaml", values, sizeof(values) - 1),
		&node, &err);
	tree = value_from_node(a, node);
	tree.type = &type_values;
	value_set(a, dot, "Values", tree);
	value_set(a, dot, "Chart", value_chart(a, node_map(a), true));
	value_set(a, dot, "Files", value_files(a, files, 1));
	value_set(a, dot, "Capabilities", value_capabilities(a, &capabilities));
	return dot;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct template_options options = { .seed = "fuzz" };
	struct template_set *set;
	struct printed out = { 0 };
	struct err err = ERR_INIT;
	struct arena arena;
	struct run run;
	char *text;

	if (size > 4096)
		return 0;
	run_init(&run);
	arena_init(&arena, &run.budget);
	text = arena_memdup(&arena, (const char *)data, size);
	set = template_set_new(&run, &arena, &options);
	if (!template_parse(set, "t", text, size,
			    origins_add_file(run.origins, NULL, "t", text, size), &err) &&
	    !template_execute(set, "t", dot_of(&run, &arena), &out, &err))
		printed_release(&out);
	arena_release(&arena);
	run_release(&run);
	return 0;
}
