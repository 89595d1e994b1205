/*
 * requests: what is sent for one object, and by whom; each answer goes where the object waits for
 * it, and its next step is then taken (ask.h).
 */
#ifndef VALIDATE_CLUSTER_REQUESTS_H
#define VALIDATE_CLUSTER_REQUESTS_H
#include "validate/cluster/ask.h"

/* The owner's mode made definite, by what is live. */
void apply_choose(struct ask *k);
/* What is sent: the render with its namespace, without what only servers set. */
struct node *apply_body(struct ask *k, const struct object *o);
/* Send what the owner would send for `o`, dry-run; the answer goes to *into. */
void apply_send(struct ask *k, const struct object *o, const struct owner *owner, bool force,
		struct answer *into);
/* Send a GET of the live object. */
void apply_get(struct ask *k);
/* Send a create under a generated name in a stand-in namespace. */
void apply_simulate(struct ask *k);
/* Send a create under a generated name beside the live object. */
void apply_recreate(struct ask *k);
/* What a client-side apply sends and what it makes of the live object. */
struct node *apply_merged(struct ask *k, const struct object *o, const struct owner *owner);
/* Send the merge patch that leads from the live object to `after`, dry-run. */
void apply_settled(struct ask *k, const struct object *o, const struct node *after,
		   struct answer *into);
/* Ask whether a verb is allowed. */
void apply_review(struct ask *k, const char *verb);

#endif
