/* Kustomizations in memory: what is made of them, where it comes from, what is refused. */
#include <stdio.h>
#include <string.h>
#include "render/kustomize/fields.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/remote.h"
#include "render/kustomize/kustomize.h"
#include "unit.h"

struct file {
	const char *path, *text;
};

static struct run run;
static struct rendered out;
static struct err err;

static void setup(void)
{
	run_init(&run);
	out = (struct rendered){ .want_text = true };
	err = (struct err)ERR_INIT;
	buf_init(&out.text, 0);
}

static void teardown(void)
{
	rendered_release(&out);
	run_release(&run);
}

/* Render the folder "app" of some files, in the order of the kustomization. */
static int build(const struct file *files, size_t count)
{
	static const struct render_options options = { .reorder = "none" };
	struct view *v = view_new_memory(&run, NULL);
	size_t i;
	int rc;

	for (i = 0; i < count; i++)
		view_memory_add(v, files[i].path, files[i].text, strlen(files[i].text));
	rc = renderer_kustomize.render(&run, &run.arena, v, "app", &options, &out, &err);
	view_free(v);
	return rc;
}

#define CONFIG_MAP "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n"

/* ---- images ---- */

static const struct {
	const char *entry, *image, *want;
} images[] = {
	{ "name: nginx, newTag: '2'", "nginx:1", "nginx:2" },
	{ "name: nginx, newTag: '2'", "nginx@sha256:aa", "nginx:2" },
	{ "name: nginx, newTag: '2', digest: 'sha256:b'", "nginx", "nginx:2@sha256:b" },
	{ "name: nginx, newName: r.io:5000/n", "nginx:1@sha256:aa", "r.io:5000/n:1@sha256:aa" },
	{ "name: nginx, digest: 'sha256:b'", "nginx:1", "nginx@sha256:b" },
	{ "name: r.io:5000/team/app, newTag: x", "r.io:5000/team/app:1", "r.io:5000/team/app:x" },
	{ "name: nginx, newTag: '2'", "my-nginx:1", "my-nginx:1" },
	{ "name: a.b, newTag: '2'", "axb:1", "axb:2" },
	{ "name: 'ng.*', newTag: '2'", "nginx:1", "nginx:2" },
};

START_TEST(sets_image)
{
	char kustomization[256], pod[256];
	const struct file files[] = { { "app/kustomization.yaml", kustomization },
				      { "app/p.yaml", pod } };
	const struct node *image;

	snprintf(kustomization, sizeof(kustomization), "resources: [p.yaml]\nimages: [{%s}]\n",
		 images[_i].entry);
	snprintf(pod, sizeof(pod),
		 "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, "
		 "image: '%s'}]}\n",
		 images[_i].image);
	ck_assert_msg(!build(files, 2), "%s", err.msg);
	image = node_path(out.objects.items[0].root, "spec", "containers", NULL);
	ck_assert_str_eq(node_get_string(image->items[0], "image"), images[_i].want);
}
END_TEST

/* ---- strategic merge ---- */

static const struct {
	const char *patch, *want;
} merges[] = {
	{ "data: {a: '9'}", "a: \"9\"\n  b: two\n" },
	{ "data: {a: null}", "data:\n  b: two\n" },
	{ "data: {$patch: replace, z: y}", "data:\n  z: \"y\"\n" },
	{ "data: {$patch: delete}", "apiVersion: v1\nkind" },
	{ "more: {$patch: delete, x: y}", "data:\n  a: one" },
	{ "more: {x: null, y: {z: null, w: v}}", "more:\n  \"y\":\n    w: v\n" },
};

START_TEST(merges_patch)
{
	char patch[256];
	const struct file files[] = {
		{ "app/kustomization.yaml", "resources: [c.yaml]\npatches: [{path: p.yaml}]\n" },
		{ "app/c.yaml", CONFIG_MAP "data: {a: one, b: two}\n" },
		{ "app/p.yaml", patch },
	};

	snprintf(patch, sizeof(patch), CONFIG_MAP "%s\n", merges[_i].patch);
	ck_assert_msg(!build(files, 3), "%s", err.msg);
	ck_assert_msg(strstr(out.text.text, merges[_i].want) != NULL, "%s", out.text.text);
}
END_TEST

START_TEST(merges_containers_patch_first)
{
	const struct file files[] = {
		{ "app/kustomization.yaml", "resources: [d.yaml]\npatches: [{path: p.yaml}]\n" },
		{ "app/d.yaml",
		  "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n"
		  "spec: {template: {spec: {containers: [{name: a, image: x}, {name: b}]}}}\n" },
		{ "app/p.yaml",
		  "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n"
		  "spec: {template: {spec: {containers: [{name: new}, {name: b, image: z}]}}}\n" },
	};

	ck_assert_msg(!build(files, 3), "%s", err.msg);
	ck_assert_ptr_nonnull(strstr(out.text.text,
				     "- name: new\n      - image: z\n        name: b\n"
				     "      - image: x\n        name: a\n"));
}
END_TEST

/* ---- origins ---- */

static const struct node *at(const char *section, const char *key)
{
	return node_path(out.objects.items[0].root, section, key, NULL);
}

static void check_origin(const struct node *n, const char *file, unsigned line, enum origin_via via)
{
	struct origin_pos pos;
	enum origin_via found;

	ck_assert_ptr_nonnull(n);
	ck_assert(origins_resolve(run.origins, n->origin, &pos));
	ck_assert_str_eq(pos.file, file);
	ck_assert_uint_eq(pos.line, line);
	origins_parent(run.origins, n->origin, &found);
	ck_assert_int_eq(found, via);
}

START_TEST(knows_origins)
{
	const struct file files[] = {
		{ "app/kustomization.yaml",
		  "namePrefix: p-\ncommonLabels:\n  l: m\nresources: [c.yaml]\n"
		  "patches:\n- patch: |-\n    apiVersion: v1\n"
		  "    kind: ConfigMap\n    metadata: {name: c}\n"
		  "    data:\n      b: patched\n" },
		{ "app/c.yaml", CONFIG_MAP "data:\n  a: one\n  b: two\n" },
	};

	ck_assert_msg(!build(files, 2), "%s", err.msg);
	check_origin(at("data", "a"), "app/c.yaml", 6, VIA_NONE);
	check_origin(at("data", "b"), "app/kustomization.yaml", 11, VIA_PATCH);
	check_origin(at("metadata", "name"), "app/kustomization.yaml", 1, VIA_TRANSFORMER);
	check_origin(node_path(out.objects.items[0].root, "metadata", "labels", "l", NULL),
		     "app/kustomization.yaml", 3, VIA_TRANSFORMER);
}
END_TEST

START_TEST(knows_origins_of_generated)
{
	const struct file files[] = {
		{ "app/kustomization.yaml", "configMapGenerator:\n- name: c\n  literals:\n  - a=b\n"
					    "  files: [f.txt]\n  envs: [e.env]\n" },
		{ "app/f.txt", "text\n" },
		{ "app/e.env", "# comment\nE=v\n" },
	};

	ck_assert_msg(!build(files, 3), "%s", err.msg);
	check_origin(at("data", "a"), "app/kustomization.yaml", 4, VIA_GENERATOR);
	check_origin(at("data", "f.txt"), "app/f.txt", 1, VIA_GENERATOR);
	check_origin(at("data", "E"), "app/e.env", 2, VIA_GENERATOR);
}
END_TEST

START_TEST(follows_references)
{
	const struct file files[] = {
		{ "app/kustomization.yaml", "nameSuffix: -s\nresources: [p.yaml]\n"
					    "configMapGenerator: [{name: c, literals: [a=b]}]\n" },
		{ "app/p.yaml",
		  "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  volumes:\n"
		  "  - name: v\n    configMap:\n      name: c\n" },
	};
	const struct node *volumes;

	ck_assert_msg(!build(files, 2), "%s", err.msg);
	volumes = at("spec", "volumes");
	check_origin(node_path(volumes->items[0], "configMap", "name", NULL), "app/p.yaml", 8,
		     VIA_REFERENCE);
	ck_assert_str_eq(node_path(volumes->items[0], "configMap", "name", NULL)->text,
			 out.objects.items[1].name);
}
END_TEST

/* ---- refusals ---- */

static const struct {
	const char *kustomization;
	unsigned line;
	const char *message;
} refusals[] = {
	{ "resources:\n- c.yaml\nnamePrefx: a\n", 3, "did you mean 'namePrefix'" },
	{ "resources:\n- ../../x.yaml\n", 2, "lies outside" },
	{ "resources:\n- nope.yaml\n", 2, "nope.yaml" },
	{ "resources:\n- .\n", 2, "cycle detected" },
	{ "resources: [c.yaml]\ncommonLabels:\n  a: 1\n", 3, "expected a string" },
	{ "resources: [c.yaml]\npatches:\n- patch: |\n    a: {b\n", 4, "not YAML" },
	{ "resources: [c.yaml]\ntransformers:\n- |\n  apiVersion: x.io/v1\n  kind: Sed\n"
	  "  metadata: {name: s}\n",
	  4, "is refused" },
	{ "resources: [c.yaml, c.yaml]\n", 1, "already registered id" },
	{ "resources: [c.yaml]\nhelmCharts:\n- name: x\n", 3, "--enable-helm" },
};

START_TEST(refuses)
{
	const struct file files[] = { { "app/kustomization.yaml", refusals[_i].kustomization },
				      { "app/c.yaml", CONFIG_MAP } };

	ck_assert_int_eq(build(files, 2), -1);
	ck_assert_msg(strstr(err.msg, refusals[_i].message) != NULL, "%s", err.msg);
	ck_assert_msg(err.line == refusals[_i].line, "line %u: %s", err.line, err.msg);
}
END_TEST

/* ---- addresses ---- */

static const struct {
	const char *text, *clone, *path, *ref;
} specs[] = {
	{ "https://github.com/org/repo//sub/dir?ref=v1", "https://github.com/org/repo", "sub/dir",
	  "v1" },
	{ "github.com/org/repo/sub?ref=main", "https://github.com/org/repo", "sub", "main" },
	{ "git@github.com:org/repo.git//x", "git@github.com:org/repo.git", "x", "" },
	{ "ssh://git@host.io/org/repo/x?version=2", "ssh://git@host.io/org/repo", "x", "2" },
	{ "https://dev.azure.com/o/p/_git/r/sub?ref=b", "https://dev.azure.com/o/p/_git/r", "sub",
	  "b" },
	{ "https://host/org/repo.git/a/b", "https://host/org/repo.git", "a/b", "" },
	{ "../base", NULL, NULL, NULL },
	{ "base/sub", NULL, NULL, NULL },
	{ "https://host/org/repo//../../x", NULL, NULL, NULL },
	{ "https://host/only", NULL, NULL, NULL },
};

START_TEST(parses_address)
{
	struct repo_spec spec;

	ck_assert_int_eq(repo_spec_parse(&run.arena, specs[_i].text, &spec),
			 specs[_i].clone != NULL);
	if (!specs[_i].clone)
		return;
	ck_assert_str_eq(spec.clone, specs[_i].clone);
	ck_assert_str_eq(spec.path, specs[_i].path);
	ck_assert_str_eq(spec.ref, specs[_i].ref);
}
END_TEST

/* ---- tables ---- */

START_TEST(tables_are_sound)
{
	const struct field *f, *g;
	size_t i;

	for (f = fields_kustomization; f->name; f++)
		for (g = f + 1; g->name; g++)
			ck_assert_str_ne(f->name, g->name);
	for (i = 1; plugin_fields[i].kind; i++)
		ck_assert_int_lt(strcmp(plugin_fields[i - 1].kind, plugin_fields[i].kind), 0);
	for (i = 0; i < CONFIG_LISTS; i++)
		ck_assert(default_lists[i].count > 0 || i == CONFIG_LABELS);
}
END_TEST

SUITE(kustomize)
{
	Suite *s = suite_create("kustomize");
	TCase *tc = tcase_create("kustomize");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, sets_image, 0, ARRAY_SIZE(images));
	tcase_add_loop_test(tc, merges_patch, 0, ARRAY_SIZE(merges));
	tcase_add_test(tc, merges_containers_patch_first);
	tcase_add_test(tc, knows_origins);
	tcase_add_test(tc, knows_origins_of_generated);
	tcase_add_test(tc, follows_references);
	tcase_add_loop_test(tc, refuses, 0, ARRAY_SIZE(refusals));
	tcase_add_loop_test(tc, parses_address, 0, ARRAY_SIZE(specs));
	tcase_add_test(tc, tables_are_sound);
	suite_add_tcase(s, tc);
	return s;
}
