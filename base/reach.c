#include "base/reach.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/http.h"
#include "base/map.h"
#include "base/run.h"
#include "base/url.h"

enum { SILENT_PLACES = 3 };
static const double SILENCE = 2; /* seconds until a failure counts as waited for */

struct reach {
	pthread_mutex_t lock;
	struct arena arena;
	struct map lost;  /* place -> why */
	struct map asked; /* what -> what came of it */
	unsigned silent;
	bool answered;
};

struct reach *reach_new(void)
{
	struct reach *r = calloc(1, sizeof(*r));

	if (!r)
		abort();
	pthread_mutex_init(&r->lock, NULL);
	map_init(&r->lost, &r->arena);
	map_init(&r->asked, &r->arena);
	return r;
}

void reach_free(struct reach *r)
{
	if (!r)
		return;
	pthread_mutex_destroy(&r->lock);
	arena_release(&r->arena);
	free(r);
}

static int unreached(struct err *err, const char *place)
{
	err_raise(err, ERR_UNREACHED, NO_POS, "host '%s' can't be reached", place);
	snprintf(err->host, sizeof(err->host), "%s", place);
	return -1;
}

int reach_check(struct run *run, const char *place, struct err *err)
{
	struct reach *r = run->reach;
	bool lost;

	pthread_mutex_lock(&r->lock);
	lost = map_get(&r->lost, place);
	if (!lost && !r->answered && r->silent >= SILENT_PLACES) {
		lost = true;
		map_set(&r->lost, arena_strdup(&r->arena, place),
			arena_strdup(&r->arena, "not asked, for no other host answered"));
	}
	pthread_mutex_unlock(&r->lock);
	return lost ? unreached(err, place) : 0;
}

void reach_lost(struct run *run, const char *place, const char *why, bool silent)
{
	struct reach *r = run->reach;

	pthread_mutex_lock(&r->lock);
	if (!map_get(&r->lost, place)) {
		map_set(&r->lost, arena_strdup(&r->arena, place), arena_strdup(&r->arena, why));
		r->silent += silent;
	}
	pthread_mutex_unlock(&r->lock);
}

void reach_answered(struct run *run)
{
	pthread_mutex_lock(&run->reach->lock);
	run->reach->answered = true;
	pthread_mutex_unlock(&run->reach->lock);
}

/* One way of failing, in words: libcurl's own repeat the host. */
static const char *failure(const struct http_response *response, bool silent)
{
	if (response->missed == HTTP_NO_NAME)
		return silent ? "no answer from the name server" : "its name is not known";
	return silent ? "no answer in 5 s" : "it takes no connection";
}

int reach_fetch(struct run *run, struct http *client, const struct http_request *request,
		struct http_response *out, struct err *err)
{
	struct arena scratch = ARENA_INIT;
	const char *place = url_host(&scratch, request->url);
	int rc = reach_check(run, place, err);
	bool silent;

	if (!rc) {
		rc = http_fetch(client, request, out, err);
		if (!rc || err->code != ERR_UNREACHED) {
			reach_answered(run);
		} else {
			silent = out->seconds > SILENCE;
			if (*err->host) /* a redirect may have led elsewhere */
				place = arena_strdup(&scratch, err->host);
			reach_lost(run, place, failure(out, silent), silent);
			unreached(err, place);
		}
	}
	arena_release(&scratch);
	return rc;
}

int reach_misses(struct err *err, const char *what)
{
	char place[sizeof(err->host)];

	memcpy(place, err->host, sizeof(place));
	err_raise(err, ERR_UNREACHED, NO_POS, "%s is not in the cache, and '%s' can't be reached",
		  what, place);
	memcpy(err->host, place, sizeof(place));
	snprintf(err->away, sizeof(err->away), "%s", what);
	return -1;
}

const char *reach_why(struct run *run, const char *place)
{
	const char *why;

	pthread_mutex_lock(&run->reach->lock);
	why = map_get(&run->reach->lost, place);
	pthread_mutex_unlock(&run->reach->lock);
	return why ? why : "no answer";
}

const char *reach_next_lost(struct run *run, size_t *i, const char **why)
{
	const struct map *lost = &run->reach->lost;
	const char *place = NULL;

	pthread_mutex_lock(&run->reach->lock);
	if (*i < lost->count) {
		place = lost->entries[*i].key;
		*why = lost->entries[*i].value;
		++*i;
	}
	pthread_mutex_unlock(&run->reach->lock);
	return place;
}

const char *reach_recall(struct run *run, const char *what)
{
	const char *came;

	pthread_mutex_lock(&run->reach->lock);
	came = map_get(&run->reach->asked, what);
	pthread_mutex_unlock(&run->reach->lock);
	return came;
}

void reach_keep(struct run *run, const char *what, const char *came)
{
	struct reach *r = run->reach;

	pthread_mutex_lock(&r->lock);
	if (!map_get(&r->asked, what))
		map_set(&r->asked, arena_strdup(&r->arena, what), arena_strdup(&r->arena, came));
	pthread_mutex_unlock(&r->lock);
}
