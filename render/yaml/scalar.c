/* Scalars, with their tags, and where go-yaml v2 scans them in its own way. */
#include <string.h>
#include "base/base64.h"
#include "render/yaml/goscan.h"
#include "render/yaml/internal_reader.h"

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
		reader_fail(r, ERR_INPUT, mark, "!!binary value is not base64");
		return reader_put_off(r, 0);
	}
	if (r->dialect == YAML_KYAML && !strcmp(tag, "timestamp")) {
		n->tagged = !yaml_is_timestamp(n->text, n->len);
		n->style = n->tagged ? n->style : STYLE_PLAIN;
	}
	n->type = (uint8_t)tags[i].type;
	if (n->type == NODE_STR || n->type == found || (n->type == NODE_FLOAT && found == NODE_INT))
		return 0;
	r->go_error = arena_printf(r->arena, "yaml: cannot decode !!%s `%s` as a !!%s",
				   go_type_tag(found), n->text, tag);
	err_raise(r->err, ERR_INPUT, reader_pos(r, mark), "cannot decode '%.60s' as a !!%s",
		  n->text, tag);
	return reader_put_off(r, 0);
}

/* go-yaml v2 reads on from `at` in its own way, and fails. */
static int fail_scan(struct reader *r, const yaml_event_t *event, const char *at, bool scanner)
{
	const char *from = r->text + reader_offset(r, event->start_mark.index);
	size_t line = event->start_mark.line;
	const char *what = scanner	    ? "found unknown escape character"
			   : r->flow == ']' ? "did not find expected ',' or ']'"
					    : "did not find expected ',' or '}'";

	for (; from < at; from++)
		line += *from == '\n';
	r->go_error = !line ? arena_printf(r->arena, "yaml: %s", what)
			    : arena_printf(r->arena, "yaml: line %zu: %s", line + scanner, what);
	return reader_fail(r, ERR_INPUT, &event->start_mark, what);
}

static int check_scan(struct reader *r, const yaml_event_t *event)
{
	const char *from = r->text + reader_offset(r, event->start_mark.index);
	const char *to = r->text + reader_offset(r, event->end_mark.index), *at = NULL;
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

struct node *reader_scalar(struct reader *r, const yaml_event_t *event)
{
	const char *text = shown_text(r, event);
	size_t len = event->data.scalar.length;
	bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	enum node_type type = plain ? yaml_resolve(r->dialect, text, len) : NODE_STR;
	struct node *n = node_scalar(r->arena, type, text, len);

	if (check_scan(r, event) < 0)
		return NULL;
	n->style = (uint8_t)scalar_style(event->data.scalar.style);
	n->empty = plain && !len;
	n->origin = reader_origin(r, &event->start_mark);
	if (event->data.scalar.tag && strcmp((char *)event->data.scalar.tag, "!") &&
	    apply_tag(r, n, (const char *)event->data.scalar.tag, &event->start_mark) < 0)
		return NULL;
	if (event->data.scalar.tag && !strcmp((char *)event->data.scalar.tag, "!") &&
	    r->dialect == YAML_SIGS) /* to go-yaml v3 it says nothing */
		n->type = NODE_STR;
	return n;
}
