#include <stdio.h>
#include <string.h>
#include <yaml.h>
#include "base/base64.h"
#include "base/goquote.h"
#include "base/json.h"
#include "base/number.h"
#include "render/yaml/goscan.h"
#include "render/yaml/hint.h"
#include "render/yaml/internal.h"
#include "render/yaml/yaml.h"

struct anchor {
	const char *name;
	struct node *node; /* NULL while it is being read */
	size_t weight;	   /* nodes that an alias to it stands for */
};

struct duplicates {
	VEC(struct yaml_duplicate);
};

struct reader {
	struct run *run;
	struct arena *arena;
	enum yaml_dialect dialect;
	const char *file;
	const char *text;
	size_t len;
	origin_id origin;
	bool ascii;
	size_t chars, bytes; /* a known pair: libyaml counts characters */
	yaml_parser_t parser;
	struct err *err;
	struct duplicates duplicates;
	struct {
		VEC(struct anchor);
	} anchors;
	size_t weight; /* nodes of this document, aliases expanded */
	unsigned depth;
	char stand_in;	      /* for ':' that libyaml refuses, or 0 */
	char flow;	      /* ']' or '}' in a flow collection, or 0 */
	bool first_only;      /* what follows the first document isn't looked at */
	const char *go_error; /* the failure in go-yaml's words, where they are known */
	bool odd;	      /* the parser failed, or a key is none: it may be no YAML at all */
	struct late_failure {
		bool set;
		struct err err;
		const char *go_error;
	} late[2]; /* of decoding; of keys that become JSON's */
};

static struct node *read_node(struct reader *r, yaml_event_t *event);

/* The byte offset of libyaml's character index. Marks hardly move back, so walking is cheap. */
static size_t byte_offset(struct reader *r, size_t chars)
{
	if (r->ascii)
		return chars < r->len ? chars : r->len;
	while (r->chars < chars && r->bytes < r->len) {
		r->bytes++;
		while (r->bytes < r->len && ((unsigned char)r->text[r->bytes] & 0xc0) == 0x80)
			r->bytes++;
		r->chars++;
	}
	while (r->chars > chars && r->bytes > 0) {
		r->bytes--;
		while (r->bytes > 0 && ((unsigned char)r->text[r->bytes] & 0xc0) == 0x80)
			r->bytes--;
		r->chars--;
	}
	return r->bytes;
}

static origin_id origin_at(struct reader *r, const yaml_mark_t *mark)
{
	return r->origin ? r->origin + (origin_id)byte_offset(r, mark->index) : 0;
}

static struct pos pos_at(const struct reader *r, const yaml_mark_t *mark)
{
	return (struct pos){ r->file, (unsigned)mark->line + 1, (unsigned)mark->column + 1 };
}

static int fail(struct reader *r, enum err_code code, const yaml_mark_t *mark, const char *what)
{
	return err_raise(r->err, code, pos_at(r, mark), "%s", what);
}

/* go-yaml's way with a parser's failure: mostly the line before, counted from 1. */
static const char *go_parser_error(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	size_t line = p->problem_mark.line;
	const char *problem = p->problem ? p->problem : "unknown problem parsing YAML content";

	if (line)
		line += p->error == YAML_SCANNER_ERROR;
	else
		line = p->context_mark.line;
	if (!line || p->error == YAML_READER_ERROR)
		return arena_printf(r->arena, "yaml: %s", problem);
	return arena_printf(r->arena, "yaml: line %zu: %s", line, problem);
}

/* libyaml's own complaint, with the place in the text. */
static int parser_failed(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	struct pos pos = pos_at(r, &p->problem_mark);
	size_t i;

	r->odd = true;
	r->go_error = go_parser_error(r);
	if (p->error == YAML_READER_ERROR) {
		pos.line = pos.column = 1;
		for (i = 0; i < p->problem_offset && i < r->len; i++) {
			pos.column = r->text[i] == '\n' ? 1 : pos.column + 1;
			pos.line += r->text[i] == '\n';
		}
		return err_raise(r->err, ERR_INPUT, pos, "not YAML: %s (byte 0x%02x)", p->problem,
				 (unsigned)p->problem_value & 0xff);
	}
	if (p->context)
		return err_raise(r->err, ERR_INPUT, pos, "not YAML: %s %s at line %zu", p->problem,
				 p->context, p->context_mark.line + 1);
	return err_raise(r->err, ERR_INPUT, pos, "not YAML: %s",
			 p->problem ? p->problem : "unknown problem");
}

static int next_event(struct reader *r, yaml_event_t *event)
{
	return yaml_parser_parse(&r->parser, event) ? 0 : parser_failed(r);
}

static int count_nodes(struct reader *r, size_t more, const yaml_mark_t *mark)
{
	r->weight += more;
	if (r->weight > LIMIT_DOCUMENT_NODES)
		return fail(r, ERR_LIMIT, mark, "document has too many values, aliases expanded");
	if (arena_over_budget(r->arena))
		return fail(r, ERR_LIMIT, mark, "the memory budget of the run is spent");
	return 0;
}

/*
 * go-yaml parses a whole document before it looks at what it says: the failure that was just raised
 * is kept until then, if it is the first one. Limits are not put off.
 */
static int put_off(struct reader *r, unsigned phase)
{
	if (!r->late[phase].set) {
		r->late[phase].set = true;
		r->late[phase].err = *r->err;
		r->late[phase].go_error = r->go_error;
	}
	*r->err = (struct err)ERR_INIT;
	r->go_error = NULL;
	return 0;
}

static int raise_late(struct reader *r)
{
	unsigned phase;

	for (phase = 0; phase < ARRAY_SIZE(r->late); phase++) {
		if (!r->late[phase].set)
			continue;
		*r->err = r->late[phase].err;
		r->go_error = r->late[phase].go_error;
		return -1;
	}
	return 0;
}

/* ---- scalars ---- */

static enum node_style scalar_style(yaml_scalar_style_t style)
{
	switch (style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
		return STYLE_SINGLE;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		return STYLE_DOUBLE;
	case YAML_LITERAL_SCALAR_STYLE:
		return STYLE_LITERAL;
	case YAML_FOLDED_SCALAR_STYLE:
		return STYLE_FOLDED;
	case YAML_ANY_SCALAR_STYLE:
	case YAML_PLAIN_SCALAR_STYLE:
		break;
	}
	return STYLE_PLAIN;
}

/* The bytes of a !!binary; -1 when it is not base64. */
static int decode_binary(struct arena *a, struct node *n)
{
	struct buf b;
	bool ok;

	buf_init(&b, 0);
	ok = base64_decode(&b, n->text, n->len);
	n->text = arena_memdup(a, b.text, b.len);
	n->len = (uint32_t)b.len;
	buf_release(&b);
	return ok ? 0 : -1;
}

static const char *go_type_tag(enum node_type type)
{
	static const char *const tags[] = { "null", "bool", "int", "float", "str" };

	return type < ARRAY_SIZE(tags) ? tags[type] : "";
}

static int apply_tag(struct reader *r, struct node *n, const char *tag, const yaml_mark_t *mark)
{
	static const char prefix[] = "tag:yaml.org,2002:";
	static const struct {
		const char *name;
		enum node_type type;
	} tags[] = {
		{ "str", NODE_STR },	 { "bool", NODE_BOOL }, { "int", NODE_INT },
		{ "float", NODE_FLOAT }, { "null", NODE_NULL }, { "timestamp", NODE_STR },
		{ "binary", NODE_STR },
	};
	enum node_type found = yaml_resolve(r->dialect, n->text, n->len);
	size_t i;

	n->type = NODE_STR;
	n->tagged = 1;
	if (strncmp(tag, prefix, sizeof(prefix) - 1))
		return 0;
	tag += sizeof(prefix) - 1;
	for (i = 0; i < ARRAY_SIZE(tags) && strcmp(tags[i].name, tag); i++)
		;
	if (i == ARRAY_SIZE(tags))
		return 0;
	if (!strcmp(tag, "binary") && decode_binary(r->arena, n) < 0) {
		r->go_error = "yaml: !!binary value contains invalid base64 data";
		fail(r, ERR_INPUT, mark, "!!binary value is not base64");
		return put_off(r, 0);
	}
	n->type = (uint8_t)tags[i].type;
	if (n->type == NODE_STR || n->type == found || (n->type == NODE_FLOAT && found == NODE_INT))
		return 0;
	r->go_error = arena_printf(r->arena, "yaml: cannot decode !!%s `%s` as a !!%s",
				   go_type_tag(found), n->text, tag);
	err_raise(r->err, ERR_INPUT, pos_at(r, mark), "cannot decode '%.60s' as a !!%s", n->text,
		  tag);
	return put_off(r, 0);
}

/* go-yaml v2 reads on from `at` in its own way, and fails. */
static int fail_scan(struct reader *r, const yaml_event_t *event, const char *at, bool scanner)
{
	const char *from = r->text + byte_offset(r, event->start_mark.index);
	size_t line = event->start_mark.line;
	const char *what = scanner	    ? "found unknown escape character"
			   : r->flow == ']' ? "did not find expected ',' or ']'"
					    : "did not find expected ',' or '}'";

	for (; from < at; from++)
		line += *from == '\n';
	r->go_error = !line ? arena_printf(r->arena, "yaml: %s", what)
			    : arena_printf(r->arena, "yaml: line %zu: %s", line + scanner, what);
	return fail(r, ERR_INPUT, &event->start_mark, what);
}

static int check_scan(struct reader *r, const yaml_event_t *event)
{
	const char *from = r->text + byte_offset(r, event->start_mark.index);
	const char *to = r->text + byte_offset(r, event->end_mark.index), *at = NULL;
	bool quoted = event->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;

	if (quoted)
		at = goscan_bad_escape(from, to);
	else if (r->flow && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
		at = goscan_cut(from, to);
	return at ? fail_scan(r, event, at, quoted) : 0;
}

/* The scalar's text, with the ':' again that libyaml was not shown. */
static const char *shown_text(struct reader *r, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length, i;
	char *copy;

	if (!r->stand_in || !memchr(text, r->stand_in, len))
		return text;
	copy = arena_memdup(r->arena, text, len);
	for (i = 0; i < len; i++)
		if (copy[i] == r->stand_in)
			copy[i] = ':';
	return copy;
}

static struct node *read_scalar(struct reader *r, const yaml_event_t *event)
{
	const char *text = shown_text(r, event);
	size_t len = event->data.scalar.length;
	bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	enum node_type type = plain ? yaml_resolve(r->dialect, text, len) : NODE_STR;
	struct node *n = node_scalar(r->arena, type, text, len);

	if (r->dialect == YAML_SIGS && check_scan(r, event) < 0)
		return NULL;
	n->style = (uint8_t)scalar_style(event->data.scalar.style);
	n->empty = plain && !len;
	n->origin = origin_at(r, &event->start_mark);
	if (event->data.scalar.tag && strcmp((char *)event->data.scalar.tag, "!") &&
	    apply_tag(r, n, (const char *)event->data.scalar.tag, &event->start_mark) < 0)
		return NULL;
	if (event->data.scalar.tag && !strcmp((char *)event->data.scalar.tag, "!"))
		n->type = NODE_STR;
	return n;
}

/* ---- anchors ---- */

/* Known from here on, while its node is still being read. */
static size_t anchor_open(struct reader *r, const yaml_char_t *name)
{
	if (name)
		*vec_push(r->arena, &r->anchors) =
			(struct anchor){ arena_strdup(r->arena, (const char *)name), NULL, 0 };
	return r->anchors.count;
}

static void anchor_close(struct reader *r, size_t which, struct node *n, size_t before)
{
	r->anchors.items[which - 1].node = n;
	r->anchors.items[which - 1].weight = r->weight - before;
}

static struct node *fail_self(struct reader *r, const yaml_event_t *event)
{
	const char *name = (const char *)event->data.alias.anchor;

	r->go_error = arena_printf(r->arena, "yaml: anchor '%s' value contains itself", name);
	err_raise(r->err, ERR_INPUT, pos_at(r, &event->start_mark),
		  "anchor '%.60s' value contains itself", name);
	put_off(r, 0);
	return node_scalar(r->arena, NODE_NULL, "null", 4);
}

static struct node *read_alias(struct reader *r, const yaml_event_t *event)
{
	const char *name = (const char *)event->data.alias.anchor;
	size_t i;

	for (i = r->anchors.count; i-- > 0;) {
		const struct anchor *a = &r->anchors.items[i];

		if (strcmp(a->name, name))
			continue;
		if (!a->node)
			return fail_self(r, event);
		if (count_nodes(r, a->weight, &event->start_mark) < 0)
			return NULL;
		return a->node;
	}
	r->go_error = arena_printf(r->arena, "yaml: unknown anchor '%s' referenced", name);
	err_raise(r->err, ERR_INPUT, pos_at(r, &event->start_mark), "unknown anchor '%.60s'", name);
	return NULL;
}

/* ---- mappings ---- */

/* sigs.k8s.io/yaml turns keys into strings: `yes: 1` has the key "true", `0x10: 1` the key "16". */
static int key_as_string(struct reader *r, struct node *key, const yaml_mark_t *mark)
{
	char text[NUMBER_TEXT];
	int64_t number;
	double value;

	if (r->dialect == YAML_SIGS && key->type == NODE_NULL)
		return fail(r, ERR_INPUT, mark, "a mapping's key must not be null");
	if (r->dialect == YAML_SIGS && key->type == NODE_BOOL) {
		key->text = node_true(key) ? "true" : "false";
	} else if (r->dialect == YAML_SIGS && key->type == NODE_INT &&
		   number_parse_int(key->text, key->len, &number)) {
		key->text = arena_printf(r->arena, "%lld", (long long)number);
	} else if (r->dialect == YAML_SIGS && key->type == NODE_FLOAT &&
		   number_parse_float(key->text, key->len, &value)) {
		number_format(text, (double)(float)value, 'g');
		key->text = arena_strdup(r->arena, text);
	} else {
		key->type = NODE_STR;
		return 0;
	}
	key->len = (uint32_t)strlen(key->text);
	key->type = NODE_STR;
	return 0;
}

/* sigs.k8s.io/yaml's words for a null key, with Go's %+#v of what stands behind it. */
static const char *null_key(struct reader *r, const struct node *value)
{
	static const char text[] = "unsupported map key of type: %!s(<nil>), key: <nil>, value: ";
	const char *shown = value->text;

	if (!node_is_scalar(value))
		return NULL;
	if (value->type == NODE_NULL)
		shown = "<nil>";
	else if (value->type == NODE_BOOL)
		shown = node_true(value) ? "true" : "false";
	else if (value->type == NODE_STR)
		shown = goquote(r->arena, value->text);
	return arena_printf(r->arena, "%.*s%s", (int)sizeof(text) - 1, text, shown);
}

/* Go's %#v of what a key was decoded to. */
static void put_go_syntax(struct reader *r, struct buf *b, const struct node *n)
{
	bool map = node_is(n, NODE_MAP);
	uint32_t i;

	if (map || node_is(n, NODE_SEQ)) {
		buf_str(b, map ? "map[interface {}]interface {}{" : "[]interface {}{");
		for (i = 0; i < n->len; i++) {
			buf_str(b, i ? ", " : "");
			if (map) {
				put_go_syntax(r, b, n->entries[i].key);
				buf_str(b, ":");
			}
			put_go_syntax(r, b, map ? n->entries[i].value : n->items[i]);
		}
		buf_str(b, "}");
	} else if (n->type == NODE_NULL) {
		buf_str(b, "interface {}(nil)");
	} else if (n->type == NODE_BOOL) {
		buf_str(b, node_true(n) ? "true" : "false");
	} else {
		buf_str(b, n->type == NODE_STR ? goquote(r->arena, n->text) : n->text);
	}
}

static int fail_key(struct reader *r, const struct node *key, const yaml_mark_t *mark)
{
	struct buf b;

	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	put_go_syntax(r, &b, key);
	r->go_error = arena_printf(r->arena, "yaml: invalid map key: %s", b.text);
	buf_release(&b);
	r->odd = true;
	fail(r, ERR_INPUT, mark, "a mapping's key must be a scalar");
	return put_off(r, 0);
}

/* Whether a key's node is one of those that a merge brought. */
static bool is_from(const struct node *merged, const struct node *key)
{
	uint32_t i;

	if (!merged)
		return false;
	if (node_is(merged, NODE_SEQ)) {
		for (i = 0; i < merged->len; i++)
			if (node_is(merged->items[i], NODE_MAP) && is_from(merged->items[i], key))
				return true;
		return false;
	}
	for (i = 0; node_is(merged, NODE_MAP) && i < merged->len; i++)
		if (merged->entries[i].key == key)
			return true;
	return false;
}

static void map_put(struct reader *r, struct node *map, struct node *key, struct node *value,
		    const struct node *merged)
{
	struct node_entry *e;
	uint32_t i;

	if (!node_get_n(map, key->text, key->len)) {
		node_append_entry(r->arena, map, key, value);
		return;
	}
	for (i = 0; i < map->len; i++) {
		e = &map->entries[i];
		if (e->key->len != key->len || memcmp(e->key->text, key->text, key->len))
			continue;
		*vec_push(r->arena, &r->duplicates) =
			(struct yaml_duplicate){ map, key, e->key, is_from(merged, e->key) };
		if (is_from(merged, e->key))
			e->key = key;
		e->value = value;
		return;
	}
}

/*
 * go-yaml v2 merges where the '<<' stands, over what the mapping said before; its strict decoding
 * takes such a key for a duplicate.
 */
static void override(struct reader *r, struct node *map, const struct node_entry *by)
{
	uint32_t i;

	for (i = 0; i < map->len; i++) {
		struct node_entry *e = &map->entries[i];

		if (e->key->len != by->key->len ||
		    memcmp(e->key->text, by->key->text, by->key->len))
			continue;
		*vec_push(r->arena, &r->duplicates) =
			(struct yaml_duplicate){ map, e->key, by->key, true };
		e->value = by->value;
	}
}

static int merge_map(struct reader *r, struct node *map, const struct node *from,
		     const yaml_mark_t *mark)
{
	uint32_t i;

	if (!node_is(from, NODE_MAP)) {
		r->go_error = "yaml: map merge requires map or sequence of maps as the value";
		fail(r, ERR_INPUT, mark, "a merge ('<<') needs a mapping or a list of mappings");
		return put_off(r, 0);
	}
	for (i = 0; i < from->len; i++) {
		struct node_entry *e = &from->entries[i];

		if (!node_get_n(map, e->key->text, e->key->len))
			node_append_entry(r->arena, map, e->key, e->value);
		else if (r->dialect == YAML_SIGS)
			override(r, map, e);
	}
	return 0;
}

/* The first mapping of a list wins. */
static int merge_in(struct reader *r, struct node *map, const struct node *merged,
		    const yaml_mark_t *mark)
{
	uint32_t i;

	if (!node_is(merged, NODE_SEQ))
		return merge_map(r, map, merged, mark);
	for (i = 0; i < merged->len; i++) {
		uint32_t at = r->dialect == YAML_SIGS ? merged->len - 1 - i : i;

		if (merge_map(r, map, merged->items[at], mark) < 0)
			return -1;
	}
	return 0;
}

static bool is_merge_key(const struct node *key)
{
	return key->type <= NODE_STR && key->style == STYLE_PLAIN && key->len == 2 &&
	       !memcmp(key->text, "<<", 2);
}

/* Read the node that follows; its start goes to *mark. NULL on failure or at the end event. */
static struct node *read_next(struct reader *r, yaml_event_type_t end, bool *ended,
			      yaml_mark_t *mark)
{
	yaml_event_t event;
	struct node *n = NULL;

	*ended = false;
	if (next_event(r, &event) < 0)
		return NULL;
	*mark = event.start_mark;
	if (event.type == end)
		*ended = true;
	else
		n = read_node(r, &event);
	yaml_event_delete(&event);
	return n;
}

static int read_entries(struct reader *r, struct node *map)
{
	struct node *key, *value, *merged = NULL;
	yaml_mark_t mark, merge_mark = { 0 }, value_mark;
	bool ended, scalar, late = r->dialect != YAML_SIGS; /* then the mapping's own keys win */

	for (;;) {
		key = read_next(r, YAML_MAPPING_END_EVENT, &ended, &mark);
		if (ended)
			return merged && late ? merge_in(r, map, merged, &merge_mark) : 0;
		if (!key)
			return -1;
		scalar = node_is_scalar(key);
		if (!scalar && fail_key(r, key, &mark) < 0)
			return -1;
		value = read_next(r, YAML_NO_EVENT, &ended, &value_mark);
		if (!value)
			return -1;
		if (!scalar)
			continue;
		if (is_merge_key(key)) {
			if (merged && late && merge_in(r, map, merged, &merge_mark) < 0)
				return -1;
			merged = value;
			merge_mark = mark;
			if (!late && merge_in(r, map, merged, &mark) < 0)
				return -1;
			continue;
		}
		if (key->type != NODE_STR)
			key = node_copy_shallow(r->arena, key); /* may be an alias's */
		if (key_as_string(r, key, &mark) < 0) {
			r->go_error = null_key(r, value);
			put_off(r, 1);
			continue;
		}
		map_put(r, map, key, value, late ? NULL : merged);
	}
}

static int read_items(struct reader *r, struct node *seq)
{
	yaml_mark_t mark;
	struct node *item;
	bool ended;

	for (;;) {
		item = read_next(r, YAML_SEQUENCE_END_EVENT, &ended, &mark);
		if (ended)
			return 0;
		if (!item)
			return -1;
		node_append(r->arena, seq, item);
	}
}

/* The byte at a mark: the mapping of `[a: b]` has no bracket of its own. */
static char text_at(struct reader *r, const yaml_mark_t *mark)
{
	size_t at = byte_offset(r, mark->index);

	return at < r->len ? r->text[at] : '\0';
}

static struct node *read_collection(struct reader *r, const yaml_event_t *event)
{
	bool map = event->type == YAML_MAPPING_START_EVENT;
	struct node *n = map ? node_map(r->arena) : node_seq(r->arena);
	char outer = r->flow;
	bool flow = map ? event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
			: event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	int rc;

	n->style = flow ? STYLE_FLOW : STYLE_ANY;
	n->origin = origin_at(r, &event->start_mark);
	if (++r->depth > LIMIT_DEPTH) {
		fail(r, ERR_LIMIT, &event->start_mark, "nested too deeply");
		return NULL;
	}
	if (flow && text_at(r, &event->start_mark) == (map ? '{' : '['))
		r->flow = map ? '}' : ']';
	rc = map ? read_entries(r, n) : read_items(r, n);
	r->flow = outer;
	r->depth--;
	return rc < 0 ? NULL : n;
}

static struct node *read_node(struct reader *r, yaml_event_t *event)
{
	size_t before = r->weight;
	size_t anchor, count = r->anchors.count;
	struct node *n;
	bool named;

	if (event->type == YAML_ALIAS_EVENT)
		return read_alias(r, event);
	if (count_nodes(r, 1, &event->start_mark) < 0)
		return NULL;
	anchor = anchor_open(r, event->type == YAML_SCALAR_EVENT ? event->data.scalar.anchor
				: event->type == YAML_MAPPING_START_EVENT
					? event->data.mapping_start.anchor
					: event->data.sequence_start.anchor);
	named = anchor > count;
	n = event->type == YAML_SCALAR_EVENT ? read_scalar(r, event) : read_collection(r, event);
	if (n && named)
		anchor_close(r, anchor, n, before);
	return n;
}

/* ---- documents ---- */

static int read_document(struct reader *r, const yaml_event_t *start, struct yaml_docs *out)
{
	struct yaml_doc doc = { .origin = origin_at(r, &start->start_mark),
				.start = byte_offset(r, start->end_mark.index) };
	yaml_event_t event;
	struct node *root;

	r->anchors.count = r->duplicates.count = r->weight = r->depth = 0;
	if (next_event(r, &event) < 0)
		return -1;
	root = read_node(r, &event);
	yaml_event_delete(&event);
	if (!root)
		return -1;
	doc.root = root->empty && !root->tagged ? NULL : root;
	if (doc.root)
		doc.origin = root->origin;
	if (next_event(r, &event) < 0)
		return -1;
	doc.end = byte_offset(r, event.start_mark.index);
	yaml_event_delete(&event);
	if (raise_late(r) < 0)
		return -1;
	doc.duplicate_count = r->duplicates.count;
	doc.duplicates = r->duplicates.items;
	r->duplicates = (struct duplicates){ 0 };
	*vec_push(r->arena, out) = doc;
	return 0;
}

static int read_stream(struct reader *r, struct yaml_docs *out)
{
	yaml_event_t event;
	bool more = true;
	int rc = 0;

	while (more && !rc) {
		if (next_event(r, &event) < 0)
			return -1;
		if (event.type == YAML_DOCUMENT_START_EVENT)
			rc = read_document(r, &event, out);
		more = event.type != YAML_STREAM_END_EVENT && !(r->first_only && out->count);
		yaml_event_delete(&event);
	}
	return rc;
}

static void json_duplicate(void *data, const struct node *map, const struct node *key,
			   const struct node *first)
{
	struct reader *r = data;

	*vec_push(r->arena, &r->duplicates) = (struct yaml_duplicate){ map, key, first, false };
}

/* A text that is one JSON value, as kubectl's YAMLOrJSONDecoder takes it; false when it is none. */
static bool read_as_json(struct reader *r, struct yaml_docs *out)
{
	struct json_options options = {
		.file = r->file, .origin = r->origin, .duplicate = json_duplicate, .data = r
	};
	size_t start = 0;
	struct err err;
	struct node *root;

	while (start < r->len && strchr(" \t\r\n", r->text[start]) && r->text[start])
		start++;
	if (start == r->len || r->text[start] != '{')
		return false;
	root = json_read(r->arena, r->text, r->len, &options, &err);
	if (root)
		*vec_push(r->arena, out) = (struct yaml_doc){
			root, root->origin, start, r->len, r->duplicates.items, r->duplicates.count,
		};
	else
		r->duplicates.count = 0;
	return root;
}

static bool read_as_block(struct reader *r, struct yaml_docs *out)
{
	struct block_text in = {
		.arena = r->arena,
		.dialect = r->dialect,
		.text = r->text,
		.len = r->len,
		.origin = r->origin,
		.first_only = r->first_only,
	};

	return block_read(&in, out);
}

static bool is_ascii(const char *text, size_t len)
{
	uint64_t any = 0, eight;
	size_t i = 0;

	for (; i + 8 <= len; i += 8) {
		memcpy(&eight, text + i, 8);
		any |= eight;
	}
	for (; i < len; i++)
		any |= (unsigned char)text[i];
	return !(any & 0x8080808080808080U);
}

/* Hide the ':' that the parser just refused; false when that is not what it failed at. */
static bool hide_colon(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	const char *copy;

	if (r->dialect != YAML_SIGS || p->error != YAML_SCANNER_ERROR || !p->problem ||
	    strcmp(p->problem, "found unexpected ':'"))
		return false;
	copy = goscan_hide_colon(r->arena, r->text, r->len, byte_offset(r, p->problem_mark.index),
				 &r->stand_in);
	if (!copy)
		return false;
	r->text = copy;
	r->go_error = NULL;
	*r->err = (struct err)ERR_INIT;
	memset(r->late, 0, sizeof(r->late));
	return true;
}

static int read_by_libyaml(struct reader *r, struct yaml_docs *out)
{
	enum { COLONS = 64 }; /* each one reads the text anew */
	size_t before = out->count;
	unsigned tries = 0;
	bool again;
	int rc;

	do {
		out->count = before;
		r->flow = 0;
		if (!yaml_parser_initialize(&r->parser))
			return err_raise(r->err, ERR_LIMIT, NO_POS, "no memory for a YAML parser");
		yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
		yaml_parser_set_input_string(&r->parser, (const unsigned char *)r->text, r->len);
		rc = read_stream(r, out);
		again = rc < 0 && tries++ < COLONS && hide_colon(r);
		yaml_parser_delete(&r->parser);
	} while (again);
	return rc;
}

static int read_text(struct reader *r, struct yaml_docs *out)
{

	if (r->len > LIMIT_FILE_BYTES)
		return err_raise(r->err, ERR_LIMIT, (struct pos){ r->file, 0, 0 },
				 "larger than %u MiB", LIMIT_FILE_BYTES >> 20);
	if (r->len >= 3 && !memcmp(r->text, "\xef\xbb\xbf", 3)) { /* the encoding is known */
		r->text += 3;
		r->len -= 3;
		r->origin += r->origin ? 3 : 0;
	}
	if (read_as_json(r, out) || read_as_block(r, out))
		return 0;
	return read_by_libyaml(r, out);
}

int yaml_read(struct run *run, struct arena *a, enum yaml_dialect dialect, const char *file,
	      const char *text, size_t len, origin_id origin, struct yaml_docs *out,
	      struct err *err)
{
	struct reader r = {
		.run = run,
		.arena = a,
		.dialect = dialect,
		.file = file,
		.text = text,
		.len = len,
		.origin = origin,
		.ascii = is_ascii(text, len),
		.err = err,
	};

	if (read_text(&r, out) == 0)
		return 0;
	if (r.odd)
		yaml_hint(text, len, err);
	return -1;
}

/* What JSON has no number for, as Go names it: "+Inf"; NULL when the tree has none. */
static const char *no_json_number(const struct node *n)
{
	const char *found = NULL, *text;
	uint32_t i;

	if (!n)
		return NULL;
	if (n->type == NODE_FLOAT) {
		text = n->text + (*n->text == '-' || *n->text == '+');
		if (*text == '.' && (text[1] | 0x20) == 'i')
			return *n->text == '-' ? "-Inf" : "+Inf";
		return *text == '.' && (text[1] | 0x20) == 'n' ? "NaN" : NULL;
	}
	for (i = 0; !found && (n->type == NODE_SEQ || n->type == NODE_MAP) && i < n->len; i++)
		found = no_json_number(n->type == NODE_SEQ ? n->items[i] : n->entries[i].value);
	return found;
}

const char *yaml_read_go(struct run *run, struct arena *a, const char *text, size_t len,
			 origin_id origin, struct node **out)
{
	struct err err = ERR_INIT;
	struct yaml_docs docs = { 0 };
	struct reader r = {
		.run = run,
		.arena = a,
		.dialect = YAML_SIGS,
		.text = text,
		.len = len,
		.origin = origin,
		.ascii = is_ascii(text, len),
		.err = &err,
		.first_only = true,
	};

	*out = NULL;
	if (read_text(&r, &docs) < 0)
		return arena_printf(a, "error converting YAML to JSON: %s",
				    r.go_error ? r.go_error : arena_printf(a, "yaml: %s", err.msg));
	if (docs.count) {
		const char *number = no_json_number(docs.items[0].root);

		if (number)
			return arena_printf(
				a, "error converting YAML to JSON: json: unsupported value: %s",
				number);
		*out = docs.items[0].root;
	}
	return NULL;
}

int yaml_read_one(struct run *run, struct arena *a, enum yaml_dialect dialect, const char *file,
		  const char *text, size_t len, origin_id origin, struct node **out,
		  struct err *err)
{
	struct yaml_docs docs = { 0 };
	size_t i;

	*out = NULL;
	if (yaml_read(run, a, dialect, file, text, len, origin, &docs, err) < 0)
		return -1;
	for (i = 0; i < docs.count; i++) {
		if (!docs.items[i].root)
			continue;
		if (*out)
			return err_raise(err, ERR_INPUT,
					 origins_pos(run->origins, docs.items[i].origin),
					 "expected one document, found another");
		*out = docs.items[i].root;
	}
	return 0;
}
