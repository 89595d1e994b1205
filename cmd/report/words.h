/*
 * words: what several reports say the same way: a sentence for a change, places, counts.
 */
#ifndef CMD_REPORT_WORDS_H
#define CMD_REPORT_WORDS_H
#include "cmd/report/report.h"

/* "Deployment apps/web"; control characters taken out. */
void words_ref(struct buf *out, const struct plan_ref *ref);
/* The same for what changes, with its app where others render the object too: "Deployment apps/web
   (overlays/prod)". */
void words_object(struct buf *out, const struct plan_change *c);
/* "will be changed". */
const char *words_action(const struct plan_change *c);
/* "1 to create, 2 to change, 0 to delete, 3 unchanged". */
void words_counts(struct buf *out, const struct plan_summary *s);
/* A path, not like a command of CIs, which obey lines that begin with "::" or "##". */
void words_file(struct buf *out, const char *file);
/* "file:line", with the chart or remote before it; nothing when unknown. */
void words_place(struct buf *out, const struct plan_place *place);
/* "error", "warning", "info". */
const char *words_severity(enum severity severity);
/* "Deployment apps/web: spec.replicas: message", what of it there is. */
void words_finding(struct buf *out, const struct plan_finding *f);
/* "PreSync  Job web/migrate (Application argocd/web; HookSucceeded)". */
void words_hook(struct buf *out, const struct plan_hook *h);
/* A value on one line of JSON, cut to `most` bytes. */
void words_value(struct buf *out, const struct node *n, size_t most);
/* One line of a text, cut to `most` bytes. */
void words_line(struct buf *out, const char *text, size_t most);
/* Both values of a changed field, cut so that the first place where they differ is seen. */
void words_pair(struct buf *before, struct buf *after, const struct plan_field *f, size_t most);

/* Text for markup: &, <, > and quotes as entities, control characters but newline and tab as '?'.
 */
void words_xml(struct buf *out, const char *text);
/*
 * Whether a forge makes a mention or a link of the character at `at` of `text` and what follows
 * (@name, #1, !1, https://, www.), even where it is escaped: a space of no width after it prevents
 * it.
 */
bool words_links(const char *text, const char *at);
/* Text for Markdown outside code: characters that Markdown or HTML would take are escaped. */
void words_markdown(struct buf *out, const char *text);

#endif
