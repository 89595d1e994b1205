/*
 * vec: a growable array in an arena.
 *
 *     struct findings { VEC(struct finding); };
 *     *vec_push(arena, &findings) = (struct finding){ … };
 *
 * `items` may move when it grows: keep indexes, not pointers. The old place is given back with the
 * arena, so a vector costs at most twice its final size.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H
#include "base/arena.h"

#define VEC(type)                                                                                  \
	type *items;                                                                               \
	size_t count;                                                                              \
	size_t cap

/* Room for one more element in what `items` points to; the new array, or the old one. */
void *vec_reserve(struct arena *a, void *items, size_t count, size_t *cap, size_t size);

/* The same for `more` elements: where they are counted beforehand, it need not grow by and by. */
void *vec_room(struct arena *a, void *items, size_t count, size_t more, size_t *cap, size_t size);
#define vec_expect(a, v, more)                                                                     \
	((v)->items = vec_room((a), (v)->items, (v)->count, (more), &(v)->cap, sizeof(*(v)->items)))

/* Sort by `compare`, in one look where it is sorted already, as most is. */
void vec_sort_items(void *items, size_t count, size_t size,
		    int (*compare)(const void *, const void *));
#define vec_sort(v, compare) vec_sort_items((v)->items, (v)->count, sizeof(*(v)->items), (compare))

/* The address of a new last element, whose content is undefined. */
#define vec_push(a, v)                                                                             \
	((v)->items = vec_reserve((a), (v)->items, (v)->count, &(v)->cap, sizeof(*(v)->items)),    \
	 &(v)->items[(v)->count++])

#endif
