#include "base/http_internal.h"
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include "base/limits.h"
#include "base/url.h"

enum { POLL_MS = 100, HEADERS_MAX = 1 << 20 };

static void list_add(struct call_list *l, struct call *c)
{
	c->next = NULL;
	if (l->tail)
		l->tail->next = c;
	else
		l->head = c;
	l->tail = c;
}

static struct call *list_take(struct call_list *l)
{
	struct call *c = l->head;

	if (c) {
		l->head = c->next;
		l->tail = l->head ? l->tail : NULL;
	}
	return c;
}

static void list_remove(struct call_list *l, struct call *c)
{
	struct call **at = &l->head, *last = NULL;

	for (; *at && *at != c; at = &(*at)->next)
		last = *at;
	if (*at)
		*at = c->next;
	if (l->tail == c)
		l->tail = last;
}

static void call_free(struct call *c)
{
	http_response_release(&c->response);
	curl_slist_free_all(c->headers);
	curl_slist_free_all(c->connect_to);
	free(c->method);
	free(c->url);
	free(c->body);
	free(c);
}

void http_send(struct http *h, const struct http_request *request, http_done_fn *done, void *data)
{
	long timeout = request->timeout_ms ? request->timeout_ms : h->options.timeout_ms;
	struct call *c = calloc(1, sizeof(*c));
	size_t i;

	if (!c)
		abort();
	c->h = h;
	c->method = strdup(request->method ? request->method : "GET");
	c->url = strdup(request->url);
	c->body_len = request->body_len;
	if (request->body) {
		c->body = malloc(request->body_len + 1);
		if (!c->body)
			abort();
		memcpy(c->body, request->body, request->body_len);
	}
	c->headers = curl_slist_append(NULL, "Expect:");
	for (i = 0; i < request->header_count; i++)
		c->headers = curl_slist_append(c->headers, request->headers[i]);
	c->unsafe_retry = request->unsafe_retry;
	c->deadline = timeout ? (double)timeout / 1000 : 0; /* from when it is first sent */
	c->done = done;
	c->data = data;
	buf_init(&c->response.body, h->options.max_body);
	buf_init(&c->response.headers, HEADERS_MAX);
	list_add(&h->ready, c);
}

static void finish(struct call *c)
{
	c->response.url = strdup(c->url);
	if (c->done)
		c->done(c->data, &c->response);
	call_free(c);
}

static void give_back(struct http *h, CURL *easy)
{
	if (h->idle_count < ARRAY_SIZE(h->idle))
		h->idle[h->idle_count++] = easy;
	else
		curl_easy_cleanup(easy);
}

static void start(struct http *h, struct call *c)
{
	if (!c->response.tries && c->deadline)
		c->deadline += http_now();
	c->easy = h->idle_count ? h->idle[--h->idle_count] : curl_easy_init();
	if (!c->easy)
		abort();
	if (http_prepare(c, &c->response.err) < 0) {
		give_back(h, c->easy);
		finish(c);
		return;
	}
	c->started = http_now();
	curl_multi_add_handle(h->multi, c->easy);
	list_add(&h->flying, c);
	h->in_flight++;
}

/* --- how many at once ---------------------------------------------------------------------- */

/* Halved by a refusal or a very slow answer, once for all requests that were then in flight. */
static void narrow(struct http *h, const struct call *c)
{
	if (c->started < h->narrowed)
		return;
	h->narrowed = http_now();
	h->window = h->window / 2 < 1 ? 1 : h->window / 2;
}

/* By one for each answer until the first refusal, then by one for each window of them. */
static void widen(struct http *h)
{
	h->window += h->narrowed > 0 ? 1 / h->window : 1;
	if (h->window > h->options.max_in_flight)
		h->window = h->options.max_in_flight;
}

unsigned http_concurrency(const struct http *h)
{
	return (unsigned)h->window;
}

/* --- trying again -------------------------------------------------------------------------- */

static bool lost_connection(CURLcode code)
{
	switch ((int)code) {
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
	case CURLE_PARTIAL_FILE:
		return true;
	default:
		return false;
	}
}

/* Seconds that Retry-After asks for; -1 when there is none. */
static double retry_after(const struct http_response *r)
{
	const char *value;
	char text[64];
	size_t from = 0, len;
	time_t when;

	if (!http_header(r, "Retry-After", &from, &value, &len) || !len || len >= sizeof(text))
		return -1;
	memcpy(text, value, len);
	text[len] = 0;
	if (strspn(text, "0123456789") == len)
		return strtod(text, NULL);
	when = curl_getdate(text, NULL);
	if (when == -1)
		return -1;
	return when > time(NULL) ? (double)(when - time(NULL)) : 0;
}

/* Seconds to wait before the next try; -1 when there is none. */
static double retry_delay(struct call *c, CURLcode code)
{
	struct http_response *r = &c->response;
	double asked = code == CURLE_OK ? retry_after(r) : -1, wait;
	bool again = false;

	if (r->tries >= c->h->options.max_tries)
		return -1;
	if (code == CURLE_OK)
		again = r->status == 429 || (r->status >= 502 && r->status <= 504) ||
			(r->status == 500 && asked >= 0);
	else if (code == CURLE_COULDNT_CONNECT)
		again = c->h->answered;
	else
		again = lost_connection(code) && !c->unsafe_retry;
	if (c->unsafe_retry && r->status != 429)
		again = false;
	if (!again)
		return -1;
	wait = asked >= 0 ? asked : 0.1 * (double)(1u << (r->tries < 7 ? r->tries : 7));
	wait += wait * 0.25 * (double)((size_t)c / 64 % 8) / 8; /* not all at once */
	if (wait > 60 || (c->deadline && http_now() + wait >= c->deadline))
		return -1;
	return wait;
}

/* A 401 is worth one more try when the credential can be renewed, or was while this one flew. */
static bool renew(struct call *c)
{
	struct http *h = c->h;

	if (c->response.status != 401 || c->renewed || c->foreign || !h->options.renew)
		return false;
	c->renewed = true;
	if (c->started < h->renewed)
		return true;
	h->renewed = http_now();
	return h->options.renew(h->options.renew_data);
}

/* --- redirects ----------------------------------------------------------------------------- */

static bool same_origin(const char *a, const char *b)
{
	const CURLUPart parts[] = { CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT };
	CURLU *left = curl_url(), *right = curl_url();
	bool same = curl_url_set(left, CURLUPART_URL, a, 0) == CURLUE_OK &&
		    curl_url_set(right, CURLUPART_URL, b, 0) == CURLUE_OK;
	size_t i;

	for (i = 0; same && i < ARRAY_SIZE(parts); i++) {
		char *x = NULL, *y = NULL;

		same = curl_url_get(left, parts[i], &x, CURLU_DEFAULT_PORT) == CURLUE_OK &&
		       curl_url_get(right, parts[i], &y, CURLU_DEFAULT_PORT) == CURLUE_OK &&
		       !strcasecmp(x, y);
		curl_free(x);
		curl_free(y);
	}
	curl_url_cleanup(left);
	curl_url_cleanup(right);
	return same;
}

/* Whether the answer leads elsewhere, and the call now does too. */
static bool follow(struct call *c)
{
	char *to = NULL;
	char safe[512];

	if (!(c->h->options.flags & HTTP_FOLLOW) || c->response.status < 300 ||
	    c->response.status > 399)
		return false;
	curl_easy_getinfo(c->easy, CURLINFO_REDIRECT_URL, &to);
	if (!to || c->unsafe_retry)
		return false;
	if (++c->redirects > LIMIT_HTTP_REDIRECTS) {
		c->response.status = 0;
		err_raise(&c->response.err, ERR_LIMIT, NO_POS, "%s: more than %d redirects",
			  http_safe_url(c->url, safe, sizeof(safe)), LIMIT_HTTP_REDIRECTS);
		return false;
	}
	if (!same_origin(c->url, to)) {
		struct curl_slist *kept = NULL, *line;

		c->foreign = true;
		for (line = c->headers; line; line = line->next)
			if (strncasecmp(line->data, "Authorization:", 14) != 0 &&
			    strncasecmp(line->data, "Cookie:", 7) != 0 &&
			    strncasecmp(line->data, "Private-Token:", 14) != 0)
				kept = curl_slist_append(kept, line->data);
		curl_slist_free_all(c->headers);
		c->headers = kept;
	}
	to = strdup(to);
	free(c->url);
	c->url = to;
	c->response.tries = 0;
	return true;
}

/* --- the end of a transfer ----------------------------------------------------------------- */

/* Whether no connection came about, through whatever proxy. */
static enum http_missed missed(struct call *c, CURLcode code)
{
	curl_off_t looked_up = 0, connected = 0;

	if (c->forbidden)
		return HTTP_MET;
	if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY)
		return HTTP_NO_NAME;
	if (code == CURLE_COULDNT_CONNECT)
		return HTTP_NO_CONNECTION;
	curl_easy_getinfo(c->easy, CURLINFO_NAMELOOKUP_TIME_T, &looked_up);
	curl_easy_getinfo(c->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
	if (code != CURLE_OPERATION_TIMEDOUT || connected)
		return HTTP_MET;
	return looked_up ? HTTP_NO_CONNECTION : HTTP_NO_NAME;
}

static void describe(struct call *c, CURLcode code)
{
	const char *why = c->error[0] ? c->error : curl_easy_strerror(code);
	enum err_code kind = ERR_IO;
	char safe[512];

	if (c->too_large) {
		err_raise(&c->response.err, ERR_LIMIT, NO_POS,
			  "%s: the answer is larger than %zu bytes",
			  http_safe_url(c->url, safe, sizeof(safe)), c->h->options.max_body);
		return;
	}
	if (code == CURLE_OPERATION_TIMEDOUT)
		why = "timed out";
	if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CERTPROBLEM ||
	    code == CURLE_SSL_CACERT_BADFILE)
		kind = ERR_REFUSED;
	err_raise(&c->response.err, kind, NO_POS, "%s: %s",
		  http_safe_url(c->url, safe, sizeof(safe)), why);
	c->response.missed = missed(c, code);
	if (c->response.missed) {
		struct arena scratch = ARENA_INIT;

		c->response.err.code = ERR_UNREACHED;
		snprintf(c->response.err.host, sizeof(c->response.err.host), "%s",
			 url_host(&scratch, c->url));
		arena_release(&scratch);
	}
}

static void ended(struct http *h, CURL *easy, CURLcode code)
{
	struct call *c = NULL;
	double wait;
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &c);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	c->response.status = code == CURLE_OK ? (int)status : 0;
	c->response.seconds = http_now() - c->started;
	h->answered |= code == CURLE_OK;
	list_remove(&h->flying, c);
	h->in_flight--;
	curl_multi_remove_handle(h->multi, easy);
	if (c->response.status == 429 || c->response.status == 503 || c->response.seconds > 10)
		narrow(h, c);
	else if (code == CURLE_OK)
		widen(h);
	wait = retry_delay(c, code);
	if (wait < 0 && code != CURLE_OK)
		describe(c, code);
	if (wait >= 0) {
		c->not_before = http_now() + wait;
		list_add(&h->delayed, c);
	} else if (code == CURLE_OK && (renew(c) || follow(c))) {
		list_add(&h->ready, c);
	} else {
		c->easy = NULL;
		give_back(h, easy);
		finish(c);
		return;
	}
	c->easy = NULL;
	give_back(h, easy);
}

/* --- the loop ------------------------------------------------------------------------------ */

/* Move what has waited long enough to the queue; returns milliseconds until the next is due. */
static int wake_delayed(struct http *h)
{
	struct call_list rest = { 0 };
	double now = http_now(), next = now + (double)POLL_MS / 1000;
	struct call *c;

	while ((c = list_take(&h->delayed))) {
		if (c->not_before <= now) {
			list_add(&h->ready, c);
			continue;
		}
		next = c->not_before < next ? c->not_before : next;
		list_add(&rest, c);
	}
	h->delayed = rest;
	return (int)((next - now) * 1000) + 1;
}

static void fill(struct http *h)
{
	struct call *c;

	while (h->in_flight < (unsigned)h->window && (c = list_take(&h->ready)))
		start(h, c);
}

static void drop_flying(struct http *h, struct call *c)
{
	curl_multi_remove_handle(h->multi, c->easy);
	give_back(h, c->easy);
	h->in_flight--;
}

/* Take everything off; called back as cancelled when `tell`. */
static void drop_all(struct http *h, bool tell)
{
	struct call_list all = { 0 };
	struct call *c;

	while ((c = list_take(&h->flying))) {
		drop_flying(h, c);
		list_add(&all, c);
	}
	while ((c = list_take(&h->ready)) || (c = list_take(&h->delayed)))
		list_add(&all, c);
	while ((c = list_take(&all))) {
		c->response.status = 0;
		err_raise(&c->response.err, ERR_CANCELLED, NO_POS, "cancelled");
		if (tell)
			finish(c);
		else
			call_free(c);
	}
}

/* Run until `*done` (NULL: until all is done). */
static int run(struct http *h, const bool *done, const volatile int *cancel, struct err *err)
{
	int running, left;
	CURLMsg *msg;

	while (!(done && *done) && (h->ready.head || h->delayed.head || h->in_flight)) {
		int timeout = wake_delayed(h);

		if (cancel && *cancel) {
			drop_all(h, true);
			return err_raise(err, ERR_CANCELLED, NO_POS, "cancelled");
		}
		fill(h);
		curl_multi_perform(h->multi, &running);
		while ((msg = curl_multi_info_read(h->multi, &left)))
			if (msg->msg == CURLMSG_DONE)
				ended(h, msg->easy_handle, msg->data.result);
		if (h->ready.head && h->in_flight < (unsigned)h->window)
			continue;
		if (!(done && *done) && (h->in_flight || h->delayed.head))
			curl_multi_poll(h->multi, NULL, 0, timeout, NULL);
	}
	return 0;
}

int http_wait(struct http *h, const volatile int *cancel, struct err *err)
{
	return run(h, NULL, cancel, err);
}

struct fetched {
	struct http_response *out;
	bool done;
};

static void keep(void *data, struct http_response *response)
{
	struct fetched *f = data;

	*f->out = *response;
	*response = (struct http_response){ 0 };
	buf_init(&response->body, 0);
	buf_init(&response->headers, 0);
	f->done = true;
}

int http_fetch(struct http *h, const struct http_request *request, struct http_response *out,
	       struct err *err)
{
	struct fetched f = { .out = out };

	*out = (struct http_response){ 0 };
	buf_init(&out->body, 0);
	buf_init(&out->headers, 0);
	http_send(h, request, keep, &f);
	if (run(h, &f.done, NULL, err) < 0)
		return -1;
	if (!out->status) {
		*err = out->err;
		http_response_release(out);
		return -1;
	}
	return 0;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	drop_all(h, false);
	while (h->idle_count)
		curl_easy_cleanup(h->idle[--h->idle_count]);
	curl_multi_cleanup(h->multi);
	if (h->bearer) {
		explicit_bzero(h->bearer, strlen(h->bearer));
		free(h->bearer);
	}
	arena_release(&h->arena);
	free(h);
}
