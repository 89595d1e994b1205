#include "validate/sops.h"

bool sops_is_encrypted(const struct node *root)
{
	const struct node *record = node_get(root, "sops");

	return node_is(record, NODE_MAP) &&
	       (node_get(record, "mac") || node_get(record, "version"));
}

bool sops_is_ciphertext(const struct node *n)
{
	return node_is(n, NODE_STR) && n->len > 5 && !memcmp(n->text, "ENC[", 4) &&
	       n->text[n->len - 1] == ']';
}

enum place { ANYWHERE, IN_DATA, IN_STRING_DATA }; /* of a Secret */

/* By the type that the ciphertext names; a Secret's value may have to be an object (a registry's
 * credentials), and is base64 in data. */
static struct node *placeholder(struct arena *a, const struct node *n, enum place where)
{
	if (where == IN_DATA)
		return node_str(a, "e30=");
	if (strstr(n->text, ",type:int]"))
		return node_int(a, 1);
	if (strstr(n->text, ",type:float]"))
		return node_scalar(a, NODE_FLOAT, "1.0", 3);
	if (strstr(n->text, ",type:bool]"))
		return node_bool(a, false);
	return node_str(a, where == IN_STRING_DATA ? "{}" : "placeholder");
}

static struct node *replace(struct arena *a, const struct node *n, const struct node *live,
			    enum place where)
{
	struct node *copy;
	uint32_t i;

	if (sops_is_ciphertext(n)) {
		copy = node_is_scalar(live) && !node_is_null(live) ? node_copy(a, live)
								   : placeholder(a, n, where);
		return node_at(copy, n->origin);
	}
	if (node_is_scalar(n))
		return (struct node *)(uintptr_t)n;
	copy = node_copy_shallow(a, n);
	for (i = 0; n->type == NODE_SEQ && i < n->len; i++)
		copy->items[i] = replace(
			a, n->items[i],
			live && node_is(live, NODE_SEQ) && i < live->len ? live->items[i] : NULL,
			where);
	for (i = 0; n->type == NODE_MAP && i < n->len; i++) {
		const struct node *key = n->entries[i].key;

		copy->entries[i].value = replace(a, n->entries[i].value,
						 node_get_n(live, key->text, key->len), where);
	}
	return copy;
}

struct node *sops_placeholders(struct arena *a, const struct node *root, const struct node *live)
{
	const char *kind = node_get_string(root, "kind");
	bool secret = kind && !strcmp(kind, "Secret");
	struct node *copy = node_copy_shallow(a, root);
	uint32_t i;

	node_remove(copy, "sops");
	for (i = 0; i < copy->len; i++) {
		const struct node *key = copy->entries[i].key;
		bool strings = secret && !strcmp(key->text, "stringData");

		/* stringData is written into data, and not read back */
		copy->entries[i].value =
			replace(a, copy->entries[i].value,
				strings ? NULL : node_get_n(live, key->text, key->len),
				strings				       ? IN_STRING_DATA
				: secret && !strcmp(key->text, "data") ? IN_DATA
								       : ANYWHERE);
	}
	return copy;
}
