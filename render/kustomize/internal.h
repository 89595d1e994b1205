/*
 * internal: a build and the kustomizations in it; what nearly all files of render/kustomize use.
 * Everything lives in the app arena.
 */
#ifndef RENDER_KUSTOMIZE_INTERNAL_H
#define RENDER_KUSTOMIZE_INTERNAL_H
#include "render/kustomize/config.h"
#include "render/kustomize/resource.h"
#include "render/renderer.h"

/* What was asked of the built-in schema so far. */
enum builtin_use { BUILTIN_UNUSED, BUILTIN_WANTED, BUILTIN_USED };

struct kschema;
struct kz {
	struct run *run;
	struct arena *a;
	struct view *view;
	const struct render_options *options;
	struct rendered *out;
	struct kschema *schema;
	enum builtin_use builtin;
	const struct config *defaults;
	struct {
		VEC(struct view *);
	} opened;	     /* views of remote repositories, freed at the end */
	bool track;	     /* buildMetadata asks for something, so origins are kept */
	unsigned depth;	     /* of bases in bases */
	unsigned components; /* that are being run, one in the other */
};

struct var {
	const char *name;
	struct resid id; /* of objref */
	const char *field_path;
	origin_id origin;
};
struct accumulator {
	struct resmap resources;
	const struct config *config; /* NULL: empty */
	struct {
		VEC(struct var);
	} vars;
};

/* Where things were found, as buildMetadata's annotations say it. */
struct provenance {
	const char *path, *repo, *ref, *configured_in;
	const char *api_version, *kind, *name, *ns; /* configuredBy */
};

/* One kustomization that is being built. */
struct target {
	const struct node *given; /* instead of the directory's file; NULL */
	struct kz *kz;
	struct view *view; /* that its files are in: the build's, or of a remote repository */
	const struct target *parent;
	const char *dir;       /* in the view */
	const char *file;      /* "overlays/prod/kustomization.yaml" */
	const char *file_name; /* its last part */
	struct blob blob;
	struct node *k;		   /* decoded: canonical keys, no nulls, deprecated fields moved */
	struct provenance *origin; /* NULL unless kz->track */
	const char *helm_namespace;
	const char *url; /* of the remote that it is in, as it was written */
};

/* ---- helpers (kustomize.c) ---- */

/* Fail with ERR_INPUT at the place of an origin. */
int kz_fail(struct kz *kz, struct err *err, origin_id at, const char *fmt, ...) PRINTF_LIKE(4, 5);
#ifdef __clang_analyzer__ /* which does not see into another file */
#	define kz_fail(...) (kz_fail(__VA_ARGS__), -1)
#endif
/* A line for standard error. */
void kz_note(struct kz *kz, origin_id at, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The scalar's text; "" for null, for what is no scalar and for NULL. */
const char *text_of(const struct node *n);
/* "a string", "an object"… */
const char *type_words(const struct node *n);
/* A field's text: "" when it is missing or empty. */
const char *field_text(const struct node *map, const char *key);

/*
 * An entry that changes nothing, as kustomize silently lets it: a finding for whoever plans. A
 * component's are not told, for it is made for overlays that differ.
 */
void kz_matches_nothing(struct kz *kz, origin_id at, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* ---- building (target.c) ---- */

int target_accumulate(struct target *t, struct accumulator *into, struct err *err);
/* Load a kustomization below `t` and take what it makes into `into`. */
int target_sub(struct target *t, struct target *sub, struct accumulator *into, origin_id at,
	       bool component, struct err *err);
/* Accumulate one file. */
int target_file(struct target *t, struct accumulator *into, const struct node *path,
		struct err *err);
/* Accumulate files and folders. */
int target_resources(struct target *t, struct accumulator *into, const struct node *paths,
		     struct err *err);

#endif
