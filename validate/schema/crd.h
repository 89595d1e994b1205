/*
 * crd: the custom resources that CustomResourceDefinitions declare.
 *
 * Definitions are added in the order of their right to speak: of two for the same group and kind,
 * the one that was added first counts (the commit's before a given folder's before the program's).
 * A version's schema is compiled at its first use. Trees that were added must outlive the set.
 */
#ifndef VALIDATE_SCHEMA_CRD_H
#define VALIDATE_SCHEMA_CRD_H
#include "base/map.h"
#include "base/node.h"
#include "base/vec.h"
#include "validate/schema/schema.h"

struct regex;	/* base/regex.h */
struct bundled; /* validate/schema/bundled.h */
struct custom_schema;
struct rule_program; /* validate/schema/custom_rules.c */

struct custom_schemas {
	VEC(const struct custom_schema *);
};

enum custom_type {
	CUSTOM_OBJECT = 1 << 0,
	CUSTOM_ARRAY = 1 << 1,
	CUSTOM_STRING = 1 << 2,
	CUSTOM_INTEGER = 1 << 3,
	CUSTOM_NUMBER = 1 << 4,
	CUSTOM_BOOLEAN = 1 << 5,
	CUSTOM_OTHER = 1 << 6, /* a word that is no type: nothing fits */
};

/* A JSONSchemaProps, compiled. Pointers are NULL, and bounds -1, where nothing is said. */
struct custom_schema {
	const struct node *source;
	unsigned types; /* enum custom_type; 0: any */
	bool nullable, int_or_string, preserve, embedded, unique_items;
	bool exclusive_minimum, exclusive_maximum, has_minimum, has_maximum, has_multiple;
	double minimum, maximum, multiple;
	int64_t min_length, max_length, min_items, max_items, min_properties, max_properties;
	const char *format, *pattern;
	const struct regex *regex; /* of the pattern */
	enum schema_list list, map;
	const struct node *list_keys; /* names of the keys of a list map */
	struct map properties;	      /* of struct custom_schema */
	bool has_additional, additional_refused;
	const struct custom_schema *additional, *items, *negation;
	struct custom_schemas all_of, any_of, one_of;
	const struct node *required, *values, *preset; /* required, enum, default */
	const struct node *rules;		       /* x-kubernetes-validations */
	const struct rule_program *programs;	       /* the rules, compiled at their first use */
};

/* One version of a custom resource. */
struct crd_version {
	const char *group, *version, *kind, *plural;
	bool namespaced, status; /* status: a subresource, so dropped from what is applied */
	const char *replicas;	 /* scale.specReplicasPath; NULL */
	bool deprecated;
	const char *deprecation;      /* its own warning; NULL */
	const struct node *crd;	      /* the definition */
	const struct node *source;    /* the schema's node; NULL: none */
	const char *bundled;	      /* the release whose definition the program brought; NULL */
	struct custom_schema *schema; /* use crd_schema() */
};

struct crds;
/* An empty set whose memory is `a`. */
struct crds *crds_new(struct arena *a);
/* Add what a CustomResourceDefinition (v1 or v1beta1) declares; other objects are ignored. */
void crds_add(struct crds *c, const struct node *root);
/* From here on, the program's own definitions (bundled.h) speak where the set has none. */
void crds_bundle(struct crds *c);
/* The set's bundled definitions; NULL: it has none. */
const struct bundled *crds_bundled(const struct crds *c);
/* A served version; NULL when there is none, or no set. */
struct crd_version *crds_find(struct crds *c, const char *group, const char *version,
			      const char *kind);
/* The memory of the set, which compiled rules live in. */
struct arena *crds_arena(const struct crds *c);
/* The versions in order of addition; NULL past the last. */
const struct crd_version *crds_at(const struct crds *c, size_t i);
/* The compiled schema, in the set's arena. NULL when the version has none. */
const struct custom_schema *crd_schema(struct crds *c, struct crd_version *v);
/* Compile any JSONSchemaProps node. */
struct custom_schema *custom_compile(struct arena *a, const struct node *n);
/* A property's schema, else that of additional properties, else NULL. */
const struct custom_schema *custom_member(const struct custom_schema *s, const char *name,
					  size_t len);

#endif
