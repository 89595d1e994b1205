/*
 * The plan for a merge request's comment: counts and findings first, each change folded, objects
 * that change alike told together; cut between objects when a forge's limit is near.
 */
#include <stdlib.h>
#include <string.h>
#include "base/map.h"
#include "cmd/report/alike.h"
#include "cmd/report/lines.h"
#include "cmd/report/words.h"

enum {
	GITHUB_LIMIT = 65536, /* characters of a comment; GitLab takes 1,000,000 */
	ROOM = 600,	      /* kept for the last lines */
	VALUE_MOST = 200,
	LINES_SHOWN = 40,     /* of one text */
	SHOWN_ALIKE = 5,      /* more objects than this are folded */
	BODY_MOST = 16 << 10, /* of one object's fields */
};

/* Text in backticks: what would end the code span is left out. */
static void code(struct buf *out, const char *text)
{
	buf_char(out, '`');
	for (; *text; text++)
		buf_char(out, (unsigned char)*text < 0x20 || *text == '`' ? '?' : *text);
	buf_char(out, '`');
}

static void code_place(struct buf *out, const struct plan_place *place)
{
	struct buf text;

	if (!place->at.file)
		return;
	buf_init(&text, 0);
	words_place(&text, place);
	code(out, text.text);
	buf_release(&text);
}

static void finding_line(struct buf *out, const struct plan_finding *f, const char *targets)
{
	struct buf text;

	buf_printf(out, "- %s **%s** ",
		   f->severity == SEVERITY_ERROR     ? "❌"
		   : f->severity == SEVERITY_WARNING ? "⚠️"
						     : "ℹ️",
		   words_severity(f->severity));
	if (f->place.at.file) {
		code_place(out, &f->place);
		buf_char(out, ' ');
	}
	buf_init(&text, 0);
	words_finding(&text, f);
	words_markdown(out, text.text);
	buf_release(&text);
	buf_str(out, " (");
	code(out, f->rule);
	if (*targets) {
		buf_str(out, " on ");
		words_markdown(out, targets);
	}
	buf_str(out, f->is_new ? ")\n" : ", was there before)\n");
}

static void diff_tail(struct buf *out, const struct plan_field *f, bool places)
{
	if (places && f->place.at.file) {
		buf_str(out, "   # ");
		words_place(out, &f->place);
	}
	if (f->cause != CAUSE_COMMIT && f->cause != CAUSE_NONE)
		buf_printf(out, " [%s]", plan_cause_name(f->cause));
	buf_char(out, '\n');
}

/* A text's changed lines under its path. */
static bool diff_lines(struct buf *out, const struct plan_field *f, bool places)
{
	struct arena scratch = ARENA_INIT;
	struct line_changes lines = { 0 };
	size_t i;

	if (lines_apply(f->before, f->after))
		lines_compare(&scratch, node_string(f->before), node_string(f->after), &lines);
	if (lines.count) {
		buf_str(out, "  ");
		report_clean(out, f->path);
		buf_char(out, ':');
		diff_tail(out, f, places);
	}
	for (i = 0; i < lines.count && (!places || i < LINES_SHOWN); i++) {
		buf_printf(out, "%c     ", lines.items[i].sign);
		words_line(out, lines.items[i].text, VALUE_MOST);
		buf_char(out, '\n');
	}
	if (i < lines.count)
		buf_printf(out, "#     and %zu more lines\n", lines.count - i);
	arena_release(&scratch);
	return lines.count > 0;
}

static void diff_field(struct buf *out, const struct plan_field *f, bool places)
{
	struct buf before, after;

	if (diff_lines(out, f, places))
		return;
	buf_init(&before, 0);
	buf_init(&after, 0);
	if (f->before && f->after)
		words_pair(&before, &after, f, VALUE_MOST);
	else
		words_value(f->before ? &before : &after, f->before ? f->before : f->after,
			    VALUE_MOST);
	if (f->before) {
		buf_str(out, "- ");
		report_clean(out, f->path);
		buf_printf(out, ": %s", before.text);
		if (f->after)
			buf_char(out, '\n');
	}
	if (f->after) {
		buf_str(out, "+ ");
		report_clean(out, f->path);
		buf_printf(out, ": %s", after.text);
	}
	diff_tail(out, f, places);
	buf_release(&before);
	buf_release(&after);
}

/*
 * The changed fields as a diff: what objects that change alike have in common. Without places it
 * is what tells whether they do.
 */
static void change_body(struct buf *out, const struct plan_change *c, bool places)
{
	size_t start = out->len, i;

	if (c->reason) {
		words_markdown(out, c->reason);
		buf_str(out, "\n\n");
	}
	if (!c->count || c->action == PLAN_CREATE || c->action == PLAN_DELETE)
		return;
	/* No line of it starts with a backtick, so nothing in it can end the fence. */
	buf_str(out, "```diff\n");
	for (i = 0; i < c->count && (!places || out->len - start < BODY_MOST); i++)
		diff_field(out, &c->items[i], places);
	if (i < c->count)
		buf_printf(out, "# and %zu more fields\n", c->count - i);
	buf_str(out, "```\n");
}

struct fold {
	struct {
		VEC(const struct plan_change *);
	} changes; /* alike: one's body is that of all */
};

struct folds {
	VEC(struct fold);
};

/* Changes with the same action and the same body stand together, in the order of the first. */
static void fold_changes(struct arena *a, const struct alike_group *g, struct folds *out)
{
	struct map seen;
	struct buf body;
	size_t i;

	map_init(&seen, a);
	buf_init(&body, 0);
	for (i = 0; i < g->changes.count; i++) {
		const struct plan_change *c = g->changes.items[i];
		const char *key;
		void **at;

		buf_cut(&body, 0);
		change_body(&body, c, false);
		key = arena_printf(a, "%s\n%s", words_action(c), body.text);
		at = map_at(&seen, key);
		if (!*at) {
			*vec_push(a, out) = (struct fold){ 0 };
			*at = (void *)(uintptr_t)out->count;
		}
		*vec_push(a, &out->items[(uintptr_t)*at - 1].changes) = c;
	}
	buf_release(&body);
}

static const char *sign(const struct plan_change *c)
{
	static const char *const signs[PLAN_ACTIONS] = {
		[PLAN_UNCHANGED] = "≈", [PLAN_CREATE] = "+",	[PLAN_UPDATE] = "~",
		[PLAN_REPLACE] = "±",	[PLAN_DELETE] = "−",	[PLAN_ORPHAN] = "○",
		[PLAN_MOVE] = "→",	[PLAN_UNDECIDED] = "?",
	};

	return signs[c->action];
}

/* Text in HTML that Markdown does not look into, where forges still look for names and addresses.
 */
static void html_text(struct buf *out, const char *text)
{
	const char *from = text, *at;
	char *part;

	for (at = text; *at; at++) {
		if (!words_links(text, at))
			continue;
		part = strndup(from, (size_t)(at + 1 - from));
		if (!part)
			abort();
		words_xml(out, part);
		buf_str(out, "&#8203;");
		free(part);
		from = at + 1;
	}
	words_xml(out, from);
}

/* One line of a change: in a <summary>, which is HTML, or in a list's item, which is Markdown. */
static void change_title(struct buf *out, const struct plan_change *c, bool html)
{
	struct buf ref;

	buf_init(&ref, 0);
	words_object(&ref, c);
	buf_printf(out, "%s%s <b>", html ? "" : "- ", sign(c));
	if (html)
		html_text(out, ref.text);
	else
		words_markdown(out, ref.text);
	buf_printf(out, "</b> %s", words_action(c));
	if (c->simulated)
		buf_str(out, " (simulated)");
	buf_cut(&ref, 0);
	words_place(&ref, &c->place);
	if (ref.len && html) {
		buf_str(out, " <code>");
		html_text(out, ref.text);
		buf_str(out, "</code>");
	} else if (ref.len) {
		buf_char(out, ' ');
		code(out, ref.text);
	}
	buf_release(&ref);
}

/* Add `piece` when it fits; false, and nothing added, when the limit is near. */
static bool add_piece(struct buf *out, size_t limit, const struct buf *piece)
{
	if (out->len + piece->len + ROOM > limit)
		return false;
	buf_add(out, piece->text, piece->len);
	return true;
}

/* The lines of the changes from the one at `from` on, as many as fit; how many. */
static size_t add_titles(struct buf *out, size_t limit, const struct fold *fold, size_t from)
{
	struct buf piece;
	size_t i;

	buf_init(&piece, 0);
	for (i = from; i < fold->changes.count; i++) {
		buf_cut(&piece, 0);
		change_title(&piece, fold->changes.items[i], false);
		buf_char(&piece, '\n');
		if (!add_piece(out, limit, &piece))
			break;
	}
	buf_release(&piece);
	return i - from;
}

/* What changes alike: the first with its body, then the others' names. How many were written. */
static size_t add_fold(struct buf *out, size_t limit, const struct fold *fold)
{
	const struct plan_change *first = fold->changes.items[0];
	struct buf piece, body;
	size_t done = 0;

	buf_init(&piece, 0);
	buf_init(&body, 0);
	change_body(&body, first, true);
	if (body.len || fold->changes.count > SHOWN_ALIKE) {
		buf_str(&piece, "<details><summary>");
		change_title(&piece, first, true);
		if (fold->changes.count > 1)
			buf_printf(&piece, ", and %zu more alike", fold->changes.count - 1);
		buf_str(&piece, "</summary>\n\n");
		buf_add(&piece, body.text, body.len);
		if (fold->changes.count > 1)
			buf_char(&piece, '\n');
		if (add_piece(out, limit, &piece)) {
			done = 1 + add_titles(out, limit, fold, 1);
			buf_str(out, "\n</details>\n\n");
		}
	} else {
		done = add_titles(out, limit, fold, 0);
		buf_char(out, '\n');
	}
	buf_release(&piece);
	buf_release(&body);
	return done;
}

static void write_heading(struct buf *out, const struct plan *p)
{
	size_t i;

	buf_str(out, "<!-- kubectl-gitops -->\n### Plan: ");
	words_counts(out, &p->summary);
	buf_printf(out, "\n\n%u error%s, %u warning%s. ", p->summary.errors,
		   p->summary.errors == 1 ? "" : "s", p->summary.warnings,
		   p->summary.warnings == 1 ? "" : "s");
	if (p->commit && *p->commit)
		buf_printf(out, "Commit `%.12s`", p->commit);
	else
		buf_str(out, "What is not committed");
	if (p->base && *p->base)
		buf_printf(out, " against `%.12s`", p->base);
	buf_str(out, "\n");
	for (i = 0; i < p->targets.count; i++) {
		if (p->targets.items[i].why_offline) {
			buf_str(out, "Offline: ");
			words_markdown(out, p->targets.items[i].why_offline);
			buf_char(out, '\n');
		}
	}
	buf_char(out, '\n');
}

/* Those findings that are new, or those that are not; how many found no room is added to *left. */
static void write_half(struct buf *out, const struct plan *p, const char *const *targets, bool new,
		       size_t limit, size_t *left)
{
	struct buf piece;
	size_t i;

	buf_init(&piece, 0);
	for (i = 0; i < p->findings.count; i++) {
		const struct plan_finding *f = &p->findings.items[i];

		if (!targets[i] || f->is_new != new)
			continue;
		buf_cut(&piece, 0);
		finding_line(&piece, f, targets[i]);
		*left += *left || !add_piece(out, limit, &piece);
	}
	buf_release(&piece);
}

/* Findings, each once; where there are several targets, for whom. */
static void write_findings(struct buf *out, const struct plan *p, size_t limit)
{
	struct arena scratch = ARENA_INIT;
	const char *const *targets = alike_findings(&scratch, p);
	size_t left = 0;

	write_half(out, p, targets, true, limit, &left);
	write_half(out, p, targets, false, limit, &left);
	if (left)
		buf_printf(out, "- and %zu more findings\n", left);
	if (p->findings.count)
		buf_char(out, '\n');
	arena_release(&scratch);
}

/* The changes of some targets; how many did not fit. */
static size_t write_group(struct buf *out, const struct plan *p, const struct alike_group *g,
			  size_t limit)
{
	struct arena scratch = ARENA_INIT;
	struct folds folds = { 0 };
	struct buf piece, title;
	size_t i, left = 0;

	buf_init(&piece, 0);
	if (p->targets.count > 1) {
		buf_str(&piece, "\n#### ");
		buf_init(&title, 0);
		alike_title(&title, p, g);
		words_markdown(&piece, title.text);
		buf_release(&title);
		buf_str(&piece, "\n\n");
		if (!add_piece(out, limit, &piece))
			left = g->changes.count;
	}
	if (!left)
		fold_changes(&scratch, g, &folds);
	for (i = 0; i < folds.count; i++)
		left += folds.items[i].changes.count -
			(left ? 0 : add_fold(out, limit, &folds.items[i]));
	buf_release(&piece);
	arena_release(&scratch);
	return left;
}

/* One line each, as far as they fit. */
static void write_hooks(struct buf *out, const struct plan *p, size_t limit)
{
	struct buf piece, words;

	buf_init(&piece, 0);
	buf_init(&words, 0);
	for (size_t i = 0; i < p->hooks.count; i++) {
		buf_cut(&piece, 0);
		buf_cut(&words, 0);
		words_hook(&words, &p->hooks.items[i]);
		buf_str(&piece, i ? "- " : "\nHooks that run with it:\n\n- ");
		words_markdown(&piece, words.text);
		buf_char(&piece, '\n');
		if (!add_piece(out, limit, &piece))
			break;
	}
	buf_release(&words);
	buf_release(&piece);
}

static void write_markdown(struct buf *out, const struct plan *p,
			   const struct report_options *options)
{
	size_t limit = options->max_bytes ? options->max_bytes : GITHUB_LIMIT, i, left = 0;
	struct arena scratch = ARENA_INIT;
	struct alike alike = { 0 };

	write_heading(out, p);
	write_findings(out, p, limit);
	alike_changes(&scratch, p, options, &alike);
	for (i = 0; i < alike.count; i++)
		left += write_group(out, p, &alike.items[i], limit);
	if (left)
		buf_printf(out,
			   "\n%zu more changed objects do not fit here; the plan's JSON or HTML "
			   "report has them.\n",
			   left);
	if (!alike.count)
		buf_str(out, "Nothing changes.\n");
	write_hooks(out, p, limit);
	arena_release(&scratch);
}

const struct report_format report_markdown = {
	.name = "markdown",
	.summary = "a merge request's comment, cut to fit",
	.write = write_markdown,
};
