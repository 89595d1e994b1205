/*
 * value: what expressions come to.
 *
 * Values are made in the arena that is passed, and never change; a failure is a value of its own
 * (CEL_ERROR). Lists and maps may stand for a node, whose items are made when they are asked for.
 */
#ifndef VALIDATE_CEL_VALUE_H
#define VALIDATE_CEL_VALUE_H
#include "validate/cel/cel.h"

struct cel_list {
	struct cel_value **items; /* NULL: items of `node` */
	size_t count;
	const struct node *node;
	const struct cel_type *element;
};

struct cel_pair {
	struct cel_value *key, *value;
};
struct cel_map {
	struct cel_pair *pairs; /* NULL: entries of `node` */
	size_t count;
	const struct node *node;
	const struct cel_type *type; /* of the node: object or map */
};

struct cel_text {
	const char *text;
	size_t len;
};

struct cel_value {
	enum cel_kind kind;
	const struct cel_type *type; /* of lists and objects from nodes; of a CEL_TYPE value */
	union {
		bool truth;
		int64_t integer; /* also seconds of a duration or timestamp */
		uint64_t natural;
		double real;
		struct cel_text
			text; /* string, bytes; message of an error; normal form of others */
		struct cel_list list;
		struct cel_map map;
		struct cel_value *inner; /* of an optional; NULL: none */
	};
	int32_t nanos; /* of a duration or timestamp, 0 … 999999999, same sign as seconds for none
			*/
	const void *extra; /* a parsed quantity, address, URL, version */
};

struct cel_value *cel_fail(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct cel_value *cel_bool(struct arena *a, bool truth);
struct cel_value *cel_int(struct arena *a, int64_t value);
struct cel_value *cel_uint(struct arena *a, uint64_t value);
struct cel_value *cel_double(struct arena *a, double value);
struct cel_value *cel_string(struct arena *a, const char *text, size_t len);
struct cel_value *cel_string_of(struct arena *a, const char *text);
struct cel_value *cel_null(struct arena *a);
struct cel_value *cel_optional(struct arena *a, struct cel_value *inner);
struct cel_value *cel_list_of(struct arena *a, struct cel_value **items, size_t count);
struct cel_value *cel_map_of(struct arena *a, struct cel_pair *pairs, size_t count);
/* A value that says what kind it is and keeps its text: quantities, addresses… */
struct cel_value *cel_opaque(struct arena *a, enum cel_kind kind, const char *text, size_t len,
			     const void *extra);
/* A node as a value of a declared type (CEL_DYN: as it is). */
struct cel_value *cel_from_node(struct arena *a, const struct node *n, const struct cel_type *type);
struct cel_value *cel_list_at(struct arena *a, const struct cel_value *list, size_t i);
/* A map's or object's value for a key; NULL: there is none. */
struct cel_value *cel_map_get(struct arena *a, const struct cel_value *map,
			      const struct cel_value *key);
struct cel_value *cel_map_key(struct arena *a, const struct cel_value *map, size_t i);
bool cel_equal(struct arena *a, const struct cel_value *x, const struct cel_value *y);
/* -1, 0, 1; *ok false when they don't compare. */
int cel_compare(const struct cel_value *x, const struct cel_value *y, bool *ok);
const char *cel_kind_name(const struct cel_value *v);

#endif
