#include "cmd/report/words.h"
#include <string.h>
#include "base/json.h"
#include "base/utf8.h"

void words_ref(struct buf *out, const struct plan_ref *ref)
{
	report_clean(out, ref->kind ? ref->kind : "");
	buf_char(out, ' ');
	if (ref->ns && *ref->ns) {
		report_clean(out, ref->ns);
		buf_char(out, '/');
	}
	report_clean(out, ref->name ? ref->name : "");
}

void words_object(struct buf *out, const struct plan_change *c)
{
	words_ref(out, &c->object);
	if (!c->app)
		return;
	buf_str(out, " (");
	words_file(out, c->app);
	buf_char(out, ')');
}

const char *words_action(const struct plan_change *c)
{
	static const char *const sentences[PLAN_ACTIONS] = {
		[PLAN_UNCHANGED] = "does not change",
		[PLAN_CREATE] = "will be created",
		[PLAN_UPDATE] = "will be changed",
		[PLAN_REPLACE] = "will be deleted and created again",
		[PLAN_DELETE] = "will be deleted",
		[PLAN_ORPHAN] = "is no longer in git, and stays in the cluster",
		[PLAN_MOVE] = "moves to another owner",
		[PLAN_UNDECIDED] = "could not be decided",
	};

	return c->action == PLAN_UNCHANGED && c->count ? "has drifted" : sentences[c->action];
}

void words_counts(struct buf *out, const struct plan_summary *s)
{
	static const struct {
		enum plan_action action;
		bool always;
		const char *words;
	} counted[] = {
		{ PLAN_CREATE, true, "to create" },    { PLAN_UPDATE, true, "to change" },
		{ PLAN_REPLACE, false, "to replace" }, { PLAN_DELETE, true, "to delete" },
		{ PLAN_ORPHAN, false, "orphaned" },    { PLAN_MOVE, false, "moved" },
		{ PLAN_UNCHANGED, true, "unchanged" }, { PLAN_UNDECIDED, false, "undecided" },
	};
	const char *comma = "";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counted); i++) {
		if (!counted[i].always && !s->actions[counted[i].action])
			continue;
		buf_printf(out, "%s%u %s", comma, s->actions[counted[i].action], counted[i].words);
		comma = ", ";
	}
	if (s->drift)
		buf_printf(out, ", %u drifted", s->drift);
}

void words_file(struct buf *out, const char *file)
{
	if (!strncmp(file, "::", 2) || !strncmp(file, "##", 2))
		buf_str(out, "./");
	report_clean(out, file);
}

void words_place(struct buf *out, const struct plan_place *place)
{
	if (!place->at.file)
		return;
	if (place->at.source) {
		report_clean(out, place->at.source);
		buf_char(out, ' ');
	}
	words_file(out, place->at.file);
	if (place->at.line)
		buf_printf(out, ":%u", place->at.line);
}

const char *words_severity(enum severity severity)
{
	static const char *const names[] = {
		[SEVERITY_INFO] = "info",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_ERROR] = "error",
	};

	return names[severity];
}

void words_finding(struct buf *out, const struct plan_finding *f)
{
	if (f->has_object && (*f->object.kind || *f->object.name)) {
		words_ref(out, &f->object);
		buf_str(out, ": ");
	}
	if (f->path && *f->path) {
		report_clean(out, f->path);
		buf_str(out, ": ");
	}
	report_clean(out, f->message);
}

void words_hook(struct buf *out, const struct plan_hook *h)
{
	report_clean(out, h->when);
	buf_str(out, "  ");
	words_ref(out, &h->object);
	buf_str(out, " (");
	words_ref(out, &h->owner);
	if (*h->deletes) {
		buf_str(out, "; ");
		report_clean(out, h->deletes);
	}
	buf_char(out, ')');
}

bool report_lists(const struct plan_change *c, const struct report_options *options)
{
	return c->action != PLAN_UNCHANGED || c->count || options->show_unchanged;
}

static size_t character_start(const char *text, size_t at)
{
	while (at && ((unsigned char)text[at] & 0xc0) == 0x80)
		at--;
	return at;
}

/* `most` bytes of a text, from `from` on; an ellipsis stands for the rest. */
static void put_window(struct buf *out, struct buf *text, size_t from, size_t most)
{
	if (from)
		buf_str(out, "…");
	if (text->len - from > most) {
		buf_cut(text, character_start(text->text, from + most));
		buf_str(text, "…");
	}
	report_clean(out, text->text + from);
}

void words_value(struct buf *out, const struct node *n, size_t most)
{
	struct buf value;

	buf_init(&value, 0);
	json_write(&value, n, JSON_SEEN);
	put_window(out, &value, 0, most);
	buf_release(&value);
}

void words_line(struct buf *out, const char *text, size_t most)
{
	struct buf line;

	buf_init(&line, 0);
	buf_str(&line, text);
	put_window(out, &line, 0, most);
	buf_release(&line);
}

void words_pair(struct buf *before, struct buf *after, const struct plan_field *f, size_t most)
{
	enum { LED_BY = 16 }; /* bytes of what both have, before the first that differs */
	struct buf a, b;
	size_t same = 0;

	buf_init(&a, 0);
	buf_init(&b, 0);
	json_write(&a, f->before, JSON_SEEN);
	json_write(&b, f->after, JSON_SEEN);
	while (same < a.len && same < b.len && a.text[same] == b.text[same])
		same++;
	if ((a.len <= most && b.len <= most) || same < most / 2)
		same = 0;
	else
		same = character_start(a.text, same - LED_BY);
	put_window(before, &a, same, most);
	put_window(after, &b, same, most);
	buf_release(&a);
	buf_release(&b);
}

void words_xml(struct buf *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		size_t unseen = utf8_unseen(text);

		if (unseen) {
			buf_char(out, '?');
			text += unseen - 1;
		} else if (c == '&')
			buf_str(out, "&amp;");
		else if (c == '<')
			buf_str(out, "&lt;");
		else if (c == '>')
			buf_str(out, "&gt;");
		else if (c == '"')
			buf_str(out, "&quot;");
		else if (c == '\'')
			buf_str(out, "&#39;");
		else if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
			buf_char(out, '?');
		else
			buf_char(out, *text);
	}
}

bool words_links(const char *text, const char *at)
{
	switch (*at) {
	case '@':
		return true;
	case '#':
	case '!':
		return at[1] >= '0' && at[1] <= '9';
	case ':':
		return at[1] == '/' && at[2] == '/';
	case '.':
		return at - text >= 3 && !strncasecmp(at - 3, "www", 3);
	default:
		return false;
	}
}

void words_markdown(struct buf *out, const char *text)
{
	const char *start = text;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == 0x7f) {
			buf_char(out, ' ');
			continue;
		}
		if (c == '<' || c == '>' || c == '&') {
			buf_str(out, c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;");
			continue;
		}
		if (strchr("\\`*_{}[]()#|!~", c))
			buf_char(out, '\\');
		buf_char(out, *text);
		if (words_links(start, text))
			buf_str(out, "&#8203;");
	}
}
