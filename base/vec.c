#include "base/vec.h"
#include <stdlib.h>

void *vec_reserve(struct arena *a, void *items, size_t count, size_t *cap, size_t size)
{
	size_t want = *cap ? *cap * 2 : size > 32 ? 2 : 4;

	if (count < *cap)
		return items;
	*cap = want;
	return arena_grow(a, items, count * size, want * size);
}

void *vec_room(struct arena *a, void *items, size_t count, size_t more, size_t *cap, size_t size)
{
	if (more <= *cap - count)
		return items;
	*cap = count + more;
	return arena_grow(a, items, count * size, *cap * size);
}

void vec_sort_items(void *items, size_t count, size_t size,
		    int (*compare)(const void *, const void *))
{
	const char *at = items;
	size_t i = 1;

	for (; i < count && compare(at, at + size) <= 0; i++)
		at += size;
	if (i < count)
		qsort(items, count, size, compare);
}
