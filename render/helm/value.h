/*
 * value: what a template computes with: Go's values, with their Go types and their origins.
 *
 * A value is 24 bytes and is passed by value; what it points to lives in the arena of the template
 * set. `type` says which Go type it has; a value with type NULL is nil, that is reflect's invalid
 * Value, or a nil interface when `iface` is set (a field or element whose static type is
 * interface{}; the distinction shows only in error texts). Maps and lists are shared by reference
 * as in Go: set and unset are seen by everyone. A string has one origin (the value's), or spans.
 */
#ifndef RENDER_HELM_VALUE_H
#define RENDER_HELM_VALUE_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/node.h"
#include "base/origin.h"
#include "base/vec.h"

enum go_kind {
	GO_INVALID,
	GO_BOOL,
	GO_INT,
	GO_INT8,
	GO_INT16,
	GO_INT32,
	GO_INT64,
	GO_UINT,
	GO_UINT8,
	GO_UINT16,
	GO_UINT32,
	GO_UINT64,
	GO_UINTPTR,
	GO_FLOAT32,
	GO_FLOAT64,
	GO_COMPLEX64,
	GO_COMPLEX128,
	GO_ARRAY,
	GO_CHAN,
	GO_FUNC,
	GO_INTERFACE,
	GO_MAP,
	GO_PTR,
	GO_SLICE,
	GO_STRING,
	GO_STRUCT,
};

struct go_type;
struct value;
struct call;

struct go_field {
	const char *name, *json; /* json NULL: not marshalled */
	const struct go_type *type;
	unsigned char omitempty, embedded;
};

struct go_method {
	const char *name, *signature; /* as in the function table, without the receiver */
	int (*fn)(struct call *c);    /* args[0] is the receiver */
};

struct go_type {
	const char *name; /* as %T prints it */
	const char *kind_name;
	enum go_kind kind;
	const struct go_type *elem, *key;
	const struct go_field *fields;
	size_t field_count;
	const struct go_method *methods;
	size_t method_count;
	/* String(), where the type has one; by_pointer: only its pointer does */
	void (*string)(struct value v, struct buf *out);
	bool by_pointer;
	void (*marshal)(struct value v, struct buf *out); /* MarshalJSON that gives a string */
};

/* A string's text: not NUL-terminated, may hold NULs, read-only. */
struct go_string {
	const char *text;
	uint32_t len;
	uint32_t span_count; /* 0: all of it has the value's origin */
	const struct origin_span *spans;
};

struct value {
	const struct go_type *type;
	union {
		bool b;
		int64_t i;  /* all signed kinds */
		uint64_t u; /* all unsigned kinds */
		double f;
		const struct go_string *s;
		struct go_list *list; /* NULL: a nil slice */
		struct go_map *map;   /* NULL: a nil map */
		struct value *fields; /* of a struct or of what a pointer points to; NULL: nil */
		void *data;	      /* of a type with a representation of its own */
		double *complex;
	};
	origin_id origin;
	bool iface;	  /* came from a place whose static type is interface{} */
	bool addressable; /* a field of what a pointer points to: pointer methods apply */
};

struct go_list {
	VEC(struct value);
	bool read; /* a template looked at all of it */
};

struct go_entry {
	const char *key;
	uint32_t len;
	origin_id origin; /* of the key */
	struct value value;
	bool read; /* a template asked for it */
};

/* Entries are sorted by key, as Go's fmt and range show them. */
struct go_map {
	struct go_entry *entries;
	size_t count, cap;
	bool read; /* a template looked at all of it */
};

extern const struct go_type type_bool, type_int, type_int8, type_int16, type_int32, type_int64,
	type_uint, type_uint8, type_uint16, type_uint32, type_uint64, type_uintptr, type_float32,
	type_float64, type_complex128, type_string, type_any, type_any_list /* []interface {} */,
	type_strings /* []string */, type_bytes /* []uint8 */, type_ints /* []int */,
	type_any_lists /* [][]interface {} */, type_any_map /* map[string]interface {} */,
	type_string_map /* map[string]string */, type_values /* chartutil.Values */,
	type_values4 /* Helm 4's */, type_files /* engine.files */,
	type_map_list /* []map[string]interface {} */, type_time /* time.Time */, type_duration,
	type_semver /* *semver.Version */, type_certificate /* sprig.certificate */;

/* nil */
#define VALUE_NIL ((struct value){ 0 })
struct value value_bool(bool b);
struct value value_int(int64_t i); /* Go's int */
struct value value_int64(int64_t i);
struct value value_float(double f);
/* Strings: copied, or by reference when the text outlives the arena's use. */
struct value value_str(struct arena *a, const char *text);
struct value value_str_n(struct arena *a, const char *text, size_t len);
struct value value_str_ref(struct arena *a, const char *text, size_t len, origin_id origin);
struct value value_list(struct arena *a, const struct go_type *type);
struct value value_map(struct arena *a, const struct go_type *type);
void value_append(struct arena *a, struct value list, struct value item);
/* Set a key, whose text is copied. */
void value_set(struct arena *a, struct value map, const char *key, struct value item);
void value_set_n(struct arena *a, struct value map, const char *key, size_t len, struct value item);
struct go_entry *value_entry(const struct value *map, const char *key, size_t len);
/* A map's value, or nil. */
struct value value_get(struct value map, const char *key);
bool value_remove(struct value map, const char *key, size_t len);

static inline enum go_kind value_kind(struct value v)
{
	return v.type ? v.type->kind : GO_INVALID;
}
static inline bool value_is_nil(struct value v)
{
	return !v.type;
}

/*
 * A values file's tree as a template sees it: every number a float64 (Helm reads YAML through
 * JSON), mappings `map_type` at the root and map[string]interface {} below. Texts are referred to.
 */
struct value value_from_node(struct arena *a, const struct node *n);
/* The same of a text that was read, whose first byte has `origin`: each line of a literal block
 * gets its own. */
struct value value_from_yaml(struct arena *a, const struct node *n, const char *text, size_t len,
			     origin_id origin);
/* Of a JSON text's tree; *too_large is the first number that is no float64, whose value is nil. */
struct value value_from_json(struct arena *a, const struct node *n, const char **too_large);
/* The same; integers become int64, as `--set` and strvals leave them. */
struct value value_from_node_int64(struct arena *a, const struct node *n);
/* A tree as encoding/json would marshal the value; NULL when it can't (a func, an infinity). */
struct node *value_to_node(struct arena *a, struct value v);
/* The same for json_write, which escapes bytes that are no UTF-8. */
struct node *value_to_json_node(struct arena *a, struct value v);
/* The same as go-yaml v3 marshals it itself; *unknown names a type that it panics at. */
struct node *value_to_plain_node(struct arena *a, struct value v, const char **unknown);

/* A value as Go's fmt prints it with %v. */
const char *value_shown(struct arena *a, struct value v);

#endif
