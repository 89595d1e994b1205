/*
 * keys_seeded: DSA and ECDSA keys from the seeded stream, so that two renders of one plan agree.
 * What they make can be foretold: for comparing, never for use.
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include "render/helm/functions/keys_seeded.h"
#include "render/helm/functions/random.h"

enum { EC_BYTES = 32, DSA_P_BYTES = 256, DSA_Q_BYTES = 32 };

static BIGNUM *random_number(struct call *c, size_t bytes)
{
	unsigned char text[DSA_P_BYTES];

	random_bytes(c, text, bytes);
	return BN_bin2bn(text, (int)bytes, NULL);
}

static EVP_PKEY *from_params(const char *type, OSSL_PARAM_BLD *build)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY *key = NULL;

	if (ctx && params && EVP_PKEY_fromdata_init(ctx) > 0)
		EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params);
	OSSL_PARAM_free(params);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

EVP_PKEY *seeded_p256(struct call *c)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *point = EC_POINT_new(group);
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *secret = random_number(c, EC_BYTES), *bound = BN_dup(EC_GROUP_get0_order(group));
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	unsigned char text[2 * EC_BYTES + 1];
	EVP_PKEY *key = NULL;

	/* From 1 to the order less one. */
	if (BN_sub_word(bound, 1) && BN_mod(secret, secret, bound, ctx) && BN_add_word(secret, 1) &&
	    EC_POINT_mul(group, point, secret, NULL, NULL, ctx) &&
	    EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, text, sizeof(text),
			       ctx) == sizeof(text) &&
	    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) &&
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, text, sizeof(text)) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, secret))
		key = from_params("EC", build);
	OSSL_PARAM_BLD_free(build);
	BN_free(secret);
	BN_free(bound);
	BN_CTX_free(ctx);
	EC_POINT_free(point);
	EC_GROUP_free(group);
	return key;
}

/* The domain of DSA keys: primes q and p = 2kq + 1, and g of order q. */
struct dsa_domain {
	BIGNUM *p, *q, *g;
};

static void find_q(struct call *c, struct dsa_domain *d, BN_CTX *ctx)
{
	do {
		BN_free(d->q);
		d->q = random_number(c, DSA_Q_BYTES);
		BN_set_bit(d->q, DSA_Q_BYTES * 8 - 1);
		BN_set_bit(d->q, 0);
	} while (!BN_check_prime(d->q, ctx, NULL));
}

static void find_p(struct call *c, struct dsa_domain *d, BN_CTX *ctx)
{
	BIGNUM *step = BN_dup(d->q), *rest = BN_new();

	BN_lshift1(step, step);
	do {
		BN_free(d->p);
		d->p = random_number(c, DSA_P_BYTES);
		BN_set_bit(d->p, DSA_P_BYTES * 8 - 1);
		BN_mod(rest, d->p, step, ctx);
		BN_sub(d->p, d->p, rest);
		BN_add_word(d->p, 1);
	} while (BN_num_bits(d->p) != DSA_P_BYTES * 8 || !BN_check_prime(d->p, ctx, NULL));
	BN_free(step);
	BN_free(rest);
}

static void find_g(struct dsa_domain *d, BN_CTX *ctx)
{
	BIGNUM *cofactor = BN_new(), *base = BN_new(), *less = BN_dup(d->p);

	BN_sub_word(less, 1);
	BN_div(cofactor, NULL, less, d->q, ctx);
	BN_one(base);
	do {
		BN_add_word(base, 1);
		BN_mod_exp(d->g, base, cofactor, d->p, ctx);
	} while (BN_is_one(d->g));
	BN_free(cofactor);
	BN_free(base);
	BN_free(less);
}

EVP_PKEY *seeded_dsa(struct call *c)
{
	struct dsa_domain d = { .g = BN_new() };
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *secret, *open = BN_new();
	EVP_PKEY *key = NULL;

	find_q(c, &d, ctx);
	find_p(c, &d, ctx);
	find_g(&d, ctx);
	secret = random_number(c, DSA_Q_BYTES);
	BN_mod(secret, secret, d.q, ctx);
	if (BN_is_zero(secret))
		BN_one(secret);
	if (BN_mod_exp(open, d.g, secret, d.p, ctx) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_FFC_P, d.p) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_FFC_Q, d.q) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_FFC_G, d.g) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PUB_KEY, open) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, secret))
		key = from_params("DSA", build);
	OSSL_PARAM_BLD_free(build);
	BN_CTX_free(ctx);
	BN_free(d.p);
	BN_free(d.q);
	BN_free(d.g);
	BN_free(secret);
	BN_free(open);
	return key;
}
