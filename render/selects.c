#include "render/selects.h"

#include <string.h>

static enum selects says(bool yes)
{
	return yes ? SELECTS_YES : SELECTS_NO;
}

static enum selects expression_selects(const struct node *e, const struct node *labels, bool whole)
{
	const char *key = node_get_string(e, "key"), *how = node_get_string(e, "operator");
	const char *value = key ? node_text(node_get(labels, key)) : NULL;

	if (!key || !how)
		return SELECTS_NO;
	if (!value && !whole)
		return SELECTS_UNKNOWN;
	if (!strcmp(how, "Exists"))
		return says(value);
	if (!strcmp(how, "DoesNotExist"))
		return says(!value);
	if (!strcmp(how, "In"))
		return says(value && node_has_text(node_get(e, "values"), value));
	return says(!value || !node_has_text(node_get(e, "values"), value));
}

enum selects selector_selects(const struct node *selector, const struct node *labels, bool whole)
{
	const struct node *equal = node_get(selector, "matchLabels");
	const struct node *list = node_get(selector, "matchExpressions");
	enum selects result = SELECTS_YES, one;

	for (uint32_t i = 0; node_is(equal, NODE_MAP) && i < equal->len; i++) {
		const char *value = node_text(node_get(labels, equal->entries[i].key->text));
		const char *wanted = node_text(equal->entries[i].value);

		if (!value && !whole)
			result = SELECTS_UNKNOWN;
		else if (!value || !wanted || strcmp(value, wanted) != 0)
			return SELECTS_NO;
	}
	for (uint32_t i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		one = expression_selects(list->items[i], labels, whole);
		if (one == SELECTS_NO)
			return SELECTS_NO;
		if (one == SELECTS_UNKNOWN)
			result = one;
	}
	return result;
}
