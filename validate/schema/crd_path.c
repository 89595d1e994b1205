/* The paths that CRDs name fields by, followed through their schemas. */
#include <string.h>

#include "validate/schema/crd_check.h"

struct token {
	const char *text;
	size_t len;
};

/* The next delimiter, quoted text or name; false at the end. */
static bool next_token(const char **p, struct token *out)
{
	const char *s = *p;
	size_t n;

	if (!*s)
		return false;
	if (*s == '\'') {
		for (n = 1; s[n] && !(s[n] == '\'' && s[n - 1] != '\\'); n++)
			;
		n += s[n] == '\'';
	} else {
		n = strcspn(s, ".[]");
		n += !n;
	}
	*out = (struct token){ s, n };
	*p = s + n;
	return true;
}

static const struct node *step(const struct node *schema, const char *name, size_t len,
			       const char **why)
{
	const struct node *properties = crd_get(schema, "properties");
	const struct node *more = crd_get(schema, "additionalProperties");
	const struct node *found = NULL;

	if (properties)
		found = node_get_n(properties, name, len);
	else if (node_is(more, NODE_MAP))
		found = more;
	*why = "does not refer to a valid field";
	return found;
}

const struct node *crd_follow(const struct node *schema, const char *path, bool arrays,
			      const char **why)
{
	struct token t;

	while (schema && next_token(&path, &t)) {
		if (*t.text == '.') {
			if (!next_token(&path, &t)) {
				*why = "ends in a '.'";
				return NULL;
			}
			schema = step(schema, t.text, t.len, why);
		} else if (*t.text == '[' && arrays) {
			if (!next_token(&path, &t) || t.len < 2 || *t.text != '\'') {
				*why = "needs a quoted name between '[' and ']'";
				return NULL;
			}
			schema = step(schema, t.text + 1, t.len - 2, why);
			if (!next_token(&path, &t) || *t.text != ']') {
				*why = "has a '[' without ']'";
				return NULL;
			}
		} else {
			*why = *t.text == '[' ? "must not use '['" : "must start with a '.'";
			return NULL;
		}
	}
	return schema;
}
