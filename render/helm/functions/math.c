/* math: sprig's arithmetic: int64 by spf13/cast's rules, floats through decimals. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "render/helm/functions/functions.h"
#include "render/helm/template/gotext.h"

/* "12.00" counts as 12. */
static size_t without_zero_decimal(const struct go_string *s)
{
	size_t i;
	bool zero = false;

	for (i = s->len; i > 0; i--) {
		if (s->text[i - 1] == '.')
			return zero ? i - 1 : s->len;
		if (s->text[i - 1] != '0')
			return s->len;
		zero = true;
	}
	return s->len;
}

/* Go's conversion on amd64: what does not fit is the smallest int64. */
static int64_t float_to_int(double f)
{
	return f >= -9223372036854775808.0 && f < 9223372036854775808.0 ? (int64_t)f : INT64_MIN;
}

int64_t cast_int(struct value v)
{
	enum go_kind k = value_kind(v);
	int64_t out;

	/* A named type, such as time.Duration, is not one that cast knows. */
	if (v.type == &type_duration)
		return 0;
	if (kind_is_int(k) || kind_is_uint(k))
		return v.i;
	if (kind_is_float(k))
		return float_to_int(v.f);
	if (k == GO_STRING)
		return go_parse_int(v.s->text, without_zero_decimal(v.s), 0, &out) ? 0 : out;
	return k == GO_BOOL && v.b;
}

double cast_float(struct value v)
{
	enum go_kind k = value_kind(v);
	double out;

	if (v.type == &type_duration)
		return 0;
	if (kind_is_int(k))
		return (double)v.i;
	if (kind_is_uint(k))
		return (double)v.u;
	if (kind_is_float(k))
		return v.f;
	if (k == GO_STRING)
		return go_parse_float(v.s->text, v.s->len, &out) ? 0 : out;
	return k == GO_BOOL && v.b;
}

static int give_int64(struct call *c, int64_t i)
{
	return give(c, value_int64(i));
}

static int give_float(struct call *c, double f)
{
	return give(c, value_float(f));
}

int fn_int(struct call *c)
{
	struct value v = value_int(cast_int(c->args[0]));

	v.origin = c->args[0].origin;
	return give(c, v);
}

int fn_int64(struct call *c)
{
	struct value v = value_int64(cast_int(c->args[0]));

	v.origin = c->args[0].origin;
	return give(c, v);
}

int fn_float64(struct call *c)
{
	struct value v = value_float(cast_float(c->args[0]));

	v.origin = c->args[0].origin;
	return give(c, v);
}

int fn_atoi(struct call *c)
{
	int64_t out;
	int rc = go_parse_int(c->args[0].s->text, c->args[0].s->len, 10, &out);

	return give(c, value_int(rc == -1 ? 0 : out));
}

/* Whatever it is, its text read as octal. */
int fn_to_decimal(struct call *c)
{
	struct value s = fmt_string(c->arena, c->args[0]);
	int64_t out;

	return give_int64(c, go_parse_int(s.s->text, s.s->len, 8, &out) ? 0 : out);
}

int fn_add(struct call *c)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < c->argc; i++)
		sum += (uint64_t)cast_int(c->args[i]);
	return give_int64(c, (int64_t)sum);
}

int fn_add1(struct call *c)
{
	return give_int64(c, (int64_t)((uint64_t)cast_int(c->args[0]) + 1));
}

int fn_sub(struct call *c)
{
	return give_int64(
		c, (int64_t)((uint64_t)cast_int(c->args[0]) - (uint64_t)cast_int(c->args[1])));
}

int fn_mul(struct call *c)
{
	uint64_t product = (uint64_t)cast_int(c->args[0]);
	size_t i;

	for (i = 1; i < c->argc; i++)
		product *= (uint64_t)cast_int(c->args[i]);
	return give_int64(c, (int64_t)product);
}

static int divide(struct call *c, bool modulo)
{
	int64_t a = cast_int(c->args[0]), b = cast_int(c->args[1]);

	if (!b)
		return call_fail(c, "runtime error: integer divide by zero");
	if (b == -1)
		return give_int64(c, modulo ? 0 : (int64_t)(0 - (uint64_t)a));
	return give_int64(c, modulo ? a % b : a / b);
}

int fn_div(struct call *c)
{
	return divide(c, false);
}

int fn_mod(struct call *c)
{
	return divide(c, true);
}

int fn_max(struct call *c)
{
	int64_t most = cast_int(c->args[0]), v;
	size_t i;

	for (i = 1; i < c->argc; i++)
		if ((v = cast_int(c->args[i])) > most)
			most = v;
	return give_int64(c, most);
}

int fn_min(struct call *c)
{
	int64_t least = cast_int(c->args[0]), v;
	size_t i;

	for (i = 1; i < c->argc; i++)
		if ((v = cast_int(c->args[i])) < least)
			least = v;
	return give_int64(c, least);
}

/* math.Max and Min: not-a-number wins over all but the infinity. */
static int extreme(struct call *c, double sign)
{
	double best = cast_float(c->args[0]), v;
	size_t i;

	for (i = 1; i < c->argc; i++) {
		v = cast_float(c->args[i]);
		if (isinf(best) && best * sign > 0)
			continue;
		if (isnan(best) || isnan(v))
			best = isinf(v) && v * sign > 0 ? v : NAN;
		else if (v * sign > best * sign || (v == 0 && best == 0 && !signbit(v * sign)))
			best = v;
	}
	return give_float(c, best);
}

int fn_maxf(struct call *c)
{
	return extreme(c, 1);
}

int fn_minf(struct call *c)
{
	return extreme(c, -1);
}

int fn_ceil(struct call *c)
{
	return give_float(c, ceil(cast_float(c->args[0])));
}

int fn_floor(struct call *c)
{
	return give_float(c, floor(cast_float(c->args[0])));
}

int fn_round(struct call *c)
{
	double value = cast_float(c->args[0]), power = pow(10, (double)c->args[1].i), whole;
	double on = c->argc > 2 ? c->args[2].f : .5, digit = power * value;

	return give_float(c, (modf(digit, &whole) >= on ? ceil(digit) : floor(digit)) / power);
}
