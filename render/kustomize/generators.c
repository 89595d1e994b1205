/* configMapGenerator and secretGenerator, and the hashes of what they make. */
#include <stdlib.h>
#include <string.h>
#include "base/base64.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/unicode.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/load.h"
#include "render/kustomize/patch.h"
#include "render/kustomize/transformers.h"

enum { LINE_MAX_BYTES = 65535 };

struct generating {
	struct target *t;
	const struct node *args;
	bool secret;
	struct node *root;
	struct err *err;
};

/* ---- values ---- */

/* Base64 in lines of 70, as upstream writes it; a single line has no break. */
static struct node *encoded(struct arena *a, const char *text, size_t len)
{
	enum { LINE = 70 };
	size_t size = (len + 2) / 3 * 4, i, lines = size / LINE + 1;
	char *out = arena_alloc(a, size + lines + 1), *to = out;
	struct buf flat;
	struct node *n;

	buf_init(&flat, 0);
	base64_encode(&flat, text, len);
	for (i = 0; i < size; i += LINE) {
		size_t piece = size - i < LINE ? size - i : LINE;

		memcpy(to, flat.text + i, piece);
		to += piece;
		if (lines > 1)
			*to++ = '\n';
	}
	*to = '\0';
	buf_release(&flat);
	n = node_scalar_ref(a, NODE_STR, out, (size_t)(to - out));
	n->style = memchr(out, '\n', n->len) ? STYLE_LITERAL : STYLE_ANY;
	return n;
}

static int add_pair(struct generating *g, const char *key, const char *text, size_t len,
		    origin_id at)
{
	struct arena *a = g->t->kz->a;
	bool plain = !g->secret && text_is_utf8(text, len);
	const char *field = plain || g->secret ? "data" : "binaryData";
	struct node *map, *value;

	bool repeats = node_get(node_get(g->root, "data"), key) ||
		       node_get(node_get(g->root, "binaryData"), key);

	if (repeats && g->secret) /* a line without '=' may be a password, so it isn't quoted */
		return kz_fail(g->t->kz, g->err, at, "secret %s illegally repeats a key",
			       field_text(g->args, "name"));
	if (repeats)
		return kz_fail(g->t->kz, g->err, at, "configmap %s illegally repeats the key `%s`",
			       field_text(g->args, "name"), key);
	map = node_get(g->root, field);
	if (!map) {
		map = node_at(node_map(a), g->args->origin);
		node_set(a, g->root, field, map);
	}
	value = plain ? node_str_n(a, text, len) : encoded(a, text, len);
	if (plain && memchr(text, '\n', len))
		value->style = STYLE_LITERAL;
	at = origins_derive(g->t->kz->run->origins, at, VIA_GENERATOR, 0);
	node_set(a, map, key, node_at(value, at));
	plain_key(node_entry(map, key)->key);
	return 0;
}

/* ---- sources ---- */

static bool is_space(const char *at, const char *end, size_t *n)
{
	static const char *const wide[] = { "\302\205",	    "\302\240",	    "\342\200\250",
					    "\342\200\251", "\342\200\257", "\343\200\200",
					    "\341\232\200", "\342\201\237" };
	size_t i;

	*n = 1;
	if (*at == ' ' || (*at >= '\t' && *at <= '\r'))
		return true;
	for (i = 0; i < ARRAY_SIZE(wide); i++) {
		*n = strlen(wide[i]);
		if ((size_t)(end - at) >= *n && !memcmp(at, wide[i], *n))
			return true;
	}
	*n = 3;
	return end - at >= 3 && !memcmp(at, "\342\200", 2) && (unsigned char)at[2] >= 0x80 &&
	       (unsigned char)at[2] <= 0x8a;
}

static int add_env_line(struct generating *g, const char *line, const char *end, origin_id at)
{
	const char *equals;
	size_t n;

	while (line < end && is_space(line, end, &n))
		line += n;
	if (line == end || *line == '#')
		return 0;
	equals = memchr(line, '=', (size_t)(end - line));
	if (equals == line)
		return 0;
	return add_pair(g,
			arena_memdup(g->t->kz->a, line, (size_t)((equals ? equals : end) - line)),
			equals ? equals + 1 : "", equals ? (size_t)(end - equals - 1) : 0, at);
}

static int add_env_file(struct generating *g, const struct node *path)
{
	const char *line, *end, *next;
	struct blob blob;
	bool first = true;

	if (target_read(g->t, path->text, path->origin, &blob, g->err) < 0)
		return err_wrap(g->err, "env source files");
	end = blob.text + blob.len;
	for (line = blob.text; line < end; line = next, first = false) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		origin_id at = blob.origin ? blob.origin + (origin_id)(line - blob.text) : 0;

		next = stop ? stop + 1 : end;
		if (!stop)
			stop = end;
		if (stop > line && stop[-1] == '\r')
			stop--;
		if (stop - line > LINE_MAX_BYTES)
			return 0; /* Go's scanner stops here, and nobody asks it why */
		if (!text_is_utf8(line, (size_t)(stop - line)))
			return kz_fail(g->t->kz, g->err, at, "line has invalid utf8 bytes");
		if (first && stop - line >= 3 && !memcmp(line, "\357\273\277", 3))
			line += 3;
		if (add_env_line(g, line, stop, at) < 0)
			return -1;
	}
	return 0;
}

static int add_literal(struct generating *g, const struct node *n)
{
	const char *equals = strchr(n->text, '=');
	const char *value, *key;
	size_t len;

	if (!equals || equals == n->text) /* it may be a password, so it isn't quoted */
		return kz_fail(g->t->kz, g->err, n->origin,
			       "invalid literal source, expected key=value");
	key = arena_memdup(g->t->kz->a, n->text, (size_t)(equals - n->text));
	value = equals + 1;
	len = n->len - (size_t)(value - n->text);
	if (len >= 2 && value[0] == value[len - 1] && (*value == '"' || *value == '\'')) {
		value++;
		len -= 2;
	}
	return add_pair(g, key, value, len, n->origin);
}

static int add_file(struct generating *g, const struct node *n)
{
	const char *equals = strchr(n->text, '='), *path = n->text, *key, *slash;
	struct blob blob;

	if (equals && strchr(equals + 1, '='))
		return kz_fail(g->t->kz, g->err, n->origin,
			       "source \"%s\" key name or file path contains '='", n->text);
	if (equals && (equals == n->text || !equals[1]))
		return kz_fail(g->t->kz, g->err, n->origin, "missing %s in source \"%s\"",
			       equals == n->text ? "key name" : "file path", n->text);
	if (equals) {
		key = arena_memdup(g->t->kz->a, n->text, (size_t)(equals - n->text));
		path = equals + 1;
	} else {
		slash = strrchr(n->text, '/');
		key = slash && slash[1] ? slash + 1 : n->text;
	}
	if (target_read(g->t, path, n->origin, &blob, g->err) < 0)
		return err_wrap(g->err, "file sources");
	return add_pair(g, key, blob.text, blob.len, blob.origin ? blob.origin : n->origin);
}

static int add_all(struct generating *g, const char *field,
		   int (*add)(struct generating *g, const struct node *n))
{
	const struct node *list = node_get(g->args, field);
	uint32_t i;

	for (i = 0; list && i < list->len; i++)
		if (add(g, list->items[i]) < 0)
			return err_wrap(g->err, "loading KV pairs");
	return 0;
}

/* ---- options ---- */

/* Local options win, but a global true can't be taken back. */
static void set_meta(struct generating *g, struct node *metadata, const char *field,
		     const struct node *local, const struct node *global)
{
	const struct node *const from[] = { node_get(global, field), node_get(local, field) };
	struct kz *kz = g->t->kz;
	struct node *map = node_map(kz->a);
	uint32_t i;
	size_t j;

	for (j = 0; j < 2; j++) {
		for (i = 0; from[j] && i < from[j]->len; i++) {
			const struct node *value = from[j]->entries[i].value;
			struct node *text = node_str(kz->a, value->text);

			text->origin =
				origins_derive(kz->run->origins, value->origin, VIA_GENERATOR, 0);
			node_set(kz->a, map, from[j]->entries[i].key->text, text);
		}
	}
	if (map->len)
		node_set(kz->a, metadata, field, node_at(map, g->args->origin));
}

static struct node *generated(struct generating *g, const char *text, origin_id at)
{
	return node_at(node_str(g->t->kz->a, text),
		       origins_derive(g->t->kz->run->origins, at, VIA_GENERATOR, 0));
}

static void set_text(struct generating *g, struct node *map, const char *key,
		     const struct node *from)
{
	if (from && from->len)
		node_set(g->t->kz->a, map, key, generated(g, from->text, from->origin));
}

static bool option(const struct node *local, const struct node *global, const char *key)
{
	return node_true(node_get(local, key)) || node_true(node_get(global, key));
}

static int check_behavior(struct generating *g, enum behavior *out)
{
	const char *text = field_text(g->args, "behavior");

	*out = !strcmp(text, "create")	  ? BEHAVIOR_CREATE
	       : !strcmp(text, "replace") ? BEHAVIOR_REPLACE
	       : !strcmp(text, "merge")	  ? BEHAVIOR_MERGE
					  : BEHAVIOR_UNSPECIFIED;
	return 0;
}

int generate_map(struct target *t, const struct node *args, const struct node *options, bool secret,
		 struct resmap *out, struct err *err)
{
	struct kz *kz = t->kz;
	struct generating g = { t, args, secret, node_at(node_map(kz->a), args->origin), err };
	const struct node *local = node_get(args, "options");
	struct node *metadata = node_at(node_map(kz->a), args->origin);
	struct resource *r;

	if (!*field_text(args, "name"))
		return kz_fail(kz, err, args->origin, "a configmap must have a name");
	node_set(kz->a, g.root, "apiVersion", generated(&g, "v1", args->origin));
	node_set(kz->a, g.root, "kind",
		 generated(&g, secret ? "Secret" : "ConfigMap", args->origin));
	set_text(&g, metadata, "name", node_get(args, "name"));
	set_text(&g, metadata, "namespace", node_get(args, "namespace"));
	node_set(kz->a, g.root, "metadata", metadata);
	if (secret) {
		node_set(kz->a, g.root, "type", generated(&g, "Opaque", args->origin));
		set_text(&g, g.root, "type", node_get(args, "type"));
		node_set(kz->a, g.root, "data", node_at(node_map(kz->a), args->origin));
	}
	if (add_all(&g, "envs", add_env_file) < 0 || add_all(&g, "literals", add_literal) < 0 ||
	    add_all(&g, "files", add_file) < 0)
		return -1;
	set_meta(&g, metadata, "labels", local, options);
	set_meta(&g, metadata, "annotations", local, options);
	if (option(local, options, "immutable"))
		node_set(kz->a, g.root, "immutable", node_at(node_bool(kz->a, true), args->origin));
	r = resource_new(kz, g.root);
	r->needs_hash = !option(local, options, "disableNameSuffixHash");
	r->generated = true;
	check_behavior(&g, &r->behavior);
	return resmap_append(kz, out, r, err);
}

/* ---- hashes ---- */

/* What the hash is made of: JSON with sorted keys, where "" stands for what is missing. */
static void hash_field(struct kz *kz, struct node *into, const struct node *root, const char *key,
		       bool only_map)
{
	struct node *value = node_get(root, key);

	if (only_map && !node_is(value, NODE_MAP))
		return;
	if (!value) {
		node_set(kz->a, into, key, node_str(kz->a, ""));
		return;
	}
	if (value->type == NODE_MAP) {
		value = node_copy(kz->a, value);
		json_normalize(kz, value);
	} else if (node_is_scalar(value)) {
		value = node_str_n(kz->a, value->text, value->len);
	} else {
		value = node_null(kz->a);
	}
	node_set(kz->a, into, key, value);
}

static const char *hash_of(struct kz *kz, const struct resource *r)
{
	static const char from[] = "013ae", to[] = "ghkmt";
	struct node *map = node_map(kz->a);
	bool secret = !strcmp(resource_kind(r), "Secret");
	char hex[65], *out;
	struct buf json;
	size_t i;

	node_set(kz->a, map, "kind", node_str(kz->a, resource_kind(r)));
	/* Upstream looks for a field called "metadata/name", and finds none. */
	node_set(kz->a, map, "name", node_str(kz->a, ""));
	hash_field(kz, map, r->root, "data", false);
	if (secret)
		hash_field(kz, map, r->root, "type", false);
	hash_field(kz, map, r->root, secret ? "stringData" : "binaryData", true);
	buf_init(&json, 0);
	json_write(&json, map, JSON_SORTED | JSON_HTML);
	sha256_hex(json.text, json.len, hex);
	buf_release(&json);
	out = arena_memdup(kz->a, hex, 10);
	for (i = 0; i < 10; i++) {
		const char *found = strchr(from, out[i]);

		if (found)
			out[i] = to[found - from];
	}
	return out;
}

/*
 * Of any other kind kustomize hashes its own memory, with the lines and columns that each node came
 * from: nothing that could be told from here.
 */
static int hashless(const struct resource *r, struct err *err)
{
	err_raise(err, ERR_UNSUPPORTED, NO_POS,
		  "the name suffix of the generated %s '%s', whose kind a patch has changed, can't "
		  "be "
		  "told: kustomize makes it of where its own working text has each field; "
		  "options.disableNameSuffixHash does without",
		  resource_kind(r), resource_name(r));
	return -1;
}

int transform_hashes(struct kz *kz, struct resmap *m, struct err *err)
{
	size_t i;

	for (i = 0; i < m->count; i++) {
		struct resource *r = m->items[i];
		const struct node *name = node_path(r->root, "metadata", "name", NULL);

		if (!r->needs_hash)
			continue;
		if (strcmp(resource_kind(r), "ConfigMap") != 0 &&
		    strcmp(resource_kind(r), "Secret") != 0)
			return hashless(r, err);
		resource_store_id(kz, r);
		resource_set_name(kz, r,
				  arena_printf(kz->a, "%s-%s", resource_name(r), hash_of(kz, r)),
				  name ? name->origin : 0);
	}
	resmap_dirty(m);
	return 0;
}
