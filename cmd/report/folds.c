#include "cmd/report/folds.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"

enum { FOLD_SHOWN = 5 };

/* Alike findings. */
struct group {
	size_t count;
	size_t last, sixth; /* the last that is shown, and what comes after it */
	const struct plan_finding *before;
};

/* Whether a word is the name of a file or holds a number. */
static bool is_particular(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (word[i] == '/' || isdigit((unsigned char)word[i]))
			return true;
	return false;
}

/* A message without what is of its object alone. */
static void put_shape(struct buf *out, const char *text)
{
	while (*text) {
		size_t n = strcspn(text + 1, " '") + 1;
		const char *end = *text == '\'' ? strchr(text + 1, '\'') : NULL;

		if (end)
			n = (size_t)(end - text) + 1;
		if (end || is_particular(text, n))
			buf_char(out, '#');
		else
			buf_add(out, text, n);
		text += n;
	}
}

/* A path without its indices and keys. */
static void put_path(struct buf *out, const char *path)
{
	for (int depth = 0; path && *path; path++) {
		depth += *path == '[';
		if (!depth)
			buf_char(out, *path);
		depth -= depth && *path == ']';
	}
}

static const char *key_of(struct arena *a, const struct plan_finding *f)
{
	const char *key;
	struct buf text;

	buf_init(&text, 0);
	buf_printf(&text, "%d %s ", (int)f->severity, f->rule);
	put_path(&text, f->path);
	buf_char(&text, ' ');
	put_shape(&text, f->message);
	key = buf_dup(&text, a);
	buf_release(&text);
	return key;
}

static bool same(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

/* What reads the same stands once anyhow. */
static bool is_repeated(const struct plan_finding *a, const struct plan_finding *b)
{
	return a && same(a->message, b->message) && same(a->path, b->path) &&
	       same(a->place.at.file, b->place.at.file) && a->place.at.line == b->place.at.line &&
	       a->place.at.column == b->place.at.column && same(a->object.kind, b->object.kind) &&
	       same(a->object.ns, b->object.ns) && same(a->object.name, b->object.name);
}

/* One more of a group. Of six all are shown: a line that says "and one more" saves none. */
static void add(struct group *g, struct fold *folds, size_t i, const struct plan_finding *f)
{
	if (is_repeated(g->before, f)) {
		folds[i].hidden = g->count > FOLD_SHOWN;
		return;
	}
	g->before = f;
	g->count++;
	if (g->count <= FOLD_SHOWN) {
		g->last = i;
	} else if (g->count == FOLD_SHOWN + 1) {
		g->sixth = i;
	} else {
		folds[g->sixth].hidden = folds[i].hidden = true;
		folds[g->last].stands = g->count - FOLD_SHOWN;
	}
}

const struct fold *folds_findings(struct arena *a, const struct plan *p, const char *const *targets)
{
	struct fold *folds = arena_array(a, p->findings.count + 1, struct fold);
	struct map groups;

	map_init(&groups, a);
	for (size_t i = 0; i < p->findings.count; i++) {
		const struct plan_finding *f = &p->findings.items[i];
		void **at;

		if (!f->is_new || !targets[i])
			continue;
		at = map_at(&groups, key_of(a, f));
		if (!*at)
			*at = arena_new(a, struct group);
		add(*at, folds, i, f);
	}
	return folds;
}
