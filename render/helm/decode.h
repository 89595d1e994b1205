/*
 * decode: a YAML tree into what Go's encoding/json makes of it for a struct: the known fields only,
 * names matched without regard to case, numbers and booleans turned to text where the field is a
 * string (sigs.k8s.io/yaml does that), nulls left out, the library's own error texts.
 */
#ifndef RENDER_HELM_DECODE_H
#define RENDER_HELM_DECODE_H
#include "base/node.h"

enum decode_kind {
	DECODE_STRING,
	DECODE_BOOL,
	DECODE_STRINGS,	   /* []string */
	DECODE_STRING_MAP, /* map[string]string */
	DECODE_ANYS,	   /* []interface {} */
	DECODE_STRUCT,	   /* *T */
	DECODE_STRUCTS,	   /* []*T: a null stays one */
};

struct decode_struct;
struct decode_field {
	const char *name;
	enum decode_kind kind;
	const struct decode_struct *of; /* of the two last kinds */
};
struct decode_struct {
	const char *name; /* "Metadata", for fields */
	const char *type; /* "chart.Metadata", for the whole */
	const struct decode_field *fields;
	size_t count;
};

/*
 * Decode `in` over `out`, a mapping of fields decoded before (kept where `in` has none). NULL, or
 * the error's text in `a`; what could be decoded is then in `out` all the same.
 */
const char *decode(struct arena *a, const struct decode_struct *s, const struct node *in,
		   struct node *out);
/* The word json's errors have for a value: "string", "number", "array"… */
const char *decode_type_word(const struct node *n);

#endif
