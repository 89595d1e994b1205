/* OCI registries: a tag's manifest names the layer that is the chart. */
#include <string.h>
#include <strings.h>

#include "base/http.h"
#include "base/json.h"
#include "base/sha256.h"
#include "render/helm/source.h"

static const char chart_media_type[] = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
static const char old_media_type[] = "application/tar+gzip";

struct registry {
	struct fetching *f;
	struct http *client;
	const char *base; /* "https://host" */
	const char *path; /* "org/charts/name" */
};

static void release_client(struct http **client)
{
	if (*client)
		http_free(*client);
}

/* --- tokens ---------------------------------------------------------------------------------- */

/* The value of key="…" in a challenge. */
static const char *parameter(struct arena *a, const char *text, const char *key)
{
	size_t n = strlen(key);

	for (const char *p = text; (p = strcasestr(p, key)); p += n) {
		const char *value = p + n;

		if ((p > text && !strchr(" ,", p[-1])) || strncmp(value, "=\"", 2))
			continue;
		value += 2;
		return arena_memdup(a, value, strcspn(value, "\""));
	}
	return NULL;
}

static int ask_token(struct registry *r, const char *challenge, struct err *err)
{
	struct arena *a = r->f->arena;
	const char *realm = parameter(a, challenge, "realm");
	const char *service = parameter(a, challenge, "service");
	const char *scope = parameter(a, challenge, "scope"), *token;
	struct http *client SCOPED(release_client) = NULL;
	struct http_response response = { 0 };
	struct http_request request = { 0 };
	struct json_options json = { .file = "token" };
	const struct node *root;
	struct buf url;

	if (!realm)
		return err_raise(err, ERR_REFUSED, NO_POS,
				 "registry '%s' asks for credentials in a way "
				 "that is not understood",
				 r->base);
	buf_init(&url, 0);
	buf_printf(&url, "%s%cservice=", realm, strchr(realm, '?') ? '&' : '?');
	http_escape(&url, service ? service : "");
	buf_str(&url, "&scope=");
	http_escape(&url, scope ? scope : arena_printf(a, "repository:%s:pull", r->path));
	request.url = buf_dup(&url, a);
	buf_release(&url);
	client = fetching_client(r->f, true, err);
	if (!client || reach_fetch(r->f->run, client, &request, &response, err) < 0)
		return -1;
	root = response.status == 200
		       ? json_read(a, response.body.text, response.body.len, &json, err)
		       : NULL;
	token = node_get_string(root, "token");
	token = token ? token : node_get_string(root, "access_token");
	if (token)
		http_set_bearer(r->client, token);
	else
		err_raise(err, ERR_REFUSED, NO_POS, "registry '%s' gives no token: status %d",
			  r->base, response.status);
	http_response_release(&response);
	return token ? 0 : -1;
}

/* Answer a 401. 0 when it is worth trying again. */
static int answer_challenge(struct registry *r, const struct http_response *response,
			    struct err *err)
{
	const char *value, *challenge;
	size_t from = 0, len;

	while (http_header(response, "WWW-Authenticate", &from, &value, &len)) {
		challenge = arena_memdup(r->f->arena, value, len);
		if (!strncasecmp(challenge, "Bearer ", 7))
			return ask_token(r, challenge + 7, err);
		if (!strncasecmp(challenge, "Basic", 5) && r->f->credential.user) {
			http_free(r->client);
			r->client = fetching_client(r->f, true, err);
			return r->client ? 0 : -1;
		}
	}
	return err_raise(err, ERR_REFUSED, NO_POS,
			 "registry '%s' wants credentials, and there are none", r->base);
}

/* --- requests -------------------------------------------------------------------------------- */

static int get(struct registry *r, const char *url, const char *accept, struct http_response *out,
	       struct err *err)
{
	const char *header = arena_printf(r->f->arena, "Accept: %s", accept);
	struct http_request request = { .url = url, .headers = &header, .header_count = 1 };

	if (r->f->run->offline)
		return err_away(err, NO_POS, "'%s'", url);
	if (!r->client)
		r->client = fetching_client(r->f, false, err);
	if (!r->client)
		return -1;
	r->f->used_network = true;
	if (reach_fetch(r->f->run, r->client, &request, out, err) < 0)
		return -1;
	if (out->status == 401) {
		int rc = answer_challenge(r, out, err);

		http_response_release(out);
		*out = (struct http_response){ 0 };
		if (rc < 0 || reach_fetch(r->f->run, r->client, &request, out, err) < 0)
			return -1;
	}
	if (out->status == 200)
		return 0;
	err_raise(err, out->status == 404 ? ERR_NOT_FOUND : ERR_REFUSED, NO_POS,
		  "failed to fetch %s : status %d", url, out->status);
	http_response_release(out);
	return -1;
}

/* A text of the registry; with `key` kept under that name, and taken from there when offline. */
static int get_text(struct registry *r, const char *url, const char *accept, const char *key,
		    const char **text, size_t *len, struct err *err)
{
	struct http_response response = { 0 };

	if (reach_recall(r->f->run, key) && fetching_cached(r->f, key, text, len))
		return 0;
	if (!get(r, url, accept, &response, err)) {
		*text = buf_dup(&response.body, r->f->arena);
		*len = response.body.len;
		http_response_release(&response);
		fetching_keep(r->f, key, *text, *len);
		reach_keep(r->f->run, key, "");
		return 0;
	}
	if ((err->code == ERR_IO || err->code == ERR_UNREACHED) &&
	    fetching_cached(r->f, key, text, len))
		return 0;
	return -1;
}

/* A text that must have a digest: what the cache has under it needs no network. */
static int get_digest(struct registry *r, const char *kind, const char *accept, const char *digest,
		      const char **text, size_t *len, struct err *err)
{
	const char *url =
		arena_printf(r->f->arena, "%s/v2/%s/%s/%s", r->base, r->path, kind, digest);
	struct http_response response = { 0 };
	char hex[65];

	if (strncmp(digest, "sha256:", 7))
		return err_raise(err, ERR_UNSUPPORTED, NO_POS, "digest '%s' is not a sha256",
				 digest);
	if (fetching_cached(r->f, digest, text, len) &&
	    !strcmp(digest + 7, sha256_hex(*text, *len, hex)))
		return 0;
	if (get(r, url, accept, &response, err) < 0)
		return -1;
	*text = buf_dup(&response.body, r->f->arena);
	*len = response.body.len;
	http_response_release(&response);
	if (strcmp(digest + 7, sha256_hex(*text, *len, hex)))
		return err_raise(err, ERR_REFUSED, NO_POS, "'%s' has the digest sha256:%s", url,
				 hex);
	fetching_keep(r->f, digest, *text, *len);
	return 0;
}

/* --- tags ------------------------------------------------------------------------------------ */

/* A '+' can't stand in a tag: it is written '_'. */
static const char *swap(struct arena *a, const char *text, char from, char to)
{
	char *out = arena_strdup(a, text);

	for (char *p = out; *p; p++) {
		if (*p == from)
			*p = to;
	}
	return out;
}

static bool is_exact(const char *version)
{
	return version && *version && version[strspn(version, "0123456789v")] == '.' &&
	       !strpbrk(version, " *xX|<>=~^,");
}

static int choose_tag(struct registry *r, const char **version, struct err *err)
{
	struct fetching *f = r->f;
	const char *url = arena_printf(f->arena, "%s/v2/%s/tags/list?n=10000", r->base, r->path);
	struct json_options json = { .file = url };
	const char *text = "", **versions;
	const struct node *root, *tags;
	size_t len = 0;

	*version = f->source->version;
	if (is_exact(*version))
		return 0;
	if (get_text(r, url, "application/json", arena_printf(f->arena, "tags %s", url), &text,
		     &len, err) < 0)
		return -1;
	root = json_read(f->arena, text, len, &json, err);
	if (!root)
		return -1;
	tags = node_get(root, "tags");
	if (!node_is(tags, NODE_SEQ))
		tags = node_seq(f->arena);
	versions = arena_array(f->arena, tags->len + 1, const char *);
	for (uint32_t i = 0; i < tags->len; i++)
		versions[i] =
			swap(f->arena, node_text(tags->items[i]) ? node_text(tags->items[i]) : "",
			     '_', '+');
	*version = fetching_choose(f, versions, tags->len);
	if (*version)
		return 0;
	return err_raise(err, ERR_NOT_FOUND, NO_POS, "no version of '%s' in registry '%s' is '%s'",
			 r->path, r->base, f->source->version ? f->source->version : "*");
}

/* --- the chart ------------------------------------------------------------------------------- */

static int read_manifest(struct registry *r, struct chart_archive *about, const struct node **out,
			 struct err *err)
{
	static const char accept[] = "application/vnd.oci.image.manifest.v1+json";
	struct fetching *f = r->f;
	const char *tag = swap(f->arena, about->version ? about->version : "", '+', '_'),
		   *text = "", *url;
	struct json_options json = { .file = "manifest" };
	size_t len = 0;
	char hex[65];
	int rc;

	if (f->source->digest) {
		rc = get_digest(r, "manifests", accept, f->source->digest, &text, &len, err);
	} else {
		url = arena_printf(f->arena, "%s/v2/%s/manifests/%s", r->base, r->path, tag);
		rc = get_text(r, url, accept, arena_printf(f->arena, "manifest %s", url), &text,
			      &len, err);
	}
	if (rc < 0)
		return -1;
	about->digest = arena_printf(f->arena, "sha256:%s", sha256_hex(text, len, hex));
	*out = json_read(f->arena, text, len, &json, err);
	return *out ? 0 : -1;
}

static int read_layer(struct registry *r, const struct node *manifest, struct chart_archive *out,
		      struct err *err)
{
	const struct node *layers = node_get(manifest, "layers");

	for (uint32_t i = 0; node_is(layers, NODE_SEQ) && i < layers->len; i++) {
		const char *type = node_get_string(layers->items[i], "mediaType");
		const char *digest = node_get_string(layers->items[i], "digest");

		if (digest && type &&
		    (!strcmp(type, chart_media_type) || !strcmp(type, old_media_type)))
			return get_digest(r, "blobs", "*/*", digest, &out->text, &out->len, err);
	}
	return err_raise(err, ERR_INPUT, NO_POS, "'%s' in registry '%s' is no chart", r->path,
			 r->base);
}

static int fetch(struct registry *r, struct chart_archive *out, struct err *err)
{
	const struct node *manifest;

	if (!r->f->source->digest && choose_tag(r, &out->version, err) < 0)
		return -1;
	if (read_manifest(r, out, &manifest, err) < 0)
		return -1;
	return read_layer(r, manifest, out, err);
}

int fetch_from_registry(struct fetching *f, struct chart_archive *out, struct err *err)
{
	const struct chart_source *s = f->source;
	const char *rest = s->repo + strlen("oci://"), *host, *slash;
	struct registry r = { .f = f };
	size_t n = strcspn(rest, "/");
	int rc;

	host = arena_memdup(f->arena, rest, n);
	r.path = rest[n] ? rest + n + 1 : "";
	while (*r.path && r.path[strlen(r.path) - 1] == '/')
		r.path = arena_memdup(f->arena, r.path, strlen(r.path) - 1);
	if (s->chart && *s->chart)
		r.path = arena_printf(f->arena, "%s%s%s", r.path, *r.path ? "/" : "", s->chart);
	if (!*host || !*r.path)
		return err_raise(err, ERR_INPUT, NO_POS, "'%s' names no chart", s->repo);
	slash = strrchr(r.path, '/');
	out->name = slash ? slash + 1 : r.path;
	r.base = arena_printf(f->arena, "%s://%s", s->flags & CHART_PLAIN_HTTP ? "http" : "https",
			      host);
	if (s->user)
		f->credential = (struct credential){ .user = s->user, .password = s->password };
	else
		credential_for_registry(f->run, f->arena, host, &f->credential);
	rc = fetch(&r, out, err);
	release_client(&r.client);
	return rc;
}
