/*
 * jsonschema: JSON Schema, drafts 4, 6, 7, 2019-09 and 2020-12.
 *
 * A schema is compiled once, with all that it refers to, and is checked against its metaschema on
 * the way. Error texts are those of santhosh-tekuri/jsonschema v6, which Helm prints as they are;
 * where that library follows the random order of Go's maps, this one follows the order of the text.
 * `format` is asserted up to draft 7 only, as the specifications have it. Everything lives in the
 * arena that is passed in; a compiled schema may be used by several threads.
 */
#ifndef BASE_JSONSCHEMA_H
#define BASE_JSONSCHEMA_H
#include "base/node.h"

/* Fetch the document at a URL that no schema here has; NULL with the reason through *error. */
typedef const struct node *jsonschema_load_fn(void *data, const char *url, const char **error);

struct jsonschema_options {
	const char *url;	  /* of the schema itself, absolute */
	jsonschema_load_fn *load; /* NULL: nothing is loaded */
	void *data;
	bool assert_format; /* in the newer drafts, too */
};

struct schema;
/* NULL with the error's text through *error. */
const struct schema *jsonschema_compile(struct arena *a, const struct node *schema,
					const struct jsonschema_options *options,
					const char **error);
/*
 * NULL when the value is as the schema wants it; else a text of several lines, in `a`: "jsonschema
 * validation failed with 'URL#'", then "- at '/path': what is wrong".
 */
const char *jsonschema_validate(struct arena *a, const struct schema *schema,
				const struct node *value);
/* The same, with the origin of the first value that is not so, 0 where none has one. */
const char *jsonschema_validate_at(struct arena *a, const struct schema *schema,
				   const struct node *value, origin_id *where);

#endif
