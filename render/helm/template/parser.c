#include "render/helm/template/parser.h"
#include <stdarg.h>
#include <string.h>
#include "render/helm/template/gotext.h"

/* ---- errors ---- */

void *parser_fail(struct parser *p, const char *fmt, ...)
{
	struct buf b;
	va_list args;

	if (p->out->error)
		return NULL;
	buf_init(&b, 0);
	buf_printf(&b, "template: %s:%u: ", p->source->name, p->ahead[0].line);
	va_start(args, fmt);
	buf_vprintf(&b, fmt, args);
	va_end(args);
	p->out->error = buf_dup(&b, p->arena);
	p->out->error_line = p->ahead[0].line;
	buf_release(&b);
	return NULL;
}

/* A token as an error shows it. */
static const char *token_text(struct parser *p, struct token t)
{
	struct buf b;
	const char *text;
	size_t len = 0, chars;
	uint32_t rune;

	if (t.type == TOK_EOF)
		return "EOF";
	if (t.type == TOK_ERROR)
		return arena_memdup(p->arena, parser_text(p, t), t.len);
	if (t.type > TOK_KEYWORD)
		return arena_printf(p->arena, "<%.*s>", (int)t.len, parser_text(p, t));
	buf_init(&b, 0);
	for (chars = 0; len < t.len && (t.len <= 10 || chars < 10); chars++)
		len += rune_decode(parser_text(p, t) + len, t.len - len, &rune);
	go_quote(&b, parser_text(p, t), len, '"', 0);
	if (t.len > 10)
		buf_str(&b, "...");
	text = buf_dup(&b, p->arena);
	buf_release(&b);
	return text;
}

void *parser_unexpected(struct parser *p, struct token t, const char *context)
{
	const char *text = token_text(p, t);
	size_t len = strlen(text);

	if (t.type != TOK_ERROR)
		return parser_fail(p, "unexpected %s in %s", text, context);
	if (!p->action_line || p->action_line == t.line)
		return parser_fail(p, "%s", text);
	/* "unclosed action" is followed by " started at", not by " in action started at". */
	return parser_fail(p, "%s%s started at %s:%u", text,
			   len >= 7 && !strcmp(text + len - 7, " action") ? "" : " in action",
			   p->source->name, p->action_line);
}

struct token parser_expect(struct parser *p, enum token_type type, const char *context)
{
	struct token t = parser_next_word(p);

	if (t.type != type)
		parser_unexpected(p, t, context);
	return t;
}

const char *parser_quoted(struct parser *p, const char *text, size_t len)
{
	struct buf b;
	const char *out;

	buf_init(&b, 0);
	go_quote(&b, text, len, '"', 0);
	out = buf_dup(&b, p->arena);
	buf_release(&b);
	return out;
}

const char *parser_shown(struct parser *p, const struct tnode *n)
{
	struct buf b;
	const char *out;

	buf_init(&b, 0);
	tree_text(&b, n);
	out = buf_dup(&b, p->arena);
	buf_release(&b);
	return out;
}

/* ---- nodes ---- */

struct tnode *parser_node(struct parser *p, enum tnode_type type, uint32_t pos)
{
	struct tnode *n = arena_alloc(p->arena, sizeof(*n));

	*n = (struct tnode){ .type = (uint8_t)type, .pos = pos, .source = p->source };
	return n;
}

void parser_pend(struct parser *p, struct tnode *n)
{
	*vec_push(p->arena, &p->pending) = n;
}

struct tnodes parser_collect(struct parser *p, size_t mark)
{
	struct tnodes out = { NULL, (uint32_t)(p->pending.count - mark) };

	out.items = arena_alloc(p->arena, out.count * sizeof(*out.items));
	if (out.count)
		memcpy(out.items, p->pending.items + mark, out.count * sizeof(*out.items));
	p->pending.count = mark;
	return out;
}

struct tnode *parser_named(struct parser *p, enum tnode_type type, struct token t)
{
	struct tnode *n = parser_node(p, type, t.pos);

	n->name = (struct name){ parser_text(p, t), t.len };
	return n;
}

void parser_idents(struct parser *p, struct tnode *n, const char *text, size_t len)
{
	size_t count = 1, i, start = 0;

	for (i = 0; i < len; i++)
		count += text[i] == '.';
	n->idents = arena_array(p->arena, count, struct name);
	for (i = 0; i <= len; i++) {
		if (i < len && text[i] != '.')
			continue;
		if (i > start || (i == start && start && n->ident_count))
			n->idents[n->ident_count++] =
				(struct name){ text + start, (uint32_t)(i - start) };
		start = i + 1;
	}
}

origin_id source_origin(const struct source *s, size_t pos)
{
	size_t low = 0, high = s->span_count, mid;

	if (!s->span_count)
		return !s->origin || s->whole ? s->origin : s->origin + (origin_id)pos;
	while (low < high) {
		mid = (low + high) / 2;
		if (s->spans[mid].offset <= pos)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? s->spans[low - 1].origin : 0;
}

void parser_text_spans(struct parser *p, struct tnode *n)
{
	struct {
		VEC(struct origin_span);
	} spans = { 0 };
	uint32_t at = 0;
	const char *nl;
	size_t k;

	if (!p->source->origin && !p->source->span_count)
		return;
	while (at < n->name.len) {
		uint32_t end;
		origin_id origin = source_origin(p->source, n->pos + at);

		nl = memchr(n->name.text + at, '\n', n->name.len - at);
		end = nl ? (uint32_t)(nl - n->name.text) + 1 : n->name.len;
		for (k = 0; k < p->source->span_count; k++) {
			uint32_t border = p->source->spans[k].offset;

			if (border > n->pos + at && border < n->pos + end)
				end = border - n->pos;
		}
		if (!spans.count || spans.items[spans.count - 1].origin != origin)
			*vec_push(p->arena, &spans) = (struct origin_span){ at, origin };
		at = end;
	}
	n->text.spans = spans.items;
	n->text.span_count = (uint32_t)spans.count;
}
