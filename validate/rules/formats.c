/* Times as Go's time.Parse takes them, and base64. */
#include <string.h>

#include "base/base64.h"
#include "validate/rules/text.h"

static bool read_number(const char **s, size_t digits, int low, int high)
{
	int n = 0;

	for (size_t i = 0; i < digits; i++) {
		if ((*s)[i] < '0' || (*s)[i] > '9')
			return false;
		n = n * 10 + ((*s)[i] - '0');
	}
	*s += digits;
	return n >= low && n <= high;
}

static bool read_char(const char **s, char c)
{
	return *(*s)++ == c;
}

bool is_rfc3339(const char *s)
{
	if (strlen(s) < 20)
		return false;
	if (!read_number(&s, 4, 0, 9999) || !read_char(&s, '-') || !read_number(&s, 2, 1, 12) ||
	    !read_char(&s, '-') || !read_number(&s, 2, 1, 31) || !read_char(&s, 'T') ||
	    !read_number(&s, 2, 0, 23) || !read_char(&s, ':') || !read_number(&s, 2, 0, 59) ||
	    !read_char(&s, ':') || !read_number(&s, 2, 0, 59))
		return false;
	if (*s == '.' && !strspn(++s, "0123456789"))
		return false;
	s += strspn(s, "0123456789");
	if (*s == 'Z')
		return !s[1];
	if (*s != '+' && *s != '-')
		return false;
	s++;
	return strlen(s) == 5 && read_number(&s, 2, 0, 23) && read_char(&s, ':') &&
	       read_number(&s, 2, 0, 59);
}

bool is_base64(const char *s, size_t len, size_t *decoded)
{
	struct buf b;
	bool fits;

	buf_init(&b, 0);
	fits = base64_decode(&b, s, len);
	if (decoded)
		*decoded = fits ? b.len : 0;
	buf_release(&b);
	return fits;
}
