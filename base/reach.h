/*
 * reach: which hosts did not answer in this run, so that each is waited for once, and what was
 * brought from them already, so that it is asked for once.
 *
 * A place is a host as its URL writes it, port included. When three of them were silent and none
 * has answered, the network is taken to be down, and the others are not waited for. Safe to use
 * from several threads.
 */
#ifndef BASE_REACH_H
#define BASE_REACH_H
#include <stdbool.h>
#include "base/err.h"

struct run;
struct reach;
struct http;
struct http_request;
struct http_response;

/* How long one connection is waited for, in milliseconds. */
enum { REACH_CONNECT_MS = 5000 };

struct reach *reach_new(void);
void reach_free(struct reach *r);
/* 0 when the place may be asked; -1 with ERR_UNREACHED when it is known not to answer. */
int reach_check(struct run *run, const char *place, struct err *err);
/* The place did not answer, and why; `silent`: time was spent on waiting for it. */
void reach_lost(struct run *run, const char *place, const char *why, bool silent);
/* Some place answered: there is a network. */
void reach_answered(struct run *run);
/*
 * http_fetch of a place that may be asked, and what came of it remembered. The client should have
 * REACH_CONNECT_MS.
 */
int reach_fetch(struct run *run, struct http *client, const struct http_request *request,
		struct http_response *out, struct err *err);
/* Fill `err` with ERR_UNREACHED for `what` ("chart NAME VERSION"), kept from us by err->host. */
int reach_misses(struct err *err, const char *what);
/* Why err->host of an ERR_UNREACHED did not answer; lives as long as the run. */
const char *reach_why(struct run *run, const char *place);
/* The places that did not answer, each with the reason, in the order met; NULL at the end. */
const char *reach_next_lost(struct run *run, size_t *i, const char **why);

/*
 * What came of a question to a host that an earlier part of the run asked: "" when the answer is in
 * the user's cache, else why there is none; NULL: it was not asked yet.
 */
const char *reach_recall(struct run *run, const char *what);
void reach_keep(struct run *run, const char *what, const char *came);

#endif
