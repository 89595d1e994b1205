/* remote: bases and files that an address names. */
#ifndef RENDER_KUSTOMIZE_REMOTE_H
#define RENDER_KUSTOMIZE_REMOTE_H
#include "render/kustomize/internal.h"

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

#endif
