/*
 * decimals: addf, subf, mulf and divf, which sprig computes exactly in decimal: 0.1 + 0.2 is 0.3.
 */
#include <math.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "render/helm/functions/functions.h"
#include "render/helm/template/gotext.h"

enum { DIVISION_DIGITS = 16 };

struct decimal {
	BIGNUM *n;
	int exponent; /* n × 10^exponent */
};

static void decimal_free(struct decimal *d)
{
	BN_free(d->n);
}

static void free_context(BN_CTX **ctx)
{
	BN_CTX_free(*ctx);
}

/* The fewest digits that read back as the same number. */
static void decimal_set(struct decimal *d, double value)
{
	char digits[32];
	const char *exponent;
	size_t used = 0;
	struct buf b;

	buf_init(&b, 0);
	go_format_float(&b, value, 'e', -1, 64);
	exponent = strchr(b.text, 'e');
	d->exponent = (int)strtol(exponent + 1, NULL, 10);
	for (const char *at = b.text; at < exponent && used + 1 < sizeof(digits); at++)
		if (*at != '.')
			digits[used++] = *at;
	digits[used] = 0;
	d->exponent -= (int)used - 1 - (*digits == '-');
	BN_dec2bn(&d->n, digits);
	buf_release(&b);
}

static double decimal_value(const struct decimal *d)
{
	char *digits = BN_bn2dec(d->n);
	struct buf b;
	double value;

	buf_init(&b, 0);
	buf_printf(&b, "%se%d", digits, d->exponent);
	value = strtod(b.text, NULL);
	buf_release(&b);
	OPENSSL_free(digits);
	return value == 0 ? 0 : value;
}

/* n × 10^digits */
static void scale(BIGNUM *n, int digits, BN_CTX *ctx)
{
	BIGNUM *ten = BN_new(), *power = BN_new(), *times = BN_new();

	BN_set_word(ten, 10);
	BN_set_word(times, (BN_ULONG)digits);
	BN_exp(power, ten, times, ctx);
	BN_mul(n, n, power, ctx);
	BN_free(ten);
	BN_free(power);
	BN_free(times);
}

static void align(struct decimal *a, struct decimal *b, BN_CTX *ctx)
{
	struct decimal *high = a->exponent > b->exponent ? a : b;
	int low = high == a ? b->exponent : a->exponent;

	if (high->exponent > low)
		scale(high->n, high->exponent - low, ctx);
	high->exponent = low;
}

/* Rounded half away from zero at 16 digits behind the point. */
static void divide(struct decimal *a, struct decimal *b, BN_CTX *ctx)
{
	SCOPED(decimal_free) struct decimal rest = { BN_new(), 0 }, half = { BN_new(), 0 };
	int shift = a->exponent - b->exponent + DIVISION_DIGITS;
	bool negative = BN_is_negative(a->n) != BN_is_negative(b->n);
	struct decimal by = { BN_dup(b->n), b->exponent };

	if (shift >= 0)
		scale(a->n, shift, ctx);
	else
		scale(by.n, -shift, ctx);
	BN_div(a->n, rest.n, a->n, by.n, ctx);
	BN_lshift1(half.n, rest.n);
	if (BN_ucmp(half.n, by.n) >= 0)
		negative ? BN_sub_word(a->n, 1) : BN_add_word(a->n, 1);
	a->exponent = -DIVISION_DIGITS;
	decimal_free(&by);
}

static int number(struct call *c, struct value v, struct decimal *out)
{
	double value = cast_float(v);

	if (isnan(value) || isinf(value))
		return call_fail(c, "Cannot create a Decimal from %s",
				 isnan(value) ? "NaN"
				 : value > 0  ? "+Inf"
					      : "-Inf");
	decimal_set(out, value);
	return 0;
}

static int apply(struct call *c, struct decimal *sum, struct value v, char op, BN_CTX *ctx)
{
	SCOPED(decimal_free) struct decimal by = { BN_new(), 0 };

	if (number(c, v, &by))
		return -1;
	if (op == '/' && BN_is_zero(by.n))
		return call_fail(c, "decimal division by 0");
	if (op == '+' || op == '-')
		align(sum, &by, ctx);
	if (op == '+') {
		BN_add(sum->n, sum->n, by.n);
	} else if (op == '-') {
		BN_sub(sum->n, sum->n, by.n);
	} else if (op == '*') {
		BN_mul(sum->n, sum->n, by.n, ctx);
		sum->exponent += by.exponent;
	} else {
		divide(sum, &by, ctx);
	}
	return call_spend(c, 1 + (size_t)BN_num_bytes(sum->n) / 8);
}

static int compute(struct call *c, struct value first, const struct value *rest, size_t count,
		   char op)
{
	SCOPED(free_context) BN_CTX *ctx = BN_CTX_new();
	SCOPED(decimal_free) struct decimal sum = { BN_new(), 0 };
	size_t i;

	if (number(c, first, &sum))
		return -1;
	for (i = 0; i < count; i++)
		if (apply(c, &sum, rest[i], op, ctx))
			return -1;
	return give(c, value_float(decimal_value(&sum)));
}

int fn_addf(struct call *c)
{
	return compute(c, value_float(0), c->args, c->argc, '+');
}

int fn_add1f(struct call *c)
{
	struct value one = value_int(1);

	return compute(c, c->args[0], &one, 1, '+');
}

int fn_subf(struct call *c)
{
	return compute(c, c->args[0], c->args + 1, c->argc - 1, '-');
}

int fn_mulf(struct call *c)
{
	return compute(c, c->args[0], c->args + 1, c->argc - 1, '*');
}

int fn_divf(struct call *c)
{
	return compute(c, c->args[0], c->args + 1, c->argc - 1, '/');
}
