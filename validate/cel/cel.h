/*
 * cel: the Common Expression Language as the API server compiles and runs it.
 *
 * An environment declares variables; compiling parses, checks types and estimates the cost, with
 * cel-go's messages and positions; running evaluates over node trees, lazily, with a bound on
 * steps. Kubernetes' libraries (strings, lists, regex, URLs, quantities, IPs, CIDRs, semver, sets,
 * formats, optionals) are there; cel.bind is not, as it is not there. Everything lives in the arena
 * that is passed. Upstream: cel-go v0.26 and k8s.io/apiserver's pkg/cel of 1.36.
 */
#ifndef VALIDATE_CEL_CEL_H
#define VALIDATE_CEL_CEL_H
#include "base/node.h"
#include "base/vec.h"

enum cel_kind {
	CEL_ERROR,
	CEL_DYN,
	CEL_NULL,
	CEL_BOOL,
	CEL_INT,
	CEL_UINT,
	CEL_DOUBLE,
	CEL_STRING,
	CEL_BYTES,
	CEL_TIMESTAMP,
	CEL_DURATION,
	CEL_LIST,
	CEL_MAP,
	CEL_OBJECT,
	CEL_OPTIONAL,
	CEL_TYPE,
	CEL_QUANTITY,
	CEL_IP,
	CEL_CIDR,
	CEL_URL,
	CEL_SEMVER,
	CEL_FORMAT,
	CEL_AUTHORIZER, /* the authorizer and what its methods give: type-checked, refused offline
			 */
	CEL_PARAM,	/* a type parameter, while overloads are looked at */
};

enum cel_list_kind { CEL_LIST_ATOMIC, CEL_LIST_SET, CEL_LIST_MAP };

struct cel_type {
	enum cel_kind kind;
	const struct cel_type *key, *element; /* of a map; of a list, map or optional */
	const struct cel_object *object;      /* of CEL_OBJECT */
	enum cel_list_kind list;	      /* how lists compare (x-kubernetes-list-type) */
	const struct node *list_keys;	      /* of CEL_LIST_MAP */
	bool sized; /* a value of a schema, no larger than max_size: scalars and objects are 0 */
	uint64_t max_size; /* of a string, list or map, for the estimate of cost */
	int param;
};

/* The fields of an object type, made when they are asked for. */
struct cel_object {
	const char *name;
	/* The type of the field with this (escaped) name, or NULL. *json gets its real name. */
	const struct cel_type *(*field)(const struct cel_object *self, struct arena *a,
					const char *name, const char **json);
	const void *data;
};

struct cel_value;
struct cel_variable {
	const char *name;
	const struct cel_type *type;
};
struct cel_env {
	const struct cel_variable *variables;
	size_t count;
	const struct cel_object *lazy; /* fields of the variable `variables`; NULL */
	bool patches; /* Object{…}, Object.spec{…} and JSONPatch{…} may be written */
};

struct cel_error {
	unsigned line, column; /* from 1, in characters */
	const char *message;   /* "undeclared reference to 'x' (in container '')" */
};

struct cel_program;
/* Parse and check. NULL with *error set; the program's result type is cel_result_type. */
struct cel_program *cel_compile(struct arena *a, const struct cel_env *env, const char *text,
				struct cel_error *error);
const struct cel_type *cel_result_type(const struct cel_program *p);
/* The highest cost that running it may have, as the API server estimates; UINT64_MAX: no bound. */
uint64_t cel_cost(const struct cel_program *p);
/* Whether the program mentions a variable. */
bool cel_uses(const struct cel_program *p, const char *variable);

/* Values of the variables, in the environment's order. A NULL node is an absent value (optional).
 */
struct cel_binding {
	const struct node *node;
	bool optional; /* wrap as an optional; NULL node is optional.none() */
	struct cel_value *(*value)(void *data, struct arena *a); /* instead of a node */
	void *data;
};
/*
 * Run. 1 or 0 for a bool result (and *text set for a string one); -1 with *error when it fails:
 * a message without position ("no such key: x").
 */
int cel_run(const struct cel_program *p, struct arena *a, const struct cel_binding *bindings,
	    const char **text, const char **error);
/* Run for any value, to be given to another program's binding. */
struct cel_value *cel_evaluate(const struct cel_program *p, struct arena *a,
			       const struct cel_binding *bindings);

/* Types that need no members. */
const struct cel_type *cel_type_of(enum cel_kind kind);
struct cel_type *cel_list_type(struct arena *a, const struct cel_type *element);
struct cel_type *cel_map_type(struct arena *a, const struct cel_type *key,
			      const struct cel_type *element);
struct cel_type *cel_optional_type(struct arena *a, const struct cel_type *element);
struct cel_type *cel_object_type(struct arena *a, const struct cel_object *object);
/* "map(string, int)", as cel-go prints types. */
const char *cel_type_name(struct arena *a, const struct cel_type *t);
/* A property's name as an identifier: `a-b` is a__dash__b, `namespace` is __namespace__; NULL:
 * none. */
const char *cel_escape(struct arena *a, const char *name);

#endif
