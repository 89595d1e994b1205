/*
 * fuzz_repository: any files as a whole repository: its engines' objects are found, what they lead
 * to is rendered, and what that renders to is judged, each object and all together.
 *
 * The input is apps.yaml; a line "=== NAME" starts another file. Beside them lie a chart, an
 * overlay and a directory of manifests, for engines' objects to point at. Nothing is fetched.
 */
#include <stdint.h>
#include "cmd/judge.h"
#include "render/apps.h"
#include "tests/fuzz/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct fuzz_file beside[] = {
	{ "web/web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n"
			  "  selector: {matchLabels: {app: web}}\n  template:\n"
			  "    metadata: {labels: {app: web}}\n    spec:\n      containers:\n"
			  "      - {name: web, image: \"nginx:${tag:=1}\"}\n" },
	{ "overlay/kustomization.yaml", "resources: [../web/web.yaml]\nnamePrefix: o-\n" },
	{ "chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 1.0.0\n" },
	{ "chart/values.yaml", "name: one\nport: 80\n" },
	{ "chart/templates/s.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n"
				    "  name: {{ .Values.name }}\n"
				    "spec: {ports: [{port: {{ .Values.port }}}]}\n" },
};

static void judge(struct run *run, struct arena *a, struct judge_app *apps, size_t count)
{
	struct judge j = { .run = run, .arena = a, .apps = apps, .count = count };
	struct findings head, base;
	struct err err = ERR_INIT;
	struct judging *g;

	findings_init(&head, run, a);
	findings_init(&base, run, a);
	g = judge_begin(&j, &head, &base);
	judge_end(g, &head, &base, &err);
	judge_free(g);
}

static void render_apps(struct run *run, struct arena *a, struct view *v)
{
	static struct objects none;
	struct render_options options = { .seed = "fuzz" };
	struct apps apps = { .every_stack = true };
	struct err err = ERR_INIT;
	struct {
		VEC(struct judge_app);
	} judged = { 0 };
	struct app *app;

	if (apps_find(run, a, v, "", &apps, &err) < 0)
		return;
	while ((app = apps_next(&apps))) {
		struct rendered *out = arena_new(a, struct rendered);

		err = (struct err)ERR_INIT;
		if (app_render(run, a, v, app, &options, out, &err) < 0) {
			apps_rendered(&apps, app, NULL);
			continue;
		}
		apps_rendered(&apps, app, &out->objects);
		*vec_push(a, &judged) = (struct judge_app){
			.owner = app->engine ? app->id : NULL,
			.cluster = app->cluster,
			.head = &out->objects,
			.base = &none,
		};
		rendered_release(out);
	}
	judge(run, a, judged.items, judged.count);
}

static void render(struct run *run, struct view *v)
{
	struct arena arena;

	arena_init(&arena, &run->budget);
	render_apps(run, &arena, v);
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_files(data, size, "apps.yaml", beside, ARRAY_SIZE(beside), render);
}
