/* Values in the words of messages, with YAML's traps explained. */
#include "validate/schema/structure.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"

enum { SHOWN = 40 };

bool structure_integer(const struct node *n, int64_t *out)
{
	char plain[64];
	size_t len = 0;
	double value;

	if (!node_is(n, NODE_INT) && !node_is(n, NODE_FLOAT))
		return false;
	for (uint32_t i = 0; i < n->len; i++) {
		if (n->text[i] == '_')
			continue;
		if (len == sizeof(plain) - 1)
			return false;
		plain[len++] = n->text[i];
	}
	plain[len] = 0;
	if (n->type == NODE_INT && number_parse_int(plain, len, out))
		return true;
	if (n->type == NODE_INT && *plain == '+' && number_parse_int(plain + 1, len - 1, out))
		return true;
	if (!number_parse_float(plain, len, &value) || value != floor(value) ||
	    fabs(value) > 9.2e18)
		return false;
	*out = (int64_t)value;
	return true;
}

const char *structure_describe(struct arena *a, const struct node *n)
{
	static const char *const words[] = {
		[NODE_NULL] = "null",	     [NODE_BOOL] = "the boolean", [NODE_INT] = "the number",
		[NODE_FLOAT] = "the number", [NODE_STR] = "the string",	  [NODE_SEQ] = "a list",
		[NODE_MAP] = "a mapping",
	};
	int cut;

	if (!node_is_scalar(n) || n->type == NODE_NULL)
		return words[n->type];
	cut = (int)text_cut(n->text, n->len, SHOWN);
	return arena_printf(a, n->type == NODE_STR ? "%s '%.*s%s'" : "%s %.*s%s", words[n->type],
			    cut, n->text, (uint32_t)cut < n->len ? "…" : "");
}

const char *structure_key_trap(const struct node *key)
{
	if (strcmp(key->text, "true") && strcmp(key->text, "false"))
		return NULL;
	return "; YAML reads a bare y, n, yes, no, on or off as a boolean: quote the key";
}

/* What YAML made of a plain text that its writer meant as a string. */
static const char *trap(struct arena *a, const struct node *n)
{
	char value[NUMBER_TEXT];
	double number;

	if (n->type == NODE_BOOL && strcmp(n->text, "true") && strcmp(n->text, "false"))
		return arena_printf(a, " (YAML reads %s as a boolean)", n->text);
	if (n->type == NODE_FLOAT && number_parse_float(n->text, n->len, &number)) {
		number_format_json(value, number);
		if (strcmp(value, n->text))
			return arena_printf(a, " (YAML reads %s as the number %s)", n->text, value);
	}
	return "";
}

static bool is_integer_text(const struct node *n)
{
	int64_t value;

	return n->len && number_parse_int(n->text, n->len, &value);
}

const char *structure_hint(struct arena *a, const struct node *n, const char *wanted)
{
	if (!strcmp(wanted, "a string") && node_is_scalar(n) && n->len <= SHOWN)
		return arena_printf(a, "%s; quote it: \"%s\"", trap(a, n), n->text);
	if (!strcmp(wanted, "an integer") && n->type == NODE_STR && n->style != STYLE_PLAIN &&
	    is_integer_text(n))
		return arena_printf(a, "; write it without quotes: %s", n->text);
	if (!strcmp(wanted, "a boolean") && n->type == NODE_STR &&
	    (!strcmp(n->text, "true") || !strcmp(n->text, "false")))
		return arena_printf(a, "; write it without quotes: %s", n->text);
	if (!strcmp(wanted, "a list") && node_is_scalar(n))
		return arena_printf(a, "; start the value with '- '");
	if (!strcmp(wanted, "a list") && n->type == NODE_MAP)
		return "; start each entry with '- '";
	if (!strcmp(wanted, "a mapping") && n->type == NODE_SEQ)
		return "; leave the '-' away";
	return "";
}
