/*
 * jsonschema_compile: schemas that are being compiled.
 *
 * jsonschema_documents.c has the documents, and which resource each schema in them belongs to;
 * jsonschema_compile.c follows references and reads keywords. The first failure is in `error`.
 */
#ifndef BASE_JSONSCHEMA_COMPILE_H
#define BASE_JSONSCHEMA_COMPILE_H
#include "base/jsonschema_internal.h"

/* A document with the schemas in it. */
struct schema_document {
	const char *url;
	const struct node *root;
	struct {
		VEC(struct schema_resource *);
	} resources;
};

struct compiler {
	struct arena *arena;
	const struct jsonschema_options *options;
	struct map documents; /* by URL */
	struct map nodes;     /* node address to its resource */
	struct map schemas;   /* node address to its schema */
	struct schema_list queue;
	const char *error;
	bool meta; /* compiling a metaschema: it is right */
	unsigned depth;
};

/* A node's key in the maps. */
const char *jsonschema_address(const struct compiler *c, const struct node *n);
/* The document of a URL, loaded when it is not there yet; NULL with an error. */
struct schema_document *jsonschema_document(struct compiler *c, const char *url);
/* Add one; a metaschema (`meta`) needs no check. NULL with an error. */
struct schema_document *jsonschema_add_document(struct compiler *c, const char *url,
						const struct node *root, bool meta);
/* Say of a schema, and of those below it, which resource it is in. */
void jsonschema_scan(struct compiler *c, struct schema_resource *r, const struct node *n,
		     bool root);

#endif
