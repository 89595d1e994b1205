#include "cmd/report/report.h"
#include <string.h>
#include "base/utf8.h"

/* In the order of the help. */
const struct report_format *const report_formats[] = {
	&report_text,	&report_json,	&report_yaml,	   &report_markdown,
	&report_html,	&report_junit,	&report_tap,	   &report_sarif,
	&report_github, &report_gitlab, &report_bitbucket,
};
const size_t report_format_count = ARRAY_SIZE(report_formats);

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
