#include "tests/unit/unit.h"
#include <stdio.h>
#include <string.h>
#include "render/apps.h"
#include "render/engines/source_ignore.h"
#include "render/yaml/yaml.h"
#include "validate/engine_owner.h"
#include "validate/drift_rules.h"

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

static const struct {
	const char *spec, *helm_apply; /* what the controllers' version says */
	enum apply_mode mode;
	bool server_side, puts;
} releases[] = {
	{ "spec: {}", NULL, APPLY_RELEASE, true, false },
	{ "spec: {install: {serverSideApply: false}}", NULL, APPLY_RELEASE, false, false },
	{ "spec: {upgrade: {serverSideApply: enabled}}", NULL, APPLY_SSA, true, false },
	{ "spec: {upgrade: {serverSideApply: disabled}}", NULL, APPLY_HELM, true, false },
	{ "spec: {upgrade: {serverSideApply: auto, force: true}}", NULL, APPLY_RELEASE, true,
	  true },
	{ "spec: {}", "helm3", APPLY_RELEASE, false, false },
	{ "spec: {install: {serverSideApply: true}}", "helm3", APPLY_RELEASE, true, false },
	{ "spec: {upgrade: {serverSideApply: enabled}}", "client", APPLY_HELM, false, false },
};

START_TEST(applies_releases_by_version)
{
	struct app app = app_of("HelmRelease", releases[_i].spec);
	struct node *inputs = node_map(&run.arena);
	const struct owner *owner;

	if (releases[_i].helm_apply)
		node_set(&run.arena, inputs, "helmApply",
			 node_str(&run.arena, releases[_i].helm_apply));
	app.inputs = inputs;
	owner = owner_of_app(&run.arena, &app);
	ck_assert_int_eq(owner->mode, releases[_i].mode);
	ck_assert_int_eq(owner->server_side, releases[_i].server_side);
	ck_assert_int_eq(owner->puts, releases[_i].puts);
	ck_assert_str_eq(owner->manager, "helm-controller");
}
END_TEST

static const struct {
	const char *rules, *pointer;
	bool ignored;
} drifts[] = {
	{ "{paths: [/spec/replicas]}", "/spec/replicas", true },
	{ "{paths: [/spec/replica]}", "/spec/replicas", false },
	{ "{paths: [/spec]}", "/spec/replicas", true },
	{ "{paths: [\"\"]}", "/spec/replicas", true },
	{ "{paths: [/spec], target: {kind: Deploy.*}}", "/spec/replicas", true },
	{ "{paths: [/spec], target: {kind: Deploy}}", "/spec/replicas", false },
	{ "{paths: [/spec], target: {group: apps, version: v1, namespace: a|b}}", "/spec/replicas",
	  true },
	{ "{paths: [/spec], target: {name: w.b, labelSelector: tier in (x)}}", "/spec/replicas",
	  true },
	{ "{paths: [/spec], target: {labelSelector: tier!=x}}", "/spec/replicas", false },
	{ "{paths: [/spec], target: {annotationSelector: note=y}}", "/spec/replicas", true },
	{ "{paths: [/spec], target: {annotationSelector: tier=x}}", "/spec/replicas", false },
};

START_TEST(leaves_drift_alone)
{
	char text[256];
	struct app app,
		web = app_of("", "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, "
				 "labels: {tier: x}, annotations: {note: \"y\"}}}");
	struct object o = { .root = web.root,
			    .group = "apps",
			    .version = "v1",
			    .kind = "Deployment",
			    .ns = "a",
			    .name = "web" };
	struct plan p = { .arena = &run.arena };
	struct plan_change c = { .action = PLAN_UPDATE };

	*vec_push(&run.arena, &c) =
		(struct plan_field){ .pointer = drifts[_i].pointer, .cause = CAUSE_DRIFT };
	*vec_push(&run.arena, &c) =
		(struct plan_field){ .pointer = drifts[_i].pointer, .cause = CAUSE_COMMIT };
	snprintf(text, sizeof(text), "spec: {driftDetection: {mode: warn, ignore: [%s]}}",
		 drifts[_i].rules);
	app = app_of("HelmRelease", text);
	drift_ignore(&p, &c, owner_of_app(&run.arena, &app)->drift_rules, &o);
	ck_assert_uint_eq(c.count, drifts[_i].ignored ? 1 : 2);
	ck_assert_uint_eq(p.ignored, drifts[_i].ignored);
}
END_TEST

static const struct {
	const char *spec, *file;
	unsigned variant;
} crds[] = {
	{ "spec: {}", "web/crds/a.yaml", OWNER_KEEPS | OWNER_CREATES },
	{ "spec: {upgrade: {crds: CreateReplace}}", "web/crds/a.yaml", OWNER_KEEPS | OWNER_PUTS },
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
	tcase_add_loop_test(tc, applies_releases_by_version, 0, ARRAY_SIZE(releases));
	tcase_add_loop_test(tc, leaves_drift_alone, 0, ARRAY_SIZE(drifts));
	tcase_add_loop_test(tc, goes_by_the_policy_of_crds, 0, ARRAY_SIZE(crds));
	suite_add_tcase(s, tc);
	return s;
}
