/* crypto: digests, bcrypt, derived passwords, AES. Keys and certificates are in certs.c. */
#include <crypt.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/core_names.h>
#include <openssl/params.h>
#include <stdio.h>
#include <string.h>
#include "base/base64.h"
#include "base/sha256.h"
#include "render/helm/functions/functions.h"
#include "render/helm/functions/random.h"

static int give_digest(struct call *c, const EVP_MD *md)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0, i;
	struct buf b;

	if (call_spend(c, c->args[0].s->len / 32))
		return -1;
	if (!EVP_Digest(c->args[0].s->text, c->args[0].s->len, digest, &len, md, NULL))
		return call_fail(c, "the digest is not available");
	buf_init(&b, 0);
	for (i = 0; i < len; i++)
		buf_printf(&b, "%02x", digest[i]);
	return give_like(c, c->args[0], &b);
}

int fn_sha1sum(struct call *c)
{
	return give_digest(c, EVP_sha1());
}

/* By our own code: most charts ask for it, and OpenSSL takes a millisecond to start. */
int fn_sha256sum(struct call *c)
{
	char hex[65];
	struct buf b;

	if (call_spend(c, c->args[0].s->len / 64))
		return -1;
	buf_init(&b, 0);
	buf_str(&b, sha256_hex(c->args[0].s->text, c->args[0].s->len, hex));
	return give_like(c, c->args[0], &b);
}

int fn_sha512sum(struct call *c)
{
	return give_digest(c, EVP_sha512());
}

/* ---- bcrypt ---- */

enum { BCRYPT_MAX = 72, BCRYPT_COST = 10, BCRYPT_STEPS = 200000 };
/* As many RSA keys of 2048 bits take the time of one hash. */
enum { BCRYPT_KEYS = 2, SCRYPT_KEYS = 6 };

/* "$2a$10$" and 16 bytes in bcrypt's own base64; crypt_gensalt is not in every libc. */
static void bcrypt_salt(const char bytes[16], char salt[32])
{
	static const char letters[] =
		"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	int at = snprintf(salt, 32, "$2a$%02d$", BCRYPT_COST);

	for (int bit = 0; bit < 128; bit += 6) {
		int byte = bit / 8;
		unsigned pair = (unsigned char)bytes[byte] * 256U +
				(byte < 15 ? (unsigned char)bytes[byte + 1] : 0U);

		salt[at++] = letters[pair >> (10 - bit % 8) & 63];
	}
	salt[at] = '\0';
}

static const char *bcrypt_text(struct call *c, struct value password)
{
	char salt[32], bytes[16];
	struct crypt_data *data = arena_new(c->arena, struct crypt_data);
	const char *hash;

	if (password.s->len > BCRYPT_MAX)
		return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 "
		       "bytes";
	random_bytes(c, bytes, sizeof(bytes));
	bcrypt_salt(bytes, salt);
	hash = crypt_r(string_c(c->arena, password), salt, data);
	return hash && *hash == '$' ? arena_strdup(c->arena, hash)
				    : "failed to encrypt string with bcrypt: not available";
}

int fn_bcrypt(struct call *c)
{
	c->cost = BCRYPT_KEYS;
	if (call_spend(c, BCRYPT_STEPS))
		return -1;
	return give(c, value_str(c->arena, bcrypt_text(c, c->args[0])));
}

int fn_htpasswd(struct call *c)
{
	struct value user = c->args[0];

	c->cost = BCRYPT_KEYS;
	if (call_spend(c, BCRYPT_STEPS))
		return -1;
	if (memchr(user.s->text, ':', user.s->len))
		return give(c, value_str(c->arena, arena_printf(c->arena, "invalid username: %.*s",
								(int)user.s->len, user.s->text)));
	return give(c, value_str(c->arena, arena_printf(c->arena, "%.*s:%s", (int)user.s->len,
							user.s->text, bcrypt_text(c, c->args[1]))));
}

/* ---- derivePassword: the Master Password algorithm ---- */

static const struct {
	const char *name;
	const char *const templates[22];
} password_types[] = {
	{ "maximum", { "anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno" } },
	{ "long", { "CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv",
		    "CvccCvcvnoCvcv", "CvccCvcvCvcvno", "CvcvnoCvccCvcv", "CvcvCvccnoCvcv",
		    "CvcvCvccCvcvno", "CvcvnoCvcvCvcc", "CvcvCvcvnoCvcc", "CvcvCvcvCvccno",
		    "CvccnoCvccCvcv", "CvccCvccnoCvcv", "CvccCvccCvcvno", "CvcvnoCvccCvcc",
		    "CvcvCvccnoCvcc", "CvcvCvccCvccno", "CvccnoCvcvCvcc", "CvccCvcvnoCvcc",
		    "CvccCvcvCvccno" } },
	{ "medium", { "CvcnoCvc", "CvcCvcno" } },
	{ "short", { "Cvcn" } },
	{ "basic", { "aaanaaan", "aannaaan", "aaannaaa" } },
	{ "pin", { "nnnn" } },
};

static const char *password_letters(char kind)
{
	switch (kind) {
	case 'V':
		return "AEIOU";
	case 'C':
		return "BCDFGHJKLMNPQRSTVWXYZ";
	case 'v':
		return "aeiou";
	case 'c':
		return "bcdfghjklmnpqrstvwxyz";
	case 'a':
		return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
	case 'n':
		return "0123456789";
	case 'o':
		return "@&%?,=[]_:-+*$#!'^~;()/.";
	default:
		return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()";
	}
}

static void add_uint32(struct buf *b, uint32_t n)
{
	char bytes[] = { (char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n };

	buf_add(b, bytes, 4);
}

static void add_salt(struct buf *b, struct value text)
{
	buf_str(b, "com.lyndir.masterpassword");
	add_uint32(b, text.s->len);
	buf_add(b, text.s->text, text.s->len);
}

static bool derive_seed(struct call *c, unsigned char seed[32])
{
	struct value password = c->args[2];
	unsigned char key[64];
	unsigned len = 32;
	struct buf b;
	bool ok;

	buf_init(&b, 0);
	add_salt(&b, c->args[3]);
	ok = EVP_PBE_scrypt(password.s->text, password.s->len, (unsigned char *)b.text, b.len,
			    32768, 8, 2, 128u << 20, key, sizeof(key));
	buf_cut(&b, 0);
	add_salt(&b, c->args[4]);
	add_uint32(&b, (uint32_t)c->args[0].u);
	ok = ok && HMAC(EVP_sha256(), key, sizeof(key), (unsigned char *)b.text, b.len, seed, &len);
	buf_release(&b);
	return ok;
}

int fn_derive_password(struct call *c)
{
	const char *const *templates = NULL;
	unsigned char seed[32];
	const char *shape;
	char out[32];
	size_t count = 0, i;

	c->cost = SCRYPT_KEYS;
	for (i = 0; i < ARRAY_SIZE(password_types); i++)
		if (string_is(c->args[1], password_types[i].name))
			templates = password_types[i].templates;
	if (!templates)
		return give(c,
			    value_str(c->arena,
				      arena_printf(c->arena, "cannot find password template %.*s",
						   (int)c->args[1].s->len, c->args[1].s->text)));
	if (call_spend(c, BCRYPT_STEPS))
		return -1;
	if (!derive_seed(c, seed))
		return call_fail(c, "failed to derive password");
	while (templates[count])
		count++;
	shape = templates[seed[0] % count];
	for (i = 0; shape[i]; i++) {
		const char *letters = password_letters(shape[i]);

		out[i] = letters[seed[i + 1] % strlen(letters)];
	}
	return give_string(c, out, i);
}

/* ---- AES-256-CBC, the password cut or filled to 32 bytes ---- */

static void aes_key(struct value password, unsigned char key[32])
{
	memset(key, 0, 32);
	memcpy(key, password.s->text, password.s->len < 32 ? password.s->len : 32);
}

static bool aes_run(const unsigned char key[32], const unsigned char *iv, const char *from,
		    size_t len, char *to, bool encrypt)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int done = 0;
	bool ok = ctx && EVP_CipherInit_ex(ctx, EVP_aes_256_cbc(), NULL, key, iv, encrypt) &&
		  EVP_CIPHER_CTX_set_padding(ctx, 0) &&
		  EVP_CipherUpdate(ctx, (unsigned char *)to, &done, (const unsigned char *)from,
				   (int)len);

	EVP_CIPHER_CTX_free(ctx);
	return ok && (size_t)done == len;
}

int fn_encrypt_aes(struct call *c)
{
	struct value plain = c->args[1];
	size_t padding = 16 - plain.s->len % 16, len = plain.s->len + padding;
	unsigned char key[32];
	char *padded, *out;

	if (!plain.s->len)
		return give_string(c, "", 0);
	padded = arena_alloc(c->arena, len);
	out = arena_alloc(c->arena, len + 16);
	memcpy(padded, plain.s->text, plain.s->len);
	memset(padded + plain.s->len, (int)padding, padding);
	aes_key(c->args[0], key);
	random_bytes(c, out, 16);
	if (!aes_run(key, (unsigned char *)out, padded, len, out + 16, true))
		return call_fail(c, "AES is not available");
	c->args[0] = value_str_ref(c->arena, out, len + 16, 0);
	return fn_b64enc(c);
}

int fn_decrypt_aes(struct call *c)
{
	struct value text = c->args[1], raw;
	unsigned char key[32];
	size_t len;
	char *out;

	if (!text.s->len)
		return give_string(c, "", 0);
	aes_key(c->args[0], key);
	c->args[0] = text;
	fn_b64dec(c);
	raw = c->result;
	if (raw.s->len > 13 && !memcmp(raw.s->text, "illegal base64", 14))
		return call_fail(c, "%.*s", (int)raw.s->len, raw.s->text);
	if (raw.s->len < 16)
		return call_fail(c,
				 "runtime error: slice bounds out of range [:16] with capacity %zu",
				 (size_t)raw.s->len);
	len = raw.s->len - 16;
	if (len % 16)
		return call_fail(c, "crypto/cipher: input not full blocks");
	if (!len)
		return call_fail(c, "runtime error: index out of range [-1]");
	out = arena_alloc(c->arena, len);
	if (!aes_run(key, (const unsigned char *)raw.s->text, raw.s->text + 16, len, out, false))
		return call_fail(c, "AES is not available");
	if ((unsigned char)out[len - 1] > len)
		return call_fail(c, "runtime error: slice bounds out of range [:%ld]",
				 (long)len - (unsigned char)out[len - 1]);
	return give_string(c, out, len - (unsigned char)out[len - 1]);
}
