#include "tests/unit/unit.h"

#include <string.h>

#include "base/json.h"
#include "base/jsonschema.h"

static const struct node *parse(struct arena *a, const char *text)
{
	struct json_options options = { 0 };
	struct err err = ERR_INIT;
	const struct node *n = json_read(a, text, strlen(text), &options, &err);

	ck_assert_msg(n != NULL, "%s: %s", text, err.msg);
	return n;
}

#define D7 "\"$schema\": \"http://json-schema.org/draft-07/schema#\", "
#define D19 "\"$schema\": \"https://json-schema.org/draft/2019-09/schema\", "

/* The lines after "jsonschema validation failed with 's:///s.json#'\n"; NULL: the value is fine. */
static const struct {
	const char *schema, *value, *faults;
} rows[] = {
	{ "{\"type\": [\"string\", \"null\"]}", "3", "- at '': got number, want null or string" },
	{ "{\"type\": \"integer\"}", "3.0", NULL },
	{ "{\"type\": \"integer\"}", "3.5", "- at '': got number, want integer" },
	{ "{\"minimum\": 70000}", "-1234567", "- at '': minimum: got -1.234567×10⁰⁶, want 70,000" },
	{ "{\"multipleOf\": 0.1}", "0.3", NULL },
	{ "{\"multipleOf\": 0.2}", "0.3", "- at '': multipleOf: got 0.3, want 0.2" },
	{ "{\"enum\": [1, \"a\", null, true]}", "2",
	  "- at '': value must be one of 1, 'a', <nil>, true" },
	{ "{\"const\": {\"a\": 1}}", "{\"a\": 1.0}", NULL },
	{ "{\"required\": [\"a\", \"b\"], \"minProperties\": 1}", "{}",
	  "- at '': minProperties: got 0, want 1\n- at '': missing properties 'a', 'b'" },
	{ "{\"properties\": {\"a/b\": {\"maxLength\": 2}}}", "{\"a/b\": \"äöü\"}",
	  "- at '/a~1b': maxLength: got 3, want 2" },
	{ "{\"properties\": {\"a\": true}, \"additionalProperties\": false}",
	  "{\"a\": 1, \"it's\": 2, \"c\": 3}",
	  "- at '': additional properties 'it\\'s', 'c' not allowed" },
	{ "{\"patternProperties\": {\"^x-\": {\"type\": \"string\"}}}", "{\"x-a\": 1, \"y\": 1}",
	  "- at '/x-a': got number, want string" },
	{ "{\"propertyNames\": {\"maxLength\": 1}}", "{\"ab\": 1}",
	  "- at '': invalid propertyName 'ab'\n  - at '': maxLength: got 2, want 1" },
	{ "{\"items\": {\"type\": \"string\"}, \"uniqueItems\": true}", "[\"a\", \"b\", \"a\"]",
	  "- at '': items at 0 and 2 are equal" },
	{ "{\"prefixItems\": [{}, {}], \"items\": false}", "[1, 2, 3]", "- at '/2': false schema" },
	{ "{" D7 "\"items\": [{}], \"additionalItems\": false}", "[1, 2, 3]",
	  "- at '': last 2 additionalItem(s) not allowed" },
	{ "{\"contains\": {\"const\": 1}, \"minContains\": 2}", "[1, 2]",
	  "- at '': min 2 items required to match contains schema, but matched 1 items at 0\n"
	  "  - at '/1': value must be 1" },
	{ "{\"anyOf\": [{\"type\": \"string\"}, {\"minimum\": 5}]}", "4",
	  "- at '': 'anyOf' failed\n  - at '': got number, want string\n"
	  "  - at '': minimum: got 4, want 5" },
	{ "{\"oneOf\": [{\"minimum\": 1}, {\"minimum\": 2}]}", "3",
	  "- at '': 'oneOf' failed, subschemas 0, 1 matched" },
	{ "{\"not\": {\"type\": \"string\"}}", "\"x\"", "- at '': 'not' failed" },
	{ "{\"if\": {\"required\": [\"a\"]}, \"then\": {\"required\": [\"b\"]}, "
	  "\"else\": {\"required\": [\"c\"]}}",
	  "{}", "- at '': missing property 'c'" },
	{ "{\"dependentRequired\": {\"a\": [\"b\"]}}", "{\"a\": 1}",
	  "- at '': properties 'b' required, if 'a' exists" },
	{ "{\"$defs\": {\"p\": {\"type\": \"integer\"}}, \"properties\": {\"a\": {\"$ref\": "
	  "\"#/$defs/p\"}}}",
	  "{\"a\": \"x\"}", "- at '/a': got string, want integer" },
	{ "{\"$ref\": \"#/$defs/p\", \"$defs\": {\"p\": {\"required\": [\"a\"], \"minProperties\": "
	  "1}}}",
	  "{}",
	  "- at '': validation failed\n  - at '': minProperties: got 0, want 1\n"
	  "  - at '': missing property 'a'" },
	{ "{\"$id\": \"http://x/root.json\", \"$ref\": \"sub.json#here\", \"$defs\": {\"s\": "
	  "{\"$id\": "
	  "\"sub.json\", \"$defs\": {\"t\": {\"$anchor\": \"here\", \"type\": \"null\"}}}}}",
	  "1", "- at '': got number, want null" },
	{ "{\"properties\": {\"child\": {\"$ref\": \"#\"}}, \"additionalProperties\": false}",
	  "{\"child\": {\"child\": {\"x\": 1}}}",
	  "- at '/child/child': additional properties 'x' not allowed" },
	{ "{\"allOf\": [{\"properties\": {\"a\": {}}}], \"unevaluatedProperties\": false}",
	  "{\"a\": 1, \"b\": 2}", "- at '/b': false schema" },
	{ "{\"$dynamicAnchor\": \"n\", \"properties\": {\"c\": {\"$dynamicRef\": \"#n\"}, \"v\": "
	  "{\"type\": \"null\"}}}",
	  "{\"c\": {\"v\": 1}}", "- at '/c/v': got number, want null" },
	{ "{" D19 "\"$recursiveAnchor\": true, \"properties\": {\"c\": {\"$recursiveRef\": \"#\"}, "
	  "\"v\": {\"type\": \"null\"}}}",
	  "{\"c\": {\"v\": 1}}", "- at '/c/v': got number, want null" },
	{ "{" D7 "\"format\": \"ipv4\"}", "\"1.2.3.256\"",
	  "- at '': '1.2.3.256' is not valid ipv4: decimal must be between 0 and 255" },
	{ "{\"format\": \"ipv4\"}", "\"nonsense\"", NULL },
	{ "{" D7 "\"format\": \"date-time\"}", "\"2024-02-30T00:00:00Z\"",
	  "- at '': '2024-02-30T00:00:00Z' is not valid date-time: invalid date element: parsing "
	  "time \"2024-02-30\": day out of range" },
	{ "{" D7
	  "\"$ref\": \"#/definitions/a\", \"type\": \"null\", \"definitions\": {\"a\": true}}",
	  "1", NULL },
	{ "true", "1", NULL },
	{ "false", "1", "- at '': false schema" },
};

START_TEST(checks_values)
{
	static const char first[] = "jsonschema validation failed with 's:///s.json#'\n";
	struct arena a = ARENA_INIT;
	struct jsonschema_options options = { .url = "s:///s.json" };
	const char *error = NULL;
	const struct schema *s =
		jsonschema_compile(&a, parse(&a, rows[_i].schema), &options, &error);

	ck_assert_msg(s != NULL, "%s: %s", rows[_i].schema, error);
	error = jsonschema_validate(&a, s, parse(&a, rows[_i].value));
	if (rows[_i].faults)
		ck_assert_pstr_eq(error, arena_printf(&a, "%s%s", first, rows[_i].faults));
	else
		ck_assert_pstr_eq(error, NULL);
	arena_release(&a);
}
END_TEST

static const struct {
	const char *schema, *error;
} bad[] = {
	{ "{\"$ref\": \"#/none\"}", "json-pointer in \"s:///s.json#/none\" not found" },
	{ "{\"$ref\": \"#none\"}",
	  "anchor in \"s:///s.json#none\" not found in schema \"s:///s.json\"" },
	{ "{\"$ref\": \"other.json\"}",
	  "failing loading \"s:///other.json\": no URLLoader registered" },
	{ "{\"type\": \"text\"}",
	  "\"s:///s.json#\" is not valid against metaschema: jsonschema validation failed with "
	  "'https://json-schema.org/draft/2020-12/schema#'\n"
	  "- at '': 'allOf' failed\n  - at '/type': 'anyOf' failed\n"
	  "    - at '/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', "
	  "'object', 'string'\n"
	  "    - at '/type': got string, want array" },
};

START_TEST(refuses_bad_schemas)
{
	struct arena a = ARENA_INIT;
	struct jsonschema_options options = { .url = "s:///s.json" };
	const char *error = NULL;

	ck_assert_ptr_null(jsonschema_compile(&a, parse(&a, bad[_i].schema), &options, &error));
	ck_assert_pstr_eq(error, bad[_i].error);
	arena_release(&a);
}
END_TEST

SUITE(jsonschema)
{
	Suite *s = suite_create("jsonschema");
	TCase *tc = tcase_create("jsonschema");

	tcase_add_loop_test(tc, checks_values, 0, ARRAY_SIZE(rows));
	tcase_add_loop_test(tc, refuses_bad_schemas, 0, ARRAY_SIZE(bad));
	suite_add_tcase(s, tc);
	return s;
}
