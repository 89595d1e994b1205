/* JSON strings as a YAML parser reads them. */
#include <string.h>
#include "base/json.h"
#include "render/yaml/yaml.h"

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
