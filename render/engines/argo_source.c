/* A source of an Application: what its URL and revision stand for, as a view, and its settings. */
#include <ctype.h>
#include <string.h>
#include "render/engines/argo.h"
#include "render/engines/argo_settings.h"
#include "render/helm/helm.h"
#include "render/yaml/yaml.h"

/* ---- the build environment ---- */

static const char *env_value(struct arena *a, const struct argo_env *env, const char *name,
			     size_t len)
{
	const struct {
		const char *name, *value;
		int cut;
	} rows[] = {
		{ "ARGOCD_APP_NAME", env->name, 0 },
		{ "ARGOCD_APP_NAMESPACE", env->ns, 0 },
		{ "ARGOCD_APP_PROJECT_NAME", env->project, 0 },
		{ "ARGOCD_APP_REVISION", env->revision, 0 },
		{ "ARGOCD_APP_REVISION_SHORT", env->revision, 7 },
		{ "ARGOCD_APP_REVISION_SHORT_8", env->revision, 8 },
		{ "ARGOCD_APP_SOURCE_REPO_URL", env->url, 0 },
		{ "ARGOCD_APP_SOURCE_PATH", env->path, 0 },
		{ "ARGOCD_APP_SOURCE_TARGET_REVISION", env->target, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (strlen(rows[i].name) == len && !memcmp(rows[i].name, name, len))
			return rows[i].cut ? arena_printf(a, "%.*s", rows[i].cut, rows[i].value)
					   : rows[i].value;
	return len == 1 && *name == '$' ? "$" : "";
}

/* The name after a '$': its length in *len, and how much of the text it takes. */
static size_t shell_name(const char *p, const char **name, size_t *len)
{
	size_t n;

	*name = p;
	*len = 0;
	if (*p == '{') {
		n = strcspn(p, "}");
		if (!p[n])
			return 1; /* not closed: Go eats "${" */
		*name = p + 1;
		*len = n - 1;
		return n + 1;
	}
	if (*p && (strchr("*#$@!?-", *p) || isdigit((unsigned char)*p))) {
		*len = 1;
		return 1;
	}
	for (n = 0; isalnum((unsigned char)p[n]) || p[n] == '_'; n++)
		;
	*len = n;
	return n;
}

const char *argo_expand(struct arena *a, const struct argo_env *env, const char *text)
{
	struct buf out;
	char *result;

	if (!strchr(text, '$'))
		return text;
	buf_init(&out, LIMIT_TEMPLATE_BYTES);
	while (*text) {
		const char *name;
		size_t len, taken;

		if (*text != '$') {
			buf_char(&out, *text++);
			continue;
		}
		taken = shell_name(text + 1, &name, &len);
		if (!taken)
			buf_char(&out, '$');
		else if (len)
			buf_str(&out, env_value(a, env, name, len));
		text += 1 + taken;
	}
	result = buf_dup(&out, a);
	buf_release(&out);
	return result;
}

/* ---- what .argocd-source.yaml overrides ---- */

/* RFC 7396. */
static void merge(struct arena *a, struct node *into, const struct node *patch, unsigned depth)
{
	uint32_t i;

	for (i = 0; depth && node_is(patch, NODE_MAP) && i < patch->len; i++) {
		const char *key = patch->entries[i].key->text;
		const struct node *value = patch->entries[i].value;
		struct node *old = node_get(into, key);

		if (node_is_null(value)) {
			node_remove(into, key);
		} else if (node_is(value, NODE_MAP)) {
			if (!node_is(old, NODE_MAP)) {
				old = node_at(node_map(a), value->origin);
				node_set(a, into, key, old);
			}
			merge(a, old, value, depth - 1);
		} else {
			node_set(a, into, key, node_copy(a, value));
		}
	}
}

static int override(struct argo *g, struct argo_source *s, struct err *err)
{
	const char *const names[] = {
		".argocd-source.yaml",
		arena_printf(g->arena, ".argocd-source-%s.yaml",
			     argo_instance_name(g->arena, g->app)),
	};
	struct node *merged = NULL, *patch;
	struct blob blob;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const char *path = view_join(g->arena, s->dir, names[i]);

		if (view_kind(s->view, path) != VIEW_FILE)
			continue;
		if (view_read(s->view, path, &blob, err) < 0 ||
		    yaml_read_one(g->run, g->arena, YAML_SIGS, blob.path, blob.text, blob.len,
				  blob.origin, &patch, err) < 0)
			return -1;
		merged = merged ? merged : node_copy(g->arena, s->root);
		merge(g->arena, merged, patch, LIMIT_DEPTH);
	}
	if (merged)
		s->root = merged;
	return 0;
}

/* ---- where it is ---- */

/* A commit, or a version: what such a name stands for does not move with this commit. */
static bool is_pinned(const char *revision)
{
	size_t hex = strspn(revision, "0123456789abcdefABCDEF"), len = strlen(revision), n;

	if ((hex == len && len >= 40) || !strncmp(revision, "refs/tags/", 10) ||
	    strpbrk(revision, "*^~<>"))
		return true;
	revision += *revision == 'v';
	n = strspn(revision, "0123456789");
	return n && revision[n] == '.' && isdigit((unsigned char)revision[n + 1]) &&
	       !strchr(revision, '/');
}

bool argo_is_here(const struct view *v, const char *own, const char *url, const char *revision)
{
	return !is_pinned(revision) &&
	       (view_is_source(v, url, NULL) || (own && url_same_repository(own, url)));
}

const char *argo_no_credentials(struct arena *a, const char *url)
{
	const char *scheme = strstr(url, "://"), *at = scheme ? strchr(scheme + 3, '@') : NULL;

	if (!at || memchr(scheme + 3, '/', (size_t)(at - scheme - 3)))
		return url;
	return arena_printf(a, "%.*s%s", (int)(scheme + 3 - url), url, at + 1);
}

struct view *argo_open_git(struct argo *g, const char *url, const char *revision, origin_id at,
			   const char **commit, struct err *err)
{
	struct remote remote = { .url = url, .ref = *revision ? revision : NULL };
	char id[GIT_ID] = "";
	struct view *v;

	if (argo_is_here(g->view, node_get_string(g->app->inputs, "repoURL"), url, revision)) {
		*commit = node_get_string(g->app->inputs, "revision");
		*commit = *commit ? *commit : "HEAD";
		return g->view;
	}
	if (!strcmp(revision, "HEAD"))
		remote.ref = NULL;
	v = remote_open(g->run, &remote, id, err);
	if (!v) {
		err_at(err, origins_pos(g->run->origins, at));
		return NULL;
	}
	*vec_push(g->arena, &g->opened) = v;
	*commit = arena_strdup(g->arena, id);
	return v;
}

static struct view *open_chart(struct argo *g, const struct argo_source *s, const char **path,
			       struct err *err)
{
	bool scheme = strstr(s->url, "://") != NULL;
	struct chart_source chart = {
		.repo = scheme ? s->url : arena_printf(g->arena, "oci://%s", s->url),
		.chart = *s->chart ? s->chart : NULL,
		.version = !strcmp(s->revision, "HEAD") ? "" : s->revision,
	};
	struct view *v = helm_open_chart(g->run, &chart, path, NULL, err);

	if (!v) {
		err_at(err, origins_pos(g->run->origins, s->root->origin));
		if (err->code != ERR_AWAY && err->code != ERR_UNREACHED)
			err_wrap(err, "chart '%s%s%s'", argo_no_credentials(g->arena, s->url),
				 *s->chart ? "/" : "", s->chart);
		return NULL;
	}
	*vec_push(g->arena, &g->opened) = v;
	return v;
}

static int open_view(struct argo *g, struct argo_source *s, struct err *err)
{
	const struct pos at = origins_pos(g->run->origins, s->root->origin);
	const char *inside = s->path + (*s->path == '/'), *top = "";

	s->env.revision = s->revision;
	if (*s->chart || !strncmp(s->url, "oci://", 6))
		s->view = open_chart(g, s, &top, err);
	else
		s->view = argo_open_git(g, s->url, s->revision, s->root->origin, &s->env.revision,
					err);
	if (!s->view)
		return -1;
	s->dir = *s->chart ? top : view_join(g->arena, top, inside);
	if (!s->dir)
		return err_raise(err, ERR_INPUT, at, "path '%s' leaves the repository", s->path);
	if (view_kind(s->view, s->dir) != VIEW_DIR)
		return err_raise(err, ERR_NOT_FOUND, at, "no directory '%s' in %s",
				 *s->dir ? s->dir : ".", view_name(s->view));
	return 0;
}

/* A number where a text belongs is what the API server refuses; it must not pass for none. */
static int check_texts(struct argo *g, const struct node *map, const char *where,
		       const char *const *keys, struct err *err)
{
	for (; *keys; keys++) {
		const struct node *n = node_get(map, *keys);

		if (n && !node_is_null(n) && !node_is(n, NODE_STR))
			return err_raise(err, ERR_INPUT, origins_pos(g->run->origins, n->origin),
					 "%s%s must be a string: quote it", where, *keys);
	}
	return 0;
}

static int check_source(struct argo *g, const struct node *source, struct err *err)
{
	static const char *const own[] = {
		"repoURL", "path", "chart", "targetRevision", "ref", NULL
	};
	static const char *const helm[] = { "releaseName", "values", "version", NULL };
	static const char *const parameter[] = { "name", "value", NULL };
	const struct node *list = node_path(source, "helm", "parameters", NULL);
	uint32_t i;

	if (check_texts(g, source, "", own, err) < 0 ||
	    check_texts(g, node_get(source, "helm"), "helm.", helm, err) < 0)
		return -1;
	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (check_texts(g, list->items[i], "helm.parameters: ", parameter, err) < 0)
			return -1;
	return 0;
}

int argo_open(struct argo *g, const struct node *source, struct argo_source *out, struct err *err)
{
	*out = (struct argo_source){
		.root = source,
		.url = node_string_at(source, "repoURL"),
		.path = node_string_at(source, "path"),
		.chart = node_string_at(source, "chart"),
		.revision = node_string_at(source, "targetRevision"),
	};
	out->env = (struct argo_env){
		.name = argo_instance_name(g->arena, g->app),
		.ns = g->ns,
		.project = *node_string_at(g->spec, "project") ? node_string_at(g->spec, "project")
							       : "default",
		.url = out->url,
		.path = out->path,
		.target = out->revision,
		.revision = "",
	};
	if (check_source(g, source, err) < 0 || open_view(g, out, err) < 0)
		return -1;
	return override(g, out, err);
}

void argo_close(struct argo *g)
{
	size_t i;

	for (i = 0; i < g->opened.count; i++)
		view_free(g->opened.items[i]);
	g->opened.count = 0;
}
