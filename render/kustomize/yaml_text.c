/*
 * kyaml's printing of a tree. Scalars are printed by the common writer where their style is free;
 * what is quoted in the source stays quoted.
 */
#include <string.h>
#include "render/kustomize/yaml_text.h"
#include "render/yaml/yaml.h"

static void write_node(struct buf *out, const struct node *n, unsigned indent, bool in_list);

static void write_single(struct buf *out, const struct node *n)
{
	uint32_t i;

	buf_char(out, '\'');
	for (i = 0; i < n->len; i++) {
		if (n->text[i] == '\'')
			buf_char(out, '\'');
		buf_char(out, n->text[i]);
	}
	buf_char(out, '\'');
}

static void write_double(struct buf *out, const struct node *n)
{
	static const char from[] = "\n\t\r\"\\\b\f\v\a\033", to[] = "ntr\"\\bfvae";
	const char *found;
	uint32_t i;

	buf_char(out, '"');
	for (i = 0; i < n->len; i++) {
		found = n->text[i] ? strchr(from, n->text[i]) : NULL;
		if (!n->text[i])
			buf_str(out, "\\0");
		else if (found)
			buf_printf(out, "\\%c", to[found - from]);
		else if ((unsigned char)n->text[i] < 0x20)
			buf_printf(out, "\\x%02X", (unsigned)(unsigned char)n->text[i]);
		else
			buf_char(out, n->text[i]);
	}
	buf_char(out, '"');
}

static void write_literal(struct buf *out, const struct node *n, unsigned indent)
{
	const char *line = n->text, *end = n->text + n->len, *next;

	buf_char(out, '|');
	if (*line == ' ' || *line == '\n')
		buf_char(out, '2');
	if (n->len && end[-1] != '\n')
		buf_char(out, '-');
	else if (n->len > 1 && end[-2] == '\n')
		buf_char(out, '+');
	for (; line < end; line = next + 1) {
		next = memchr(line, '\n', (size_t)(end - line));
		if (!next)
			next = end;
		buf_char(out, '\n');
		if (next > line)
			buf_pad(out, ' ', indent);
		buf_add(out, line, (size_t)(next - line));
	}
}

/* The common writer knows what can stand plain. */
static void write_free(struct buf *out, const struct node *n)
{
	struct node one = *n;
	size_t at = out->len;

	one.style = STYLE_ANY;
	if (n->type != NODE_STR) {
		buf_add(out, n->text, n->len);
		return;
	}
	if (n->style == STYLE_PLAIN && yaml_resolve(YAML_KYAML, n->text, n->len) == NODE_STR) {
		buf_add(out, n->text, n->len);
		return;
	}
	yaml_write(out, &one);
	while (out->len > at && out->text[out->len - 1] == '\n')
		buf_cut(out, out->len - 1);
}

static void write_scalar(struct buf *out, const struct node *n, unsigned indent)
{
	if (n->style == STYLE_SINGLE)
		write_single(out, n);
	else if (n->style == STYLE_DOUBLE)
		write_double(out, n);
	else if (n->style == STYLE_LITERAL || n->style == STYLE_FOLDED ||
		 memchr(n->text, '\n', n->len))
		write_literal(out, n, indent ? indent : 2);
	else
		write_free(out, n);
}

static void write_flow(struct buf *out, const struct node *n)
{
	uint32_t i;

	if (n->type < NODE_SEQ) {
		write_scalar(out, n, 0);
		return;
	}
	buf_char(out, n->type == NODE_SEQ ? '[' : '{');
	for (i = 0; i < n->len; i++) {
		if (i)
			buf_str(out, ", ");
		if (n->type == NODE_MAP) {
			write_scalar(out, n->entries[i].key, 0);
			buf_str(out, ": ");
			write_flow(out, n->entries[i].value);
		} else {
			write_flow(out, n->items[i]);
		}
	}
	buf_char(out, n->type == NODE_SEQ ? ']' : '}');
}

static bool is_block(const struct node *n)
{
	return n->type >= NODE_SEQ && n->len && n->style != STYLE_FLOW;
}

static void write_map(struct buf *out, const struct node *n, unsigned indent, bool in_list)
{
	uint32_t i;

	for (i = 0; i < n->len; i++) {
		const struct node *value = n->entries[i].value;

		if (i || !in_list)
			buf_pad(out, ' ', indent);
		write_scalar(out, n->entries[i].key, 0);
		buf_char(out, ':');
		if (is_block(value)) {
			buf_char(out, '\n');
			write_node(out, value, value->type == NODE_SEQ ? indent : indent + 2,
				   false);
			continue;
		}
		if (!(value->type == NODE_NULL && !value->len)) {
			buf_char(out, ' ');
			if (value->type >= NODE_SEQ)
				write_flow(out, value);
			else
				write_scalar(out, value, indent + 2);
		}
		buf_char(out, '\n');
	}
}

static void write_seq(struct buf *out, const struct node *n, unsigned indent, bool in_list)
{
	uint32_t i;

	for (i = 0; i < n->len; i++) {
		const struct node *value = n->items[i];

		if (i || !in_list)
			buf_pad(out, ' ', indent);
		buf_str(out, "- ");
		write_node(out, value, indent + 2, true);
	}
}

static void write_node(struct buf *out, const struct node *n, unsigned indent, bool in_list)
{
	if (is_block(n) && n->type == NODE_MAP) {
		write_map(out, n, indent, in_list);
	} else if (is_block(n)) {
		write_seq(out, n, indent, in_list);
	} else {
		if (n->type >= NODE_SEQ)
			write_flow(out, n);
		else
			write_scalar(out, n, indent);
		buf_char(out, '\n');
	}
}

void yaml_text_write(struct buf *out, const struct node *n)
{
	write_node(out, n, 0, false);
}
