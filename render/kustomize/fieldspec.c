/* Walking a tree along a field spec, and setting what is found as kyaml does. */
#include <string.h>
#include "render/kustomize/internal.h"
#include "render/yaml/yaml.h"

struct step {
	const struct field_walk *walk;
	const struct fieldspec *spec;
	struct err *err;
};

static int walk_node(struct step *s, struct node *n, const char *const *parts);

static struct node *new_node(struct arena *a, enum node_type type)
{
	if (type == NODE_MAP)
		return node_map(a);
	return type == NODE_SEQ ? node_seq(a) : node_at(node_str(a, ""), 0);
}

/* A null that is on the way becomes what the path needs. */
static void become(struct arena *a, struct node *n, enum node_type type)
{
	struct node *made = new_node(a, type);

	made->origin = n->origin;
	*n = *made;
}

static int walk_map(struct step *s, struct node *n, const char *const *parts)
{
	const char *name = parts[0];
	size_t len = strlen(name);
	bool is_seq = len >= 2 && !strcmp(name + len - 2, "[]");
	bool create = s->spec->create && s->walk->create != NODE_NULL && !is_seq;
	enum node_type kind = NODE_NULL;
	struct node *field;

	if (is_seq) {
		len -= 2;
		kind = NODE_SEQ;
	}
	if (!len)
		return err_raise(s->err, ERR_INPUT, NO_POS,
				 "cannot set or create an empty field name (path '%s')",
				 s->spec->path);
	if (len == 1 && *name == '*')
		return kz_fail(s->walk->kz, s->err, n->origin,
			       "considering field '%s': wildcard is not supported here",
			       s->spec->path);
	if (create)
		kind = parts[1] ? NODE_MAP : s->walk->create;
	field = node_get_n(n, name, len);
	if (!field) {
		if (!create)
			return 0;
		field = new_node(s->walk->kz->a, kind);
		node_set_n(s->walk->kz->a, n, name, len, field);
	}
	if (field->type == NODE_NULL && kind != NODE_NULL)
		become(s->walk->kz->a, field, kind);
	return walk_node(s, field, parts + 1);
}

static int walk_node(struct step *s, struct node *n, const char *const *parts)
{
	uint32_t i;

	if (!*parts)
		return s->walk->set(s->walk->data, n, s->err);
	switch ((enum node_type)n->type) {
	case NODE_NULL:
		return 0;
	case NODE_SEQ:
		for (i = 0; i < n->len; i++)
			if (walk_node(s, n->items[i], parts) < 0)
				return -1;
		return 0;
	case NODE_MAP:
		return walk_map(s, n, parts);
	case NODE_BOOL:
	case NODE_INT:
	case NODE_FLOAT:
	case NODE_STR:
		break;
	}
	return kz_fail(s->walk->kz, s->err, n->origin,
		       "considering field '%s': expected sequence or mapping node", s->spec->path);
}

int fieldspec_apply(const struct field_walk *walk, const struct fieldspec *spec, struct node *root,
		    const struct gvk *gvk, struct err *err)
{
	struct step s = { walk, spec, err };

	return gvk_selected(gvk, &spec->gvk) ? walk_node(&s, root, spec->parts) : 0;
}

int fieldspecs_apply(const struct field_walk *walk, const struct fieldspecs *specs,
		     struct node *root, const struct gvk *gvk, struct err *err)
{
	size_t i;

	for (i = 0; i < specs->count; i++)
		if (fieldspec_apply(walk, &specs->items[i], root, gvk, err) < 0)
			return -1;
	return 0;
}

/* ---- scalars ---- */

static bool is_quoted(const struct node *n)
{
	return n->style == STYLE_SINGLE || n->style == STYLE_DOUBLE || n->style == STYLE_LITERAL ||
	       n->style == STYLE_FOLDED;
}

void scalar_set(struct kz *kz, struct node *n, const char *text, size_t len, enum node_type type,
		origin_id origin)
{
	uint8_t style = n->style;
	struct node *made = node_scalar(kz->a, NODE_STR, text, len);

	*n = *made;
	n->style = style;
	n->origin = origin;
	if (type == NODE_NULL)
		scalar_free(n);
	else if (type != NODE_NULL && type != NODE_STR)
		n->type = is_quoted(n) ? NODE_STR : (uint8_t)type;
	else if (type == NODE_STR && (style == STYLE_PLAIN || style == STYLE_FREE))
		n->style =
			STYLE_ANY; /* go-yaml quotes a string that would read as something else */
}

void scalar_free(struct node *n)
{
	if (is_quoted(n))
		return;
	n->style = STYLE_FREE;
	n->type = memchr(n->text, '\n', n->len)
			  ? NODE_STR
			  : (uint8_t)yaml_resolve(YAML_KYAML, n->text, n->len);
}

void scalar_settle(struct node *n)
{
	bool plain = n->type != NODE_STR || yaml_is_timestamp(n->text, n->len);

	if (n->style == STYLE_FREE)
		n->style = plain ? STYLE_PLAIN : STYLE_ANY;
}

void plain_key(struct node *key)
{
	key->type = (uint8_t)yaml_resolve(YAML_KYAML, key->text, key->len);
	if (key->type == NODE_NULL && !key->len)
		key->type = NODE_STR;
}
