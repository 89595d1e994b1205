/* images: new names, tags and digests for image references. */
#include <string.h>
#include "render/kustomize/internal.h"
#include "render/kustomize/transformers.h"
#include "render/kustomize/pattern.h"

struct image {
	struct kz *kz;
	const struct node *entry, *name, *new_name, *new_tag, *digest, *tag_suffix;
	struct pattern *pattern; /* compiled when the name is no plain text */
	bool used;		 /* some image had this name */
	const char *near;	 /* an image that was perhaps meant; NULL: none */
	struct {
		VEC(const struct node *);
	} set; /* fields of the resource at hand */
};

struct reference {
	const char *name, *tag, *digest; /* "" where there is none */
};

static bool is_tag_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("_.{}-", c));
}

/* (:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$ */
static bool is_rest(const char *at)
{
	if (*at == ':')
		for (at++; is_tag_char(*at); at++)
			;
	if (!strncmp(at, "@sha256:", 8))
		for (at += 8; is_tag_char(*at); at++)
			;
	return !*at;
}

/* kustomize takes the name for a regular expression; '.' is the only such character in most. */
static bool matches(const struct image *x, const char *text)
{
	const char *name = x->name->text;

	if (x->pattern)
		return pattern_matches(x->pattern, text);
	for (; *name; name++, text++)
		if (*name == '.' ? (!*text || *text == '\n') : *name != *text)
			return false;
	return is_rest(text);
}

static struct reference split_reference(struct arena *a, const char *text)
{
	const char *slash = strchr(text, '/');
	const char *from = slash && slash > text ? slash : text;
	const char *at = strchr(from, '@'), *colon = strchr(from, ':');
	struct reference r = { text, "", "" };

	if (at && (!colon || at < colon)) {
		r.name = arena_memdup(a, text, (size_t)(at - text));
		r.digest = at + 1;
	} else if (at && colon) {
		r.name = arena_memdup(a, text, (size_t)(colon - text));
		r.tag = arena_memdup(a, colon + 1, (size_t)(at - colon - 1));
		r.digest = at + 1;
	} else if (colon) {
		r.name = arena_memdup(a, text, (size_t)(colon - text));
		r.tag = colon + 1;
	}
	return r;
}

static const char *given(const struct node *n)
{
	return n && n->len ? n->text : NULL;
}

/* A tag or a digest replaces both of the old reference. */
static void change(const struct image *x, struct reference *r)
{
	if (given(x->new_name))
		r->name = x->new_name->text;
	if (given(x->new_tag) || given(x->digest)) {
		r->tag = given(x->new_tag) ? x->new_tag->text : "";
		r->digest = given(x->digest) ? x->digest->text : "";
	} else if (given(x->tag_suffix)) {
		r->tag = arena_printf(x->kz->a, "%s%s", r->tag, x->tag_suffix->text);
		r->digest = "";
	}
}

static origin_id origin_of(const struct image *x, origin_id old)
{
	const struct node *const parts[] = { x->new_name, x->tag_suffix, x->digest, x->new_tag };
	origin_id id = old;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (given(parts[i]))
			id = origins_derive(x->kz->run->origins, parts[i]->origin, VIA_TRANSFORMER,
					    id);
	return id;
}

/* What stands after a reference's last slash; *len without tag and digest. */
static const char *short_name(const char *reference, size_t *len)
{
	const char *slash = strrchr(reference, '/'), *from = slash ? slash + 1 : reference;

	*len = strcspn(from, ":@");
	return from;
}

/* Whether an image has another name than the entry, and the same last part of it. */
static bool is_near(const struct image *x, const char *text)
{
	size_t len, other_len;
	const char *name = short_name(x->name->text, &len), *other = short_name(text, &other_len);

	return len == other_len && !memcmp(name, other, len);
}

/* A container's image is found by its list's name and by a field spec; and is set twice. */
static bool was_set(struct image *x, const struct node *field)
{
	size_t i;

	for (i = 0; i < x->set.count; i++)
		if (x->set.items[i] == field)
			return true;
	*vec_push(x->kz->a, &x->set) = field;
	return false;
}

static int set_image(void *data, struct node *field, struct err *err)
{
	struct image *x = data;
	struct reference r;
	const char *text;

	if (field->type >= NODE_SEQ)
		return kz_fail(x->kz, err, field->origin,
			       "wrong node kind: expected an image name");
	if (field->type == NODE_NULL)
		return 0;
	if (!matches(x, field->text)) {
		if (!x->used && !x->near && is_near(x, field->text))
			x->near = split_reference(x->kz->a, field->text).name;
		return 0;
	}
	x->used = true;
	r = split_reference(x->kz->a, field->text);
	change(x, &r);
	text = arena_printf(x->kz->a, "%s%s%s%s%s", r.name, *r.tag ? ":" : "", r.tag,
			    *r.digest ? "@" : "", r.digest);
	if (was_set(x, field) && !strcmp(text, field->text))
		return 0; /* a field spec led to it once more; a suffix is put on again */
	scalar_set(x->kz, field, text, strlen(text), NODE_NULL, origin_of(x, field->origin));
	return 0;
}

/* Any list called containers or initContainers, wherever it is. */
static int walk_containers(struct image *x, struct node *n, struct err *err)
{
	uint32_t i, j;

	if (n->type == NODE_SEQ)
		for (i = 0; i < n->len; i++)
			if (walk_containers(x, n->items[i], err) < 0)
				return -1;
	if (n->type != NODE_MAP)
		return 0;
	for (i = 0; i < n->len; i++) {
		const char *key = n->entries[i].key->text;
		struct node *value = n->entries[i].value, *field;

		if (value->type >= NODE_SEQ && walk_containers(x, value, err) < 0)
			return -1;
		if (value->type != NODE_SEQ ||
		    (strcmp(key, "containers") && strcmp(key, "initContainers")))
			continue;
		for (j = 0; j < value->len; j++) {
			if (value->items[j]->type != NODE_MAP && value->items[j]->type != NODE_NULL)
				return kz_fail(x->kz, err, value->items[j]->origin,
					       "wrong node kind: expected a container");
			field = node_get(value->items[j], "image");
			if (field && set_image(x, field, err) < 0)
				return -1;
		}
	}
	return 0;
}

static int image_init(struct kz *kz, const struct node *entry, struct image *x, struct err *err)
{
	static const struct node none = { .type = NODE_STR, .text = "" };

	*x = (struct image){ .kz = kz, .entry = entry };
	x->name = node_get(entry, "name") ? node_get(entry, "name") : &none;
	x->new_name = node_get(entry, "newName");
	x->new_tag = node_get(entry, "newTag");
	x->digest = node_get(entry, "digest");
	x->tag_suffix = node_get(entry, "tagSuffix");
	if (!strpbrk(x->name->text, "\\^$|?*+()[]{}"))
		return 0;
	x->pattern = pattern_new(
		kz,
		arena_printf(kz->a, "^%s(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$",
			     x->name->text),
		x->name->origin, err);
	return x->pattern ? 0 : -1;
}

static void report_unused(const struct image *x)
{
	if (!x->used && x->name->len)
		kz_matches_nothing(x->kz, x->name->origin,
				   "no container has an image of the name '%s', so this entry "
				   "changes nothing%s%s%s",
				   x->name->text, x->near ? "; did you mean '" : "",
				   x->near ? x->near : "", x->near ? "'?" : "");
}

int transform_images(struct kz *kz, struct resmap *m, const struct node *images,
		     const struct fieldspecs *specs, struct err *err)
{
	struct image x;
	struct field_walk walk = { kz, set_image, &x, NODE_NULL };
	uint32_t i;
	size_t j;

	for (i = 0; images && i < images->len; i++) {
		if (image_init(kz, images->items[i], &x, err) < 0)
			return -1;
		for (j = 0; j < m->count; j++) {
			struct gvk gvk = resource_gvk(kz, m->items[j]);

			x.set.count = 0;
			if (!strcmp(gvk.kind, "CustomResourceDefinition"))
				continue;
			if (walk_containers(&x, m->items[j]->root, err) < 0 ||
			    fieldspecs_apply(&walk, specs, m->items[j]->root, &gvk, err) < 0)
				return -1;
		}
		report_unused(&x);
	}
	return 0;
}
