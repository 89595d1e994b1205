/*
 * primes: random primes for RSA keys, quickly.
 *
 * OpenSSL tries 64 to 128 witnesses on each prime, as for numbers that somebody else may have
 * chosen; for ones that were drawn at random here a few are enough (FIPS 186-5, appendix B.3).
 */
#ifndef RENDER_HELM_FUNCTIONS_PRIMES_H
#define RENDER_HELM_FUNCTIONS_PRIMES_H
#include <openssl/bn.h>
#include "render/helm/template/engine.h"

/*
 * A prime of `bits` (a multiple of 8, at most 4096) from the call's random bytes, its two highest
 * bits set; NULL when OpenSSL has no memory.
 */
BIGNUM *random_prime(struct call *c, int bits);

#endif
