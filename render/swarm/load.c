#include <stdarg.h>
#include <string.h>
#include "render/swarm/internal.h"
#include "render/yaml/yaml.h"

void stack_note(struct loader *l, enum stack_severity severity, const char *rule, origin_id origin,
		const char *fmt, ...)
{
	struct stack_note note = { severity, rule, NULL, origin };
	va_list args;
	size_t i;

	va_start(args, fmt);
	note.message = arena_vprintf(l->arena, fmt, args);
	va_end(args);
	for (i = 0; i < l->model->notes.count; i++)
		if (l->model->notes.items[i].origin == origin &&
		    !strcmp(l->model->notes.items[i].message, note.message))
			return;
	*vec_push(l->arena, &l->model->notes) = note;
}

struct pos stack_pos(const struct loader *l, const struct node *n)
{
	return origins_pos(l->run->origins, n ? n->origin : 0);
}

/* ---- one file ---- */

static const struct node *read_raw(struct loader *l, const char *path, struct err *err)
{
	struct yaml_docs docs = { 0 };
	const struct yaml_doc *doc;
	struct blob blob;
	size_t i;

	if (view_read(l->view, path, &blob, err) < 0 ||
	    yaml_read(l->run, l->arena, YAML_KYAML, blob.path, blob.text, blob.len, blob.origin,
		      &docs, err) < 0)
		return NULL;
	doc = docs.count ? &docs.items[0] : NULL;
	if (!doc || !node_is(doc->root, NODE_MAP)) {
		err_raise(err, ERR_INPUT, (struct pos){ .file = path },
			  "a Compose file is a mapping");
		return NULL;
	}
	for (i = 0; i < doc->duplicate_count; i++)
		if (!doc->duplicates[i].merged)
			stack_note(l, STACK_ERROR, "swarm/invalid", doc->duplicates[i].key->origin,
				   "the key '%s' is there twice", doc->duplicates[i].key->text);
	return doc->root;
}

const struct node *read_interpolated(struct loader *l, const struct project *p, const char *path,
				     struct err *err)
{
	const struct node *root = read_raw(l, path, err);
	struct project own = *p;
	const char *version;
	size_t i;

	own.composed |= node_get(root, "include") || node_get(root, "name");
	root = root ? interpolate(l, &own, root, err) : NULL;
	if (!root)
		return NULL;
	for (i = 0; i < l->model->files.count; i++)
		if (!strcmp(l->model->files.items[i].path, path))
			return root;
	version = node_text(node_get(root, "version"));
	*vec_push(l->arena, &l->model->files) = (struct stack_file){
		.path = path,
		.version = version ? version : "",
		.root = root,
		.compose = own.composed,
	};
	return root;
}

/* ---- include ---- */

static void open_project(struct loader *l, struct project *p, const char *dir,
			 const struct node *above)
{
	*p = (struct project){ .dir = dir,
			       .env = above ? node_copy(l->arena, above) : node_map(l->arena),
			       .composed = above != NULL };
	p->shown = view_join(l->arena, dir, ".env");
}

/* What is in both must be the same: an include overrides nothing. */
static void merge_included(struct loader *l, struct node *into, const struct node *from)
{
	uint32_t i, k;

	for (i = 0; i < from->len; i++) {
		struct node *section = node_get(into, from->entries[i].key->text);
		const struct node *more = from->entries[i].value;

		for (k = 0; k < more->len; k++) {
			const struct node *key = more->entries[k].key;
			const struct node *old = node_get(section, key->text);

			if (old && !node_equal(old, more->entries[k].value))
				stack_note(
					l, STACK_ERROR, "swarm/invalid", key->origin,
					"'%s' of %s is also defined by a file that includes this "
					"one, otherwise",
					key->text, from->entries[i].key->text);
			else if (!old)
				node_set(l->arena, section, key->text, more->entries[k].value);
		}
	}
}

struct include {
	const struct node *paths[STACK_INCLUDES];
	unsigned count;
	const struct node *dir, *env;
};

static void add_path(struct include *out, const struct node *n)
{
	if (node_is(n, NODE_STR) && out->count < STACK_INCLUDES)
		out->paths[out->count++] = n;
}

static struct include read_include(const struct node *n)
{
	struct include out = { .count = 0 };
	const struct node *path = node_is(n, NODE_MAP) ? node_get(n, "path") : n;
	uint32_t i;

	add_path(&out, path);
	for (i = 0; node_is(path, NODE_SEQ) && i < path->len; i++)
		add_path(&out, path->items[i]);
	out.dir = node_is(n, NODE_MAP) ? node_get(n, "project_directory") : NULL;
	out.env = node_is(n, NODE_MAP) ? node_get(n, "env_file") : NULL;
	return out;
}

static int include_env(struct loader *l, const struct project *above, struct project *p,
		       const struct node *env, struct err *err)
{
	const struct node *one = node_is(env, NODE_STR) ? env : NULL;
	const char *path;
	uint32_t i;

	for (i = 0; one || (node_is(env, NODE_SEQ) && i < env->len); i++) {
		const struct node *n = one ? one : env->items[i];

		path = node_is(n, NODE_STR) ? view_join(l->arena, above->dir, n->text) : NULL;
		if (path && env_read_dotenv(l, p, path, err) < 0)
			return -1;
		if (one)
			return 0;
	}
	return env ? 0 : env_read_dotenv(l, p, p->shown, err);
}

/* Nothing at all, a directory, or a file that git ignores: the view knows which. */
static void missing_include(struct loader *l, const struct node *at, const char *path)
{
	struct err why = ERR_INIT;
	struct blob blob;

	if (!path || !view_read(l->view, path, &blob, &why))
		stack_note(l, STACK_ERROR, "swarm/missing-file", at->origin,
			   "the included '%s' is outside of %s", at->text, view_name(l->view));
	else
		stack_note(l, STACK_ERROR, "swarm/missing-file", at->origin,
			   "the included file: %s", why.msg);
}

static int include_one(struct loader *l, const struct project *p, const struct node *n,
		       struct node *into, struct err *err)
{
	struct include inc = read_include(n);
	struct project own = { NULL, NULL, NULL };
	struct node *model = NULL;
	const char *path, *dir;
	unsigned i;

	for (i = 0; i < inc.count; i++) {
		struct node *one;

		path = inc.paths[i] ? view_join(l->arena, p->dir, inc.paths[i]->text) : NULL;
		if (!inc.paths[i])
			break;
		if (!path || view_kind(l->view, path) != VIEW_FILE) {
			missing_include(l, inc.paths[i], path);
			continue;
		}
		if (++l->files > STACK_INCLUDES)
			return err_raise(err, ERR_LIMIT, stack_pos(l, inc.paths[i]),
					 "more than %d files are included", STACK_INCLUDES);
		if (!own.env) {
			dir = inc.dir && node_is(inc.dir, NODE_STR)
				      ? view_join(l->arena, p->dir, inc.dir->text)
				      : NULL;
			open_project(l, &own, dir ? dir : view_dirname(l->arena, path), p->env);
			if (include_env(l, p, &own, inc.env, err) < 0)
				return -1;
		}
		one = load_file(l, &own, path, err);
		if (!one)
			return -1;
		if (model)
			merge_files(l, model, one);
		else
			model = one;
	}
	if (model)
		merge_included(l, into, model);
	return 0;
}

struct node *load_file(struct loader *l, const struct project *p, const char *path, struct err *err)
{
	const struct node *root = read_interpolated(l, p, path, err), *includes, *services;
	struct node *model, *all, *service;
	uint32_t i;

	if (!root)
		return NULL;
	model = normalise(l, p, root);
	services = node_get(root, "services");
	all = node_get(model, "services");
	for (i = 0; node_is(services, NODE_MAP) && i < services->len; i++) {
		const char *name = services->entries[i].key->text;

		if (!node_is(services->entries[i].value, NODE_MAP))
			continue;
		service = load_service(l, p, services, path, name, 0, err);
		if (!service)
			return NULL;
		node_set(l->arena, all, name, service);
		node_entry(all, name)->key->origin = services->entries[i].key->origin;
	}
	includes = node_get(root, "include");
	for (i = 0; node_is(includes, NODE_SEQ) && i < includes->len; i++)
		if (include_one(l, p, includes->items[i], model, err) < 0)
			return NULL;
	return model;
}

/* ---- extends ---- */

static struct node *extended(struct loader *l, const struct project *p, const struct node *all,
			     const char *file, const struct node *extends, unsigned depth,
			     struct err *err)
{
	const struct node *name =
		node_is(extends, NODE_MAP) ? node_get(extends, "service") : extends;
	const struct node *from = node_get(extends, "file");
	const struct node *root;
	struct project own = *p;
	const char *path = file;

	if (!node_is(name, NODE_STR))
		return node_map(l->arena);
	if (node_is(from, NODE_STR)) {
		path = view_join(l->arena, p->dir, from->text);
		if (!path || view_kind(l->view, path) != VIEW_FILE) {
			err_raise(err, ERR_NOT_FOUND, stack_pos(l, from),
				  "'%s', which is extended, is not in %s", from->text,
				  view_name(l->view));
			return NULL;
		}
		own.dir = view_dirname(l->arena, path);
		root = read_interpolated(l, &own, path, err);
		if (!root)
			return NULL;
		all = node_get(root, "services");
	}
	if (!node_is(node_get(all, name->text), NODE_MAP)) {
		err_raise(err, ERR_INPUT, stack_pos(l, name), "there is no service '%s' in %s",
			  name->text, path);
		return NULL;
	}
	return load_service(l, &own, all, path, name->text, depth + 1, err);
}

struct node *load_service(struct loader *l, const struct project *p, const struct node *all,
			  const char *file, const char *name, unsigned depth, struct err *err)
{
	const struct node *raw = node_get(all, name), *extends = node_get(raw, "extends");
	struct node *own = normalise_service(l, p, raw), *base;

	if (!extends)
		return own;
	if (depth >= STACK_INCLUDES || ++l->files > 16 * STACK_INCLUDES) {
		err_raise(err, ERR_LIMIT, stack_pos(l, extends),
			  "services extend one another in a circle, or too deeply");
		return NULL;
	}
	base = extended(l, p, all, file, extends, depth, err);
	if (!base)
		return NULL;
	base = node_copy(l->arena, base);
	base->origin = own->origin;
	merge_service(l, base, own);
	return base;
}

/* ---- the stack ---- */

/* Services of a profile are started by name only. */
static void drop_profiles(struct loader *l, struct node *merged)
{
	struct node *services = node_get(merged, "services");
	uint32_t i;

	for (i = 0; i < services->len; i++) {
		const struct node *profiles = node_get(services->entries[i].value, "profiles");

		if (!node_is(profiles, NODE_SEQ) || !profiles->len)
			continue;
		stack_note(l, STACK_INFO, "swarm/ignored", profiles->origin,
			   "the service '%s' has profiles: without one it is not deployed",
			   services->entries[i].key->text);
		node_remove(services, services->entries[i].key->text);
		i--;
	}
}

static bool any_compose(const struct stack_model *m)
{
	size_t i;

	for (i = 0; i < m->files.count; i++)
		if (m->files.items[i].compose)
			return true;
	return false;
}

/* Files that are merged are of one version; docker compose does not ask. */
static int check_versions(const struct stack_model *m, struct err *err)
{
	const struct stack_file *first = &m->files.items[0],
				*last = &m->files.items[m->files.count - 1];

	if (first->compose || last->compose || !strcmp(first->version, last->version))
		return 0;
	return err_raise(err, ERR_INPUT, (struct pos){ .file = last->path },
			 "its version '%s' is not that of %s, '%s': docker stack deploy merges "
			 "files of one version",
			 last->version, first->path, first->version);
}

int stack_load(struct run *run, struct arena *a, struct view *v, const struct stack *s,
	       struct stack_model *out, struct err *err)
{
	struct loader l = { run, a, v, out, 0, err };
	struct project p;
	size_t i;

	open_project(&l, &p, view_dirname(a, s->files.items[0]), NULL);
	p.composed = s->composed;
	if (s->env_file) {
		p.shown = s->env_file;
		env_read_text(
			&l, &p, s->env_text, s->env_len,
			origins_add_file(run->origins, NULL, s->env_file, s->env_text, s->env_len));
	} else if (env_read_dotenv(&l, &p, p.shown, err) < 0) {
		return -1;
	}
	for (i = 0; i < s->files.count; i++) {
		struct node *one;

		if (view_kind(v, s->files.items[i]) != VIEW_FILE)
			return err_raise(err, ERR_NOT_FOUND, NO_POS,
					 "'%s', a file of the stack '%s', is not in %s",
					 s->files.items[i], s->name, view_name(v));
		one = load_file(&l, &p, s->files.items[i], err);
		if (!one || check_versions(out, err) < 0)
			return -1;
		if (out->merged && any_compose(out))
			merge_files(&l, out->merged, one);
		else if (out->merged)
			merge_stack_files(&l, out->merged, one);
		else
			out->merged = one;
	}
	drop_profiles(&l, out->merged);
	if (!s->composed && any_compose(out))
		stack_note(&l, STACK_WARNING, "swarm/not-plain", out->files.items[0].root->origin,
			   "docker stack deploy knows no include, extends and name: it takes what "
			   "'docker compose config' prints");
	return 0;
}
