/*
 * origin: where each value comes from, as a 32-bit id.
 *
 * Each text that is read reserves a range of ids as long as itself: id = base of the text + byte
 * offset, so a parsed node costs no entry, and line and column are worked out only when somebody
 * asks. Ids with the high bit are *derived*: a place, and the origin that it came through (an
 * overlay's patch, a template action, a substitution), hash-consed. A text that was itself made
 * (a rendered template) is registered with spans, and ids in it resolve to what printed them.
 * One table serves a run and is safe to use from several threads.
 */
#ifndef BASE_ORIGIN_H
#define BASE_ORIGIN_H
#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"

typedef uint32_t origin_id; /* 0: unknown */

/* What a derived origin's value passed through at its place. */
enum origin_via {
	VIA_NONE,
	VIA_PATCH,	  /* a strategic merge or JSON patch set it */
	VIA_TRANSFORMER,  /* a field of a kustomization (images:, namePrefix: …) set it */
	VIA_GENERATOR,	  /* a configMapGenerator or secretGenerator made it */
	VIA_REPLACEMENT,  /* replacements: or vars: copied it */
	VIA_TEMPLATE,	  /* a template action printed it; the parent is the value's own place */
	VIA_VALUES,	  /* a values file, --set or a HelmRelease's values gave it */
	VIA_SUBSTITUTION, /* Flux postBuild, Argo CD parameter, compose interpolation */
	VIA_REFERENCE,	  /* a name reference followed a rename */
};

struct origin_pos {
	const char *
		source; /* NULL: this repository; else a chart at a version, a remote at a commit */
	const char *file; /* NULL: unknown */
	unsigned line, column;
};

/* A piece of a made text: from `offset` to the next span's, it has this origin. */
struct origin_span {
	uint32_t offset;
	origin_id origin;
};

struct origins; /* the table */

struct origins *origins_new(void);
/*
 * While the table is paused, texts that are added have no origins: for work whose result is text
 * and nothing else. Returns what it was before.
 */
bool origins_pause(struct origins *o, bool paused);
void origins_free(struct origins *o);
/*
 * Reserve the ids of a text of `len` bytes read from `file` of `source`; strings are copied, the
 * text is looked at once (for its line starts) and not kept. Returns the id of its first byte, or
 * 0 when four gigabytes of text are spent (then its nodes have no origin).
 */
origin_id origins_add_file(struct origins *o, const char *source, const char *file,
			   const char *text, size_t len);
/*
 * Origins as a former run kept them, in one range of ids whose first is returned (0: no room). Each
 * has a file of `files` (an index + 1), and one before it that it came through (an index + 1) or 0.
 * Both arrays stay where they are as long as the table; `kept` may lie at any address. What is
 * wrong in them is unknown.
 */
struct origin_file {
	const char *source, *file;
};
struct origin_kept {
	uint32_t file, line, column, via, parent;
};
origin_id origins_add_kept(struct origins *o, const struct origin_file *files, size_t file_count,
			   const void *kept, size_t count);
/* The same for a made text: `spans` are sorted by offset, copied. */
origin_id origins_add_made(struct origins *o, const char *text, size_t len,
			   const struct origin_span *spans, size_t count);
/* The origin "at `at`, and through it `parent`"; `at` 0 gives `parent`, `parent` 0 keeps via. */
origin_id origins_derive(struct origins *o, origin_id at, enum origin_via via, origin_id parent);
/* The place of an id; false (and *out cleared) when it is unknown. Made texts are seen through. */
bool origins_resolve(struct origins *o, origin_id id, struct origin_pos *out);
/* Whether two ids are one place of one file; a place that is unknown is no other's. */
bool origins_same_place(struct origins *o, origin_id one, origin_id two);
/*
 * The next link of the chain: what `id` was made through and the origin behind it; 0 at its end.
 * For a plain id both are nothing.
 */
origin_id origins_parent(struct origins *o, origin_id id, enum origin_via *via);
/* The place as an err wants it. */
struct pos origins_pos(struct origins *o, origin_id id);
/* The word for `via` in reports: "patch", "template"…; "" for VIA_NONE. */
const char *origin_via_name(enum origin_via via);

#endif
