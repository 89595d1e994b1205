#include "base/json.h"
#include <stdio.h>
#include "base/limits.h"
#include "tests/unit/unit.h"

static const struct {
	const char *text, *out;
} good[] = {
	{ "null", "null" },
	{ " {\"a\" : [1, -0.50, 1e+9, 9007199254740993, 1.0] }\n",
	  "{\"a\":[1,-0.50,1e+9,9007199254740993,1.0]}" },
	{ "\"\\u00e9\\n\\/\\ud83d\\ude00\\ud800x\\u0000\"",
	  "\"\xc3\xa9\\n/\xf0\x9f\x98\x80\xef\xbf\xbdx\\u0000\"" },
	{ "{\"b\":1,\"a\":{},\"b\":[]}", "{\"b\":[],\"a\":{}}" },
	{ "\"\xe2\x80\xa8\"", "\"\\u2028\"" },
	{ "[true,false,[],\"\"]", "[true,false,[],\"\"]" },
};

START_TEST(reads_and_writes)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct buf out;
	struct node *n = json_read(&a, good[_i].text, strlen(good[_i].text), NULL, &err);

	ck_assert_msg(n != NULL, "%s", err.msg);
	buf_init(&out, 0);
	json_write(&out, n, 0);
	ck_assert_str_eq(out.text, good[_i].out);
	buf_release(&out);
	arena_release(&a);
}
END_TEST

static const struct {
	const char *text;
	unsigned line, column;
	const char *error;
} bad[] = {
	{ "", 1, 1, "unexpected end of JSON" },
	{ "{\"a\":1,}", 1, 8, "expected a key in double quotes" },
	{ "[1,\n 2 3]", 2, 4, "expected ',' or ']' after an array's element" },
	{ "[1,]", 1, 4, "expected a JSON value" },
	{ "{\"a\" 1}", 1, 6, "expected ':' after a key" },
	{ "01", 1, 2, "unexpected text after the JSON value" },
	{ "1.", 1, 3, "unexpected end of JSON" },
	{ "-x", 1, 2, "expected a digit" },
	{ "\"a\tb\"", 1, 3, "control character or invalid UTF-8 in a string" },
	{ "\"\xc0\x80\"", 1, 2, "control character or invalid UTF-8 in a string" },
	{ "\"\\x\"", 1, 3, "invalid escape in a string" },
	{ "\"\\u12", 1, 4, "invalid escape in a string" },
	{ "\"abc", 1, 5, "unexpected end of JSON" },
	{ "// c\n1", 1, 1, "expected a JSON value" },
	{ "nul", 1, 1, "expected a JSON value" },
	{ "NaN", 1, 1, "expected a JSON value" },
};

START_TEST(refuses)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;

	ck_assert_ptr_null(json_read(&a, bad[_i].text, strlen(bad[_i].text), NULL, &err));
	ck_assert_str_eq(err.msg, bad[_i].error);
	ck_assert_uint_eq(err.line, bad[_i].line);
	ck_assert_uint_eq(err.column, bad[_i].column);
	ck_assert_int_eq(err.code, ERR_INPUT);
	arena_release(&a);
}
END_TEST

START_TEST(depth_is_bounded)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct buf text;

	buf_init(&text, 0);
	buf_pad(&text, '[', LIMIT_DEPTH + 1);
	buf_pad(&text, ']', LIMIT_DEPTH + 1);
	ck_assert_ptr_null(json_read(&a, text.text, text.len, NULL, &err));
	ck_assert_int_eq(err.code, ERR_LIMIT);
	ck_assert_ptr_nonnull(json_read(&a, text.text + 1, text.len - 2, NULL, &err));
	buf_release(&text);
	arena_release(&a);
}
END_TEST

struct seen {
	unsigned count;
	origin_id key, first;
};

static void note_duplicate(void *data, const struct node *map, const struct node *key,
			   const struct node *first)
{
	struct seen *seen = data;

	(void)map;
	seen->count++;
	seen->key = key->origin;
	seen->first = first->origin;
}

START_TEST(duplicates_and_positions)
{
	static const char text[] = "{\"a\": 1, \"b\": [7], \"a\": 2} tail";
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct seen seen = { 0 };
	size_t end = 0;
	struct json_options options = {
		.origin = 100, .duplicate = note_duplicate, .data = &seen, .end = &end
	};
	struct node *n = json_read(&a, text, strlen(text), &options, &err);

	ck_assert_ptr_nonnull(n);
	ck_assert_uint_eq(seen.count, 1);
	ck_assert_uint_eq(seen.first, 101);
	ck_assert_uint_eq(seen.key, 119);
	ck_assert_str_eq(node_text(node_get(n, "a")), "2");
	ck_assert_uint_eq(node_get(n, "b")->items[0]->origin, 115);
	ck_assert_uint_eq(end, 26);
	arena_release(&a);
}
END_TEST

static const struct {
	enum node_type type;
	const char *text, *out;
} yaml[] = {
	{ NODE_INT, "0x1F", "31" },	 { NODE_INT, "0o17", "15" },
	{ NODE_INT, "017", "15" },	 { NODE_INT, "+5", "5" },
	{ NODE_INT, "-1_000", "-1000" }, { NODE_INT, "0b101", "5" },
	{ NODE_FLOAT, ".5", "0.5" },	 { NODE_FLOAT, "-1.", "-1.0" },
	{ NODE_FLOAT, "+01.5", "1.5" },	 { NODE_FLOAT, ".inf", "\".inf\"" },
	{ NODE_BOOL, "yes", "true" },	 { NODE_BOOL, "off", "false" },
	{ NODE_NULL, "~", "null" },
};

START_TEST(writes_yaml_scalars)
{
	struct arena a = ARENA_INIT;
	struct buf out;

	buf_init(&out, 0);
	json_write(&out, node_scalar(&a, yaml[_i].type, yaml[_i].text, strlen(yaml[_i].text)), 0);
	ck_assert_str_eq(out.text, yaml[_i].out);
	buf_release(&out);
	arena_release(&a);
}
END_TEST

START_TEST(writes_sorted_and_indented)
{
	static const char text[] = "{\"b\":[1,{}],\"a\":\"<&>\"}";
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct node *n = json_read(&a, text, strlen(text), NULL, &err);
	struct buf out;

	buf_init(&out, 0);
	json_write(&out, n, JSON_SORTED | JSON_INDENT | JSON_HTML);
	ck_assert_str_eq(
		out.text,
		"{\n  \"a\": \"\\u003c\\u0026\\u003e\",\n  \"b\": [\n    1,\n    {}\n  ]\n}");
	ck_assert_str_eq(n->entries[0].key->text, "b");
	buf_cut(&out, 0);
	json_write_string(&out, "a\xff\x01", 3, 0);
	ck_assert_str_eq(out.text, "\"a\\ufffd\\u0001\"");
	buf_release(&out);
	arena_release(&a);
}
END_TEST

SUITE(json)
{
	Suite *s = suite_create("json");
	TCase *tc = tcase_create("json");

	tcase_add_loop_test(tc, reads_and_writes, 0, ARRAY_SIZE(good));
	tcase_add_loop_test(tc, refuses, 0, ARRAY_SIZE(bad));
	tcase_add_test(tc, depth_is_bounded);
	tcase_add_test(tc, duplicates_and_positions);
	tcase_add_loop_test(tc, writes_yaml_scalars, 0, ARRAY_SIZE(yaml));
	tcase_add_test(tc, writes_sorted_and_indented);
	suite_add_tcase(s, tc);
	return s;
}
