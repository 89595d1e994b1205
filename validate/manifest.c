#include "validate/manifest.h"

#include <string.h>

#include "validate/foreign.h"
#include "validate/path.h"
#include "validate/schema/structure.h"

struct reading {
	struct run *run;
	struct arena *arena;
	const char *file;
	const struct yaml_doc *doc;
	struct manifests *out;
	struct findings *findings;
};

/* An object whose strings are "" where the manifest has something else. */
static struct object *lenient_object(struct reading *r, const struct node *root)
{
	struct object *o = arena_new(r->arena, struct object);
	const struct node *metadata = node_get(root, "metadata");
	const char *slash;

	*o = (struct object){ .root = root, .file = r->file };
	o->api_version = node_string_at(root, "apiVersion");
	o->kind = node_string_at(root, "kind");
	o->ns = node_string_at(metadata, "namespace");
	o->name = node_string_at(metadata, "name");
	slash = strchr(o->api_version, '/');
	o->group = slash ? arena_memdup(r->arena, o->api_version, (size_t)(slash - o->api_version))
			 : "";
	o->version = slash ? slash + 1 : o->api_version;
	return o;
}

static void add_object(struct reading *r, const struct node *root);

static void add_items(struct reading *r, const struct node *items)
{
	for (uint32_t i = 0; i < items->len; i++)
		add_object(r, items->items[i]);
}

/* Whether apiVersion or kind, by its name, is a string with something in it. */
static bool has_type(struct reading *r, const struct object *o, const char *key, const char *rule)
{
	const struct node *n = node_get(o->root, key);

	if (node_is(n, NODE_STR) && n->len)
		return true;
	if (foreign_advice(r->arena, o))
		findings_add(r->findings, SEVERITY_ERROR, rule, o, "", o->root->origin, "%s",
			     foreign_advice(r->arena, o));
	else if (node_is_null(n) || n->type == NODE_STR)
		findings_add(r->findings, SEVERITY_ERROR, rule, o, key,
			     n ? n->origin : o->root->origin, "%s is not set", key);
	else
		findings_add(r->findings, SEVERITY_ERROR, "schema/type", o, key, n->origin,
			     "expected a string, found %s%s", structure_describe(r->arena, n),
			     structure_hint(r->arena, n, "a string"));
	return false;
}

static bool is_core_list(const struct object *o)
{
	return !strcmp(o->kind, "List") && !strcmp(o->api_version, "v1") &&
	       node_is(node_get(o->root, "items"), NODE_SEQ);
}

static void add_object(struct reading *r, const struct node *root)
{
	struct object *o = lenient_object(r, root);

	if (root->type != NODE_MAP) {
		findings_add(r->findings, SEVERITY_ERROR, "schema/not-an-object", o, "",
			     root->origin,
			     "expected a Kubernetes object, a mapping with apiVersion and kind; "
			     "found %s",
			     structure_describe(r->arena, root));
		return;
	}
	if (!has_type(r, o, "apiVersion", "schema/no-api-version") ||
	    !has_type(r, o, "kind", "schema/no-kind"))
		return;
	if (is_core_list(o)) {
		add_items(r, node_get(root, "items"));
		return;
	}
	*vec_push(r->arena, r->out) =
		(struct manifest){ o, r->doc->duplicates, r->doc->duplicate_count };
}

/* Whether reading stopped at what stands behind a document's end without a '---': readers of one
 * document each, as kubectl's, never look at it. */
static bool is_rest(const struct err *err, const struct yaml_docs *docs)
{
	return docs->count && strstr(err->msg, "<document start>");
}

/* Where the next document begins behind a place. */
static size_t next_document(const char *text, size_t len, size_t at)
{
	const char *p = text + at, *mark = memmem(p, len - at, "\n---", 4);

	return mark ? (size_t)(mark - text) + 1 : len;
}

static size_t offset_of(const struct err *err, const char *text, size_t len)
{
	size_t at = 0;

	for (unsigned line = 1; line < err->line && at < len; line++) {
		const char *end = memchr(text + at, '\n', len - at);

		at = end ? (size_t)(end - text) + 1 : len;
	}
	at += err->column ? err->column - 1 : 0;
	return at < len ? at : len ? len - 1 : 0;
}

static void add_failure(struct reading *r, const struct err *err, origin_id at)
{
	findings_add(r->findings, SEVERITY_ERROR,
		     err->code == ERR_LIMIT ? "yaml/limit" : "yaml/syntax", NULL, "", at, "%s",
		     err->msg);
}

void manifests_read(struct run *run, struct arena *a, const char *file, const char *text,
		    size_t len, origin_id origin, struct manifests *out, struct findings *findings)
{
	struct reading r = { run, a, file, NULL, out, findings };
	bool more = true;

	while (more) {
		struct yaml_docs docs = { 0 };
		struct err err = ERR_INIT;
		size_t at = 0, next = len;

		more = false;
		if (yaml_read(run, a, YAML_SIGS, file, text, len, origin, &docs, &err) < 0) {
			at = offset_of(&err, text, len);
			if (!is_rest(&err, &docs)) {
				add_failure(&r, &err, origin ? origin + (origin_id)at : 0);
			} else {
				findings_add(findings, SEVERITY_WARNING, "yaml/ignored", NULL, "",
					     origin ? origin + (origin_id)at : 0,
					     "what stands from here to the next '---' is ignored: "
					     "the document ended before it");
				next = next_document(text, len, at);
				more = next < len;
			}
		}
		for (size_t i = 0; i < docs.count; i++) {
			r.doc = &docs.items[i];
			if (r.doc->root && r.doc->root->type != NODE_NULL)
				add_object(&r, r.doc->root);
		}
		text += next;
		len -= next;
		origin = origin ? origin + (origin_id)next : 0;
	}
}
