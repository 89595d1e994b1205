#include "tests/unit/unit.h"

#include <string.h>

#include "base/goquote.h"
#include "base/semver.h"

static const struct {
	const char *constraint, *version;
	bool match;
} checks[] = {
	{ "^1.2.3", "1.9.0", true },
	{ "^1.2.3", "2.0.0", false },
	{ "^0.2.3", "0.2.9", true },
	{ "^0.2.3", "0.3.0", false },
	{ "^0.0.3", "0.0.4", false },
	{ "^0", "0.9.9", true },
	{ "~1.2", "1.2.9", true },
	{ "~1.2", "1.3.0", false },
	{ "~1", "1.9.9", true },
	{ "1.x", "1.5.0", true },
	{ "1.2", "1.2.7", true },
	{ "1.2.3", "1.2.4", false },
	{ "*", "7.0.0", true },
	{ "*", "7.0.0-rc1", false },
	{ "*-0", "7.0.0-rc1", true },
	{ ">=1.19.0-0", "v1.36.3-gke.1", true },
	{ ">=1.19.0", "v1.36.3-gke.1", false },
	{ ">= 1.2, < 2.0 || ~3", "3.4.5", true },
	{ ">=1.2 <2.0", "2.0.0", false },
	{ "1.2 - 1.4", "1.4.9", true },
	{ "1.2 - 1.4.5", "1.4.9", false },
	{ "!=1.2.x", "1.2.9", false },
	{ "!=1.2.x", "1.3.0", true },
	{ ">1.2", "1.2.9", false },
	{ ">1", "1.9.9", false },
	{ "<=1.2", "1.2.9", true },
	{ "", "1.0.0", false },
	{ "1.0.0", "one", false },
	{ ">=1.2.0beta", "1.2.0", false },
};

START_TEST(checks_constraints)
{
	struct arena a = ARENA_INIT;

	ck_assert_msg(semver_matches(&a, checks[_i].constraint, checks[_i].version) ==
			      checks[_i].match,
		      "'%s' against '%s'", checks[_i].version, checks[_i].constraint);
	arena_release(&a);
}
END_TEST

static const struct {
	const char *text, *error, *full;
} versions[] = {
	{ "v1.2", NULL, "1.2.0" },
	{ "1", NULL, "1.0.0" },
	{ "01.2.3", NULL, "1.2.3" },
	{ "1.2.3-rc.1+b5", NULL, "1.2.3-rc.1+b5" },
	{ "1.2.3-01", "version segment starts with 0", NULL },
	{ "1.2.3.4", "invalid semantic version", NULL },
	{ "", "invalid semantic version", NULL },
	{ "1.2.3-", "invalid semantic version", NULL },
	{ "99999999999999999999",
	  "error parsing version segment: strconv.ParseUint: parsing \"99999999999999999999\": "
	  "value out of range",
	  NULL },
};

START_TEST(reads_versions)
{
	struct arena a = ARENA_INIT;
	struct semver v;
	const char *error = semver_parse(&a, versions[_i].text, strlen(versions[_i].text), &v);

	ck_assert_pstr_eq(error, versions[_i].error);
	if (!error)
		ck_assert_str_eq(semver_string(&a, &v), versions[_i].full);
	arena_release(&a);
}
END_TEST

/* Each is lower than the next. */
static const char *const rising[] = { "1.0.0-alpha",  "1.0.0-alpha.1", "1.0.0-alpha.beta",
				      "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0",
				      "1.0.1",	      "1.10.0" };

START_TEST(orders_versions)
{
	struct arena a = ARENA_INIT;
	struct semver low, high;

	ck_assert_ptr_null(semver_parse(&a, rising[_i], strlen(rising[_i]), &low));
	ck_assert_ptr_null(semver_parse(&a, rising[_i + 1], strlen(rising[_i + 1]), &high));
	ck_assert_int_eq(semver_compare(&low, &high), -1);
	ck_assert_int_eq(semver_compare(&high, &low), 1);
	ck_assert_int_eq(semver_compare(&low, &low), 0);
	arena_release(&a);
}
END_TEST

START_TEST(quotes_as_go)
{
	struct arena a = ARENA_INIT;

	ck_assert_str_eq(goquote(&a, "a\"b\\\n\x01\x7f\xff\xc2\xa0\xc3\xa9\xe2\x80\x8b"),
			 "\"a\\\"b\\\\\\n\\x01\\x7f\\xff\\u00a0\xc3\xa9\\u200b\"");
	arena_release(&a);
}
END_TEST

SUITE(semver)
{
	Suite *s = suite_create("semver");
	TCase *tc = tcase_create("semver");

	tcase_add_loop_test(tc, checks_constraints, 0, ARRAY_SIZE(checks));
	tcase_add_loop_test(tc, reads_versions, 0, ARRAY_SIZE(versions));
	tcase_add_loop_test(tc, orders_versions, 0, ARRAY_SIZE(rising) - 1);
	tcase_add_test(tc, quotes_as_go);
	suite_add_tcase(s, tc);
	return s;
}
