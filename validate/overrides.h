/*
 * overrides: what a repository says of rules: raise, lower or ignore them.
 *
 * In a comment, for the line that it ends or stands above (above an object: for all of it):
 *
 *     image: x:latest   # kubectl-gitops: ignore across/reference
 *     # kubectl-gitops: warning schema/unknown-field, schema/type
 *
 * or for the whole repository in .gitops.yaml (render/settings.h):
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

struct overrides;
/* The text of a file, valid until the findings are done; NULL when there is none. */
typedef const char *overrides_text(void *data, const char *file, size_t *len);

struct overrides *overrides_new(struct run *run, struct arena *a);
/* Heed the `rules` of a repository's settings. */
struct settings;
void overrides_heed(struct overrides *o, const struct settings *s);
/*
 * Change the severity of findings, and drop those that are ignored. `base` is NULL when no change
 * is judged: then head's comments count. Returns how many were dropped.
 */
size_t overrides_apply(struct overrides *o, struct findings *f, overrides_text *head,
		       void *head_data, overrides_text *base, void *base_data);

#endif
