/* Replacements that reach into YAML or JSON which a scalar holds. */
#include <string.h>
#include "base/json.h"
#include "render/kustomize/patch.h"
#include "render/kustomize/path.h"
#include "render/kustomize/yaml_text.h"
#include "render/yaml/yaml.h"

/* The first scalar on the path that has parts behind it; *at is where those start. */
static struct node *find_scalar(struct kz *kz, struct node *root, const struct strings *parts,
				size_t *at)
{
	struct err ignored = ERR_INIT;
	struct node *n;
	size_t i;

	for (i = 1; i < parts->count; i++) {
		struct strings head = { .items = parts->items, .count = i };

		if (path_lookup(kz, root, &head, &n, &ignored) < 0)
			continue;
		if (n && node_is_scalar(n) && n->type != NODE_NULL) {
			*at = i;
			return n;
		}
	}
	return NULL;
}

static void settle(struct node *n)
{
	uint32_t i;

	scalar_settle(n);
	for (i = 0; n->type == NODE_SEQ && i < n->len; i++)
		settle(n->items[i]);
	for (i = 0; n->type == NODE_MAP && i < n->len; i++)
		settle(n->entries[i].value);
}

static void put(struct kz *kz, struct node *field, const struct node *value)
{
	if (node_is_scalar(field)) {
		field->text = node_is_scalar(value) ? value->text : "";
		field->len = (uint32_t)strlen(field->text);
		if (field->type == NODE_STR && field->style == STYLE_PLAIN)
			field->style = STYLE_ANY;
		if (field->style == STYLE_FREE)
			scalar_free(field);
		return;
	}
	*field = *node_copy(kz->a, value);
}

static char *as_json(struct kz *kz, struct node *doc, const char *old)
{
	bool indent = strchr(old, '\n') && strstr(old, "  ");
	struct buf out;
	char *text;

	json_normalize(kz, doc);
	buf_init(&out, 0);
	json_write(&out, doc, JSON_SORTED | JSON_HTML | (indent ? JSON_INDENT : 0));
	text = buf_dup(&out, kz->a);
	buf_release(&out);
	return text;
}

static char *as_yaml(struct kz *kz, const struct node *doc)
{
	struct buf out;
	char *text;

	buf_init(&out, 0);
	yaml_text_write(&out, doc);
	while (out.len && strchr(" \t\r\n", out.text[out.len - 1]))
		buf_cut(&out, out.len - 1);
	text = buf_dup(&out, kz->a);
	buf_release(&out);
	return text;
}

bool structured_replace(struct kz *kz, struct node *root, const char *path,
			const struct node *value, int create, origin_id at)
{
	struct strings parts = { 0 };
	struct path_matches fields = { 0 };
	struct yaml_docs docs = { 0 };
	struct err ignored = ERR_INIT;
	struct node *scalar, *doc;
	const char *first;
	size_t i, from = 0;

	path_split(kz->a, path, '.', &parts);
	scalar = find_scalar(kz, root, &parts, &from);
	if (!scalar || yaml_read(kz->run, kz->a, YAML_KYAML, "", scalar->text, scalar->len, 0,
				 &docs, &ignored) < 0)
		return false;
	doc = docs.count ? node_copy(kz->a, docs.items[0].root) : NULL;
	if (!doc || path_match(kz, doc, &parts, from, create, &fields, &ignored) < 0 ||
	    !fields.count)
		return false;
	for (i = 0; i < fields.count; i++)
		put(kz, fields.items[i], value);
	settle(doc);
	first = scalar->text + strspn(scalar->text, " \t\r\n");
	scalar->text =
		*first == '{' || *first == '[' ? as_json(kz, doc, scalar->text) : as_yaml(kz, doc);
	scalar->len = (uint32_t)strlen(scalar->text);
	scalar->origin = origins_derive(kz->run->origins, scalar->origin, VIA_REPLACEMENT, at);
	return true;
}
