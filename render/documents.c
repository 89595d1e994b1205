#include "render/documents.h"
#include <string.h>
#include "render/pack.h"
#include "render/yaml/yaml.h"

struct documents {
	struct run *run;
	struct arena *arena;
	struct pack *pack;
	struct map known; /* key → struct trees */
};

static const char *const uses[] = { [DOCUMENTS_ONE] = "one", [DOCUMENTS_ENGINES] = "engines" };

struct documents *documents_new(struct run *run, struct arena *a, struct pack *pack)
{
	struct documents *d = arena_new(a, struct documents);

	*d = (struct documents){ run, a, pack, { 0 } };
	map_init(&d->known, a);
	return d;
}

static bool parse(struct run *run, struct arena *a, struct view *v, const char *path,
		  enum documents_use use, documents_wanted_fn *wanted, struct trees *out)
{
	struct err ignored = ERR_INIT; /* shows where the file is rendered */
	struct yaml_docs docs = { 0 };
	struct node *root = NULL;
	struct blob blob;

	*out = (struct trees){ 0 };
	if (view_read(v, path, &blob, &ignored) < 0)
		return false;
	if (wanted && !wanted(blob.text, blob.len))
		return true;
	if (use == DOCUMENTS_ONE) {
		if (!yaml_read_one(run, a, YAML_SIGS, blob.path, blob.text, blob.len, blob.origin,
				   &root, &ignored))
			*vec_push(a, out) = root;
		return true;
	}
	if (yaml_read(run, a, YAML_SIGS, blob.path, blob.text, blob.len, blob.origin, &docs,
		      &ignored) < 0)
		return true;
	for (size_t i = 0; i < docs.count; i++)
		*vec_push(a, out) = docs.items[i].root;
	return true;
}

static bool load(struct documents *d, const char *key, struct trees *out)
{
	size_t len;
	const char *text = pack_get(d->pack, key, &len);

	return text && thaw_trees(d->run, d->arena, text, len, out);
}

static void keep(struct documents *d, const char *key, const struct trees *trees)
{
	struct buf b;

	buf_init(&b, 0);
	if (freeze_trees(d->run, trees, &b))
		pack_put(d->pack, key, b.text, b.len);
	buf_release(&b);
}

bool documents_read(struct documents *d, struct run *run, struct arena *a, struct view *v,
		    const char *path, enum documents_use use, documents_wanted_fn *wanted,
		    struct trees *out)
{
	struct trees *made;
	const char *key, *real;
	char id[65];
	void **slot;

	if (!d || view_ident(v, path, id) != VIEW_FILE || !*id || !(real = view_real_path(v, path)))
		return parse(run, a, v, path, use, wanted, out);
	key = arena_printf(d->arena, "documents %s %s %s", uses[use], id, real);
	slot = map_at(&d->known, key);
	if (*slot) {
		*out = *(const struct trees *)*slot;
		return true;
	}
	made = arena_new(d->arena, struct trees);
	if (!load(d, key, made)) {
		if (!parse(run, d->arena, v, path, use, wanted, made))
			return false;
		keep(d, key, made);
	}
	*map_at(&d->known, key) = made;
	*out = *made;
	return true;
}
