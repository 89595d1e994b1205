/*
 * sops: objects whose values SOPS encrypted. Nothing is ever decrypted here: the cluster is sent
 * what it holds already, or a placeholder of a valid shape, and two sides are compared by
 * ciphertext.
 */
#ifndef VALIDATE_SOPS_H
#define VALIDATE_SOPS_H
#include "base/node.h"

/* Whether an object carries SOPS's record of itself. */
bool sops_is_encrypted(const struct node *root);
/* Whether a value is one of SOPS's ciphertexts. */
bool sops_is_ciphertext(const struct node *n);
/*
 * A copy without SOPS's record and with its ciphertexts replaced: by what `live` (NULL: nothing)
 * has at the same place, else by a placeholder. In `a`.
 */
struct node *sops_placeholders(struct arena *a, const struct node *root, const struct node *live);

#endif
