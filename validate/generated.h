/*
 * generated: what a controller makes of a live object that it writes from a template, as Argo CD's
 * ApplicationSet controller does: spec, labels and annotations are as generated, whatever others
 * added; what the object's type has no words for, its status and its owners are left.
 */
#ifndef VALIDATE_GENERATED_H
#define VALIDATE_GENERATED_H
#include "base/node.h"

/* The live object after it; shares nodes with both. */
struct node *generated_over(struct arena *a, const struct node *made, const struct node *live);

#endif
