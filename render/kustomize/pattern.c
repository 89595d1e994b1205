/* Patterns: plain text where they are no more than that, else the regex engine of base/. */
#include <string.h>
#include "base/regex.h"
#include "render/kustomize/pattern.h"

struct pattern {
	const char *literal;
	const struct regex *regex; /* NULL: the literal */
	bool anything;
};

static bool is_plain(const char *text)
{
	return !strpbrk(text, "\\.^$|?*+()[]{}");
}

struct pattern *pattern_new_anchored(struct kz *kz, const char *text, origin_id at, struct err *err)
{
	struct pattern *p;

	if (!is_plain(text))
		return pattern_new(kz, arena_printf(kz->a, "^(?:%s)$", text), at, err);
	p = arena_new(kz->a, struct pattern);
	p->anything = !*text;
	p->literal = text;
	return p;
}

struct pattern *pattern_new(struct kz *kz, const char *text, origin_id at, struct err *err)
{
	struct pattern *p = arena_new(kz->a, struct pattern);

	p->regex = regex_get(text, strlen(text), err);
	if (p->regex)
		return p;
	err_at(err, origins_pos(kz->run->origins, at));
	return NULL;
}

bool pattern_matches(const struct pattern *p, const char *text)
{
	if (p->anything)
		return true;
	if (p->regex)
		return regex_match(p->regex, text, strlen(text));
	return !strcmp(p->literal, text);
}

const char *pattern_literal(const struct pattern *p)
{
	return p->anything || p->regex ? NULL : p->literal;
}
