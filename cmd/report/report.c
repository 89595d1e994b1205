#include "cmd/report/report.h"
#include <string.h>

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

/* C1 controls and what turns the direction of text: bytes of UTF-8 from `s`, 0 when it is neither.
 */
static size_t unsafe_sequence(const unsigned char *s)
{
	if (s[0] == 0xc2 && s[1] >= 0x80 && s[1] <= 0x9f)
		return 2;
	if (s[0] != 0xe2)
		return 0;
	if ((s[1] == 0x80 && s[2] >= 0xaa && s[2] <= 0xae) ||
	    (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9))
		return 3;
	return 0;
}

void report_clean(struct buf *out, const char *text)
{
	size_t n;

	for (; *text; text++) {
		n = unsafe_sequence((const unsigned char *)text);
		if (n) {
			buf_char(out, '?');
			text += n - 1;
		} else {
			buf_char(out, (unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text);
		}
	}
}
