/* What the options of `validate` name, read once, and the kinds that they leave out or refuse. */
#include "cmd/validate_inputs.h"

#include <string.h>

#include "cmd/files.h"
#include "validate/manifest.h"

bool validate_mentions_crd(const char *text, size_t len)
{
	static const char word[] = "CustomResourceDefinition";

	return memmem(text, len, word, sizeof(word) - 1);
}

struct input {
	struct run *run;
	struct arena *arena;
	struct validate_objects *out;
	bool crds_only; /* files without a definition are not read */
};

static int read_input(void *data, const char *name, const char *text, size_t len, struct err *err)
{
	struct input *in = data;
	struct manifests manifests = { 0 };
	struct findings ignored;

	(void)err;
	if (in->crds_only && !validate_mentions_crd(text, len))
		return 0;
	findings_init(&ignored, in->run, in->arena);
	manifests_read(in->run, in->arena, name, text, len, 0, &manifests, &ignored);
	for (size_t i = 0; i < manifests.count; i++)
		*vec_push(in->arena, in->out) = manifests.items[i].object;
	return 0;
}

int validate_inputs_read(struct run *run, struct arena *a, const struct validate_files *what,
			 struct validate_inputs *out, struct err *err)
{
	const struct {
		const struct option_values *files;
		struct input in;
	} each[] = {
		{ &what->crds, { run, a, &out->crds, true } },
		{ &what->policies, { run, a, &out->policies, false } },
		{ &what->against, { run, a, &out->before, false } },
	};

	out->skip = &what->skip;
	out->reject = &what->reject;
	out->outside = what->outside;
	out->ignore_missing = what->ignore_missing;
	for (size_t i = 0; i < ARRAY_SIZE(each); i++) {
		struct input in = each[i].in;

		for (size_t k = 0; k < each[i].files->count; k++)
			if (files_walk(run, each[i].files->items[k].text, read_input, &in, err) < 0)
				return -1;
	}
	return 0;
}

static bool word_is(const char *word, size_t len, const char *text)
{
	return strlen(text) == len && !memcmp(word, text, len);
}

bool validate_is_skipped(struct arena *a, const struct option_values *skip, const struct object *o)
{
	const char *full = skip->count ? arena_printf(a, "%s/%s", o->api_version, o->kind) : NULL;

	for (size_t i = 0; i < skip->count; i++) {
		const char *p = skip->items[i].text;

		while (*p) {
			size_t n = strcspn(p, ",");

			if (word_is(p, n, o->kind) || word_is(p, n, full))
				return true;
			p += n + (p[n] == ',');
		}
	}
	return false;
}

void validate_rejected(const struct option_values *reject, const struct object *o,
		       struct findings *out)
{
	const struct node *kind = node_get(o->root, "kind");

	if (reject && validate_is_skipped(out->arena, reject, o))
		findings_add(out, SEVERITY_ERROR, "schema/rejected", o, "kind",
			     kind ? kind->origin : o->root->origin,
			     "a %s is not wanted here (--reject)", o->kind);
}
