#include <string.h>
#include "base/json.h"
#include "render/yaml/goscan.h"
#include "render/yaml/hint.h"
#include "render/yaml/internal.h"
#include "render/yaml/internal_reader.h"

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
	err_raise(r->err, ERR_INPUT, reader_pos(r, &event->start_mark),
		  "anchor '%.60s' value contains itself", name);
	reader_put_off(r, 0);
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
		if (reader_count(r, a->weight, &event->start_mark) < 0)
			return NULL;
		return a->node;
	}
	r->go_error = arena_printf(r->arena, "yaml: unknown anchor '%s' referenced", name);
	err_raise(r->err, ERR_INPUT, reader_pos(r, &event->start_mark), "unknown anchor '%.60s'",
		  name);
	return NULL;
}

/* ---- nodes ---- */

static struct node *read_node(struct reader *r, yaml_event_t *event);

/* Read the node that follows; its start goes to *mark. NULL on failure or at the end event. */
static struct node *read_next(struct reader *r, yaml_event_type_t end, bool *ended,
			      yaml_mark_t *mark)
{
	yaml_event_t event;
	struct node *n = NULL;

	*ended = false;
	if (reader_next(r, &event) < 0)
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
			return merged && late ? reader_merge(r, map, merged, &merge_mark) : 0;
		if (!key)
			return -1;
		scalar = node_is_scalar(key);
		if (!scalar && reader_fail_key(r, key, &mark) < 0)
			return -1;
		value = read_next(r, YAML_NO_EVENT, &ended, &value_mark);
		if (!value)
			return -1;
		if (!scalar)
			continue;
		if (reader_is_merge_key(key)) {
			if (merged && late && reader_merge(r, map, merged, &merge_mark) < 0)
				return -1;
			merged = value;
			merge_mark = mark;
			if (!late && reader_merge(r, map, merged, &mark) < 0)
				return -1;
			continue;
		}
		if (key->type != NODE_STR)
			key = node_copy_shallow(r->arena, key); /* may be an alias's */
		if (reader_key_as_string(r, key, &mark) < 0) {
			r->go_error = reader_null_key(r, value);
			reader_put_off(r, 1);
			continue;
		}
		reader_put_entry(r, map, key, value, late ? NULL : merged);
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
	size_t at = reader_offset(r, mark->index);

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
	n->origin = reader_origin(r, &event->start_mark);
	if (++r->depth > LIMIT_DEPTH) {
		reader_fail(r, ERR_LIMIT, &event->start_mark, "nested too deeply");
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
	if (reader_count(r, 1, &event->start_mark) < 0)
		return NULL;
	anchor = anchor_open(r, event->type == YAML_SCALAR_EVENT ? event->data.scalar.anchor
				: event->type == YAML_MAPPING_START_EVENT
					? event->data.mapping_start.anchor
					: event->data.sequence_start.anchor);
	named = anchor > count;
	n = event->type == YAML_SCALAR_EVENT ? reader_scalar(r, event) : read_collection(r, event);
	if (n && named)
		anchor_close(r, anchor, n, before);
	return n;
}

/* ---- documents ---- */

static int read_document(struct reader *r, const yaml_event_t *start, struct yaml_docs *out)
{
	struct yaml_doc doc = { .origin = reader_origin(r, &start->start_mark),
				.start = reader_offset(r, start->end_mark.index) };
	yaml_event_t event;
	struct node *root;

	r->anchors.count = r->duplicates.count = r->weight = r->depth = 0;
	if (reader_next(r, &event) < 0)
		return -1;
	root = read_node(r, &event);
	yaml_event_delete(&event);
	if (!root)
		return -1;
	doc.root = root->empty && !root->tagged ? NULL : root;
	if (doc.root)
		doc.origin = root->origin;
	if (reader_next(r, &event) < 0)
		return -1;
	doc.end = reader_offset(r, event.start_mark.index);
	yaml_event_delete(&event);
	if (reader_raise_late(r) < 0)
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
		if (reader_next(r, &event) < 0)
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

	*vec_push(r->arena, &r->duplicates) =
		(struct yaml_duplicate){ .map = map, .key = key, .first = first };
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

	if (p->error != YAML_SCANNER_ERROR || !p->problem ||
	    strcmp(p->problem, "found unexpected ':'"))
		return false;
	copy = goscan_hide_colon(r->arena, r->text, r->len, reader_offset(r, p->problem_mark.index),
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

static int read_hinting(struct reader *r, struct yaml_docs *out)
{
	const char *text = r->text;
	size_t len = r->len;

	r->ascii = is_ascii(text, len);
	if (read_text(r, out) == 0)
		return 0;
	if (r->odd)
		yaml_hint(text, len, r->err);
	return -1;
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
		.err = err,
	};

	return read_hinting(&r, out);
}

int yaml_read_first(struct run *run, struct arena *a, const char *file, const char *text,
		    size_t len, origin_id origin, struct yaml_docs *out, struct err *err)
{
	struct reader r = {
		.run = run,
		.arena = a,
		.dialect = YAML_SIGS,
		.file = file,
		.text = text,
		.len = len,
		.origin = origin,
		.err = err,
		.first_only = true,
	};

	return read_hinting(&r, out);
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
