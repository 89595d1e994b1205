/*
 * Flux's postBuild substitution, as fluxcd/pkg/envsubst 1.5 takes it: ${VAR}, defaults, case,
 * length, parts, trims and replacements; "$$" is a dollar. Flux replaces in the printed YAML, where
 * a plain scalar has lost its quotes, so a value may change its type (replicas: ${N} becomes a
 * number) or be YAML itself.
 */
#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include "base/map.h"
#include "render/engines/engines.h"
#include "render/yaml/yaml.h"

struct substitution {
	struct run *run;
	struct arena *arena;
	const struct substitutes *with;
	const struct node *at; /* the scalar, for messages */
	origin_id origin;      /* of the last value put in */
	const char *text, *end;
	unsigned depth;
	struct map unset;   /* variables that are not there, each once */
	origin_id unset_at; /* the first use of one */
	struct err *err;
};

static int bad(struct substitution *s, const char *what)
{
	return err_raise(s->err, ERR_INPUT, origins_pos(s->run->origins, s->at->origin),
			 "postBuild: variable substitution failed: %s", what);
}

static int expand_braces(struct substitution *s, struct buf *out);

static bool opens(const struct substitution *s)
{
	return s->end - s->text >= 2 && s->text[0] == '$' && s->text[1] == '{';
}

static bool name_char(unsigned char c)
{
	return isalnum(c) || c == '_' || c >= 0x80;
}

/* One argument: text up to one of `stop`, or one nested substitution. It may not be empty. */
static int argument(struct substitution *s, const char *stop, bool escapes, struct buf *out)
{
	const char *start = s->text;

	if (opens(s))
		return expand_braces(s, out);
	while (s->text < s->end && !opens(s) && !strchr(stop, *s->text)) {
		if (escapes && s->end - s->text > 1 &&
		    ((s->text[0] == '\\' && strchr("/\\", s->text[1])) ||
		     (s->text[0] == '$' && s->text[1] == '$')))
			s->text++;
		buf_char(out, *s->text++);
	}
	return s->text > start ? 0 : bad(s, "unable to parse substitution within function");
}

static int close_brace(struct substitution *s)
{
	if (s->text >= s->end || *s->text != '}')
		return bad(s, "bad substitution");
	s->text++;
	return 0;
}

/* ---- what the functions do ---- */

static void put(struct buf *out, const char *text, size_t len)
{
	buf_add(out, text, len);
}

static void change_case(struct buf *out, const char *value, const char *how, size_t how_len)
{
	bool all = how_len == 2 && how[0] == how[1];
	size_t i;

	for (i = 0; value[i]; i++) {
		unsigned char c = (unsigned char)value[i];

		if ((all || (!i && how_len == 1)) && c < 0x80)
			c = (unsigned char)(*how == '^' ? toupper(c) : tolower(c));
		buf_char(out, (char)c);
	}
}

static int part(struct substitution *s, struct buf *out, const char *value, const char *from,
		const char *count)
{
	long len = (long)strlen(value), pos, n;
	char *end;

	pos = strtol(from, &end, 10);
	if (!*from || *end) {
		put(out, value, (size_t)len);
		return 0;
	}
	if (pos < 0)
		pos = len + pos < 0 ? 0 : len + pos;
	n = count ? strtol(count, &end, 10) : len;
	if (count && (!*count || *end)) {
		put(out, value, (size_t)len);
		return 0;
	}
	if (n < 0 && pos + n < len)
		return bad(s, "a part of negative length");
	if (pos < len)
		put(out, value + pos, (size_t)(n > len - pos ? len - pos : n));
	return 0;
}

/* ${V#glob} and its like: the match that goes is the longest, or with one sign the shortest. */
static void trim(struct arena *a, struct buf *out, const char *value, const char *glob,
		 bool longest, bool suffix)
{
	size_t len = strlen(value), n, found = 0;

	for (n = len; n > 0; n--) {
		const char *piece =
			suffix ? arena_memdup(a, value + len - n, n) : arena_memdup(a, value, n);

		if (fnmatch(glob, piece, 0))
			continue;
		found = n;
		if (longest)
			break;
	}
	put(out, suffix ? value : value + found, len - found);
}

static void replace(struct buf *out, const char *value, char how, const char *from, const char *to)
{
	size_t len = strlen(from), all = strlen(value);
	const char *at;

	if (how == '#' || how == '%') {
		bool fits = how == '#' ? !strncmp(value, from, len)
				       : all >= len && !strcmp(value + all - len, from);

		if (!to || !fits) {
			put(out, value, all);
			return;
		}
		if (how == '#')
			buf_printf(out, "%s%s", to, value + len);
		else
			buf_printf(out, "%.*s%s", (int)(all - len), value, to);
		return;
	}
	while ((at = strstr(value, from))) {
		put(out, value, (size_t)(at - value));
		buf_str(out, to ? to : "");
		value = at + len;
		if (how != '*')
			break;
	}
	buf_str(out, value);
}

/* ---- what stands between the braces ---- */

static int remove_function(struct substitution *s, const char *value, struct buf *out)
{
	char sign = *s->text++;
	bool twice = s->text < s->end && *s->text == sign;
	struct buf arg;
	int rc;

	s->text += twice;
	buf_init(&arg, LIMIT_FILE_BYTES);
	rc = argument(s, "}", false, &arg);
	rc = rc ? rc : close_brace(s);
	if (!rc)
		trim(s->arena, out, value, buf_dup(&arg, s->arena), twice, sign == '%');
	buf_release(&arg);
	return rc;
}

static int replace_function(struct substitution *s, const char *value, struct buf *out)
{
	struct buf from, to;
	char how = '/';
	bool two = false;
	int rc;

	s->text++;
	if (s->text < s->end && strchr("/#%", *s->text))
		how = *s->text == '/' ? '*' : *s->text, s->text++;
	buf_init(&from, LIMIT_FILE_BYTES);
	buf_init(&to, LIMIT_FILE_BYTES);
	rc = argument(s, "/", true, &from);
	if (!rc && (s->text >= s->end || *s->text != '/'))
		rc = bad(s, "bad substitution");
	while (!rc && s->text < s->end && *s->text == '/')
		s->text++;
	if (!rc && s->text < s->end && *s->text != '}') {
		two = true;
		rc = argument(s, "}", true, &to);
	}
	rc = rc ? rc : close_brace(s);
	if (!rc)
		replace(out, value, how, buf_dup(&from, s->arena),
			two ? buf_dup(&to, s->arena) : NULL);
	buf_release(&from);
	buf_release(&to);
	return rc;
}

static int part_function(struct substitution *s, const char *value, struct buf *out)
{
	struct buf from, count;
	bool two = false;
	int rc;

	s->text++;
	buf_init(&from, LIMIT_FILE_BYTES);
	buf_init(&count, LIMIT_FILE_BYTES);
	rc = argument(s, ":}", false, &from);
	if (!rc && s->text < s->end && *s->text == ':') {
		while (s->text < s->end && *s->text == ':')
			s->text++;
		two = true;
		rc = argument(s, "}", false, &count);
	}
	rc = rc ? rc : close_brace(s);
	if (!rc)
		rc = part(s, out, value, buf_dup(&from, s->arena),
			  two ? buf_dup(&count, s->arena) : NULL);
	buf_release(&from);
	buf_release(&count);
	return rc;
}

/* ${V:=word}, ${V=word}, ${V:-word}; ${V:?word} and ${V:+word} are taken for the same. */
static int default_function(struct substitution *s, const char *value, struct buf *out)
{
	struct buf word;
	int rc = 0;

	s->text += *s->text == ':' ? 2 : 1;
	buf_init(&word, LIMIT_FILE_BYTES);
	while (!rc && s->text < s->end && *s->text != '}')
		rc = argument(s, "}", false, &word);
	rc = rc			 ? rc
	     : s->text >= s->end ? bad(s, "unable to parse substitution within function")
				 : close_brace(s);
	if (!rc)
		put(out, *value ? value : word.text, *value ? strlen(value) : word.len);
	buf_release(&word);
	return rc;
}

static int function(struct substitution *s, const char *value, struct buf *out)
{
	const char *start = s->text;
	char next = s->text + 1 < s->end ? s->text[1] : 0;

	switch (*start) {
	case ':':
		return next && strchr("=-?+", next) ? default_function(s, value, out)
						    : part_function(s, value, out);
	case '=':
		return default_function(s, value, out);
	case '/':
		return replace_function(s, value, out);
	case '#':
	case '%':
		return remove_function(s, value, out);
	case ',':
	case '^':
		s->text += next == ',' || next == '^' ? 2 : 1;
		change_case(out, value, start, (size_t)(s->text - start));
		return close_brace(s);
	default:
		return bad(s, "missing closing brace");
	}
}

static const struct node *value_of(const struct substitution *s, const char *name, size_t len)
{
	const struct node *value = node_get_n(s->with->variables, name, len);

	return node_is_scalar(value) && value->type != NODE_NULL ? value : NULL;
}

static int expand_length(struct substitution *s, struct buf *out)
{
	const char *name = ++s->text;
	const struct node *value;

	while (s->text < s->end && name_char((unsigned char)*s->text))
		s->text++;
	if (s->text == name)
		return bad(s, "bad substitution");
	value = value_of(s, name, (size_t)(s->text - name));
	buf_printf(out, "%u", value ? value->len : 0);
	return close_brace(s);
}

static void note_unset(struct substitution *s, const char *name, size_t len)
{
	if (!s->unset.count)
		s->unset_at = s->at->origin;
	map_set(&s->unset, arena_printf(s->arena, "%.*s", (int)len, name), s);
}

static int expand_variable(struct substitution *s, struct buf *out)
{
	const char *start = s->text - 2, *name = s->text;
	const struct node *value;
	bool keeps;
	size_t len, before = out->len;
	int rc;

	while (s->text < s->end && name_char((unsigned char)*s->text))
		s->text++;
	len = (size_t)(s->text - name);
	if (!len)
		return bad(s, "unable to parse variable name");
	value = value_of(s, name, len);
	if (value)
		s->origin = value->origin;
	/* What another object of the cluster would give is not known here. */
	keeps = !value && !s->with->complete;
	if (s->text < s->end && *s->text == '}') {
		s->text++;
		if (!value && s->with->complete && s->with->strict)
			return bad(s, arena_printf(s->arena,
						   "variable not set (strict mode): \"%.*s\"",
						   (int)len, name));
		if (value)
			put(out, value->text, value->len);
		else if (s->with->complete)
			note_unset(s, name, len);
		rc = 0;
	} else if (s->text >= s->end) {
		return bad(s, "missing closing brace");
	} else {
		keeps &= *s->text != '=' &&
			 !(*s->text == ':' && s->end - s->text > 1 && strchr("=-?+", s->text[1]));
		rc = function(s, value ? value->text : "", out);
	}
	if (!rc && keeps) {
		out->len = before;
		put(out, start, (size_t)(s->text - start));
	}
	return rc;
}

static int expand_braces(struct substitution *s, struct buf *out)
{
	int rc;

	if (++s->depth > LIMIT_DEPTH)
		return bad(s, "nested too deeply");
	s->text += 2;
	rc = s->text < s->end && *s->text == '#' ? expand_length(s, out) : expand_variable(s, out);
	s->depth--;
	return rc;
}

static int expand(struct substitution *s, struct buf *out)
{
	while (s->text < s->end) {
		if (opens(s)) {
			if (expand_braces(s, out) < 0)
				return -1;
			continue;
		}
		s->text += s->end - s->text > 1 && s->text[0] == '$' && s->text[1] == '$';
		buf_char(out, *s->text++);
	}
	return out->full ? bad(s, "the text is too long") : 0;
}

/* ---- in the tree ---- */

/* Whether go-yaml prints a string without quotes, so that what is put in is read as YAML. */
static bool printed_plain(const struct node *n)
{
	const char *t = n->text;
	size_t i;

	if (!n->len || strchr("-?:,[]{}#&*!|>'\"%@`", *t) || isspace((unsigned char)*t) ||
	    isspace((unsigned char)t[n->len - 1]) || t[n->len - 1] == ':')
		return false;
	for (i = 0; i < n->len; i++)
		if (t[i] == '\n' || t[i] == '\t' ||
		    (t[i] == ':' && isspace((unsigned char)t[i + 1])) ||
		    (t[i] == ' ' && t[i + 1] == '#'))
			return false;
	return true;
}

static bool is_simple(const char *t, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (strchr("#&*!|>'\"%@`[]{},?\n", t[i]) ||
		    (t[i] == ':' && (i + 1 == len || t[i + 1] == ' ')) || (t[i] == '-' && !i))
			return false;
	return !len || (t[0] != ' ' && t[len - 1] != ' ');
}

/* The text that now stands in the YAML, read again. */
static int read_again(struct substitution *s, struct node *n, const struct buf *out)
{
	const char *text = arena_printf(s->arena, "v: %s\n", out->text ? out->text : "");
	struct err why = ERR_INIT;
	struct node *root = NULL, *value;
	origin_id origin = n->origin;

	if (yaml_read_one(s->run, s->arena, YAML_SIGS, "", text, strlen(text), 0, &root, &why) <
		    0 ||
	    !node_get(root, "v"))
		return bad(s, *why.msg ? why.msg : "it is no YAML");
	value = node_copy(s->arena, node_get(root, "v"));
	*n = *value;
	node_set_origin(n, origin);
	return 0;
}

static int substitute_scalar(struct substitution *s, struct node *n)
{
	bool plain;
	struct buf out;
	int rc;

	if (n->type != NODE_STR || !memchr(n->text, '$', n->len))
		return 0;
	if (!memmem(n->text, n->len, "${", 2) && !memmem(n->text, n->len, "$$", 2))
		return 0;
	buf_init(&out, LIMIT_FILE_BYTES);
	s->origin = 0;
	s->at = n;
	s->text = n->text;
	s->end = n->text + n->len;
	rc = expand(s, &out);
	plain = printed_plain(n);
	if (!rc && s->origin)
		n->origin = origins_derive(s->run->origins, n->origin, VIA_SUBSTITUTION, s->origin);
	if (!rc && plain && !is_simple(out.text, out.len) && !memmem(out.text, out.len, "${", 2)) {
		rc = read_again(s, n, &out);
	} else if (!rc) {
		n->text = buf_dup(&out, s->arena);
		n->len = (uint32_t)out.len;
		if (plain)
			n->type = (uint8_t)yaml_resolve(YAML_SIGS, n->text, n->len);
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

static const char *unset_names(const struct substitution *s)
{
	const char *text = "";
	size_t i;

	for (i = 0; i < s->unset.count; i++)
		text = arena_printf(s->arena, "%s%s'%s'", text, i ? ", " : "",
				    s->unset.entries[i].key);
	return text;
}

int flux_substitute(struct run *run, struct arena *a, struct node *object,
		    const struct substitutes *with, struct err *err)
{
	struct substitution s = { .run = run, .arena = a, .with = with, .err = err };
	const char *one, *kind = node_string_at(object, "kind");
	const char *name = node_string_at(node_get(object, "metadata"), "name");
	int rc;

	map_init(&s.unset, a);
	rc = substitute_tree(&s, object);
	one = s.unset.count == 1 ? " is not set, and becomes" : "s are not set, and become";
	if (rc < 0 && s.unset.count)
		return err_wrap(err, "%s %s, where the variable%s empty: %s", kind, name, one,
				unset_names(&s));
	if (s.unset.count && with->notes)
		*vec_push(a, with->notes) = (struct note){
			arena_printf(a, "%s %s: the variable%s empty: %s", kind, name, one,
				     unset_names(&s)),
			s.unset_at,
		};
	return rc;
}
