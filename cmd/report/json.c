#include "base/json.h"
#include "cmd/report/report.h"
#include "render/yaml/yaml.h"

static void write_json(struct buf *out, const struct plan *p, const struct report_options *options)
{
	struct arena scratch = ARENA_INIT;

	json_write(out, report_tree(&scratch, p, options), JSON_INDENT | JSON_SEEN);
	buf_char(out, '\n');
	arena_release(&scratch);
}

static void write_yaml(struct buf *out, const struct plan *p, const struct report_options *options)
{
	struct arena scratch = ARENA_INIT;

	yaml_write_placed(out, report_tree(&scratch, p, options), YAML_SEEN, NULL, NULL);
	arena_release(&scratch);
}

const struct report_format report_json = {
	.name = "json",
	.summary = "the plan as data; its JSON Schema is cmd/report/plan.schema.json",
	.write = write_json,
};

const struct report_format report_yaml = {
	.name = "yaml",
	.summary = "the same as YAML",
	.write = write_yaml,
};
