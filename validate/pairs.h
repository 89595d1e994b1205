/*
 * pairs: which object of base an object of head was, by group, kind, namespace and name.
 *
 * An app's own object is its own before anybody else's: overlays that render the same object
 * (environments that no engine applies may be meant for different clusters) are told apart, and
 * what stands in several files of a folder is matched by its file. What an app lost and another
 * gained has moved. Among the objects of one identity the first is the one that counts where there
 * can be only one; the others are `further`, or `repeated` where an engine applies one of them.
 */
#ifndef VALIDATE_PAIRS_H
#define VALIDATE_PAIRS_H
#include "base/map.h"
#include "base/vec.h"
#include "render/render.h"

struct pair {
	const char *key; /* group/kind/namespace/name */
	const struct object *base, *head;
	size_t base_app, head_app; /* of the side that is there */
	bool several;		   /* another app has the object too */
	bool further;  /* not the first of its identity, and nobody says who applies it */
	bool repeated; /* not the first, and an engine applies it or the first */
};

struct pairs {
	struct arena *arena;
	struct map groups; /* identity → what was seen of it */
	VEC(struct pair);
};

/* One object of one side of an app, by its number. */
struct pair_object {
	const struct object *object;
	const char *cluster; /* which of the repository's */
	size_t app;
	bool is_head;
	bool owned; /* an engine applies the app */
};

void pairs_init(struct pairs *p, struct arena *a);
/* Note an object; all of head's go before those of base. What it is, for pairs_add_as. */
struct identity;
struct identity *pairs_add(struct pairs *p, const struct pair_object *o);
/* Note one that is the same, as an object is that both sides share. */
void pairs_add_as(struct pairs *p, struct identity *id, const struct pair_object *o);
/* Fill the pairs, in the order in which their objects were noted, the first of each identity
   before the others. */
void pairs_make(struct pairs *p);

#endif
