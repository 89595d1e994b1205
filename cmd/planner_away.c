/*
 * What is not rendered because something lies elsewhere: where the network is not asked one word
 * for each such thing, with all the apps that it keeps from being rendered; where a host does not
 * answer one word for the host.
 */
#include "base/map.h"
#include "cmd/planner_internal.h"
#include <string.h>

enum { MAX_TOLD = 8 };

struct away {
	const struct err *err; /* of the first */
	const struct app *first;
	struct buf names;
	const char *kind; /* of the last name */
};

static void add_name(struct arena *a, struct away *away, const struct app *app)
{
	const char *kind = app->root ? app->kind : NULL;

	if (away->names.len)
		buf_str(&away->names, ", ");
	if (!kind) {
		buf_str(&away->names, app_title(a, app));
	} else {
		if (!away->kind || strcmp(away->kind, kind) != 0)
			buf_printf(&away->names, "%s ", kind);
		buf_printf(&away->names, "%s%s%s", app->ns, *app->ns ? "/" : "", app->name);
	}
	away->kind = kind;
}

/* All that lies on the first one's host: "chart NAME (HelmRelease NAMES), …". */
static const char *all_of_host(struct planner *pl, const struct map *by_what, size_t first)
{
	const struct away *one = by_what->entries[first].value;
	struct buf text;
	const char *made;
	size_t told = 0;

	buf_init(&text, LIMIT_FILE_BYTES);
	for (size_t i = first; i < by_what->count; i++) {
		const struct away *other = by_what->entries[i].value;

		if (!strcmp(other->err->host, one->err->host) && told++ < MAX_TOLD)
			buf_printf(&text, "%s%s (%s)", text.len ? ", " : "", other->err->away,
				   other->names.text);
	}
	if (told > MAX_TOLD)
		buf_printf(&text, " and %zu more, see 'kubectl gitops tree --no-objects'",
			   told - MAX_TOLD);
	made = buf_dup(&text, pl->arena);
	buf_release(&text);
	return made;
}

static bool host_was_told(const struct map *by_what, size_t at)
{
	const struct away *one = by_what->entries[at].value;

	for (size_t i = 0; i < at; i++)
		if (!strcmp(((struct away *)by_what->entries[i].value)->err->host, one->err->host))
			return true;
	return false;
}

static void report(struct planner *pl, const struct map *by_what, size_t at, struct findings *out)
{
	const struct away *away = by_what->entries[at].value;
	const struct err *err = away->err;
	bool lost = err->code == ERR_UNREACHED;
	origin_id origin = *err->file || !away->first->root ? 0 : away->first->root->origin;
	struct finding *f;

	if (lost && host_was_told(by_what, at))
		return;
	if (lost)
		f = findings_add(out, SEVERITY_WARNING, "engine/not-available", NULL, "", origin,
				 "host '%s' can't be reached (%s); not in the cache, so not "
				 "rendered: %s",
				 err->host, reach_why(pl->run, err->host),
				 all_of_host(pl, by_what, at));
	else
		f = findings_add(out, SEVERITY_INFO, "engine/not-available", NULL, "", origin,
				 "%s is not in the cache, and this run is offline; not rendered: "
				 "%s",
				 err->away, away->names.text);
	if (*err->file) {
		f->file = arena_strdup(pl->arena, err->file);
		f->line = err->line;
		f->column = err->column;
	}
}

bool planner_is_away(const struct app *app, const struct err *err)
{
	return err->code == ERR_AWAY || (app->root && err->code == ERR_UNREACHED && *err->away);
}

static void report_side(struct planner *pl, bool head, struct findings *out)
{
	struct map by_what;
	size_t i;

	map_init(&by_what, pl->arena);
	for (i = 0; i < pl->apps.count; i++) {
		const struct planned *p = pl->apps.items[i];
		const struct side *side = head ? &p->head : &p->base;
		struct away *away;

		if (!side->failed || !planner_is_away(p->app, side->err) ||
		    planner_is_elsewhere(pl, p->app))
			continue;
		away = map_get(&by_what, side->err->away);
		if (!away) {
			away = arena_new(pl->arena, struct away);
			*away = (struct away){ .err = side->err, .first = p->app };
			buf_init(&away->names, LIMIT_FILE_BYTES);
			map_set(&by_what, side->err->away, away);
		}
		add_name(pl->arena, away, p->app);
	}
	for (i = 0; i < by_what.count; i++)
		report(pl, &by_what, i, out);
	for (i = 0; i < by_what.count; i++)
		buf_release(&((struct away *)by_what.entries[i].value)->names);
}

void planner_report_away(struct planner *pl, struct findings *head, struct findings *base)
{
	report_side(pl, true, head);
	report_side(pl, false, base);
}
