/*
 * yaml: libyaml's events into the value tree, and the tree into the text that Go's libraries print.
 *
 * There is no single 'Go YAML': the dialect says what a plain scalar is. `yes` is true to
 * sigs.k8s.io/yaml (YAML 1.1, go-yaml v2: kubectl, Helm) and a string to kyaml (YAML 1.2-ish,
 * go-yaml v3: kustomize). Positions are exact bytes. libyaml has no depth limit and is quadratic on
 * nesting, so depth, nodes and expanded aliases are bounded here.
 */
#ifndef RENDER_YAML_YAML_H
#define RENDER_YAML_YAML_H
#include "base/buf.h"
#include "base/err.h"
#include "base/node.h"
#include "base/run.h"
#include "base/vec.h"

enum yaml_dialect {
	YAML_SIGS,  /* sigs.k8s.io/yaml over go-yaml v2: kubectl, Helm, Flux */
	YAML_KYAML, /* kyaml over go-yaml v3: kustomize */
};

/* A key that a mapping holds twice; the tree keeps the last value. */
struct yaml_duplicate {
	const struct node *map, *key, *first; /* the second key, the first key */
	struct node *lost; /* the first key's value; NULL where it was merged in */
	bool merged;	   /* one of them came in by a merge ('<<'), which only YAML_SIGS minds */
};

struct yaml_doc {
	struct node *root; /* NULL for an empty document */
	origin_id origin;  /* of its first token */
	size_t start, end; /* byte range of the document's content in the text */
	struct yaml_duplicate *duplicates;
	size_t duplicate_count;
};
struct yaml_docs {
	VEC(struct yaml_doc);
};

/*
 * Read all documents of a text. `origin` is the id of the text's first byte (0: unknown). Nodes are
 * made in `a` and may refer to nothing of `text`. A document that starts with '{' is read as JSON
 * where that is what it is. Fails with ERR_INPUT at file:line:column (`file` as messages name it),
 * or ERR_LIMIT.
 */
int yaml_read(struct run *run, struct arena *a, enum yaml_dialect dialect, const char *file,
	      const char *text, size_t len, origin_id origin, struct yaml_docs *out,
	      struct err *err);
/* The same for the first document alone; what follows is not looked at. */
int yaml_read_first(struct run *run, struct arena *a, const char *file, const char *text,
		    size_t len, origin_id origin, struct yaml_docs *out, struct err *err);
/* The same for a text that must hold at most one document; *out is NULL when it holds none. */
int yaml_read_one(struct run *run, struct arena *a, enum yaml_dialect dialect, const char *file,
		  const char *text, size_t len, origin_id origin, struct node **out,
		  struct err *err);

/*
 * Read the first document (what follows is not looked at) as sigs.k8s.io/yaml's Unmarshal does.
 * Returns NULL, or that library's text for what is wrong ("error converting YAML to JSON: yaml:
 * line 2: …"), in `a`. *out is NULL for an empty document or null.
 */
const char *yaml_read_go(struct run *run, struct arena *a, const char *text, size_t len,
			 origin_id origin, struct node **out);

/*
 * Where the lines of a literal block scalar stand in the text that it was read from (`base` is the
 * id of that text's first byte): offsets in the scalar's text, ids in the file. Another scalar has
 * none.
 */
struct origin_span *yaml_block_lines(struct arena *a, const char *text, size_t len, origin_id base,
				     const struct node *scalar, size_t *count);

/* The type a plain (unquoted, untagged) scalar has in a dialect. */
enum node_type yaml_resolve(enum yaml_dialect dialect, const char *text, size_t len);

/* A date or time that go-yaml takes for one: a string here, but quoted when printed. */
bool yaml_is_timestamp(const char *text, size_t len);

/*
 * Strings where Go's libraries write a tree as JSON and read that as YAML, as toYaml does and
 * kustomize before it prints. To a YAML parser U+0085 is a line break, which folds as in any quoted
 * scalar. NULL when the text has none.
 */
struct node *yaml_json_fold(struct arena *a, const char *text, size_t len);
/* Whether that parser takes a text at all: JSON escapes only the control characters of ASCII. */
bool yaml_json_allowed(const char *text, size_t len);
/* Whether that parser takes a text for a key: on one line, and not too long as JSON writes it. */
bool yaml_json_key_fits(const char *text, size_t len);

/* Whether go-yaml v3 prints the text as a block (literal or folded) where it is asked to. */
bool yaml_block_allowed(const char *text, size_t len);

/*
 * Print a tree as Go's sigs.k8s.io/yaml Marshal prints it: keys in go-yaml's natural order, two
 * spaces, sequences not indented, its quoting and folding at 80 columns; numbers in Go's form. Ends
 * with a newline.
 */
void yaml_write(struct buf *out, const struct node *n);
/* Told that what is written from `offset` of the buffer on came from `origin`. */
typedef void yaml_place_fn(void *data, size_t offset, origin_id origin);
enum yaml_write_flags {
	YAML_PRETTY = 1 << 0, /* as go-yaml v3 with SetIndent(2): sequences indented, no folding */
	YAML_SEEN = 1 << 1,   /* escape what no reader sees: utf8_unseen */
	YAML_BYTES = 1 << 2,  /* keys by their bytes */
};
/* The same, telling `fn` (may be NULL) the origins of keys and values as they are written. */
void yaml_write_placed(struct buf *out, const struct node *n, unsigned flags, yaml_place_fn *fn,
		       void *data);

#endif
