/*
 * certs: keys and certificates. Real randomness makes real keys; under a seed their bytes come from
 * the seeded stream, so that two renders agree. Either way the output is marked new at each render.
 */
#include <arpa/inet.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>
#include "base/base64.h"
#include "base/text.h"
#include "render/helm/functions/functions.h"
#include "render/helm/functions/keys_seeded.h"
#include "render/helm/functions/primes.h"
#include "render/helm/functions/random.h"
#include "render/helm/template/exec.h"

enum { KEY_STEPS = 200000, CERT_FIELDS = 2 };
/* As often as a key takes the time of an RSA one of 2048 bits. */
enum { COST_RSA_4096 = 8, COST_DSA = 12 };

static const struct go_field certificate_fields[] = {
	{ "Cert", "Cert", &type_string, 0, 0 },
	{ "Key", "Key", &type_string, 0, 0 },
};
const struct go_type type_certificate = { .name = "sprig.certificate",
					  .kind_name = "struct",
					  .kind = GO_STRUCT,
					  .fields = certificate_fields,
					  .field_count = CERT_FIELDS };

static void free_key(EVP_PKEY **k)
{
	EVP_PKEY_free(*k);
}

static void free_cert(X509 **x)
{
	X509_free(*x);
}

static void free_bio(BIO **b)
{
	BIO_free(*b);
}

/* ---- keys ---- */

struct rsa_parts {
	BIGNUM *p, *q, *n, *e, *d, *dp, *dq, *qi;
};

static EVP_PKEY *rsa_from_parts(const struct rsa_parts *r)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	if (build && ctx && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, r->n) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, r->e) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_D, r->d) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_FACTOR1, r->p) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_FACTOR2, r->q) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_EXPONENT1, r->dp) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_EXPONENT2, r->dq) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, r->qi) &&
	    (params = OSSL_PARAM_BLD_to_param(build)) && EVP_PKEY_fromdata_init(ctx) > 0)
		EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static EVP_PKEY *new_rsa(struct call *c, int bits)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *p1 = BN_new(), *q1 = BN_new(), *phi = BN_new();
	struct rsa_parts r = { .e = BN_new(),
			       .n = BN_new(),
			       .d = BN_new(),
			       .dp = BN_new(),
			       .dq = BN_new(),
			       .qi = BN_new() };
	EVP_PKEY *key = NULL;

	BN_set_word(r.e, RSA_F4);
	do {
		BN_free(r.p);
		BN_free(r.q);
		r.p = random_prime(c, bits / 2);
		r.q = random_prime(c, bits / 2);
		BN_sub(p1, r.p, BN_value_one());
		BN_sub(q1, r.q, BN_value_one());
		BN_mul(phi, p1, q1, ctx);
	} while (!BN_mod_inverse(r.d, r.e, phi, ctx) || !BN_cmp(r.p, r.q));
	BN_mul(r.n, r.p, r.q, ctx);
	BN_mod(r.dp, r.d, p1, ctx);
	BN_mod(r.dq, r.d, q1, ctx);
	if (BN_mod_inverse(r.qi, r.q, r.p, ctx))
		key = rsa_from_parts(&r);
	BN_free(p1);
	BN_free(q1);
	BN_free(phi);
	BN_free(r.p);
	BN_free(r.q);
	BN_free(r.n);
	BN_free(r.e);
	BN_free(r.d);
	BN_free(r.dp);
	BN_free(r.dq);
	BN_free(r.qi);
	BN_CTX_free(ctx);
	return key;
}

static EVP_PKEY *new_dsa(struct call *c)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DSA", NULL), *gen = NULL;
	EVP_PKEY *params = NULL, *key = NULL;

	if (c->exec->set->options.seed) {
		EVP_PKEY_CTX_free(ctx);
		return seeded_dsa(c);
	}
	if (ctx && EVP_PKEY_paramgen_init(ctx) > 0 &&
	    EVP_PKEY_CTX_set_dsa_paramgen_bits(ctx, 2048) > 0 &&
	    EVP_PKEY_CTX_set_dsa_paramgen_q_bits(ctx, 256) > 0 &&
	    EVP_PKEY_paramgen(ctx, &params) > 0 &&
	    (gen = EVP_PKEY_CTX_new_from_pkey(NULL, params, NULL)) && EVP_PKEY_keygen_init(gen) > 0)
		EVP_PKEY_keygen(gen, &key);
	EVP_PKEY_CTX_free(gen);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(params);
	return key;
}

static EVP_PKEY *new_ed25519(struct call *c)
{
	unsigned char secret[32];

	random_bytes(c, secret, sizeof(secret));
	return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, sizeof(secret));
}

/* A key as Go's x509 prints it: PKCS#1, SEC 1 or PKCS#8. */
static const char *key_pem(struct call *c, EVP_PKEY *key)
{
	SCOPED(free_bio) BIO *bio = BIO_new(BIO_s_mem());
	int type = EVP_PKEY_get_base_id(key);
	char *text;
	long len;

	if (type == EVP_PKEY_RSA || type == EVP_PKEY_EC || type == EVP_PKEY_DSA)
		PEM_write_bio_PrivateKey_traditional(bio, key, NULL, NULL, 0, NULL, NULL);
	else
		PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
	len = BIO_get_mem_data(bio, &text);
	return arena_memdup(c->arena, text, (size_t)len);
}

int fn_gen_private_key(struct call *c)
{
	SCOPED(free_key) EVP_PKEY *key = NULL;
	struct value type = c->args[0];

	if (call_spend(c, KEY_STEPS))
		return -1;
	c->cost = 0;
	if (!type.s->len || string_is(type, "rsa")) {
		c->cost = COST_RSA_4096;
		key = new_rsa(c, 4096);
	} else if (string_is(type, "dsa")) {
		c->cost = COST_DSA;
		key = new_dsa(c);
	} else if (string_is(type, "ecdsa")) {
		key = c->exec->set->options.seed ? seeded_p256(c) : EVP_EC_gen("P-256");
	} else if (string_is(type, "ed25519")) {
		key = new_ed25519(c);
	} else {
		return give(c, value_str(c->arena, arena_printf(c->arena, "Unknown type %.*s",
								(int)type.s->len, type.s->text)));
	}
	if (!key)
		return give(c, value_str(c->arena, "failed to generate private key"));
	return give(c, value_str(c->arena, key_pem(c, key)));
}

/* The first PEM block's type, or NULL. */
static const char *pem_type(struct call *c, struct value text)
{
	const char *begin = memmem(text.s->text, text.s->len, "-----BEGIN ", 11), *end;
	const char *stop = text.s->text + text.s->len;

	if (!begin || (begin > text.s->text && begin[-1] != '\n'))
		return NULL;
	begin += 11;
	end = memmem(begin, (size_t)(stop - begin), "-----", 5);
	return end ? arena_memdup(c->arena, begin, (size_t)(end - begin)) : NULL;
}

/* NULL with *error set when the text is no private key. */
static EVP_PKEY *read_key(struct call *c, struct value text, const char **error)
{
	SCOPED(free_bio) BIO *bio = BIO_new_mem_buf(text.s->text, (int)text.s->len);
	const char *type = pem_type(c, text);
	EVP_PKEY *key;

	*error = NULL;
	if (!type) {
		*error = "no PEM data in input";
		return NULL;
	}
	if (strcmp(type, "PRIVATE KEY") && !text_ends(type, " PRIVATE KEY")) {
		*error =
			arena_printf(c->arena, "no private key data in PEM block of type %s", type);
		return NULL;
	}
	if (strcmp(type, "PRIVATE KEY") && strcmp(type, "RSA PRIVATE KEY") &&
	    strcmp(type, "EC PRIVATE KEY") && strcmp(type, "DSA PRIVATE KEY")) {
		*error = arena_printf(c->arena, "invalid private key type %.*s",
				      (int)strlen(type) - 12, type);
		return NULL;
	}
	key = PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)"");
	ERR_clear_error();
	if (!key)
		*error = !strcmp(type, "PRIVATE KEY")
				 ? "decoding PEM as PKCS#8: malformed key"
				 : arena_printf(c->arena,
						"parsing %.*s private key from PEM: malformed key",
						(int)strlen(type) - 12, type);
	return key;
}

static X509 *read_cert(struct value text)
{
	SCOPED(free_bio) BIO *bio = BIO_new_mem_buf(text.s->text, (int)text.s->len);
	X509 *x = PEM_read_bio_X509(bio, NULL, NULL, (void *)"");

	ERR_clear_error();
	return x;
}

/* ---- certificates ---- */

struct request {
	struct value name, ips, dns;
	int64_t days;
	bool ca;
};

static bool add_extension(X509 *x, X509 *issuer, int nid, const char *text)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;
	bool ok;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, text);
	ok = e && X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
	return ok;
}

static bool add_dns(GENERAL_NAMES *names, struct value text)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_IA5STRING *s = ASN1_IA5STRING_new();

	ASN1_STRING_set(s, text.s->text, (int)text.s->len);
	GENERAL_NAME_set0_value(name, GEN_DNS, s);
	return sk_GENERAL_NAME_push(names, name) > 0;
}

static bool add_ip(struct call *c, GENERAL_NAMES *names, struct value text)
{
	ASN1_OCTET_STRING *ip = a2i_IPADDRESS(string_c(c->arena, text));
	GENERAL_NAME *name;

	if (!ip)
		return false;
	name = GENERAL_NAME_new();
	GENERAL_NAME_set0_value(name, GEN_IPADD, ip);
	return sk_GENERAL_NAME_push(names, name) > 0;
}

static int check_names(struct call *c, const struct request *r)
{
	unsigned char address[16];
	struct value item;
	size_t i;

	for (i = 0; i < value_len(r->ips); i++) {
		item = r->ips.list->items[i];
		if (item.type != &type_string)
			return call_fail(c, "error parsing ip: %s is not a string",
					 value_shown(c->arena, item));
		if (inet_pton(AF_INET, string_c(c->arena, item), address) != 1 &&
		    inet_pton(AF_INET6, string_c(c->arena, item), address) != 1)
			return call_fail(c, "error parsing ip: %s", value_shown(c->arena, item));
	}
	for (i = 0; i < value_len(r->dns); i++) {
		item = r->dns.list->items[i];
		if (item.type != &type_string)
			return call_fail(c,
					 "error processing alternate dns name: %s is not a string",
					 value_shown(c->arena, item));
	}
	return 0;
}

static bool add_names(struct call *c, X509 *x, const struct request *r)
{
	GENERAL_NAMES *names;
	bool ok = true;
	size_t i;

	if (!value_len(r->ips) && !value_len(r->dns))
		return true;
	names = sk_GENERAL_NAME_new_null();
	for (i = 0; i < value_len(r->dns); i++)
		ok = ok && add_dns(names, r->dns.list->items[i]);
	for (i = 0; i < value_len(r->ips); i++)
		ok = ok && add_ip(c, names, r->ips.list->items[i]);
	ok = ok && X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT) > 0;
	GENERAL_NAMES_free(names);
	return ok;
}

static bool set_serial(struct call *c, X509 *x)
{
	unsigned char bytes[16];
	BIGNUM *n;
	bool ok;

	random_bytes(c, bytes, sizeof(bytes));
	n = BN_bin2bn(bytes, sizeof(bytes), NULL);
	ok = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));
	BN_free(n);
	return ok;
}

static bool set_times(struct call *c, X509 *x, int64_t days)
{
	time_t from = c->exec->set->options.seed ? (time_t)random_epoch(c) : time(NULL);

	return ASN1_TIME_set(X509_getm_notBefore(x), from) &&
	       ASN1_TIME_set(X509_getm_notAfter(x), from + (time_t)(days * 86400));
}

static bool fill_cert(struct call *c, X509 *x, const struct request *r, EVP_PKEY *key, X509 *issuer)
{
	X509_NAME *name = X509_get_subject_name(x);

	return X509_set_version(x, 2) && set_serial(c, x) && set_times(c, x, r->days) &&
	       (!r->name.s->len ||
		X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
					   (const unsigned char *)r->name.s->text,
					   (int)r->name.s->len, -1, 0)) &&
	       X509_set_issuer_name(x, X509_get_subject_name(issuer)) && X509_set_pubkey(x, key) &&
	       add_extension(x, issuer, NID_key_usage,
			     r->ca ? "critical,digitalSignature,keyEncipherment,keyCertSign"
				   : "critical,digitalSignature,keyEncipherment") &&
	       add_extension(x, issuer, NID_ext_key_usage, "serverAuth,clientAuth") &&
	       add_extension(x, issuer, NID_basic_constraints,
			     r->ca ? "critical,CA:TRUE" : "critical,CA:FALSE") &&
	       (!r->ca || add_extension(x, issuer, NID_subject_key_identifier, "hash")) &&
	       (issuer == x || add_extension(x, issuer, NID_authority_key_identifier, "keyid")) &&
	       add_names(c, x, r);
}

static const EVP_MD *digest_for(const EVP_PKEY *key)
{
	int type = EVP_PKEY_get_base_id(key);

	return type == EVP_PKEY_ED25519 || type == EVP_PKEY_ED448 ? NULL : EVP_sha256();
}

static int give_cert(struct call *c, X509 *x, EVP_PKEY *key)
{
	SCOPED(free_bio) BIO *bio = BIO_new(BIO_s_mem());
	struct value out = value_struct(c->arena, &type_certificate);
	char *text;
	long len;

	PEM_write_bio_X509(bio, x);
	len = BIO_get_mem_data(bio, &text);
	out.fields[0] = value_str_n(c->arena, text, (size_t)len);
	out.fields[1] = value_str(c->arena, key_pem(c, key));
	return give(c, out);
}

/* Sign a new certificate for `key` with a CA, or with itself. */
static int make_cert(struct call *c, const struct request *r, EVP_PKEY *key, X509 *ca,
		     EVP_PKEY *ca_key)
{
	SCOPED(free_cert) X509 *x = X509_new();

	if (check_names(c, r))
		return -1;
	if (!fill_cert(c, x, r, key, ca ? ca : x) ||
	    !X509_sign(x, ca_key ? ca_key : key, digest_for(ca_key ? ca_key : key))) {
		ERR_clear_error();
		return call_fail(
			c, "error creating certificate: x509: the certificate cannot be signed");
	}
	return give_cert(c, x, key);
}

/* The key that the last argument holds, or a new one. */
static EVP_PKEY *subject_key(struct call *c, size_t index)
{
	const char *error;
	EVP_PKEY *key;

	if (call_spend(c, KEY_STEPS))
		return NULL;
	if (index >= c->argc) {
		key = new_rsa(c, 2048);
		if (!key)
			call_fail(c, "error generating rsa key");
		return key;
	}
	key = read_key(c, c->args[index], &error);
	if (!key)
		call_fail(c, "parsing private key: %s", error);
	return key;
}

static int generate_ca(struct call *c)
{
	SCOPED(free_key) EVP_PKEY *key = subject_key(c, 2);
	struct request r = { .name = c->args[0], .days = c->args[1].i, .ca = true };

	return key ? make_cert(c, &r, key, NULL, NULL) : -1;
}

int fn_gen_ca(struct call *c)
{
	return generate_ca(c);
}

int fn_gen_ca_with_key(struct call *c)
{
	return generate_ca(c);
}

static struct request request_of(struct call *c)
{
	return (struct request){
		.name = c->args[0], .ips = c->args[1], .dns = c->args[2], .days = c->args[3].i
	};
}

static int generate_self_signed(struct call *c)
{
	SCOPED(free_key) EVP_PKEY *key = subject_key(c, 4);
	struct request r = request_of(c);

	return key ? make_cert(c, &r, key, NULL, NULL) : -1;
}

int fn_gen_self_signed_cert(struct call *c)
{
	return generate_self_signed(c);
}

int fn_gen_self_signed_cert_with_key(struct call *c)
{
	return generate_self_signed(c);
}

static int generate_signed(struct call *c)
{
	struct value ca = c->args[4];
	struct request r = request_of(c);
	const char *error;
	SCOPED(free_key) EVP_PKEY *key = subject_key(c, 5);
	SCOPED(free_key) EVP_PKEY *ca_key = NULL;
	SCOPED(free_cert) X509 *issuer = NULL;

	if (!key)
		return -1;
	if (!pem_type(c, ca.fields[0]))
		return call_fail(c, "unable to decode certificate");
	issuer = read_cert(ca.fields[0]);
	if (!issuer)
		return call_fail(c, "error parsing certificate: decodedSignerCert.Bytes: x509: "
				    "malformed certificate");
	ca_key = read_key(c, ca.fields[1], &error);
	if (!ca_key)
		return call_fail(c, "error parsing private key: %s", error);
	return make_cert(c, &r, key, issuer, ca_key);
}

int fn_gen_signed_cert(struct call *c)
{
	return generate_signed(c);
}

int fn_gen_signed_cert_with_key(struct call *c)
{
	return generate_signed(c);
}

/* ---- a certificate from the values ---- */

static bool decode(struct call *c, struct value text, struct value *out)
{
	c->args[0] = text;
	fn_b64dec(c);
	*out = c->result;
	return !(out->s->len > 13 && !memcmp(out->s->text, "illegal base64", 14));
}

int fn_build_custom_cert(struct call *c)
{
	struct value out = value_struct(c->arena, &type_certificate), text = c->args[0];
	const char *error;
	SCOPED(free_cert) X509 *x = NULL;
	SCOPED(free_key) EVP_PKEY *key = NULL;

	if (!decode(c, text, &out.fields[0]))
		return call_fail(c, "unable to decode base64 certificate");
	if (!decode(c, c->args[1], &out.fields[1]))
		return call_fail(c, "unable to decode base64 private key");
	if (!pem_type(c, out.fields[0]))
		return call_fail(c, "unable to decode certificate");
	x = read_cert(out.fields[0]);
	if (!x)
		return call_fail(c, "error parsing certificate: decodedCert.Bytes: x509: malformed "
				    "certificate");
	key = read_key(c, out.fields[1], &error);
	if (!key)
		return call_fail(c, "error parsing private key: %s", error);
	return give(c, out);
}
