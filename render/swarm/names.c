/* Which files are stacks, and what those are called. */
#include <ctype.h>
#include <string.h>
#include "render/swarm/internal.h"
#include "render/yaml/yaml.h"

/* The length of a YAML file's name without its ending; 0 for other files. */
static size_t stem_length(const char *name)
{
	const char *dot = strrchr(name, '.');

	if (!dot || (strcasecmp(dot, ".yml") != 0 && strcasecmp(dot, ".yaml") != 0))
		return 0;
	return (size_t)(dot - name);
}

/* Whether a word stands in a name, with no letter beside it. */
static bool has_word(const char *name, size_t len, const char *word)
{
	size_t n = strlen(word), i;

	for (i = 0; i + n <= len; i++)
		if (!strncasecmp(name + i, word, n) &&
		    (!i || !isalpha((unsigned char)name[i - 1])) &&
		    (i + n == len || !isalpha((unsigned char)name[i + n])))
			return true;
	return false;
}

static bool is_compose(const char *name, size_t len)
{
	return has_word(name, len, "compose");
}

static bool is_swarm(const char *name, size_t len)
{
	return has_word(name, len, "stack") || has_word(name, len, "swarm");
}

bool stack_file_name(const char *name)
{
	size_t len = stem_length(name);

	return len && *name != '.' && (is_compose(name, len) || is_swarm(name, len));
}

static const struct node *read_quietly(struct run *run, struct arena *a, struct view *v,
				       const char *path)
{
	struct err ignored = ERR_INIT; /* shows when it is rendered */
	struct yaml_docs docs = { 0 };
	struct blob blob;

	if (view_read(v, path, &blob, &ignored) < 0 ||
	    !memmem(blob.text, blob.len, "services", 8) ||
	    yaml_read(run, a, YAML_KYAML, blob.path, blob.text, blob.len, blob.origin, &docs,
		      &ignored) < 0 ||
	    !docs.count)
		return NULL;
	return docs.items[0].root;
}

/* What of `deploy` only a swarm heeds: `docker compose` takes the rest too. */
static bool is_for_swarm(const struct node *deploy)
{
	static const char *const keys[] = { "mode", "placement", "update_config", "rollback_config",
					    "endpoint_mode" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (node_get(deploy, keys[i]))
			return true;
	return false;
}

/* What `docker stack deploy` ignores or refuses, and so nobody writes for it. */
static bool is_for_compose(const struct node *service)
{
	return node_get(service, "container_name") || node_get(service, "network_mode") ||
	       node_is(node_get(service, "depends_on"), NODE_MAP) ||
	       (node_get(service, "build") && !node_get(service, "image")) ||
	       node_path(service, "deploy", "resources", "reservations", "devices", NULL);
}

/*
 * Whether the services are a swarm's: one has a `deploy` that only a swarm heeds; or any at all,
 * where none has what only `docker compose` knows.
 */
static bool is_deployed(const struct node *services)
{
	bool any = false, compose = false;
	uint32_t i;

	for (i = 0; i < services->len; i++) {
		const struct node *service = services->entries[i].value;

		if (is_for_swarm(node_get(service, "deploy")))
			return true;
		any |= node_get(service, "deploy") != NULL;
		compose |= is_for_compose(service);
	}
	return any && !compose;
}

bool stack_is(struct run *run, struct arena *a, struct view *v, const char *path, bool *deployed)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	const struct node *root = read_quietly(run, a, v, path);
	const struct node *services = node_get(root, "services");

	*deployed = false;
	if (!node_is(services, NODE_MAP) || node_get(root, "apiVersion") || node_get(root, "kind"))
		return false;
	*deployed = is_deployed(services) || is_swarm(name, stem_length(name));
	return true;
}

static bool is_path(struct arena *a, const char *dir, const struct node *n, const char *path)
{
	const char *full = node_is(n, NODE_STR) ? view_join(a, dir, n->text) : NULL;

	return full && !strcmp(full, path);
}

static bool includes(struct arena *a, const char *dir, const struct node *n, const char *path)
{
	const struct node *paths = node_is(n, NODE_MAP) ? node_get(n, "path") : n;
	uint32_t i;

	for (i = 0; node_is(paths, NODE_SEQ) && i < paths->len; i++)
		if (is_path(a, dir, paths->items[i], path))
			return true;
	return is_path(a, dir, paths, path);
}

bool stack_takes(struct run *run, struct arena *a, struct view *v, const char *path,
		 const char *other)
{
	const struct node *root = read_quietly(run, a, v, path);
	const struct node *list = node_get(root, "include"), *services = node_get(root, "services");
	const char *dir = view_dirname(a, path);
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (includes(a, dir, list->items[i], other))
			return true;
	for (i = 0; node_is(services, NODE_MAP) && i < services->len; i++)
		if (is_path(a, dir,
			    node_get(node_get(services->entries[i].value, "extends"), "file"),
			    other))
			return true;
	return false;
}

static bool has_image(const struct node *service)
{
	return node_get(service, "image") || node_get(service, "build") ||
	       node_get(service, "extends");
}

/* A service of `part` without an image, which it has in `whole`. */
static const struct node *added_to(const struct node *part, const struct node *whole)
{
	uint32_t i;

	for (i = 0; i < part->len; i++)
		if (!has_image(part->entries[i].value) &&
		    has_image(node_get(whole, part->entries[i].key->text)))
			return part->entries[i].key;
	return NULL;
}

const char *stack_adds_to(struct run *run, struct arena *a, struct view *v, const char *path,
			  const struct node **at)
{
	const struct node *own = node_get(read_quietly(run, a, v, path), "services"), *other;
	const char *dir = view_dirname(a, path), *beside;
	struct view_items items = { 0 };
	struct err ignored = ERR_INIT;
	size_t i;

	if (!node_is(own, NODE_MAP) || view_list(v, a, dir, &items, &ignored) < 0)
		return NULL;
	for (i = 0; i < items.count; i++) {
		beside = view_join(a, dir, items.items[i].name);
		if (items.items[i].kind != VIEW_FILE || !stack_file_name(items.items[i].name) ||
		    !strcmp(beside, path))
			continue;
		other = node_get(read_quietly(run, a, v, beside), "services");
		*at = node_is(other, NODE_MAP) ? added_to(own, other) : NULL;
		if (*at)
			return beside;
	}
	return NULL;
}

/* Letters, digits, '-' and '_' of a name, as docker compose makes a project's of a folder's. */
static const char *clean(struct arena *a, const char *text, size_t len)
{
	char *out = arena_memdup(a, text, len), *to = out;
	size_t i;

	for (i = 0; i < len; i++) {
		char c = (char)tolower((unsigned char)text[i]);

		if (isalnum((unsigned char)c) || (to > out && strchr("-_", c)))
			*to++ = c;
		else if (to > out && c == '.')
			*to++ = '-';
	}
	while (to > out && strchr("-_", to[-1]))
		to--;
	*to = '\0';
	return out;
}

/* What is left of a file's name without the words that only say what it is. */
static const char *own_word(struct arena *a, const char *name)
{
	static const char *const words[] = { "docker", "compose", "stack", "swarm" };
	size_t len = stem_length(name), at = 0, n, i;
	struct buf out;
	const char *word;

	buf_init(&out, 0);
	for (; at < len; at += n + 1) {
		n = strcspn(name + at, "-_.");
		if (at + n > len)
			n = len - at;
		for (i = 0; i < ARRAY_SIZE(words); i++)
			if (strlen(words[i]) == n && !strncasecmp(words[i], name + at, n))
				break;
		if (i < ARRAY_SIZE(words))
			continue;
		if (out.len)
			buf_char(&out, '-');
		buf_add(&out, name + at, n);
	}
	word = clean(a, out.text, out.len);
	buf_release(&out);
	return word;
}

const char *stack_name(struct run *run, struct arena *a, struct view *v, const char *path,
		       const char *fallback)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path, *word;
	const char *said = node_get_string(read_quietly(run, a, v, path), "name");
	const char *dir = view_dirname(a, path);

	if (said && !strchr(said, '$') && *clean(a, said, strlen(said)))
		return clean(a, said, strlen(said));
	word = own_word(a, name);
	if (*word)
		return word;
	name = strrchr(dir, '/') ? strrchr(dir, '/') + 1 : dir;
	word = clean(a, name, strlen(name));
	return *word ? word : fallback;
}
