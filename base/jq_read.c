#include <ctype.h>
#include <string.h>
#include "base/jq_internal.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"

struct reader {
	struct arena *a;
	const char *text, *at;
	unsigned depth;
	struct err *err;
};

static const struct jq *read_pipe(struct reader *r);

static const struct jq *no(struct reader *r, enum err_code code, const char *at, size_t len)
{
	struct pos pos = { .column = (unsigned)(at - r->text) + 1 };

	if (r->err && !r->err->code)
		err_raise(r->err, code, NO_POS,
			  code == ERR_UNSUPPORTED ? "of jq's language, '%.*s' (at character %u) is "
						    "not understood"
			  : *at			  ? "'%.*s' (at character %u) is not jq's language"
						  : "%.*sit ends too early (at character %u)",
			  (int)len, at, pos.column);
	return NULL;
}

static struct node *parse(struct reader *r, const char *text, size_t len)
{
	struct err why = ERR_INIT; /* said in jq's own words */

	return json_read(r->a, text, len, NULL, &why);
}

static const struct jq *make(struct reader *r, struct jq q)
{
	struct jq *made = arena_new(r->a, struct jq);

	*made = q;
	return made;
}

static void space(struct reader *r)
{
	for (;;) {
		r->at += strspn(r->at, " \t\r\n");
		if (*r->at != '#')
			return;
		r->at += strcspn(r->at, "\n");
	}
}

static size_t word_length(const char *p)
{
	size_t n = 0;

	if (!isalpha((unsigned char)*p) && *p != '_')
		return 0;
	while (isalnum((unsigned char)p[n]) || p[n] == '_')
		n++;
	return n;
}

static bool sign(struct reader *r, const char *text)
{
	space(r);
	if (strncmp(r->at, text, strlen(text)) != 0)
		return false;
	r->at += strlen(text);
	return true;
}

static bool keyword(struct reader *r, const char *text)
{
	space(r);
	if (word_length(r->at) != strlen(text) || strncmp(r->at, text, strlen(text)) != 0)
		return false;
	r->at += strlen(text);
	return true;
}

/* What stands where something else has to. */
static const struct jq *unexpected(struct reader *r)
{
	size_t len;

	space(r);
	len = word_length(r->at);
	if (!len && *r->at)
		len = utf8_length(r->at, strlen(r->at));
	return no(r, ERR_INPUT, r->at, len || !*r->at ? len : 1);
}

/* A text in double quotes; what it puts together of others is not read. */
static const struct jq *quoted(struct reader *r)
{
	const char *start = r->at, *p = start + 1;
	struct node *value;

	for (; *p && *p != '"'; p += 1 + (*p == '\\' && p[1]))
		if (*p == '\\' && p[1] == '(')
			return no(r, ERR_UNSUPPORTED, p, 2);
	if (*p != '"')
		return no(r, ERR_INPUT, p, 0);
	r->at = p + 1;
	value = parse(r, start, (size_t)(r->at - start));
	if (!value)
		return no(r, ERR_INPUT, start, (size_t)(r->at - start));
	return make(r, (struct jq){ .op = JQ_LITERAL, .value = value });
}

static const struct jq *number(struct reader *r)
{
	size_t minus = *r->at == '-', len = minus + strspn(r->at + minus, "0123456789.");
	struct node *value = parse(r, r->at, len);

	if (!value)
		return no(r, ERR_INPUT, r->at, len);
	r->at += len;
	return make(r, (struct jq){ .op = JQ_LITERAL, .value = value });
}

static const struct jq *string_of(struct reader *r, const char *text, size_t len)
{
	return make(r, (struct jq){ .op = JQ_LITERAL, .value = node_str_n(r->a, text, len) });
}

/* Behind "[": all entries, or one. */
static const struct jq *bracket(struct reader *r, const struct jq *left)
{
	const struct jq *index;

	if (sign(r, "]"))
		return make(r, (struct jq){ .op = JQ_EACH, .left = left });
	if (sign(r, ":"))
		return no(r, ERR_UNSUPPORTED, r->at - 1, 1);
	index = read_pipe(r);
	if (index && sign(r, ":"))
		return no(r, ERR_UNSUPPORTED, r->at - 1, 1);
	if (!index || !sign(r, "]"))
		return index ? unexpected(r) : NULL;
	return make(r, (struct jq){ .op = JQ_INDEX, .left = left, .right = index });
}

/* Behind ".": a key, where there is one. */
static const struct jq *key(struct reader *r, const struct jq *left)
{
	const struct jq *name;
	size_t len = word_length(r->at);

	if (len) {
		name = string_of(r, r->at, len);
		r->at += len;
	} else {
		name = quoted(r);
	}
	return name ? make(r, (struct jq){ .op = JQ_INDEX, .left = left, .right = name }) : NULL;
}

/* Of `.a.b?` the last step alone is tried. */
static const struct jq *tried(struct reader *r, const struct jq *q)
{
	bool step = q->op == JQ_EACH || (q->op == JQ_INDEX && q->right->op == JQ_LITERAL);
	struct jq last = *q;

	if (!step)
		return make(r, (struct jq){ .op = JQ_TRY, .left = q });
	last.left = make(r, (struct jq){ .op = JQ_SELF });
	last = (struct jq){ .op = JQ_TRY, .left = make(r, last) };
	return make(r, (struct jq){ .op = JQ_PIPE, .left = q->left, .right = make(r, last) });
}

static const struct jq *suffixes(struct reader *r, const struct jq *left)
{
	while (left) {
		space(r);
		if (sign(r, "?")) {
			left = tried(r, left);
		} else if (sign(r, "[")) {
			left = bracket(r, left);
		} else if (*r->at == '.' && (r->at[1] == '"' || word_length(r->at + 1))) {
			r->at++;
			left = key(r, left);
		} else if (!strncmp(r->at, ".[", 2)) {
			r->at++;
		} else {
			break;
		}
	}
	return left;
}

/* Behind "if" or "elif". */
static const struct jq *condition(struct reader *r)
{
	struct jq q = { .op = JQ_IF };
	bool more;

	if (++r->depth > LIMIT_DEPTH)
		return no(r, ERR_UNSUPPORTED, r->at, 1);
	if (!(q.left = read_pipe(r)))
		return NULL;
	if (!keyword(r, "then"))
		return unexpected(r);
	if (!(q.right = read_pipe(r)))
		return NULL;
	more = keyword(r, "elif");
	q.other = more		       ? condition(r)
		  : keyword(r, "else") ? read_pipe(r)
				       : make(r, (struct jq){ .op = JQ_SELF });
	r->depth--;
	if (!q.other)
		return NULL;
	return more || keyword(r, "end") ? make(r, q) : unexpected(r);
}

static const struct jq *call(struct reader *r)
{
	const char *name = r->at;
	size_t len = word_length(name);
	const struct jq *arguments[2] = { NULL, NULL };
	const struct jq_call *found;
	unsigned count = 0;

	r->at += len;
	space(r);
	if (*r->at == '(') {
		do {
			r->at++;
			if (count == ARRAY_SIZE(arguments))
				return no(r, ERR_UNSUPPORTED, name, len);
			if (!(arguments[count++] = read_pipe(r)))
				return NULL;
			space(r);
		} while (*r->at == ';');
		if (!sign(r, ")"))
			return unexpected(r);
	}
	found = jq_call_named(name, len, count);
	if (!found)
		return no(r, ERR_UNSUPPORTED, name, len);
	return make(r, (struct jq){ .op = JQ_CALL,
				    .call = found,
				    .left = arguments[0],
				    .right = arguments[1] });
}

static const struct jq *word(struct reader *r)
{
	static const char *const literals[] = { "true", "false", "null" };

	for (size_t i = 0; i < ARRAY_SIZE(literals); i++)
		if (keyword(r, literals[i]))
			return make(r, (struct jq){ .op = JQ_LITERAL,
						    .value = parse(r, literals[i],
								   strlen(literals[i])) });
	return keyword(r, "if") ? condition(r) : call(r);
}

static const struct jq *group(struct reader *r)
{
	const struct jq *inner = read_pipe(r);

	return !inner || sign(r, ")") ? inner : unexpected(r);
}

static const struct jq *list(struct reader *r)
{
	const struct jq *inner;

	if (sign(r, "]"))
		return make(r, (struct jq){ .op = JQ_LITERAL, .value = node_seq(r->a) });
	inner = read_pipe(r);
	if (!inner || !sign(r, "]"))
		return inner ? unexpected(r) : NULL;
	return make(r, (struct jq){ .op = JQ_ARRAY, .left = inner });
}

static const struct jq *variable(struct reader *r)
{
	size_t len = word_length(++r->at);
	const char *name = arena_memdup(r->a, r->at, len);

	if (!len || !strncmp(r->at, "ENV", len))
		return no(r, ERR_UNSUPPORTED, r->at - 1, len + 1);
	r->at += len;
	return make(r, (struct jq){ .op = JQ_VARIABLE, .name = name });
}

/* What stands by itself. */
static const struct jq *primary(struct reader *r)
{
	const struct jq *self;

	space(r);
	if (sign(r, ".."))
		return make(r, (struct jq){ .op = JQ_DESCEND });
	if (sign(r, ".")) {
		self = make(r, (struct jq){ .op = JQ_SELF });
		return *r->at == '"' || word_length(r->at) ? key(r, self) : self;
	}
	if (*r->at == '"')
		return quoted(r);
	if (isdigit((unsigned char)r->at[*r->at == '-']))
		return number(r);
	if (*r->at == '$')
		return variable(r);
	if (sign(r, "("))
		return group(r);
	if (sign(r, "["))
		return list(r);
	if (sign(r, "{"))
		return sign(r, "}")
			       ? make(r, (struct jq){ .op = JQ_LITERAL, .value = node_map(r->a) })
			       : no(r, ERR_UNSUPPORTED, r->at - 1, 1);
	if (word_length(r->at))
		return word(r);
	return *r->at && strchr("-@", *r->at) ? no(r, ERR_UNSUPPORTED, r->at, 1) : unexpected(r);
}

static const struct jq *comparison(struct reader *r)
{
	static const char *const signs[] = { [JQ_EQ] = "==", [JQ_NE] = "!=", [JQ_LE] = "<=",
					     [JQ_GE] = ">=", [JQ_LT] = "<",  [JQ_GT] = ">" };
	static const enum jq_order longest[] = { JQ_EQ, JQ_NE, JQ_LE, JQ_GE, JQ_LT, JQ_GT };
	struct jq q = { .op = JQ_COMPARE, .left = suffixes(r, primary(r)) };

	space(r);
	if (!q.left)
		return NULL;
	if (*r->at && strchr("+-*%", *r->at))
		return no(r, ERR_UNSUPPORTED, r->at, 1);
	if (*r->at == '/' && r->at[1] != '/')
		return no(r, ERR_UNSUPPORTED, r->at, 1);
	for (size_t i = 0; i < ARRAY_SIZE(longest); i++)
		if (sign(r, signs[longest[i]])) {
			q.order = longest[i];
			q.right = suffixes(r, primary(r));
			return q.right ? make(r, q) : NULL;
		}
	return q.left;
}

static const struct jq *conjunction(struct reader *r)
{
	struct jq q = { .op = JQ_AND, .left = comparison(r) };

	while (q.left && keyword(r, "and"))
		q.left = (q.right = comparison(r)) ? make(r, q) : NULL;
	return q.left;
}

static const struct jq *disjunction(struct reader *r)
{
	struct jq q = { .op = JQ_OR, .left = conjunction(r) };

	while (q.left && keyword(r, "or"))
		q.left = (q.right = conjunction(r)) ? make(r, q) : NULL;
	return q.left;
}

/* It binds to the right. */
static const struct jq *either(struct reader *r)
{
	struct jq q = { .op = JQ_EITHER, .left = disjunction(r) };

	if (!q.left || !sign(r, "//"))
		return q.left;
	if (*r->at == '=')
		return no(r, ERR_UNSUPPORTED, r->at - 2, 3);
	q.right = ++r->depth < LIMIT_DEPTH ? either(r) : no(r, ERR_UNSUPPORTED, r->at - 2, 2);
	r->depth--;
	return q.right ? make(r, q) : NULL;
}

static const struct jq *comma(struct reader *r)
{
	struct jq q = { .op = JQ_COMMA, .left = either(r) };

	while (q.left && sign(r, ","))
		q.left = (q.right = either(r)) ? make(r, q) : NULL;
	return q.left;
}

/* Behind "as": a variable, and all that may use it. */
static const struct jq *binding(struct reader *r, const struct jq *left)
{
	struct jq q = { .op = JQ_AS, .left = left };
	const struct jq *name;

	space(r);
	if (*r->at != '$')
		return no(r, ERR_UNSUPPORTED, r->at, *r->at != '\0');
	name = variable(r);
	if (!name || !sign(r, "|"))
		return name ? unexpected(r) : NULL;
	q.name = name->name;
	q.right = read_pipe(r);
	return q.right ? make(r, q) : NULL;
}

static const struct jq *read_pipe(struct reader *r)
{
	struct jq q = { .op = JQ_PIPE };

	if (++r->depth > LIMIT_DEPTH)
		return no(r, ERR_UNSUPPORTED, r->at, 1);
	q.left = comma(r);
	if (q.left && keyword(r, "as")) {
		q.left = binding(r, q.left);
	} else if (q.left && !strncmp(r->at, "|=", 2)) {
		q.left = no(r, ERR_UNSUPPORTED, r->at, 2);
	} else if (q.left && sign(r, "|")) {
		q.right = read_pipe(r);
		q.left = q.right ? make(r, q) : NULL;
	}
	r->depth--;
	return q.left;
}

const struct jq *jq_read(struct arena *a, const char *text, struct err *err)
{
	struct err own = ERR_INIT;
	struct reader r = { .a = a, .text = text, .at = text, .err = err ? err : &own };
	const struct jq *q = read_pipe(&r);

	space(&r);
	return q && *r.at ? unexpected(&r) : q;
}
