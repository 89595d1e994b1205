#include "base/arena.h"
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __has_feature
#	if __has_feature(address_sanitizer)
#		define __SANITIZE_ADDRESS__ 1
#	endif
#endif
#ifdef __SANITIZE_ADDRESS__
#	define ARENA_SINGLE 1 /* one block an allocation, so that overruns show */
#else
#	define ARENA_SINGLE 0
#endif

enum {
	ARENA_ALIGN = 16,
	ARENA_FIRST = 16 << 10,
	HUGE = 2 << 20, /* a huge page */
	ARENA_LARGEST = HUGE,
	HEAP = 4 * HUGE,
	PAGE = 4096,
	POPULATE_FROM = 64 << 10
};

struct arena_block {
	struct arena_block *next;
	size_t size;
	_Alignas(16) char data[];
};

struct arena_mapping {
	struct arena_mapping *next;
	void *at;
	size_t size;
};

static void *out_of_memory(void)
{
	fputs("kubectl-gitops: out of memory\n", stderr);
	abort();
}

void arena_heap_in_huge_pages(void)
{
#if defined M_TOP_PAD && !ARENA_SINGLE
	uintptr_t at = (uintptr_t)sbrk(0), start = (at + HUGE - 1) & ~(uintptr_t)(HUGE - 1);
	void *first;

	if (at == UINTPTR_MAX || sbrk((intptr_t)(start - at)) == (void *)-1)
		return;
	mallopt(M_TOP_PAD, HEAP);
	mallopt(M_TRIM_THRESHOLD, 2 * HEAP);
	mallopt(M_MMAP_THRESHOLD, HUGE / 2);
	/* More than a heap that is there already has left: so the heap goes on at `start`. */
	first = malloc(HUGE / 4);
	if ((uintptr_t)first - start < PAGE)
		madvise((void *)start, HEAP, MADV_HUGEPAGE);
	free(first);
#endif
}

void arena_init(struct arena *a, struct budget *budget)
{
	*a = (struct arena){ .budget = budget };
}

/* The largest block is one huge page where the kernel has one: five hundred faults less. */
static struct arena_block *huge_block(void)
{
	char *at =
		mmap(NULL, HUGE + HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t before;

	if (at == MAP_FAILED)
		return NULL;
	before = -(uintptr_t)at & (HUGE - 1);
	if (before)
		munmap(at, before);
	munmap(at + before + HUGE, HUGE - before);
	madvise(at + before, HUGE, MADV_HUGEPAGE);
	return (struct arena_block *)(at + before);
}

static bool is_huge(size_t size)
{
	return !ARENA_SINGLE && size == HUGE;
}

/* A block of some size will be used: its pages are had at once, not by a fault for each. */
static void populate(struct arena_block *block, size_t size)
{
#ifdef MADV_POPULATE_WRITE
	uintptr_t from = ((uintptr_t)block + PAGE - 1) & ~(uintptr_t)(PAGE - 1);

	if (block && !ARENA_SINGLE && size >= POPULATE_FROM && size < ARENA_LARGEST / 2 + PAGE)
		madvise((void *)from, size - PAGE, MADV_POPULATE_WRITE);
#else
	(void)block;
	(void)size;
#endif
}

/* A block whose data holds at least `size` bytes, at the head of the list. */
static struct arena_block *arena_block_add(struct arena *a, size_t size)
{
	struct arena_block *block;

	if (size > SIZE_MAX - sizeof(*block))
		return out_of_memory();
	block = is_huge(sizeof(*block) + size) ? huge_block() : malloc(sizeof(*block) + size);
	populate(block, size);
	if (!block)
		return out_of_memory();
	block->size = sizeof(*block) + size;
	block->next = a->head;
	a->head = block;
	a->held += block->size;
	if (a->budget)
		atomic_fetch_add_explicit(&a->budget->used, block->size, memory_order_relaxed);
	return block;
}

static void *arena_alloc_slow(struct arena *a, size_t size)
{
	size_t want = ARENA_FIRST;
	struct arena_block *block;

	/* What is large, as the files of a chart are, had better lie in huge pages too. */
	while ((want < a->held / 2 || (size > ARENA_FIRST && want / 4 < size)) &&
	       want < ARENA_LARGEST)
		want *= 2;
	if (ARENA_SINGLE || size > (want == ARENA_LARGEST ? want / 2 : want / 4))
		return arena_block_add(a, size)->data;
	want -= want == ARENA_LARGEST ? sizeof(*block) : 0;
	block = arena_block_add(a, want);
	if (a->end && (size_t)(a->end - a->next) > want - size)
		return block->data; /* the block before has more room left */
	a->next = block->data + size;
	a->end = block->data + want;
	return block->data;
}

void *arena_alloc(struct arena *a, size_t size)
{
	char *at = a->next;

	if (!ARENA_SINGLE) {
		if (size > SIZE_MAX - ARENA_ALIGN)
			return out_of_memory();
		size = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	}
	if (!at || size > (size_t)(a->end - at))
		return arena_alloc_slow(a, size);
	a->next = at + size;
	return at;
}

void *arena_calloc(struct arena *a, size_t count, size_t size)
{
	size_t total;
	void *at;

	if (__builtin_mul_overflow(count, size, &total))
		return out_of_memory();
	at = arena_alloc(a, total);
	memset(at, 0, total);
	return at;
}

static size_t rounded(size_t size)
{
	return (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
}

/* What was allocated last grows, or shrinks, where it is. */
static bool grow_in_place(struct arena *a, char *old, size_t old_size, size_t size)
{
	if (ARENA_SINGLE || !old_size || size > SIZE_MAX - ARENA_ALIGN ||
	    old + rounded(old_size) != a->next || rounded(size) > (size_t)(a->end - old))
		return false;
	a->next = old + rounded(size);
	return true;
}

void *arena_grow(struct arena *a, void *old, size_t old_size, size_t size)
{
	void *at;

	if (grow_in_place(a, old, old_size, size))
		return old;
	at = arena_alloc(a, size);
	if (old_size)
		memcpy(at, old, old_size < size ? old_size : size);
	return at;
}

char *arena_memdup(struct arena *a, const char *text, size_t len)
{
	char *at = arena_alloc(a, len + 1);

	if (len)
		memcpy(at, text, len);
	at[len] = 0;
	return at;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return arena_memdup(a, text, strlen(text));
}

/* Whether a format has texts alone, as keys and paths have: those are joined, which is far faster.
 */
static bool joins(const char *fmt)
{
	for (; (fmt = strchr(fmt, '%')); fmt += 2)
		if (fmt[1] != 's')
			return false;
	return true;
}

/* What a join is made of: the next piece, and how much of `fmt` it was. */
static size_t next_piece(const char **fmt, va_list *args, const char **piece)
{
	if (**fmt == '%') {
		*piece = va_arg(*args, const char *);
		*piece = *piece ? *piece : "(null)";
		*fmt += 2;
		return strlen(*piece);
	}
	*piece = *fmt;
	*fmt = strchrnul(*fmt, '%');
	return (size_t)(*fmt - *piece);
}

static char *join(struct arena *a, const char *fmt, va_list *args)
{
	const char *at, *piece;
	va_list again;
	size_t len = 0, n;
	char *out, *end;

	va_copy(again, *args);
	for (at = fmt; *at;)
		len += next_piece(&at, &again, &piece);
	va_end(again);
	out = end = arena_alloc(a, len + 1);
	for (at = fmt; *at; end += n) {
		n = next_piece(&at, args, &piece);
		memcpy(end, piece, n);
	}
	*end = '\0';
	return out;
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list args)
{
	va_list again;
	char *at;
	int len;

	if (joins(fmt)) {
		va_copy(again, args);
		at = join(a, fmt, &again);
		va_end(again);
		return at;
	}
	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		return out_of_memory();
	at = arena_alloc(a, (size_t)len + 1);
	vsnprintf(at, (size_t)len + 1, fmt, args);
	return at;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list args;
	char *at;

	va_start(args, fmt);
	at = arena_vprintf(a, fmt, args);
	va_end(args);
	return at;
}

bool arena_over_budget(const struct arena *a)
{
	return a->budget &&
	       atomic_load_explicit(&a->budget->used, memory_order_relaxed) > a->budget->max;
}

void arena_adopt(struct arena *a, struct arena *from)
{
	struct arena_block **last = &a->head;
	struct arena_mapping **mapping = &a->mappings;

	/* Behind: the head block is the one that has room. */
	while (*last)
		last = &(*last)->next;
	while (*mapping)
		mapping = &(*mapping)->next;
	*last = from->head;
	*mapping = from->mappings;
	a->held += from->held;
	arena_init(from, from->budget);
}

const char *arena_map_file(struct arena *a, int fd, size_t size)
{
	struct arena_mapping *m = arena_new(a, struct arena_mapping);
	void *at = size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;

	if (at == MAP_FAILED)
		return NULL;
	*m = (struct arena_mapping){ a->mappings, at, size };
	a->mappings = m;
	return at;
}

void arena_release(struct arena *a)
{
	struct arena_block *block = a->head, *next;

	for (struct arena_mapping *m = a->mappings; m; m = m->next)
		munmap(m->at, m->size);

	for (; block; block = next) {
		next = block->next;
		if (is_huge(block->size))
			munmap(block, block->size);
		else
			free(block);
	}
	if (a->budget)
		atomic_fetch_sub_explicit(&a->budget->used, a->held, memory_order_relaxed);
	arena_init(a, a->budget);
}
