/*
 * jsonschema_internal: compiled schemas, and the errors that checking makes.
 */
#ifndef BASE_JSONSCHEMA_INTERNAL_H
#define BASE_JSONSCHEMA_INTERNAL_H
#include "base/jsonschema.h"
#include "base/map.h"
#include "base/regex.h"
#include "base/vec.h"

/* A schema with an identifier of its own, and the anchors below it. */
struct schema_resource {
	struct schema_document *document;
	const struct node *node;
	const char *id;
	int draft;		    /* 4, 6, 7, 2019, 2020 */
	struct map anchors;	    /* name to node */
	struct map dynamic_anchors; /* name to node; compiled: to schema */
	bool recursive_anchor;
	struct schema *schema;
};

struct schema_list {
	VEC(struct schema *);
};

struct schema_pattern {
	const struct regex *regex;
	struct schema *schema;
};

/* `dependencies` and the like: names, or a schema. */
struct schema_dependency {
	const char *property;
	const struct node *names; /* a list, or NULL */
	struct schema *schema;
};
struct schema_dependencies {
	VEC(struct schema_dependency);
};

struct schema {
	const struct node *node;
	const char *location; /* URL#/pointer */
	struct schema_resource *resource;
	int draft;
	bool always, never; /* true and false as schemas */

	struct schema *ref, *recursive_ref, *dynamic_ref;
	const char *dynamic_ref_anchor, *dynamic_anchor; /* "" where there is none */
	struct schema * not, *then, *otherwise, *condition, *contains, *property_names;
	struct schema *items, *additional_items, *additional_properties;
	struct schema *unevaluated_items, *unevaluated_properties;
	bool no_additional_items, no_additional_properties;
	bool all_properties_seen, all_items_seen;
	bool items_listed; /* items is a list: item_list */
	struct schema_list all_of, any_of, one_of, item_list;
	struct map properties; /* to schemas */
	struct {
		VEC(struct schema_pattern);
	} patterns;
	struct schema_dependencies dependencies, dependent_schemas, dependent_required;

	const struct node *types, *constant, *enumeration, *required;
	const struct node *multiple_of, *maximum, *minimum, *exclusive_maximum, *exclusive_minimum;
	long min_length, max_length, min_items, max_items, min_properties, max_properties;
	long min_contains, max_contains; /* -1 where there is none */
	bool unique_items;
	const struct regex *pattern;
	const char *pattern_text;
	const char *format; /* asserted, or NULL */
};

/* The embedded metaschema documents: the text of a URL, or NULL. */
const char *jsonschema_metaschema(const char *url);

/* Whether `text` is of a format; NULL, or what is wrong with it. Unknown formats are fine. */
const char *jsonschema_check_format(struct arena *a, const char *format, const char *text);

/* 'text' with Go's escapes. */
const char *jsonschema_quote(struct arena *a, const char *text);

/* One token of a JSON pointer, escaped. */
const char *pointer_escape(struct arena *a, const char *token);

#endif
