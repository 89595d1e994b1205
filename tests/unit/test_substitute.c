/* The forms of Flux's postBuild substitution, as fluxcd/pkg/envsubst evaluates them. */
#include "tests/unit/unit.h"
#include <string.h>
#include "render/engines/engines.h"

static const struct {
	const char *text, *want;
	enum node_type type;
	const char *error;
} cases[] = {
	{ "${A}", "alpha", NODE_STR, NULL },
	{ "x-${A}-${B}", "x-alpha-", NODE_STR, NULL },
	{ "$${A}", "${A}", NODE_STR, NULL },
	{ "a$$b", "a$b", NODE_STR, NULL },
	{ "$A", "$A", NODE_STR, NULL },
	{ "${N}", "3", NODE_INT, NULL },
	{ "${T}", "true", NODE_BOOL, NULL },
	{ "${Q}", "12", NODE_STR, NULL },
	{ "${B:=one}", "one", NODE_STR, NULL },
	{ "${B:-one}", "one", NODE_STR, NULL },
	{ "${B=one}", "one", NODE_STR, NULL },
	{ "${B:=${A}-x}", "alpha-x", NODE_STR, NULL },
	{ "${A:=one}", "alpha", NODE_STR, NULL },
	{ "${#A}", "5", NODE_INT, NULL },
	{ "${A^}", "Alpha", NODE_STR, NULL },
	{ "${A^^}", "ALPHA", NODE_STR, NULL },
	{ "${U,}", "uPPER", NODE_STR, NULL },
	{ "${U,,}", "upper", NODE_STR, NULL },
	{ "${A:1}", "lpha", NODE_STR, NULL },
	{ "${A:1:2}", "lp", NODE_STR, NULL },
	{ "${A:3:9}", "ha", NODE_STR, NULL },
	{ "${A:9}", "", NODE_NULL, NULL },
	{ "${F#*.}", "b.c", NODE_STR, NULL },
	{ "${F##*.}", "c", NODE_STR, NULL },
	{ "${F%.*}", "a.b", NODE_STR, NULL },
	{ "${F%%.*}", "a", NODE_STR, NULL },
	{ "${F/./-}", "a-b.c", NODE_STR, NULL },
	{ "${F//./-}", "a-b-c", NODE_STR, NULL },
	{ "${F/#a/z}", "z.b.c", NODE_STR, NULL },
	{ "${F/%c/z}", "a.b.z", NODE_STR, NULL },
	{ "${F//./}", "abc", NODE_STR, NULL },
	{ "${A", NULL, NODE_STR, "missing closing brace" },
	{ "${}", NULL, NODE_STR, "unable to parse variable name" },
	{ "${A-b}", NULL, NODE_STR, "missing closing brace" },
	{ "${A:1:-9}", NULL, NODE_STR, "a part of negative length" },
};

static struct node *variables(struct arena *a)
{
	static const char *const all[][2] = {
		{ "A", "alpha" }, { "N", "3" },	    { "T", "true" },
		{ "U", "UPPER" }, { "F", "a.b.c" }, { "Q", "\"12\"" }
	};
	struct node *map = node_map(a);

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		node_set(a, map, all[i][0], node_str(a, all[i][1]));
	return map;
}

START_TEST(substitutes)
{
	struct run run;
	struct err err = ERR_INIT;
	struct node *object;
	const struct node *value;
	int rc;

	run_init(&run);
	object = node_map(&run.arena);
	node_set(&run.arena, object, "v", node_str(&run.arena, cases[_i].text));
	rc = flux_substitute(&run, &run.arena, object,
			     &(struct substitutes){ variables(&run.arena), true, false }, &err);
	ck_assert_int_eq(rc, cases[_i].error ? -1 : 0);
	if (cases[_i].error) {
		ck_assert_msg(strstr(err.msg, cases[_i].error), "%s", err.msg);
	} else {
		value = node_get(object, "v");
		ck_assert_msg(value->len == strlen(cases[_i].want) &&
				      !memcmp(value->text, cases[_i].want, value->len),
			      "%s: '%s'", cases[_i].text, value->text);
		ck_assert_int_eq(value->type, cases[_i].type);
	}
	run_release(&run);
}
END_TEST

/* What the cluster may have stays as it is written; strict mode wants every variable. */
START_TEST(keeps_and_refuses)
{
	struct run run;
	struct err err = ERR_INIT;
	struct node *object;

	run_init(&run);
	object = node_map(&run.arena);
	node_set(&run.arena, object, "v", node_str(&run.arena, "${X}/${A}/${X^^}/${X:=d}"));
	ck_assert(!flux_substitute(&run, &run.arena, object,
				   &(struct substitutes){ variables(&run.arena), false, false },
				   &err));
	ck_assert_str_eq(node_get_string(object, "v"), "${X}/alpha/${X^^}/d");
	ck_assert(flux_substitute(&run, &run.arena, node_str(&run.arena, "${X}"),
				  &(struct substitutes){ variables(&run.arena), true, true },
				  &err) < 0);
	ck_assert_msg(strstr(err.msg, "variable not set (strict mode): \"X\""), "%s", err.msg);
	run_release(&run);
}
END_TEST

SUITE(substitute)
{
	Suite *s = suite_create("substitute");
	TCase *tc = tcase_create("substitute");

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, substitutes, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, keeps_and_refuses);
	return s;
}
