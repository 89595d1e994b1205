/*
 * inventory: what an owner applied before, as the cluster tells: objects with an ApplySet's label,
 * objects that kubectl applied. What of it git no longer has is to go, whichever commit lost it.
 */
#ifndef VALIDATE_CLUSTER_INVENTORY_H
#define VALIDATE_CLUSTER_INVENTORY_H
#include "validate/cluster/internal.h"
#include "validate/plan_internal.h"

/*
 * Add to `items` what the inventory of their owner holds and neither side has; memory of `a`.
 * *part_of becomes the id of the ApplySet, NULL where there is none. -1 when the inventory can't be
 * read: then nothing is known of deletions.
 */
int inventory_ask(struct plan *p, struct cluster *c, const struct plan_options *options,
		  struct plan_items *items, struct arena *a, const char **part_of, struct err *err);
/*
 * Why an owner that prunes lets a live object be, though git lost it: it bears another's marks, or
 * one that says so. NULL: it goes. `leaves`: git lost the owner's own object too. In `a`.
 */
const char *inventory_keeps(struct arena *a, const struct owner *owner, const char *part_of,
			    const struct node *live, bool leaves);

/* The label that an ApplySet's members bear. */
#define APPLYSET_PART_OF "applyset.kubernetes.io/part-of"

#endif
