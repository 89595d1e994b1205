#include "base/base64.h"

void base64_encode(struct buf *out, const char *bytes, size_t len)
{
	const unsigned char *in = (const unsigned char *)bytes;
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i;

	for (i = 0; i < len; i += 3) {
		unsigned long bits = (unsigned long)in[i] << 16 |
				     (i + 1 < len ? (unsigned long)in[i + 1] << 8 : 0) |
				     (i + 2 < len ? in[i + 2] : 0);

		buf_char(out, digits[bits >> 18]);
		buf_char(out, digits[bits >> 12 & 63]);
		buf_char(out, i + 1 < len ? digits[bits >> 6 & 63] : '=');
		buf_char(out, i + 2 < len ? digits[bits & 63] : '=');
	}
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_decode(struct buf *out, const char *text, size_t len)
{
	unsigned long bits = 0;
	unsigned count = 0, padding = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == '\n' || text[i] == '\r')
			continue;
		if (text[i] == '=') {
			padding++;
			continue;
		}
		if (padding || base64_digit(text[i]) < 0)
			return false;
		bits = bits << 6 | (unsigned long)base64_digit(text[i]);
		if (++count % 4)
			continue;
		buf_char(out, (char)(bits >> 16 & 255));
		buf_char(out, (char)(bits >> 8 & 255));
		buf_char(out, (char)(bits & 255));
		bits = 0;
	}
	if ((count + padding) % 4 || padding > 2 || count % 4 == 1)
		return false;
	if (padding)
		buf_char(out, (char)(count % 4 == 3 ? bits >> 10 & 255 : bits >> 4 & 255));
	if (padding == 1)
		buf_char(out, (char)(bits >> 2 & 255));
	return true;
}
