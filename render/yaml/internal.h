/* internal: what the files of render/yaml share. */
#ifndef RENDER_YAML_INTERNAL_H
#define RENDER_YAML_INTERNAL_H
#include <stdbool.h>
#include <stddef.h>
#include "render/yaml/yaml.h"

/* A time in YAML 1.1's base 60 (1:30), which go-yaml quotes on the way out. */
bool yaml_is_base60(const char *text, size_t len);

/* Sort a mapping's entries as go-yaml v2, or v3, writes them. */
void yaml_order_keys(struct node_entry **entries, size_t count, bool v3);
/* By the bytes of the keys, as Go compares strings. */
void yaml_order_bytes(struct node_entry **entries, size_t count);

/* A text for block_read. */
struct block_text {
	struct arena *arena;
	enum yaml_dialect dialect;
	const char *text; /* without a byte-order mark */
	size_t len;
	origin_id origin;
	bool first_only;
};
/*
 * Read the documents of a text that is written in simple block YAML, as yaml_read would. False, and
 * nothing in `out`, when it is anything else (which may well be fine, or an error).
 */
bool block_read(const struct block_text *in, struct yaml_docs *out);

#endif
