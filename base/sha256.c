/* The plain functions: OpenSSL's newer interface looks an implementation up by name, each time. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/sha256.h"
#include <assert.h>
#include <openssl/sha.h>

static_assert(sizeof(SHA256_CTX) <= sizeof(struct sha256), "struct sha256 has room for its state");
static_assert(_Alignof(SHA256_CTX) <= _Alignof(struct sha256), "struct sha256 is aligned for it");

static SHA256_CTX *state_of(struct sha256 *s)
{
	return (SHA256_CTX *)(void *)s->state;
}

void sha256_init(struct sha256 *s)
{
	SHA256_Init(state_of(s));
}

void sha256_add(struct sha256 *s, const void *bytes, size_t len)
{
	SHA256_Update(state_of(s), bytes, len);
}

void sha256_end(struct sha256 *s, unsigned char out[32])
{
	SHA256_Final(out, state_of(s));
}

const char *sha256_end_hex(struct sha256 *s, char out[65])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[32];

	sha256_end(s, bytes);
	for (size_t i = 0; i < 32; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[64] = '\0';
	return out;
}

const char *sha256_hex(const void *bytes, size_t len, char out[65])
{
	struct sha256 s;

	sha256_init(&s);
	sha256_add(&s, bytes, len);
	return sha256_end_hex(&s, out);
}
