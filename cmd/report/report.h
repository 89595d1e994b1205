/*
 * report: a finished plan as text of some format. One file per format, one row each in report.c;
 * every one reads the plan and prints, and none looks anything up.
 */
#ifndef CMD_REPORT_REPORT_H
#define CMD_REPORT_REPORT_H
#include "base/buf.h"
#include "validate/plan.h"

struct report_options {
	bool color; /* a terminal that wants it */
	bool show_unchanged;
	bool times;	  /* say when managers last wrote */
	size_t max_bytes; /* 0: no bound; formats with a forge's limit have their own default */
	const char *tool; /* the tool's version, for formats that name it */
	const char *kind; /* "Plan" or "Validation" */
};

struct report_format {
	const char *name;
	const char *summary;
	void (*write)(struct buf *out, const struct plan *p, const struct report_options *options);
};

extern const struct report_format report_text, report_json, report_yaml, report_markdown,
	report_html, report_junit, report_tap, report_sarif, report_github, report_gitlab,
	report_bitbucket;
/* The row of a format's name, or NULL. */
const struct report_format *report_find(const char *name);
extern const struct report_format *const report_formats[];
extern const size_t report_format_count;
/* Their names, NULL-ended: what completion offers. */
extern const char *const report_format_names[];
/* Fail with ERR_USAGE for a name that report_find does not find: which ones there are. */
int report_unknown(const char *name, struct err *err);

/* The plan as the JSON contract has it; made in `a`. */
struct node *report_tree(struct arena *a, const struct plan *p,
			 const struct report_options *options);
/* Whether a report lists a change: it changes something, or has drifted. */
bool report_lists(const struct plan_change *c, const struct report_options *options);
/* What Bitbucket's code insights take: {"report": …, "annotations": […]}; made in `a`. */
struct node *report_bitbucket_tree(struct arena *a, const struct plan *p);
/*
 * Put a text into the report with what a terminal or a page could take for a command left out:
 * control characters, and what turns the direction of text, become '?'.
 */
void report_clean(struct buf *out, const char *text);

#endif
