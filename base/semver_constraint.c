#include "base/semver.h"

#include <string.h>

#include "base/buf.h"
#include "base/goquote.h"
#include "base/span_scan.h"
#include "base/vec.h"

enum { MAX_CONSTRAINT = 512, MAX_GROUPS = 32 };

struct comparison {
	char op[3];
	struct semver version;
	bool dirty;	  /* a number is a wildcard or left out */
	bool minor_dirty; /* … the minor */
	bool patch_dirty; /* … the patch only */
};
struct group {
	VEC(struct comparison);
	bool prerelease; /* a comparison names one */
};
struct semver_constraints {
	VEC(struct group);
};

/* The pieces of a version with wildcards. */
struct pattern {
	const char *start;
	size_t len;
	const char *number[3];
	size_t number_len[3];
	const char *pre; /* with its '-' */
	size_t pre_len;
};

static bool is_pattern_char(char c)
{
	return scan_digit(c) || c == 'x' || c == 'X' || c == '*' || c == '|';
}

/* Read a pattern at `p`; its length, or 0. */
static size_t scan_pattern(const char *p, const char *end, struct pattern *out)
{
	const char *start = p;

	*out = (struct pattern){ .start = start };
	if (p < end && *p == 'v')
		p++;
	for (size_t i = 0; i < 3; i++) {
		size_t n;

		if (i && (p == end || *p != '.'))
			break;
		n = scan_class(p + !!i, end, is_pattern_char);
		if (!n)
			break;
		out->number[i] = p + !!i;
		out->number_len[i] = n;
		p += n + !!i;
	}
	if (!out->number_len[0])
		return 0;
	if (p < end && *p == '-') {
		size_t n = scan_dotted(p + 1, end);

		out->pre = p;
		out->pre_len = n ? n + 1 : 0;
		p += out->pre_len;
	}
	if (p < end && *p == '+') {
		size_t n = scan_dotted(p + 1, end);

		p += n ? n + 1 : 0;
	}
	out->len = (size_t)(p - start);
	return out->len;
}

/* Longest first, so that the first that fits is the one. */
static const char *const operators[] = {
	"!=", ">=", "=>", "<=", "=<", "~>", "=", ">", "<", "~", "^"
};

static const char *scan_operator(const char *p, const char *end, char op[3])
{
	op[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		size_t n = strlen(operators[i]);

		if ((size_t)(end - p) >= n && !memcmp(p, operators[i], n)) {
			memcpy(op, operators[i], n + 1);
			return p + n;
		}
	}
	return p;
}

static bool wildcard(const struct pattern *p, size_t i)
{
	return !p->number_len[i] || (p->number_len[i] == 1 && strchr("xX*", p->number[i][0]));
}

static bool make_comparison(struct arena *a, const struct pattern *p, struct comparison *c)
{
	struct buf text;
	size_t keep = 3;
	bool ok;

	while (keep && wildcard(p, keep - 1))
		keep--;
	for (size_t i = 0; i < keep; i++) {
		if (wildcard(p, i))
			keep = i;
	}
	c->dirty = keep < 3;
	c->minor_dirty = keep == 1;
	c->patch_dirty = keep == 2;
	buf_init(&text, 0);
	if (keep == 3) {
		buf_add(&text, p->start, p->len);
	} else {
		for (size_t i = 0; i < 3; i++) {
			if (i)
				buf_char(&text, '.');
			if (i < keep)
				buf_add(&text, p->number[i], p->number_len[i]);
			else
				buf_char(&text, '0');
		}
		buf_add(&text, p->pre, p->pre_len);
	}
	ok = !semver_parse(a, text.text, text.len, &c->version);
	buf_release(&text);
	return ok;
}

static const char *improper(struct arena *a, const char *text, size_t len)
{
	struct buf b;
	const char *out;

	buf_init(&b, 0);
	buf_str(&b, "improper constraint: ");
	buf_goquote(&b, text, len);
	out = buf_dup(&b, a);
	buf_release(&b);
	return out;
}

static const char *parse_group(struct arena *a, const char *text, size_t len, struct group *g)
{
	const char *p = text, *end = text + len;

	*g = (struct group){ 0 };
	for (;;) {
		struct comparison *c = vec_push(a, g);
		struct pattern pattern;
		size_t space;

		*c = (struct comparison){ 0 };
		p += scan_class(p, end, scan_space);
		p = scan_operator(p, end, c->op);
		p += scan_class(p, end, scan_space);
		if (!scan_pattern(p, end, &pattern))
			return improper(a, text, len);
		p += pattern.len;
		if (!make_comparison(a, &pattern, c))
			return "constraint parser error";
		g->prerelease |= *c->version.pre != '\0';
		space = scan_class(p, end, scan_space);
		p += space;
		if (p == end)
			return NULL;
		if (*p == ',')
			p++;
		else if (!space)
			return improper(a, text, len);
	}
}

/* "1.2 - 2.0" becomes ">= 1.2, <= 2.0 ", wherever it stands. */
static void rewrite_ranges(struct buf *out, const char *text, size_t len)
{
	const char *p = text, *end = text + len;

	while (p < end) {
		const char *low = p + scan_class(p, end, scan_space), *high;
		struct pattern from, to;
		size_t n = scan_pattern(low, end, &from), space;

		high = low + n;
		space = scan_class(high, end, scan_space);
		high += space;
		if (n && space && high < end && *high == '-') {
			space = scan_class(high + 1, end, scan_space);
			high += space + 1;
			if (space && scan_pattern(high, end, &to)) {
				buf_printf(out, ">= %.*s, <= %.*s ", (int)from.len, from.start,
					   (int)to.len, to.start);
				p = high + to.len;
				p += scan_class(p, end, scan_space);
				continue;
			}
		}
		buf_char(out, *p++);
	}
}

static const char *parse_groups(struct arena *a, const char *text, struct semver_constraints *out)
{
	size_t count = 1;

	for (const char *p = text; (p = strstr(p, "||")); p += 2)
		count++;
	if (count > MAX_GROUPS)
		return "too many constraint groups (max 32)";
	for (const char *p = text; p;) {
		const char *bar = strstr(p, "||");
		size_t len = bar ? (size_t)(bar - p) : strlen(p);
		const char *error = parse_group(a, p, len, vec_push(a, out));

		if (error)
			return error;
		p = bar ? bar + 2 : NULL;
	}
	return NULL;
}

struct semver_constraints *semver_constraints_parse(struct arena *a, const char *text, size_t len,
						    const char **error)
{
	struct semver_constraints *c = arena_new(a, struct semver_constraints);
	struct buf rewritten;

	if (len > MAX_CONSTRAINT) {
		*error = "constraint string is too long (max 512 bytes)";
		return NULL;
	}
	buf_init(&rewritten, 0);
	rewrite_ranges(&rewritten, text, len);
	*error = parse_groups(a, rewritten.text, c);
	buf_release(&rewritten);
	return *error ? NULL : c;
}

static bool tilde(const struct semver *v, const struct comparison *c)
{
	const struct semver *w = &c->version;

	if (semver_compare(v, w) < 0)
		return false;
	if (!w->major && !w->minor && !w->patch && !c->minor_dirty && !c->patch_dirty)
		return true; /* "~*" is anything */
	return v->major == w->major && (v->minor == w->minor || c->minor_dirty);
}

static bool caret(const struct semver *v, const struct comparison *c)
{
	const struct semver *w = &c->version;

	if (semver_compare(v, w) < 0 || v->major != w->major)
		return false;
	if (w->major > 0 || c->minor_dirty)
		return true;
	if (v->minor != w->minor)
		return false;
	return w->minor > 0 || c->patch_dirty || v->patch == w->patch;
}

static bool differs(const struct semver *v, const struct comparison *c)
{
	const struct semver *w = &c->version;

	if (!c->dirty)
		return semver_compare(v, w) != 0;
	if (v->major != w->major)
		return true;
	if (c->minor_dirty)
		return false;
	if (v->minor != w->minor)
		return true;
	if (!c->patch_dirty)
		return semver_compare(v, w) != 0;
	return (*v->pre || *w->pre) && strcmp(v->pre, w->pre) != 0;
}

static bool greater(const struct semver *v, const struct comparison *c)
{
	const struct semver *w = &c->version;

	if (!c->dirty || v->major != w->major)
		return c->dirty ? v->major > w->major : semver_compare(v, w) > 0;
	if (c->minor_dirty)
		return false;
	return c->patch_dirty ? v->minor > w->minor : semver_compare(v, w) > 0;
}

static bool at_most(const struct semver *v, const struct comparison *c)
{
	const struct semver *w = &c->version;

	if (!c->dirty)
		return semver_compare(v, w) <= 0;
	return v->major < w->major ||
	       (v->major == w->major && (v->minor <= w->minor || c->minor_dirty));
}

static bool meets(const struct semver *v, const struct comparison *c)
{
	const char *op = c->op;

	if (!strcmp(op, "!="))
		return differs(v, c);
	if (!strcmp(op, ">"))
		return greater(v, c);
	if (!strcmp(op, "<"))
		return semver_compare(v, &c->version) < 0;
	if (!strcmp(op, ">=") || !strcmp(op, "=>"))
		return semver_compare(v, &c->version) >= 0;
	if (!strcmp(op, "<=") || !strcmp(op, "=<"))
		return at_most(v, c);
	if (op[0] == '~')
		return tilde(v, c);
	if (op[0] == '^')
		return caret(v, c);
	return c->dirty ? tilde(v, c) : semver_compare(v, &c->version) == 0;
}

bool semver_constraints_check(const struct semver_constraints *c, const struct semver *v)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct group *g = &c->items[i];
		bool all = !*v->pre || g->prerelease;

		for (size_t j = 0; j < g->count && all; j++)
			all = meets(v, &g->items[j]);
		if (all)
			return true;
	}
	return false;
}

bool semver_matches(struct arena *a, const char *constraint, const char *version)
{
	const char *error;
	struct semver v;
	struct semver_constraints *c;

	if (semver_parse(a, version, strlen(version), &v))
		return false;
	c = semver_constraints_parse(a, constraint, strlen(constraint), &error);
	return c && semver_constraints_check(c, &v);
}
