/* IP addresses and networks, as Go's netip and Kubernetes' older sloppy parser read them. */
#include <arpa/inet.h>
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/text.h"

/* Four decimal octets; zeros may lead where it is not strict. */
static bool read_v4(const char *s, size_t len, uint8_t out[4], bool *zeros)
{
	size_t i = 0;

	for (int octet = 0; octet < 4; octet++) {
		size_t start = i;
		unsigned n = 0;

		while (i < len && s[i] >= '0' && s[i] <= '9' && n <= 255)
			n = n * 10 + (unsigned)(s[i++] - '0');
		if (i == start || n > 255)
			return false;
		*zeros |= s[start] == '0' && i - start > 1;
		out[octet] = (uint8_t)n;
		if (octet < 3 && (i >= len || s[i++] != '.'))
			return false;
	}
	return i == len;
}

/* The text without its leading zeros in a dotted tail, as inet_pton wants it. */
static bool read_v6(const char *s, size_t len, uint8_t out[16], bool *zeros)
{
	char text[64];
	size_t tail = len;
	uint8_t v4[4];

	while (tail && s[tail - 1] != ':')
		tail--;
	if (!tail || len >= sizeof(text) - 16)
		return false;
	memcpy(text, s, len);
	text[len] = 0;
	if (memchr(s + tail, '.', len - tail)) {
		if (!read_v4(s + tail, len - tail, v4, zeros))
			return false;
		inet_ntop(AF_INET, v4, text + tail, (socklen_t)(sizeof(text) - tail));
	}
	return inet_pton(AF_INET6, text, out) == 1;
}

static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static bool read_ip(const char *s, size_t len, uint8_t out[16], int *family, bool *zeros)
{
	*zeros = false;
	memcpy(out, mapped, sizeof(mapped));
	*family = 4;
	if (memchr(s, ':', len)) {
		*family = 6;
		return read_v6(s, len, out, zeros);
	}
	return read_v4(s, len, out + 12, zeros);
}

bool ip_bytes(const char *s, uint8_t out[16], int *family)
{
	bool zeros;

	return read_ip(s, strlen(s), out, family, &zeros);
}

const char *not_ip(const char *s, bool strict, int *family)
{
	uint8_t bytes[16];
	bool zeros;
	int f;

	if (!read_ip(s, strlen(s), bytes, &f, &zeros))
		return "must be a valid IP address (10.9.8.7 or 2001:db8::ffff)";
	if (family)
		*family = f == 6 && memcmp(bytes, mapped, sizeof(mapped)) ? 6 : 4;
	if (strict && zeros)
		return "must not have leading zeros";
	if (strict && f == 6 && !memcmp(bytes, mapped, sizeof(mapped)))
		return "must not be an IPv4-mapped IPv6 address";
	return NULL;
}

static bool read_prefix(const char *s, int max, int *bits, bool *zeros)
{
	int n = 0;

	if (!*s || strspn(s, "0123456789") != strlen(s) || strlen(s) > 6)
		return false;
	*zeros |= *s == '0' && s[1];
	for (; *s; s++)
		n = n * 10 + (*s - '0');
	*bits = n;
	return n <= max;
}

static bool read_cidr(const char *s, uint8_t out[16], int *bits, int *family, bool *zeros)
{
	const char *slash = strchr(s, '/');

	return slash && read_ip(s, (size_t)(slash - s), out, family, zeros) &&
	       read_prefix(slash + 1, *family == 4 ? 32 : 128, bits, zeros);
}

static bool has_host_bits(const uint8_t bytes[16], int bits)
{
	for (int i = bits; i < 128; i++) {
		if (bytes[i / 8] & (0x80 >> (i % 8)))
			return true;
	}
	return false;
}

bool cidr_bytes(const char *s, uint8_t out[16], int *bits, int *family)
{
	bool zeros = false;

	if (!read_cidr(s, out, bits, family, &zeros))
		return false;
	for (int i = *bits + (*family == 4 ? 96 : 0); i < 128; i++)
		out[i / 8] &= (uint8_t) ~(0x80 >> (i % 8));
	return true;
}

const char *not_cidr(const char *s, bool strict, int *family)
{
	uint8_t bytes[16];
	bool zeros = false;
	int bits, f;

	if (!read_cidr(s, bytes, &bits, &f, &zeros))
		return "must be a valid CIDR value (10.9.8.0/24 or 2001:db8::/64)";
	if (family)
		*family = f;
	if (strict && zeros)
		return "must not have leading zeros in the address or the prefix length";
	if (strict && f == 6 && !memcmp(bytes, mapped, sizeof(mapped)))
		return "must not have an IPv4-mapped IPv6 address";
	if (strict && has_host_bits(bytes, bits + (f == 4 ? 96 : 0)))
		return "must not have bits set beyond the prefix length";
	return NULL;
}

/* Strict since 1.36 (StrictIPCIDRValidation). */
void check_ip(struct val *v)
{
	ok(v, not_ip(v_str(v), v->c->minor >= 36, NULL));
}

void check_cidr(struct val *v)
{
	ok(v, not_cidr(v_str(v), v->c->minor >= 36, NULL));
}
