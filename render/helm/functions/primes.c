#include "render/helm/functions/primes.h"
#include "render/helm/functions/random.h"

/* Small primes to divide by, and witnesses for what none of them divides. */
enum { DIVISORS_BELOW = 4096, WITNESSES = 8 };

/* What the candidates of one prime share. */
struct search {
	struct call *call;
	BN_CTX *ctx;
	BIGNUM *less, *odd, *base, *power; /* n - 1 = 2^twos × odd */
	int twos;
};

static bool is_small_prime(unsigned n)
{
	for (unsigned d = 3; d * d <= n; d += 2)
		if (n % d == 0)
			return false;
	return true;
}

/* Whether one of the small primes divides n: as many as fit into a word are tried at once. */
static bool has_divisor(const BIGNUM *n)
{
	unsigned p = 3, first = p;
	BN_ULONG product = 1, rest;

	for (; p < DIVISORS_BELOW; p += 2) {
		if (!is_small_prime(p))
			continue;
		if (product <= (BN_ULONG)-1 / p) {
			product *= p;
			continue;
		}
		rest = BN_mod_word(n, product);
		for (; first < p; first += 2)
			if (rest % first == 0 && product % first == 0)
				return true;
		product = p;
	}
	return false;
}

/* Whether the base witnesses that n is no prime (Miller and Rabin); on an error it does. */
static bool witnesses(struct search *s, const BIGNUM *n, BN_MONT_CTX *mont)
{
	if (!BN_mod_exp_mont_consttime(s->power, s->base, s->odd, n, s->ctx, mont))
		return true;
	if (BN_is_one(s->power) || !BN_cmp(s->power, s->less))
		return false;
	for (int i = 1; i < s->twos; i++) {
		if (!BN_mod_sqr(s->power, s->power, n, s->ctx))
			return true;
		if (!BN_cmp(s->power, s->less))
			return false;
	}
	return true;
}

static bool is_prime(struct search *s, const BIGNUM *n)
{
	BN_MONT_CTX *mont = BN_MONT_CTX_new();
	bool prime = mont && BN_MONT_CTX_set(mont, n, s->ctx) && BN_copy(s->less, n) &&
		     BN_sub_word(s->less, 1);

	for (s->twos = 0; prime && !BN_is_bit_set(s->less, s->twos);)
		s->twos++;
	prime = prime && BN_rshift(s->odd, s->less, s->twos);
	for (int i = 0; prime && i < WITNESSES; i++)
		prime = BN_rand_range(s->base, s->less) &&
			(BN_is_zero(s->base) || !witnesses(s, n, mont));
	BN_MONT_CTX_free(mont);
	return prime;
}

BIGNUM *random_prime(struct call *c, int bits)
{
	struct search s = { .call = c,
			    .ctx = BN_CTX_new(),
			    .less = BN_new(),
			    .odd = BN_new(),
			    .base = BN_new(),
			    .power = BN_new() };
	unsigned char bytes[512];
	size_t len = (size_t)bits / 8;
	BIGNUM *n = NULL;

	do {
		random_bytes(c, bytes, len);
		bytes[0] |= 0xc0;
		bytes[len - 1] |= 1;
		n = BN_bin2bn(bytes, (int)len, n);
	} while (n && s.ctx && s.power && (has_divisor(n) || !is_prime(&s, n)));
	BN_free(s.less);
	BN_free(s.odd);
	BN_free(s.base);
	BN_free(s.power);
	BN_CTX_free(s.ctx);
	return n;
}
