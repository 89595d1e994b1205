/*
 * map: string keys to pointers, in the order of insertion, in an arena.
 *
 * Linear below eight entries, a hash above. Keys are not copied: they live at least as long as the
 * map. Iterate over `entries`; a removed entry has key NULL.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H
#include <stdint.h>
#include "base/arena.h"

struct map_entry {
	const char *key;
	size_t len;
	void *value;
};

struct map {
	struct arena *arena;
	struct map_entry *entries;
	size_t count; /* entries used, removed ones included */
	size_t cap;
	uint32_t *slots; /* entry index + 1; 0 is free */
	size_t slot_count;
};

void map_init(struct map *m, struct arena *a);
/* The value of a key, or NULL. */
void *map_get(const struct map *m, const char *key);
void *map_get_n(const struct map *m, const char *key, size_t len);
/* The place of a key's value, made with value NULL if the key is new; valid until the next set. */
void **map_at(struct map *m, const char *key);
void **map_at_n(struct map *m, const char *key, size_t len);
void map_set(struct map *m, const char *key, void *value);
/* Take a key out; nothing happens when it is not there. */
void map_remove(struct map *m, const char *key);
/* Of bytes, eight at a time, for callers that keep tables of their own. */
uint64_t map_hash(const char *key, size_t len);

#endif
