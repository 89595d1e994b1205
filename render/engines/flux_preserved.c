/*
 * upgrade.preserveValues (Helm's --reuse-values): an upgrade goes on with the values of the release
 * that is deployed, and with the defaults of that one's chart, as Helm's storage has them: a Secret
 * whose text is JSON, compressed. What the HelmRelease says itself goes over them.
 */
#include <string.h>
#include "base/archive.h"
#include "base/base64.h"
#include "base/json.h"
#include "render/engines/flux_release.h"

static void say_unknown(struct apps *apps, const struct app *app, const struct node *said,
			const char *why)
{
	apps_note(apps, APP_INFO, "engine/not-available", said->origin,
		  "HelmRelease %s/%s: an upgrade keeps the values of the last release that it does "
		  "not give itself (preserveValues): the plan knows none of those%s",
		  app->ns, app->name, why);
}

/* ---- Helm's storage ---- */

static bool unpack(struct arena *a, const char *text, struct buf *out)
{
	struct buf once;
	const char *plain;
	size_t len;
	bool ok;

	buf_init(&once, LIMIT_FILE_BYTES);
	ok = base64_decode(&once, text, strlen(text)) && base64_decode(out, once.text, once.len);
	buf_release(&once);
	if (!ok || out->len < 3 || memcmp(out->text, "\x1f\x8b\x08", 3) != 0)
		return ok; /* Helm takes what is not compressed, too */
	plain = archive_gunzip(a, out->text, out->len, LIMIT_FILE_BYTES, &len);
	out->len = 0;
	if (plain)
		buf_add(out, plain, len);
	return plain != NULL;
}

/* The release that a Secret of the storage holds; NULL: it is none that can be read. */
static const struct node *release_in(struct arena *a, const struct node *secret)
{
	const char *text = node_string(node_path(secret, "data", "release", NULL));
	const struct json_options options = { .file = "Helm's storage" };
	struct node *out = NULL;
	struct err ignored = ERR_INIT;
	struct buf json;

	buf_init(&json, LIMIT_FILE_BYTES);
	if (text && unpack(a, text, &json))
		out = json_read(a, json.text, json.len, &options, &ignored);
	buf_release(&json);
	return node_is(out, NODE_MAP) ? out : NULL;
}

/* The revision that is deployed, else the last. */
static int64_t deployed(const struct node *live, int64_t last)
{
	const struct node *list = node_path(live, "status", "history", NULL);
	int64_t version, found = 0;
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (!strcmp(node_string_at(list->items[i], "status"), "deployed") &&
		    node_integer(node_get(list->items[i], "version"), &version) && version > found)
			found = version;
	return found ? found : last;
}

/* ---- the values ---- */

/* `under` where `n` has nothing; a null of `n` takes away what is under it, and goes with it. */
static void put_under(struct arena *a, struct node *n, const struct node *under)
{
	for (uint32_t i = 0; node_is(under, NODE_MAP) && i < under->len; i++) {
		const struct node_entry *e = &under->entries[i];
		struct node *value = node_get(n, e->key->text);

		if (!value)
			node_set(a, n, e->key->text, node_copy(a, e->value));
		else if (node_is_null(value) && !node_is_null(e->value))
			node_remove(n, e->key->text);
		else if (node_is(value, NODE_MAP))
			put_under(a, value, e->value);
	}
}

/* The texts that only the cluster has, as those of a Secret: they may have come of one. */
static void hide(struct arena *a, const struct node *kept, const struct node *given,
		 struct node *texts)
{
	uint32_t i;

	if (node_is(kept, NODE_STR) && !(given && node_equal(kept, given)))
		node_set(a, texts, arena_printf(a, "%u", texts->len),
			 node_str_n(a, kept->text, kept->len));
	for (i = 0; node_is(kept, NODE_SEQ) && i < kept->len; i++)
		hide(a, kept->items[i],
		     given && node_is(given, NODE_SEQ) && i < given->len ? given->items[i] : NULL,
		     texts);
	for (i = 0; node_is(kept, NODE_MAP) && i < kept->len; i++)
		hide(a, kept->entries[i].value, node_get(given, kept->entries[i].key->text), texts);
}

static void keep(struct apps *apps, struct app *app, struct flux_release *release,
		 const struct node *stored, struct node *inputs)
{
	struct arena *a = apps->arena;
	const struct node *config = node_get(stored, "config");
	const struct node *chart = node_path(stored, "chart", "values", NULL);
	struct node *defaults = node_is(config, NODE_MAP) ? node_copy(a, config) : node_map(a);
	struct node *values = node_copy(a, release->values), *secret = node_map(a);
	struct node *texts = node_map(a);

	put_under(a, defaults, chart);
	put_under(a, values, config);
	if (node_is(config, NODE_MAP))
		hide(a, config, release->values, texts);
	node_set(a, secret, "apiVersion", node_str(a, "v1"));
	node_set(a, secret, "kind", node_str(a, "Secret"));
	node_set(a, secret, "stringData", texts);
	*vec_push(a, &apps->secrets) = secret;
	app->confidential = true;
	release->values = values;
	release->defaults = defaults;
	node_set(a, inputs, "values", values);
	node_set(a, inputs, "preserved", defaults);
}

void flux_keep_values(struct apps *apps, struct app *app, struct flux_release *release,
		      const struct node *live, int64_t revision, struct node *inputs)
{
	const struct node *spec = node_get(app->root, "spec"), *stored;
	const struct node *said = node_path(spec, "upgrade", "preserveValues", NULL);
	const char *ns = node_string_at(spec, "storageNamespace"), *name;

	if (!node_true(said))
		return;
	if (!live || apps->no_secrets) {
		say_unknown(apps, app, said, "");
		return;
	}
	if (!revision)
		return; /* it is installed */
	ns = *ns ? ns : app->ns;
	name = arena_printf(apps->arena, "sh.helm.release.v1.%s.v%lld",
			    flux_release_name(apps->arena, app),
			    (long long)deployed(live, revision));
	stored = release_in(apps->arena, flux_live_object(apps, app, "v1", "Secret", ns, name));
	if (stored)
		keep(apps, app, release, stored, inputs);
	else
		say_unknown(
			apps, app, said,
			arena_printf(apps->arena, ", for Secret %s/%s can't be read", ns, name));
}
