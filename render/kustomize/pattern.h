/*
 * pattern: regular expressions of selectors and image names, in Go's syntax; those that are plain
 * text, as nearly all are, need no engine.
 */
#ifndef RENDER_KUSTOMIZE_PATTERN_H
#define RENDER_KUSTOMIZE_PATTERN_H
#include "render/kustomize/internal.h"

struct pattern;
/* An unanchored pattern; `at` is for the error. */
struct pattern *pattern_new(struct kz *kz, const char *text, origin_id at, struct err *err);
/* "^(?:text)$". An empty text matches everything. */
struct pattern *pattern_new_anchored(struct kz *kz, const char *text, origin_id at,
				     struct err *err);
bool pattern_matches(const struct pattern *p, const char *text);
/* The text of a pattern that only matches itself, else NULL. */
const char *pattern_literal(const struct pattern *p);

#endif
