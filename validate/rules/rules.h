/*
 * rules: what the API server checks in code, beyond structure, on create and on update.
 *
 * A rule is one row and one function; the rows of each area stand in a table beside their code.
 * Each row runs at every place that its scope names (the object, each pod spec, each container…)
 * of the kinds and releases it holds for. Field paths are the server's. Rules assume nothing about
 * structure: a value of the wrong type counts as absent, for the structural check reports it.
 */
#ifndef VALIDATE_RULES_RULES_H
#define VALIDATE_RULES_RULES_H
#include "validate/validate.h"

struct val;

/* Where a rule's function is called, and with what. */
enum rule_scope {
	ON_CREATE,    /* the object, always */
	ON_UPDATE,    /* the object, only when there is an old one */
	ON_POD_META,  /* each pod spec, for what its metadata says */
	ON_POD,	      /* each pod spec: of a Pod and of pod templates */
	ON_CONTAINER, /* each container of a pod spec, init and ephemeral ones included */
	ON_VOLUME,    /* each volume of a pod spec */
};

struct rule {
	const char *id; /* "pod/container-ports" */
	enum severity severity;
	enum rule_scope scope;
	uint64_t kinds;	  /* bits of enum kind_id; 0: every kind, custom resources included */
	int since, until; /* minor releases, both included; 0: no bound */
	const char *summary;
	const char *source; /* where upstream does this */
	void (*check)(struct val *v);
};

/* Check one object; with `old`, as an update of it. Findings that rules add go to `out`. */
void rules_check(const struct object *object, const struct object *old, int release_minor,
		 struct findings *out);

/* All rows, area by area; the number in *count. Built once; not to be freed. */
const struct rule *const *rules_all(size_t *count);
/* The kinds of a row as text, "Pod, Deployment"; "every kind" when it is bound to none. */
const char *rule_kinds_text(struct arena *a, const struct rule *rule);

#endif
