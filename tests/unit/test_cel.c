#include "validate/cel/cel.h"
#include <stdio.h>
#include "base/json.h"
#include "tests/unit/unit.h"

/* What cel-go with the API server's libraries answers; self is the document below, of type dyn. */
static const char self_text[] = "{\"a\":1,\"b\":\"text\",\"list\":[1,2,3],\"names\":[\"x\",\"y\"],"
				"\"map\":{\"k\":\"v\"},\"when\":\"2024-02-29T12:00:00Z\"}";

static const struct {
	const char *text;
	int result; /* 1, 0, or -1: fails with the message */
	const char *message;
} runs[] = {
	{ "1 + 2 * 3 == 7", 1, NULL },
	{ "-7 / 2 == -3 && -7 % 2 == -1", 1, NULL },
	{ "1u < 2u && 1 < 2.5 && dyn(2.0) == dyn(2)", 1, NULL },
	{ "9223372036854775807 + 1 > 0", -1, "integer overflow" },
	{ "1 / 0 == 1", -1, "division by zero" },
	{ "false && 1 / 0 == 1", 0, NULL },
	{ "1 / 0 == 1 && false", 0, NULL },
	{ "1 / 0 == 1 || true", 1, NULL },
	{ "self.a == 1 && self.b == 'text'", 1, NULL },
	{ "self.missing == 1", -1, "no such key: missing" },
	{ "has(self.a) && !has(self.missing)", 1, NULL },
	{ "self.list.all(x, x > 0) && self.list.exists(x, x == 2)", 1, NULL },
	{ "self.list.exists_one(x, x > 2) && !self.list.exists_one(x, x > 1)", 1, NULL },
	{ "self.list.map(x, x * 2) == [2, 4, 6]", 1, NULL },
	{ "self.list.filter(x, x % 2 == 1).size() == 2", 1, NULL },
	{ "self.list.all(i, x, x == i + 1)", 1, NULL },
	{ "self.map.all(k, k == 'k') && self.map['k'] == 'v'", 1, NULL },
	{ "'x' in self.names && 'k' in self.map && !('z' in self.names)", 1, NULL },
	{ "self.list[3] == 1", -1, "index out of bounds: 3" },
	{ "self.?missing.orValue('d') == 'd' && self.?b.hasValue()", 1, NULL },
	{ "optional.of(3).optMap(x, x + 1).value() == 4", 1, NULL },
	{ "[1, 2] + [3] == [1, 2, 3] && {'a': 1} == {'a': 1}", 1, NULL },
	{ "'a' + \"b\" == r'ab' && '\\u00e9'.size() == 1", 1, NULL },
	{ "'hello'.startsWith('he') && 'hello'.endsWith('lo') && 'hello'.contains('ell')", 1,
	  NULL },
	{ "'a1b22'.findAll('[0-9]+') == ['1', '22'] && 'x9'.matches('^x[0-9]$')", 1, NULL },
	{ "'a,b,c'.split(',').join('-') == 'a-b-c' && 'abc'.substring(1, 2) == 'b'", 1, NULL },
	{ "'%s is %d and %.1f'.format(['x', 3, 2.5]) == 'x is 3 and 2.5'", 1, NULL },
	{ "timestamp(self.when).getDayOfYear() == 59 && duration('90m') == duration('1.5h')", 1,
	  NULL },
	{ "timestamp('2024-03-01T00:00:00Z') - timestamp(self.when) == duration('12h')", 1, NULL },
	{ "string(duration('1h30m')) == '5400s'", 1, NULL },
	{ "quantity('1Gi').isGreaterThan(quantity('1G')) && "
	  "quantity('1').add(quantity('500m')).compareTo(quantity('1.5')) == 0",
	  1, NULL },
	{ "isIP('10.0.0.1') && !isIP('10.0.0.256') && cidr('10.0.0.0/8').containsIP('10.1.2.3')", 1,
	  NULL },
	{ "url('https://h:80/p?q=1').getHost() == 'h:80' && url('https://h/p').getEscapedPath() == "
	  "'/p'",
	  1, NULL },
	{ "semver('1.2.3').isLessThan(semver('1.10.0')) && !isSemver('v1')", 1, NULL },
	{ "!format.dns1123Label().validate('ok-name').hasValue() && "
	  "format.named('dns1123Label').value().validate('No').hasValue()",
	  1, NULL },
	{ "sets.contains([1, 2, 3], [2]) && sets.intersects([1], [1, 5])", 1, NULL },
	{ "[3, 1, 2].min() == 1 && [1, 2].sum() == 3 && ['a', 'b'].isSorted()", 1, NULL },
	{ "type(1) == int && type('a') == string", 1, NULL },
	{ "self.a > 1 ? false : true", 1, NULL },
	{ "int('42') == 42 && string(1.5) == '1.5' && double('2') == 2.0", 1, NULL },
};

static struct cel_program *compile(struct arena *a, const char *text, const struct cel_type *self,
				   struct cel_error *error)
{
	struct cel_variable *v = arena_array(a, 1, struct cel_variable);
	struct cel_env *env = arena_new(a, struct cel_env);

	v[0] = (struct cel_variable){ "self", self };
	*env = (struct cel_env){ .variables = v, .count = 1 };
	return cel_compile(a, env, text, error);
}

START_TEST(evaluates)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct node *self = json_read(&a, self_text, strlen(self_text), NULL, &err);
	struct cel_binding binding = { .node = self };
	struct cel_error error;
	struct cel_program *p = compile(&a, runs[_i].text, cel_type_of(CEL_DYN), &error);
	const char *message = NULL;

	ck_assert_msg(p != NULL, "%s: %s", runs[_i].text, p ? "" : error.message);
	ck_assert_int_eq(cel_run(p, &a, &binding, NULL, &message), runs[_i].result);
	ck_assert_pstr_eq(message, runs[_i].message);
	arena_release(&a);
}
END_TEST

static const struct {
	const char *text;
	unsigned column;
	const char *message; /* its beginning */
} refused[] = {
	{ "self.a >", 9, "Syntax error: mismatched input '<EOF>'" },
	{ "self.a = 1", 8, "Syntax error: token recognition error at: '='" },
	{ "foo.bar == 1", 1, "undeclared reference to 'foo' (in container '')" },
	{ "self.nope()", 10, "undeclared reference to 'nope' (in container '')" },
	{ "'a' + 1 == 'b'", 5, "found no matching overload for '_+_' applied to '(string, int)'" },
	{ "1 == 'x'", 3, "found no matching overload for '_==_' applied to '(int, string)'" },
	{ "cel.bind(x, 1, x == 1)", 1, "undeclared reference to 'cel'" },
	{ "'x'.matches('[')", 13, "invalid matches argument" },
	{ "[1, 'a'].size() == 2", 5, "expected type 'int' but found 'string'" },
	{ "self.list.all(1, true)", 15, "argument must be a simple name" },
	{ "'unclosed", 1, "Syntax error" },
	{ "if == 1", 1, "reserved identifier: if" },
};

START_TEST(refuses)
{
	struct arena a = ARENA_INIT;
	struct cel_error error;

	ck_assert_ptr_null(compile(&a, refused[_i].text, cel_type_of(CEL_DYN), &error));
	ck_assert_msg(!strncmp(error.message, refused[_i].message, strlen(refused[_i].message)),
		      "%s: %s", refused[_i].text, error.message);
	ck_assert_uint_eq(error.column, refused[_i].column);
	arena_release(&a);
}
END_TEST

START_TEST(bounds_what_it_costs)
{
	struct cel_type short_text = { .kind = CEL_STRING, .sized = true, .max_size = 40 };
	struct arena a = ARENA_INIT;
	struct cel_type *list = cel_list_type(&a, &short_text);
	struct cel_error error;
	struct cel_program *p;

	list->sized = true;
	list->max_size = 10;
	p = compile(&a, "self.all(x, x.contains('ab'))", list, &error);
	ck_assert_ptr_nonnull(p);
	/* the list and the result, and ten turns: 3, the text 1, a tenth of it times a tenth of two
	 */
	ck_assert_uint_eq(cel_cost(p), 1 + 1 + 10 * (3 + 1 + 4));
	list->max_size = 1000000;
	p = compile(&a, "self.all(x, self.all(y, x == y))", list, &error);
	ck_assert_ptr_nonnull(p);
	ck_assert(cel_cost(p) > 10000000);
	arena_release(&a);
}
END_TEST

START_TEST(escapes_names)
{
	struct arena a = ARENA_INIT;

	ck_assert_str_eq(cel_escape(&a, "a-b.c/d"), "a__dash__b__dot__c__slash__d");
	ck_assert_str_eq(cel_escape(&a, "namespace"), "__namespace__");
	ck_assert_str_eq(cel_escape(&a, "a__b"), "a__underscores__b");
	ck_assert_ptr_null(cel_escape(&a, "1a"));
	ck_assert_ptr_null(cel_escape(&a, "a b"));
	arena_release(&a);
}
END_TEST

SUITE(cel)
{
	Suite *s = suite_create("cel");
	TCase *tc = tcase_create("cel");

	tcase_add_loop_test(tc, evaluates, 0, ARRAY_SIZE(runs));
	tcase_add_loop_test(tc, refuses, 0, ARRAY_SIZE(refused));
	tcase_add_test(tc, bounds_what_it_costs);
	tcase_add_test(tc, escapes_names);
	suite_add_tcase(s, tc);
	return s;
}
