/* table: functions by name. */
#include <string.h>
#include "render/helm/functions/functions.h"

static const struct function functions[] = {
#define FN(name, signature, function, flags) { name, signature, function, flags },
#include "render/helm/functions/functions.def"
#undef FN
};

static const struct function helm4_functions[] = {
	{ "mustToToml", "a:s", fn_to_toml, 0 },
	{ "mustToYaml", "a:s", fn_to_yaml, 0 },
};

/* Bytes count as work: a step for each 64. */
static int check_size(struct call *c, const struct buf *b)
{
	if (b->full)
		return call_fail(c, "the text is longer than the limit allows");
	return b->len < 4096 ? 0 : call_spend(c, b->len / 64);
}

int give_like(struct call *c, struct value from, struct buf *text)
{
	int rc = check_size(c, text);

	if (!rc)
		c->result = string_like(c->arena, from, text->text, text->len);
	buf_release(text);
	return rc;
}

int give_text(struct call *c, struct text *t)
{
	if (check_size(c, &t->buf)) {
		text_release(t);
		return -1;
	}
	c->result = text_done(t);
	return 0;
}

const struct function *function_find(const char *name, size_t len)
{
	size_t low = 0, high = ARRAY_SIZE(functions), mid;
	int order;

	while (low < high) {
		mid = (low + high) / 2;
		order = strncmp(name, functions[mid].name, len);
		if (!order)
			order = functions[mid].name[len] ? -1 : 0;
		if (!order)
			return &functions[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

const struct function *function_find_helm4(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(helm4_functions); i++) {
		if (strlen(helm4_functions[i].name) == len &&
		    !memcmp(helm4_functions[i].name, name, len))
			return &helm4_functions[i];
	}
	return function_find(name, len);
}
