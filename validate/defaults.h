/*
 * defaults: what the API server fills in where an object leaves it out.
 */
#ifndef VALIDATE_DEFAULTS_H
#define VALIDATE_DEFAULTS_H
#include "validate/topology.h"

/* Fill them into an object of the kind whose root `t` is. New nodes in `a`. */
void defaults_fill(struct arena *a, struct topology t, struct node *root);

#endif
