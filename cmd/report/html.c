/*
 * The plan as one page that needs nothing else: counts, a picture of the apps and their objects,
 * findings, each change side by side, a filter. No network (its own policy forbids it), dark where
 * the reader's system is.
 */
#include <string.h>
#include "base/map.h"
#include "cmd/report/words.h"

enum { VALUE_MOST = 4000, PICTURE_MOST = 200, ROW = 24, LEFT = 12, RIGHT = 460 };

static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
	"'unsafe-inline'; script-src 'unsafe-inline'\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<title>kubectl gitops plan</title>\n<style>\n"
	":root{color-scheme:light "
	"dark;--bg:#fff;--fg:#1c2128;--dim:#59636e;--line:#d1d9e0;--box:#f6f8fa;"
	"--add:#1a7f37;--del:#cf222e;--mod:#9a6700;--move:#0969da}\n"
	"@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--dim:#9198a1;--line:#"
	"3d444d;"
	"--box:#151b23;--add:#3fb950;--del:#f85149;--mod:#d29922;--move:#4493f8}}\n"
	"body{background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif;margin:0 "
	"auto;"
	"max-width:1100px;padding:1.5rem}\n"
	"h1{font-size:1.4rem;margin:0 0 .3rem}h2{font-size:1.1rem;margin:1.6rem 0 .5rem}\n"
	"p{margin:.2rem 0;color:var(--dim)}code,td.v{font:13px/1.45 ui-monospace,monospace}\n"
	".counts{display:flex;flex-wrap:wrap;gap:.5rem;margin:.8rem 0}\n"
	".counts span{border:1px solid var(--line);border-radius:999px;padding:.1rem .8rem}\n"
	".create{color:var(--add)}.update,.unchanged{color:var(--mod)}.delete,.replace,.undecided,."
	"error{"
	"color:var(--del)}.move,.orphan,.info{color:var(--move)}.warning{color:var(--mod)}\n"
	"input{width:100%;box-sizing:border-box;padding:.5rem .7rem;border:1px solid var(--line);"
	"border-radius:6px;background:var(--box);color:inherit;font:inherit}\n"
	"ul{list-style:none;padding:0;margin:0}li{border-top:1px solid var(--line);padding:.4rem "
	"0}\n"
	"details{border:1px solid var(--line);border-radius:6px;margin:.4rem "
	"0;background:var(--box)}\n"
	"summary{padding:.45rem .7rem;cursor:pointer}summary "
	"code{color:var(--dim);margin-left:.6rem}\n"
	"table{border-collapse:collapse;width:100%;table-layout:fixed;background:var(--bg)}\n"
	"th{text-align:left;font-weight:600;color:var(--dim);font-size:.8rem}\n"
	"td,th{border-top:1px solid var(--line);padding:.3rem .7rem;vertical-align:top;"
	"overflow-wrap:anywhere}td.before{color:var(--del)}td.after{color:var(--add)}\n"
	".picture{overflow-x:auto;border:1px solid var(--line);border-radius:6px}\n"
	"svg text{font:13px system-ui,sans-serif;fill:var(--fg)}svg "
	"path{stroke:var(--line);fill:none}\n"
	"svg .create{fill:var(--add)}svg .update,svg .unchanged{fill:var(--mod)}svg .delete,svg "
	".replace,"
	"svg .undecided{fill:var(--del)}svg .move,svg .orphan{fill:var(--move)}\n"
	"[hidden]{display:none}\n</style>\n</head>\n<body>\n";

static const char script[] =
	"<script>\nconst box=document.getElementById('filter');\n"
	"box.addEventListener('input',()=>{const "
	"words=box.value.toLowerCase().split(/\\s+/).filter(Boolean);\n"
	"for(const e of document.querySelectorAll('[data-text]')){const "
	"t=e.dataset.text.toLowerCase();\n"
	"e.hidden=!words.every(w=>t.includes(w));}});\n</script>\n</body>\n</html>\n";

static void xml_ref(struct buf *out, const struct plan_ref *ref)
{
	struct buf text;

	buf_init(&text, 0);
	words_ref(&text, ref);
	words_xml(out, text.text);
	buf_release(&text);
}

static void xml_place(struct buf *out, const struct plan_place *place)
{
	struct buf text;
	size_t i;

	if (!place->at.file)
		return;
	buf_init(&text, 0);
	words_place(&text, place);
	buf_str(out, "<code>");
	words_xml(out, text.text);
	for (i = 0; i < place->via_count; i++) {
		const struct plan_via *via = &place->via[i];

		buf_str(out, " via ");
		words_xml(out, via->what ? via->what : "");
		buf_char(out, ' ');
		words_xml(out, via->file ? via->file : "?");
		if (via->line)
			buf_printf(out, ":%u", via->line);
	}
	buf_str(out, "</code>");
	buf_release(&text);
}

static void write_counts(struct buf *out, const struct plan *p)
{
	size_t i;

	buf_str(out, "<div class=\"counts\">");
	for (i = 0; i < PLAN_ACTIONS; i++)
		if (p->summary.actions[i])
			buf_printf(out, "<span class=\"%s\">%u %s</span>",
				   plan_action_name((enum plan_action)i), p->summary.actions[i],
				   plan_action_name((enum plan_action)i));
	if (p->summary.drift)
		buf_printf(out, "<span class=\"update\">%u drifted</span>", p->summary.drift);
	buf_printf(
		out,
		"<span class=\"%s\">%u errors</span><span class=\"%s\">%u warnings</span></div>\n",
		p->summary.errors ? "error" : "", p->summary.errors,
		p->summary.warnings ? "warning" : "", p->summary.warnings);
}

static void write_heading(struct buf *out, const struct plan *p)
{
	size_t i;

	buf_str(out, "<h1>Plan</h1>\n<p>");
	if (p->commit && *p->commit)
		buf_printf(out, "Commit <code>%.12s</code>", p->commit);
	else
		buf_str(out, "Not committed");
	if (p->base && *p->base)
		buf_printf(out, " against <code>%.12s</code>", p->base);
	if (p->base_why) {
		buf_str(out, ", the ");
		words_xml(out, p->base_why);
	}
	buf_str(out, "</p>\n");
	for (i = 0; i < p->targets.count; i++) {
		const struct plan_target *t = &p->targets.items[i];

		buf_str(out, "<p>");
		words_xml(out, t->why_offline ? "Offline: " : "Cluster ");
		words_xml(out, t->why_offline ? t->why_offline : t->context);
		if (!t->why_offline && t->version && *t->version) {
			buf_printf(out, ", %s ", t->software ? t->software : "Kubernetes");
			words_xml(out, t->version);
		}
		buf_str(out, "</p>\n");
	}
	write_counts(out, p);
}

/* ---- the picture ---- */

/* Who an object belongs to: the engine's object, else the folder that its source lies in. */
static const char *owner_label(struct arena *a, const struct plan_change *c)
{
	const char *slash;

	if (c->owner.kind && *c->owner.kind)
		return arena_printf(a, "%s %s%s%s", c->owner.kind, c->owner.ns,
				    *c->owner.ns ? "/" : "", c->owner.name);
	if (!c->place.at.file)
		return c->engine ? c->engine : "";
	slash = strrchr(c->place.at.file, '/');
	return slash ? arena_memdup(a, c->place.at.file, (size_t)(slash - c->place.at.file)) : ".";
}

struct owners {
	VEC(const char *);
};

static void picture_object(struct buf *out, const struct plan_change *c, unsigned row,
			   unsigned from)
{
	unsigned y = row * ROW + ROW / 2 + 6, y0 = from * ROW + ROW / 2 + 6;

	buf_printf(out, "<path d=\"M 330 %u C 400 %u, 390 %u, %d %u\"/>", y0, y0, y, RIGHT - 12, y);
	buf_printf(out, "<circle class=\"%s\" cx=\"%d\" cy=\"%u\" r=\"5\"/>",
		   plan_action_name(c->action), RIGHT - 6, y);
	buf_printf(out, "<text x=\"%d\" y=\"%u\">", RIGHT + 6, y + 4);
	xml_ref(out, &c->object);
	buf_str(out, "</text>\n");
}

static void write_picture(struct buf *out, const struct plan *p,
			  const struct report_options *options)
{
	struct arena scratch = ARENA_INIT;
	struct owners owners = { 0 };
	struct buf body;
	struct map seen;
	unsigned row = 0, left = 0, first;
	size_t i, k;

	map_init(&seen, &scratch);
	for (i = 0; i < p->changes.count; i++) {
		const char *owner = owner_label(&scratch, &p->changes.items[i]);

		if (!report_lists(&p->changes.items[i], options) || map_get(&seen, owner))
			continue;
		map_set(&seen, owner, out);
		*vec_push(&scratch, &owners) = owner;
	}
	buf_init(&body, 0);
	for (k = 0; k < owners.count; k++) {
		first = row;
		for (i = 0; i < p->changes.count; i++) {
			const struct plan_change *c = &p->changes.items[i];

			if (!report_lists(c, options) ||
			    strcmp(owner_label(&scratch, c), owners.items[k]))
				continue;
			if (row >= PICTURE_MOST) {
				left++;
				continue;
			}
			picture_object(&body, c, row++, first);
		}
		if (row > first) {
			buf_printf(&body, "<text x=\"%d\" y=\"%u\">", LEFT,
				   first * ROW + ROW / 2 + 10);
			words_xml(&body, owners.items[k]);
			buf_str(&body, "</text>\n");
		}
	}
	if (row) {
		buf_printf(out,
			   "<h2>Apps and objects</h2>\n<div class=\"picture\"><svg width=\"1000\" "
			   "height=\"%u\" role=\"img\" aria-label=\"apps and their objects\">\n",
			   row * ROW + 12);
		buf_add(out, body.text, body.len);
		buf_str(out, "</svg></div>\n");
	}
	if (left)
		buf_printf(out, "<p>%u more objects are listed below.</p>\n", left);
	buf_release(&body);
	arena_release(&scratch);
}

/* ---- findings and changes ---- */

static void write_finding(struct buf *out, const struct plan_finding *f)
{
	struct buf text;

	buf_init(&text, 0);
	words_finding(&text, f);
	buf_str(out, "<li data-text=\"");
	words_xml(out, text.text);
	buf_char(out, ' ');
	words_xml(out, f->rule);
	buf_printf(out, "\"><b class=\"%s\">%s</b> ", words_severity(f->severity),
		   words_severity(f->severity));
	xml_place(out, &f->place);
	buf_char(out, ' ');
	words_xml(out, text.text);
	buf_str(out, " <code>[");
	words_xml(out, f->rule);
	buf_str(out, "]</code></li>\n");
	buf_release(&text);
}

static void write_value(struct buf *out, const char *class_name, const struct node *value)
{
	struct buf text;

	buf_printf(out, "<td class=\"v %s\">", class_name);
	if (value) {
		buf_init(&text, 0);
		words_value(&text, value, VALUE_MOST);
		words_xml(out, text.text);
		buf_release(&text);
	}
	buf_str(out, "</td>");
}

static void write_fields(struct buf *out, const struct plan_change *c)
{
	size_t i;

	buf_str(out, "<table><tr><th>field</th><th>before</th><th>after</th><th>from</th></tr>\n");
	for (i = 0; i < c->count; i++) {
		const struct plan_field *f = &c->items[i];

		buf_str(out, "<tr><td class=\"v\">");
		words_xml(out, f->path);
		buf_str(out, "</td>");
		write_value(out, "before", f->before);
		write_value(out, "after", f->after);
		buf_str(out, "<td>");
		xml_place(out, &f->place);
		if (f->cause != CAUSE_COMMIT && f->cause != CAUSE_NONE) {
			buf_printf(out, " %s", plan_cause_name(f->cause));
			if (f->manager) {
				buf_str(out, " by ");
				words_xml(out, f->manager);
			}
		}
		buf_str(out, "</td></tr>\n");
	}
	buf_str(out, "</table>");
}

static void write_change(struct buf *out, const struct plan_change *c)
{
	buf_printf(out, "<details%s data-text=\"%s ", c->count ? " open" : "",
		   plan_action_name(c->action));
	xml_ref(out, &c->object);
	buf_char(out, ' ');
	words_xml(out, c->place.at.file ? c->place.at.file : "");
	buf_printf(out, "\"><summary><b class=\"%s\">", plan_action_name(c->action));
	xml_ref(out, &c->object);
	buf_printf(out, "</b> %s%s ", words_action(c), c->simulated ? " (simulated)" : "");
	xml_place(out, &c->place);
	buf_str(out, "</summary>");
	if (c->reason) {
		buf_str(out, "<p style=\"padding:0 .7rem .4rem\">");
		words_xml(out, c->reason);
		buf_str(out, "</p>");
	}
	if (c->count)
		write_fields(out, c);
	buf_str(out, "</details>\n");
}

static void write_html(struct buf *out, const struct plan *p, const struct report_options *options)
{
	size_t i, shown = 0;

	buf_str(out, head);
	write_heading(out, p);
	buf_str(out,
		"<input id=\"filter\" type=\"search\" placeholder=\"filter by name, kind, file, "
		"action\" aria-label=\"filter\">\n");
	if (p->findings.count) {
		buf_str(out, "<h2>Findings</h2>\n<ul>\n");
		for (i = 0; i < p->findings.count; i++)
			write_finding(out, &p->findings.items[i]);
		buf_str(out, "</ul>\n");
	}
	write_picture(out, p, options);
	buf_str(out, "<h2>Changes</h2>\n");
	for (i = 0; i < p->changes.count; i++) {
		if (!report_lists(&p->changes.items[i], options))
			continue;
		write_change(out, &p->changes.items[i]);
		shown++;
	}
	if (!shown)
		buf_str(out, "<p>Nothing changes.</p>\n");
	buf_str(out, script);
}

const struct report_format report_html = {
	.name = "html",
	.summary = "one page that needs nothing else",
	.write = write_html,
};
