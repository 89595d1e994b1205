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
	} opened;           /* views of remote repositories, freed at the end */
	bool track;         /* buildMetadata asks for origin or transformer annotations */
	unsigned depth;     /* of bases in bases */
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
	const char *dir;        /* in the view */
	const char *file;       /* "overlays/prod/kustomization.yaml" */
	const char *file_name;  /* its last part */
	struct blob blob;
	struct node *k;         /* decoded: canonical keys, no nulls, deprecated fields moved */
	struct provenance *origin; /* NULL unless kz->track */
	const char *helm_namespace;
	const char *url;        /* of the remote that it is in, as it was written */
};

/* ---- helpers (kustomize.c) ---- */

/* Fail with ERR_INPUT at the place of an origin. */
int kz_fail(struct kz *kz, struct err *err, origin_id at, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* A line for standard error. */
void kz_note(struct kz *kz, origin_id at, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The scalar's text; "" for null, for what is no scalar and for NULL. */
const char *text_of(const struct node *n);
/* "a string", "an object"… */
const char *type_words(const struct node *n);
/* A field's text: "" when it is missing or empty. */
const char *field_text(const struct node *map, const char *key);

/* ---- identity (id.c) ---- */

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
int resmap_append_all(struct kz *kz, struct resmap *m, const struct resmap *other,
		      struct err *err);
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
 * A text inside a scalar of the kustomization. It is read with the file name INLINE_FILE and origins
 * from `base` on; afterwards the tree gets its places in the file, and an error its line there.
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

/* ---- kustomization files (kustfile.c, fields.c) ---- */

enum shape {
	SHAPE_STRING,
	SHAPE_BOOL,
	SHAPE_INT,
	SHAPE_STRINGS,
	SHAPE_STRING_MAP,
	SHAPE_STRUCT,
	SHAPE_STRUCTS,
	SHAPE_ANY_MAP,
};
struct field {
	const char *name;
	enum shape shape;
	const struct field *sub; /* of SHAPE_STRUCT and SHAPE_STRUCTS; ends with a NULL name */
};
enum decode_flags {
	DECODE_STRICT = 1 << 0,  /* unknown fields are errors */
	DECODE_CONVERT = 1 << 1, /* numbers and booleans become strings where strings are meant */
};
extern const struct field fields_kustomization[], fields_config[], fields_replacement[];
struct plugin_fields {
	const char *kind;
	const struct field *fields;
};
extern const struct plugin_fields plugin_fields[]; /* ends with a NULL kind */
/* A mapping with the canonical keys of `fields`, nulls left out, or NULL. */
struct node *fields_decode(struct kz *kz, const struct field *fields, const struct node *from,
			   unsigned flags, const char *what, struct err *err);
/* Find, read and decode the kustomization of t->dir. */
int kustfile_load(struct target *t, struct err *err);
bool kustfile_present(struct view *v, const char *dir, const char **name);

/* ---- building (target.c, plugin.c) ---- */

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
/* Run generators that are configured by resources. */
int plugins_generate(struct target *t, struct accumulator *into, struct err *err);
int plugins_transform(struct target *t, struct accumulator *into, const char *field,
		      struct err *err);

/* ---- configuration (config.c, crds.c) ---- */

const struct config *config_default(struct kz *kz);
const struct config *config_merge(struct kz *kz, const struct config *x, const struct config *y,
				  struct err *err);
/* The default and the files of `configurations:`. */
const struct config *config_load(struct target *t, struct err *err);
int fieldspecs_merge(struct kz *kz, struct fieldspecs *into, const struct fieldspecs *from,
		     struct err *err);
int fieldspecs_add(struct kz *kz, struct fieldspecs *into, const struct fieldspec *spec,
		   struct err *err);
struct fieldspec fieldspec_make(struct arena *a, const struct gvk *gvk, const char *path,
				bool create);
/* From a list of mappings that fields_decode made; NULL gives none. */
struct fieldspecs fieldspecs_from(struct kz *kz, const struct node *list);

/* ---- fields (fieldspec.c) ---- */

/* Called for the node at the end of a path; may change it in place. */
typedef int field_fn(void *data, struct node *field, struct err *err);
struct field_walk {
	struct kz *kz;
	field_fn *set;
	void *data;
	enum node_type create; /* what to create where the spec says so; NODE_NULL: nothing */
};
int fieldspec_apply(const struct field_walk *walk, const struct fieldspec *spec,
		    struct node *root, const struct gvk *gvk, struct err *err);
/* The same for each spec of a list. */
int fieldspecs_apply(const struct field_walk *walk, const struct fieldspecs *specs,
		     struct node *root, const struct gvk *gvk, struct err *err);

/*
 * Give a scalar another text. NODE_STR makes it a string whatever it looks like; NODE_NULL ("no
 * tag") keeps the old style and lets the text decide, as kyaml does.
 */
void scalar_set(struct kz *kz, struct node *n, const char *text, size_t len, enum node_type type,
		origin_id origin);
/* A key that kyaml writes without quotes: what it is then read as. */
void plain_key(struct node *key);
/* Set a key to a string, keeping the style of the old value. */
void string_entry_set(struct kz *kz, struct node *map, const char *key, const char *text,
		      origin_id origin, origin_id key_origin);

/* ---- transformers, each in its file ---- */

int transform_namespace(struct kz *kz, struct resmap *m, const struct node *config,
			const struct fieldspecs *specs, struct err *err);
int namespace_set_one(struct kz *kz, struct resource *r, const struct node *text,
		      struct err *err);
int transform_affix(struct kz *kz, struct resmap *m, const struct node *affix, bool suffix,
		    const struct fieldspecs *specs, struct err *err);
int transform_string_map(struct kz *kz, struct resmap *m, const struct node *pairs,
			 const struct fieldspecs *specs, struct err *err);
int transform_images(struct kz *kz, struct resmap *m, const struct node *images,
		     const struct fieldspecs *specs, struct err *err);
int transform_replica(struct kz *kz, struct resmap *m, const struct node *replica,
		      const struct fieldspecs *specs, struct err *err);
int transform_replacements(struct target *t, struct resmap *m, const struct node *list,
			   struct err *err);
int transform_value_add(struct target *t, struct resmap *m, const struct node *config,
			struct err *err);
int transform_hashes(struct kz *kz, struct resmap *m, struct err *err);
int transform_name_references(struct kz *kz, struct resmap *m, const struct config *config,
			      struct err *err);
int transform_order(struct kz *kz, struct resmap *m, const struct node *sort_options,
		    struct err *err);

/* patches.c: the three kinds of patches, from a decoded mapping */
int patch_entry(struct target *t, struct resmap *m, const struct node *entry, struct err *err);
int patch_strategic_merge(struct target *t, struct resmap *m, const struct node *paths,
			  const struct node *inline_text, struct err *err);
int patch_json6902(struct target *t, struct resmap *m, const struct node *target,
		   const struct node *path, const struct node *patch, struct err *err);

/* generators.c, helmchart.c */
int generate_map(struct target *t, const struct node *args, const struct node *options,
		 bool secret, struct resmap *out, struct err *err);
int generate_helm_chart(struct target *t, const struct node *chart, const struct node *globals,
			struct resmap *out, struct err *err);

/* vars.c */
int vars_merge(struct target *t, struct accumulator *into, const struct node *list,
	       struct err *err);
int vars_absorb(struct kz *kz, struct accumulator *into, const struct accumulator *other,
		struct err *err);
int vars_resolve(struct kz *kz, struct accumulator *acc, struct err *err);

/* ---- selection (selector.c) ---- */

struct selector; /* patches[].target, replacements[].targets[].select */
struct selector *selector_new(struct kz *kz, const struct node *from, struct err *err);
/* Those that a patch target selects, in order. */
struct resource **selector_resources(struct kz *kz, const struct selector *s, struct resmap *m,
				     size_t *count);
bool selector_matches_id(const struct selector *s, const struct resid *id);
/* Whether all of its identity fields are empty. */
bool selector_has_no_id(const struct selector *s);
bool selector_has_no_labels(const struct selector *s);
bool selector_matches_meta(const struct selector *s, const struct resource *r);

/* ---- merging and patching (merge.c, jsonpatch.c, schema.c) ---- */

/* Merge a patch into the tree; *root becomes NULL when the patch deletes it. */
int strategic_merge(struct kz *kz, struct node **root, struct node *patch, struct err *err);
/* Apply operations (a sequence); the tree is first made what JSON would make of it. */
int json_patch_apply(struct kz *kz, struct node **root, const struct node *operations,
		     struct err *err);
/* Numbers, strings and keys as a round through JSON leaves them. */
void json_normalize(struct kz *kz, struct node *n);

/* What is known of a type at some place; all zero: nothing. */
struct type_info {
	bool known;
	short builtin;              /* index of a built-in type, or -1 */
	const struct node *custom;  /* or a schema of the openapi: file */
	bool merges;                /* a list that merges by key */
	const char *keys;           /* comma-separated */
	unsigned char flags;
};
struct type_info kschema_of_resource(struct kz *kz, const char *api_version, const char *kind);
struct type_info kschema_field(struct kz *kz, const struct type_info *t, const char *name);
struct type_info kschema_element(struct kz *kz, const struct type_info *t);
bool kschema_cluster_scoped(struct kz *kz, const struct gvk *gvk);
/* Field specs from the OpenAPI definitions of `crds:`. */
int crds_merge(struct target *t, struct accumulator *into, struct err *err);
/* The openapi: field of a kustomization. */
int kschema_set(struct target *t, bool reset, struct err *err);

/* ---- remote bases (remote.c) ---- */

/* What kustomize reads in the address of a repository. */
struct repo_spec {
	const char *clone; /* "https://host/org/repo" */
	const char *path;  /* of the kustomization in it; "" for the root */
	const char *ref;   /* "" for the default branch */
	unsigned timeout_s;
};
bool repo_spec_parse(struct arena *a, const char *text, struct repo_spec *out);
/* Whether kustomize takes an entry for a repository's or a file's address. */
bool remote_is_url(struct arena *a, const char *text);
bool remote_is_file(const char *text); /* http:// or https:// */
/* Fetch a file over HTTP. */
int remote_read(const struct target *t, const char *url, origin_id at, struct blob *out,
		struct err *err);
int remote_accumulate(struct target *t, struct accumulator *into, const struct node *path,
		      bool component, struct err *err);

/* ---- the end (finish.c) ---- */

int finish_resource(struct kz *kz, struct resource *r, struct err *err);
/*
 * A string as it is once kyaml has printed it and read it again: points in time in JSON's form,
 * folded texts with the line breaks that folding adds.
 */
void printed_string(struct kz *kz, struct node *n);

/* ---- build metadata (provenance.c) ---- */

void provenance_annotate(struct kz *kz, struct resource *r, const struct provenance *p);
void provenance_annotate_missing(struct kz *kz, struct resmap *m, const struct provenance *p);
void provenance_transformed(struct kz *kz, struct resmap *m, const struct provenance *p);
struct provenance *provenance_append(struct kz *kz, const struct provenance *p, const char *path);

#endif
