/*
 * What SOPS has encrypted, as kustomize-controller takes it: it decrypts where spec.decryption says
 * so, and refuses an encrypted Secret where it does not. An object of which SOPS has encrypted all,
 * its kind and name too, is nobody's to plan.
 */
#include <string.h>
#include "base/base64.h"
#include "base/sha256.h"
#include "render/engines/flux.h"

static bool is_ciphertext(const struct node *n)
{
	return node_is(n, NODE_STR) && n->len > 5 && !memcmp(n->text, "ENC[", 4);
}

bool flux_is_sealed(const struct node *object)
{
	return is_ciphertext(node_get(object, "kind")) ||
	       is_ciphertext(node_get(object, "apiVersion")) ||
	       is_ciphertext(node_path(object, "metadata", "name", NULL));
}

static void note(struct arena *a, struct notes *notes, origin_id origin, const char *text)
{
	*vec_push(a, notes) = (struct note){ text, origin };
}

void flux_note_sops(struct arena *a, const struct app *app, const struct node *object,
		    struct notes *notes)
{
	const struct node *decryption = node_path(app->root, "spec", "decryption", NULL);
	const struct node *metadata = node_get(object, "metadata");

	if (!node_is(node_get(object, "sops"), NODE_MAP))
		return;
	if (!decryption && !strcmp(node_string_at(object, "kind"), "Secret"))
		note(a, notes, object->origin,
		     arena_printf(
			     a,
			     "Kustomization %s/%s fails: Secret %s is encrypted with SOPS, and "
			     "spec.decryption is not set",
			     app->ns, app->name, node_string_at(metadata, "name")));
	else if (flux_is_sealed(object))
		note(a, notes, object->origin,
		     arena_printf(
			     a,
			     "Kustomization %s/%s: SOPS has encrypted the kind and name of this "
			     "object too, so it is in no plan",
			     app->ns, app->name));
}

/* ---- what generators make of encrypted files ---- */

/* Whether a file's text is SOPS's: a value of a dotenv file, or a document with its record. */
static bool is_sops_text(const char *text, size_t len)
{
	static const char cipher[] = "ENC[AES256_GCM,", record[] = "sops", mac[] = "mac";

	if (len >= sizeof(cipher) - 1 && !memcmp(text, cipher, sizeof(cipher) - 1))
		return true;
	return len && memmem(text, len, cipher, sizeof(cipher) - 1) &&
	       memmem(text, len, record, sizeof(record) - 1) &&
	       memmem(text, len, mac, sizeof(mac) - 1);
}

/* A value that stands for the plain text: equal where the ciphertext is; NULL: it is none. */
static struct node *opaque(struct arena *a, const struct node *value)
{
	struct node *out = NULL;
	struct buf text;
	char hex[65];

	if (!node_is_scalar(value))
		return NULL;
	buf_init(&text, LIMIT_FILE_BYTES);
	if (base64_decode(&text, value->text, value->len) && is_sops_text(text.text, text.len))
		out = node_at(node_str(a, arena_printf(a, "ENC[file,data:%s,type:str]",
						       sha256_hex(text.text, text.len, hex))),
			      value->origin);
	buf_release(&text);
	return out;
}

/* The data with such values, and without the record of dotenv files; NULL: nothing is encrypted. */
static struct node *opaque_data(struct arena *a, const struct node *data)
{
	struct node *out = node_map(a);
	bool any = false;
	uint32_t i;

	for (i = 0; node_is(data, NODE_MAP) && i < data->len; i++) {
		const struct node *key = data->entries[i].key;
		struct node *value = opaque(a, data->entries[i].value);

		any |= value != NULL;
		if (strncmp(key->text, "sops_", 5) != 0)
			node_set_n(a, out, key->text, key->len,
				   value ? value
					 : (struct node *)(uintptr_t)data->entries[i].value);
	}
	return any ? out : NULL;
}

/* Whether a name ends as kustomize's generators end them: with a hash of the content. */
static bool ends_in_hash(const char *name)
{
	const char *dash = strrchr(name, '-');

	return dash && strlen(dash) == 11 && strspn(dash + 1, "2456789bcdfghkmt") == 10;
}

bool flux_seal_generated(struct arena *a, const struct app *app, struct node *object,
			 struct notes *notes)
{
	const char *name = node_string_at(node_get(object, "metadata"), "name");
	struct node *data, *record;

	if (strcmp(node_string_at(object, "kind"), "Secret") != 0 || node_get(object, "sops"))
		return true;
	data = opaque_data(a, node_get(object, "data"));
	if (!data)
		return true;
	if (!node_path(app->root, "spec", "decryption", NULL)) {
		note(a, notes, object->origin,
		     arena_printf(
			     a,
			     "Kustomization %s/%s: Secret %s gets what SOPS has encrypted as it "
			     "is: spec.decryption is not set",
			     app->ns, app->name, name));
		return true;
	}
	if (ends_in_hash(name)) {
		note(a, notes, object->origin,
		     arena_printf(
			     a,
			     "Kustomization %s/%s: the name of Secret %s ends in a hash of what "
			     "SOPS has encrypted, so it is not known here and in no plan",
			     app->ns, app->name, name));
		return false;
	}
	record = node_map(a);
	node_set(a, record, "version", node_str(a, "generated"));
	node_set(a, object, "data", data);
	node_set(a, object, "sops", record);
	return true;
}
