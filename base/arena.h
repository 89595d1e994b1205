/*
 * arena: memory that lives as long as one lifetime: source, app or scratch.
 *
 * Nodes, keys and rendered strings are carved from an arena and released together; nothing inside
 * is freed singly. Allocation never returns NULL: when the machine has no memory the process ends.
 * Arenas charge a budget that a whole run shares; allocation goes on past it, so long loops ask
 * arena_over_budget() at natural points (a document, a template call) and raise ERR_LIMIT.
 * One arena belongs to one thread at a time. Under ASan each allocation is a malloc of its own, so
 * that overruns show.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include <stdbool.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdarg.h>
#include "base/attr.h"

struct budget {
	atomic_size_t used; /* bytes that arenas hold now */
	size_t max;
};

struct arena_block;
struct arena_mapping;
struct arena {
	struct arena_block *head;
	char *next, *end; /* what is left of the head block */
	size_t held;	  /* bytes charged to the budget */
	struct budget *budget;
	struct arena_mapping *mappings;
};
#define ARENA_INIT                                                                                 \
	{                                                                                          \
		0                                                                                  \
	}

/*
 * At a program's start: let the first megabytes of the C library's heap lie in huge pages, where it
 * and the kernel have them. Most runs touch them all, and each small page is a fault.
 */
void arena_heap_in_huge_pages(void);
/* An empty arena that charges `budget` (NULL: none). */
void arena_init(struct arena *a, struct budget *budget);
/* `size` bytes aligned for any type, not cleared; owned by `a`. Size 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t size);
/* `count` cleared elements of `size` bytes each; the product is checked. */
void *arena_calloc(struct arena *a, size_t count, size_t size);
/*
 * Grow, or shrink, what arena_alloc gave: in its place where it was the last, else the old bytes
 * are copied and the old place stays allocated.
 */
void *arena_grow(struct arena *a, void *old, size_t old_size, size_t size);
/* Copies with a NUL added; owned by `a`. */
char *arena_memdup(struct arena *a, const char *text, size_t len);
char *arena_strdup(struct arena *a, const char *text);
/* A formatted string, owned by `a`. */
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
char *arena_vprintf(struct arena *a, const char *fmt, va_list args) PRINTF_LIKE(2, 0);
/* The first `size` bytes of a file, mapped to be read as long as `a` lives; NULL: they can't be. */
const char *arena_map_file(struct arena *a, int fd, size_t size);
/* Whether the budget that `a` charges is spent. */
bool arena_over_budget(const struct arena *a);
/* All that `from` holds is now `a`'s; `from` is empty. Both charge the same budget. */
void arena_adopt(struct arena *a, struct arena *from);
/* Free everything at once; `a` is empty and usable again. */
void arena_release(struct arena *a);

#define arena_new(a, type) ((type *)arena_calloc((a), 1, sizeof(type)))
#define arena_array(a, count, type) ((type *)arena_calloc((a), (count), sizeof(type)))

#endif
