#include "base/duration.h"
#include <math.h>
#include <string.h>

static double unit_of(const char *s, size_t len)
{
	static const struct {
		const char *name;
		double nano;
	} units[] = {
		{ "ns", 1 },   { "us", 1e3 }, { "µs", 1e3 }, { "μs", 1e3 },
		{ "ms", 1e6 }, { "s", 1e9 },  { "m", 60e9 }, { "h", 3600e9 },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strlen(units[i].name) == len && !memcmp(units[i].name, s, len))
			return units[i].nano;
	}
	return 0;
}

/* 0.29 s is a whole number of nanoseconds, whatever its double says. */
static double whole_of(double n)
{
	return fabs(n - rint(n)) < 1e-3 ? rint(n) : trunc(n);
}

bool duration_parse(const char *s, int64_t *out)
{
	double total = 0;
	bool negative = *s == '-';

	s += *s == '-' || *s == '+';
	if (!strcmp(s, "0"))
		goto done;
	if (!*s)
		return false;
	while (*s) {
		size_t whole = strspn(s, "0123456789"), part = 0, unit;
		double value = 0, place = 0.1, nano;

		for (size_t i = 0; i < whole; i++)
			value = value * 10 + (s[i] - '0');
		s += whole;
		if (*s == '.') {
			part = strspn(++s, "0123456789");
			for (size_t i = 0; i < part; i++, place /= 10)
				value += (s[i] - '0') * place;
			s += part;
		}
		unit = strcspn(s, "0123456789.");
		nano = unit_of(s, unit);
		if ((!whole && !part) || nano == 0)
			return false;
		total += value * nano;
		s += unit;
	}
	if (total >= 9.3e18)
		return false;
done:
	if (out)
		*out = (int64_t)(negative ? -whole_of(total) : whole_of(total));
	return true;
}
