#include "tests/unit/unit.h"
#include "base/run.h"

static struct run run;

static void set_up(void)
{
	run_init(&run);
}

static void tear_down(void)
{
	run_release(&run);
}

START_TEST(asks_a_lost_host_no_more)
{
	struct err err = ERR_INIT;
	const char *why;
	size_t i = 0;

	ck_assert_int_eq(reach_check(&run, "one:443", &err), 0);
	reach_lost(&run, "one:443", "its name is not known", false);
	reach_lost(&run, "one:443", "another reason", false);
	ck_assert_int_eq(reach_check(&run, "one:443", &err), -1);
	ck_assert_int_eq(err.code, ERR_UNREACHED);
	ck_assert_str_eq(err.host, "one:443");
	ck_assert_int_eq(reach_check(&run, "one", &err), 0);
	ck_assert_str_eq(reach_next_lost(&run, &i, &why), "one:443");
	ck_assert_str_eq(why, "its name is not known");
	ck_assert_ptr_null(reach_next_lost(&run, &i, &why));
}
END_TEST

START_TEST(names_what_a_host_keeps_from_us)
{
	struct err err = ERR_INIT;

	reach_lost(&run, "one", "it takes no connection", false);
	ck_assert_int_eq(reach_check(&run, "one", &err), -1);
	ck_assert_int_eq(reach_misses(&err, "chart web 1.0"), -1);
	ck_assert_str_eq(err.msg, "chart web 1.0 is not in the cache, and 'one' can't be reached");
	ck_assert_str_eq(err.away, "chart web 1.0");
	ck_assert_str_eq(err.host, "one");
	ck_assert_str_eq(reach_why(&run, err.host), "it takes no connection");
}
END_TEST

/* How many places were waited for or refused, whether one answered: is another one asked? */
static const struct {
	unsigned silent, refused;
	bool answered, asked;
} networks[] = {
	{ 2, 9, false, true },
	{ 3, 0, false, false },
	{ 3, 9, true, true },
	{ 0, 9, false, true },
};

START_TEST(gives_up_a_silent_network)
{
	struct err err = ERR_INIT;
	unsigned i;

	for (i = 0; i < networks[_i].silent + networks[_i].refused; i++)
		reach_lost(&run, arena_printf(&run.arena, "host%u", i), "no answer in 5 s",
			   i < networks[_i].silent);
	if (networks[_i].answered)
		reach_answered(&run);
	ck_assert_int_eq(reach_check(&run, "other", &err), networks[_i].asked ? 0 : -1);
}
END_TEST

START_TEST(keeps_what_came)
{
	ck_assert_ptr_null(reach_recall(&run, "git one main"));
	reach_keep(&run, "git one main", "");
	reach_keep(&run, "git two main", "no such branch");
	ck_assert_str_eq(reach_recall(&run, "git one main"), "");
	ck_assert_str_eq(reach_recall(&run, "git two main"), "no such branch");
}
END_TEST

SUITE(reach)
{
	Suite *s = suite_create("reach");
	TCase *tc = tcase_create("reach");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, asks_a_lost_host_no_more);
	tcase_add_test(tc, names_what_a_host_keeps_from_us);
	tcase_add_loop_test(tc, gives_up_a_silent_network, 0, ARRAY_SIZE(networks));
	tcase_add_test(tc, keeps_what_came);
	suite_add_tcase(s, tc);
	return s;
}
