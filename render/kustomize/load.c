/* Files and texts into resources. */
#include <string.h>
#include "render/kustomize/internal.h"
#include "render/kustomize/load.h"
#include "render/kustomize/patch.h"
#include "render/kustomize/remote.h"
#include "render/yaml/yaml.h"

/* ---- files under the load restrictor ---- */

static bool is_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return !n || (!strncmp(path, dir, n) && (path[n] == '/' || !path[n]));
}

static int check_restrictor(const struct target *t, const char *full, const char *path,
			    origin_id at, struct err *err)
{
	const char *real = view_real_path(t->view, full);
	const char *root = view_real_path(t->view, t->dir);

	if (t->kz->options->load_restrictor == LOAD_NONE || !real || !root)
		return 0;
	if (is_below(real, root))
		return 0;
	return kz_fail(t->kz, err, at,
		       "security; file '%s' is not in or below '%s' (--load-restrictor "
		       "LoadRestrictionsNone allows it)",
		       path, *t->dir ? t->dir : ".");
}

int target_read(const struct target *t, const char *path, origin_id at, struct blob *out,
		struct err *err)
{
	char *full;

	if (remote_is_file(path))
		return remote_read(t, path, at, out, err);
	full = view_join(t->kz->a, t->dir, path);
	if (!full)
		return kz_fail(t->kz, err, at, "'%s' lies outside of %s", path, view_name(t->view));
	if (view_kind(t->view, full) == VIEW_DIR)
		return kz_fail(t->kz, err, at, "'%s' must resolve to a file", path);
	if (check_restrictor(t, full, path, at, err) < 0)
		return -1;
	if (view_read(t->view, full, out, err) < 0) {
		err_at(err, origins_pos(t->kz->run->origins, at));
		return -1;
	}
	return 0;
}

/* ---- positions inside block scalars ---- */

/* Where the lines of a literal block's text stand in the file. */
struct inline_lines {
	struct {
		VEC(struct origin_span);
	} spans;	 /* offset in the text, id in the file */
	origin_id whole; /* of a scalar of another style: the scalar itself */
};

static void map_lines(const struct target *t, const struct node *scalar, struct inline_lines *out)
{
	*out = (struct inline_lines){ .whole = scalar->origin };
	out->spans.items = yaml_block_lines(t->kz->a, t->blob.text, t->blob.len, t->blob.origin,
					    scalar, &out->spans.count);
}

static origin_id mapped(const struct inline_lines *lines, size_t offset)
{
	size_t low = 0, high = lines->spans.count;

	if (!high)
		return lines->whole;
	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (lines->spans.items[middle].offset <= offset)
			low = middle;
		else
			high = middle;
	}
	return lines->spans.items[low].origin +
	       (origin_id)(offset - lines->spans.items[low].offset);
}

static void remap(const struct inline_lines *lines, origin_id base, struct node *n)
{
	uint32_t i;

	if (n->origin)
		n->origin = mapped(lines, n->origin - base);
	for (i = 0; n->type == NODE_SEQ && i < n->len; i++)
		remap(lines, base, n->items[i]);
	for (i = 0; n->type == NODE_MAP && i < n->len; i++) {
		if (n->entries[i].key->origin)
			n->entries[i].key->origin = mapped(lines, n->entries[i].key->origin - base);
		remap(lines, base, n->entries[i].value);
	}
}

struct inline_text inline_start(const struct target *t, const struct node *scalar)
{
	struct origin_span whole = { 0, scalar->origin };

	return (struct inline_text){ t, scalar,
				     origins_add_made(t->kz->run->origins, scalar->text,
						      scalar->len, &whole, 1) };
}

void inline_place(const struct inline_text *x, struct node *tree)
{
	struct inline_lines lines;

	if (!tree || !x->base)
		return;
	map_lines(x->t, x->scalar, &lines);
	remap(&lines, x->base, tree);
}

int inline_error(const struct inline_text *x, struct err *err)
{
	struct inline_lines lines;
	struct pos pos = origins_pos(x->t->kz->run->origins, x->scalar->origin);

	if (strcmp(err->file, INLINE_FILE) != 0)
		return -1;
	map_lines(x->t, x->scalar, &lines);
	if (err->line && err->line <= lines.spans.count) {
		pos = origins_pos(x->t->kz->run->origins, lines.spans.items[err->line - 1].origin);
		pos.column += err->column ? err->column - 1 : 0;
	} else if (lines.spans.count) { /* the end of the text */
		pos = origins_pos(x->t->kz->run->origins,
				  lines.spans.items[lines.spans.count - 1].origin);
	}
	err->line = 0;
	err->file[0] = '\0';
	err_at(err, pos);
	return -1;
}

/* ---- documents into resources ---- */

struct nodes {
	VEC(struct node *);
};

static bool is_empty(const struct node *n)
{
	return node_is_null(n) || (n->type >= NODE_SEQ && !n->len);
}

static bool is_list_kind(const struct node *n)
{
	const char *kind = field_text(n, "kind");
	size_t len = strlen(kind);

	return len >= 4 && !strcmp(kind + len - 4, "List");
}

static int check_resource(struct kz *kz, const struct node *n, struct err *err)
{
	const struct node *annotations = node_path(n, "metadata", "annotations", NULL);

	if (n->type != NODE_MAP)
		return kz_fail(kz, err, n->origin, "missing Resource metadata: %s is no object",
			       type_words(n));
	if (!*field_text(n, "kind"))
		return kz_fail(kz, err, n->origin, "missing kind in object");
	if (is_list_kind(n))
		return 0;
	if (!*text_of(node_path(n, "metadata", "name", NULL)))
		return kz_fail(kz, err, n->origin, "missing metadata.name in object");
	if (node_is(annotations, NODE_SEQ) && annotations->len)
		return kz_fail(kz, err, annotations->origin,
			       "metadata.annotations is %s, expected an object; kustomize itself "
			       "breaks off here",
			       type_words(annotations));
	return 0;
}

/* Whether it is a second `annotations` of the document's metadata. */
static bool is_annotations(const struct yaml_duplicate *d, const struct node *metadata)
{
	return d->lost && d->map == metadata && !strcmp(d->key->text, "annotations");
}

/* Whether a mapping is the document's annotations, or some that stand before the last. */
static bool holds_annotations(const struct yaml_doc *doc, const struct node *map,
			      const struct node *metadata)
{
	size_t i;

	for (i = 0; i < doc->duplicate_count; i++)
		if (doc->duplicates[i].lost == map && is_annotations(&doc->duplicates[i], metadata))
			return true;
	return map == node_get(metadata, "annotations");
}

/*
 * A key that stands twice fails, but for annotations, which kustomize reads as a Go map, and which
 * metadata may have more than once.
 */
static int check_duplicates(struct kz *kz, const struct yaml_doc *doc, struct err *err)
{
	const struct node *metadata = node_get(doc->root, "metadata");
	size_t i;

	for (i = 0; i < doc->duplicate_count; i++) {
		const struct yaml_duplicate *d = &doc->duplicates[i];
		struct origin_pos first = { 0 };

		if (holds_annotations(doc, d->map, metadata) || is_annotations(d, metadata))
			continue;
		origins_resolve(kz->run->origins, d->first->origin, &first);
		return kz_fail(kz, err, d->key->origin,
			       "mapping key \"%s\" already defined at line %u", d->key->text,
			       first.line);
	}
	return 0;
}

/* One `annotations` of those there are: of each key the first value counts. */
static void merge_annotations(struct kz *kz, const struct yaml_doc *doc)
{
	struct node *metadata = node_get(doc->root, "metadata");
	size_t i = doc->duplicate_count;

	while (i--) {
		const struct yaml_duplicate *d = &doc->duplicates[i];
		struct node_entry *all;
		uint32_t k;

		if (!is_annotations(d, metadata) || !node_is(d->lost, NODE_MAP))
			continue;
		all = node_entry(metadata, "annotations");
		if (!node_is(all->value, NODE_MAP))
			all->value = d->lost;
		else
			for (k = 0; k < d->lost->len; k++)
				node_set_entry(kz->a, all->value, d->lost->entries[k].key,
					       d->lost->entries[k].value);
		node_sort(all->value);
	}
}

/* Take documents apart: a single List is unwrapped, empty ones are left out. */
static int collect(struct kz *kz, struct yaml_docs *docs, struct nodes *out, struct err *err)
{
	size_t i;
	uint32_t j;

	for (i = 0; i < docs->count; i++) {
		struct node *root = docs->items[i].root;
		const char *kind = field_text(root, "kind");
		const struct node *items = node_get(root, "items");

		if (node_is_null(root))
			continue;
		if (check_duplicates(kz, &docs->items[i], err) < 0)
			return -1;
		merge_annotations(kz, &docs->items[i]);
		if (docs->count == 1 && (!strcmp(kind, "List") || !strcmp(kind, "ResourceList")) &&
		    (items || node_get(root, "functionConfig"))) {
			if (node_is(items, NODE_MAP) && items->len)
				return kz_fail(kz, err, items->origin,
					       "missing Resource metadata: items is an object, "
					       "expected an array");
			for (j = 0; node_is(items, NODE_SEQ) && j < items->len; j++)
				*vec_push(kz->a, out) = items->items[j];
			continue;
		}
		*vec_push(kz->a, out) = root;
	}
	return 0;
}

/* Lists inside are taken apart too; what they hold goes to the end of the queue. */
static int unroll(struct kz *kz, struct nodes *queue, struct nodes *out, struct err *err)
{
	size_t i;
	uint32_t j;

	for (i = 0; i < queue->count; i++) {
		struct node *n = queue->items[i], *items;

		if (is_empty(n))
			continue;
		if (check_resource(kz, n, err) < 0)
			return -1;
		items = is_list_kind(n) ? node_get(n, "items") : NULL;
		if (!items) {
			*vec_push(kz->a, out) = n;
			continue;
		}
		if (!node_is_null(items) && items->type != NODE_SEQ)
			return kz_fail(kz, err, items->origin,
				       "expected array in %s/items, but found %s",
				       field_text(n, "kind"), type_words(items));
		for (j = 0; items->type == NODE_SEQ && j < items->len; j++) {
			json_normalize(kz, items->items[j]);
			*vec_push(kz->a, queue) = items->items[j];
		}
	}
	return 0;
}

/* ---- texts into documents ---- */

/*
 * kyaml cuts a text at each line that starts with "---", and reads one document of each piece. So a
 * separator holds nothing but a comment, a directive has no document, and what follows "..." in a
 * piece is not looked at.
 */
struct pieces {
	char *text;   /* a copy, in which what is not looked at is comments */
	bool fresh;   /* nothing but empty lines and comments in this piece until here */
	bool ignored; /* behind the end of its document */
};

static bool has_bom(const char *text, size_t len)
{
	return len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3);
}

static bool is_marker(const char *line, const char *end, const char *marker)
{
	return end - line >= 3 && !memcmp(line, marker, 3) &&
	       (end - line == 3 || strchr(" \t\r", line[3]));
}

/* What is wrong with a line; NULL when nothing is. `last` has no line break behind it. */
static const char *check_line(struct pieces *p, char *line, const char *end, bool last)
{
	const char *rest = line + 3;

	if (line > p->text && !last && end - line >= 3 && !memcmp(line, "---", 3)) {
		while (rest < end && strchr(" \t\r\v\f", *rest))
			rest++;
		if (rest < end && *rest != '#')
			return "invalid document separator";
		p->fresh = true;
		p->ignored = false;
		return NULL;
	}
	if (p->ignored) {
		memset(line, '#', (size_t)(end - line));
		return NULL;
	}
	if (*line == '%' && p->fresh && line < end)
		return "did not find expected <document start>";
	if (line < end && *line != '#' && *line != '\r')
		p->fresh = false;
	if (is_marker(line, end, "..."))
		p->ignored = true;
	return NULL;
}

/* Cut `text` as kyaml does; *text is replaced when some of it is not to be read. */
static int cut(struct kz *kz, const char *file, const char **text, size_t len, struct err *err)
{
	struct pieces p = { .text = arena_memdup(kz->a, *text, len), .fresh = true };
	char *line = p.text, *end, *stop = p.text + len;
	const char *wrong;
	unsigned number = 1;

	if (has_bom(line, len))
		line += 3;
	for (; line < stop; line = end + 1, number++) {
		end = memchr(line, '\n', (size_t)(stop - line));
		wrong = check_line(&p, line, end ? end : stop, !end);
		if (wrong)
			return err_raise(err, ERR_INPUT, (struct pos){ file, number, 1 }, "%s",
					 wrong);
		if (!end)
			break;
	}
	*text = p.text;
	return 0;
}

/* Whether a text can be read whole: nothing starts a line that kyaml has rules of its own for. */
static bool is_whole(const char *text, size_t len)
{
	const char *at = text, *end = text + len;

	if (has_bom(text, len))
		at += 3;
	if (at < end && *at == '%')
		return false;
	while ((at = memchr(at, '\n', (size_t)(end - at)))) {
		at++;
		if (at < end && *at == '%')
			return false;
		if (end - at > 3 &&
		    (!memcmp(at, "...", 3) || (!memcmp(at, "---", 3) && at[3] != '\n')))
			return false;
	}
	return true;
}

/* Nodes that an anchor shares are read-only; a text without '&' has none. */
int load_resources(struct kz *kz, const char *file, const char *text, size_t len, origin_id origin,
		   struct resmap *out, struct err *err)
{
	struct yaml_docs docs = { 0 };
	struct nodes queue = { 0 }, nodes = { 0 };
	bool shared = memchr(text, '&', len) != NULL;
	size_t i;

	if (!is_whole(text, len) && cut(kz, file, &text, len, err) < 0)
		return -1;
	if (yaml_read(kz->run, kz->a, YAML_KYAML, file, text, len, origin, &docs, err) < 0 ||
	    collect(kz, &docs, &queue, err) < 0)
		return -1;
	if (unroll(kz, &queue, &nodes, err) < 0)
		return -1;
	for (i = 0; i < nodes.count; i++) {
		struct node *root = shared ? node_copy(kz->a, nodes.items[i]) : nodes.items[i];

		*vec_push(kz->a, out) = resource_new(kz, root);
	}
	return 0;
}

int load_inline(const struct inline_text *x, const char *text, size_t len, struct resmap *out,
		struct err *err)
{
	size_t i;

	if (load_resources(x->t->kz, INLINE_FILE, text, len,
			   x->base + (origin_id)(text - x->scalar->text), out, err) < 0)
		return inline_error(x, err);
	for (i = 0; i < out->count; i++)
		inline_place(x, out->items[i]->root);
	return 0;
}
