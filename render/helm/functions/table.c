/* table: functions by name. */
#include <string.h>
#include "render/helm/functions/functions.h"

static const struct function functions[] = {
#define FN(name, signature, function, flags) { name, signature, function, flags },
#include "render/helm/functions/functions.def"
#undef FN
};

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
