/* What is done to each resource before it is printed: Go's round through YAML and JSON. */
#include <stdlib.h>
#include <string.h>
#include "render/kustomize/finish.h"
#include "render/kustomize/internal.h"
#include "render/yaml/yaml.h"

/* ---- points in time, which Go prints as JSON has them ---- */

static unsigned number_at(const char **at)
{
	char *end;
	unsigned value = (unsigned)strtoul(*at, &end, 10);

	*at = *end ? end + 1 : end;
	return value;
}

static void plain_timestamp(struct kz *kz, struct node *n)
{
	const char *at = n->text, *dot, *zone = "Z";
	unsigned date[3], time[3] = { 0 }, i;
	size_t digits = 0;

	if (n->len < 8 || !yaml_is_timestamp(n->text, n->len))
		return;
	for (i = 0; i < 3; i++)
		date[i] = number_at(&at);
	for (i = 0; i < 3 && *at; i++) {
		time[i] = (unsigned)strtoul(at, (char **)(uintptr_t)&at, 10);
		at += *at == ':';
	}
	dot = at;
	if (*at == '.') {
		digits = strspn(++at, "0123456789");
		at += digits;
		for (; digits && dot[digits] == '0'; digits--)
			;
	}
	if ((*at == '+' || *at == '-') && strcmp(at + 1, "00:00"))
		zone = at;
	n->text = arena_printf(kz->a, "%04u-%02u-%02uT%02u:%02u:%02u%.*s%s", date[0], date[1],
			       date[2], time[0], time[1], time[2], digits ? (int)digits + 1 : 0,
			       dot, zone);
	n->len = (uint32_t)strlen(n->text);
	n->style = STYLE_ANY;
}

/* ---- folded scalars ---- */

/* go-yaml's folded form of a text; width is unbounded there. */
static void write_folded(struct buf *out, const struct node *n)
{
	const char *text = n->text;
	bool breaks = true, spaces = true;
	size_t first = strspn(text, "\n");
	bool blank_first = !text[first] || text[first] == ' ' || text[first] == '\t';
	uint32_t i;

	buf_str(out, *text == ' ' || *text == '\n' ? "a: >2" : "a: >");
	if (text[n->len - 1] != '\n')
		buf_char(out, '-');
	else if (n->len == 1 || text[n->len - 2] == '\n')
		buf_char(out, '+');
	buf_char(out, '\n');
	for (i = 0; i < n->len; i++) {
		if (text[i] == '\n') {
			if (!breaks && !spaces && !blank_first)
				buf_char(out, '\n');
			buf_char(out, '\n');
			breaks = true;
			continue;
		}
		if (breaks) {
			buf_str(out, "  ");
			spaces = text[i] == ' ' || text[i] == '\t';
		}
		buf_char(out, text[i]);
		breaks = false;
	}
	if (!breaks)
		buf_char(out, '\n');
}

/* What reading that again gives: lines that are indented more get apart from those above. */
static void refold(struct kz *kz, struct node *n)
{
	struct node *root = NULL;
	const struct node *again;
	struct err ignored = ERR_INIT;
	struct buf text;

	if (!memchr(n->text, '\n', n->len))
		return;
	if (!yaml_block_allowed(n->text, n->len)) { /* printed in double quotes, as it is */
		n->style = STYLE_DOUBLE;
		return;
	}
	buf_init(&text, 0);
	write_folded(&text, n);
	if (!yaml_read_one(kz->run, kz->a, YAML_KYAML, "", text.text, text.len, 0, &root,
			   &ignored)) {
		again = node_get(root, "a");
		if (node_is(again, NODE_STR)) {
			n->text = again->text;
			n->len = again->len;
		}
	}
	buf_release(&text);
	n->style = STYLE_LITERAL;
}

bool flow_null(struct node *n)
{
	if (n->type != NODE_NULL || n->len)
		return false;
	n->type = NODE_STR;
	n->style = STYLE_SINGLE;
	n->text = "";
	return true;
}

/* A string after kyaml has printed it and read it again. */
void printed_string(struct kz *kz, struct node *n)
{
	scalar_settle(n);
	if (n->style == STYLE_PLAIN && !n->tagged)
		plain_timestamp(kz, n);
	else if (n->style == STYLE_FOLDED && n->len)
		refold(kz, n);
}

/* ---- trees ---- */

static int bad_type(struct kz *kz, const struct node *n, struct err *err)
{
	static const char *const tags[] = { "!!null", "!!bool", "!!int", "!!float", "!!str" };

	return kz_fail(kz, err, n->origin, "cannot decode `%s` as a %s", n->text, tags[n->type]);
}

/* Go reads what it printed: a block text without a hint can't begin with a tab. */
static bool fails_as_block(const struct node *n)
{
	bool block = n->style == STYLE_LITERAL || n->style == STYLE_FOLDED;
	bool quoted = n->style == STYLE_SINGLE || n->style == STYLE_DOUBLE;

	return *n->text == '\t' && !quoted && (block || memchr(n->text, '\n', n->len)) &&
	       yaml_block_allowed(n->text, n->len);
}

static int finish_string(struct kz *kz, struct node *n, bool flow, struct err *err)
{
	const struct node *folded;

	if (!flow && fails_as_block(n))
		return kz_fail(kz, err, n->origin,
			       "kustomize can't print a block text that begins with a tab: found "
			       "a tab character where an indentation space is expected");
	if (!yaml_json_allowed(n->text, n->len))
		return kz_fail(kz, err, n->origin, "control characters are not allowed");
	printed_string(kz, n);
	folded = yaml_json_fold(kz->a, n->text, n->len);
	if (folded) {
		n->text = folded->text;
		n->len = folded->len;
		n->style = STYLE_ANY;
	}
	return 0;
}

static int finish_scalar(struct kz *kz, struct node *n, bool flow, struct err *err)
{
	enum node_type natural;

	scalar_settle(n);
	if (flow && flow_null(n))
		return 0;
	if (n->type == NODE_STR)
		return finish_string(kz, n, flow, err);
	if (n->type == NODE_FLOAT && n->len && strpbrk(n->text, "nN"))
		return kz_fail(kz, err, n->origin, "unsupported value: %s", n->text);
	natural = yaml_resolve(YAML_KYAML, n->text, n->len);
	if (natural == (enum node_type)n->type || (n->type == NODE_FLOAT && natural == NODE_INT))
		return 0;
	return bad_type(kz, n, err);
}

/* Go has no JSON for a mapping with a key that is a number, a boolean or a point in time. */
static bool is_string_key(const struct node *key)
{
	if (key->type != NODE_STR)
		return false;
	return key->style != STYLE_PLAIN || key->tagged ||
	       (yaml_resolve(YAML_KYAML, key->text, key->len) == NODE_STR &&
		!yaml_is_timestamp(key->text, key->len));
}

static int check_key(struct kz *kz, const struct node *key, struct err *err)
{
	if (!is_string_key(key))
		return kz_fail(kz, err, key->origin, "key '%s' is no string: quote it", key->text);
	if (!yaml_json_allowed(key->text, key->len))
		return kz_fail(kz, err, key->origin, "control characters are not allowed");
	if (!yaml_json_key_fits(key->text, key->len))
		return kz_fail(kz, err, key->origin, "a key of several lines or over 1024 bytes");
	return 0;
}

static int finish_node(struct kz *kz, struct node *n, bool flow, struct err *err)
{
	uint32_t i;

	flow = flow || n->style == STYLE_FLOW;
	if (n->type == NODE_SEQ)
		for (i = 0; i < n->len; i++)
			if (finish_node(kz, n->items[i], flow, err) < 0)
				return -1;
	if (n->type < NODE_SEQ)
		return finish_scalar(kz, n, flow, err);
	for (i = 0; n->type == NODE_MAP && i < n->len; i++)
		if (check_key(kz, n->entries[i].key, err) < 0 ||
		    finish_node(kz, n->entries[i].value, flow, err) < 0)
			return -1;
	return 0;
}

/* kustomize writes annotations anew from a map of strings. */
static void finish_annotations(struct kz *kz, struct resource *r)
{
	struct node *metadata = node_get(r->root, "metadata");
	struct node *annotations = node_get(metadata, "annotations");
	uint32_t i;

	if (!annotations)
		return;
	if (annotations->type != NODE_MAP || !annotations->len) {
		node_remove(metadata, "annotations");
		return;
	}
	for (i = 0; i < annotations->len; i++) {
		struct node *value = annotations->entries[i].value;

		plain_key(annotations->entries[i].key);
		if (value->type >= NODE_SEQ) {
			annotations->entries[i].value = node_at(node_str(kz->a, ""), value->origin);
			continue;
		}
		if (value->type != NODE_STR || value->style == STYLE_PLAIN ||
		    value->style == STYLE_FOLDED || value->style == STYLE_FREE)
			value->style = STYLE_ANY;
		value->type = NODE_STR;
	}
}

static bool is_shared(const struct resource *r, const struct node *n)
{
	size_t i;

	for (i = 0; i < r->shared.count; i++)
		if (r->shared.items[i] == n)
			return true;
	return false;
}

/* What is printed shares nothing: each place gets a node of its own. */
static void part_shared(struct kz *kz, const struct resource *r, struct node *n)
{
	uint32_t i;

	for (i = 0; n->type == NODE_SEQ && i < n->len; i++)
		part_shared(kz, r, n->items[i]);
	for (i = 0; n->type == NODE_MAP && i < n->len; i++) {
		struct node_entry *e = &n->entries[i];

		if (!node_is_scalar(e->value))
			part_shared(kz, r, e->value);
		else if (is_shared(r, e->value))
			e->value = node_copy(kz->a, e->value);
	}
}

void part_all_shared(struct kz *kz, struct resource *r)
{
	if (r->shared.count)
		part_shared(kz, r, r->root);
	r->shared.count = 0;
}

int finish_resource(struct kz *kz, struct resource *r, struct err *err)
{
	part_all_shared(kz, r);
	finish_annotations(kz, r);
	return finish_node(kz, r->root, false, err);
}
