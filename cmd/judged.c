#include "cmd/judged.h"
#include <string.h>
#include "render/cache.h"
#include "render/pack.h"
#include "validate/schema/schema.h"

/*
 * Kept as trees: the places of findings are then kept as those of values are. The first is a text
 * with a letter for each object ('u': unchecked), each other a finding: a sequence of FIELDS
 * scalars that has the finding's origin.
 */
enum { INDEX, SEVERITY, FLAGS, LINE, COLUMN, RULE, MESSAGE, PATH, FILE_NAME, FIELDS };
enum { HAS_OBJECT = 1, REPLACES = 2, HAS_FILE = 4 };

const char *judged_crds(struct run *run, struct arena *a, const struct objects *objects,
			const char *so_far)
{
	for (size_t i = 0; i < objects->count; i++) {
		const struct object *o = &objects->items[i];

		if (!strcmp(o->kind, "CustomResourceDefinition"))
			so_far =
				arena_printf(a, "%s %s", so_far,
					     o->digest ? o->digest : cache_digest(run, a, o->root));
	}
	return so_far;
}

const char *judged_key(struct arena *a, const char *render, const struct schema_release *release,
		       const char *crds)
{
	return arena_printf(a, "judged %s %s%s", render,
			    schema_release_version(release ? release : schema_release_find(NULL)),
			    crds);
}

/* --- reading ------------------------------------------------------------------------------- */

static bool read_number(const struct node *n, int64_t max, int64_t *out)
{
	return node_integer(n, out) && *out >= 0 && *out <= max;
}

static bool read_finding(const struct node *n, struct objects *objects, struct findings *out)
{
	int64_t index, severity, flags, line, column;
	struct finding *f;

	if (!node_is(n, NODE_SEQ) || n->len != FIELDS || !objects->count ||
	    !read_number(n->items[INDEX], (int64_t)objects->count - 1, &index) ||
	    !read_number(n->items[SEVERITY], SEVERITY_ERROR, &severity) ||
	    !read_number(n->items[FLAGS], HAS_OBJECT | REPLACES | HAS_FILE, &flags) ||
	    !read_number(n->items[LINE], UINT32_MAX, &line) ||
	    !read_number(n->items[COLUMN], UINT32_MAX, &column))
		return false;
	for (size_t i = RULE; i < FIELDS; i++)
		if (!node_is(n->items[i], NODE_STR))
			return false;
	f = vec_push(out->arena, out);
	*f = (struct finding){
		.severity = (enum severity)severity,
		.rule = n->items[RULE]->text,
		.message = n->items[MESSAGE]->text,
		.path = n->items[PATH]->text,
		.object = flags & HAS_OBJECT ? &objects->items[index] : NULL,
		.origin = n->origin,
		.file = flags & HAS_FILE ? n->items[FILE_NAME]->text : NULL,
		.line = (unsigned)line,
		.column = (unsigned)column,
		.forces_replacement = flags & REPLACES,
	};
	return true;
}

bool judged_load(struct pack *pack, const char *key, struct objects *objects, struct findings *out)
{
	size_t len, from = out->count, i;
	const char *text = pack_get(pack, key, &len);
	struct trees trees;
	bool ok = text && thaw_trees(out->run, out->arena, text, len, &trees) && trees.count &&
		  node_is(trees.items[0], NODE_STR) && trees.items[0]->len == objects->count;

	for (i = 1; ok && i < trees.count; i++)
		ok = read_finding(trees.items[i], objects, out);
	for (i = 0; ok && i < objects->count; i++)
		objects->items[i].unchecked = trees.items[0]->text[i] == 'u';
	if (!ok)
		out->count = from;
	return ok;
}

/* --- writing ------------------------------------------------------------------------------- */

static void note(struct judged *j, size_t index, const struct finding *f)
{
	struct node *n = node_seq(j->arena);
	int flags = (f->object ? HAS_OBJECT : 0) | (f->forces_replacement ? REPLACES : 0) |
		    (f->file ? HAS_FILE : 0);
	const int64_t numbers[] = { (int64_t)index, f->severity, flags, f->line, f->column };
	const char *const texts[] = { f->rule, f->message, f->path, f->file ? f->file : "" };

	n->origin = !f->origin && f->object ? f->object->root->origin : f->origin;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		node_append(j->arena, n, node_int(j->arena, numbers[i]));
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		node_append(j->arena, n, node_str(j->arena, texts[i]));
	*vec_push(j->arena, j) = n;
}

void judged_note(struct judged *j, size_t index, const struct findings *of, size_t from)
{
	for (; from < of->count; from++)
		note(j, index, &of->items[from]);
}

void judged_store(struct pack *pack, const char *key, const struct judged *j,
		  const struct objects *objects, struct run *run)
{
	struct trees trees = { 0 };
	struct buf unchecked, out;

	buf_init(&unchecked, 0);
	buf_init(&out, 0);
	for (size_t i = 0; i < objects->count; i++)
		buf_char(&unchecked, objects->items[i].unchecked ? 'u' : 'c');
	*vec_push(j->arena, &trees) = node_str_n(j->arena, unchecked.text, unchecked.len);
	for (size_t i = 0; i < j->count; i++)
		*vec_push(j->arena, &trees) = j->items[i];
	if (freeze_trees(run, &trees, &out))
		pack_put(pack, key, out.text, out.len);
	buf_release(&unchecked);
	buf_release(&out);
}
