/*
 * Flux's postBuild substitution: ${VAR} and its forms with a default, as the library drone/envsubst
 * takes them. Flux replaces in the printed YAML, where a plain scalar has lost its quotes, so a
 * value may change its type: replicas: ${N} becomes a number.
 */
#include <ctype.h>
#include <string.h>
#include "render/engines/engines.h"
#include "render/yaml/yaml.h"

struct substitution {
	struct run *run;
	struct arena *arena;
	const struct node *variables;
	bool complete; /* a variable that is not there is empty; else it may come from the cluster
			*/
	origin_id origin; /* of the last value put in */
	struct err *err;
};

static int expand(struct substitution *s, const struct node *at, const char *text, size_t len,
		  struct buf *out, unsigned depth);

static const char *value_of(struct substitution *s, const char *name, size_t len)
{
	const struct node *value = node_get_n(s->variables, name, len);

	if (!node_is_scalar(value) || value->type == NODE_NULL)
		return NULL;
	s->origin = value->origin;
	return value->text;
}

/* The end of "${…}": the brace that closes it, inner ones passed. */
static const char *closing(const char *at, const char *end)
{
	unsigned depth = 1;

	for (; at < end; at++) {
		if (at + 1 < end && at[0] == '$' && at[1] == '{') {
			depth++;
			at++;
		} else if (*at == '}' && !--depth) {
			return at;
		}
	}
	return NULL;
}

static void change_case(struct buf *out, const char *value, const char *how)
{
	bool change = true, all = how[0] == how[1];

	for (; *value; value++) {
		unsigned char c = (unsigned char)*value;

		if (change)
			c = (unsigned char)(*how == '^' ? toupper(c) : tolower(c));
		buf_char(out, (char)c);
		change = all;
	}
}

/* What stands between the braces. */
static int expand_one(struct substitution *s, const struct node *at, const char *text, size_t len,
		      struct buf *out, unsigned depth)
{
	bool count = len && *text == '#';
	size_t name = count;
	const char *value, *rest;

	while (name < len && (isalnum((unsigned char)text[name]) || text[name] == '_'))
		name++;
	value = value_of(s, text + count, name - count);
	rest = text + name;
	len -= name;
	if (count) {
		buf_printf(out, "%zu", value ? strlen(value) : 0);
		return 0;
	}
	if (!len) {
		if (value || s->complete)
			buf_str(out, value ? value : "");
		else
			buf_printf(out, "${%.*s}", (int)name, text);
		return 0;
	}
	if (*rest == '^' || *rest == ',') {
		change_case(out, value ? value : "", rest);
		return 0;
	}
	if (*rest == '=' || (len > 1 && *rest == ':' && strchr("=-", rest[1]))) {
		size_t skip = *rest == '=' ? 1 : 2;

		if (value && *value) {
			buf_str(out, value);
			return 0;
		}
		return expand(s, at, rest + skip, len - skip, out, depth + 1);
	}
	return err_raise(
		s->err, ERR_UNSUPPORTED, origins_pos(s->run->origins, at->origin),
		"substitution '${%.*s%.*s}' is not supported here; ${VAR}, ${VAR:=default}, "
		"${VAR:-default}, ${VAR^}, ${VAR,}, ${#VAR} are",
		(int)name, text, (int)(len < 40 ? len : 40), rest);
}

static int expand(struct substitution *s, const struct node *at, const char *text, size_t len,
		  struct buf *out, unsigned depth)
{
	const char *end = text + len, *close;

	if (depth > LIMIT_DEPTH)
		return err_raise(s->err, ERR_LIMIT, origins_pos(s->run->origins, at->origin),
				 "substitutions are nested too deeply");
	for (; text < end; text++) {
		if (end - text >= 3 && !memcmp(text, "$${", 3)) {
			buf_str(out, "${");
			text += 2;
			continue;
		}
		if (end - text < 2 || text[0] != '$' || text[1] != '{') {
			buf_char(out, *text);
			continue;
		}
		close = closing(text + 2, end);
		if (!close)
			return err_raise(s->err, ERR_INPUT,
					 origins_pos(s->run->origins, at->origin),
					 "'${' has no closing brace");
		if (expand_one(s, at, text + 2, (size_t)(close - text - 2), out, depth) < 0)
			return -1;
		text = close;
	}
	return out->full ? err_raise(s->err, ERR_LIMIT, origins_pos(s->run->origins, at->origin),
				     "substituted text is too long")
			 : 0;
}

static int substitute_scalar(struct substitution *s, struct node *n)
{
	struct buf out;
	int rc;

	if (n->type != NODE_STR || !memmem(n->text, n->len, "${", 2))
		return 0;
	buf_init(&out, LIMIT_FILE_BYTES);
	s->origin = 0;
	rc = expand(s, n, n->text, n->len, &out, 0);
	if (!rc) {
		bool one_line = !memchr(n->text, '\n', n->len) && !memchr(out.text, '\n', out.len);

		n->text = buf_dup(&out, s->arena);
		n->len = (uint32_t)out.len;
		if (one_line)
			n->type = (uint8_t)yaml_resolve(YAML_SIGS, n->text, n->len);
		if (s->origin)
			n->origin = origins_derive(s->run->origins, n->origin, VIA_SUBSTITUTION,
						   s->origin);
	}
	buf_release(&out);
	return rc;
}

static int substitute_tree(struct substitution *s, struct node *n)
{
	uint32_t i;

	if (node_is_scalar(n))
		return substitute_scalar(s, n);
	for (i = 0; i < n->len; i++) {
		if (n->type == NODE_MAP && substitute_scalar(s, n->entries[i].key) < 0)
			return -1;
		if (substitute_tree(s, n->type == NODE_SEQ ? n->items[i] : n->entries[i].value) < 0)
			return -1;
	}
	return 0;
}

int flux_substitute(struct run *run, struct arena *a, struct node *object,
		    const struct node *variables, bool complete, struct err *err)
{
	struct substitution s = { run, a, variables, complete, 0, err };

	return substitute_tree(&s, object);
}
