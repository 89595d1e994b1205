/*
 * topology: how the entries of a list belong together, by the schema of the kind.
 *
 * Two versions of a list are compared entry by entry: those of a map list by their keys, those of a
 * set by value, those of an atomic list by place. A cursor walks the schema beside the trees. Where
 * no schema is known, entries that all have a `name` are matched by it.
 */
#ifndef VALIDATE_TOPOLOGY_H
#define VALIDATE_TOPOLOGY_H
#include "base/node.h"

struct schema_release;
struct schema_type;
struct schema_field;

/* A place in a kind's schema; all zero: unknown. */
struct topology {
	const struct schema_release *release;
	const struct schema_type *type;
	const struct schema_field *field; /* through which the type was reached */
	const struct node *crd;		  /* an OpenAPI v3 schema, for custom resources */
};

enum list_kind { LIST_ATOMIC, LIST_SET, LIST_MAP };
enum { LIST_KEYS_MAX = 8 };
struct list_keys {
	enum list_kind kind;
	bool guessed; /* no schema says so */
	struct span_key {
		const char *text;
		size_t len;
		const char *fallback; /* JSON text of the key's default; NULL */
	} keys[LIST_KEYS_MAX];
	size_t count;
};

/*
 * The root of a kind; `crd` is the openAPIV3Schema of its version where it is a custom resource,
 * else NULL. `version` is the Kubernetes release, NULL the newest.
 */
struct topology topology_of(const char *version, const char *group, const char *api,
			    const char *kind, const struct node *crd);
struct topology topology_field(struct topology t, const char *key, size_t len);
struct topology topology_item(struct topology t);
/* How entries of the list at `t` are matched; `a` and `b` (either may be NULL) help to guess. */
struct list_keys topology_list(struct topology t, const struct node *a, const struct node *b);
/* Whether a mapping is replaced as a whole. */
bool topology_atomic(struct topology t);
/* Whether two entries have the same keys. */
bool list_same_entry(const struct list_keys *keys, const struct node *a, const struct node *b);
/* The value of an entry's key, its default where it is absent; "" when it has none. In `a`. */
const char *list_key_text(struct arena *a, const struct span_key *key, const struct node *entry);

#endif
