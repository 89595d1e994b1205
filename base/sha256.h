/*
 * sha256: the digest of bytes, in one go or in pieces. OpenSSL's, which uses the processor's own
 * instructions; its header stays out of this one.
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H
#include <stddef.h>
#include <stdint.h>

struct sha256 {
	uint64_t state[16];
};

void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *bytes, size_t len);
/* The 32 bytes of the digest; `s` is then spent. */
void sha256_end(struct sha256 *s, unsigned char out[32]);
/* The digest as lower-case hex with a NUL; returns `out`. */
const char *sha256_end_hex(struct sha256 *s, char out[65]);
const char *sha256_hex(const void *bytes, size_t len, char out[65]);

#endif
