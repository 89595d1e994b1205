/* The Engine API: a manager's socket, or TCP with TLS, as docker's own variables name them. */
#include "validate/swarm/internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/json.h"

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* Certificates of DOCKER_CERT_PATH, else ~/.docker. */
static void use_certificates(struct arena *a, struct http_options *o)
{
	const char *dir = variable("DOCKER_CERT_PATH");

	if (!dir)
		dir = arena_printf(a, "%s/.docker", variable("HOME") ? variable("HOME") : "");
	o->ca_file = arena_printf(a, "%s/ca.pem", dir);
	o->cert_file = arena_printf(a, "%s/cert.pem", dir);
	o->key_file = arena_printf(a, "%s/key.pem", dir);
}

static int read_host(struct swarm *s, struct http_options *o, struct err *err)
{
	bool tls = variable("DOCKER_TLS_VERIFY") != NULL;
	const char *host = s->host;

	if (!strcmp(host, "env")) {
		host = variable("DOCKER_HOST");
		s->host = host =
			arena_strdup(&s->arena, host ? host : "unix:///var/run/docker.sock");
	}
	if (!strncmp(host, "unix://", 7)) {
		o->unix_socket = host + 7;
		s->url = "http://docker";
		return 0;
	}
	if (!strncmp(host, "tcp://", 6)) {
		if (tls)
			use_certificates(&s->arena, o);
		s->url = arena_printf(&s->arena, "%s://%s", tls ? "https" : "http", host + 6);
		return 0;
	}
	if (!strncmp(host, "http://", 7) || !strncmp(host, "https://", 8)) {
		if (tls)
			use_certificates(&s->arena, o);
		s->url = host;
		return 0;
	}
	if (!strncmp(host, "ssh://", 6))
		return err_raise(
			err, ERR_UNSUPPORTED, NO_POS,
			"'%s': a swarm is not asked over ssh here; forward its socket: ssh "
			"-L /tmp/docker.sock:/var/run/docker.sock %s, then --swarm "
			"unix:///tmp/docker.sock",
			host, host + 6);
	return err_raise(err, ERR_USAGE, NO_POS,
			 "'%s' is no address of a swarm: unix:///var/run/docker.sock, "
			 "tcp://manager:2376 or env",
			 host);
}

struct swarm *swarm_open(struct run *run, const struct swarm_options *options, struct err *err)
{
	struct http_options how = { .timeout_ms = 30000, .connect_timeout_ms = 10000 };
	struct swarm *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	s->run = run;
	arena_init(&s->arena, &run->budget);
	s->host = arena_strdup(&s->arena, options->host);
	s->prune = options->prune;
	s->cancel = options->cancel;
	s->version = "";
	map_init(&s->objects, &s->arena);
	map_init(&s->networks, &s->arena);
	if (!read_host(s, &how, err))
		s->http = http_new(&how, err);
	if (s->http)
		return s;
	swarm_free(s);
	return NULL;
}

void swarm_free(struct swarm *s)
{
	if (!s)
		return;
	if (s->http)
		http_free(s->http);
	arena_release(&s->arena);
	free(s);
}

const char *swarm_host(const struct swarm *s)
{
	return s->host;
}

const char *swarm_version(const struct swarm *s)
{
	return s->version;
}

const struct node *swarm_find(const struct swarm *s, const char *kind, const char *name)
{
	char key[1024];

	snprintf(key, sizeof(key), "%s/%s", kind, name);
	return map_get(&s->objects, key);
}

/* ---- reading ---- */

struct answer {
	struct swarm *s;
	const char *path;
	struct node *body;
	struct err err;
	bool failed;
};

static void take_answer(void *data, struct http_response *r)
{
	struct answer *answer = data;
	struct swarm *s = answer->s;
	const char *message;

	answer->failed = true;
	if (!r->status) {
		answer->err = r->err;
		return;
	}
	answer->body = json_read(&s->arena, r->body.text, r->body.len, NULL, &answer->err);
	if (r->status == 200 && answer->body) {
		answer->failed = false;
		return;
	}
	message = node_get_string(answer->body, "message");
	err_clear(&answer->err);
	err_raise(&answer->err, ERR_REFUSED, NO_POS, "the engine answers %d to %s%s%s", r->status,
		  answer->path, message ? ": " : "", message ? message : "");
}

enum {
	ANSWER_VERSION,
	ANSWER_NETWORKS,
	ANSWER_SECRETS,
	ANSWER_CONFIGS,
	ANSWER_SERVICES,
	ANSWER_BRIDGE, /* the swarm's own names for each node's, which no list has */
	ANSWER_HOST,
	ANSWERS
};

static void keep(struct swarm *s, const char *kind, const struct node *list)
{
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		struct node *object = swarm_object(s, kind, list->items[i]);
		const char *name = node_get_string(node_get(object, "metadata"), "name");

		if (object)
			map_set(&s->objects, arena_printf(&s->arena, "%s/%s", kind, name), object);
	}
}

static void keep_network(struct swarm *s, const struct node *network)
{
	const char *id = node_get_string(network, "Id");
	const char *name = node_get_string(network, "Name");

	if (id && name)
		map_set(&s->networks, id, (void *)(uintptr_t)name);
}

static void keep_networks(struct swarm *s, const struct answer *answers)
{
	const struct node *list = answers[ANSWER_NETWORKS].body;
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		keep_network(s, list->items[i]);
	for (i = ANSWER_BRIDGE; i <= ANSWER_HOST; i++)
		if (!answers[i].failed)
			keep_network(s, answers[i].body);
}

int swarm_read(struct swarm *s, struct err *err)
{
	static const char *const paths[ANSWERS] = { "/version",
						    "/networks",
						    "/secrets",
						    "/configs",
						    "/services",
						    "/networks/bridge?scope=swarm",
						    "/networks/host?scope=swarm" };
	struct answer answers[ANSWERS] = { 0 };
	const char *version;
	size_t i;

	for (i = 0; i < ANSWERS; i++) {
		struct http_request request = { .url = arena_printf(&s->arena, "%s%s", s->url,
								    paths[i]) };

		answers[i].s = s;
		answers[i].path = paths[i];
		http_send(s->http, &request, take_answer, &answers[i]);
	}
	if (http_wait(s->http, s->cancel, err) < 0)
		return err_wrap(err, "swarm %s", s->host);
	for (i = 0; i < ANSWERS; i++) {
		if (!answers[i].failed || i == ANSWER_BRIDGE || i == ANSWER_HOST)
			continue;
		*err = answers[i].err;
		return err_wrap(err, "swarm %s", s->host);
	}
	version = node_get_string(answers[ANSWER_VERSION].body, "Version");
	s->version = version ? version : "";
	keep_networks(s, answers);
	keep(s, "Config", answers[ANSWER_CONFIGS].body);
	keep(s, "Secret", answers[ANSWER_SECRETS].body);
	keep(s, "Network", answers[ANSWER_NETWORKS].body);
	keep(s, "Service", answers[ANSWER_SERVICES].body);
	return 0;
}
