#include "render/engines/argo_paths.h"
#include <stdlib.h>
#include <string.h>
#include "base/json.h"

void argo_cut_pointer(struct arena *a, struct node *tree, const char *pointer)
{
	struct node *at = tree, *parent = NULL;
	const char *last = "";

	while (at && *pointer == '/') {
		size_t len = strcspn(pointer + 1, "/");

		last = json_pointer_key(a, pointer + 1, len);
		pointer += len + 1;
		parent = at;
		if (node_is(at, NODE_SEQ)) {
			uint32_t i = (uint32_t)strtoul(last, NULL, 10);

			at = *last && strspn(last, "0123456789") == strlen(last) && i < at->len
				     ? at->items[i]
				     : NULL;
		} else {
			at = node_get(at, last);
		}
	}
	if (!at || !parent)
		return;
	if (node_is(parent, NODE_SEQ))
		node_remove_at(parent, strtoul(last, NULL, 10));
	else
		node_remove(parent, last);
}
