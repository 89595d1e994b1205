#include "render/settings.h"
#include <string.h>
#include "base/buf.h"
#include "base/text.h"
#include "render/yaml/yaml.h"

enum { MAX_SETTINGS_BYTES = 1 << 20, MAX_ITEMS = 1000 };

struct reader {
	struct run *run;
	struct arena *arena;
	const char *file;
};

/* Any VEC of structs. */
struct any_vec {
	void *items;
	size_t count, cap;
};

static int fill(struct reader *r, const struct settings_section *section, const struct node *n,
		const char *path, void *out, struct err *err);

static struct pos pos_of(struct reader *r, const struct node *n)
{
	struct pos pos = origins_pos(r->run->origins, n->origin);

	return pos.file ? pos : (struct pos){ r->file, 0, 0 };
}

static int wrong(struct reader *r, const struct node *n, const char *path, const char *expected,
		 struct err *err)
{
	return err_raise(err, ERR_INPUT, pos_of(r, n), "%s must be %s, and is %s", path, expected,
			 node_type_name(n));
}

/* ", did you mean 'x'?" or what there is. */
static const char *hint(struct reader *r, const char *word, const char *const *words, size_t count)
{
	struct nearest near = nearest_to(word, strlen(word));
	const char *text;
	struct buf all;

	for (size_t i = 0; i < count; i++)
		nearest_try(&near, words[i]);
	if (near.best)
		return arena_printf(r->arena, ", did you mean '%s'?", near.best);
	buf_init(&all, 0);
	for (size_t i = 0; i < count; i++)
		buf_printf(&all, "%s%s",
			   !i		   ? "; there is "
			   : i + 1 < count ? ", "
					   : " and ",
			   words[i]);
	text = buf_dup(&all, r->arena);
	buf_release(&all);
	return text;
}

static int choose(struct reader *r, const struct settings_key *k, const struct node *n,
		  const char *path, struct err *err)
{
	const char *word = node_string(n);
	int count = 0;

	if (!word)
		return wrong(r, n, path, "a word", err);
	for (; k->choices[count]; count++)
		if (!strcmp(k->choices[count], word))
			return count;
	return err_raise(err, ERR_INPUT, pos_of(r, n), "%s can't be '%s'%s", path, word,
			 hint(r, word, k->choices, (size_t)count));
}

/* --- one value of each type ---------------------------------------------------------------------
 */

static int read_strings(struct reader *r, const struct node *n, const char *path,
			struct settings_strings *out, struct err *err)
{
	if (!node_is(n, NODE_SEQ))
		return wrong(r, n, path, "a list of strings", err);
	for (uint32_t i = 0; i < n->len; i++) {
		if (!node_string(n->items[i]) || !*node_string(n->items[i]))
			return wrong(r, n->items[i],
				     arena_printf(r->arena, "%s[%u]", path, (unsigned)i),
				     "a string that is not empty", err);
		*vec_push(r->arena, out) = node_string(n->items[i]);
	}
	return 0;
}

static int read_words(struct reader *r, const struct settings_key *k, const struct node *n,
		      const char *path, void *out, struct err *err)
{
	struct any_words {
		VEC(struct settings_rule);
	} *words = out;
	int choice;

	if (!node_is(n, NODE_MAP))
		return wrong(r, n, path, "a mapping", err);
	for (uint32_t i = 0; i < n->len; i++) {
		const char *key = n->entries[i].key->text;

		choice = choose(r, k, n->entries[i].value,
				arena_printf(r->arena, "%s['%s']", path, key), err);
		if (choice < 0)
			return -1;
		*vec_push(r->arena, words) = (struct settings_rule){ key, k->choices[choice] };
	}
	return 0;
}

static int read_list(struct reader *r, const struct settings_key *k, const struct node *n,
		     const char *path, void *out, struct err *err)
{
	const struct settings_section *section = k->section;
	struct any_vec *list = out;
	char *items;

	if (!node_is(n, NODE_SEQ))
		return wrong(r, n, path, "a list", err);
	if (n->len > MAX_ITEMS)
		return err_raise(err, ERR_LIMIT, pos_of(r, n), "%s has more than %d entries", path,
				 MAX_ITEMS);
	items = arena_alloc(r->arena, n->len * section->size + 1);
	for (uint32_t i = 0; i < n->len; i++)
		if (fill(r, section, n->items[i], arena_printf(r->arena, "%s[%u]", path, i),
			 items + i * section->size, err) < 0)
			return -1;
	list->items = items;
	list->count = list->cap = n->len;
	return 0;
}

static int read_count(struct reader *r, const struct node *n, const char *path, int64_t *out,
		      struct err *err)
{
	if (!node_is(n, NODE_INT) || !node_integer(n, out) || *out < 0)
		return wrong(r, n, path, "a number of 0 or more", err);
	return 0;
}

static int read_value(struct reader *r, const struct settings_key *k, const struct node *n,
		      const char *path, void *out, struct err *err)
{
	int choice;

	switch (k->type) {
	case SETTINGS_STRING:
		*(const char **)out = node_string(n);
		return node_string(n)	   ? 0
		       : node_is_scalar(n) ? wrong(r, n, path, "a string (put it in quotes)", err)
					   : wrong(r, n, path, "a string", err);
	case SETTINGS_CHOICE:
		*(int *)out = choice = choose(r, k, n, path, err);
		return choice < 0 ? -1 : 0;
	case SETTINGS_WORD:
		choice = choose(r, k, n, path, err);
		if (choice >= 0)
			*(const char **)out = k->choices[choice];
		return choice < 0 ? -1 : 0;
	case SETTINGS_BOOL:
		if (!node_is(n, NODE_BOOL))
			return wrong(r, n, path, "true or false", err);
		*(int *)out = node_true(n);
		return 0;
	case SETTINGS_COUNT:
		return read_count(r, n, path, out, err);
	case SETTINGS_STRINGS:
		return read_strings(r, n, path, out, err);
	case SETTINGS_SECTION:
		return fill(r, k->section, n, path, out, err);
	case SETTINGS_LIST:
		return read_list(r, k, n, path, out, err);
	case SETTINGS_WORDS:
		return read_words(r, k, n, path, out, err);
	}
	return 0;
}

/* --- a mapping -----------------------------------------------------------------------------------
 */

static const struct settings_key *find_key(const struct settings_section *section, const char *name)
{
	for (size_t i = 0; i < section->count; i++)
		if (!strcmp(section->keys[i].name, name))
			return &section->keys[i];
	return NULL;
}

static int unknown_key(struct reader *r, const struct settings_section *section,
		       const struct node *key, const char *path, struct err *err)
{
	const char **names = arena_array(r->arena, section->count, const char *);

	for (size_t i = 0; i < section->count; i++)
		names[i] = section->keys[i].name;
	return err_raise(err, ERR_INPUT, pos_of(r, key), "%s%sunknown key '%s'%s", path,
			 *path ? ": " : "", key->text, hint(r, key->text, names, section->count));
}

static int fill(struct reader *r, const struct settings_section *section, const struct node *n,
		const char *path, void *out, struct err *err)
{
	const struct settings_key *k;

	if (!node_is(n, NODE_MAP))
		return wrong(r, n, *path ? path : "the file", "a mapping", err);
	if (section->defaults)
		memcpy(out, section->defaults, section->size);
	else
		memset(out, 0, section->size);
	for (uint32_t i = 0; i < n->len; i++) {
		k = find_key(section, n->entries[i].key->text);
		if (!k)
			return unknown_key(r, section, n->entries[i].key, path, err);
		if (read_value(r, k, n->entries[i].value,
			       arena_printf(r->arena, "%s%s%s", path, *path ? "." : "", k->name),
			       (char *)out + k->offset, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < section->count; i++)
		if (section->keys[i].required && !node_get(n, section->keys[i].name))
			return err_raise(err, ERR_INPUT, pos_of(r, n),
					 "%s%sthe key '%s' is missing", path, *path ? ": " : "",
					 section->keys[i].name);
	return 0;
}

/* --- the whole -----------------------------------------------------------------------------------
 */

/* Paths of the repository, cleaned in place. */
static int clean_paths(struct reader *r, const struct node *list, const char *what,
		       struct settings_strings *paths, struct err *err)
{
	for (size_t k = 0; k < paths->count; k++) {
		const char *clean = view_join(r->arena, "", paths->items[k]);

		if (!clean)
			return err_raise(err, ERR_INPUT, pos_of(r, list->items[k]),
					 "%s[%zu]: '%s' leaves the repository", what, k,
					 paths->items[k]);
		paths->items[k] = clean;
	}
	return 0;
}

/* No other of `what` before the list's `i` may have its name. */
static int check_name(struct reader *r, const struct node *list, size_t i, const char *what,
		      struct err *err)
{
	const struct node *at = node_get(list->items[i], "name");
	const char *name = node_string_at(list->items[i], "name");

	for (size_t k = 0; k < i; k++)
		if (!strcmp(node_string_at(list->items[k], "name"), name))
			return err_raise(err, ERR_INPUT, pos_of(r, at),
					 "%ss[%zu]: there is a %s '%s' already", what, i, what,
					 name);
	return 0;
}

static int check_paths(struct reader *r, const struct node *targets, struct settings *c,
		       struct err *err)
{
	for (size_t i = 0; i < c->targets.count; i++) {
		struct settings_target *t = &c->targets.items[i];
		const struct node *n = targets->items[i];

		if (check_name(r, targets, i, "target", err) < 0)
			return -1;
		if (clean_paths(r, node_get(n, "paths"),
				arena_printf(r->arena, "targets[%zu].paths", i), &t->paths,
				err) < 0)
			return -1;
	}
	return 0;
}

static int check_stacks(struct reader *r, const struct node *stacks, struct settings *c,
			struct err *err)
{
	for (size_t i = 0; i < c->stacks.count; i++) {
		struct settings_stack *s = &c->stacks.items[i];
		const struct node *n = stacks->items[i];

		if (check_name(r, stacks, i, "stack", err) < 0)
			return -1;
		if (!s->files.count)
			return err_raise(err, ERR_INPUT, pos_of(r, node_get(n, "files")),
					 "stacks[%zu].files must name a file", i);
		if (clean_paths(r, node_get(n, "files"),
				arena_printf(r->arena, "stacks[%zu].files", i), &s->files, err) < 0)
			return -1;
	}
	return 0;
}

static int check_reports(struct reader *r, const struct node *reports, const struct settings *c,
			 struct err *err)
{
	for (size_t i = 0; i < c->reports.count; i++)
		if (!view_join(r->arena, "", c->reports.items[i].file) ||
		    !*c->reports.items[i].file)
			return err_raise(err, ERR_INPUT,
					 pos_of(r, node_get(reports->items[i], "file")),
					 "reports[%zu].file: '%s' leaves the folder", i,
					 c->reports.items[i].file);
	return 0;
}

static const struct node *read_one(struct reader *r, const char *text, size_t len, origin_id origin,
				   struct err *err)
{
	struct yaml_docs docs = { 0 };
	const struct yaml_doc *doc;

	if (yaml_read(r->run, r->arena, YAML_SIGS, r->file, text, len, origin, &docs, err) < 0)
		return NULL;
	if (docs.count != 1 || !docs.items[0].root) {
		err_raise(err, ERR_INPUT, (struct pos){ r->file, 1, 1 },
			  docs.count > 1 ? "one document is expected, and there are %zu"
					 : "the file is empty",
			  docs.count);
		return NULL;
	}
	doc = &docs.items[0];
	if (doc->duplicate_count) {
		err_raise(err, ERR_INPUT, pos_of(r, doc->duplicates[0].key),
			  "the key '%s' stands twice", doc->duplicates[0].key->text);
		return NULL;
	}
	return doc->root;
}

const struct settings *settings_read(struct run *run, struct arena *a, const char *file,
				     const char *text, size_t len, origin_id origin,
				     struct err *err)
{
	struct reader r = { run, a, file };
	struct settings *c = arena_new(a, struct settings);
	const struct node *root;

	if (len > MAX_SETTINGS_BYTES) {
		err_raise(err, ERR_LIMIT, (struct pos){ file, 0, 0 },
			  "a configuration of more than %d bytes", MAX_SETTINGS_BYTES);
		return NULL;
	}
	if (!origin)
		origin = origins_add_file(run->origins, NULL, file, text, len);
	root = read_one(&r, text, len, origin, err);
	if (!root || fill(&r, &settings_root, root, "", c, err) < 0 ||
	    check_paths(&r, node_get(root, "targets"), c, err) < 0 ||
	    check_stacks(&r, node_get(root, "stacks"), c, err) < 0 ||
	    check_reports(&r, node_get(root, "reports"), c, err) < 0)
		return NULL;
	c->file = file;
	return c;
}

const struct settings *settings_load(struct run *run, struct arena *a, struct view *v,
				     struct err *err)
{
	struct blob blob;

	if (!v || view_kind(v, SETTINGS_FILE) == VIEW_ABSENT)
		return settings_default();
	if (view_read(v, SETTINGS_FILE, &blob, err) < 0)
		return NULL;
	return settings_read(run, a, SETTINGS_FILE, blob.text, blob.len, blob.origin, err);
}

/* --- targets -------------------------------------------------------------------------------------
 */

/* How much of `path` a folder covers: its length + 1; 0: it does not. */
static size_t covers(const char *folder, const char *path)
{
	size_t n = strlen(folder);

	if (strncmp(folder, path, n) || (n && path[n] && path[n] != '/'))
		return 0;
	return n + 1;
}

static bool is_called(const struct settings_target *t, const char *cluster)
{
	for (size_t i = 0; i < t->destinations.count; i++)
		if (!strcmp(t->destinations.items[i], cluster))
			return true;
	return !strcmp(t->name, cluster);
}

const struct settings_target *settings_target_for(const struct settings *c, const char *cluster,
						  const char *path)
{
	const struct settings_target *best = NULL;
	size_t most = 0;

	for (size_t i = 0; *cluster && i < c->targets.count; i++)
		if (is_called(&c->targets.items[i], cluster))
			return &c->targets.items[i];
	for (size_t i = 0; i < c->targets.count; i++) {
		const struct settings_target *t = &c->targets.items[i];
		size_t covered = t->paths.count || t->destinations.count ? 0 : 1;

		for (size_t k = 0; k < t->paths.count; k++) {
			size_t n = covers(t->paths.items[k], path);

			covered = n > covered ? n : covered;
		}
		if (covered > most) {
			most = covered;
			best = t;
		}
	}
	return best;
}
