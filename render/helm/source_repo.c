/* Classic repositories: an index.yaml, and archives at URLs that it names. */
#include <string.h>

#include "base/goquote.h"
#include "base/http.h"
#include "base/sha256.h"
#include "base/url.h"
#include "render/helm/source.h"
#include "render/yaml/yaml.h"

static int get(struct fetching *f, const char *url, bool with_credential, struct http_response *out,
	       struct err *err)
{
	struct http_request request = { .url = url };
	struct http *client;
	int rc;

	if (f->run->offline)
		return err_away(err, NO_POS, "'%s'", url);
	client = fetching_client(f, with_credential, err);
	if (!client)
		return -1;
	f->used_network = true;
	rc = reach_fetch(f->run, client, &request, out, err);
	http_free(client);
	if (!rc && out->status != 200) {
		rc = err_raise(err, out->status == 404 ? ERR_NOT_FOUND : ERR_IO, NO_POS,
			       "failed to fetch %s : status %d", url, out->status);
		http_response_release(out);
	}
	return rc;
}

static const char *with_slash(struct arena *a, const char *url)
{
	size_t n = strlen(url);

	return n && url[n - 1] == '/' ? url : arena_printf(a, "%s/", url);
}

/* The index's text: from the network, else from the cache. */
static int read_index(struct fetching *f, const char **text, size_t *len, struct err *err)
{
	const char *url = url_join(f->arena, with_slash(f->arena, f->source->repo), "index.yaml");
	const char *key = arena_printf(f->arena, "index %s", url);
	struct http_response response = { 0 };

	if (reach_recall(f->run, key) && fetching_cached(f, key, text, len))
		return 0;
	if (!get(f, url, true, &response, err)) {
		*text = buf_dup(&response.body, f->arena);
		*len = response.body.len;
		http_response_release(&response);
		fetching_keep(f, key, *text, *len);
		reach_keep(f->run, key, "");
		return 0;
	}
	if (err->code != ERR_NOT_FOUND && err->code != ERR_REFUSED &&
	    fetching_cached(f, key, text, len))
		return 0;
	if (err->code == ERR_AWAY || err->code == ERR_UNREACHED)
		return -1;
	return err_wrap(err,
			"looks like \"%s\" is not a valid chart repository or cannot be reached",
			f->source->repo);
}

static const struct node *find_entry(struct fetching *f, const struct node *list)
{
	const char **versions = arena_array(f->arena, list->len + 1, const char *), *chosen;
	size_t count = 0;

	for (uint32_t i = 0; i < list->len; i++) {
		const char *version = node_text(node_get(list->items[i], "version"));

		if (version)
			versions[count++] = version;
	}
	chosen = fetching_choose(f, versions, count);
	for (uint32_t i = 0; i < list->len && chosen; i++) {
		if (node_text(node_get(list->items[i], "version")) == chosen)
			return list->items[i];
	}
	return NULL;
}

/* The archive's digest must be the index's, where the index has one. */
static int check_digest(const struct node *entry, const char *text, size_t len, const char *url,
			struct err *err)
{
	const char *want = node_text(node_get(entry, "digest")); /* all digits look like a number */
	char hex[65];

	if (want && !strncmp(want, "sha256:", 7))
		want += 7;
	if (!want || !*want || !strcmp(want, sha256_hex(text, len, hex)))
		return 0;
	return err_raise(err, ERR_REFUSED, NO_POS,
			 "'%s' has the digest %s, and the index says it must be %s", url, hex,
			 want);
}

static int fetch_archive(struct fetching *f, const struct node *entry, struct chart_archive *out,
			 struct err *err)
{
	const struct node *urls = node_get(entry, "urls");
	const char *repo = with_slash(f->arena, f->source->repo), *url, *key;
	struct http_response response = { 0 };
	bool same_host;

	if (!node_is(urls, NODE_SEQ) || !urls->len || !node_string(urls->items[0]))
		return err_raise(err, ERR_INPUT, NO_POS, "chart \"%s\" has no downloadable URLs",
				 f->source->chart);
	url = url_join(f->arena, repo, urls->items[0]->text);
	if (!strncmp(url, "oci://", 6)) {
		struct chart_source oci = *f->source;
		struct fetching other = { .run = f->run,
					  .arena = f->arena,
					  .source = &oci,
					  .cache = f->cache,
					  .public_only = f->public_only };

		oci.repo = url;
		oci.chart = NULL;
		oci.version = out->version;
		f->used_network = true;
		return fetch_from_registry(&other, out, err);
	}
	key = node_text(node_get(entry, "digest"));
	key = arena_printf(f->arena, "chart %s %s", url, key ? key : "");
	if (fetching_cached(f, key, &out->text, &out->len) &&
	    !check_digest(entry, out->text, out->len, url, err))
		return 0;
	same_host = !strcmp(url_host(f->arena, url), url_host(f->arena, repo)) &&
		    strcspn(url, ":") == strcspn(repo, ":");
	if (get(f, url, same_host || f->credential.everywhere, &response, err) < 0)
		return -1;
	out->text = buf_dup(&response.body, f->arena);
	out->len = response.body.len;
	http_response_release(&response);
	if (check_digest(entry, out->text, out->len, url, err) < 0)
		return -1;
	fetching_keep(f, key, out->text, out->len);
	return 0;
}

int fetch_from_repo(struct fetching *f, struct chart_archive *out, struct err *err)
{
	const struct chart_source *s = f->source;
	const char *text = "", *error;
	const struct node *list, *entry;
	struct node *root;
	size_t len = 0;

	if (!s->chart || !*s->chart)
		return err_raise(err, ERR_INPUT, NO_POS, "repository '%s': no chart is named",
				 s->repo);
	if (s->user)
		f->credential = (struct credential){ .user = s->user, .password = s->password };
	else
		credential_for_repo(f->run, f->arena, s->repo, &f->credential);
	if (read_index(f, &text, &len, err) < 0)
		return -1;
	error = yaml_read_go(f->run, f->arena, text, len, 0, &root);
	if (error)
		return err_raise(err, ERR_INPUT, NO_POS, "index of '%s': %s", s->repo, error);
	list = node_get(node_get(root, "entries"), s->chart);
	entry = node_is(list, NODE_SEQ) ? find_entry(f, list) : NULL;
	if (!entry)
		return err_raise(
			err, ERR_NOT_FOUND, NO_POS, "chart %s%s%s not found in %s repository",
			goquote(f->arena, s->chart), s->version && *s->version ? " version " : "",
			s->version && *s->version ? goquote(f->arena, s->version) : "", s->repo);
	out->name = s->chart;
	out->version = node_text(node_get(entry, "version"));
	return fetch_archive(f, entry, out, err);
}
