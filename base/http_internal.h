/*
 * http_internal: what the files of base/http share. Easy and multi handles of libcurl are void
 * pointers here, so that its header stays out of ours.
 */
#ifndef BASE_HTTP_INTERNAL_H
#define BASE_HTTP_INTERNAL_H
#include <sys/socket.h>
#include "base/arena.h"
#include "base/http.h"

enum { HTTP_ERROR_TEXT = 256 }; /* libcurl's CURL_ERROR_SIZE */

/* One request on its way; `next` links it into the queue or the list of those that wait. */
struct call {
	struct http *h;
	struct call *next;
	char *method, *url;
	char *body;
	size_t body_len;
	void *headers; /* curl_slist */
	void *connect_to;
	bool unsafe_retry, foreign; /* foreign: redirected away, no credentials */
	unsigned redirects;
	double deadline, not_before, started; /* seconds of http_now; 0: none */
	http_done_fn *done;
	void *data;
	void *easy;
	char error[HTTP_ERROR_TEXT];
	bool forbidden;		 /* an address was refused: HTTP_PUBLIC_ONLY */
	bool too_large, renewed; /* renewed: one 401 has been answered with another credential */
	struct http_response response;
};

struct call_list {
	struct call *head, *tail;
};

struct http {
	struct http_options options; /* strings in `arena` */
	struct arena arena;
	char *bearer;
	void *multi;
	void *idle[16]; /* easy handles to use again */
	unsigned idle_count;
	struct call_list ready, delayed, flying;
	unsigned in_flight;
	double window;	 /* how many may be in flight */
	double narrowed; /* when the window was last made smaller */
	double renewed;	 /* when the credential was */
	bool answered;	 /* the server has answered before, so a lost connection is worth a retry */
};

double http_now(void);
/* Fill an easy handle for a call; -1 with `err` when its URL is refused. */
int http_prepare(struct call *c, struct err *err);
/* The URL without user, password and query, for messages; in a buffer of `size` bytes. */
char *http_safe_url(const char *url, char *out, size_t size);
/* http_address_private of a URL's host, where it is written as an address or is a well-known local
 * name. */
bool http_host_private(const char *host);
bool http_host_loopback(const char *host);

#endif
