#include "render/helm/helm.h"
#include "render/helm/strvals.h"

const char *helm_set_value(struct arena *a, struct node *values, const char *text, bool string,
			   origin_id origin)
{
	const struct strvals_options how = { .kind = string ? STRVALS_STRING : STRVALS_TYPED,
					     .origin = origin };
	struct value into = value_from_node(a, values);
	const char *wrong = strvals_parse(a, text, &how, into);

	if (!wrong)
		*values = *value_to_node(a, into);
	return wrong;
}
