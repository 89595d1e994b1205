/*
 * http: requests over HTTP(S), the only place that knows libcurl.
 *
 * A client holds what its requests share: trust, credentials, proxy, limits, and connections kept
 * open. http_fetch does one request and waits (charts, forges); http_send starts one among many in
 * flight over one HTTP/2 connection and http_wait runs them, calling back as each ends (clusters).
 * libcurl is initialised by the first client, so that a run without network never pays for it. No
 * error message ever holds a credential. A client belongs to one thread.
 */
#ifndef BASE_HTTP_H
#define BASE_HTTP_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"

enum http_flags {
	HTTP_INSECURE = 1 << 0, /* don't verify the server's certificate */
	HTTP_PUBLIC_ONLY =
		1 << 1,	      /* no private, link-local or loopback address, redirects included */
	HTTP_FOLLOW = 1 << 2, /* follow redirects; credentials stay with the first host */
	HTTP_HTTPS_ONLY = 1 << 3,   /* refuse http://, redirects included */
	HTTP_NO_PROXY_ENV = 1 << 4, /* ignore HTTPS_PROXY and its like */
};

/* All strings are copied; NULL is unset. A text in memory wins over a file of the same thing. */
struct http_options {
	unsigned flags;
	const char *ca_file, *ca_pem; /* instead of the machine's trust */
	size_t ca_pem_len;
	const char *cert_file, *key_file, *cert_pem, *key_pem; /* the client's own */
	size_t cert_pem_len, key_pem_len;
	const char *tls_server_name; /* checked instead of the URL's host */
	const char *user, *password; /* basic */
	const char *bearer;
	const char *unix_socket; /* every request goes there, whatever host its URL names */
	const char *proxy;	 /* http://, https://, socks5://, socks5h:// */
	const char *user_agent;
	long connect_timeout_ms; /* 0: 10 s */
	long timeout_ms;	 /* of one request, all tries; 0: none but idle_timeout */
	long idle_timeout_ms;	 /* no byte for so long ends it; 0: 60 s */
	size_t max_body;	 /* 0: LIMIT_HTTP_BODY_BYTES */
	unsigned max_in_flight;	 /* 0: 100, as many streams as servers allow on a connection */
	unsigned max_tries;	 /* with 429, 502, 503, 504 and lost connections; 0: 5 */
	/* After a 401: renew the credential (http_set_…); true when a retry is worth it. NULL:
	 * none. */
	bool (*renew)(void *data);
	void *renew_data;
};

struct sockaddr;
struct http;

/* A client; NULL on failure (a key that can't be read is found when it connects). */
struct http *http_new(const struct http_options *options, struct err *err);
/* Ends what is in flight without callbacks. */
void http_free(struct http *h);
/* Replace the bearer token (a credential was renewed). */
void http_set_bearer(struct http *h, const char *bearer);

/* Replace the client's certificate and key (PEM, copied); NULL takes them away. */
void http_set_client_cert(struct http *h, const char *cert, size_t cert_len, const char *key,
			  size_t key_len);

struct http_request {
	const char *method;	    /* NULL: GET */
	const char *url;	    /* credentials in it are sent, and never printed */
	const char *const *headers; /* "Name: value", each */
	size_t header_count;
	const char *body;
	size_t body_len;
	bool unsafe_retry; /* not idempotent: a lost connection after sending is not tried again */
	long timeout_ms;   /* 0: the client's */
};

/* How a server was missed, so that asking it again would mean waiting again. */
enum http_missed { HTTP_MET, HTTP_NO_NAME, HTTP_NO_CONNECTION };

struct http_response {
	int status; /* 0: no answer; `err` says why */
	struct buf body;
	struct buf headers; /* "Name: value\n" each, of the last answer */
	struct err err;	    /* ERR_UNREACHED, with the host, where `missed` says so */
	enum http_missed missed;
	char *url; /* where redirects led */
	unsigned tries;
	double seconds; /* of the last try */
};

/* Do one request and wait. 0 with any HTTP status; -1 when there was no answer. */
int http_fetch(struct http *h, const struct http_request *request, struct http_response *out,
	       struct err *err);
void http_response_release(struct http_response *r);
/* Whether an address is private, loopback, link-local or otherwise not of the public internet. */
bool http_address_private(const struct sockaddr *address);
/* Read one header by name, case-insensitively, from `*from` on (start at 0); false at the end. */
bool http_header(const struct http_response *r, const char *name, size_t *from, const char **value,
		 size_t *len);

/*
 * Called from http_wait when a request has ended. The response is released afterwards; to keep it,
 * copy the struct and clear the one passed.
 */
typedef void http_done_fn(void *data, struct http_response *response);
/* Queue a request; strings and body are copied. Callbacks may send more. */
void http_send(struct http *h, const struct http_request *request, http_done_fn *done, void *data);
/*
 * Run until nothing is in flight or queued, or `*cancel` (may be NULL) is set: then the rest is
 * dropped, each called back with ERR_CANCELLED, and -1 returned.
 */
int http_wait(struct http *h, const volatile int *cancel, struct err *err);
/* How many requests may be in flight now: adapted to 429 and latency. */
unsigned http_concurrency(const struct http *h);

/* What a URL part may hold as it is stays; the rest becomes %XX. */
void http_escape(struct buf *out, const char *text);

#endif
