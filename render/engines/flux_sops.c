/*
 * What SOPS has encrypted, as kustomize-controller takes it: it decrypts where spec.decryption says
 * so, and refuses an encrypted Secret where it does not. An object of which SOPS has encrypted all,
 * its kind and name too, is nobody's to plan.
 */
#include <string.h>
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
