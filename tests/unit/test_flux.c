#include "tests/unit/unit.h"
#include <string.h>
#include "render/apps.h"
#include "render/engines/source_ignore.h"
#include "render/yaml/yaml.h"
#include "validate/engine_owner.h"
#include "validate/ignore.h"

static struct run run;

static void setup(void)
{
	run_init(&run);
}

static void teardown(void)
{
	run_release(&run);
}

/* ---- what source-controller leaves out ---- */

static const struct {
	const char *lines, *path;
	bool directory, hidden;
} paths[] = {
	{ "docs/", "docs", true, true },
	{ "docs/", "docs", false, false },
	{ "docs/", "a/docs/b.yaml", false, true },
	{ "*.md", "a/b.md", false, true },
	{ "*.md", "a/b.yaml", false, false },
	{ "/apps/*", "apps/web/a.yaml", false, true },
	{ "/apps/*", "other/apps/a.yaml", false, false },
	{ "apps/web", "apps/web/a.yaml", false, true },
	{ "**/web", "apps/x/web/a.yaml", false, true },
	{ "apps/**/a.yaml", "apps/x/y/a.yaml", false, true },
	{ "apps/**/a.yaml", "apps/x/y/b.yaml", false, false },
	{ "/*\n!/apps", "clusters/a.yaml", false, true },
	{ "/*\n!/apps", "apps/a.yaml", false, false },
	{ "# a.yaml\n\n", "a.yaml", false, false },
	{ "a.yaml\r\n", "a.yaml", false, true },
	{ "", ".git/config", false, true },
	{ "", "a/.gitignore", false, true },
	{ "", "", true, false },
};

START_TEST(leaves_out)
{
	struct source_ignore *s = source_ignore_new(&run.arena);

	source_ignore_add(s, "", paths[_i].lines, strlen(paths[_i].lines));
	ck_assert_msg(source_ignore_hides(s, paths[_i].path, paths[_i].directory) ==
			      paths[_i].hidden,
		      "'%s' of '%s'", paths[_i].lines, paths[_i].path);
}
END_TEST

START_TEST(holds_below_its_directory)
{
	struct source_ignore *s = source_ignore_new(&run.arena);

	source_ignore_add(s, "apps/web", "/a.yaml\n", 8);
	ck_assert(source_ignore_hides(s, "apps/web/a.yaml", false));
	ck_assert(!source_ignore_hides(s, "apps/web/b/a.yaml", false));
	ck_assert(!source_ignore_hides(s, "a.yaml", false));
}
END_TEST

START_TEST(keeps_what_is_checked_out)
{
	struct source_ignore *s = source_ignore_new(&run.arena);

	source_ignore_keep(s, "apps/web");
	ck_assert(!source_ignore_hides(s, "apps/web/a.yaml", false));
	ck_assert(!source_ignore_hides(s, "apps", true));
	ck_assert(source_ignore_hides(s, "apps/webs/a.yaml", false));
	ck_assert(source_ignore_hides(s, "clusters", true));
}
END_TEST

/* ---- who applies ---- */

static struct app app_of(const char *kind, const char *text)
{
	struct node *root = NULL;
	struct err err = ERR_INIT;

	ck_assert_int_eq(
		yaml_read_one(&run, &run.arena, YAML_SIGS, "x", text, strlen(text), 0, &root, &err),
		0);
	return (struct app){ .engine = &engine_flux,
			     .kind = kind,
			     .ns = "apps",
			     .name = "web",
			     .root = root,
			     .cluster = "",
			     .id = "" };
}

START_TEST(acts_as_its_account)
{
	struct app app = app_of("Kustomization", "spec: {serviceAccountName: deployer}");

	ck_assert_str_eq(owner_of_app(&run.arena, &app)->as_user,
			 "system:serviceaccount:apps:deployer");
	app = app_of("Kustomization",
		     "spec: {serviceAccountName: a, kubeConfig: {secretRef: {name: "
		     "b}}}");
	ck_assert_str_eq(owner_of_app(&run.arena, &app)->as_user, "");
}
END_TEST

START_TEST(leaves_drift_alone)
{
	struct app app = app_of("HelmRelease",
				"spec: {driftDetection: {mode: enabled, ignore: [{paths: "
				"[/spec/replicas], target: {kind: Deployment}}, {paths: [\"\"], "
				"target: {labelSelector: a=b}}]}}");
	const struct owner_ignores *ignores = owner_of_app(&run.arena, &app)->ignores;

	ck_assert_ptr_nonnull(ignores);
	ck_assert_uint_eq(ignores->count, 1);
	ck_assert_str_eq(ignores->items[0].kind, "Deployment");
	ck_assert_str_eq(ignores->items[0].name, "");
	ck_assert_str_eq(ignores->items[0].fields.items[0], "/spec/replicas");
	ck_assert(!ignores->when_applied);
}
END_TEST

static const struct {
	const char *spec, *file;
	unsigned variant;
} crds[] = {
	{ "spec: {}", "web/crds/a.yaml", OWNER_KEEPS | OWNER_CREATES },
	{ "spec: {upgrade: {crds: CreateReplace}}", "web/crds/a.yaml",
	  OWNER_KEEPS | OWNER_REPLACES },
	{ "spec: {}", "web/templates/a.yaml", 0 },
};

START_TEST(goes_by_the_policy_of_crds)
{
	struct app app = app_of("HelmRelease", crds[_i].spec);
	struct object o = { .root = app.root,
			    .kind = "CustomResourceDefinition",
			    .file = crds[_i].file };

	ck_assert_uint_eq(owner_variant_of(&app, &o), crds[_i].variant);
}
END_TEST

SUITE(flux)
{
	Suite *s = suite_create("flux");
	TCase *tc = tcase_create("flux");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, leaves_out, 0, ARRAY_SIZE(paths));
	tcase_add_test(tc, holds_below_its_directory);
	tcase_add_test(tc, keeps_what_is_checked_out);
	tcase_add_test(tc, acts_as_its_account);
	tcase_add_test(tc, leaves_drift_alone);
	tcase_add_loop_test(tc, goes_by_the_policy_of_crds, 0, ARRAY_SIZE(crds));
	suite_add_tcase(s, tc);
	return s;
}
