#include "tests/unit/unit.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/process.h"

static const struct {
	const char *argv[5], *env[3], *folder, *input;
	int status;
	const char *out, *errors, *complaint;
} runs[] = {
	{ { "sh", "-c", "echo out; echo err >&2" }, { 0 }, NULL, NULL, 0, "out\n", "err\n", "err" },
	{ { "sh", "-c", "exit 7" }, { 0 }, NULL, NULL, 7, "", "", "exit status 7" },
	{ { "sh", "-c", "kill -9 $$" }, { 0 }, NULL, NULL, 137, "", "", "exit status 137" },
	{ { "cat" }, { 0 }, NULL, "a\nb", 0, "a\nb", "", "exit status 0" },
	{ { "cat" }, { 0 }, NULL, NULL, 0, "", "", "exit status 0" },
	{ { "pwd" }, { 0 }, "/usr", NULL, 0, "/usr\n", "", "exit status 0" },
	{ { "sh", "-c", "echo $ONE,${HOME-none}" },
	  { "ONE=1", "HOME" },
	  NULL,
	  NULL,
	  0,
	  "1,none\n",
	  "",
	  "exit status 0" },
	{ { "sh", "-c", "printf 'first\\nl\\033ast\\n\\n' >&2; exit 1" },
	  { 0 },
	  NULL,
	  NULL,
	  1,
	  "",
	  "first\nl\033ast\n\n",
	  "l ast" },
	{ { "printf", "%s", "$(id); *" }, { 0 }, NULL, NULL, 0, "$(id); *", "", "exit status 0" },
	/* One that does not read what it is given. */
	{ { "true" }, { 0 }, NULL, "unread", 0, "", "", "exit status 0" },
};

START_TEST(runs_programs)
{
	struct process_options o = {
		.argv = runs[_i].argv,
		.env = runs[_i].env,
		.folder = runs[_i].folder,
		.input = runs[_i].input,
		.input_len = runs[_i].input ? strlen(runs[_i].input) : 0,
	};
	struct process_result result;
	struct err err = ERR_INIT;
	char complaint[64];

	ck_assert_msg(!process_run(&o, &result, &err), "%s", err.msg);
	ck_assert_int_eq(result.status, runs[_i].status);
	ck_assert_str_eq(result.out.text, runs[_i].out);
	ck_assert_str_eq(result.errors.text, runs[_i].errors);
	ck_assert_str_eq(process_complaint(&result, complaint, sizeof(complaint)),
			 runs[_i].complaint);
	process_result_release(&result);
}
END_TEST

static const struct {
	const char *argv[4];
	size_t max;
	unsigned timeout_ms;
	enum err_code code;
	const char *error;
} failures[] = {
	{ { "no-such-program-here" },
	  0,
	  0,
	  ERR_NOT_FOUND,
	  "running 'no-such-program-here': No such file or directory" },
	{ { "sleep", "60" }, 0, 50, ERR_IO, "running 'sleep': no answer in 50 ms" },
	/* The grandchild holds the pipe: the group is ended, not the child alone. */
	{ { "sh", "-c", "sleep 60 & echo $!; wait" },
	  0,
	  50,
	  ERR_IO,
	  "running 'sh': no answer in 50 ms" },
	{ { "yes" }, 1000, 0, ERR_LIMIT, "running 'yes': it printed more than 1000 bytes" },
};

START_TEST(fails_to_run)
{
	struct process_options o = {
		.argv = failures[_i].argv,
		.max_output = failures[_i].max,
		.timeout_ms = failures[_i].timeout_ms,
	};
	struct process_result result;
	struct err err = ERR_INIT;
	time_t start = time(NULL);

	ck_assert_int_eq(process_run(&o, &result, &err), -1);
	ck_assert_int_eq(err.code, failures[_i].code);
	ck_assert_str_eq(err.msg, failures[_i].error);
	ck_assert_int_lt(time(NULL) - start, 10);
	process_result_release(&result);
}
END_TEST

START_TEST(moves_much_in_both_directions)
{
	static const char *const argv[] = { "cat", NULL };
	size_t len = 5 << 20;
	char *text = malloc(len);
	struct process_options o = { .argv = argv, .input = text, .input_len = len };
	struct process_result result;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < len; i++)
		text[i] = (char)(i * 31);
	ck_assert_int_eq(process_run(&o, &result, &err), 0);
	ck_assert_uint_eq(result.out.len, len);
	ck_assert(!memcmp(result.out.text, text, len));
	process_result_release(&result);
	free(text);
}
END_TEST

START_TEST(speaks_with_a_program)
{
	static const char *const argv[] = { "cat", NULL };
	struct process_options o = { .argv = argv };
	struct err err = ERR_INIT;
	struct process p;
	char answer[8] = "";

	ck_assert_int_eq(process_start(&o, &p, &err), 0);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(process_write(&p, "hello", 5, &err), 0);
		ck_assert_int_eq(read(p.out, answer, 5), 5);
		ck_assert_str_eq(answer, "hello");
	}
	process_stop(&p);
	ck_assert_int_eq(p.pid, 0);
	process_stop(&p);
}
END_TEST

SUITE(process)
{
	Suite *s = suite_create("process");
	TCase *tc = tcase_create("process");

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, runs_programs, 0, ARRAY_SIZE(runs));
	tcase_add_loop_test(tc, fails_to_run, 0, ARRAY_SIZE(failures));
	tcase_add_test(tc, moves_much_in_both_directions);
	tcase_add_test(tc, speaks_with_a_program);
	return s;
}
