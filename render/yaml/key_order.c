/* The order in which go-yaml writes the keys of a mapping. */
#include <stdlib.h>
#include "base/unicode.h"
#include "render/yaml/internal.h"
#include "render/yaml/internal_chars.h"

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static int64_t digits_at(const struct node *n, size_t *at, int64_t value)
{
	for (; *at < n->len && is_digit((unsigned char)n->text[*at]); (*at)++)
		value = (int64_t)((uint64_t)value * 10 + (uint64_t)(n->text[*at] - '0'));
	return value;
}

/*
 * go-yaml's order of keys: letters after the rest (v3: but before it behind a digit), runs of
 * digits by their number.
 */
static int key_compare(const struct node *a, const struct node *b, bool v3)
{
	size_t i = 0, j, ai, bi, shorter = a->len < b->len ? a->len : b->len;
	const unsigned char *x = (const unsigned char *)a->text,
			    *y = (const unsigned char *)b->text;
	int64_t an = 0, bn = 0;
	unsigned long c, d;
	bool cl, dl;

	while (i < shorter && x[i] == y[i])
		i++;
	if (i == shorter)
		return a->len < b->len ? -1 : a->len > b->len;
	for (; i && (x[i] & 0xc0) == 0x80; i--)
		;
	c = char_value(x + i, char_width(x[i]));
	d = char_value(y + i, char_width(y[i]));
	cl = rune_is_letter((uint32_t)c);
	dl = rune_is_letter((uint32_t)d);
	if (cl && dl)
		return c < d ? -1 : 1;
	if (cl || dl)
		return (v3 && i && is_digit(x[i - 1]) ? cl : dl) ? -1 : 1;
	if (c == '0' || d == '0')
		for (j = i; j-- > 0 && is_digit(x[j]);)
			if (x[j] != '0')
				an = bn = 1;
	ai = bi = i;
	an = digits_at(a, &ai, an);
	bn = digits_at(b, &bi, bn);
	if (an != bn)
		return an < bn ? -1 : 1;
	if (ai != bi)
		return ai < bi ? -1 : 1;
	return c < d ? -1 : 1;
}

static int entry_order(const void *a, const void *b)
{
	return key_compare((*(struct node_entry *const *)a)->key,
			   (*(struct node_entry *const *)b)->key, false);
}

static int entry_order_v3(const void *a, const void *b)
{
	return key_compare((*(struct node_entry *const *)a)->key,
			   (*(struct node_entry *const *)b)->key, true);
}

void yaml_order_keys(struct node_entry **entries, size_t count, bool v3)
{
	qsort(entries, count, sizeof(struct node_entry *), v3 ? entry_order_v3 : entry_order);
}

static int entry_bytes(const void *a, const void *b)
{
	return strcmp((*(struct node_entry *const *)a)->key->text,
		      (*(struct node_entry *const *)b)->key->text);
}

void yaml_order_bytes(struct node_entry **entries, size_t count)
{
	qsort(entries, count, sizeof(struct node_entry *), entry_bytes);
}
