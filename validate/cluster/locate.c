#include "validate/cluster/locate.h"
#include <stdlib.h>
#include <string.h>

struct piece {
	const char *text;
	size_t len;
	bool bracket;
};

/* The text between brackets, quotes respected: k="a]b". */
static size_t bracket_length(const char *at)
{
	bool quoted = false;
	size_t len = 0;

	for (; at[len] && (quoted || at[len] != ']'); len++) {
		if (at[len] == '\\' && at[len + 1])
			len++;
		else if (at[len] == '"')
			quoted = !quoted;
	}
	return len;
}

static bool next_piece(const char **at, struct piece *out)
{
	while (**at == '.')
		(*at)++;
	if (!**at)
		return false;
	out->bracket = **at == '[';
	*at += out->bracket;
	out->text = *at;
	out->len = out->bracket ? bracket_length(*at) : strcspn(*at, ".[");
	*at += out->len;
	*at += out->bracket && **at == ']';
	return true;
}

/* Whether `entry` has the value that k=v says; v is JSON: "text" in quotes, or a number. */
static bool has_key(const struct node *entry, const char *key, size_t key_len, const char *value,
		    size_t len)
{
	const struct node *n = node_get_n(entry, key, key_len);

	if (len >= 2 && *value == '"') {
		value++;
		len -= 2;
	}
	return node_is_scalar(n) && n->len == len && !memcmp(n->text, value, len);
}

/* How many of the pairs k=v of a piece an entry has; -1 when it contradicts one. */
static int match_keys(const struct node *entry, const struct piece *p)
{
	const char *at = p->text, *end = p->text + p->len;
	int matched = 0;

	while (at < end) {
		const char *equals = memchr(at, '=', (size_t)(end - at)), *stop;
		bool quoted = false;

		if (!equals)
			return -1;
		for (stop = equals + 1; stop < end && (quoted || *stop != ','); stop++)
			quoted ^= *stop == '"';
		if (has_key(entry, at, (size_t)(equals - at), equals + 1,
			    (size_t)(stop - equals - 1)))
			matched++;
		else if (node_get_n(entry, at, (size_t)(equals - at)))
			return -1; /* an absent key may be a default */
		at = stop + (stop < end);
	}
	return matched;
}

static const struct node *find_entry(const struct node *list, const struct piece *p)
{
	const struct node *best = NULL;
	int most = 0;
	uint32_t i;

	if (p->len && strspn(p->text, "0123456789") >= p->len) {
		unsigned long at = strtoul(p->text, NULL, 10);

		return at < list->len ? list->items[at] : NULL;
	}
	for (i = 0; i < list->len; i++) {
		const struct node *item = list->items[i];
		int matched;

		if (node_is_scalar(item)) {
			bool quoted = p->len >= 2 && *p->text == '"';

			if (item->len == p->len - (quoted ? 2 : 0) &&
			    !memcmp(item->text, p->text + quoted, item->len))
				return item;
			continue;
		}
		matched = match_keys(item, p);
		if (matched > most) {
			most = matched;
			best = item;
		}
	}
	return best;
}

/* A mapping's value; a key with dots in it may be spread over several pieces. */
static const struct node *find_value(const struct node *map, const struct piece *p,
				     const char **rest)
{
	const struct node *found = node_get_n(map, p->text, p->len);
	size_t best = 0;
	uint32_t i;

	if (found)
		return found;
	for (i = 0; i < map->len; i++) {
		const struct node *key = map->entries[i].key;

		if (key->len > best && key->len > p->len &&
		    !strncmp(p->text, key->text, key->len) &&
		    (!p->text[key->len] || strchr(".[]", p->text[key->len]))) {
			found = map->entries[i].value;
			best = key->len;
		}
	}
	if (found)
		*rest = p->text + best;
	return found;
}

static const struct node *step(const struct node *n, const struct piece *p, const char **rest)
{
	if (node_is(n, NODE_SEQ))
		return find_entry(n, p);
	return node_is(n, NODE_MAP) ? find_value(n, p, rest) : NULL;
}

const struct node *locate(const struct node *root, const char *path)
{
	const struct node *next;
	struct piece p;

	while (next_piece(&path, &p)) {
		next = step(root, &p, &path);
		if (!next)
			break;
		root = next;
	}
	return root;
}

static origin_id first_origin(const struct node *n)
{
	if (n->origin)
		return n->origin;
	if (n->type == NODE_MAP && n->len)
		return n->entries[0].key->origin;
	return n->type == NODE_SEQ && n->len ? n->items[0]->origin : 0;
}

origin_id locate_origin(const struct node *root, const char *path)
{
	origin_id best = root->origin, here;
	const struct node *next;
	struct piece p;

	while (next_piece(&path, &p)) {
		next = step(root, &p, &path);
		if (!next)
			break;
		root = next;
		here = first_origin(root);
		best = here ? here : best;
	}
	return best;
}
