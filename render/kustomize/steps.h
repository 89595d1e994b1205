/*
 * steps: what the files of render/kustomize give one another for each step of a build: reading the
 * kustomization, configuration, transformers, selection, merging, the end. Types are internal.h's.
 */
#ifndef RENDER_KUSTOMIZE_STEPS_H
#define RENDER_KUSTOMIZE_STEPS_H
#include "render/kustomize/internal.h"

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
	DECODE_STRICT = 1 << 0,	 /* unknown fields are errors */
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
int fieldspec_apply(const struct field_walk *walk, const struct fieldspec *spec, struct node *root,
		    const struct gvk *gvk, struct err *err);
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

/*
 * An entry that changes nothing, as kustomize silently lets it: a finding for whoever plans. A
 * component's are not told, for it is made for overlays that differ.
 */
void kz_matches_nothing(struct kz *kz, origin_id at, const char *fmt, ...) PRINTF_LIKE(3, 4);

int transform_namespace(struct kz *kz, struct resmap *m, const struct node *config,
			const struct fieldspecs *specs, struct err *err);
int namespace_set_one(struct kz *kz, struct resource *r, const struct node *text, struct err *err);
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
int generate_map(struct target *t, const struct node *args, const struct node *options, bool secret,
		 struct resmap *out, struct err *err);
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
	short builtin;		   /* index of a built-in type, or -1 */
	const struct node *custom; /* or a schema of the openapi: file */
	bool merges;		   /* a list that merges by key */
	const char *keys;	   /* comma-separated */
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

void provenance_annotate(struct kz *kz, struct resource *r, const struct provenance *x);
void provenance_annotate_missing(struct kz *kz, struct resmap *m, const struct provenance *x);
void provenance_transformed(struct kz *kz, struct resmap *m, const struct provenance *x);
struct provenance *provenance_append(struct kz *kz, const struct provenance *x, const char *path);

#endif
