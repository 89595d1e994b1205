/*
 * The template language and its functions: what Helm prints for small templates, its error texts,
 * the origins of what is printed, and the limits.
 */
#include <string.h>
#include <time.h>
#include "render/helm/template.h"
#include "render/yaml/yaml.h"
#include "tests/unit/unit.h"

static const char values_text[] = "name: web\n"
				  "count: 3\n"
				  "ratio: 2.5\n"
				  "enabled: true\n"
				  "empty: \"\"\n"
				  "list: [b, a, c]\n"
				  "map: {x: 1, z: two}\n"
				  "block: |\n"
				  "  one\n"
				  "  two\n";

struct fixture {
	struct run run;
	struct arena arena;
	struct template_set *set;
	struct value dot;
	struct printed out;
	struct err err;
};

static void open_fixture(struct fixture *f, const char *seed)
{
	struct template_options options = { .seed = seed };
	struct node *values = NULL;
	origin_id origin;

	memset(f, 0, sizeof(*f));
	run_init(&f->run);
	arena_init(&f->arena, &f->run.budget);
	origin = origins_add_file(f->run.origins, NULL, "values.yaml", values_text,
				  sizeof(values_text) - 1);
	ck_assert_int_eq(yaml_read_one(&f->run, &f->arena, YAML_SIGS, "values.yaml", values_text,
				       sizeof(values_text) - 1, origin, &values, &f->err),
			 0);
	f->set = template_set_new(&f->run, &f->arena, &options);
	f->dot = value_map(&f->arena, &type_any_map);
	value_set(&f->arena, f->dot, "Values", value_from_node(&f->arena, values));
}

static int render(struct fixture *f, const char *text)
{
	origin_id origin = origins_add_file(f->run.origins, NULL, "t.yaml", text, strlen(text));

	if (template_parse(f->set, "t.yaml", text, strlen(text), origin, &f->err) < 0)
		return -1;
	return template_execute(f->set, "t.yaml", f->dot, &f->out, &f->err);
}

static void close_fixture(struct fixture *f)
{
	printed_release(&f->out);
	arena_release(&f->arena);
	run_release(&f->run);
}

static const struct {
	const char *text, *want;
} printing[] = {
	{ "a{{ .Values.name }}b", "awebb" },
	{ "x {{- /* gone */ -}} y", "xy" },
	{ "{{ .Values.count }} {{ .Values.ratio }} {{ .Values.enabled }}", "3 2.5 true" },
	{ "{{ 1000000.0 }} {{ 3 }} {{ 'a' }} {{ 0x1F }} {{ 1_000 }} {{ 1e3 }}",
	  "1e+06 3 97 31 1000 1000" },
	{ "{{ .Values.missing }}|{{ .Values.missing | default \"d\" }}", "|d" },
	{ "{{ .Values.map }} {{ .Values.list }}", "map[x:1 z:two] [b a c]" },
	{ "{{ range $i, $v := .Values.list }}{{ $i }}{{ $v }} {{ end }}", "0b 1a 2c " },
	{ "{{ range $k, $v := .Values.map }}{{ $k }}={{ $v }};{{ end }}", "x=1;z=two;" },
	{ "{{ range 3 }}{{ . }}{{ end }}{{ range .Values.nope }}x{{ else }}none{{ end }}",
	  "012none" },
	{ "{{ range .Values.list }}{{ if eq . \"a\" }}{{ continue }}{{ end }}{{ . }}{{ end }}",
	  "bc" },
	{ "{{ range .Values.list }}{{ if eq . \"a\" }}{{ break }}{{ end }}{{ . }}{{ end }}", "b" },
	{ "{{ with .Values.name }}{{ . }}{{ $.Values.count }}{{ else }}no{{ end }}", "web3" },
	{ "{{ with .Values.nope }}{{ . }}{{ else with .Values.name }}{{ . }}!{{ end }}", "web!" },
	{ "{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2" },
	{ "{{ define \"d\" }}<{{ . }}>{{ end }}{{ template \"d\" 1 }}{{ include \"d\" 2 | upper }}",
	  "<1><2>" },
	{ "{{ and 1 0 2 }} {{ or 0 \"\" 3 }} {{ not 0 }} {{ and 0 (fail \"no\") }}", "0 3 true 0" },
	{ "{{ eq 1 2 1 }} {{ lt 1 2 }} {{ ge 2.5 2.5 }} {{ ne \"a\" \"b\" }}",
	  "true true true true" },
	{ "{{ index .Values.map \"z\" }} {{ index .Values.list 1 }} {{ len .Values.list }}",
	  "two a 3" },
	{ "{{ printf \"%5d|%-5s|%05.1f|%x|%q|%v|%T\" 7 \"ab\" 3.14159 255 \"q\" nil 1.5 }}",
	  "    7|ab   |003.1|ff|\"q\"|<nil>|float64" },
	{ "{{ printf \"%d %s\" \"x\" 1 }} {{ printf \"%d\" }} {{ printf \"a\" 1 }}",
	  "%!d(string=x) %!s(int=1) %!d(MISSING) a%!(EXTRA int=1)" },
	{ "{{ print 1 2 \"a\" 3 \"b\" \"c\" }}", "1 2a3bc" },
	{ "{{ tpl \"{{ .Values.name }}-{{ .Values.count }}\" . }}", "web-3" },
	{ "{{ .Values.map | toYaml }}", "x: 1\nz: two" },
	{ "{{ .Values.map | toJson }} {{ dict \"a\" (list 1 \"<\") | toJson }}",
	  "{\"x\":1,\"z\":\"two\"} {\"a\":[1,\"\\u003c\"]}" },
	{ "{{ (fromYaml \"a: [1, 0x10]\").a }} {{ (fromJson \"[\").Error }}",
	  "[1 16] unexpected end of JSON input" },
	{ "{{ \"a.b.c\" | splitList \".\" | join \"-\" }} {{ trunc 2 \"abc\" }} {{ nindent 2 \"x\" "
	  "}}",
	  "a-b-c ab \n  x" },
	{ "{{ camelcase \"foo_bar\" }} {{ snakecase \"HTTPServer2x\" }} {{ kebabcase \"FirstName\" "
	  "}}",
	  "FooBar http_server_2x first-name" },
	{ "{{ sortAlpha .Values.list }} {{ has \"a\" .Values.list }} {{ without .Values.list \"a\" "
	  "}}",
	  "[a b c] true [b c]" },
	{ "{{ merge (dict \"a\" 1) (dict \"a\" 2 \"b\" 3) }} {{ mergeOverwrite (dict \"a\" 1) "
	  "(dict \"a\" 2) }}",
	  "map[a:1 b:3] map[a:2]" },
	{ "{{ dig \"a\" \"b\" \"none\" (dict \"a\" (dict \"b\" 1)) }} {{ dig \"z\" 0 (dict) }}",
	  "1 0" },
	{ "{{ add 1 \"2\" 3.9 }} {{ div 7 2 }} {{ mod -7 3 }} {{ addf 0.1 0.2 }} {{ divf 1 3 }} {{ "
	  "round 2.567 1 }}",
	  "6 3 -1 0.3 0.3333333333333333 2.6" },
	{ "{{ semverCompare \">=1.2 <2\" \"1.5.0\" }} {{ (semver \"v1.2.3-rc.1+b\").Prerelease }}",
	  "true rc.1" },
	{ "{{ regexReplaceAll \"(?P<a>[a-z])x\" \"axbx\" \"${a}y\" }} {{ regexFindAll \"b*\" "
	  "\"abb\" -1 }}",
	  "ayby [ bb]" },
	{ "{{ \"abc\" | sha256sum | trunc 8 }} {{ b64enc \"hi\" }} {{ b64dec \"aGk=\" }} {{ "
	  "adler32sum \"a\" }}",
	  "ba7816bf aGk= hi 6422626" },
	{ "{{ dateInZone \"2006-01-02 15:04 MST\" (toDate \"2006-01-02\" \"2024-07-01\") "
	  "\"America/New_York\" }}",
	  "2024-06-30 20:00 EDT" },
	{ "{{ (urlParse \"https://u:p@h:1/a?q#f\").hostname }} {{ urlJoin (dict \"scheme\" "
	  "\"http\" \"host\" \"h\" \"path\" \"/a b\") }}",
	  "h http://h/a%20b" },
	{ "{{ toToml (dict \"a\" 1 \"t\" (dict \"k\" \"v\")) }}", "a = 1\n\n[t]\n  k = \"v\"\n" },
	{ "{{ (fromToml \"a = 0x10\\n[t]\\nb = [1.5, 2.5]\").t.b }}", "[1.5 2.5]" },
	{ "{{ derivePassword 1 \"long\" \"password\" \"user\" \"example.com\" }}",
	  "ZedaFaxcZaso9*" },
	{ "{{ htmlDate 0 }} {{ duration \"95\" }} {{ durationRound \"2h10m5s\" }}",
	  "1970-01-01 1m35s 2h" },
	{ "{{ kindOf .Values.count }} {{ typeOf (list) }} {{ kindOf nil }} {{ typeOf (toDate "
	  "\"2006\" \"2020\") }}",
	  "float64 []interface {} invalid time.Time" },
};

START_TEST(prints)
{
	struct fixture f;

	open_fixture(&f, NULL);
	ck_assert_msg(!render(&f, printing[_i].text), "%s", f.err.msg);
	ck_assert_str_eq(f.out.text.text, printing[_i].want);
	close_fixture(&f);
}
END_TEST

static const struct {
	const char *text, *error;
} failing[] = {
	{ "{{ if }}", "parse error at (t.yaml:1): missing value for if" },
	{ "a\n{{ nope }}", "parse error at (t.yaml:2): function \"nope\" not defined" },
	{ "{{ $x }}", "parse error at (t.yaml:1): undefined variable \"$x\"" },
	{ "{{ \"abc }}", "parse error at (t.yaml:1): unterminated quoted string" },
	{ "{{ range .x }}", "parse error at (t.yaml:1): unexpected EOF" },
	{ "{{ .Values.a.b.c }}", "template: t.yaml:1:10: executing \"t.yaml\" at <.Values.a.b.c>: "
				 "nil pointer evaluating interface {}.b" },
	{ "{{ upper 3 }}",
	  "template: t.yaml:1:9: executing \"t.yaml\" at <3>: expected string; found 3" },
	{ "{{ .Values.count | upper }}", "template: t.yaml:1:19: executing \"t.yaml\" at <upper>: "
					 "wrong type for value; expected string; got float64" },
	{ "{{ eq 1 \"a\" }}", "template: t.yaml:1:3: executing \"t.yaml\" at <eq 1 \"a\">: error "
			      "calling eq: incompatible types for comparison: int and string" },
	{ "{{ include \"nope\" . }}",
	  "template: t.yaml:1:3: executing \"t.yaml\" at <include \"nope\" .>: error calling "
	  "include: template: no template \"nope\" associated with template \"gotpl\"" },
	{ "x\n  {{ fail \"stop here\" }}", "execution error at (t.yaml:2:5): stop here" },
	{ "{{ required \"need it\" .Values.nope }}", "execution error at (t.yaml:1:3): need it" },
	{ "{{ index .Values.list 9 }}",
	  "template: t.yaml:1:3: executing \"t.yaml\" at <index .Values.list 9>: error calling "
	  "index: index out of range: 9" },
	{ "{{ div 1 0 }}", "template: t.yaml:1:3: executing \"t.yaml\" at <div 1 0>: error calling "
			   "div: runtime error: integer divide by zero" },
	{ "{{ mustRegexMatch \"[\" \"a\" }}",
	  "template: t.yaml:1:3: executing \"t.yaml\" at <mustRegexMatch \"[\" \"a\">: error "
	  "calling mustRegexMatch: error parsing regexp: missing closing ]: `[`" },
};

START_TEST(fails)
{
	struct fixture f;

	open_fixture(&f, NULL);
	ck_assert_int_eq(render(&f, failing[_i].text), -1);
	ck_assert_str_eq(f.err.msg, failing[_i].error);
	close_fixture(&f);
}
END_TEST

/* Where the first byte of `needle` in the output comes from: its template line, its values line. */
static const struct {
	const char *text, *needle;
	unsigned line, values_line; /* 0: no value behind it */
} origin_cases[] = {
	{ "a: 1\nb: {{ .Values.name }}\n", "web", 2, 1 },
	{ "a: 1\nb: {{ .Values.name }}\n", "a: 1", 1, 0 },
	{ "b: {{ .Values.name | quote }}\n", "\"web", 1, 1 },
	{ "b: {{ printf \"x-%s\" .Values.name }}\n", "x-web", 1, 1 },
	{ "b: {{ .Values.nope | default .Values.count }}\n", "3", 1, 2 },
	{ "b: {{ .Values.nope | default \"lit\" }}\n", "lit", 1, 0 },
	{ "{{ define \"h\" }}\nk: {{ .Values.count }}{{ end }}\n\nm:\n{{ include \"h\" . | indent "
	  "2 }}\n",
	  "3", 2, 2 },
	{ "{{ define \"h\" }}\nk: {{ .Values.count }}{{ end }}\n\nm:\n{{ include \"h\" . | indent "
	  "2 }}\n",
	  "k:", 2, 0 },
	{ "m:\n{{- toYaml .Values.map | nindent 2 }}\n", "two", 2, 7 },
	{ "m: {{ toJson .Values.map }}\n", "two", 1, 7 },
	{ "m: {{ tpl \"{{ .Values.name }}\" . }}\n", "web", 1, 1 },
	{ "m: {{ (fromYaml (toYaml .Values)).name }}\n", "web", 1, 1 },
	{ "m: {{ .Values.name | upper | trunc 2 }}\n", "WE", 1, 1 },
	{ "m: {{ join \",\" .Values.list }}\n", "b,", 1, 6 },
};

START_TEST(knows_origins)
{
	struct origin_pos at;
	enum origin_via via;
	struct fixture f;
	origin_id base, id;
	const char *hit;

	open_fixture(&f, NULL);
	ck_assert_msg(!render(&f, origin_cases[_i].text), "%s", f.err.msg);
	hit = strstr(f.out.text.text, origin_cases[_i].needle);
	ck_assert_ptr_nonnull(hit);
	base = origins_add_made(f.run.origins, f.out.text.text, f.out.text.len, f.out.spans.items,
				f.out.spans.count);
	id = base + (origin_id)(hit - f.out.text.text);
	ck_assert(origins_resolve(f.run.origins, id, &at));
	ck_assert_str_eq(at.file, "t.yaml");
	ck_assert_uint_eq(at.line, origin_cases[_i].line);
	id = origins_parent(f.run.origins, id, &via);
	if (origin_cases[_i].values_line) {
		ck_assert_int_eq(via, VIA_TEMPLATE);
		ck_assert(origins_resolve(f.run.origins, id, &at));
		ck_assert_str_eq(at.file, "values.yaml");
		ck_assert_uint_eq(at.line, origin_cases[_i].values_line);
	} else {
		ck_assert_uint_eq(id, 0);
	}
	close_fixture(&f);
}
END_TEST

static const char *const endless[] = {
	"{{ range until 1000000 }}{{ range until 1000000 }}{{ end }}{{ end }}",
	"{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}",
	"{{ define \"a\" }}{{ include \"a\" . }}{{ include \"a\" . }}{{ end }}{{ include \"a\" .}}",
	"{{ $x := \"a\" }}{{ range until 64 }}{{ $x = print $x $x }}{{ end }}{{ $x }}",
	"{{ repeat 2000000000 \"x\" }}",
	"{{ tpl .Values.loop . }}",
	"{{ range $i := until 100000000 }}x{{ end }}",
	"{{ range 1000000000000 }}{{ end }}",
	"{{ $l := list }}{{ range until 1000000 }}{{ $l = append $l 1 }}{{ end }}",
};

START_TEST(ends_soon)
{
	struct fixture f;
	clock_t from = clock();

	open_fixture(&f, NULL);
	value_set(&f.arena, value_get(f.dot, "Values"), "loop",
		  value_str(&f.arena, "{{ tpl .Values.loop . }}"));
	ck_assert_int_eq(render(&f, endless[_i]), -1);
	ck_assert_double_lt((double)(clock() - from) / CLOCKS_PER_SEC, 3);
	close_fixture(&f);
}
END_TEST

START_TEST(repeats_what_a_seed_makes)
{
	static const char text[] = "{{ randAlphaNum 20 }} {{ uuidv4 }} {{ randInt 0 1000 }} {{ now "
				   "| unixEpoch }} {{ shuffle \"abcdefgh\" }}";
	struct fixture a, b, c;

	open_fixture(&a, "s");
	open_fixture(&b, "s");
	open_fixture(&c, NULL);
	ck_assert_int_eq(render(&a, text), 0);
	ck_assert_int_eq(render(&b, text), 0);
	ck_assert_int_eq(render(&c, text), 0);
	ck_assert_str_eq(a.out.text.text, b.out.text.text);
	ck_assert_str_ne(a.out.text.text, c.out.text.text);
	ck_assert(a.out.random && c.out.random);
	close_fixture(&a);
	close_fixture(&b);
	close_fixture(&c);
}
END_TEST

static void note_unread(void *data, const char *path, origin_id origin)
{
	struct buf *list = data;

	ck_assert_uint_ne(origin, 0);
	buf_printf(list, "%s ", path);
}

START_TEST(tells_unread_values)
{
	struct buf list;
	struct fixture f;

	open_fixture(&f, NULL);
	buf_init(&list, 0);
	ck_assert_int_eq(
		render(&f,
		       "{{ .Values.name }}{{ .Values.map.x }}{{ range .Values.list }}{{ end }}"),
		0);
	values_unread(value_get(f.dot, "Values"), note_unread, &list);
	ck_assert_str_eq(list.text, "block count empty enabled map.z ratio ");
	buf_release(&list);
	close_fixture(&f);
}
END_TEST

SUITE(template)
{
	Suite *s = suite_create("template");
	TCase *tc = tcase_create("template");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, prints, 0, ARRAY_SIZE(printing));
	tcase_add_loop_test(tc, fails, 0, ARRAY_SIZE(failing));
	tcase_add_loop_test(tc, knows_origins, 0, ARRAY_SIZE(origin_cases));
	tcase_add_loop_test(tc, ends_soon, 0, ARRAY_SIZE(endless));
	tcase_add_test(tc, repeats_what_a_seed_makes);
	tcase_add_test(tc, tells_unread_values);
	suite_add_tcase(s, tc);
	return s;
}
