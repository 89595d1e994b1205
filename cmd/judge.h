/*
 * judge: validates what the apps of a plan render to, each object and all together.
 *
 * Apps of one cluster are seen together; an object that two engines' apps render has two owners,
 * while overlays that no engine applies may be meant for different clusters. What head took over
 * from base unchanged is looked at once, unless a definition of custom resources changed.
 */
#ifndef CMD_JUDGE_H
#define CMD_JUDGE_H
#include "cmd/validate_inputs.h"
#include "validate/outside.h"
#include "validate/validate.h"

struct cluster;
struct owner;
struct schema_release;

struct judge_app {
	const char *owner;   /* names the engine's app; NULL: nothing says that this is applied */
	const char *cluster; /* which of the repository's */
	const struct schema_release *release; /* NULL: the newest */
	const struct owner *deleter;	      /* who deletes what git lost; NULL: nobody */
	const struct owner *applier;	      /* of its objects; never NULL */
	struct objects *head, *base;
	const char *render; /* the digest of head's render, where it is kept; NULL */
};

struct judge {
	struct run *run;
	struct arena *arena;
	const struct judge_app *apps;
	size_t count;
	bool has_base;
	struct cluster *asked;		      /* provides what the commit does not; NULL */
	const struct validate_inputs *inputs; /* of the command line; NULL */
	struct outside outside;		      /* programs that the user names */
	struct pack *pack; /* where findings are kept for the next run; NULL: nowhere */
};

/*
 * Judge each object, and begin to see all together, which goes on beside what else is done; `j` and
 * what it names stay until judge_end. Findings so far are in `head` and `base`.
 */
struct judging *judge_begin(const struct judge *j, struct findings *head, struct findings *base);
/* The rest of the findings; -1 when a program that the user names could not judge. */
int judge_end(struct judging *g, struct findings *head, struct findings *base, struct err *err);
/* Findings may name what this frees. NULL is nothing; what was not ended is. */
void judge_free(struct judging *g);

#endif
