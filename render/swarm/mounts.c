/* Volumes of a service: "data:/var/lib/x:ro", "./conf:/etc/x", "/anonymous". */
#include <ctype.h>
#include <string.h>
#include "render/swarm/internal.h"

enum { SECTIONS = 3 };

/* Split at colons; that of a Windows drive is none. Returns how many; 0: too many or empty. */
static unsigned split(const char *text, const char *at[SECTIONS], size_t len[SECTIONS])
{
	unsigned count = 0;
	const char *from = text, *p;

	for (p = text;; p++) {
		if (*p == ':' && p == from + 1 && isalpha((unsigned char)*from))
			continue;
		if (*p && *p != ':')
			continue;
		if (p == from || count == SECTIONS)
			return 0;
		at[count] = from;
		len[count++] = (size_t)(p - from);
		if (!*p)
			return count;
		from = p + 1;
	}
}

static bool is_path(const char *source)
{
	return strchr("./~", *source) || !strncmp(source, "\\\\", 2) ||
	       (isalpha((unsigned char)*source) && source[1] == ':');
}

static void set(struct loader *l, struct node *map, const char *key, const char *text,
		const struct node *at)
{
	node_set(l->arena, map, key, text_at(l->arena, text, at));
}

static void set_options(struct loader *l, struct node *mount, const struct node *at,
			const char *options, size_t len)
{
	static const char *const propagations[] = { "rprivate", "private", "rshared",
						    "shared",	"rslave",  "slave" };
	const char *end = options + len;
	size_t n, i;

	for (; options < end; options += n + 1) {
		struct node *bind = node_at(node_map(l->arena), at->origin);

		n = strcspn(options, ",");
		if (n > (size_t)(end - options))
			n = (size_t)(end - options);
		if (n == 2 && !memcmp(options, "ro", 2))
			node_set(l->arena, mount, "read_only",
				 node_at(node_bool(l->arena, true), at->origin));
		if (n == 6 && !memcmp(options, "nocopy", 6)) {
			node_set(l->arena, bind, "nocopy",
				 node_at(node_bool(l->arena, true), at->origin));
			node_set(l->arena, mount, "volume", bind);
		}
		for (i = 0; i < ARRAY_SIZE(propagations); i++) {
			if (strlen(propagations[i]) != n || memcmp(options, propagations[i], n))
				continue;
			set(l, bind, "propagation", propagations[i], at);
			node_set(l->arena, mount, "bind", bind);
		}
	}
}

static struct node *short_mount(struct loader *l, const struct node *at)
{
	struct node *mount = node_at(node_map(l->arena), at->origin);
	const char *part[SECTIONS], *source;
	size_t len[SECTIONS];
	unsigned count = strlen(at->text) < 3 ? 1 : split(at->text, part, len);

	if (strlen(at->text) < 3) {
		part[0] = at->text;
		len[0] = strlen(at->text);
	}
	if (!count || !len[0]) {
		stack_note(l, STACK_ERROR, "swarm/invalid", at->origin,
			   "'%s' is no volume: [SOURCE:]TARGET[:OPTIONS]", at->text);
		return NULL;
	}
	source = arena_memdup(l->arena, part[0], len[0]);
	set(l, mount, "type", count > 1 && is_path(source) ? "bind" : "volume", at);
	if (count > 1)
		set(l, mount, "source", source, at);
	set(l, mount, "target", count > 1 ? arena_memdup(l->arena, part[1], len[1]) : source, at);
	if (count > 2)
		set_options(l, mount, at, part[2], len[2]);
	return mount;
}

/* A path beside the file is written "./…" from the root of the repository on. */
static void resolve_bind(struct loader *l, const struct project *p, struct node *mount)
{
	const struct node *source = node_get(mount, "source"), *type = node_get(mount, "type");
	const char *path;

	if (!node_is(type, NODE_STR) || strcmp(type->text, "bind") != 0)
		return;
	if (!node_is(source, NODE_STR) || !source->len) {
		stack_note(l, STACK_ERROR, "swarm/invalid", mount->origin,
			   "a bind mount needs a source");
		return;
	}
	if (strchr("/~\\", *source->text) ||
	    (isalpha((unsigned char)*source->text) && source->text[1] == ':'))
		return;
	path = view_join(l->arena, p->dir, source->text);
	if (path)
		set(l, mount, "source", arena_printf(l->arena, "./%s", path), source);
	stack_note(l, STACK_WARNING, "swarm/relative-bind", source->origin,
		   "'%s' lies beside this file on the machine that deploys; each node of the swarm "
		   "needs it at the same path (a config: gets it there)",
		   source->text);
}

struct node *normalise_mounts(struct loader *l, const struct project *p, const struct node *list)
{
	struct node *out;
	uint32_t i;

	if (!node_is(list, NODE_SEQ))
		return NULL;
	out = node_at(node_seq(l->arena), list->origin);
	for (i = 0; i < list->len; i++) {
		const struct node *n = list->items[i];
		struct node *mount = node_is(n, NODE_STR)   ? short_mount(l, n)
				     : node_is(n, NODE_MAP) ? node_copy(l->arena, n)
							    : NULL;

		if (!mount)
			continue;
		resolve_bind(l, p, mount);
		node_append(l->arena, out, mount);
	}
	return out;
}
