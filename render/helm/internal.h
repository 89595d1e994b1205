/*
 * internal: what the steps of one rendering hand to one another, inside render/helm.
 */
#ifndef RENDER_HELM_INTERNAL_H
#define RENDER_HELM_INTERNAL_H
#include "render/helm/chart.h"

/* Of the options; fails when the Kubernetes version is none. */
int capabilities_fill(struct helm *h, struct capabilities *out, struct err *err);

/* .Chart of Helm 4, from Chart.yaml's tree. */
struct value chart_map(struct arena *a, const struct node *tree, bool is_root);

/* A file's rendered text. */
struct rendered_file {
	const char *path; /* "app/templates/x.yaml" */
	struct printed printed;
	origin_id origin; /* of its first byte */
};
struct rendered_files {
	VEC(struct rendered_file);
};

/* A document of a rendered file. */
struct manifest {
	const struct rendered_file *file;
	const char *text;
	size_t len;
	struct node *root;
	const char *kind;
	bool hook, test;
};
struct manifests {
	VEC(struct manifest);
};

/* Render all templates of a chart with these values; the files by path. */
int helm_execute(struct helm *h, struct chart *c, struct value values,
		 const struct capabilities *caps, struct rendered_files *out, struct err *err);
/*
 * What of `given` no template read and no chart has a default for, into the result. A key that a
 * condition or tag names counts as read.
 */
void values_report_unread(struct helm *h, const struct chart *c, struct value given,
			  struct unread_values *out);
/* Split and sort what the files hold. */
int manifests_sort(struct helm *h, const struct rendered_files *files, struct manifests *out,
		   struct manifests *hooks, struct err *err);
/* A text into its documents, as Helm cuts it; false at the end. */
struct splitter {
	const char *text;
	size_t len, at;
	bool helm4;
};
struct splitter splitter_new(const char *text, size_t len, bool helm4);
bool splitter_next(struct splitter *s, const char **doc, size_t *doc_len);
/* The text without Unicode's white space around it. */
void trim_space(const char **text, size_t *len);
/* Let fields that hold a value's text name that value; see refine.c. */
void manifest_refine(struct helm *h, struct manifest *m);
/* values.schema.json of the chart and of those in it. */
int values_check_schemas(struct helm *h, const struct chart *c, struct value values,
			 struct err *err);

#endif
