/*
 * resource: what a build accumulates, and how it is found.
 *
 * Each resource owns its tree, so transformers change it in place, and keeps beside it what
 * kustomize keeps in annotations of its own (former ids, prefixes and suffixes, generator
 * behaviour). Identity is read from the tree each time, for any transformer may change it.
 */
#ifndef RENDER_KUSTOMIZE_RESOURCE_H
#define RENDER_KUSTOMIZE_RESOURCE_H
#include "base/err.h"
#include "base/node.h"
#include "base/vec.h"

struct kz;

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
	struct {
		VEC(const struct node *);
	} shared; /* labels' and annotations' values that may stand at several places */
	enum behavior behavior;
	bool needs_hash, allow_name_change, allow_kind_change, generated, helm_generated;
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

#endif
