/* The order that jq gives all values: null, false, true, numbers, texts, lists, mappings. */
#include <string.h>
#include "base/jq_internal.h"

int jq_rank(const struct node *n)
{
	if (!n || n->type == NODE_NULL)
		return 0;
	switch ((enum node_type)n->type) {
	case NODE_BOOL:
		return node_true(n) ? 2 : 1;
	case NODE_INT:
	case NODE_FLOAT:
		return 3;
	case NODE_STR:
		return 4;
	case NODE_SEQ:
		return 5;
	default:
		return 6;
	}
}

static int compare_texts(const struct node *a, const struct node *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->text, b->text, len);

	return order ? order : (a->len > b->len) - (a->len < b->len);
}

/* Of two mappings the keys first, then the values by key. */
static int compare_maps(const struct node *a, const struct node *b)
{
	struct arena scratch = ARENA_INIT;
	struct node *one = node_copy(&scratch, a), *two = node_copy(&scratch, b);
	int order = 0;
	uint32_t i;

	node_sort(one);
	node_sort(two);
	for (i = 0; !order && i < one->len && i < two->len; i++)
		order = compare_texts(one->entries[i].key, two->entries[i].key);
	order = order ? order : (one->len > two->len) - (one->len < two->len);
	for (i = 0; !order && i < one->len; i++)
		order = jq_compare(one->entries[i].value, two->entries[i].value);
	arena_release(&scratch);
	return order;
}

int jq_compare(const struct node *a, const struct node *b)
{
	int kind = jq_rank(a), order = kind - jq_rank(b);
	double one = 0, two = 0;

	if (order || kind < 3 || node_equal(a, b))
		return order;
	switch (kind) {
	case 3:
		node_number(a, &one);
		node_number(b, &two);
		return (one > two) - (one < two);
	case 4:
		return compare_texts(a, b);
	case 5:
		for (uint32_t i = 0; !order && i < a->len && i < b->len; i++)
			order = jq_compare(a->items[i], b->items[i]);
		return order ? order : (a->len > b->len) - (a->len < b->len);
	default:
		return compare_maps(a, b);
	}
}
