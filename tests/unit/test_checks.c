/* The table of checks: each id once, in order, with a summary; what `rules` prints. */
#include "tests/unit/unit.h"
#include "validate/checks.h"

#include <string.h>

START_TEST(is_a_table)
{
	struct arena a = ARENA_INIT;
	size_t count;
	const struct check_info *rows = checks_all(&a, &count);

	ck_assert_uint_gt(count, 100);
	for (size_t i = 0; i < count; i++) {
		ck_assert_msg(strchr(rows[i].id, '/') != NULL, "%s", rows[i].id);
		ck_assert_msg(*rows[i].summary && *rows[i].kinds && rows[i].source, "%s",
			      rows[i].id);
		ck_assert_msg(!i || strcmp(rows[i - 1].id, rows[i].id) < 0, "%s", rows[i].id);
	}
	arena_release(&a);
}
END_TEST

SUITE(checks)
{
	Suite *s = suite_create("checks");
	TCase *tc = tcase_create("checks");

	tcase_add_test(tc, is_a_table);
	suite_add_tcase(s, tc);
	return s;
}
