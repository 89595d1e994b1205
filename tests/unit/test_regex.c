/* Regular expressions: syntax, matches, groups, what is refused. */
#include "base/regex.h"
#include "tests/unit/unit.h"

#include <string.h>

static const struct {
	const char *pattern, *text;
	bool matches;
} cases[] = {
	{ "^a+$", "aaa", true },
	{ "^a+$", "aab", false },
	{ "b", "abc", true },
	{ "^$", "", true },
	{ "(?i)ABC", "xabc", true },
	{ "^.$", "é", true },
	{ "^\\p{L}+$", "Straße", true },
	{ "\\d{3}", "12", false },
	{ "a|b", "c", false },
};

START_TEST(matches)
{
	const char *p = cases[_i].pattern, *t = cases[_i].text;
	const struct regex *re = regex_get(p, strlen(p), NULL);

	ck_assert_ptr_nonnull(re);
	ck_assert_int_eq(regex_match(re, t, strlen(t)), cases[_i].matches);
	ck_assert_ptr_eq(regex_get(p, strlen(p), NULL), re);
}
END_TEST

static const char *const refused[] = { "(", "[", "(?!a)", "(?<=a)b", "a**", "\\1" };

START_TEST(refuses)
{
	struct err err = ERR_INIT;

	ck_assert_ptr_null(regex_get(refused[_i], strlen(refused[_i]), &err));
	ck_assert_ptr_nonnull(strstr(err.msg, "error parsing regexp: "));
}
END_TEST

START_TEST(finds_groups)
{
	static const char text[] = "x key=value key=";
	const struct regex *re = regex_get("(?P<k>\\w+)=(\\w+)?", 17, NULL);
	struct regex_span s[3];

	ck_assert_ptr_nonnull(re);
	ck_assert_uint_eq(regex_groups(re), 2);
	ck_assert_int_eq(regex_group_named(re, "k", 1), 1);
	ck_assert_int_eq(regex_group_named(re, "z", 1), -1);
	ck_assert(regex_find(re, text, strlen(text), 0, s, 3));
	ck_assert_int_eq(s[0].start, 2);
	ck_assert_int_eq(s[2].end, 11);
	ck_assert(regex_find(re, text, strlen(text), 11, s, 3));
	ck_assert_int_eq(s[0].start, 12);
	ck_assert_int_eq(s[2].start, -1);
	ck_assert(!regex_find(re, text, strlen(text), 16, s, 3));
}
END_TEST

SUITE(regex)
{
	Suite *s = suite_create("regex");
	TCase *tc = tcase_create("regex");

	tcase_add_loop_test(tc, matches, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, refuses, 0, ARRAY_SIZE(refused));
	tcase_add_test(tc, finds_groups);
	suite_add_tcase(s, tc);
	return s;
}
