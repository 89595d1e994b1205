/*
 * internal: what the files of render/kustomize share.
 *
 * A build accumulates resources: each owns its tree, so transformers change it in place, and keeps
 * beside it what kustomize keeps in annotations of its own (former ids, prefixes and suffixes,
 * generator behaviour). Identity is read from the tree each time, for any transformer may change
 * it. Everything lives in the app arena.
 */
#ifndef RENDER_KUSTOMIZE_INTERNAL_H
#define RENDER_KUSTOMIZE_INTERNAL_H
#include "base/map.h"
#include "base/vec.h"
#include "render/kustomize/defaults.h"
#include "render/renderer.h"

/* ---- identity ---- */

struct gvk {
	const char *group, *version, *kind; /* "" where there is none */
};
struct resid {
	struct gvk gvk;
	const char *name, *ns;
	bool cluster; /* certainly cluster-scoped */
};
struct prev_id {
	const char *name, *ns, *kind; /* ns is the effective one */
};
struct strings {
	VEC(const char *);
};

enum behavior { BEHAVIOR_UNSPECIFIED, BEHAVIOR_CREATE, BEHAVIOR_REPLACE, BEHAVIOR_MERGE };

struct resource {
	struct node *root; /* NULL once a patch has deleted it */
	struct {
		VEC(struct prev_id);
	} prev; /* the oldest first */
	struct strings prefixes, suffixes;
	struct strings vars; /* names of vars that read from it */
	enum behavior behavior;
	bool needs_hash, allow_name_change, allow_kind_change, helm_generated;
	uint32_t position; /* in its resmap */
	/* the type, as long as the tree's two texts are these */
	const char *api_version_text, *kind_text;
	struct gvk gvk;
	bool cluster;
};

/* Resources in order, found by any name that they have or had. */
struct id_index;
struct resmap {
	VEC(struct resource *);
	struct id_index *index;
};

/* ---- configuration ---- */

struct fieldspec {
	struct gvk gvk;
	const char *path;
	const char *const *parts; /* the path in pieces, NULL at the end */
	bool create;
};
struct fieldspecs {
	VEC(struct fieldspec);
};
struct name_ref {
	struct gvk gvk;
	struct fieldspecs referrers;
};
struct config {
	struct fieldspecs lists[CONFIG_LISTS];
	struct {
		VEC(struct name_ref);
	} refs;
};

/* ---- a build ---- */

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
	bool track;	     /* buildMetadata asks for origin or transformer annotations */
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

/* ---- identity (id.c) ---- */

/* The kinds that come before all others, in order: of ids, and of the legacy output. */
extern const char *const kz_kinds_first[];
extern const size_t kz_kinds_first_count;
struct gvk gvk_parse(struct arena *a, const char *api_version, const char *kind);
bool gvk_equal(const struct gvk *x, const struct gvk *y);
/* Whether `x` has what `selector` names; its empty fields match anything. */
bool gvk_selected(const struct gvk *x, const struct gvk *selector);
/* kustomize's order of types: namespaces first, webhooks last. */
int gvk_compare(const struct gvk *x, const struct gvk *y);
const char *gvk_string(struct arena *a, const struct gvk *x);
const char *resid_string(struct arena *a, const struct resid *id);
const char *resid_effective_ns(const struct resid *id);
bool resid_same_ns(const struct resid *x, const struct resid *y);
/* Type, name and effective namespace are equal. */
bool resid_equal(const struct resid *x, const struct resid *y);
/* The same, the namespace to the letter. */
bool resid_identical(const struct resid *x, const struct resid *y);

/* ---- resources (resource.c) ---- */

struct resource *resource_new(struct kz *kz, struct node *root);
struct gvk resource_gvk(struct kz *kz, struct resource *r);
struct resid resource_id(struct kz *kz, struct resource *r);
/* The id that it was read with. */
struct resid resource_original_id(struct kz *kz, struct resource *r);
struct resid resource_prev_id(struct kz *kz, struct resource *r, size_t i);
/* Whether any id, former or present, is equal to `id`. */
bool resource_had_id(struct kz *kz, struct resource *r, const struct resid *id);
const char *resource_name(const struct resource *r);
const char *resource_ns(const struct resource *r);
const char *resource_kind(const struct resource *r);
void resource_store_id(struct kz *kz, struct resource *r);
void resource_set_name(struct kz *kz, struct resource *r, const char *name, origin_id at);
void resource_set_ns(struct kz *kz, struct resource *r, const char *ns);
struct resource *resource_copy(struct kz *kz, const struct resource *r);
/* Take kustomize's own annotations out of the tree and into the struct. */
void resource_absorb_annotations(struct kz *kz, struct resource *r);
/* metadata.labels or metadata.annotations, made when missing. */
struct node *resource_meta_map(struct kz *kz, struct resource *r, const char *field);

/* ---- sets of resources (resmap.c) ---- */

/* Add; fails when the id is taken. */
int resmap_append(struct kz *kz, struct resmap *m, struct resource *r, struct err *err);
int resmap_append_all(struct kz *kz, struct resmap *m, const struct resmap *other, struct err *err);
/* Add, or merge into or replace the one that has the id, as the generator's behavior says. */
int resmap_absorb(struct kz *kz, struct resmap *m, const struct resmap *other, struct err *err);
/* Ids may have changed anywhere: the index is made anew when it is next needed. */
void resmap_dirty(struct resmap *m);
/* The ids of `r` may have changed. */
void resmap_note(struct kz *kz, struct resmap *m, struct resource *r);
/* Those that have or had a name, in order. */
struct resource **resmap_named(struct kz *kz, struct resmap *m, const char *name, size_t *count);
/* Drop resources without a tree or with an empty one. */
void resmap_drop_empty(struct resmap *m);
/* Fails when two resources have one id. */
int resmap_check_unique(struct kz *kz, struct resmap *m, const char *what, struct err *err);

/* ---- reading (load.c) ---- */

/*
 * The resources of a text, as kustomize takes files, patches and inline configurations. Ids may
 * occur twice: patches do.
 */
int load_resources(struct kz *kz, const char *file, const char *text, size_t len, origin_id origin,
		   struct resmap *out, struct err *err);
/* Read a file of the target's folder, under the load restrictor. */
int target_read(const struct target *t, const char *path, origin_id at, struct blob *out,
		struct err *err);
/*
 * A text inside a scalar of the kustomization. It is read with the file name INLINE_FILE and
 * origins from `base` on; afterwards the tree gets its places in the file, and an error its line
 * there.
 */
#define INLINE_FILE "(inline)"
struct inline_text {
	const struct target *t;
	const struct node *scalar;
	origin_id base;
};
struct inline_text inline_start(const struct target *t, const struct node *scalar);
void inline_place(const struct inline_text *x, struct node *tree);
/* Returns -1. */
int inline_error(const struct inline_text *x, struct err *err);
/* load_resources on a part of the scalar's text. */
int load_inline(const struct inline_text *x, const char *text, size_t len, struct resmap *out,
		struct err *err);

#include "render/kustomize/steps.h"

#endif
