/*
 * internal: what the files of validate/swarm share.
 */
#ifndef VALIDATE_SWARM_INTERNAL_H
#define VALIDATE_SWARM_INTERNAL_H
#include "base/http.h"
#include "base/map.h"
#include "validate/swarm/swarm.h"

struct swarm {
	struct run *run;
	struct arena arena;
	struct http *http;
	const char *host; /* as it was given */
	const char *url;  /* before the path of a request */
	bool prune;
	const volatile int *cancel;
	const char *version;
	struct map objects;  /* "Kind/name" → struct node */
	struct map networks; /* id → name */
};

/* The Compose schema of a version, as JSON; NULL when there is none. "" is docker stack's newest.
 */
const char *compose_schema(const char *version, size_t *len);
/* The Compose specification's. */
const char *compose_spec_schema(size_t *len);
/* One file against its schema. */
void check_schema(struct run *run, struct arena *a, const struct stack_file *file,
		  struct findings *out);

/* A spec without what the engine fills in by itself, in `a`. */
struct node *swarm_bare(struct arena *a, const char *kind, const struct node *object);
/* How the lists of a kind are matched in these states, NULL ones apart: a schema for struct
 * topology.
 */
const struct node *swarm_topology(struct arena *a, const char *kind,
				  const struct node *const states[], size_t count);
/* What the Engine API answers of one object as one of ours; NULL for what no stack could make. */
struct node *swarm_object(struct swarm *s, const char *kind, const struct node *answer);

#endif
