#include "base/text.h"

#include <string.h>
#include <strings.h>

enum { LONGEST = 64 }; /* longer words are not compared letter by letter */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t text_distance(const char *a, size_t a_len, const char *b, size_t b_len, size_t max)
{
	size_t rows[3][LONGEST + 1], *before = rows[0], *last = rows[1], *row = rows[2];

	if (a_len > LONGEST || b_len > LONGEST || a_len > b_len + max || b_len > a_len + max)
		return max + 1;
	for (size_t j = 0; j <= b_len; j++)
		last[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *oldest = before, low = row[0] = i;

		for (size_t j = 1; j <= b_len; j++) {
			row[j] = least(least(last[j], row[j - 1]) + 1,
				       last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
			low = least(low, row[j]);
		}
		if (low > max)
			return max + 1;
		before = last;
		last = row;
		row = oldest;
	}
	return least(last[b_len], max + 1);
}

struct nearest nearest_to(const char *word, size_t len)
{
	return (struct nearest){ .word = word, .len = len, .distance = len / 3 + 1 };
}

void nearest_try(struct nearest *n, const char *candidate)
{
	size_t len = strlen(candidate), d;

	if (len == n->len && !strncasecmp(candidate, n->word, len))
		d = 0;
	else
		d = text_distance(n->word, n->len, candidate, len, n->distance);
	if (d > n->distance || (n->best && d == n->distance))
		return;
	if (d && d >= n->len) /* nothing in common */
		return;
	n->best = candidate;
	n->distance = d;
}

size_t text_cut(const char *text, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max && ((unsigned char)text[max] & 0xc0) == 0x80)
		max--;
	return max;
}

bool text_starts(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

bool text_ends(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && !strcmp(text + len - end_len, end);
}
