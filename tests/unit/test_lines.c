/* What two texts differ in, line by line. */
#include <string.h>
#include "base/buf.h"
#include "cmd/report/lines.h"
#include "tests/unit/unit.h"

static const struct {
	const char *before, *after, *changes;
} cases[] = {
	{ "a\nb\nc\n", "a\nb\nc\n", "" },
	{ "a\nb\nc\n", "a\nx\nc\n", "-2b +2x " },
	{ "a\nb\n", "a\nb\nc", "+3c " },
	{ "", "a\n", "+1a " },
	{ "a\n", "", "-1a " },
	{ "a\nb\nc\ni\ne", "a\nB\nc\nI\ne", "-2b +2B -4i +4I " },
	{ "1\n2\n3\n4\n", "0\n1\n3\n4\n5\n", "+10 -22 +55 " },
	{ "a\na\na\n", "a\na\n", "-3a " },
	{ "x\ny\n", "p\nq\nr\n", "-1x -2y +1p +2q +3r " },
};

START_TEST(compares_lines)
{
	struct arena arena = ARENA_INIT;
	struct line_changes lines = { 0 };
	struct buf text;

	buf_init(&text, 0);
	lines_compare(&arena, cases[_i].before, cases[_i].after, &lines);
	for (size_t i = 0; i < lines.count; i++)
		buf_printf(&text, "%c%u%s ", lines.items[i].sign, lines.items[i].number,
			   lines.items[i].text);
	ck_assert_str_eq(text.text ? text.text : "", cases[_i].changes);
	buf_release(&text);
	arena_release(&arena);
}
END_TEST

/* Too large for the table: all between the first and the last line that differs. */
START_TEST(compares_large_texts)
{
	struct arena arena = ARENA_INIT;
	struct line_changes lines = { 0 };
	struct buf before, after;

	buf_init(&before, 0);
	buf_init(&after, 0);
	for (int i = 0; i < 3000; i++) {
		buf_printf(&before, "old %d\n", i);
		buf_printf(&after, "new %d\n", i);
	}
	lines_compare(&arena, before.text, after.text, &lines);
	ck_assert_uint_eq(lines.count, 6000);
	ck_assert_int_eq(lines.items[0].sign, '-');
	ck_assert_str_eq(lines.items[5999].text, "new 2999");
	buf_release(&before);
	buf_release(&after);
	arena_release(&arena);
}
END_TEST

SUITE(lines)
{
	Suite *s = suite_create("lines");
	TCase *tc = tcase_create("lines");

	tcase_add_loop_test(tc, compares_lines, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, compares_large_texts);
	suite_add_tcase(s, tc);
	return s;
}
