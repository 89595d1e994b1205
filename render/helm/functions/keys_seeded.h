/*
 * keys_seeded: keys that the same seed makes alike: a plan renders both of its sides with one.
 */
#ifndef RENDER_HELM_FUNCTIONS_KEYS_SEEDED_H
#define RENDER_HELM_FUNCTIONS_KEYS_SEEDED_H
#include <openssl/evp.h>
#include "render/helm/template/engine.h"

/* The caller frees the key; NULL when OpenSSL fails. */
EVP_PKEY *seeded_p256(struct call *c);
EVP_PKEY *seeded_dsa(struct call *c);

#endif
