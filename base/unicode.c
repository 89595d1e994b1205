#include "base/unicode.h"
#include "base/unicode_tables.h"
#include "base/utf8.h"

size_t rune_decode(const char *text, size_t len, uint32_t *rune)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t width, i;

	*rune = RUNE_ERROR;
	if (!len)
		return 0;
	if (at[0] < 0x80) {
		*rune = at[0];
		return 1;
	}
	width = utf8_length(text, len);
	if (width < 2)
		return 1;
	*rune = at[0] & (0xffu >> (width + 1));
	for (i = 1; i < width; i++)
		*rune = *rune << 6 | (at[i] & 0x3fu);
	return width;
}

size_t rune_decode_last(const char *text, size_t len, uint32_t *rune)
{
	size_t back, width;

	for (back = 2; back <= 4 && back <= len; back++) {
		width = rune_decode(text + len - back, back, rune);
		if (width == back)
			return width;
	}
	return len ? rune_decode(text + len - 1, 1, rune) : rune_decode(text, 0, rune);
}

size_t rune_encode(char *out, uint32_t r)
{
	if (r > RUNE_MAX || (r >= 0xd800 && r <= 0xdfff))
		r = RUNE_ERROR;
	if (r < 0x80) {
		out[0] = (char)r;
		return 1;
	}
	if (r < 0x800) {
		out[0] = (char)(0xc0 | r >> 6);
		out[1] = (char)(0x80 | (r & 0x3f));
		return 2;
	}
	if (r < 0x10000) {
		out[0] = (char)(0xe0 | r >> 12);
		out[1] = (char)(0x80 | (r >> 6 & 0x3f));
		out[2] = (char)(0x80 | (r & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | r >> 18);
	out[1] = (char)(0x80 | (r >> 12 & 0x3f));
	out[2] = (char)(0x80 | (r >> 6 & 0x3f));
	out[3] = (char)(0x80 | (r & 0x3f));
	return 4;
}

size_t rune_count(const char *text, size_t len)
{
	size_t count = 0, at = 0;
	uint32_t rune;

	for (; at < len; count++)
		at += rune_decode(text + at, len - at, &rune);
	return count;
}

bool text_is_utf8(const char *text, size_t len)
{
	size_t at = 0, width;

	for (; at < len; at += width) {
		width = (unsigned char)text[at] < 0x80 ? 1 : utf8_length(text + at, len - at);
		if (!width)
			return false;
	}
	return true;
}

static bool in_table(const struct range_table *t, uint32_t r)
{
	size_t low = 0, high = t->count, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (r < t->ranges[mid].low)
			high = mid;
		else if (r > t->ranges[mid].high)
			low = mid + 1;
		else
			return (r - t->ranges[mid].low) % t->ranges[mid].stride == 0;
	}
	return false;
}

bool rune_is_letter(uint32_t r)
{
	if (r < 0x80)
		return (r | 0x20) >= 'a' && (r | 0x20) <= 'z';
	return in_table(&unicode_letters, r);
}

bool rune_is_digit(uint32_t r)
{
	return r < 0x80 ? r >= '0' && r <= '9' : in_table(&unicode_digits, r);
}

bool rune_is_print(uint32_t r)
{
	return r < 0x80 ? r >= 0x20 && r < 0x7f : in_table(&unicode_printables, r);
}

bool rune_is_space(uint32_t r)
{
	return (r >= 9 && r <= 13) || r == ' ' || r == 0x85 || r == 0xa0 || r == 0x1680 ||
	       (r >= 0x2000 && r <= 0x200a) || r == 0x2028 || r == 0x2029 || r == 0x202f ||
	       r == 0x205f || r == 0x3000;
}

bool rune_is_upper(uint32_t r)
{
	return r < 0x80 ? r >= 'A' && r <= 'Z' : in_table(&unicode_uppers, r);
}

bool rune_is_lower(uint32_t r)
{
	return r < 0x80 ? r >= 'a' && r <= 'z' : in_table(&unicode_lowers, r);
}

bool rune_is_title(uint32_t r)
{
	return in_table(&unicode_titles, r);
}

bool rune_is_punct(uint32_t r)
{
	return in_table(&unicode_puncts, r);
}

bool rune_is_number(uint32_t r)
{
	return r < 0x80 ? r >= '0' && r <= '9' : in_table(&unicode_numbers, r);
}

enum { TO_UPPER, TO_LOWER, TO_TITLE };

static uint32_t map_case(uint32_t r, int to)
{
	size_t low = 0, high = unicode_cases.count, mid;

	while (low < high) {
		const struct case_range *c = &unicode_cases.ranges[mid = (low + high) / 2];

		if (r < c->low) {
			high = mid;
		} else if (r > c->high) {
			low = mid + 1;
		} else if (c->delta[to] == CASE_ALTERNATES) {
			return c->low + (((r - c->low) & ~1u) | (to == TO_LOWER));
		} else {
			return r + (uint32_t)c->delta[to];
		}
	}
	return r;
}

uint32_t rune_upper(uint32_t r)
{
	if (r < 0x80)
		return r >= 'a' && r <= 'z' ? r - 32 : r;
	return map_case(r, TO_UPPER);
}

uint32_t rune_lower(uint32_t r)
{
	if (r < 0x80)
		return r >= 'A' && r <= 'Z' ? r + 32 : r;
	return map_case(r, TO_LOWER);
}

uint32_t rune_title(uint32_t r)
{
	if (r < 0x80)
		return rune_upper(r);
	return map_case(r, TO_TITLE);
}
