/* JSON strings as a YAML parser reads them. */
#include <string.h>
#include "base/json.h"
#include "render/yaml/yaml.h"

/* Whether the bytes at `at` are U+007F to U+009F but for U+0085, U+FFFE or U+FFFF. */
static bool is_refused(const unsigned char *at, size_t left)
{
	if (*at == 0x7f)
		return true;
	if (*at == 0xc2 && left > 1)
		return at[1] < 0xa0 && at[1] != 0x85;
	return *at == 0xef && left > 2 && at[1] == 0xbf && at[2] >= 0xbe;
}

bool yaml_json_allowed(const char *text, size_t len)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t i;

	for (i = 0; i < len; i++)
		if (at[i] >= 0x7f && is_refused(at + i, len - i))
			return false;
	return true;
}

struct node *yaml_json_fold(struct arena *a, const char *text, size_t len)
{
	const char *at = text, *end = text + len;
	struct node *n;
	struct buf b;

	while ((at = memchr(at, 0x85, (size_t)(end - at))) && (at == text || at[-1] != '\xc2'))
		at++;
	if (!at)
		return NULL;
	buf_init(&b, 0);
	for (at = text; at < end;) {
		const char *from = at;
		size_t breaks = 0;

		while (at < end && (*at == ' ' || (end - at > 1 && !memcmp(at, "\xc2\x85", 2)))) {
			breaks += *at != ' ';
			at += *at == ' ' ? 1 : 2;
		}
		if (!breaks)
			buf_add(&b, from, (size_t)(at - from));
		else if (breaks == 1)
			buf_char(&b, ' ');
		else
			buf_pad(&b, '\n', breaks - 1);
		if (at < end)
			buf_char(&b, *at++);
	}
	n = node_str_n(a, b.text, b.len);
	buf_release(&b);
	return n;
}

bool yaml_json_key_fits(const char *text, size_t len)
{
	enum { KEY_CHARACTERS = 1024 };
	size_t i, chars = 2;
	struct buf b;

	if (len < KEY_CHARACTERS / 6)
		return !memchr(text, 0x85, len) || !memmem(text, len, "\xc2\x85", 2);
	buf_init(&b, 0);
	json_write_string(&b, text, len, JSON_HTML);
	for (i = 1; i + 1 < b.len; i++)
		chars += ((unsigned char)b.text[i] & 0xc0) != 0x80;
	buf_release(&b);
	return chars <= KEY_CHARACTERS && !memmem(text, len, "\xc2\x85", 2);
}
