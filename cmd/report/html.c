/*
 * The plan as one page that needs nothing else: counts, a picture of the apps and their objects,
 * findings, each change side by side (what clusters have in common once), a filter. No network (its
 * own policy forbids it), dark where the reader's system is.
 */
#include <string.h>
#include "base/map.h"
#include "cmd/report/alike.h"
#include "cmd/report/lines.h"
#include "cmd/report/words.h"

enum {
	VALUE_MOST = 4000,
	LINE_MOST = 400,
	PICTURE_MOST = 200,
	ROW = 32,
	WIDTH = 1100,
	APP_WIDTH = 330,
	OBJECT = 470
};

/* cmd/report/page.css and page.js, as they are. */
__asm__(".section .rodata\n"
	"page_css_text: .incbin \"cmd/report/page.css\"\n\t.byte 0\n"
	"page_js_text: .incbin \"cmd/report/page.js\"\n\t.byte 0\n"
	".previous\n");
extern const char page_css_text[], page_js_text[];

static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
	"'unsafe-inline'; script-src 'unsafe-inline'\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<title>kubectl gitops plan</title>\n<style>\n";

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

/* What can be shown alone: an action, or a severity of findings. */
static void write_chip(struct buf *out, const char *kind, unsigned count, const char *words)
{
	if (count)
		buf_printf(out,
			   "<button type=\"button\" class=\"%s\" data-kind=\"%s\" "
			   "aria-pressed=\"false\"><i></i><b>%u</b> %s</button>\n",
			   kind, kind, count, words);
}

static void write_bar(struct buf *out, const struct plan *p)
{
	static const char *const words[PLAN_ACTIONS] = {
		[PLAN_UNCHANGED] = NULL,     [PLAN_CREATE] = "to create",
		[PLAN_UPDATE] = "to change", [PLAN_REPLACE] = "to replace",
		[PLAN_DELETE] = "to delete", [PLAN_ORPHAN] = "orphaned",
		[PLAN_MOVE] = "moved",	     [PLAN_UNDECIDED] = "undecided",
	};

	buf_str(out,
		"<div class=\"bar\">\n<input id=\"filter\" type=\"search\" placeholder=\"filter by "
		"name, kind, file, target\" aria-label=\"filter\">\n");
	write_chip(out, "error", p->summary.errors, p->summary.errors == 1 ? "error" : "errors");
	write_chip(out, "warning", p->summary.warnings,
		   p->summary.warnings == 1 ? "warning" : "warnings");
	for (size_t i = 0; i < PLAN_ACTIONS; i++)
		if (words[i])
			write_chip(out, plan_action_name((enum plan_action)i),
				   p->summary.actions[i], words[i]);
	write_chip(out, "unchanged", p->summary.drift, "drifted");
	buf_str(out,
		"<button type=\"button\" id=\"fold\">fold</button>\n"
		"<button type=\"button\" id=\"theme\" aria-label=\"dark or light\">◐</button>\n"
		"</div>\n");
}

static void write_target(struct buf *out, const struct plan *p, const struct plan_target *t)
{
	buf_str(out, "<p>");
	if (p->targets.count > 1) {
		buf_str(out, "<code>");
		words_xml(out, t->id);
		buf_str(out, "</code> ");
	}
	words_xml(out, t->why_offline ? "offline: " : "on the cluster ");
	words_xml(out, t->why_offline ? t->why_offline : t->context);
	if (!t->why_offline && t->version && *t->version) {
		buf_printf(out, ", %s ", t->software ? t->software : "Kubernetes");
		words_xml(out, t->version);
	}
	buf_str(out, "</p>\n");
}

static void write_heading(struct buf *out, const struct plan *p)
{
	struct buf counts;

	buf_init(&counts, 0);
	words_counts(&counts, &p->summary);
	buf_str(out, "<header>\n<h1>");
	words_xml(out, counts.text);
	buf_str(out, "</h1>\n<p>");
	if (p->commit && *p->commit) {
		buf_str(out, "Commit <code>");
		words_xml(out, arena_memdup(p->arena, p->commit, strnlen(p->commit, 12)));
		buf_str(out, "</code>");
	} else {
		buf_str(out, "What is not committed");
	}
	if (p->base && *p->base) {
		buf_str(out, " against <code>");
		words_xml(out, arena_memdup(p->arena, p->base, strnlen(p->base, 12)));
		buf_str(out, "</code>");
	}
	if (p->base_why) {
		buf_str(out, ", the ");
		words_xml(out, p->base_why);
	}
	buf_str(out, "</p>\n");
	for (size_t i = 0; i < p->targets.count; i++)
		write_target(out, p, &p->targets.items[i]);
	buf_str(out, "</header>\n<main>\n");
	write_bar(out, p);
	buf_release(&counts);
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

static const char *sign_of(enum plan_action action)
{
	static const char *const signs[PLAN_ACTIONS] = {
		[PLAN_UNCHANGED] = "≈", [PLAN_CREATE] = "+",	[PLAN_UPDATE] = "~",
		[PLAN_REPLACE] = "±",	[PLAN_DELETE] = "−",	[PLAN_ORPHAN] = "○",
		[PLAN_MOVE] = "→",	[PLAN_UNDECIDED] = "?",
	};

	return signs[action];
}

/* At most `most` characters of a text, and a sign that there is more. */
static void cut_xml(struct buf *out, struct arena *a, const char *text, size_t most)
{
	size_t n = 0, i = 0;

	for (; text[i] && n < most; n++)
		do
			i++;
		while (((unsigned char)text[i] & 0xc0) == 0x80);
	words_xml(out, arena_memdup(a, text, i));
	if (text[i])
		buf_str(out, "…");
}

/* The place of a change in the plan is its id on the page. */
static void picture_object(struct buf *out, struct arena *a, const struct plan_change *c, size_t id,
			   unsigned row)
{
	unsigned y = row * ROW + 4;
	struct buf name;

	buf_init(&name, 0);
	words_object(&name, c);
	buf_printf(out, "<a href=\"#c%zu\" class=\"%s\" data-kind=\"%s\" data-text=\"", id,
		   plan_action_name(c->action), plan_action_name(c->action));
	words_xml(out, name.text);
	buf_printf(out,
		   "\"><rect class=\"object\" x=\"%d\" y=\"%u\" width=\"%d\" height=\"26\" "
		   "rx=\"13\"/><text class=\"sign\" x=\"%d\" y=\"%u\">%s</text><text x=\"%d\" "
		   "y=\"%u\">",
		   OBJECT, y, WIDTH - OBJECT - 2, OBJECT + 17, y + 18, sign_of(c->action),
		   OBJECT + 34, y + 18);
	cut_xml(out, a, name.text, 78);
	buf_str(out, "</text></a>\n");
	buf_release(&name);
}

static void picture_app(struct buf *out, struct arena *a, const char *owner, const char *engine,
			unsigned first, unsigned count)
{
	unsigned y = first * ROW + 4, height = count * ROW - 6;

	buf_printf(out,
		   "<rect class=\"app\" x=\"1\" y=\"%u\" width=\"%d\" height=\"%u\" rx=\"8\"/>"
		   "<text x=\"14\" y=\"%u\">",
		   y, APP_WIDTH, height, y + (count > 1 ? 20 : 18));
	cut_xml(out, a, owner, 42);
	buf_str(out, "</text>");
	if (count > 1) {
		buf_printf(out, "<text class=\"dim\" x=\"14\" y=\"%u\">", y + 38);
		words_xml(out, engine);
		buf_printf(out, ", %u objects</text>", count);
	}
	buf_char(out, '\n');
}

static void picture_line(struct buf *out, const struct plan_change *c, unsigned first, unsigned row)
{
	unsigned y = row * ROW + 17, from = first * ROW + 17;

	buf_printf(out, "<path class=\"%s\" d=\"M %d %u C %d %u, %d %u, %d %u\"/>",
		   plan_action_name(c->action), APP_WIDTH + 1, from, APP_WIDTH + 70, from,
		   OBJECT - 70, y, OBJECT, y);
}

/* A change that is shown, and the targets that have it. */
struct shown {
	const struct plan_change *change;
	const char *targets;
};
struct shown_list {
	VEC(struct shown);
};

static void find_shown(struct arena *a, const struct alike *alike, struct shown_list *out)
{
	for (size_t i = 0; i < alike->count; i++)
		for (size_t k = 0; k < alike->items[i].changes.count; k++)
			*vec_push(a, out) = (struct shown){ alike->items[i].changes.items[k],
							    alike->items[i].targets };
}

static size_t id_of(const struct plan *p, const struct plan_change *c)
{
	return (size_t)(c - p->changes.items);
}

static void find_owners(struct arena *a, const struct shown_list *shown, struct owners *out)
{
	struct map seen;

	map_init(&seen, a);
	for (size_t i = 0; i < shown->count; i++) {
		const char *owner = owner_label(a, shown->items[i].change);

		if (map_get(&seen, owner))
			continue;
		map_set(&seen, owner, out);
		*vec_push(a, out) = owner;
	}
}

static void write_picture(struct buf *out, const struct plan *p, const struct shown_list *shown)
{
	struct arena scratch = ARENA_INIT;
	struct owners owners = { 0 };
	struct buf body;
	unsigned row = 0, left = 0, first;
	const char *engine = "";
	size_t i, k;

	find_owners(&scratch, shown, &owners);
	buf_init(&body, 0);
	for (k = 0; k < owners.count; k++) {
		first = row;
		for (i = 0; i < shown->count; i++) {
			const struct plan_change *c = shown->items[i].change;

			if (strcmp(owner_label(&scratch, c), owners.items[k]))
				continue;
			if (row >= PICTURE_MOST) {
				left++;
				continue;
			}
			engine = c->engine ? c->engine : "";
			picture_line(&body, c, first, row);
			picture_object(&body, &scratch, c, id_of(p, c), row++);
		}
		if (row > first)
			picture_app(&body, &scratch, owners.items[k], engine, first, row - first);
	}
	if (row) {
		buf_printf(out,
			   "<h2>Apps and their objects</h2>\n<div class=\"picture\"><svg "
			   "viewBox=\"0 0 %d %u\" role=\"img\" aria-label=\"apps and their "
			   "objects\">\n",
			   WIDTH, row * ROW + 4);
		buf_add(out, body.text, body.len);
		buf_str(out, "</svg></div>\n");
	}
	if (left)
		buf_printf(out, "<p>%u more objects are listed below.</p>\n", left);
	buf_release(&body);
	arena_release(&scratch);
}

/* ---- findings and changes ---- */

static void write_finding(struct buf *out, const struct plan_finding *f, const char *targets)
{
	const char *severity = words_severity(f->severity);
	struct buf text;

	buf_init(&text, 0);
	words_finding(&text, f);
	if (*targets)
		buf_printf(&text, " (on %s)", targets);
	buf_printf(out, "<li class=\"%s\" data-kind=\"%s\" data-text=\"", severity, severity);
	words_xml(out, text.text);
	buf_char(out, ' ');
	words_xml(out, f->rule);
	buf_char(out, ' ');
	words_xml(out, f->place.at.file ? f->place.at.file : "");
	buf_printf(out, "\"><span class=\"tag\">%s</span>", severity);
	words_xml(out, text.text);
	buf_str(out, "<span class=\"where\">");
	xml_place(out, &f->place);
	buf_str(out, " [");
	words_xml(out, f->rule);
	buf_printf(out, "]%s</span></li>\n", f->is_new ? "" : ", was there before");
	buf_release(&text);
}

/* A text of several lines as it is, anything else as JSON on one line. */
static void write_value(struct buf *out, const struct node *value)
{
	const char *lines = node_string(value);
	struct buf text;

	buf_init(&text, VALUE_MOST);
	if (lines && strchr(lines, '\n')) {
		buf_str(&text, lines);
		words_xml(out, text.text);
		buf_str(out, text.full ? "…" : "");
	} else if (value) {
		words_value(&text, value, VALUE_MOST);
		words_xml(out, text.text);
	}
	buf_release(&text);
}

/* Of two texts the lines of one side that the other has not, with their numbers. */
static void write_changed_lines(struct buf *out, const struct line_changes *lines, char sign)
{
	size_t start = out->len, left = 0;
	struct buf line;

	buf_init(&line, 0);
	for (size_t i = 0; i < lines->count; i++) {
		if (lines->items[i].sign != sign)
			continue;
		if (out->len - start > VALUE_MOST) {
			left++;
			continue;
		}
		buf_printf(out, "<i>%u</i> ", lines->items[i].number);
		buf_cut(&line, 0);
		words_line(&line, lines->items[i].text, LINE_MOST);
		words_xml(out, line.text);
		buf_char(out, '\n');
	}
	buf_release(&line);
	if (left)
		buf_printf(out, "… and %zu more lines", left);
}

static void write_cell(struct buf *out, const struct plan_field *f, bool before,
		       const struct line_changes *lines)
{
	buf_printf(out, "<td class=\"v %s\">", before ? "before" : "after");
	if (lines->count)
		write_changed_lines(out, lines, before ? '-' : '+');
	else
		write_value(out, before ? f->before : f->after);
	buf_str(out, "</td>");
}

static void write_values(struct buf *out, const struct plan_field *f)
{
	struct arena scratch = ARENA_INIT;
	struct line_changes lines = { 0 };

	if (lines_apply(f->before, f->after))
		lines_compare(&scratch, node_string(f->before), node_string(f->after), &lines);
	write_cell(out, f, true, &lines);
	write_cell(out, f, false, &lines);
	arena_release(&scratch);
}

static void write_cause(struct buf *out, const struct plan_field *f)
{
	if (f->cause == CAUSE_COMMIT || f->cause == CAUSE_NONE)
		return;
	buf_printf(out, " <span class=\"cause\">%s", plan_cause_name(f->cause));
	if (f->manager) {
		buf_str(out, " by ");
		words_xml(out, f->manager);
	}
	buf_str(out, "</span>");
}

static void write_fields(struct buf *out, const struct plan_change *c)
{
	buf_str(out, "<div class=\"fields\"><table>\n<thead><tr><th>field</th><th>before</th>"
		     "<th>after</th><th>written in</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < c->count; i++) {
		const struct plan_field *f = &c->items[i];

		buf_str(out, "<tr><td class=\"v\">");
		words_xml(out, f->path);
		buf_str(out, "</td>");
		write_values(out, f);
		buf_str(out, "<td>");
		xml_place(out, &f->place);
		write_cause(out, f);
		buf_str(out, "</td></tr>\n");
	}
	buf_str(out, "</tbody>\n</table></div>");
}

static void write_summary(struct buf *out, const struct plan *p, const struct shown *shown)
{
	const struct plan_change *c = shown->change;

	buf_printf(out, "<summary><span class=\"tag\">%s</span><span class=\"kind\">",
		   c->action == PLAN_UNCHANGED ? "drift" : plan_action_name(c->action));
	words_xml(out, c->object.kind);
	buf_str(out, "</span><b>");
	if (c->object.ns && *c->object.ns) {
		words_xml(out, c->object.ns);
		buf_char(out, '/');
	}
	words_xml(out, c->object.name);
	buf_str(out, "</b><span class=\"says\">");
	if (p->targets.count > 1) {
		buf_str(out, "on ");
		words_xml(out, shown->targets);
		buf_str(out, " ");
	}
	words_xml(out, words_action(c));
	buf_printf(out, "%s</span>", c->simulated ? " (simulated)" : "");
	xml_place(out, &c->place);
	buf_str(out, "</summary>");
}

static void write_change(struct buf *out, const struct plan *p, const struct shown *shown)
{
	const struct plan_change *c = shown->change;
	const char *action = plan_action_name(c->action);

	buf_printf(out, "<details id=\"c%zu\" class=\"%s\" data-kind=\"%s\"%s data-text=\"",
		   id_of(p, c), action, action,
		   c->count && c->action != PLAN_CREATE ? " open" : "");
	xml_ref(out, &c->object);
	buf_char(out, ' ');
	words_xml(out, c->place.at.file ? c->place.at.file : "");
	buf_char(out, ' ');
	words_xml(out, shown->targets ? shown->targets : "");
	buf_str(out, "\">");
	write_summary(out, p, shown);
	if (c->reason) {
		buf_str(out, "<p>");
		words_xml(out, c->reason);
		buf_str(out, "</p>");
	}
	if (c->count)
		write_fields(out, c);
	buf_str(out, "</details>\n");
}

static void write_findings(struct buf *out, struct arena *a, const struct plan *p)
{
	const char *const *targets = alike_findings(a, p);

	if (!p->findings.count)
		return;
	buf_str(out, "<h2>Findings</h2>\n<ul>\n");
	for (size_t i = 0; i < p->findings.count; i++)
		if (targets[i])
			write_finding(out, &p->findings.items[i], targets[i]);
	buf_str(out, "</ul>\n");
}

/* What several clusters have in common under one heading, once. */
static void write_group(struct buf *out, const struct plan *p, const struct alike_group *g)
{
	struct buf title;

	buf_init(&title, 0);
	alike_title(&title, p, g);
	if (title.len) {
		buf_str(out, "<h3>");
		words_xml(out, title.text);
		buf_str(out, "</h3>\n");
	}
	for (size_t i = 0; i < g->changes.count; i++)
		write_change(out, p, &(struct shown){ g->changes.items[i], g->targets });
	buf_release(&title);
}

static void write_html(struct buf *out, const struct plan *p, const struct report_options *options)
{
	struct arena scratch = ARENA_INIT;
	struct shown_list shown = { 0 };
	struct alike alike = { 0 };

	alike_changes(&scratch, p, options, &alike);
	find_shown(&scratch, &alike, &shown);

	buf_str(out, head);
	buf_str(out, page_css_text);
	buf_str(out, "</style>\n</head>\n<body>\n");
	write_heading(out, p);
	write_findings(out, &scratch, p);
	write_picture(out, p, &shown);
	buf_str(out, "<h2>Changes</h2>\n");
	for (size_t i = 0; i < alike.count; i++)
		write_group(out, p, &alike.items[i]);
	buf_printf(out, "<p id=\"none\" class=\"none\"%s>%s</p>\n", shown.count ? " hidden" : "",
		   shown.count ? "Nothing of the plan fits the filter." : "Nothing changes.");
	buf_str(out, "</main>\n<footer>kubectl gitops");
	if (options->tool)
		buf_printf(out, " %s", options->tool);
	buf_str(out, "</footer>\n<script>\n");
	buf_str(out, page_js_text);
	buf_str(out, "</script>\n</body>\n</html>\n");
	arena_release(&scratch);
}

const struct report_format report_html = {
	.name = "html",
	.summary = "one page that needs nothing else",
	.write = write_html,
};
