#include "base/http_internal.h"
#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <strings.h>
#include <time.h>
#ifdef STATIC_LIBC
#	include <nss.h>
#endif
#include "base/limits.h"

/* libcurl's own state is global, and so is this. */
static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static bool curl_ready;

/*
 * A program linked statically would load glibc's other ways of looking a name up from libraries
 * that fit one release of glibc alone: /etc/hosts and DNS are built in.
 */
static void look_up_natively(void)
{
#ifdef STATIC_LIBC
	__nss_configure_lookup("hosts", "files dns");
	__nss_configure_lookup("passwd", "files");
#endif
}

static void init_curl(void)
{
	look_up_natively();
	curl_ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

double http_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void copy_string(struct http *h, const char **at)
{
	if (*at)
		*at = arena_strdup(&h->arena, *at);
}

static void copy_options(struct http *h, const struct http_options *options)
{
	struct http_options *o = &h->options;

	*o = *options;
	copy_string(h, &o->ca_file);
	copy_string(h, &o->cert_file);
	copy_string(h, &o->key_file);
	copy_string(h, &o->tls_server_name);
	copy_string(h, &o->user);
	copy_string(h, &o->password);
	copy_string(h, &o->unix_socket);
	copy_string(h, &o->proxy);
	copy_string(h, &o->user_agent);
	if (o->ca_pem)
		o->ca_pem = arena_memdup(&h->arena, o->ca_pem, o->ca_pem_len);
	if (o->cert_pem)
		o->cert_pem = arena_memdup(&h->arena, o->cert_pem, o->cert_pem_len);
	if (o->key_pem)
		o->key_pem = arena_memdup(&h->arena, o->key_pem, o->key_pem_len);
	o->connect_timeout_ms = o->connect_timeout_ms ? o->connect_timeout_ms : 10000;
	o->idle_timeout_ms = o->idle_timeout_ms ? o->idle_timeout_ms : 60000;
	o->max_body = o->max_body ? o->max_body : LIMIT_HTTP_BODY_BYTES;
	o->max_in_flight = o->max_in_flight ? o->max_in_flight : 100;
	o->max_tries = o->max_tries ? o->max_tries : 5;
}

struct http *http_new(const struct http_options *options, struct err *err)
{
	struct http *h;
	CURLM *multi;

	pthread_once(&curl_once, init_curl);
	if (!curl_ready) {
		err_raise(err, ERR_IO, NO_POS, "libcurl could not be initialised");
		return NULL;
	}
	multi = curl_multi_init();
	h = calloc(1, sizeof(*h));
	if (!multi || !h) {
		curl_multi_cleanup(multi);
		free(h);
		err_raise(err, ERR_LIMIT, NO_POS, "no memory for an HTTP client");
		return NULL;
	}
	h->multi = multi;
	copy_options(h, options);
	http_set_bearer(h, options->bearer);
	h->window = h->options.max_in_flight;
	curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
	curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)h->options.max_in_flight);
	curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, 16L);
	return h;
}

void http_set_bearer(struct http *h, const char *bearer)
{
	free(h->bearer);
	h->bearer = bearer ? strdup(bearer) : NULL;
}

void http_set_client_cert(struct http *h, const char *cert, size_t cert_len, const char *key,
			  size_t key_len)
{
	struct http_options *o = &h->options;

	o->cert_file = o->key_file = NULL;
	o->cert_pem = cert ? arena_memdup(&h->arena, cert, cert_len) : NULL;
	o->key_pem = key ? arena_memdup(&h->arena, key, key_len) : NULL;
	o->cert_pem_len = cert_len;
	o->key_pem_len = key_len;
}

void http_response_release(struct http_response *r)
{
	buf_release(&r->body);
	buf_release(&r->headers);
	free(r->url);
	r->url = NULL;
}

bool http_header(const struct http_response *r, const char *name, size_t *from, const char **value,
		 size_t *len)
{
	size_t name_len = strlen(name);

	while (*from < r->headers.len) {
		const char *line = r->headers.text + *from;
		size_t size = strcspn(line, "\n");

		*from += size + 1;
		if (size <= name_len || strncasecmp(line, name, name_len) != 0 ||
		    line[name_len] != ':')
			continue;
		*value = line + name_len + 1 + strspn(line + name_len + 1, " \t");
		*len = (size_t)(line + size - *value);
		return true;
	}
	return false;
}

static size_t take_body(char *data, size_t size, size_t count, void *user)
{
	struct call *c = user;

	size *= count;
	buf_add(&c->response.body, data, size);
	c->too_large = c->response.body.full;
	return c->too_large ? 0 : size;
}

static size_t take_header(char *data, size_t size, size_t count, void *user)
{
	struct call *c = user;
	size_t len = size *= count;

	if (len > 5 && !memcmp(data, "HTTP/", 5)) { /* another answer begins */
		buf_cut(&c->response.headers, 0);
		return size;
	}
	while (len && (data[len - 1] == '\n' || data[len - 1] == '\r'))
		len--;
	if (len) {
		buf_add(&c->response.headers, data, len);
		buf_char(&c->response.headers, '\n');
	}
	return c->response.headers.full ? 0 : size;
}

static curl_socket_t open_public(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct call *c = user;

	(void)purpose;
	if (http_address_private(&address->addr)) {
		snprintf(c->error, sizeof(c->error), "its address is private");
		c->forbidden = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static bool has_proxy(const struct http_options *o)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "http_proxy",
					     "all_proxy", "ALL_PROXY" };
	const char *value;
	size_t i;

	if (o->proxy)
		return *o->proxy;
	for (i = 0; i < ARRAY_SIZE(names) && !(o->flags & HTTP_NO_PROXY_ENV); i++) {
		value = getenv(names[i]);
		if (value && *value)
			return true;
	}
	return false;
}

static void set_blob(CURL *e, CURLoption option, const char *pem, size_t len)
{
	struct curl_blob blob = { .data = (void *)(size_t)pem,
				  .len = len,
				  .flags = CURL_BLOB_NOCOPY };

	curl_easy_setopt(e, option, &blob);
}

/*
 * The machine's certificate authorities, wherever its distribution keeps them: a program that was
 * made elsewhere knows only its own distribution's place. NULL: libcurl's own choice.
 */
static pthread_once_t authorities_once = PTHREAD_ONCE_INIT;
static const char *authorities;

static void find_authorities(void)
{
	static const char *const places[] = {
		"/etc/ssl/certs/ca-certificates.crt",		     /* Debian, Alpine, Arch */
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* Fedora, RHEL */
		"/etc/pki/tls/certs/ca-bundle.crt",		     /* older ones */
		"/etc/ssl/ca-bundle.pem",			     /* SUSE */
		"/etc/ssl/cert.pem",				     /* Alpine's and BSD's other */
	};
	const char *named = getenv("SSL_CERT_FILE");

	if (named && *named) /* as OpenSSL's and Go's programs heed it */
		authorities = named;
	for (size_t i = 0; !authorities && i < ARRAY_SIZE(places); i++)
		if (!access(places[i], R_OK))
			authorities = places[i];
}

static const char *machine_authorities(void)
{
	pthread_once(&authorities_once, find_authorities);
	return authorities;
}

static void prepare_tls(struct call *c)
{
	const struct http_options *o = &c->h->options;
	CURL *e = c->easy;

	if (o->flags & HTTP_INSECURE) {
		curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (o->ca_pem)
		set_blob(e, CURLOPT_CAINFO_BLOB, o->ca_pem, o->ca_pem_len);
	else if (o->ca_file)
		curl_easy_setopt(e, CURLOPT_CAINFO, o->ca_file);
	else if (machine_authorities())
		curl_easy_setopt(e, CURLOPT_CAINFO, machine_authorities());
	if (c->foreign)
		return;
	if (o->cert_pem)
		set_blob(e, CURLOPT_SSLCERT_BLOB, o->cert_pem, o->cert_pem_len);
	else if (o->cert_file)
		curl_easy_setopt(e, CURLOPT_SSLCERT, o->cert_file);
	if (o->key_pem)
		set_blob(e, CURLOPT_SSLKEY_BLOB, o->key_pem, o->key_pem_len);
	else if (o->key_file)
		curl_easy_setopt(e, CURLOPT_SSLKEY, o->key_file);
	curl_easy_setopt(e, CURLOPT_KEYPASSWD, ""); /* never ask on the terminal */
}

static void prepare_proxy(struct call *c, const char *host)
{
	const struct http_options *o = &c->h->options;

	if (o->unix_socket) {
		curl_easy_setopt(c->easy, CURLOPT_UNIX_SOCKET_PATH, o->unix_socket);
		return;
	}
	if (o->proxy)
		curl_easy_setopt(c->easy, CURLOPT_PROXY, o->proxy);
	else if ((o->flags & HTTP_NO_PROXY_ENV) || http_host_loopback(host))
		curl_easy_setopt(c->easy, CURLOPT_NOPROXY, "*");
	if (!(o->flags & HTTP_PUBLIC_ONLY))
		return;
	if (has_proxy(o)) { /* all goes through it, so that its address is the only one met */
		curl_easy_setopt(c->easy, CURLOPT_NOPROXY, "");
		return;
	}
	curl_easy_setopt(c->easy, CURLOPT_OPENSOCKETFUNCTION, open_public);
	curl_easy_setopt(c->easy, CURLOPT_OPENSOCKETDATA, c);
}

static void prepare_auth(struct call *c)
{
	const struct http_options *o = &c->h->options;

	if (c->foreign)
		return;
	if (c->h->bearer) {
		curl_easy_setopt(c->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
		curl_easy_setopt(c->easy, CURLOPT_XOAUTH2_BEARER, c->h->bearer);
	} else if (o->user) {
		curl_easy_setopt(c->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(c->easy, CURLOPT_USERNAME, o->user);
		curl_easy_setopt(c->easy, CURLOPT_PASSWORD, o->password ? o->password : "");
	}
}

/*
 * To check another name than the URL's, the URL gets that name, the connection is led to the real
 * host, and the Host header names the real one: libcurl has no option of its own for it.
 */
static void prepare_server_name(struct call *c, CURLU *u, const char *host)
{
	char *port = NULL;
	char text[1024];

	if (!c->h->options.tls_server_name || c->foreign)
		return;
	curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
	snprintf(text, sizeof(text), "%s:%s:%s:%s", c->h->options.tls_server_name, port ? port : "",
		 host, port ? port : "");
	if (!c->connect_to)
		c->connect_to = curl_slist_append(NULL, text);
	curl_easy_setopt(c->easy, CURLOPT_CONNECT_TO, c->connect_to);
	if (c->response.tries == 1) {
		snprintf(text, sizeof(text), "Host: %s:%s", host, port ? port : "");
		c->headers = curl_slist_append(c->headers, text);
	}
	curl_url_set(u, CURLUPART_HOST, c->h->options.tls_server_name, 0);
	curl_free(port);
}

static void prepare_transfer(struct call *c)
{
	const struct http_options *o = &c->h->options;
	double left = c->deadline ? c->deadline - http_now() : 0;
	CURL *e = c->easy;

	curl_easy_setopt(e, CURLOPT_PRIVATE, c);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, c->error);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, c);
	curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(e, CURLOPT_PIPEWAIT, 1L);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(e, CURLOPT_USERAGENT, o->user_agent ? o->user_agent : "kubectl-gitops");
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, o->connect_timeout_ms);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, (o->idle_timeout_ms + 999) / 1000);
	if (c->deadline)
		curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, left > 0.001 ? (long)(left * 1000) : 1L);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR,
			 o->flags & HTTP_HTTPS_ONLY ? "https" : "http,https");
	if (c->body || !strcmp(c->method, "POST")) {
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)c->body_len);
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, c->body ? c->body : "");
	}
	if (!strcmp(c->method, "HEAD"))
		curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
	else if (c->body || strcmp(c->method, "GET") != 0)
		curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, c->method);
}

int http_prepare(struct call *c, struct err *err)
{
	CURLU *u = curl_url();
	char *host = NULL, *url = NULL;
	char safe[512];
	int rc = 0;

	http_safe_url(c->url, safe, sizeof(safe));
	curl_easy_reset(c->easy);
	c->error[0] = 0;
	c->too_large = c->forbidden = false;
	buf_cut(&c->response.body, 0);
	buf_cut(&c->response.headers, 0);
	c->response.tries++;
	prepare_transfer(c);
	if (curl_url_set(u, CURLUPART_URL, c->url, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK) {
		rc = err_raise(err, ERR_INPUT, NO_POS, "'%s' is no URL", safe);
	} else if ((c->h->options.flags & HTTP_PUBLIC_ONLY) && http_host_private(host)) {
		rc = err_raise(err, ERR_REFUSED, NO_POS, "%s: its address is private", safe);
	} else {
		prepare_tls(c);
		prepare_proxy(c, host);
		prepare_auth(c);
		prepare_server_name(c, u, host);
		curl_url_get(u, CURLUPART_URL, &url, 0);
		curl_easy_setopt(c->easy, CURLOPT_URL, url);
	}
	curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, c->headers);
	curl_free(host);
	curl_free(url);
	curl_url_cleanup(u);
	return rc;
}
