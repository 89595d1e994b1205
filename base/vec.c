#include "base/vec.h"

void *vec_reserve(struct arena *a, void *items, size_t count, size_t *cap, size_t size)
{
	size_t want = *cap ? *cap * 2 : size > 32 ? 2 : 4;

	if (count < *cap)
		return items;
	*cap = want;
	return arena_grow(a, items, count * size, want * size);
}
