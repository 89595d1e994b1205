/* JSON patches (RFC 6902) as evanphx/json-patch v4 applies them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/json.h"
#include "base/number.h"
#include "render/kustomize/finish.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/patch.h"
#include "render/yaml/yaml.h"

/* ---- what a round through JSON makes of a tree ---- */

static void restyle_string(struct node *n)
{
	if (memchr(n->text, '\n', n->len))
		n->style = STYLE_LITERAL;
	else if (yaml_resolve(YAML_KYAML, n->text, n->len) != NODE_STR ||
		 yaml_is_timestamp(n->text, n->len))
		n->style = STYLE_DOUBLE;
	else
		n->style = STYLE_PLAIN;
}

/* What Go reads a plain number as: any base, underscores between the digits. */
static bool number_value(const struct node *n, double *out)
{
	char plain[NUMBER_TEXT];
	size_t used = 0;
	uint32_t i;
	int64_t number;
	uint64_t large;

	if (n->len >= sizeof(plain))
		return false;
	for (i = 0; i < n->len; i++)
		if (n->text[i] != '_')
			plain[used++] = n->text[i];
	plain[used] = '\0';
	if (number_parse_int(plain, used, &number))
		*out = (double)number;
	else if (number_parse_uint(plain, used, &large))
		*out = (double)large;
	else
		return number_parse_float(plain, used, out);
	return true;
}

static void normalize_number(struct kz *kz, struct node *n)
{
	char text[NUMBER_TEXT];
	double value;
	size_t len;

	if (!number_value(n, &value))
		return;
	len = number_format(text, value, 'g');
	n->text = arena_memdup(kz->a, text, len);
	n->len = (uint32_t)len;
	n->type = (uint8_t)yaml_resolve(YAML_KYAML, text, len);
	n->style = STYLE_PLAIN;
}

static void normalize(struct kz *kz, struct node *n, bool flow)
{
	uint32_t i;

	flow = flow || n->style == STYLE_FLOW;
	switch ((enum node_type)n->type) {
	case NODE_NULL:
		if (flow && flow_null(n))
			break;
		n->text = "null";
		n->len = 4;
		n->empty = 0;
		break;
	case NODE_BOOL:
		n->text = node_true(n) ? "true" : "false";
		n->len = (uint32_t)strlen(n->text);
		break;
	case NODE_INT:
	case NODE_FLOAT:
		normalize_number(kz, n);
		break;
	case NODE_STR:
		printed_string(kz, n);
		restyle_string(n);
		break;
	case NODE_SEQ:
		n->style = STYLE_ANY;
		for (i = 0; i < n->len; i++)
			normalize(kz, n->items[i], flow);
		break;
	case NODE_MAP:
		n->style = STYLE_ANY;
		for (i = 0; i < n->len; i++)
			normalize(kz, n->entries[i].value, flow);
		break;
	}
}

void json_normalize(struct kz *kz, struct node *n)
{
	normalize(kz, n, false);
}

/* ---- pointers ---- */

struct patching {
	struct kz *kz;
	struct node *root;
	const struct node *op;
	struct err *err;
};

static int fail(struct patching *p, const char *what, const char *path)
{
	const struct node *kind = node_get(p->op, "op");

	return kz_fail(p->kz, p->err, p->op->origin, "%s operation does not apply: %s: %s",
		       node_is_scalar(kind) ? kind->text : "json patch", what, path);
}

static bool parse_index(const char *text, long *out)
{
	char *end;

	errno = 0;
	*out = strtol(text, &end, 10);
	return *text && !*end && !errno &&
	       (*text == '-' || *text == '+' || (*text >= '0' && *text <= '9'));
}

/* The index of an existing element; negative ones count from the end. */
static bool element_index(const struct node *seq, const char *key, uint32_t *out)
{
	long index;

	if (!parse_index(key, &index) || index < -(long)seq->len || index >= (long)seq->len)
		return false;
	*out = (uint32_t)(index < 0 ? index + (long)seq->len : index);
	return true;
}

static struct node *child(const struct node *n, const char *key)
{
	uint32_t index;

	if (n->type == NODE_MAP)
		return node_get(n, key);
	return n->type == NODE_SEQ && element_index(n, key, &index) ? n->items[index] : NULL;
}

/* The container that a pointer's last part is in. */
static struct node *find_container(struct patching *p, const char *path, char **key)
{
	struct node *n = p->root;

	if (*path == '\0' || !strchr(path, '/'))
		return NULL;
	path = strchr(path, '/') + 1;
	for (;;) {
		size_t len = strcspn(path, "/");

		*key = json_pointer_key(p->kz->a, path, len);
		if (!path[len])
			break;
		n = child(n, *key);
		if (!n || n->type < NODE_SEQ)
			return NULL;
		path += len + 1;
	}
	return n;
}

/* ---- operations ---- */

static origin_id patched(struct patching *p, origin_id at, const struct node *old)
{
	return origins_derive(p->kz->run->origins, at, VIA_PATCH, old ? old->origin : 0);
}

static void mark(struct patching *p, struct node *n, const struct node *old)
{
	uint32_t i;

	n->origin = patched(p, n->origin, old);
	for (i = 0; n->type == NODE_SEQ && i < n->len; i++)
		mark(p, n->items[i], NULL);
	for (i = 0; n->type == NODE_MAP && i < n->len; i++)
		mark(p, n->entries[i].value, NULL);
}

/* The patch was read as JSON, where a date is a string. */
static void forget_style(struct node *n)
{
	uint32_t i;

	if (n->type == NODE_STR)
		n->style = STYLE_ANY;
	for (i = 0; n->type == NODE_SEQ && i < n->len; i++)
		forget_style(n->items[i]);
	for (i = 0; n->type == NODE_MAP && i < n->len; i++)
		forget_style(n->entries[i].value);
	for (i = 0; n->type == NODE_MAP && i < n->len; i++) { /* keys of JSON are strings */
		n->entries[i].key->type = NODE_STR;
		n->entries[i].key->style = STYLE_ANY;
	}
}

/* A copy of the operation's value; null when it has none. */
static struct node *value_of(struct patching *p, const struct node *old)
{
	const struct node *value = node_get(p->op, "value");
	struct node *copy;

	if (!value)
		return node_at(node_null(p->kz->a), p->op->origin);
	copy = node_copy(p->kz->a, value);
	forget_style(copy);
	json_normalize(p->kz, copy);
	mark(p, copy, old);
	return copy;
}

static int add_to(struct patching *p, struct node *in, const char *key, struct node *value,
		  const char *path)
{
	long index;

	if (in->type == NODE_MAP) {
		node_set(p->kz->a, in, key, value);
		return 0;
	}
	if (!strcmp(key, "-")) {
		node_append(p->kz->a, in, value);
		return 0;
	}
	if (!parse_index(key, &index))
		return fail(p, "value was not a proper array index", path);
	if (index > (long)in->len || index < -(long)in->len - 1)
		return fail(p, "unable to access invalid index", path);
	if (index < 0)
		index += (long)in->len + 1;
	node_insert(p->kz->a, in, (size_t)index, value);
	return 0;
}

static int op_add(struct patching *p, const char *path)
{
	char *key;
	struct node *in = find_container(p, path, &key);

	if (!in)
		return fail(p, "doc is missing path", path);
	return add_to(p, in, key, value_of(p, in->type == NODE_MAP ? node_get(in, key) : NULL),
		      path);
}

static int remove_from(struct patching *p, struct node *in, const char *key, const char *path)
{
	uint32_t index;

	if (in->type == NODE_MAP)
		return node_remove(in, key) ? 0 : fail(p, "unable to remove nonexistent key", path);
	if (!element_index(in, key, &index))
		return fail(p, "unable to access invalid index", path);
	node_remove_at(in, index);
	return 0;
}

static int op_remove(struct patching *p, const char *path)
{
	char *key;
	struct node *in = find_container(p, path, &key);

	return in ? remove_from(p, in, key, path) : fail(p, "doc is missing path", path);
}

static int op_replace(struct patching *p, const char *path)
{
	char *key;
	struct node *in, *value;
	uint32_t index;

	if (!*path) {
		value = value_of(p, p->root);
		if (value->type != NODE_MAP)
			return fail(p, "replace operation value must be object", path);
		p->root = value;
		return 0;
	}
	in = find_container(p, path, &key);
	if (!in)
		return fail(p, "doc is missing path", path);
	if (in->type == NODE_MAP) {
		node_set(p->kz->a, in, key, value_of(p, node_get(in, key)));
		return 0;
	}
	if (!element_index(in, key, &index))
		return fail(p, "doc is missing key", path);
	in->items[index] = value_of(p, in->items[index]);
	return 0;
}

static int op_move(struct patching *p, const char *path, bool copy)
{
	const struct node *from = node_get(p->op, "from");
	char *key;
	struct node *in, *value;
	uint32_t index;

	if (!node_is(from, NODE_STR))
		return fail(p, "missing from field", path);
	in = find_container(p, from->text, &key);
	if (!in)
		return fail(p, "doc is missing from path", from->text);
	if (in->type == NODE_SEQ && !element_index(in, key, &index))
		return fail(p, "unable to access invalid index", from->text);
	value = child(in, key);
	if (!copy && remove_from(p, in, key, from->text) < 0)
		return -1;
	value = value ? node_copy(p->kz->a, value) : node_null(p->kz->a);
	value->origin = patched(p, p->op->origin, value);
	in = find_container(p, path, &key);
	if (!in)
		return fail(p, "doc is missing destination path", path);
	return add_to(p, in, key, value, path);
}

static int op_test(struct patching *p, const char *path)
{
	const struct node *want = node_get(p->op, "value");
	char *key;
	struct node *in, *value = p->root;
	uint32_t index;

	if (*path) {
		in = find_container(p, path, &key);
		if (!in)
			return fail(p, "is missing path", path);
		if (in->type == NODE_SEQ && !element_index(in, key, &index))
			return fail(p, "unable to access invalid index", path);
		value = child(in, key);
	}
	if (node_is_null(value) && node_is_null(want))
		return 0;
	if (node_is_null(value) || node_is_null(want) || !node_equal(value, want))
		return fail(p, "testing value failed", path);
	return 0;
}

static int apply_one(struct patching *p)
{
	const struct node *op = node_get(p->op, "op"), *path = node_get(p->op, "path");

	if (!node_is(op, NODE_STR))
		return kz_fail(p->kz, p->err, p->op->origin, "unexpected kind: unknown");
	if (!node_is(path, NODE_STR))
		return fail(p, "missing path field", "");
	if (!strcmp(op->text, "add"))
		return op_add(p, path->text);
	if (!strcmp(op->text, "remove"))
		return op_remove(p, path->text);
	if (!strcmp(op->text, "replace"))
		return op_replace(p, path->text);
	if (!strcmp(op->text, "move") || !strcmp(op->text, "copy"))
		return op_move(p, path->text, *op->text == 'c');
	if (!strcmp(op->text, "test"))
		return op_test(p, path->text);
	return kz_fail(p->kz, p->err, op->origin, "unexpected kind: %s", op->text);
}

int json_patch_apply(struct kz *kz, struct node **root, const struct node *operations,
		     struct err *err)
{
	/* As kustomize's goes through text: labels of it share no node any more. */
	struct patching p = { .kz = kz, .root = node_copy(kz->a, *root), .err = err };
	uint32_t i;

	json_normalize(kz, p.root);
	for (i = 0; operations && i < operations->len; i++) {
		p.op = operations->items[i];
		if (apply_one(&p) < 0)
			return -1;
		if (arena_over_budget(kz->a))
			return err_raise(err, ERR_LIMIT, NO_POS, "patches take too much memory");
	}
	*root = p.root;
	return 0;
}
