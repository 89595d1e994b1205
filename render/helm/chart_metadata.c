/* Chart.yaml, requirements.yaml and the lock files: what Helm reads in them and what it refuses. */
#include <string.h>

#include "base/goquote.h"
#include "base/semver.h"
#include "base/utf8.h"
#include "render/helm/chart.h"
#include "render/helm/decode.h"
#include "render/yaml/yaml.h"

static const struct decode_field maintainer_fields[] = {
	{ "name", DECODE_STRING, NULL },
	{ "email", DECODE_STRING, NULL },
	{ "url", DECODE_STRING, NULL },
};
static const struct decode_struct maintainer = { "Maintainer", "chart.Maintainer",
						 maintainer_fields, ARRAY_SIZE(maintainer_fields) };

static const struct decode_field dependency_fields[] = {
	{ "name", DECODE_STRING, NULL },	{ "version", DECODE_STRING, NULL },
	{ "repository", DECODE_STRING, NULL },	{ "condition", DECODE_STRING, NULL },
	{ "tags", DECODE_STRINGS, NULL },	{ "enabled", DECODE_BOOL, NULL },
	{ "import-values", DECODE_ANYS, NULL }, { "alias", DECODE_STRING, NULL },
};
static const struct decode_struct dependency = { "Dependency", "chart.Dependency",
						 dependency_fields, ARRAY_SIZE(dependency_fields) };

/* In the order of Helm's struct. */
static const struct decode_field metadata_fields[] = {
	{ "name", DECODE_STRING, NULL },
	{ "home", DECODE_STRING, NULL },
	{ "sources", DECODE_STRINGS, NULL },
	{ "version", DECODE_STRING, NULL },
	{ "description", DECODE_STRING, NULL },
	{ "keywords", DECODE_STRINGS, NULL },
	{ "maintainers", DECODE_STRUCTS, &maintainer },
	{ "icon", DECODE_STRING, NULL },
	{ "apiVersion", DECODE_STRING, NULL },
	{ "condition", DECODE_STRING, NULL },
	{ "tags", DECODE_STRING, NULL },
	{ "appVersion", DECODE_STRING, NULL },
	{ "deprecated", DECODE_BOOL, NULL },
	{ "annotations", DECODE_STRING_MAP, NULL },
	{ "kubeVersion", DECODE_STRING, NULL },
	{ "dependencies", DECODE_STRUCTS, &dependency },
	{ "type", DECODE_STRING, NULL },
};
static const struct decode_struct metadata = { "Metadata", "chart.Metadata", metadata_fields,
					       ARRAY_SIZE(metadata_fields) };

static const struct decode_field lock_fields[] = {
	{ "digest", DECODE_STRING, NULL },
	{ "dependencies", DECODE_STRUCTS, &dependency },
};
static const struct decode_struct lock = { "Lock", "chart.Lock", lock_fields,
					   ARRAY_SIZE(lock_fields) };

static const char *read_struct(struct helm *h, const struct helm_file *file,
			       const struct decode_struct *s, struct node *out)
{
	struct node *root;
	const char *error =
		yaml_read_go(h->run, h->arena, file->text, file->len, file->origin, &root);

	return error ? error : decode(h->arena, s, root, out);
}

const char *chart_read_metadata(struct helm *h, struct chart *c, const struct helm_file *file)
{
	const char *version, *error;

	if (!c->metadata)
		c->metadata = node_at(node_map(h->arena), file->origin);
	error = read_struct(h, file, &metadata, c->metadata);
	version = node_get_string(c->metadata, "apiVersion");
	if (!error && (!version || !*version) && !strcmp(file->name, "Chart.yaml"))
		node_set(h->arena, c->metadata, "apiVersion", node_str(h->arena, "v1"));
	return error;
}

const char *chart_check_lock(struct helm *h, const struct helm_file *file)
{
	return read_struct(h, file, &lock, node_map(h->arena));
}

/* Unicode's white space, as Go's unicode.IsSpace has it. */
static bool is_space(unsigned long rune)
{
	return (rune >= '\t' && rune <= '\r') || rune == ' ' || rune == 0x85 || rune == 0xa0 ||
	       rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200a) || rune == 0x2028 ||
	       rune == 0x2029 || rune == 0x202f || rune == 0x205f || rune == 0x3000;
}

static bool is_plain(const char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			return false;
	}
	return true;
}

/* White space becomes a blank; what can't be printed goes. */
static const char *sanitize(struct arena *a, const char *text)
{
	static const unsigned char lead[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	struct buf b;
	const char *out;

	if (is_plain(text))
		return text;
	buf_init(&b, 0);
	for (size_t left = strlen(text); left;) {
		size_t n = utf8_length(text, left);
		unsigned long rune = n ? (unsigned char)*text & lead[n] : 0xfffd;

		for (size_t i = 1; i < n; i++)
			rune = rune << 6 | ((unsigned char)text[i] & 0x3f);
		if (is_space(rune))
			buf_char(&b, ' ');
		else if (go_is_print(rune))
			buf_rune(&b, rune);
		text += n ? n : 1;
		left -= n ? n : 1;
	}
	out = buf_dup(&b, a);
	buf_release(&b);
	return out;
}

static void sanitize_node(struct arena *a, struct node *n)
{
	const char *text = node_string(n), *clean;

	for (uint32_t i = 0; node_is(n, NODE_SEQ) && i < n->len; i++)
		sanitize_node(a, n->items[i]);
	if (!text)
		return;
	clean = sanitize(a, text);
	if (clean != text) {
		n->text = clean;
		n->len = (uint32_t)strlen(clean);
	}
}

static void sanitize_fields(struct arena *a, struct node *map, const char *const *names)
{
	for (; *names; names++)
		sanitize_node(a, node_get(map, *names));
}

static const char *name_is_bad(struct arena *a, const char *name)
{
	if (!*name)
		return "validation: chart.metadata.name is required";
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return arena_printf(a, "validation: chart.metadata.name %s is not allowed",
				    goquote(a, name));
	if (strchr(name, '/') && strcmp(name, "/"))
		return arena_printf(a, "validation: chart.metadata.name %s is invalid",
				    goquote(a, name));
	return NULL;
}

static const char *check_fields(struct helm *h, struct node *m)
{
	static const char *const types[] = { "", "application", "library" };
	const char *version = node_string_at(m, "version"), *type = node_string_at(m, "type"),
		   *error;
	struct semver parsed;

	if (!*node_string_at(m, "apiVersion"))
		return "validation: chart.metadata.apiVersion is required";
	error = name_is_bad(h->arena, node_string_at(m, "name"));
	if (error)
		return error;
	if (!*version)
		return "validation: chart.metadata.version is required";
	if (semver_parse(h->arena, version, strlen(version), &parsed))
		return arena_printf(h->arena, "validation: chart.metadata.version %s is invalid",
				    goquote(h->arena, version));
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (!strcmp(types[i], type))
			return NULL;
	}
	return "validation: chart.metadata.type must be application or library";
}

static const char *check_maintainers(struct helm *h, const struct node *list)
{
	static const char *const fields[] = { "name", "email", "url", NULL };

	for (uint32_t i = 0; list && i < list->len; i++) {
		if (node_is_null(list->items[i]))
			return "validation: maintainers must not contain empty or null nodes";
		sanitize_fields(h->arena, list->items[i], fields);
	}
	return NULL;
}

static struct chart_dependency *make_dependency(struct helm *h, struct node *n)
{
	static const char *const fields[] = { "name",	   "version", "repository",
					      "condition", "tags",    NULL };
	struct chart_dependency *d = arena_new(h->arena, struct chart_dependency);

	sanitize_fields(h->arena, n, fields);
	*d = (struct chart_dependency){
		.name = node_string_at(n, "name"),
		.version = node_string_at(n, "version"),
		.repository = node_string_at(n, "repository"),
		.condition = node_string_at(n, "condition"),
		.alias = node_string_at(n, "alias"),
		.tags = node_get(n, "tags"),
		.imports = node_get(n, "import-values"),
		.enabled = node_true(node_get(n, "enabled")),
		.node = n,
	};
	return d;
}

static bool alias_is_fine(const char *alias)
{
	return !alias[strspn(alias,
			     "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")];
}

static const char *check_dependencies(struct helm *h, struct chart *c, const struct node *list)
{
	struct map seen;

	c->requires = list != NULL;
	map_init(&seen, h->arena);
	for (uint32_t i = 0; list && i < list->len; i++) {
		struct chart_dependency *d;
		const char *key;

		if (node_is_null(list->items[i]))
			return "validation: dependencies must not contain empty or null nodes";
		d = make_dependency(h, list->items[i]);
		if (!alias_is_fine(d->alias))
			return arena_printf(h->arena,
					    "validation: dependency %s has disallowed characters "
					    "in the alias",
					    goquote(h->arena, d->name));
		key = *d->alias ? d->alias : d->name;
		if (map_get(&seen, key))
			return arena_printf(h->arena,
					    "validation: more than one dependency with name or "
					    "alias %s",
					    goquote(h->arena, key));
		map_set(&seen, key, d);
		*vec_push(h->arena, &c->requirements) = d;
	}
	return NULL;
}

const char *chart_validate(struct helm *h, struct chart *c)
{
	static const char *const fields[] = { "name",	    "description", "home",
					      "icon",	    "condition",   "tags",
					      "appVersion", "kubeVersion", "sources",
					      "keywords",   NULL };
	struct node *m = c->metadata;
	const char *error;

	sanitize_fields(h->arena, m, fields);
	error = check_fields(h, m);
	if (!error)
		error = check_maintainers(h, node_get(m, "maintainers"));
	if (!error)
		error = check_dependencies(h, c, node_get(m, "dependencies"));
	c->name = node_string_at(m, "name");
	c->version = node_string_at(m, "version");
	c->api_version = node_string_at(m, "apiVersion");
	c->type = node_string_at(m, "type");
	c->kube_version = node_string_at(m, "kubeVersion");
	c->deprecated = node_true(node_get(m, "deprecated"));
	return error;
}

static void set_text(struct arena *a, struct node *map, const char *key, const char *text)
{
	struct node *old = node_get(map, key);

	if (strcmp(text, node_string_at(map, key)))
		node_set(a, map, key, node_at(node_str(a, text), old ? old->origin : map->origin));
}

/* As a source packs the chart: with build metadata. What is no version stays what it is. */
static const char *packed_version(struct helm *h, const struct chart *c)
{
	const char *text = node_string_at(c->metadata, "version");
	struct semver v;

	if (c->parent || !h->options->chart_metadata ||
	    semver_parse(h->arena, text, strlen(text), &v))
		return text;
	v.metadata = h->options->chart_metadata;
	return semver_string(h->arena, &v);
}

void chart_sync_metadata(struct helm *h, struct chart *c)
{
	struct node *list = node_seq(h->arena);

	set_text(h->arena, c->metadata, "version", packed_version(h, c));
	set_text(h->arena, c->metadata, "name", c->name);
	for (size_t i = 0; i < c->requirements.count; i++) {
		struct chart_dependency *d = c->requirements.items[i];

		set_text(h->arena, d->node, "name", d->name);
		if (d->imports)
			node_set(h->arena, d->node, "import-values",
				 node_copy(h->arena, d->imports));
		node_set(h->arena, d->node, "enabled", node_bool(h->arena, d->enabled));
		node_append(h->arena, list, d->node);
	}
	node_remove(c->metadata, "dependencies");
	if (list->len)
		node_set(h->arena, c->metadata, "dependencies", list);
}
