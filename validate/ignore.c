#include "validate/ignore.h"
#include <string.h>

/* Greedy with one place to go back to: linear in practice, len × stars at worst. */
static bool fits(const char *pattern, const char *text, bool below)
{
	const char *star = NULL, *from = text;

	for (;;) {
		if (*pattern == '*') {
			star = ++pattern;
			from = text;
		} else if (!*pattern && (!*text || (below && strchr(".[/", *text)))) {
			return true;
		} else if (*pattern && *pattern == *text) {
			pattern++;
			text++;
		} else if (star && *from) {
			pattern = star;
			text = ++from;
		} else {
			return false;
		}
	}
}

bool ignore_fits(const char *pattern, const char *text)
{
	return fits(pattern, text, false);
}

static bool is_about(const struct settings_ignore *i, const struct plan_change *c)
{
	const char *slash = strchr(c->object.api_version, '/');
	size_t group = slash ? (size_t)(slash - c->object.api_version) : 0;

	if (i->group &&
	    (strlen(i->group) != group || strncmp(i->group, c->object.api_version, group) != 0))
		return false;
	return (!i->target || !strcmp(i->target, c->target)) &&
	       (!i->kind || ignore_fits(i->kind, c->object.kind)) &&
	       (!i->ns || ignore_fits(i->ns, c->object.ns)) &&
	       (!i->name || ignore_fits(i->name, c->object.name));
}

static bool is_ignored(const struct settings_ignore *i, const struct plan_field *f)
{
	for (size_t k = 0; k < i->fields.count; k++) {
		const char *pattern = i->fields.items[k];

		if (fits(pattern, *pattern == '/' ? f->pointer : f->path, true))
			return true;
	}
	return false;
}

static void ignore_in(struct plan *p, struct plan_change *c, const struct settings *s)
{
	size_t kept = 0;

	for (size_t k = 0; k < c->count; k++) {
		bool ignored = false;

		for (size_t i = 0; i < s->ignore.count && !ignored; i++)
			ignored = is_about(&s->ignore.items[i], c) &&
				  is_ignored(&s->ignore.items[i], &c->items[k]);
		p->ignored += ignored;
		if (!ignored)
			c->items[kept++] = c->items[k];
	}
	if (kept == c->count)
		return;
	c->count = kept;
	if (!kept && c->action == PLAN_UPDATE) {
		c->action = PLAN_UNCHANGED;
		c->cause = CAUSE_NONE;
	}
}

void plan_ignore(struct plan *p, const struct settings *s, size_t from)
{
	if (!s->ignore.count)
		return;
	for (size_t i = from; i < p->changes.count; i++)
		if (p->changes.items[i].action == PLAN_UPDATE ||
		    p->changes.items[i].action == PLAN_UNCHANGED)
			ignore_in(p, &p->changes.items[i], s);
}
