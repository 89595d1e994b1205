/*
 * internal_reader: a text that is read by libyaml.
 *
 * read.c goes from node to node; reader.c knows places and failures, scalar.c and mapping.c what
 * scalars and keys mean in each dialect. A failure is in `err`, and in go-yaml's words in
 * `go_error` where they are known.
 */
#ifndef RENDER_YAML_INTERNAL_READER_H
#define RENDER_YAML_INTERNAL_READER_H
#include <yaml.h>
#include "base/limits.h"
#include "render/yaml/yaml.h"

struct anchor {
	const char *name;
	struct node *node; /* NULL while it is being read */
	size_t weight;	   /* nodes that an alias to it stands for */
};

struct duplicates {
	VEC(struct yaml_duplicate);
};

struct reader {
	struct run *run;
	struct arena *arena;
	enum yaml_dialect dialect;
	const char *file;
	const char *text;
	size_t len;
	origin_id origin;
	bool ascii;
	size_t chars, bytes; /* a known pair: libyaml counts characters */
	yaml_parser_t parser;
	struct err *err;
	struct duplicates duplicates;
	struct {
		VEC(struct anchor);
	} anchors;
	size_t weight; /* nodes of this document, aliases expanded */
	unsigned depth;
	char stand_in;	      /* for ':' that libyaml refuses, or 0 */
	char flow;	      /* ']' or '}' in a flow collection, or 0 */
	bool first_only;      /* what follows the first document isn't looked at */
	const char *go_error; /* the failure in go-yaml's words, where they are known */
	bool odd;	      /* the parser failed, or a key is none: it may be no YAML at all */
	struct late_failure {
		bool set;
		struct err err;
		const char *go_error;
	} late[2]; /* of decoding; of keys that become JSON's */
};

/* ---- reader.c ---- */

/* The byte offset of libyaml's character index. */
size_t reader_offset(struct reader *r, size_t chars);
origin_id reader_origin(struct reader *r, const yaml_mark_t *mark);
struct pos reader_pos(const struct reader *r, const yaml_mark_t *mark);
/* Always -1. */
int reader_fail(struct reader *r, enum err_code code, const yaml_mark_t *mark, const char *what);
/* The next event; -1 with libyaml's complaint. */
int reader_next(struct reader *r, yaml_event_t *event);
/* Count nodes of the document; -1 when they or the run's memory are too many. */
int reader_count(struct reader *r, size_t more, const yaml_mark_t *mark);
/* Keep the failure that was just raised until the document ends; 0. */
int reader_put_off(struct reader *r, unsigned phase);
/* Raise the first that was kept; 0 when none was. */
int reader_raise_late(struct reader *r);

/* ---- scalar.c ---- */

struct node *reader_scalar(struct reader *r, const yaml_event_t *event);

/* ---- mapping.c ---- */

/* Make a key a string, as the dialect does; -1 for a key that it refuses. */
int reader_key_as_string(struct reader *r, struct node *key, const yaml_mark_t *mark);
/* sigs.k8s.io/yaml's words for a null key before `value`; NULL when they aren't known. */
const char *reader_null_key(struct reader *r, const struct node *value);
/* A key that is no scalar: a failure for later. */
int reader_fail_key(struct reader *r, const struct node *key, const yaml_mark_t *mark);
bool reader_is_merge_key(const struct node *key);
/* Add an entry; a duplicate takes the place of the first, which `merged` (may be NULL) may have
 * brought. */
void reader_put_entry(struct reader *r, struct node *map, struct node *key, struct node *value,
		      const struct node *merged);
/* Merge what '<<' names. */
int reader_merge(struct reader *r, struct node *map, const struct node *merged,
		 const yaml_mark_t *mark);

#endif
