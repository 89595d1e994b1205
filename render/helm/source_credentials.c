/* The user's own credentials for charts: Helm's repositories.yaml, and the registries' logins. */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/files.h"
#include "base/json.h"
#include "base/process.h"
#include "base/url.h"
#include "render/helm/source.h"
#include "render/yaml/yaml.h"

enum { MAX_CONFIG = 4 << 20, HELPER_MS = 10000 };

/* The first of the environment variables that is set, followed by `tail`; else below the home. */
static const char *config_path(struct arena *a, const char *tail)
{
	const char *helm = getenv("HELM_CONFIG_HOME"), *xdg = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (helm && *helm)
		return arena_printf(a, "%s/%s", helm, tail);
	if (xdg && *xdg)
		return arena_printf(a, "%s/helm/%s", xdg, tail);
	return home && *home ? arena_printf(a, "%s/.config/helm/%s", home, tail) : NULL;
}

static bool read_config(struct arena *a, const char *path, const char **text, size_t *len)
{
	struct err err = ERR_INIT;
	struct buf b;
	bool ok;

	if (!path)
		return false;
	buf_init(&b, MAX_CONFIG);
	ok = !file_read(path, &b, &err);
	if (ok) {
		*len = b.len;
		*text = buf_dup(&b, a);
	}
	buf_release(&b);
	return ok;
}

static bool same_url(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	while (n && a[n - 1] == '/')
		n--;
	while (m && b[m - 1] == '/')
		m--;
	return n == m && !memcmp(a, b, n);
}

static const char *filled(const struct node *map, const char *key)
{
	const char *text = node_get_string(map, key);

	return text && *text ? text : NULL;
}

void credential_for_repo(struct run *run, struct arena *a, const char *url, struct credential *out)
{
	const char *path = getenv("HELM_REPOSITORY_CONFIG"), *text = "";
	const struct node *repos;
	struct node *root;
	size_t len = 0;

	if (!path || !*path)
		path = config_path(a, "repositories.yaml");
	if (!read_config(a, path, &text, &len) || yaml_read_go(run, a, text, len, 0, &root))
		return;
	repos = node_get(root, "repositories");
	for (uint32_t i = 0; node_is(repos, NODE_SEQ) && i < repos->len; i++) {
		const struct node *r = repos->items[i];
		const char *own = node_get_string(r, "url");

		if (!own || !same_url(own, url))
			continue;
		*out = (struct credential){
			.user = filled(r, "username"),
			.password = filled(r, "password"),
			.ca_file = filled(r, "caFile"),
			.cert_file = filled(r, "certFile"),
			.key_file = filled(r, "keyFile"),
			.insecure = node_true(node_get(r, "insecure_skip_tls_verify")),
			.everywhere = node_true(node_get(r, "pass_credentials_all")),
		};
		return;
	}
}

/* "user:password" in base64. */
static bool decode_auth(struct arena *a, const char *text, struct credential *out)
{
	struct buf b;
	const char *colon;
	bool ok;

	buf_init(&b, MAX_CONFIG);
	ok = text && base64_decode(&b, text, strlen(text));
	colon = ok ? memchr(b.text, ':', b.len) : NULL;
	if (colon) {
		out->user = arena_memdup(a, b.text, (size_t)(colon - b.text));
		out->password = arena_memdup(a, colon + 1, b.len - (size_t)(colon + 1 - b.text));
	}
	buf_release(&b);
	return colon != NULL;
}

/* Ask docker-credential-NAME, which the user's configuration names. */
static bool ask_helper(struct arena *a, const char *name, const char *host, struct credential *out)
{
	const char *argv[] = { arena_printf(a, "docker-credential-%s", name), "get", NULL };
	struct process_options options = {
		.argv = argv, .input = host, .input_len = strlen(host), .timeout_ms = HELPER_MS
	};
	struct json_options json = { .file = "credential" };
	struct process_result result = { 0 };
	struct err err = ERR_INIT;
	const struct node *root = NULL;

	if (strpbrk(name, "/\\"))
		return false;
	if (!process_run(&options, &result, &err) && !result.status)
		root = json_read(a, result.out.text, result.out.len, &json, &err);
	process_result_release(&result);
	out->user = filled(root, "Username");
	out->password = filled(root, "Secret");
	return out->user && out->password;
}

static bool search_auths(struct arena *a, const struct node *auths, const char *host,
			 struct credential *out)
{
	for (uint32_t i = 0; node_is(auths, NODE_MAP) && i < auths->len; i++) {
		const char *key = auths->entries[i].key->text, *own = url_host(a, key);
		const struct node *entry = auths->entries[i].value;

		own = *own ? own : arena_memdup(a, key, strcspn(key, "/"));
		if (strcmp(own, host))
			continue;
		if (decode_auth(a, filled(entry, "auth"), out))
			return true;
		out->user = filled(entry, "username");
		out->password = filled(entry, "password");
		if (out->user)
			return true;
	}
	return false;
}

static bool search_config(struct arena *a, const char *path, const char *host,
			  struct credential *out)
{
	struct json_options json = { .file = path };
	const char *text = "", *helper;
	struct err err = ERR_INIT;
	const struct node *root;
	size_t len = 0;

	if (!read_config(a, path, &text, &len))
		return false;
	root = json_read(a, text, len, &json, &err);
	helper = filled(node_get(root, "credHelpers"), host);
	if (!helper && search_auths(a, node_get(root, "auths"), host, out))
		return true;
	helper = helper ? helper : filled(root, "credsStore");
	return helper && ask_helper(a, helper, host, out);
}

void credential_for_registry(struct run *run, struct arena *a, const char *host,
			     struct credential *out)
{
	const char *helm = getenv("HELM_REGISTRY_CONFIG"), *docker = getenv("DOCKER_CONFIG");
	const char *home = getenv("HOME");

	(void)run;
	if (!helm || !*helm)
		helm = config_path(a, "registry/config.json");
	if (search_config(a, helm, host, out))
		return;
	if (docker && *docker)
		docker = arena_printf(a, "%s/config.json", docker);
	else
		docker = home && *home ? arena_printf(a, "%s/.docker/config.json", home) : NULL;
	search_config(a, docker, host, out);
}
