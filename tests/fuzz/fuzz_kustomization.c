/*
 * fuzz_kustomization: any text as a kustomization, with patches and resources of any content.
 *
 * The input is the kustomization.yaml; a line "=== NAME" starts another file of the folder. Beside
 * them lie dep.yaml, svc.yaml and a base. Nothing is fetched. What renders is printed with its
 * origins read, so that those are walked too.
 */
#include <stdint.h>
#include "render/render.h"
#include "tests/fuzz/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char deployment[] =
	"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\n  labels: {app: app}\n"
	"  annotations: {a: one, n: null}\nspec:\n  replicas: 1\n  selector:\n"
	"    matchLabels: {app: app}\n  template:\n    metadata:\n      labels: {app: app}\n"
	"    spec:\n      containers:\n      - name: main\n        image: \"nginx:1.0\"\n"
	"        args: [\"--x=$(V)\", '--y', \"80\"]\n        env:\n        - {name: A, value: "
	"\"1\"}\n"
	"        ports:\n        - containerPort: 80\n      volumes:\n      - name: v\n"
	"        configMap: {name: cm}\n";
static const char service[] = "apiVersion: v1\nkind: Service\nmetadata: {name: svc}\nspec:\n"
			      "  selector: {app: app}\n  ports: [{port: 80, name: http}]\n";
static const char base[] = "resources: [svc.yaml]\nnamePrefix: b-\n"
			   "configMapGenerator:\n- name: cm\n  literals: [a=b]\n";

static void walk(struct run *run, const struct node *n)
{
	struct origin_pos pos;
	uint32_t i;

	origins_resolve(run->origins, n->origin, &pos);
	for (i = 0; n->type == NODE_SEQ && i < n->len; i++)
		walk(run, n->items[i]);
	for (i = 0; n->type == NODE_MAP && i < n->len; i++)
		walk(run, n->entries[i].value);
}

static void render(struct run *run, struct view *v)
{
	struct render_options options = { 0 };
	struct rendered out = { .want_text = true };
	struct arena arena;
	struct err err = ERR_INIT;

	arena_init(&arena, &run->budget);
	if (!render_path(run, &arena, v, "", &options, &out, &err))
		for (size_t i = 0; i < out.objects.count; i++)
			walk(run, out.objects.items[i].root);
	rendered_release(&out);
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fuzz_file beside[] = {
		{ "dep.yaml", deployment },
		{ "svc.yaml", service },
		{ "base/kustomization.yaml", base },
		{ "base/svc.yaml", service },
	};

	return fuzz_files(data, size, "kustomization.yaml", beside, ARRAY_SIZE(beside), render);
}
