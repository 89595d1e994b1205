/*
 * The plan for people, grouped as Terraform groups: a sentence an object, its changed fields with
 * before and after and the line to edit, findings, and counts last.
 */
#include <string.h>
#include "cmd/report/alike.h"
#include "cmd/report/folds.h"
#include "cmd/report/lines.h"
#include "cmd/report/report.h"
#include "cmd/report/words.h"
#include "render/settings.h"

enum { FIELD_COLUMN = 44, VALUE_MOST = 60, LINE_MOST = 120, LINES_SHOWN = 12, OLD_SHOWN = 10 };

enum paint { PAINT_PLAIN, PAINT_GREEN, PAINT_YELLOW, PAINT_RED, PAINT_CYAN, PAINT_DIM, PAINT_BOLD };

struct text {
	struct buf *out;
	const struct plan *plan;
	const struct report_options *options;
};

static void paint(struct text *t, enum paint color)
{
	static const char *const codes[] = {
		[PAINT_PLAIN] = "\033[0m", [PAINT_GREEN] = "\033[32m", [PAINT_YELLOW] = "\033[33m",
		[PAINT_RED] = "\033[31m",  [PAINT_CYAN] = "\033[36m",  [PAINT_DIM] = "\033[2m",
		[PAINT_BOLD] = "\033[1m",
	};

	if (t->options->color)
		buf_str(t->out, codes[color]);
}

/* How an action looks. */
static const struct {
	const char *sign;
	enum paint color;
} actions[PLAN_ACTIONS] = {
	[PLAN_UNCHANGED] = { " ", PAINT_DIM }, [PLAN_CREATE] = { "+", PAINT_GREEN },
	[PLAN_UPDATE] = { "~", PAINT_YELLOW }, [PLAN_REPLACE] = { "-/+", PAINT_RED },
	[PLAN_DELETE] = { "-", PAINT_RED },    [PLAN_ORPHAN] = { "o", PAINT_CYAN },
	[PLAN_MOVE] = { ">", PAINT_CYAN },     [PLAN_UNDECIDED] = { "?", PAINT_RED },
};

static void write_position(struct text *t, const char *source, const char *file, unsigned line)
{
	if (source) {
		report_clean(t->out, source);
		buf_char(t->out, ' ');
	}
	words_file(t->out, file);
	if (line)
		buf_printf(t->out, ":%u", line);
}

static void write_place(struct text *t, const struct plan_place *place)
{
	size_t i;

	if (!place->at.file)
		return;
	paint(t, PAINT_CYAN);
	write_position(t, place->at.source, place->at.file, place->at.line);
	if (place->at.side == SIDE_BASE)
		buf_str(t->out, " (in base)");
	for (i = 0; i < place->via_count; i++) {
		buf_printf(t->out, " via %s ", place->via[i].what ? place->via[i].what : "");
		write_position(t, place->via[i].source,
			       place->via[i].file ? place->via[i].file : "?", place->via[i].line);
	}
	paint(t, PAINT_PLAIN);
}

static void write_cause(struct text *t, const struct plan_field *f)
{
	if (f->cause == CAUSE_COMMIT || f->cause == CAUSE_NONE)
		return;
	paint(t, PAINT_DIM);
	buf_printf(t->out, "  [%s", plan_cause_name(f->cause));
	if (f->manager) {
		buf_str(t->out, " by ");
		report_clean(t->out, f->manager);
	}
	if (f->manager_time && t->options->times) {
		buf_str(t->out, ", which last wrote ");
		report_clean(t->out, f->manager_time);
	}
	buf_str(t->out, f->undone ? ", will be undone]" : "]");
	paint(t, PAINT_PLAIN);
}

static void write_values(struct text *t, const struct plan_field *f,
			 const struct line_changes *lines)
{
	struct buf after;

	if (lines->count) {
		buf_printf(t->out, "%zu line%s", lines->count,
			   lines->count == 1 ? " differs" : "s differ");
		return;
	}
	if (!f->before || !f->after) {
		words_value(t->out, f->before ? f->before : f->after, VALUE_MOST);
		return;
	}
	buf_init(&after, 0);
	words_pair(t->out, &after, f, VALUE_MOST);
	buf_printf(t->out, " → %s", after.text);
	buf_release(&after);
}

/* The lines in which two texts differ, below their field. */
static void write_lines(struct text *t, const struct line_changes *lines)
{
	size_t shown = lines->count > LINES_SHOWN ? LINES_SHOWN - 1 : lines->count;
	struct buf line;

	buf_init(&line, 0);
	for (size_t i = 0; i < shown; i++) {
		const struct line_change *c = &lines->items[i];

		buf_cut(&line, 0);
		words_line(&line, c->text, LINE_MOST);
		paint(t, c->sign == '-' ? PAINT_RED : PAINT_GREEN);
		buf_printf(t->out, "          %c %s", c->sign, line.text);
		paint(t, PAINT_PLAIN);
		buf_char(t->out, '\n');
	}
	if (shown < lines->count)
		buf_printf(t->out, "          … and %zu more lines\n", lines->count - shown);
	buf_release(&line);
}

static void write_field(struct text *t, const struct plan_field *f)
{
	struct arena scratch = ARENA_INIT;
	struct line_changes lines = { 0 };
	size_t start = t->out->len;

	if (lines_apply(f->before, f->after))
		lines_compare(&scratch, node_string(f->before), node_string(f->after), &lines);

	buf_str(t->out, "      ");
	paint(t, !f->before ? PAINT_GREEN : !f->after ? PAINT_RED : PAINT_YELLOW);
	buf_str(t->out, !f->before ? "+ " : !f->after ? "- " : "~ ");
	paint(t, PAINT_PLAIN);
	report_clean(t->out, f->path);
	buf_str(t->out, ": ");
	write_values(t, f, &lines);
	if (t->out->len - start < FIELD_COLUMN)
		buf_pad(t->out, ' ', FIELD_COLUMN - (t->out->len - start));
	buf_str(t->out, "  ");
	write_place(t, &f->place);
	write_cause(t, f);
	buf_char(t->out, '\n');
	write_lines(t, &lines);
	arena_release(&scratch);
}

static void write_change(struct text *t, const struct plan_change *c)
{
	size_t i;

	buf_str(t->out, "  ");
	paint(t, actions[c->action].color);
	buf_printf(t->out, "%-3s ", actions[c->action].sign);
	paint(t, PAINT_BOLD);
	words_object(t->out, c);
	paint(t, PAINT_PLAIN);
	buf_printf(t->out, " %s", words_action(c));
	if (c->simulated)
		buf_str(t->out, " (simulated)");
	buf_str(t->out, "  ");
	write_place(t, &c->place);
	buf_char(t->out, '\n');
	if (c->reason) {
		buf_str(t->out, "      ");
		report_clean(t->out, c->reason);
		buf_char(t->out, '\n');
	}
	if (c->warning_race) {
		buf_str(t->out, "      ");
		report_clean(t->out, c->warning_race);
		buf_char(t->out, '\n');
	}
	if (c->action == PLAN_CREATE || c->action == PLAN_DELETE)
		return;
	for (i = 0; i < c->count; i++)
		write_field(t, &c->items[i]);
}

static void write_finding(struct text *t, const struct plan_finding *f, const char *targets)
{
	static const enum paint colors[] = {
		[SEVERITY_INFO] = PAINT_CYAN,
		[SEVERITY_WARNING] = PAINT_YELLOW,
		[SEVERITY_ERROR] = PAINT_RED,
	};

	buf_str(t->out, "  ");
	if (f->place.at.file) {
		write_position(t, f->place.at.source, f->place.at.file, f->place.at.line);
		if (f->place.at.line && f->place.at.column)
			buf_printf(t->out, ":%u", f->place.at.column);
		buf_str(t->out, ": ");
	}
	paint(t, colors[f->severity]);
	buf_str(t->out, words_severity(f->severity));
	paint(t, PAINT_PLAIN);
	buf_str(t->out, ": ");
	words_finding(t->out, f);
	paint(t, PAINT_DIM);
	buf_printf(t->out, " [%s]", f->rule);
	if (*targets) {
		buf_str(t->out, " on ");
		report_clean(t->out, targets);
	}
	paint(t, PAINT_PLAIN);
	buf_char(t->out, '\n');
}

static void write_counts(struct text *t)
{
	const struct plan_summary *s = &t->plan->summary;

	paint(t, PAINT_BOLD);
	buf_str(t->out, "Plan: ");
	words_counts(t->out, s);
	buf_printf(t->out, ". %u error%s, %u warning%s.", s->errors, s->errors == 1 ? "" : "s",
		   s->warnings, s->warnings == 1 ? "" : "s");
	paint(t, PAINT_PLAIN);
	buf_char(t->out, '\n');
}

static void write_checked(struct text *t)
{
	const struct plan_summary *s = &t->plan->summary;
	bool first = true;
	size_t i;

	buf_str(t->out, "Checked: ");
	for (i = PLAN_LEVELS; i-- > 0;) {
		if (!s->checked[i])
			continue;
		buf_printf(t->out, "%s%u %s", first ? "" : ", ", s->checked[i],
			   i == LEVEL_DRY_RUN	? "by dry-run on the cluster"
			   : i == LEVEL_READ	? "against what the cluster holds"
			   : i == LEVEL_OFFLINE ? "offline"
						: "not at all (no schema is known)");
		first = false;
	}
	if (first)
		buf_str(t->out, "nothing");
	if (s->simulated)
		buf_printf(t->out, ", %u of them simulated", s->simulated);
	buf_str(t->out, ".\n");
	if (t->plan->ignored)
		buf_printf(t->out, "Left out: %u changed field%s, as %s says.\n", t->plan->ignored,
			   t->plan->ignored == 1 ? "" : "s", SETTINGS_FILE);
}

static void write_heading(struct text *t)
{
	const struct plan *p = t->plan;
	size_t i;

	if (p->commit && *p->commit)
		buf_printf(t->out, "Commit %.12s", p->commit);
	else
		buf_str(t->out, "What is not committed");
	if (p->base)
		buf_printf(t->out, " against base %.12s", *p->base ? p->base : "(nothing)");
	if (p->base_why)
		buf_printf(t->out, ", the %s", p->base_why);
	buf_char(t->out, '\n');
	for (i = 0; i < p->targets.count; i++) {
		const struct plan_target *target = &p->targets.items[i];

		if (p->targets.count > 1)
			buf_printf(t->out, "%s: ", target->id);
		if (target->why_offline)
			buf_printf(t->out, "Offline: %s\n", target->why_offline);
		else
			buf_printf(t->out, "Cluster %s (%s, %s %s)\n", target->context,
				   target->server,
				   target->software ? target->software : "Kubernetes",
				   target->version);
	}
}

/* Each change once, under the targets that have it. */
static size_t write_changes(struct text *t)
{
	struct arena scratch = ARENA_INIT;
	struct alike alike = { 0 };
	size_t i, k, shown = 0;

	alike_changes(&scratch, t->plan, t->options, &alike);
	for (i = 0; i < alike.count; i++) {
		const struct alike_group *g = &alike.items[i];

		buf_char(t->out, '\n');
		if (t->plan->targets.count > 1) {
			alike_title(t->out, t->plan, g);
			buf_str(t->out, ":\n");
		}
		for (k = 0; k < g->changes.count; k++)
			write_change(t, g->changes.items[k]);
		shown += g->changes.count;
	}
	arena_release(&scratch);
	return shown;
}

/* Which findings are written, and how many of them at the most. */
struct choice {
	bool is_new;
	bool of_severity;
	enum severity severity; /* then: only these */
	size_t most;
	size_t left; /* counts those beyond */
};

static bool chosen(const struct choice *c, const struct plan_finding *f)
{
	return f->is_new == c->is_new && (!c->of_severity || f->severity == c->severity);
}

static void write_fold(struct text *t, size_t count)
{
	paint(t, PAINT_DIM);
	buf_printf(t->out, "  … and %zu more like it (-o json has all)\n", count);
	paint(t, PAINT_PLAIN);
}

/* Lines that read the same, for what several apps render, stand once. */
static void write_findings(struct text *t, struct choice *c)
{
	struct arena scratch = ARENA_INIT;
	const char *const *targets = alike_findings(&scratch, t->plan);
	const struct fold *folds = folds_findings(&scratch, t->plan, targets);
	size_t i, last = 0, len = 0, start;

	for (i = 0; i < t->plan->findings.count; i++) {
		const struct plan_finding *f = &t->plan->findings.items[i];

		if (!targets[i] || !chosen(c, f) || folds[i].hidden)
			continue;
		if (!c->most) {
			c->left++;
			continue;
		}
		start = t->out->len;
		write_finding(t, f, targets[i]);
		if (len == t->out->len - start &&
		    !memcmp(t->out->text + last, t->out->text + start, len)) {
			buf_cut(t->out, start);
			continue;
		}
		last = start;
		len = t->out->len - start;
		c->most--;
		if (folds[i].stands)
			write_fold(t, folds[i].stands);
	}
	arena_release(&scratch);
}

/* What base has too is no news: the worst of it, where it is much. */
static void write_old_findings(struct text *t, size_t count)
{
	struct choice old = { .most = OLD_SHOWN, .of_severity = count > OLD_SHOWN };

	buf_str(t->out, "\nWas there before:\n");
	for (int i = SEVERITY_ERROR; i >= SEVERITY_INFO; i--) {
		old.severity = (enum severity)i;
		if (old.of_severity && i == SEVERITY_INFO)
			old.most = 0;
		write_findings(t, &old);
		if (!old.of_severity)
			break;
	}
	if (old.left)
		buf_printf(t->out, "  and %zu more: kubectl gitops validate lists them\n",
			   old.left);
}

static void write_all_findings(struct text *t, bool is_plan)
{
	const struct plan *p = t->plan;
	struct choice new = { .is_new = true, .most = SIZE_MAX };
	size_t old = 0;

	for (size_t i = 0; i < p->findings.count; i++)
		old += !p->findings.items[i].is_new;
	if (is_plan && old < p->findings.count)
		buf_str(t->out, "\nFindings:\n");
	write_findings(t, &new);
	if (old)
		write_old_findings(t, old);
}

/* What runs beside: "  PreSync  Job web/migrate (Application argocd/web)  file:1". */
static void write_hooks(struct text *t)
{
	const struct plan *p = t->plan;

	if (p->hooks.count)
		buf_str(t->out, "\nHooks that run with it:\n");
	for (size_t i = 0; i < p->hooks.count; i++) {
		const struct plan_hook *h = &p->hooks.items[i];

		if (p->targets.count > 1)
			buf_printf(t->out, "  %s:", h->target);
		buf_str(t->out, "  ");
		words_hook(t->out, h);
		if (h->place.at.file) {
			buf_str(t->out, "  ");
			paint(t, PAINT_DIM);
			write_position(t, h->place.at.source, h->place.at.file, h->place.at.line);
			paint(t, PAINT_PLAIN);
		}
		buf_char(t->out, '\n');
	}
}

static void write_text(struct buf *out, const struct plan *p, const struct report_options *options)
{
	struct text t = { out, p, options };
	bool is_plan = !options->kind || !strcmp(options->kind, "Plan");

	if (is_plan)
		write_heading(&t);
	if (is_plan && !write_changes(&t))
		buf_str(out, "\nNothing changes.\n");
	if (is_plan)
		write_hooks(&t);
	write_all_findings(&t, is_plan);
	buf_char(out, '\n');
	if (is_plan)
		write_counts(&t);
	else
		buf_printf(out, "%u error%s, %u warning%s.\n", p->summary.errors,
			   p->summary.errors == 1 ? "" : "s", p->summary.warnings,
			   p->summary.warnings == 1 ? "" : "s");
	write_checked(&t);
}

const struct report_format report_text = {
	.name = "text",
	.summary = "for people, in a terminal",
	.write = write_text,
};
