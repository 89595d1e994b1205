/* Label selectors as engines' own objects have them. */
#include <string.h>
#include "render/engines/engines.h"

static bool has_value(const struct node *values, const char *text)
{
	uint32_t i;

	for (i = 0; node_is(values, NODE_SEQ) && i < values->len; i++)
		if (node_is(values->items[i], NODE_STR) && !strcmp(values->items[i]->text, text))
			return true;
	return false;
}

bool engine_selected(const struct node *selector, const struct node *labels)
{
	const struct node *match = node_get(selector, "matchLabels");
	const struct node *rules = node_get(selector, "matchExpressions");
	uint32_t i;

	for (i = 0; node_is(match, NODE_MAP) && i < match->len; i++) {
		const char *have = node_get_string(labels, match->entries[i].key->text);
		const char *want = node_text(match->entries[i].value);

		if (!have || !want || strcmp(have, want))
			return false;
	}
	for (i = 0; node_is(rules, NODE_SEQ) && i < rules->len; i++) {
		const char *have = node_get_string(labels, node_string_at(rules->items[i], "key"));
		const char *operator= node_string_at(rules->items[i], "operator");
		bool in = have && has_value(node_get(rules->items[i], "values"), have);

		if ((!strcmp(operator, "In") && !in) || (!strcmp(operator, "NotIn") && in) ||
		    (!strcmp(operator, "Exists") && !have) ||
		    (!strcmp(operator, "DoesNotExist") && have))
			return false;
	}
	return true;
}
