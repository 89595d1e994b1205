#include "render/helm/hint.h"
#include <string.h>
#include "base/text.h"

static const char *const functions[] = {
#define FN(name, signature, function, flags) name,
#include "render/helm/functions/functions.def"
#undef FN
};

/* "at <.Values.image.tag>: nil pointer evaluating interface {}.tag": what stands before the last
   field is not set. */
static const char *unset(struct arena *a, const char *message)
{
	const char *nil = strstr(message, "nil pointer evaluating "), *open = nil;
	size_t len;

	while (open && open > message && *open != '<')
		open--;
	if (!open || open[0] != '<' || (open[1] != '.' && open[1] != '$'))
		return NULL;
	len = strcspn(++open, "> )");
	while (len && open[len - 1] != '.')
		len--;
	if (len < 2)
		return NULL;
	len--;
	if (text_starts(open, ".values") || text_starts(open, "$.values"))
		return "; it is '.Values', with a capital";
	return arena_printf(a,
			    "; '%.*s' is not set: give it in values.yaml, or ask for it with 'if'",
			    (int)len, open);
}

/* function "nindnt" not defined */
static const char *function(struct arena *a, const char *message)
{
	const char *name = strstr(message, "function \"");
	struct nearest near;
	size_t len;

	if (!name || !strstr(name, "\" not defined"))
		return NULL;
	name += strlen("function \"");
	len = strcspn(name, "\"");
	if (len < 4) /* of that many names one is always near */
		return NULL;
	near = nearest_to(name, len);
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		nearest_try(&near, functions[i]);
	return near.best ? arena_printf(a, ", did you mean '%s'?", near.best) : NULL;
}

const char *helm_hint(struct arena *a, const char *message)
{
	const char *hint = unset(a, message);

	if (!hint)
		hint = function(a, message);
	if (!hint && text_starts(message, "parse error") && strstr(message, ": unexpected EOF"))
		hint = "; an if, with, range, define or block before it has no end";
	if (!hint && strstr(message, ": no template \"") && strstr(message, "associated with"))
		hint = "; neither this chart nor a dependency defines it (templates/_helpers.tpl "
		       "is "
		       "the usual place, and names are as they are written there)";
	return hint ? hint : "";
}
