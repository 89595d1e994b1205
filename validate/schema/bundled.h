/*
 * bundled: the definitions of the engines' own kinds (Flux, Flux Operator, Argo CD), which the
 * program brings along: few repositories hold them, and a typing error in a Kustomization is to be
 * found without a cluster. A table of texts, read as it is asked for; see bundled.py and README.md.
 */
#ifndef VALIDATE_SCHEMA_BUNDLED_H
#define VALIDATE_SCHEMA_BUNDLED_H
#include "base/node.h"

struct bundled;
/* The table, whose trees are made in `a`. */
struct bundled *bundled_new(struct arena *a);
/* The CustomResourceDefinition of a kind; NULL: there is none. Subtrees are shared. */
const struct node *bundled_find(struct bundled *b, const char *group, const char *kind);
/* The release that it is of, as people know it ("Flux 2.9"); NULL: there is none. */
const char *bundled_release(const struct bundled *b, const char *group, const char *kind);
/* The kinds of a group, one after the other; NULL past the last. */
const char *bundled_kind_at(const struct bundled *b, const char *group, size_t i);

#endif
