/*
 * Runs every unit suite, or those named by the arguments.
 *
 * Each test runs in a process of its own unless CK_FORK=no; CK_VERBOSITY and
 * the other variables of Check work as documented there.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#define X(name) Suite *suite_##name(void);
#include "suites.h"
#undef X

static const struct {
	const char *name;
	Suite *(*make)(void);
} suites[] = {
#define X(name) { #name, suite_##name },
#include "suites.h"
#undef X
	{ NULL, NULL },
};

static int wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], name))
			return 1;
	}
	return argc < 2;
}

int main(int argc, char **argv)
{
	SRunner *runner = srunner_create(NULL);
	int ran, failed;

	for (size_t i = 0; suites[i].name; i++) {
		if (wanted(suites[i].name, argc, argv))
			srunner_add_suite(runner, suites[i].make());
	}
	srunner_run_all(runner, CK_ENV);
	ran = srunner_ntests_run(runner);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	printf("unit: %d passed, %d failed\n", ran - failed, failed);
	return failed || !ran;
}
