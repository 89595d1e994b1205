#include "tests/unit/unit.h"
#include <string.h>
#include "base/files.h"
#include "base/json.h"
#include "base/jsonschema.h"
#include "cmd/report/report.h"
#include "render/settings.h"
#include "render/yaml/yaml.h"
#include "validate/owner.h"

static struct run run;

static void setup(void)
{
	run_init(&run);
}

static void teardown(void)
{
	run_release(&run);
}

#define HEAD "apiVersion: kubectl-gitops/v1\nkind: Config\n"

/* The errors that a JSON Schema finds too; `error` NULL: the text is good. */
static const struct {
	const char *text, *error;
	unsigned line, column;
} cases[] = {
	{ HEAD, NULL, 0, 0 },
	{ HEAD "targets:\n- name: prod\n  paths: [clusters/prod]\n  context: p\n  level: read\n"
	       "  minLevel: offline\n  owner: kubectl\n  destinations: ['https://1.2.3.4']\n"
	       "  kubernetesVersion: '1.36'\n",
	  NULL, 0, 0 },
	{ HEAD "rules: {across/*: ignore, deprecated/api: error}\nfailOn: warning\n"
	       "level: offline\nminLevel: read\nkubernetesVersion: v1.36.3\n",
	  NULL, 0, 0 },
	{ HEAD "ignore:\n- {fields: [spec.replicas], kind: Deployment, group: apps, namespace: a, "
	       "name: 'b*', target: prod}\nbudgets: {deletions: 0, replacements: 3, changes: 9}\n",
	  NULL, 0, 0 },
	{ HEAD "reports: [{format: sarif, file: out/a.sarif}]\n"
	       "hook: {level: read, context: x, failOn: info, onUndecided: refuse}\n"
	       "gate: {newOnly: true, comment: false, status: true}\n",
	  NULL, 0, 0 },
	{ HEAD "targts: []\n", "unknown key 'targts', did you mean 'targets'?", 3, 1 },
	{ HEAD "targets:\n- name: a\n  contxt: b\n",
	  "targets[0]: unknown key 'contxt', did you mean 'context'?", 5, 3 },
	{ HEAD "targets:\n- context: b\n", "targets[0]: the key 'name' is missing", 4, 3 },
	{ HEAD "targets: {name: a}\n", "targets must be a list, and is object", 3, 10 },
	{ HEAD "rules: {a/b: ignor}\n", "rules['a/b'] can't be 'ignor', did you mean 'ignore'?", 3,
	  14 },
	{ HEAD "level: never\n", "level can't be 'never'; there is offline, read and dry-run", 3,
	  8 },
	{ HEAD "kubernetesVersion: 1.36\n",
	  "kubernetesVersion must be a string (put it in quotes), and is number", 3, 20 },
	{ HEAD "budgets: {deletions: -1}\n",
	  "budgets.deletions must be a number of 0 or more, and is integer", 3, 22 },
	{ HEAD "targets: [{name: a, paths: ['']}]\n",
	  "targets[0].paths[0] must be a string that is not empty, and is string", 3, 29 },
	{ HEAD "gate: {comment: please}\n", "gate.comment must be true or false, and is string", 3,
	  17 },
	{ "apiVersion: kubectl-gitops/v2\nkind: Config\n",
	  "apiVersion can't be 'kubectl-gitops/v2', did you mean 'kubectl-gitops/v1'?", 1, 13 },
	{ "kind: Config\n", "the key 'apiVersion' is missing", 1, 1 },
	{ "[]", "the file must be a mapping, and is array", 1, 1 },
};

static const char *schema_says(const char *text)
{
	struct jsonschema_options options = { .url = "https://example.org/schema.json" };
	const char *error = NULL;
	const struct schema *schema =
		jsonschema_compile(&run.arena, settings_schema(&run.arena), &options, &error);
	struct err err = ERR_INIT;
	struct node *root;

	ck_assert_msg(schema != NULL, "%s", error);
	ck_assert_int_eq(
		yaml_read_one(&run, &run.arena, YAML_SIGS, "x", text, strlen(text), 0, &root, &err),
		0);
	return jsonschema_validate(&run.arena, schema, root);
}

START_TEST(reads_and_refuses_as_the_schema_does)
{
	struct err err = ERR_INIT;
	const char *text = cases[_i].text, *said = schema_says(text);
	const struct settings *s =
		settings_read(&run, &run.arena, SETTINGS_FILE, text, strlen(text), 0, &err);

	if (!cases[_i].error) {
		ck_assert_msg(s != NULL, "%s", err.msg);
		ck_assert_msg(!said, "the schema: %s", said);
		return;
	}
	ck_assert_msg(!s, "no error");
	ck_assert_msg(said != NULL, "the schema finds nothing");
	ck_assert_str_eq(err.msg, cases[_i].error);
	ck_assert_str_eq(err.file, SETTINGS_FILE);
	ck_assert_uint_eq(err.line, cases[_i].line);
	ck_assert_uint_eq(err.column, cases[_i].column);
}
END_TEST

/* What no schema can say. */
static const struct {
	const char *text, *error;
} more[] = {
	{ HEAD "targets: [{name: a}, {name: a}]\n", "targets[1]: there is a target 'a' already" },
	{ HEAD "targets: [{name: a, paths: [../x]}]\n",
	  "targets[0].paths[0]: '../x' leaves the repository" },
	{ HEAD "reports: [{format: json, file: /etc/x}]\n",
	  "reports[0].file: '/etc/x' leaves the folder" },
	{ HEAD "level: read\nlevel: read\n", "the key 'level' stands twice" },
	{ HEAD "---\n" HEAD, "one document is expected, and there are 2" },
	{ "", "the file is empty" },
};

START_TEST(refuses_more_than_the_schema)
{
	struct err err = ERR_INIT;

	ck_assert_ptr_null(settings_read(&run, &run.arena, SETTINGS_FILE, more[_i].text,
					 strlen(more[_i].text), 0, &err));
	ck_assert_str_eq(err.msg, more[_i].error);
}
END_TEST

START_TEST(the_published_schema_is_this_one)
{
	struct err err = ERR_INIT;
	struct buf file, now;

	buf_init(&file, 0);
	buf_init(&now, 0);
	ck_assert_msg(!file_read("hooks/gitops.schema.json", &file, &err), "%s", err.msg);
	json_write(&now, settings_schema(&run.arena), JSON_INDENT);
	buf_char(&now, '\n');
	ck_assert_msg(!strcmp(file.text, now.text),
		      "kubectl gitops config --schema >hooks/gitops.schema.json makes it anew");
	buf_release(&file);
	buf_release(&now);
}
END_TEST

/* What hooks/README.md shows is a file that holds. */
START_TEST(the_documented_file_holds)
{
	struct err err = ERR_INIT;
	const char *start, *end;
	struct buf file;

	buf_init(&file, 0);
	ck_assert_msg(!file_read("hooks/README.md", &file, &err), "%s", err.msg);
	start = strstr(file.text, "```yaml\n");
	end = start ? strstr(start, "\n```\n") : NULL;
	ck_assert_ptr_nonnull(end);
	start += strlen("```yaml\n");
	ck_assert_msg(settings_read(&run, &run.arena, SETTINGS_FILE, start,
				    (size_t)(end - start) + 1, 0, &err) != NULL,
		      "%u:%u: %s", err.line, err.column, err.msg);
	ck_assert_ptr_null(schema_says(arena_memdup(&run.arena, start, (size_t)(end - start) + 1)));
	buf_release(&file);
}
END_TEST

static const struct settings_key *key_of(const struct settings_section *section, const char *name)
{
	for (size_t i = 0; i < section->count; i++)
		if (!strcmp(section->keys[i].name, name))
			return &section->keys[i];
	ck_abort_msg("no key %s", name);
	return NULL;
}

START_TEST(words_are_those_of_the_other_tables)
{
	const struct settings_section *report = key_of(&settings_root, "reports")->section;
	const struct settings_section *target = key_of(&settings_root, "targets")->section;
	const char *const *formats = key_of(report, "format")->choices;
	const char *const *owners = key_of(target, "owner")->choices;
	size_t count = 0;

	for (; formats[count]; count++)
		ck_assert_msg(report_find(formats[count]) != NULL, "%s", formats[count]);
	ck_assert_uint_eq(count, report_format_count);
	for (size_t i = 0; owners[i]; i++)
		ck_assert_msg(owner_by_name(owners[i]) != NULL, "%s", owners[i]);
}
END_TEST

static void check_section(const struct settings_section *s)
{
	ck_assert_uint_gt(strlen(s->summary), 0);
	for (size_t i = 0; i < s->count; i++) {
		const struct settings_key *k = &s->keys[i];

		ck_assert_msg(k->summary && *k->summary, "%s", k->name);
		ck_assert_msg(!i || strcmp(s->keys[i - 1].name, k->name) < 0, "%s", k->name);
		ck_assert_msg(k->offset < s->size, "%s", k->name);
		if (k->section)
			check_section(k->section);
	}
}

START_TEST(tables_are_sound)
{
	check_section(&settings_root);
}
END_TEST

static const struct {
	const char *cluster, *path, *want;
} owned[] = {
	{ "", "clusters/prod/apps/web", "prod" },
	{ "clusters/prod", "clusters/prod", "prod" },
	{ "", "clusters/prod/eu/web", "eu" },
	{ "", "clusters/production", "rest" },
	{ "https://1.2.3.4", "apps/web", "prod" },
	{ "eu", "apps/web", "eu" },
	{ "", "", "rest" },
};

START_TEST(finds_the_target_of_an_app)
{
	static const char text[] = HEAD "targets:\n"
					"- {name: prod, paths: [clusters/prod/], "
					"destinations: ['https://1.2.3.4']}\n"
					"- {name: eu, paths: [clusters/prod/eu]}\n"
					"- {name: rest}\n";
	struct err err = ERR_INIT;
	const struct settings *s =
		settings_read(&run, &run.arena, SETTINGS_FILE, text, strlen(text), 0, &err);

	ck_assert_msg(s != NULL, "%s", err.msg);
	ck_assert_str_eq(settings_target_for(s, owned[_i].cluster, owned[_i].path)->name,
			 owned[_i].want);
	ck_assert_ptr_null(settings_target_for(settings_default(), owned[_i].cluster, ""));
}
END_TEST

SUITE(settings)
{
	Suite *s = suite_create("settings");
	TCase *tc = tcase_create("settings");

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, reads_and_refuses_as_the_schema_does, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, refuses_more_than_the_schema, 0, ARRAY_SIZE(more));
	tcase_add_loop_test(tc, finds_the_target_of_an_app, 0, ARRAY_SIZE(owned));
	tcase_add_test(tc, the_published_schema_is_this_one);
	tcase_add_test(tc, the_documented_file_holds);
	tcase_add_test(tc, words_are_those_of_the_other_tables);
	tcase_add_test(tc, tables_are_sound);
	return s;
}
