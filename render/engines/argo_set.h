/*
 * argo_set: what the files of the ApplicationSet controller share.
 *
 * Generators (argo_set_generators.c, argo_set_git.c) make parameter sets; each fills the template
 * (argo_set_template.c) into an Application (argo_set.c). A parameter set is a mapping: nested with
 * goTemplate, else flat, its keys "path.basename" and its values strings.
 */
#ifndef RENDER_ENGINES_ARGO_SET_H
#define RENDER_ENGINES_ARGO_SET_H
#include "render/engines/argo.h"
#include "render/helm/helm.h"

struct argo_set {
	struct argo g; /* for sources; its app is the ApplicationSet */
	const struct node *spec;
	bool go;		    /* goTemplate */
	struct argo_texts *texts;   /* as goTemplateOptions say */
	struct argo_texts *lenient; /* what misses a parameter fails, and so is left */
	size_t made;		    /* parameter sets so far */
	unsigned depth;		    /* of generators in one another */
};

/* Go templates, each parsed once, that miss parameters in one way. */
struct argo_texts {
	struct template_set *templates;
	struct map parsed; /* a template's text → its name in the set */
};

struct argo_params {
	VEC(struct node *);
};

/* What one generator gives: its parameter sets, and the template that they fill. */
struct argo_made {
	struct argo_params params;
	const struct node *template;
};

/* The kinds of generators are rows: the next at or behind *row that an entry of generators has. */
bool argo_next_row(const struct node *entry, size_t *row);
/* Generate by one of them; `outer` are the first generator's parameters of a matrix, NULL. */
int argo_generate_row(struct argo_set *set, const struct node *entry, size_t row,
		      const struct node *outer, struct argo_made *out, struct err *err);
/* The `git` generator. */
int argo_generate_git(struct argo_set *set, const struct node *git, struct argo_params *out,
		      struct err *err);
/* A generator's `values`, filled with its own parameters, into them. */
int argo_add_values(struct argo_set *set, const struct node *values, struct node *params,
		    struct err *err);
/* A copy of a tree with the parameters in all its strings and keys. */
struct node *argo_fill(struct argo_set *set, const struct node *tree, const struct node *params,
		       struct err *err);
/* One text; with `lenient` what misses a parameter stays as it is. NULL on failure. */
const char *argo_fill_text(struct argo_set *set, const struct node *text, const struct node *params,
			   bool lenient, struct err *err);

/* Entries of `from` into `into`, mappings merged. */
void argo_merge(struct arena *a, struct node *into, const struct node *from);
/* Entries of `from` where `into` has nothing. */
void argo_merge_missing(struct arena *a, struct node *into, const struct node *from);
/* Nested values as flat keys "a.b.0" with texts, as selectors and flat templates see them. */
void argo_flatten(struct arena *a, const struct node *from, const char *prefix, struct node *out);
/* A name that DNS takes, as `normalize` makes it. */
const char *argo_normalize(struct arena *a, const char *name);

#endif
