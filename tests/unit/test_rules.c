/* The primitives, the table and the walkers of the rules that the API server checks in code. */
#include "tests/unit/unit.h"

#include <string.h>

#include "base/duration.h"
#include "base/json.h"
#include "validate/rules/kinds.h"
#include "validate/rules/quantity.h"
#include "validate/rules/rules.h"
#include "validate/rules/text.h"

/* --- texts --- */
static const char *not_strict_ip(const char *s)
{
	return not_ip(s, true, NULL);
}

static const char *not_sloppy_ip(const char *s)
{
	return not_ip(s, false, NULL);
}

static const char *not_strict_cidr(const char *s)
{
	return not_cidr(s, true, NULL);
}

#define X16 "xxxxxxxxxxxxxxxx"
#define X63 X16 X16 X16 "xxxxxxxxxxxxxxx"

static const struct {
	const char *(*check)(const char *);
	const char *text;
	bool fits;
} texts[] = {
	{ not_dns_label, "a", true },
	{ not_dns_label, "1-a", true },
	{ not_dns_label, "", false },
	{ not_dns_label, "-a", false },
	{ not_dns_label, "a-", false },
	{ not_dns_label, "a.b", false },
	{ not_dns_label, "A", false },
	{ not_dns_label, X63, true },
	{ not_dns_label, X63 "x", false },
	{ not_dns_subdomain, "a.b-c.1", true },
	{ not_dns_subdomain, "a..b", false },
	{ not_dns_subdomain, ".a", false },
	{ not_dns_subdomain, "a_b", false },
	{ not_dns_subdomain_underscore, "_a.b_c", true },
	{ not_dns_subdomain_underscore, "a_.b", false },
	{ not_wildcard_subdomain, "*.a.b", true },
	{ not_wildcard_subdomain, "*", false },
	{ not_wildcard_subdomain, "*.*.a", false },
	{ not_dns_1035_label, "a-1", true },
	{ not_dns_1035_label, "1a", false },
	{ not_qualified_name, "example.com/My_Name.1", true },
	{ not_qualified_name, "name", true },
	{ not_qualified_name, "Example.com/name", false },
	{ not_qualified_name, "/name", false },
	{ not_qualified_name, "a/b/c", false },
	{ not_qualified_name, "a/", false },
	{ not_qualified_name, "a b", false },
	{ not_annotation_key, "Example.COM/name", true },
	{ not_label_value, "", true },
	{ not_label_value, "a_b.C-1", true },
	{ not_label_value, "a b", false },
	{ not_label_value, "-a", false },
	{ not_label_value, X63 "x", false },
	{ not_path_segment, "system:role", true },
	{ not_path_segment, "..", false },
	{ not_path_segment, "a/b", false },
	{ not_path_segment, "50%", false },
	{ not_port_name, "http", true },
	{ not_port_name, "1http", true },
	{ not_port_name, "80", false },
	{ not_port_name, "a--b", false },
	{ not_port_name, "a-", false },
	{ not_port_name, "sixteen-chars-ab", false },
	{ not_env_name, "a b/c", true },
	{ not_env_name, "a=b", false },
	{ not_env_name, "\xc3\xa9", false },
	{ not_c_identifier, "_a1", true },
	{ not_c_identifier, "1a", false },
	{ not_config_key, "a.b-C_1", true },
	{ not_config_key, "..a", false },
	{ not_config_key, ".", false },
	{ not_config_key, "a/b", false },
	{ not_header_name, "X-A1", true },
	{ not_header_name, "X_A", false },
	{ not_percent, "25%", true },
	{ not_percent, "25", false },
	{ not_percent, "-1%", false },
	{ not_fully_qualified_name, "a.b.c", true },
	{ not_fully_qualified_name, "a.b", false },
	{ not_qualified_domain, "a.b.", true },
	{ not_qualified_domain, "a", false },
	{ not_domain_path, "example.com/a/b", true },
	{ not_domain_path, "example.com", false },
	{ not_domain_path, "Example.com/a", false },
	{ not_backstep_path, "a/b", true },
	{ not_backstep_path, "a/../b", false },
	{ not_backstep_path, "/a", false },
	{ not_backstep_path, "..a", true },
	{ not_strict_ip, "10.0.0.1", true },
	{ not_strict_ip, "2001:db8::1", true },
	{ not_strict_ip, "010.0.0.1", false },
	{ not_strict_ip, "::ffff:10.0.0.1", false },
	{ not_strict_ip, "10.0.0", false },
	{ not_strict_ip, "10.0.0.256", false },
	{ not_strict_ip, "fe80::1%eth0", false },
	{ not_sloppy_ip, "010.0.0.1", true },
	{ not_sloppy_ip, "::ffff:010.0.0.1", true },
	{ not_sloppy_ip, "none", false },
	{ not_strict_cidr, "10.0.0.0/8", true },
	{ not_strict_cidr, "10.0.0.1/8", false },
	{ not_strict_cidr, "10.0.0.0/33", false },
	{ not_strict_cidr, "10.0.0.0/08", false },
	{ not_strict_cidr, "2001:db8::/32", true },
	{ not_strict_cidr, "10.0.0.0", false },
	{ not_cron, "*/5 1-3,7 * JAN-mar sun", true },
	{ not_cron, "@every 1h30m", true },
	{ not_cron, "@daily", true },
	{ not_cron, "0 0 ? * *", true },
	{ not_cron, "@reboot", false },
	{ not_cron, "* * * *", false },
	{ not_cron, "* * * * * *", false },
	{ not_cron, "60 * * * *", false },
	{ not_cron, "* * 0 * *", false },
	{ not_cron, "* * * * 7", false },
	{ not_cron, "*/0 * * * *", false },
	{ not_cron, "5-1 * * * *", false },
	{ not_time_zone, "Europe/Paris", true },
	{ not_time_zone, "Etc/UTC", true },
	{ not_time_zone, "UTC", true },
	{ not_time_zone, "Local", false },
	{ not_time_zone, "europe/paris", false },
	{ not_time_zone, "Europe", false },
	{ not_time_zone, "../etc/passwd", false },
	{ not_time_zone, "", false },
};

START_TEST(checks_text)
{
	const char *complaint = texts[_i].check(texts[_i].text);

	ck_assert_msg(!complaint == texts[_i].fits, "'%s': %s", texts[_i].text,
		      complaint ? complaint : "passed");
}
END_TEST

static const struct {
	const char *text;
	bool fits;
	int64_t nano;
} durations[] = {
	{ "1h30m", true, 5400000000000 },
	{ "1.5s", true, 1500000000 },
	{ "-2ms", true, -2000000 },
	{ "0", true, 0 },
	{ "1", false, 0 },
	{ "s", false, 0 },
	{ "", false, 0 },
	{ "1d", false, 0 },
};

START_TEST(parses_duration)
{
	int64_t nano = 0;

	ck_assert_int_eq(duration_parse(durations[_i].text, &nano), durations[_i].fits);
	ck_assert_int_eq(durations[_i].fits ? nano : 0, durations[_i].nano);
}
END_TEST

/* --- quantities --- */
static const struct {
	const char *text;
	bool fits;
	int64_t milli;
} quantities[] = {
	{ "0", true, 0 },	  { "1", true, 1000 },
	{ "100m", true, 100 },	  { "1.5Gi", true, 1610612736000 },
	{ "1k", true, 1000000 },  { "2e3", true, 2000000 },
	{ "1E3", true, 1000000 }, { "-1", true, -1000 },
	{ "+5", true, 5000 },	  { ".5", true, 500 },
	{ "5.", true, 5000 },	  { "1u", true, 1 },
	{ "1n", true, 1 },	  { "0.5Ki", true, 512000 },
	{ "Gi", true, 0 },	  { "m", true, 0 },
	{ "", false, 0 },	  { "1 Gi", false, 0 },
	{ "1gi", false, 0 },	  { "1GB", false, 0 },
	{ "abc", false, 0 },	  { "1e", false, 0 },
	{ "1KiB", false, 0 },	  { "0x1", false, 0 },
};

static const struct {
	const char *text, *canonical;
} amounts[] = {
	{ "0", "0" },		{ "1000m", "1" },	{ "0.1", "100m" },   { "3.0", "3" },
	{ "0.5Gi", "512Mi" },	{ "65536Ki", "64Mi" },	{ "1024Mi", "1Gi" }, { "100Ki", "100Ki" },
	{ "0.5Ki", "512" },	{ "1024Ei", "1024Ei" }, { "2e9", "2e9" },    { "12e2", "1200" },
	{ "1500000", "1500k" }, { "-1000m", "-1" },	{ "1u", "1u" },
};

START_TEST(writes_quantity)
{
	char text[QUANTITY_TEXT];
	struct quantity q;

	ck_assert(quantity_parse(amounts[_i].text, &q));
	ck_assert_str_eq(quantity_text(text, &q), amounts[_i].canonical);
}
END_TEST

START_TEST(parses_quantity)
{
	struct quantity q = { 0 };

	ck_assert_msg(quantity_parse(quantities[_i].text, &q) == quantities[_i].fits, "'%s'",
		      quantities[_i].text);
	if (quantities[_i].fits)
		ck_assert_int_eq(quantity_milli(&q), quantities[_i].milli);
}
END_TEST

START_TEST(compares_quantities)
{
	struct quantity a, b;

	ck_assert(quantity_parse("1Gi", &a) && quantity_parse("1024Mi", &b));
	ck_assert_int_eq(quantity_cmp(&a, &b), 0);
	ck_assert(quantity_parse("1G", &b));
	ck_assert_int_eq(quantity_cmp(&a, &b), 1);
	ck_assert(quantity_parse("99999999999999999999999999Ei", &a));
	ck_assert_int_eq(quantity_cmp(&a, &b), 1);
	ck_assert_int_eq(quantity_value(&a), INT64_MAX);
}
END_TEST

START_TEST(splits_url)
{
	struct go_url url;

	ck_assert(go_url_split("https://u:p@[::1]:8443/a?q=1#f", &url));
	ck_assert(url.scheme_len == 5 && url.has_user && url.host_len == 10);
	ck_assert(url.query_len == 3 && url.fragment_len == 1);
	ck_assert(go_url_split("/only/a/path", &url) && !url.scheme_len && !url.host_len);
	ck_assert(!go_url_split("https://a:port/x", &url));
	ck_assert(!go_url_split("http://a b/", &url));
	ck_assert(!go_url_split("a:b c%zz", &url));
}
END_TEST

/* --- the table --- */
START_TEST(table_is_whole)
{
	size_t count;
	const struct rule *const *rules = rules_all(&count);

	ck_assert_uint_gt(count, 60);
	for (size_t i = 0; i < count; i++) {
		ck_assert_msg(rules[i]->summary && *rules[i]->summary, "%s", rules[i]->id);
		ck_assert_msg(rules[i]->source && *rules[i]->source, "%s", rules[i]->id);
		ck_assert_msg(rules[i]->check != NULL, "%s", rules[i]->id);
		ck_assert_msg(strchr(rules[i]->id, '/') != NULL, "%s", rules[i]->id);
		ck_assert_msg(!rules[i]->until || rules[i]->until >= rules[i]->since, "%s",
			      rules[i]->id);
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(rules[i]->id, rules[j]->id);
	}
}
END_TEST

START_TEST(kinds_stand_in_order)
{
	for (int i = 0; i < KIND_COUNT; i++) {
		const struct kind *k = kind_row((enum kind_id)i);

		ck_assert_int_eq((int)k->id, i);
		ck_assert_ptr_eq(kind_find(k->group, k->kind), k);
	}
	ck_assert_ptr_null(kind_find("apps", "Pod"));
}
END_TEST

/* --- whole objects --- */
#define POD(spec) "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a'},'spec':" spec "}"
#define BOX "{'name':'c','image':'i'}"
#define WEB(selector, labels)                                                                      \
	"{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'a'},'spec':{'selector':{" \
	"'matchLabels':" selector "},'template':{'metadata':{'labels':" labels                     \
	"},'spec':{'containers':[" BOX "]}}}}"
#define MAP(rest) "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'a'}," rest "}"

static const struct {
	const char *now, *old;
	int minor;
	const char *findings; /* "rule path" of each, separated by ", " */
} objects[] = {
	{ POD("{'containers':[" BOX "]}"), NULL, 36, "" },
	{ POD("{}"), NULL, 36, "container/names spec.containers" },
	{ POD("{'containers':[" BOX "," BOX "]}"), NULL, 36,
	  "container/names spec.containers[1].name" },
	{ POD("{'containers':[{'name':'c','image':'i','ports':[{'containerPort':70000}]}]}"), NULL,
	  36, "container/ports spec.containers[0].ports[0].containerPort" },
	{ POD("{'volumes':[{'name':'v'}],'containers':[" BOX "]}"), NULL, 36, "" },
	{ POD("{'volumes':[{'name':'v','nfs':{'server':'s'}}],'containers':[" BOX "]}"), NULL, 36,
	  "pod/volume spec.volumes[0].nfs.path, pod/volume spec.volumes[0].nfs.path" },
	{ POD("{'containers':[{'name':'c','image':'i','resources':{'requests':{'cpu':'2'},"
	      "'limits':{'cpu':'1500m'}}}]}"),
	  NULL, 36, "container/resources spec.containers[0].resources.requests" },
	{ WEB("{'a':'b'}", "{'a':'b'}"), NULL, 36, "" },
	{ WEB("{'a':'b'}", "{'a':'c'}"), NULL, 36,
	  "workload/selector spec.template.metadata.labels" },
	{ WEB("{'a':'b'}", "{'a':'b','x':'y'}"), WEB("{'x':'y'}", "{'a':'b','x':'y'}"), 36,
	  "immutable/field spec.selector" },
	{ MAP("'data':{'k':'v'}"), MAP("'data':{'k':'w'}"), 36, "" },
	{ MAP("'data':{'k':'v'},'immutable':true"), MAP("'data':{'k':'w'},'immutable':true"), 36,
	  "immutable/data data" },
	{ "{'apiVersion':'v1','kind':'Service','metadata':{'name':'1a'},'spec':{'ports':[{'port':"
	  "80}]}}",
	  NULL, 36, "" },
	{ "{'apiVersion':'v1','kind':'Service','metadata':{'name':'1a'},'spec':{'ports':[{'port':"
	  "80}]}}",
	  NULL, 35, "metadata/name metadata.name" },
	{ "{'apiVersion':'example.com/"
	  "v1','kind':'Thing','metadata':{'name':'A','labels':{'-':'x'}}}",
	  NULL, 36, "metadata/name metadata.name, metadata/labels metadata.labels" },
	{ POD("{'containers':[" BOX "],'hostAliases':[{'ip':'010.0.0.1'}]}"), NULL, 36,
	  "pod/hosts spec.hostAliases[0].ip" },
	{ POD("{'containers':[" BOX "],'hostAliases':[{'ip':'010.0.0.1'}]}"), NULL, 35, "" },
	{ POD("{'containers':['x',3],'volumes':{'a':1},'affinity':[]}"), NULL, 36,
	  "container/names spec.containers[1].name" },
};

/* JSON with single quotes for double ones, so that it reads well here. */
static void read_object(struct run *run, const char *text, struct object *out)
{
	struct json_options options = { 0 };
	struct err err = ERR_INIT;
	char *json = arena_strdup(&run->arena, text);
	struct node *root;

	for (char *p = json; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	root = json_read(&run->arena, json, strlen(json), &options, &err);
	ck_assert_msg(root != NULL, "%s", err.msg);
	ck_assert_msg(!object_from_node(run, &run->arena, root, out, &err), "%s", err.msg);
}

START_TEST(checks_object)
{
	struct run run;
	struct object now, old;
	struct findings findings;
	struct buf got;

	run_init(&run);
	buf_init(&got, 0);
	findings_init(&findings, &run, &run.arena);
	read_object(&run, objects[_i].now, &now);
	if (objects[_i].old)
		read_object(&run, objects[_i].old, &old);
	rules_check(&now, objects[_i].old ? &old : NULL, objects[_i].minor, &findings);
	for (size_t i = 0; i < findings.count; i++) {
		const struct finding *f = &findings.items[i];
		bool immutable = !strncmp(f->rule, "immutable/", 10);

		buf_printf(&got, "%s%s %s", i ? ", " : "", f->rule, f->path);
		ck_assert_int_eq(f->forces_replacement, immutable);
	}
	if (_i == ARRAY_SIZE(objects) - 1) /* of nonsense only that it ends matters */
		ck_assert_uint_gt(findings.count, 0);
	else
		ck_assert_str_eq(got.text, objects[_i].findings);
	buf_release(&got);
	run_release(&run);
}
END_TEST

SUITE(rules)
{
	Suite *s = suite_create("rules");
	TCase *tc = tcase_create("rules");

	tcase_add_loop_test(tc, checks_text, 0, ARRAY_SIZE(texts));
	tcase_add_loop_test(tc, parses_duration, 0, ARRAY_SIZE(durations));
	tcase_add_loop_test(tc, writes_quantity, 0, ARRAY_SIZE(amounts));
	tcase_add_loop_test(tc, parses_quantity, 0, ARRAY_SIZE(quantities));
	tcase_add_test(tc, compares_quantities);
	tcase_add_test(tc, splits_url);
	tcase_add_test(tc, table_is_whole);
	tcase_add_test(tc, kinds_stand_in_order);
	tcase_add_loop_test(tc, checks_object, 0, ARRAY_SIZE(objects));
	suite_add_tcase(s, tc);
	return s;
}
