#include <stdlib.h>
#include "render/view_impl.h"

/* It is held for short: to look again is sooner done than to sleep, where the C library can. */
static void init_lock(pthread_mutex_t *lock)
{
	pthread_mutexattr_t kind;

	pthread_mutexattr_init(&kind);
#ifdef __GLIBC__
	pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ADAPTIVE_NP);
#endif
	pthread_mutex_init(lock, &kind);
	pthread_mutexattr_destroy(&kind);
}

struct view_store *view_store_new(struct run *run)
{
	struct view_store *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	init_lock(&s->lock);
	s->run = run;
	arena_init(&s->arena, &run->budget);
	map_init(&s->blobs, &s->arena);
	return s;
}

void view_store_free(struct view_store *s)
{
	if (!s)
		return;
	arena_release(&s->arena);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
