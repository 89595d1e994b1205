/*
 * overrides: what a repository says of rules: raise, lower or ignore them.
 *
 * In a comment, for the line that it ends or stands above (above an object: for all of it):
 *
 *     image: x:latest   # kubectl-gitops: ignore across/reference
 *     # kubectl-gitops: warning schema/unknown-field, schema/type
 *
 * or for the whole repository in .kubectl-gitops.yaml:
 *
 *     rules:
 *       across/reference: ignore
 *       deprecated/api: error
 *
 * When a change is judged, only what its base said counts: a comment that is new has no effect yet,
 * and is listed as config/new-ignore.
 */
#ifndef VALIDATE_OVERRIDES_H
#define VALIDATE_OVERRIDES_H
#include "validate/validate.h"

#define OVERRIDES_FILE ".kubectl-gitops.yaml"

struct overrides;
/* The text of a file, valid until the findings are done; NULL when there is none. */
typedef const char *overrides_text(void *data, const char *file, size_t *len);

struct overrides *overrides_new(struct run *run, struct arena *a);
/* Read the `rules` of a configuration file. ERR_INPUT when it has a word that is none. */
int overrides_read(struct overrides *o, const char *file, const char *text, size_t len,
		   struct err *err);
/*
 * Change the severity of findings, and drop those that are ignored. `base` is NULL when no change
 * is judged: then head's comments count. Returns how many were dropped.
 */
size_t overrides_apply(struct overrides *o, struct findings *f, overrides_text *head,
		       void *head_data, overrides_text *base, void *base_data);

#endif
