#include <stdlib.h>
#include "base/json.h"
#include "validate/cluster/internal.h"

struct cluster *cluster_open(struct run *run, const struct cluster_options *options,
			     struct err *err)
{
	struct cluster *c = calloc(1, sizeof(*c));

	if (!c)
		abort();
	c->run = run;
	c->options = *options;
	c->version = "";
	arena_init(&c->arena, &run->budget);
	map_init(&c->kinds, &c->arena);
	map_init(&c->stale, &c->arena);
	map_init(&c->groups, &c->arena);
	if (kubeconfig_load(run, &c->arena, options, &c->config, err) < 0) {
		cluster_free(c);
		return NULL;
	}
	c->server = arena_strdup(&c->arena, c->config.server);
	while (*c->server && c->server[strlen(c->server) - 1] == '/')
		c->server[strlen(c->server) - 1] = 0;
	return c;
}

void cluster_free(struct cluster *c)
{
	if (!c)
		return;
	cluster_connect_end(c);
	http_free(c->http);
	arena_release(&c->arena);
	free(c);
}

const char *cluster_context(const struct cluster *c)
{
	return c->config.context;
}

const char *cluster_server(const struct cluster *c)
{
	return c->server;
}

const char *cluster_version(const struct cluster *c)
{
	return c->version;
}

const char *cluster_namespace(const struct cluster *c)
{
	return c->config.ns;
}

/* The client is made with the first request: libcurl, certificates and plugins cost time. */
static int client(struct cluster *c, struct err *err)
{
	struct http_options o = {
		.ca_file = c->config.ca_file,
		.ca_pem = c->config.ca_pem,
		.ca_pem_len = c->config.ca_pem_len,
		.tls_server_name = c->config.tls_server_name,
		.proxy = c->config.proxy_url,
		.timeout_ms = c->config.timeout_ms,
		.renew = credential_renew,
		.renew_data = c,
	};

	if (c->http)
		return 0;
	if (c->config.insecure)
		o.flags |= HTTP_INSECURE;
	if (credential_load(c, &o, err) < 0)
		return -1;
	c->http = http_new(&o, err);
	return c->http ? 0 : -1;
}

void cluster_send(struct cluster *c, const struct cluster_request *r, http_done_fn *done,
		  void *data)
{
	const char *headers[64];
	struct arena scratch = ARENA_INIT;
	size_t count = 0, i;

	credential_refresh(c);
	headers[count++] =
		arena_printf(&scratch, "Accept: %s", r->accept ? r->accept : "application/json");
	if (r->content_type)
		headers[count++] = arena_printf(&scratch, "Content-Type: %s", r->content_type);
	if (r->as_user && *r->as_user)
		headers[count++] = arena_printf(&scratch, "Impersonate-User: %s", r->as_user);
	for (i = 0; !(r->as_user && *r->as_user) && i < c->config.impersonate.count &&
		    count < ARRAY_SIZE(headers);
	     i++)
		headers[count++] = c->config.impersonate.items[i];
	http_send(c->http,
		  &(struct http_request){
			  .method = r->method,
			  .url = arena_printf(&scratch, "%s%s", c->server, r->path),
			  .headers = headers,
			  .header_count = count,
			  .body = r->body,
			  .body_len = r->body_len,
			  .unsafe_retry = r->unsafe_retry,
		  },
		  done, data);
	arena_release(&scratch);
}

static void keep(void *data, struct http_response *response)
{
	struct http_response *out = data;

	*out = *response;
	*response = (struct http_response){ 0 };
	buf_init(&response->body, 0);
	buf_init(&response->headers, 0);
}

int cluster_calls(struct cluster *c, struct arena *a, const struct cluster_request *requests,
		  struct cluster_answer *answers, size_t count, struct err *err)
{
	struct http_response *responses;
	struct err ignored = ERR_INIT;
	int rc = 0;
	size_t i;

	if (client(c, err) < 0)
		return -1;
	responses = arena_array(a, count, struct http_response);
	for (i = 0; i < count; i++) {
		buf_init(&responses[i].body, 0);
		buf_init(&responses[i].headers, 0);
		cluster_send(c, &requests[i], keep, &responses[i]);
	}
	rc = http_wait(c->http, c->options.cancel, err);
	for (i = 0; i < count; i++) {
		if (rc == 0 && !responses[i].status) {
			*err = responses[i].err;
			rc = err_wrap(err, "%s", kubeconfig_name(a, &c->config));
		}
		answers[i].status = responses[i].status;
		answers[i].body =
			json_read(a, responses[i].body.text, responses[i].body.len, NULL, &ignored);
		http_response_release(&responses[i]);
	}
	return rc;
}

int cluster_call(struct cluster *c, struct arena *a, const struct cluster_request *r, int *status,
		 struct node **out, struct err *err)
{
	struct cluster_answer answer = { 0 };
	int rc = cluster_calls(c, a, r, &answer, 1, err);

	*status = answer.status;
	*out = answer.body;
	return rc;
}

const char *status_message(struct arena *a, int status, const struct node *body)
{
	const char *message = node_get_string(body, "message");

	if (message && *message)
		return arena_strdup(a, message);
	return arena_printf(a, "the server answered with status %d", status);
}

const char *resource_path(struct arena *a, const struct resource *r, const char *ns,
			  const char *name)
{
	const char *path;
	struct buf out;

	buf_init(&out, 0);
	buf_str(&out, *r->group ? "/apis/" : "/api/");
	if (*r->group)
		buf_printf(&out, "%s/", r->group);
	buf_printf(&out, "%s/", r->version);
	if (r->namespaced && *ns) {
		buf_str(&out, "namespaces/");
		http_escape(&out, ns);
		buf_char(&out, '/');
	}
	buf_str(&out, r->plural);
	if (name) {
		buf_char(&out, '/');
		http_escape(&out, name);
	}
	path = buf_dup(&out, a);
	buf_release(&out);
	return path;
}
