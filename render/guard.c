#include "render/guard.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "base/map.h"
#include "base/text.h"
#include "base/url.h"

enum { MAX_FOLDERS = 20000, MAX_FILE_BYTES = 4 << 20, MAX_DEPTH = 64 };

struct guard {
	const struct settings *settings;
	struct view *base;
	struct map named; /* host -> whether the base names it: a bool */
	unsigned folders; /* of the base that were looked through for one host */
};

void guard_set(struct run *run, const struct settings *settings, struct view *base)
{
	run->guard = arena_new(&run->arena, struct guard);
	run->guard->settings = settings ? settings : settings_default();
	run->guard->base = base;
	map_init(&run->guard->named, &run->arena);
}

/* --- what the configuration allows
 * ---------------------------------------------------------------- */

/* "*.example.org" stands for every host below it. */
static bool fits(const char *pattern, const char *host)
{
	if (!strncmp(pattern, "*.", 2))
		return strlen(host) > strlen(pattern) - 1 &&
		       !strcasecmp(host + strlen(host) - strlen(pattern) + 1, pattern + 1);
	return !strcasecmp(pattern, host);
}

static bool is_allowed(const struct guard *g, const char *host)
{
	const struct settings_strings *hosts = &g->settings->remote.hosts;

	for (size_t i = 0; i < hosts->count; i++)
		if (fits(hosts->items[i], host))
			return true;
	return false;
}

/* --- what the base names
 * -------------------------------------------------------------------------- */

static bool in_host(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '-' || c == '_';
}

/* Whether the text has the host as a whole word, as URLs do. */
static bool names(const char *text, size_t len, const char *host)
{
	size_t n = strlen(host);

	for (size_t i = 0; i + n <= len; i++)
		if ((text[i] | 32) == (*host | 32) && !strncasecmp(text + i, host, n) &&
		    (!i || !in_host(text[i - 1])) && (i + n == len || !in_host(text[i + n])))
			return true;
	return false;
}

static bool is_manifest(const char *name)
{
	return text_ends(name, ".yaml") || text_ends(name, ".yml") || text_ends(name, ".json");
}

static bool folder_names(struct guard *g, const char *folder, const char *host, unsigned depth);

static bool item_names(struct guard *g, struct arena *a, const char *folder,
		       const struct view_item *item, const char *host, unsigned depth)
{
	const char *path = view_join(a, folder, item->name);
	struct err ignored = ERR_INIT;
	struct blob blob;

	if (!path)
		return false;
	if (item->kind == VIEW_DIR)
		return folder_names(g, path, host, depth + 1);
	return item->kind == VIEW_FILE && is_manifest(item->name) &&
	       !view_read(g->base, path, &blob, &ignored) && blob.len <= MAX_FILE_BYTES &&
	       names(blob.text, blob.len, host);
}

static bool folder_names(struct guard *g, const char *folder, const char *host, unsigned depth)
{
	struct view_items items = { 0 };
	struct arena scratch = ARENA_INIT;
	struct err ignored = ERR_INIT;
	bool found = false;

	if (depth > MAX_DEPTH || ++g->folders > MAX_FOLDERS)
		return false;
	if (!view_list(g->base, &scratch, folder, &items, &ignored))
		for (size_t i = 0; i < items.count && !found; i++)
			found = item_names(g, &scratch, folder, &items.items[i], host, depth);
	arena_release(&scratch);
	return found;
}

/* A name without a dot is one of the local network: only the configuration can mean it. */
static bool base_names(struct run *run, const char *host)
{
	struct guard *g = run->guard;
	bool **known = (bool **)map_at(&g->named, arena_strdup(&run->arena, host));

	if (!*known) {
		g->folders = 0;
		*known = arena_new(&run->arena, bool);
		**known = g->base && strchr(host, '.') && folder_names(g, "", host, 0);
	}
	return **known;
}

/* --- the question
 * --------------------------------------------------------------------------------- */

int guard_host(struct run *run, const char *host, bool *public_only, struct err *err)
{
	*public_only = false;
	if (!run->guard)
		return 0;
	if (!host || !*host)
		return err_raise(err, ERR_REFUSED, NO_POS, "it names no host");
	if (is_allowed(run->guard, host))
		return 0;
	*public_only = true;
	if (base_names(run, host))
		return 0;
	return err_raise(err, ERR_REFUSED, NO_POS,
			 "host '%s' is not one that the base uses; remote.hosts of the base's "
			 ".gitops.yaml can allow it",
			 host);
}

int guard_url(struct run *run, const char *url, bool *public_only, struct err *err)
{
	struct arena scratch = ARENA_INIT;
	const char *host, *end;
	int rc;

	*public_only = false;
	if (!run->guard)
		return 0;
	host = url_host(&scratch, url);
	if (*host == '[') {
		host++;
		end = host + strcspn(host, "]");
	} else {
		end = host + strcspn(host, ":");
	}
	rc = guard_host(run, arena_memdup(&scratch, host, (size_t)(end - host)), public_only, err);
	arena_release(&scratch);
	return rc;
}
