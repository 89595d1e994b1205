/*
 * What is not rendered because something lies elsewhere and the network is not asked: one word for
 * each such thing, with all the apps that it keeps from being rendered.
 */
#include "base/map.h"
#include "cmd/planner_internal.h"
#include <string.h>

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

static void report(struct planner *pl, const struct away *away, struct findings *out)
{
	const struct err *err = away->err;
	struct finding *f =
		findings_add(out, SEVERITY_INFO, "engine/not-available", NULL, "",
			     *err->file || !away->first->root ? 0 : away->first->root->origin,
			     "%s is not in the cache, and this run is offline; not rendered: %s",
			     err->away, away->names.text);

	if (*err->file) {
		f->file = arena_strdup(pl->arena, err->file);
		f->line = err->line;
		f->column = err->column;
	}
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

		if (!side->failed || side->err.code != ERR_AWAY || planner_is_elsewhere(pl, p->app))
			continue;
		away = map_get(&by_what, side->err.away);
		if (!away) {
			away = arena_new(pl->arena, struct away);
			*away = (struct away){ .err = &side->err, .first = p->app };
			buf_init(&away->names, LIMIT_FILE_BYTES);
			map_set(&by_what, side->err.away, away);
		}
		add_name(pl->arena, away, p->app);
	}
	for (i = 0; i < by_what.count; i++) {
		struct away *away = by_what.entries[i].value;

		report(pl, away, out);
		buf_release(&away->names);
	}
}

void planner_report_away(struct planner *pl, struct findings *head, struct findings *base)
{
	report_side(pl, true, head);
	report_side(pl, false, base);
}
