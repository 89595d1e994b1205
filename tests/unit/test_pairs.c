/* Which object of base an object of head was. */
#include <string.h>
#include "base/buf.h"
#include "tests/unit/unit.h"
#include "validate/pairs.h"

/*
 * An object is written NAME@APP, with * after an engine's app and /FILE after that; a pair
 * BASE>HEAD, with ! where it is repeated, + where it is further.
 */
static const struct {
	const char *head, *base, *pairs;
} cases[] = {
	{ "a@0", "a@0", "0>0 " },
	{ "a@0", "", "->0 " },
	{ "", "a@0", "0>- " },
	{ "a@1", "a@0", "0>1 " }, /* moved */
	{ "a@0 a@1", "a@0 a@1", "0>0 1>1+ " },
	{ "a@0 a@1", "a@1", "->0 1>1+ " }, /* a new overlay */
	{ "a@1", "a@0 a@1", "1>1 0>-+ " },
	{ "a@0* a@1*", "a@0* a@1*", "0>0 1>1! " },
	{ "a@0* a@1*", "a@1*", "1>0 1>1! " }, /* in the cluster already */
	{ "a@0/x a@0/y", "a@0/y a@0/x", "0/x>0/x 0/y>0/y+ " },
	{ "a@0/x b@0/x a@1", "b@0/x a@0/z a@1", "0/z>0/x 1>1+ 0/x>0/x " },
};

static void note(struct pairs *p, struct arena *a, const char *text, bool is_head)
{
	for (; *text; text += strspn(text, " ")) {
		struct object *o = arena_new(a, struct object);
		size_t len = strcspn(text, " ");
		const char *word = arena_memdup(a, text, len), *at = strchr(word, '@') + 1;

		o->group = o->ns = "";
		o->kind = "K";
		o->name = arena_memdup(a, word, (size_t)(at - 1 - word));
		o->file = strchr(at, '/');
		pairs_add(p, &(struct pair_object){ o, "", (size_t)(*at - '0'), is_head,
						    at[1] == '*' });
		text += len;
	}
}

static void say(struct buf *out, const struct object *o, size_t app)
{
	if (o)
		buf_printf(out, "%zu%s", app, o->file ? o->file : "");
	else
		buf_char(out, '-');
}

START_TEST(pairs_objects)
{
	struct arena a = ARENA_INIT;
	struct pairs p;
	struct buf text;

	buf_init(&text, 0);
	pairs_init(&p, &a);
	note(&p, &a, cases[_i].head, true);
	note(&p, &a, cases[_i].base, false);
	pairs_make(&p);
	for (size_t i = 0; i < p.count; i++) {
		say(&text, p.items[i].base, p.items[i].base_app);
		buf_char(&text, '>');
		say(&text, p.items[i].head, p.items[i].head_app);
		buf_str(&text, p.items[i].further ? "+ " : p.items[i].repeated ? "! " : " ");
	}
	ck_assert_str_eq(text.text, cases[_i].pairs);
	buf_release(&text);
	arena_release(&a);
}
END_TEST

SUITE(pairs)
{
	Suite *s = suite_create("pairs");
	TCase *tc = tcase_create("pairs");

	tcase_add_loop_test(tc, pairs_objects, 0, ARRAY_SIZE(cases));
	suite_add_tcase(s, tc);
	return s;
}
