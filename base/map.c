#include "base/map.h"
#include <string.h>

enum { MAP_LINEAR = 8 };

void map_init(struct map *m, struct arena *a)
{
	*m = (struct map){ .arena = a };
}

uint64_t map_hash(const char *key, size_t len)
{
	uint64_t hash = 14695981039346656037u ^ len, part;

	for (; len >= 8; key += 8, len -= 8) {
		memcpy(&part, key, 8);
		hash = (hash ^ part) * 0x9e3779b97f4a7c15u;
		hash ^= hash >> 32;
	}
	part = 0;
	for (size_t i = 0; i < len; i++)
		part = part << 8 | (unsigned char)key[i];
	hash = (hash ^ part) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 32;
}

static bool entry_is(const struct map_entry *e, const char *key, size_t len)
{
	return e->key && e->len == len && !memcmp(e->key, key, len);
}

static struct map_entry *map_find(const struct map *m, const char *key, size_t len)
{
	size_t i, slot;

	if (!m->slots) {
		for (i = 0; i < m->count; i++)
			if (entry_is(&m->entries[i], key, len))
				return &m->entries[i];
		return NULL;
	}
	slot = map_hash(key, len) & (m->slot_count - 1);
	for (; m->slots[slot]; slot = (slot + 1) & (m->slot_count - 1))
		if (entry_is(&m->entries[m->slots[slot] - 1], key, len))
			return &m->entries[m->slots[slot] - 1];
	return NULL;
}

static void map_slot_in(struct map *m, size_t index)
{
	const struct map_entry *e = &m->entries[index];
	size_t slot = map_hash(e->key, e->len) & (m->slot_count - 1);

	while (m->slots[slot])
		slot = (slot + 1) & (m->slot_count - 1);
	m->slots[slot] = (uint32_t)index + 1;
}

static void map_rehash(struct map *m)
{
	size_t i;

	m->slot_count = m->cap * 2;
	m->slots = arena_array(m->arena, m->slot_count, uint32_t);
	for (i = 0; i < m->count; i++)
		if (m->entries[i].key)
			map_slot_in(m, i);
}

void *map_get_n(const struct map *m, const char *key, size_t len)
{
	struct map_entry *e = map_find(m, key, len);

	return e ? e->value : NULL;
}

void *map_get(const struct map *m, const char *key)
{
	return map_get_n(m, key, strlen(key));
}

void **map_at_n(struct map *m, const char *key, size_t len)
{
	struct map_entry *e = map_find(m, key, len);

	if (e)
		return &e->value;
	if (m->count == m->cap) {
		size_t cap = m->cap ? m->cap * 2 : MAP_LINEAR;

		m->entries =
			arena_grow(m->arena, m->entries, m->count * sizeof(*e), cap * sizeof(*e));
		m->cap = cap;
		if (cap > MAP_LINEAR)
			map_rehash(m);
	}
	e = &m->entries[m->count++];
	*e = (struct map_entry){ key, len, NULL };
	if (m->slots)
		map_slot_in(m, m->count - 1);
	return &e->value;
}

void **map_at(struct map *m, const char *key)
{
	return map_at_n(m, key, strlen(key));
}

void map_set(struct map *m, const char *key, void *value)
{
	*map_at(m, key) = value;
}

void map_remove(struct map *m, const char *key)
{
	struct map_entry *e = map_find(m, key, strlen(key));

	/* The slot stays taken, so that what was probed past it is still found. */
	if (e)
		*e = (struct map_entry){ 0 };
}
