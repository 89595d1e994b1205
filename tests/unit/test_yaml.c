#include "render/yaml/yaml.h"
#include <stdio.h>
#include "base/json.h"
#include "base/limits.h"
#include "tests/unit/unit.h"

struct fixture {
	struct run run;
	struct arena arena;
	struct err err;
	struct yaml_docs docs;
};

static int read_text(struct fixture *f, enum yaml_dialect dialect, const char *text)
{
	origin_id origin;

	*f = (struct fixture){ 0 };
	run_init(&f->run);
	origin = origins_add_file(f->run.origins, NULL, "f.yaml", text, strlen(text));
	return yaml_read(&f->run, &f->arena, dialect, "f.yaml", text, strlen(text), origin,
			 &f->docs, &f->err);
}

static void done(struct fixture *f)
{
	arena_release(&f->arena);
	run_release(&f->run);
}

/* What go-yaml v2.4.2 (sigs.k8s.io/yaml v1.6.0 JSONToYAML) prints for each. */
static const struct {
	const char *json, *yaml;
} printed[] = {
	{ "{\"b\":1,\"a\":[1,{\"x\":[]},[2,[3]]],\"c\":{}}",
	  "a:\n- 1\n- x: []\n- - 2\n  - - 3\nb: 1\nc: {}\n" },
	{ "\"yes\"", "\"yes\"\n" },
	{ "\"12:30\"", "\"12:30\"\n" },
	{ "\"2020-01-01\"", "\"2020-01-01\"\n" },
	{ "\"2020-02-30\"", "2020-02-30\n" },
	{ "\"0x1f\"", "\"0x1f\"\n" },
	{ "\"a: b\"", "'a: b'\n" },
	{ "\"it's: x\"", "'it''s: x'\n" },
	{ "\"- a\"", "'- a'\n" },
	{ "\"-a\"", "-a\n" },
	{ "\"<<\"", "<<\n" },
	{ "\" a\"", "' a'\n" },
	{ "\"a\\tb\"", "\"a\\tb\"\n" },
	{ "\"\"", "\"\"\n" },
	{ "\"\\ud83d\\ude00\"", "\"\\U0001F600\"\n" },
	{ "{\"k\":\"a\\nb\\n\"}", "k: |\n  a\n  b\n" },
	{ "{\"k\":\"a\\nb\"}", "k: |-\n  a\n  b\n" },
	{ "{\"k\":\"a\\n\\n\"}", "k: |+\n  a\n\n" },
	{ "{\"k\":\"\\n a\\n\"}", "k: |2\n\n   a\n" },
	{ "{\"k\":\"a \\nb\"}", "k: \"a \\nb\"\n" },
	{ "[1000000,1234567.5,1e21,0.1,1e-7,3.0,18446744073709551615,12345678901234567890123]",
	  "- 1000000\n- 1.2345675e+06\n- 1e+21\n- 0.1\n- 1e-07\n- 3\n- 18446744073709551615\n"
	  "- 1.2345678901234568e+22\n" },
	{ "{\"k10\":1,\"k9\":2,\"K\":3,\"_\":4,\"a b\":5}", "_: 4\nK: 3\na b: 5\nk9: 2\nk10: 1\n" },
	{ "{\"long\":\"aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk llll mmmm nnnn oooo "
	  "pppp "
	  "qqqq\"}",
	  "long: aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk llll mmmm nnnn oooo pppp\n"
	  "  qqqq\n" },
};

START_TEST(prints_as_go_does)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct buf out;
	struct node *n = json_read(&a, printed[_i].json, strlen(printed[_i].json), NULL, &err);

	ck_assert_msg(n != NULL, "%s", err.msg);
	buf_init(&out, 0);
	yaml_write(&out, n);
	ck_assert_str_eq(out.text, printed[_i].yaml);
	buf_release(&out);
	arena_release(&a);
}
END_TEST

static const struct {
	enum yaml_dialect dialect;
	const char *text, *json;
} resolved[] = {
	{ YAML_SIGS, "[yes, On, n, true]", "[true,true,false,true]" },
	{ YAML_KYAML, "[yes, On, n, true]", "[\"yes\",\"On\",\"n\",true]" },
	{ YAML_SIGS, "[0o17, 017, 0x1f, 1_000, +1, 08]", "[15,15,31,1000,1,8]" },
	{ YAML_SIGS, "[~, null, '', \"null\", 2020-01-01]",
	  "[null,null,\"\",\"null\",\"2020-01-01\"]" },
	{ YAML_SIGS, "[1.5, 1e3, .5, 1.2.3, 0.1.0, -, 1e]",
	  "[1.5,1e3,0.5,\"1.2.3\",\"0.1.0\",\"-\",\"1e\"]" },
	{ YAML_SIGS, "yes: 1\n0x10: 2\n", "{\"true\":1,\"16\":2}" },
	{ YAML_KYAML, "yes: 1\n", "{\"yes\":1}" },
	{ YAML_SIGS, "a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}\n",
	  "{\"a\":{\"k\":1,\"l\":2},\"b\":{\"k\":3,\"l\":2}}" },
	{ YAML_SIGS, "b:\n  <<: [{k: 1}, {k: 2, m: 3}]\n", "{\"b\":{\"k\":1,\"m\":3}}" },
	{ YAML_SIGS, "a: !!str 1\nb: !!binary aGk=\nc: !custom 1\n",
	  "{\"a\":\"1\",\"b\":\"hi\",\"c\":\"1\"}" },
	{ YAML_SIGS, "{\"a\": \"\\ud83d\\ude00\", \"b\": 1.0}",
	  "{\"a\":\"\xf0\x9f\x98\x80\",\"b\":1.0}" },
};

START_TEST(resolves_by_dialect)
{
	struct fixture f;
	struct buf out;
	int rc = read_text(&f, resolved[_i].dialect, resolved[_i].text);

	ck_assert_msg(!rc, "%s", f.err.msg);
	buf_init(&out, 0);
	json_write(&out, f.docs.items[0].root, 0);
	ck_assert_str_eq(out.text, resolved[_i].json);
	buf_release(&out);
	done(&f);
}
END_TEST

static const struct {
	const char *text;
	unsigned line, column;
	const char *message; /* its beginning */
} refused[] = {
	{ "a: [1, 2\nb: 3\n", 2, 2, "not YAML: " },
	{ "a: b: c\n", 1, 5, "not YAML: mapping values are not allowed" },
	{ "a: *nowhere\n", 1, 4, "unknown anchor 'nowhere'" },
	{ "? [a]\n: b\n", 1, 3, "a mapping's key must be a scalar" },
	{ "null: b\n", 1, 1, "a mapping's key must not be null" },
	{ "a: !!int x\n", 1, 4, "cannot decode 'x' as a !!int" },
	{ "a:\n  - \xff\n", 2, 5, "not YAML: " },
};

START_TEST(refuses_with_a_position)
{
	struct fixture f;

	ck_assert_int_eq(read_text(&f, YAML_SIGS, refused[_i].text), -1);
	ck_assert_msg(!strncmp(f.err.msg, refused[_i].message, strlen(refused[_i].message)), "%s",
		      f.err.msg);
	ck_assert_str_eq(f.err.file, "f.yaml");
	ck_assert_uint_eq(f.err.line, refused[_i].line);
	ck_assert_uint_eq(f.err.column, refused[_i].column);
	done(&f);
}
END_TEST

START_TEST(knows_where_values_are)
{
	struct fixture f;
	struct origin_pos pos;
	const struct node *name;

	ck_assert_int_eq(
		read_text(&f, YAML_SIGS, "é: 1\n---\nm: {n: 'é', k: x}\n---\n# only a comment\n"),
		0);
	name = node_path(f.docs.items[1].root, "m", "k", NULL);
	ck_assert(origins_resolve(f.run.origins, name->origin, &pos));
	ck_assert_str_eq(pos.file, "f.yaml");
	ck_assert_uint_eq(pos.line, 3);
	ck_assert_uint_eq(pos.column, 16);
	ck_assert_uint_eq(f.docs.count, 3);
	ck_assert_ptr_null(f.docs.items[2].root);
	done(&f);
}
END_TEST

START_TEST(finds_duplicate_keys)
{
	struct fixture f;
	struct origin_pos pos;

	ck_assert_int_eq(read_text(&f, YAML_SIGS, "a: 1\nb: 2\na: 3\n"), 0);
	ck_assert_uint_eq(f.docs.items[0].duplicate_count, 1);
	origins_resolve(f.run.origins, f.docs.items[0].duplicates[0].key->origin, &pos);
	ck_assert_uint_eq(pos.line, 3);
	ck_assert_str_eq(node_text(node_get(f.docs.items[0].root, "a")), "3");
	done(&f);
}
END_TEST

START_TEST(bounds_aliases_and_depth)
{
	struct fixture f;
	struct buf text;
	int i;

	buf_init(&text, 0);
	buf_str(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (i = 1; i < 12; i++)
		buf_printf(&text, "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n",
			   i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1,
			   i - 1);
	ck_assert_int_eq(read_text(&f, YAML_SIGS, text.text), -1);
	ck_assert_int_eq(f.err.code, ERR_LIMIT);
	done(&f);
	buf_cut(&text, 0);
	buf_pad(&text, '[', 100000);
	ck_assert_int_eq(read_text(&f, YAML_SIGS, text.text), -1);
	ck_assert_int_eq(f.err.code, ERR_LIMIT);
	done(&f);
	buf_release(&text);
}
END_TEST

SUITE(yaml)
{
	Suite *s = suite_create("yaml");
	TCase *tc = tcase_create("yaml");

	tcase_add_loop_test(tc, prints_as_go_does, 0, ARRAY_SIZE(printed));
	tcase_add_loop_test(tc, resolves_by_dialect, 0, ARRAY_SIZE(resolved));
	tcase_add_loop_test(tc, refuses_with_a_position, 0, ARRAY_SIZE(refused));
	tcase_add_test(tc, knows_where_values_are);
	tcase_add_test(tc, finds_duplicate_keys);
	tcase_add_test(tc, bounds_aliases_and_depth);
	suite_add_tcase(s, tc);
	return s;
}
