/*
 * unit: what each tests/unit/test_NAME.c includes.
 *
 * A file holds one suite, named after the file, and ends with
 *
 *	SUITE(NAME)
 *	{
 *		Suite *s = suite_create("NAME");
 *		...
 *		return s;
 *	}
 *
 * The Makefile finds it; nothing else has to list it.
 */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H
#include <check.h>

#define SUITE(name)                                                                                \
	Suite *suite_##name(void);                                                                 \
	Suite *suite_##name(void)

#ifndef ARRAY_SIZE
#	define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#endif
#endif
