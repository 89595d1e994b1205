/*
 * structure: an object of a built-in kind against its type: what the API server's decoder refuses
 * under fieldValidation=Strict.
 *
 * Unknown fields and repeated keys, values of the wrong type, texts that are no quantity, time or
 * base64. A null is what Go makes of it: the field left out. What is required, enumerated or
 * bounded, the server checks in code after decoding: validate/rules does that.
 */
#ifndef VALIDATE_SCHEMA_STRUCTURE_H
#define VALIDATE_SCHEMA_STRUCTURE_H
#include "render/yaml/yaml.h"
#include "validate/path.h"
#include "validate/schema/schema.h"
#include "validate/validate.h"

/* Check `root` (or, with `base`, a part of it). Returns whether it could be decoded at all. */
bool structure_check(const struct schema_release *r, const struct schema_type *type,
		     const struct object *object, const struct node *root, const struct path *base,
		     struct findings *out);
/* A key that stands twice in its mapping, as the reader found them; each is an error. */
void structure_duplicates(const struct object *object, const struct node *root,
			  const struct yaml_duplicate *duplicates, size_t count,
			  struct findings *out);

/* An integer as YAML writes it (0x10, 1_000, 2e3, 4.0) as Go's decoder would see it. */
bool structure_integer(const struct node *n, int64_t *out);
/* "the number 80", "the boolean yes", "a list": for messages; in `a`. */
const char *structure_describe(struct arena *a, const struct node *n);
/* Of a key that YAML made true or false: that it did; else NULL. */
const char *structure_key_trap(const struct node *key);
/* How a value of another type would be written right: "; quote it: \"80\"", or "". */
const char *structure_hint(struct arena *a, const struct node *n, const char *wanted);

#endif
