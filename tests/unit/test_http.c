/* A scripted HTTP/1.1 server in a thread: each request gets the next raw answer. */
#include "base/http.h"
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/http_internal.h"
#include "tests/unit/unit.h"

struct server {
	const char *const *answers; /* NULL-terminated; "" cuts the connection */
	int fd;
	unsigned port, served;
	char requests[16384];
	pthread_t thread;
};

static void serve_one(struct server *s, int fd)
{
	char text[4096];
	size_t len = 0, used = strlen(s->requests);
	const char *answer;

	while (len + 1 < sizeof(text) && !memmem(text, len, "\r\n\r\n", 4)) {
		ssize_t n = recv(fd, text + len, sizeof(text) - 1 - len, 0);

		if (n <= 0)
			return;
		len += (size_t)n;
	}
	text[len] = 0;
	snprintf(s->requests + used, sizeof(s->requests) - used, "%s", text);
	answer = s->answers[s->served];
	if (answer)
		s->served++;
	if (answer && *answer)
		send(fd, answer, strlen(answer), MSG_NOSIGNAL);
	shutdown(fd, SHUT_RDWR);
}

static void *serve(void *data)
{
	struct server *s = data;
	int fd;

	while ((fd = accept(s->fd, NULL, NULL)) >= 0) {
		serve_one(s, fd);
		close(fd);
	}
	return NULL;
}

static void server_start(struct server *s, const char *const *answers)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);

	*s = (struct server){ .answers = answers,
			      .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	ck_assert_int_eq(bind(s->fd, (struct sockaddr *)&at, len), 0);
	ck_assert_int_eq(listen(s->fd, 16), 0);
	getsockname(s->fd, (struct sockaddr *)&at, &len);
	s->port = ntohs(at.sin_port);
	pthread_create(&s->thread, NULL, serve, s);
}

static void server_stop(struct server *s)
{
	shutdown(s->fd, SHUT_RDWR);
	close(s->fd);
	pthread_join(s->thread, NULL);
}

#define ANSWER(status, headers, body)                                                              \
	"HTTP/1.1 " status "\r\nConnection: close\r\n" headers "\r\n" body

static int fetch(struct server *s, const struct http_options *options, const char *path,
		 struct http_response *out, struct err *err)
{
	struct http *h = http_new(options, err);
	char url[256];
	int rc;

	ck_assert_ptr_nonnull(h);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", s->port, path);
	rc = http_fetch(h, &(struct http_request){ .url = url }, out, err);
	http_free(h);
	return rc;
}

START_TEST(fetches)
{
	static const char *const answers[] = {
		ANSWER("200 OK", "Content-Length: 2\r\nX-A: b\r\nWarning: one\r\nwarning: two\r\n",
		       "hi"),
		NULL
	};
	struct http_response r;
	struct server s;
	struct err err = ERR_INIT;
	const char *value;
	size_t from = 0, len;

	server_start(&s, answers);
	ck_assert_msg(fetch(&s, &(struct http_options){ .bearer = "tok" }, "/a?b", &r, &err) == 0,
		      "%s", err.msg);
	ck_assert_int_eq(r.status, 200);
	ck_assert_str_eq(r.body.text, "hi");
	ck_assert(http_header(&r, "WARNING", &from, &value, &len));
	ck_assert_int_eq(strncmp(value, "one", len), 0);
	ck_assert(http_header(&r, "WARNING", &from, &value, &len));
	ck_assert_int_eq(strncmp(value, "two", len), 0);
	ck_assert(!http_header(&r, "WARNING", &from, &value, &len));
	ck_assert_ptr_nonnull(strstr(s.requests, "GET /a?b HTTP/1.1"));
	ck_assert_ptr_nonnull(strstr(s.requests, "Authorization: Bearer tok"));
	http_response_release(&r);
	server_stop(&s);
}
END_TEST

START_TEST(retries_what_may_pass)
{
	static const char *const answers[] = { ANSWER("429 Too Many", "Retry-After: 0\r\n", ""),
					       ANSWER("503 No", "", ""), "",
					       ANSWER("500 No", "", "verdict"), NULL };
	struct http_response r;
	struct server s;
	struct err err = ERR_INIT;

	server_start(&s, answers);
	ck_assert_msg(fetch(&s, &(struct http_options){ 0 }, "/", &r, &err) == 0, "%s", err.msg);
	ck_assert_int_eq(r.status, 500);
	ck_assert_uint_eq(r.tries, 4);
	ck_assert_str_eq(r.body.text, "verdict");
	http_response_release(&r);
	server_stop(&s);
}
END_TEST

START_TEST(redirects_without_credentials)
{
	static char first[256];
	static const char *const elsewhere[] = { ANSWER("200 OK", "", "there"), NULL };
	static const char *answers[] = { first, NULL };
	struct http_response r;
	struct server s, other;
	struct err err = ERR_INIT;

	server_start(&other, elsewhere);
	snprintf(first, sizeof(first),
		 ANSWER("302 Found", "Location: http://127.0.0.1:%u/x\r\n", ""), other.port);
	server_start(&s, answers);
	ck_assert_msg(
		fetch(&s,
		      &(struct http_options){ .user = "u", .password = "p", .flags = HTTP_FOLLOW },
		      "/", &r, &err) == 0,
		"%s", err.msg);
	ck_assert_str_eq(r.body.text, "there");
	ck_assert_ptr_nonnull(strstr(s.requests, "Authorization: Basic"));
	ck_assert_ptr_null(strstr(other.requests, "Authorization"));
	http_response_release(&r);
	server_stop(&s);
	server_stop(&other);
}
END_TEST

START_TEST(bounds_redirects_and_bodies)
{
	static const char loop[] = ANSWER("302 Found", "Location: /again\r\n", "");
	static const char *const answers[] = { loop, loop, loop, loop, loop, loop, NULL };
	static const char *const large[] = { ANSWER("200 OK", "", "0123456789"), NULL };
	struct http_response r;
	struct server s;
	struct err err = ERR_INIT;

	server_start(&s, answers);
	ck_assert_int_eq(fetch(&s, &(struct http_options){ .flags = HTTP_FOLLOW }, "/", &r, &err),
			 -1);
	ck_assert_ptr_nonnull(strstr(err.msg, "more than 5 redirects"));
	server_stop(&s);
	server_start(&s, large);
	ck_assert_int_eq(fetch(&s, &(struct http_options){ .max_body = 4 }, "/?secret", &r, &err),
			 -1);
	ck_assert_ptr_nonnull(strstr(err.msg, "the answer is larger than 4 bytes"));
	ck_assert_ptr_null(strstr(err.msg, "secret"));
	server_stop(&s);
}
END_TEST

START_TEST(refuses_private_addresses)
{
	static const char *const answers[] = { ANSWER("200 OK", "", ""), NULL };
	struct http_response r;
	struct server s;
	struct err err = ERR_INIT;

	server_start(&s, answers);
	ck_assert_int_eq(
		fetch(&s, &(struct http_options){ .flags = HTTP_PUBLIC_ONLY }, "/", &r, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.msg, "its address is private"));
	ck_assert_uint_eq(s.served, 0);
	server_stop(&s);
}
END_TEST

static const struct {
	const char *host;
	bool private;
} hosts[] = {
	{ "10.1.2.3", true },	     { "172.31.0.1", true },
	{ "172.32.0.1", false },     { "8.8.8.8", false },
	{ "0x7f000001", true },	     { "127.1", true },
	{ "[::1]", true },	     { "[fe80::1%25x]", true },
	{ "[2606:4700::1]", false }, { "[::ffff:10.0.0.1]", true },
	{ "localhost", true },	     { "a.LOCAL", true },
	{ "example.com", false },    { "169.254.169.254", true },
	{ "100.64.0.1", true },
};

START_TEST(knows_private_hosts)
{
	ck_assert_msg(http_host_private(hosts[_i].host) == hosts[_i].private, "%s", hosts[_i].host);
}
END_TEST

START_TEST(urls_in_messages_hold_no_credentials)
{
	char out[128];

	ck_assert_str_eq(http_safe_url("https://u:p@h.io/a/b?token=1#x", out, sizeof(out)),
			 "https://h.io/a/b");
	ck_assert_str_eq(http_safe_url("https://h.io/a@b", out, sizeof(out)), "https://h.io/a@b");
}
END_TEST

struct many {
	unsigned ok, cancelled;
	volatile int cancel;
};

static void count(void *data, struct http_response *r)
{
	struct many *m = data;

	m->ok += r->status == 200;
	m->cancelled += !r->status && r->err.code == ERR_CANCELLED;
	if (m->ok == 3)
		m->cancel = 1;
}

START_TEST(cancels)
{
	static const char ok[] = ANSWER("200 OK", "", "");
	static const char *const answers[] = { ok, ok, ok, NULL };
	struct many m = { 0 };
	struct server s;
	struct err err = ERR_INIT;
	struct http *h = http_new(&(struct http_options){ .max_in_flight = 1 }, &err);
	char url[64];
	int i;

	server_start(&s, answers);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", s.port);
	for (i = 0; i < 5; i++)
		http_send(h, &(struct http_request){ .url = url }, count, &m);
	ck_assert_int_eq(http_wait(h, &m.cancel, &err), -1);
	ck_assert_int_eq(err.code, ERR_CANCELLED);
	ck_assert_uint_eq(m.ok, 3);
	ck_assert_uint_eq(m.cancelled, 2);
	http_free(h);
	server_stop(&s);
}
END_TEST

SUITE(http)
{
	Suite *s = suite_create("http");
	TCase *tc = tcase_create("http");

	tcase_set_timeout(tc, 20);
	tcase_add_test(tc, fetches);
	tcase_add_test(tc, retries_what_may_pass);
	tcase_add_test(tc, redirects_without_credentials);
	tcase_add_test(tc, bounds_redirects_and_bodies);
	tcase_add_test(tc, refuses_private_addresses);
	tcase_add_loop_test(tc, knows_private_hosts, 0, ARRAY_SIZE(hosts));
	tcase_add_test(tc, urls_in_messages_hold_no_credentials);
	tcase_add_test(tc, cancels);
	suite_add_tcase(s, tc);
	return s;
}
