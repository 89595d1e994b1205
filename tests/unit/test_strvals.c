#include "tests/unit/unit.h"

#include <string.h>

#include "base/json.h"
#include "base/node.h"
#include "render/helm/ignore.h"
#include "render/helm/match.h"
#include "render/helm/strvals.h"

static const char *read_file(void *data, const char *path, struct value *out)
{
	if (strcmp(path, "here"))
		return "open nowhere: no such file or directory";
	*out = value_str(data, "content\n");
	return NULL;
}

#define T STRVALS_TYPED
#define S STRVALS_STRING
#define J STRVALS_JSON
#define F STRVALS_FILE
#define L STRVALS_LITERAL

/* Over {"old": {"a": 1}, "list": [1, {"x": 1}], "text": "t"}; the result, or the error. */
static const struct {
	enum strvals_kind kind;
	const char *text, *result, *error;
} rows[] = {
	{ T, "a=1,b=-5,c=007,d=0", "{\"a\":1,\"b\":-5,\"c\":\"007\",\"d\":0}", NULL },
	{ T, "a=TRUE,b=false,c=null,d=1.5", "{\"a\":true,\"b\":false,\"c\":null,\"d\":\"1.5\"}",
	  NULL },
	{ T, "a=9223372036854775808", "{\"a\":\"9223372036854775808\"}", NULL },
	{ S, "a=1,b=true", "{\"a\":\"1\",\"b\":\"true\"}", NULL },
	{ T, "a.b.c=x", "{\"a\":{\"b\":{\"c\":\"x\"}}}", NULL },
	{ T, "a={1,x,}", "{\"a\":[1,\"x\",\"\"]}", NULL },
	{ T, "a={1},b=2", "{\"a\":[1],\"b\":2}", NULL },
	{ T, "a[1].b=x", "{\"a\":[null,{\"b\":\"x\"}]}", NULL },
	{ T, "a[0][1]=x", "{\"a\":[[null,\"x\"]]}", NULL },
	{ T, "a\\.b=x\\,y", "{\"a.b\":\"x,y\"}", NULL },
	{ T, "a=", "{\"a\":\"\"}", NULL },
	{ T, "", "{}", NULL },
	{ J, "a={\"b\":[1,2]},c=null,d=", "{\"a\":{\"b\":[1,2]},\"c\":null,\"d\":null}", NULL },
	{ J, "a[1]={\"b\":1}", "{\"a\":[null,{\"b\":1}]}", NULL },
	{ F, "a=here", "{\"a\":\"content\\n\"}", NULL },
	{ L, "a.b=x,y=\\z{", "{\"a\":{\"b\":\"x,y=\\\\z{\"}}", NULL },
	{ L, "a[0]=1", "{\"a\":[\"1\"]}", NULL },
	{ T, "a", NULL, "key \"a\" has no value" },
	{ T, "a,b=1", NULL, "key \"a\" has no value (cannot end with ,)" },
	{ T, "a.=1", NULL, "key map \"a\" has no value" },
	{ T, "a={1,2", NULL, "list must terminate with '}'" },
	{ T, "a[x]=1", NULL, "error parsing index: strconv.Atoi: parsing \"x\": invalid syntax" },
	{ T, "a[1", NULL, "error parsing index: EOF" },
	{ T, "a[-1]=1", NULL, "negative -1 index not allowed" },
	{ T, "a[65537]=1", NULL,
	  "index of 65537 is greater than maximum supported index of 65536" },
	{ T, "a[0]b=1", NULL, "unexpected data at end of array index: ['b']" },
	{ F, "a=there", NULL, "open nowhere: no such file or directory" },
	{ T, "text.x=1", NULL,
	  "unable to parse key: interface conversion: interface {} is string, not "
	  "map[string]interface {}" },
	{ T, "text[0]=1", NULL,
	  "unable to parse key: interface conversion: interface {} is string, not []interface {}" },
	{ T, "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f=1", NULL,
	  "value name nested level is greater than maximum supported nested level of 30" },
};

/* What the values hold besides what they held before, as JSON. */
static const char *added(struct arena *a, struct value v)
{
	struct node *n = value_to_node(a, v);
	struct buf b;
	const char *out;

	node_remove(n, "text");
	buf_init(&b, 0);
	json_write(&b, n, JSON_SORTED);
	out = buf_dup(&b, a);
	buf_release(&b);
	return out;
}

START_TEST(sets_values)
{
	struct arena a = ARENA_INIT;
	struct strvals_options options = { .kind = rows[_i].kind, .read = read_file, .data = &a };
	struct value v = value_map(&a, &type_any_map);
	const char *error;

	value_set(&a, v, "text", value_str(&a, "t"));
	error = strvals_parse(&a, rows[_i].text, &options, v);
	ck_assert_pstr_eq(error, rows[_i].error);
	if (!rows[_i].error)
		ck_assert_str_eq(added(&a, v), rows[_i].result);
	arena_release(&a);
}
END_TEST

static const struct {
	const char *pattern, *name;
	enum match match;
} matches[] = {
	{ "*.yaml", "a.yaml", MATCH_YES },
	{ "*.yaml", "b/a.yaml", MATCH_NO },
	{ "t/*.yaml", "t/a.yaml", MATCH_YES },
	{ "*", "", MATCH_YES },
	{ "a*b*c", "axxbyyc", MATCH_YES },
	{ "a*b*c", "axxbyy", MATCH_NO },
	{ "?", "\xc3\xa9", MATCH_YES },
	{ "?", "/", MATCH_NO },
	{ "[a-c]x", "bx", MATCH_YES },
	{ "[^a-c]x", "bx", MATCH_NO },
	{ "\\*", "*", MATCH_YES },
	{ "[", "a", MATCH_BAD_PATTERN },
	{ "a[", "b", MATCH_BAD_PATTERN },
	{ "[]a]", "]", MATCH_BAD_PATTERN },
	{ "[-]", "-", MATCH_BAD_PATTERN },
	{ "*[a]*", "xxaxx", MATCH_YES },
	{ "", "", MATCH_YES },
	{ "a", "", MATCH_NO },
};

START_TEST(matches_as_go)
{
	ck_assert_msg(go_match(matches[_i].pattern, matches[_i].name) == matches[_i].match,
		      "'%s' against '%s'", matches[_i].pattern, matches[_i].name);
}
END_TEST

static const struct {
	const char *rules, *path;
	bool folder, ignored;
} ignores[] = {
	{ "*.bak\n", "a/b.bak", false, true },
	{ "# x\n\n  docs/  \r\n", "docs", true, true },
	{ "docs/\n", "docs", false, false },
	{ "/top.txt\n", "top.txt", false, true },
	{ "/top.txt\n", "sub/top.txt", false, false },
	{ "a/b\n", "a/b", false, true },
	{ "a/b\n", "c/a/b", false, false },
	{ "!keep\n", "other", false, true }, /* what a negated rule does not match is ignored */
	{ "!keep\n", "keep", false, false },
	{ NULL, "templates/.x", false, true },
	{ NULL, "templates/x", false, false },
};

START_TEST(ignores_files)
{
	struct arena a = ARENA_INIT;
	struct ignore_rules rules = { 0 };
	const char *text = ignores[_i].rules;

	ck_assert_ptr_null(ignore_parse(&a, text, text ? strlen(text) : 0, &rules));
	ck_assert_int_eq(ignore_matches(&rules, ignores[_i].path, ignores[_i].folder),
			 ignores[_i].ignored);
	arena_release(&a);
}
END_TEST

START_TEST(refuses_bad_rules)
{
	struct arena a = ARENA_INIT;
	struct ignore_rules rules = { 0 };

	ck_assert_pstr_eq(ignore_parse(&a, "a/**", 4, &rules),
			  "double-star (**) syntax is not supported");
	ck_assert_pstr_eq(ignore_parse(&a, "[", 1, &rules), "syntax error in pattern");
	arena_release(&a);
}
END_TEST

SUITE(strvals)
{
	Suite *s = suite_create("strvals");
	TCase *tc = tcase_create("strvals");

	tcase_add_loop_test(tc, sets_values, 0, ARRAY_SIZE(rows));
	tcase_add_loop_test(tc, matches_as_go, 0, ARRAY_SIZE(matches));
	tcase_add_loop_test(tc, ignores_files, 0, ARRAY_SIZE(ignores));
	tcase_add_test(tc, refuses_bad_rules);
	suite_add_tcase(s, tc);
	return s;
}
