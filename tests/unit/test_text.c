/* Spelling distance and suggestions. */
#include "base/text.h"
#include "tests/unit/unit.h"

#include <string.h>

static const struct {
	const char *a, *b;
	size_t distance;
} pairs[] = {
	{ "image", "image", 0 },  { "imaeg", "image", 1 }, { "imge", "image", 1 },
	{ "imagee", "image", 1 }, { "imeag", "image", 2 }, { "", "abc", 3 },
	{ "abc", "xyz", 3 },	  { "abcdef", "x", 6 },
};

START_TEST(measures)
{
	const char *a = pairs[_i].a, *b = pairs[_i].b;

	ck_assert_uint_eq(text_distance(a, strlen(a), b, strlen(b), 10), pairs[_i].distance);
	ck_assert_uint_eq(text_distance(b, strlen(b), a, strlen(a), 10), pairs[_i].distance);
	ck_assert_uint_le(text_distance(a, strlen(a), b, strlen(b), 1), 2);
}
END_TEST

static const struct {
	const char *word, *best;
	size_t distance;
} words[] = {
	{ "contaners", "containers", 1 },
	{ "Containers", "containers", 0 },
	{ "volumes", "volumes", 0 },
	{ "zzz", NULL, 0 },
	{ "x", NULL, 0 },
};

START_TEST(suggests)
{
	static const char *const candidates[] = { "containers", "initContainers", "volumes" };
	struct nearest n = nearest_to(words[_i].word, strlen(words[_i].word));

	for (size_t i = 0; i < ARRAY_SIZE(candidates); i++)
		nearest_try(&n, candidates[i]);
	ck_assert_pstr_eq(n.best, words[_i].best);
	if (n.best)
		ck_assert_uint_eq(n.distance, words[_i].distance);
}
END_TEST

START_TEST(cuts_between_runes)
{
	ck_assert_uint_eq(text_cut("aäb", 4, 4), 4);
	ck_assert_uint_eq(text_cut("aäb", 4, 2), 1);
	ck_assert_uint_eq(text_cut("aäb", 4, 3), 3);
}
END_TEST

SUITE(text)
{
	Suite *s = suite_create("text");
	TCase *tc = tcase_create("text");

	tcase_add_loop_test(tc, measures, 0, ARRAY_SIZE(pairs));
	tcase_add_loop_test(tc, suggests, 0, ARRAY_SIZE(words));
	tcase_add_test(tc, cuts_between_runes);
	suite_add_tcase(s, tc);
	return s;
}
