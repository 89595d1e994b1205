#include "cmd/report/report.h"
#include <string.h>
#include "base/options.h"
#include "base/utf8.h"

/* In the order of the help. */
const struct report_format *const report_formats[] = {
	&report_text,	&report_json,	&report_yaml,	   &report_markdown,
	&report_html,	&report_junit,	&report_tap,	   &report_sarif,
	&report_github, &report_gitlab, &report_bitbucket,
};
const size_t report_format_count = ARRAY_SIZE(report_formats);

const char *const report_format_names[] = {
	"text", "json",	 "yaml",   "markdown", "html",	    "junit",
	"tap",	"sarif", "github", "gitlab",   "bitbucket", NULL,
};
_Static_assert(ARRAY_SIZE(report_format_names) == ARRAY_SIZE(report_formats) + 1, "the same");

int report_unknown(const char *name, struct err *err)
{
	const char *near = options_nearest(name, report_format_names, report_format_count);
	struct buf list;

	if (near)
		return err_raise(err, ERR_USAGE, NO_POS,
				 "unknown output format '%s', did you mean '%s'?", name, near);
	buf_init(&list, 0);
	for (size_t i = 0; report_format_names[i]; i++)
		buf_printf(&list, "%s%s", i ? (report_format_names[i + 1] ? ", " : " or ") : "",
			   report_format_names[i]);
	err_raise(err, ERR_USAGE, NO_POS, "unknown output format '%s'; %s", name, list.text);
	buf_release(&list);
	return -1;
}

const struct report_format *report_find(const char *name)
{
	size_t i;

	for (i = 0; i < report_format_count; i++)
		if (!strcmp(report_formats[i]->name, name))
			return report_formats[i];
	return NULL;
}

void report_clean(struct buf *out, const char *text)
{
	size_t n;

	for (; *text; text++) {
		n = utf8_unseen(text);
		if (n) {
			buf_char(out, '?');
			text += n - 1;
		} else {
			buf_char(out, (unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text);
		}
	}
}
