#include "tests/unit/unit.h"

#include <string.h>

#include "base/buf.h"
#include "base/jq.h"
#include "base/json.h"

/* What gojq 0.12.19's del() takes out of it, by each expression. */
static const char document[] =
	"{\"metadata\": {\"labels\": {\"app\": \"web\", \"team/a\": \"x\"}, \"annotations\": {\"vau"
	"lt.hashicorp.com/path\": \"app1\"}, \"finalizers\": [\"keep\", \"pre-delete-finaliz"
	"er.argocd.argoproj.io\", \"pre-delete-finalizer.argocd.argoproj.io/cleanup\"]}"
	", \"kind\": \"Deployment\", \"spec\": {\"replicas\": 2, \"rules\": [{\"name\": \"autogen"
	"-a\", \"n\": 1}, {\"name\": \"own\", \"n\": 2}, {\"name\": \"autogen-b\"}], \"containers\""
	": [{\"name\": \"app\", \"image\": \"app:latest\", \"env\": [{\"name\": \"A\", \"value\": "
	"\"1"
	"\"}, {\"name\": \"B\"}]}, {\"name\": \"istio-proxy\", \"image\": \"p:1\"}], \"schema\": "
	"{\""
	"description\": \"d\", \"properties\": {\"x\": {\"description\": \"e\", \"type\": \"string"
	"\"}}}}, \"data\": {\"k\": \"v\"}}";

static const struct {
	const char *text, *places; /* "fails": nothing */
	const char *error;
} cases[] = {
	{ ".spec.replicas", "/spec/replicas", NULL },
	{ ".metadata.annotations.\"vault.hashicorp.com/path\"",
	  "/metadata/annotations/vault.hashicorp.com~1path", NULL },
	{ ".metadata.labels[\"team/a\"]", "/metadata/labels/team~1a", NULL },
	{ ".spec.containers[].image", "/spec/containers/0/image /spec/containers/1/image", NULL },
	{ ".spec.containers[0].env[-1]", "/spec/containers/0/env/1", NULL },
	{ ".spec.containers[].env[].value", "fails", NULL },
	{ ".spec.containers[]?.env[]?.value", "/spec/containers/0/env/0/value", NULL },
	{ ".spec.rules[] | select(.name|test(\"autogen-.\"))", "/spec/rules/0 /spec/rules/2",
	  NULL },
	{ ".spec.schema | .. | .description?",
	  "/spec/schema/description /spec/schema/properties/x/description", NULL },
	{ ".metadata.finalizers[] | select(. == \"pre-delete-finalizer.argocd.argoproj.io\")",
	  "/metadata/finalizers/1", NULL },
	{ ".metadata.finalizers[] | "
	  "select(startswith(\"pre-delete-finalizer.argocd.argoproj.io\"))",
	  "/metadata/finalizers/1 /metadata/finalizers/2", NULL },
	{ "select(.metadata.labels.app == \"web\").spec.replicas", "/spec/replicas", NULL },
	{ "select(.metadata.labels.app == \"other\").spec.replicas", "", NULL },
	{ "select ((.metadata.annotations // {}) | has(\"vault.hashicorp.com/path\")) | .data",
	  "/data", NULL },
	{ "select ((.metadata.nothing // {}) | has(\"a\")) | .data", "", NULL },
	{ ".spec.containers[] | select(.name == \"app\" or (.image | endswith(\":1\"))) | .image",
	  "/spec/containers/0/image /spec/containers/1/image", NULL },
	{ ".spec.containers[] | select(.name == \"app\" and (.image | endswith(\":1\"))) | .image",
	  "", NULL },
	{ ".spec.containers[] | select((.name | startswith(\"istio\")) | not)",
	  "/spec/containers/0", NULL },
	{ ".spec.rules[] | select(.n > 1 or .n == null)", "/spec/rules/1 /spec/rules/2", NULL },
	{ ".spec.containers[] | select(any(.env[]?; .name == \"B\"))", "/spec/containers/0", NULL },
	{ ".metadata?.annotations?[\"vault.hashicorp.com/path\"] as $p | if $p == \"app1\" then "
	  ".spec.replicas else null end",
	  "/spec/replicas", NULL },
	{ "if .kind == \"Rollout\" then .spec.replicas else .data end", "/data", NULL },
	{ "if .kind == \"Rollout\" then .data elif .spec.replicas >= 2 then .spec.rules end",
	  "/spec/rules", NULL },
	{ ".spec.replicas, .data.k", "/spec/replicas /data/k", NULL },
	{ "(.spec.rules, .spec.containers)[0].name", "/spec/rules/0/name /spec/containers/0/name",
	  NULL },
	{ ".metadata.labels // .data", "/metadata/labels", NULL },
	{ ".spec.nothing.deeper", "", NULL },
	{ ".spec.rules[7].n", "", NULL },
	{ ".spec.replicas.deeper", "fails", NULL },
	{ ".spec.replicas[]", "fails", NULL },
	{ "\"text\"", "fails", NULL },
	{ ".metadata.labels | keys", "fails", NULL },
	{ ".spec.containers[] | select(.name | IN(\"app\"))", "/spec/containers/0", NULL },
	{ ".spec.containers[] | select(.name | test(\"APP\"; \"i\"))", "/spec/containers/0", NULL },
	{ ".spec.containers[] | select(.name | ascii_upcase | contains(\"PROX\")) | .name",
	  "/spec/containers/1/name", NULL },
	{ ".spec.rules[] | select([.name] | inside([\"own\", \"more\"]))", "/spec/rules/1", NULL },
	{ ".spec.rules | .[] | select(.name != \"own\") | .name # why",
	  "/spec/rules/0/name /spec/rules/2/name", NULL },
	{ ".spec.rules[] | select(.name | length > 4)", "/spec/rules/0 /spec/rules/2", NULL },
	{ ".. | select(type == \"number\")", "/spec/replicas /spec/rules/0/n /spec/rules/1/n",
	  NULL },
	{ ".spec.rules[] | select(to_entries | length == 1)", "/spec/rules/2", NULL },
	{ ".", "fails", NULL },
	{ "select(.kind == \"Deployment\")", "fails", NULL },
	{ ".spec.containers[] | select(.name | test(\"(\")).image", "fails", NULL },
	{ ".spec.rules[] | select(has(\"n\") | not)", "/spec/rules/2", NULL },
	{ ".spec | (.rules, .containers)[] | .name",
	  "/spec/rules/0/name /spec/rules/1/name /spec/rules/2/name /spec/containers/0/name "
	  "/spec/containers/1/name",
	  NULL },
	{ ".spec.containers[]|select(.name==\"app\")|.env|=empty", NULL,
	  "of jq's language, '|=' (at character 45) is not understood" },
	{ "del(.data)", NULL, "of jq's language, 'del' (at character 1) is not understood" },
	{ "env.HOME", NULL, "of jq's language, 'env' (at character 1) is not understood" },
	{ ".data | with_entries(.value)", NULL,
	  "of jq's language, 'with_entries' (at character 9) is not understood" },
	{ ".spec.rules[1:]", NULL, "of jq's language, ':' (at character 14) is not understood" },
	{ ".a + .b", NULL, "of jq's language, '+' (at character 4) is not understood" },
	{ ".spec.foo-bar", NULL, "of jq's language, '-' (at character 10) is not understood" },
	{ ".spec.rules[", NULL, "it ends too early (at character 13)" },
	{ ".spec | select(.replicas == ", NULL, "it ends too early (at character 29)" },
	{ ".data.\"k", NULL, "it ends too early (at character 9)" },
	{ "reduce .spec.rules[] as $r (0; .)", NULL,
	  "of jq's language, 'reduce' (at character 1) is not understood" },
	{ ".spec.rules[] as {name: $n} | .n", NULL,
	  "of jq's language, '{' (at character 18) is not understood" },
	{ "\"\\(.data)\"", NULL, "of jq's language, '\\(' (at character 2) is not understood" },
	{ "input", NULL, "of jq's language, 'input' (at character 1) is not understood" },
	{ ".data | has(\"a\\q\")", NULL, "'\"a\\q\"' (at character 13) is not jq's language" },
	{ ".data[1.2.3]", NULL, "'1.2.3' (at character 7) is not jq's language" },
	{ "@base64", NULL, "of jq's language, '@' (at character 1) is not understood" },
};

START_TEST(finds_places)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	const struct jq *q = jq_read(&a, cases[_i].text, &err);
	struct node *tree = json_read(&a, document, strlen(document), NULL, NULL);
	struct jq_paths found = { 0 };
	struct buf got;

	ck_assert_str_eq(err.msg, cases[_i].error ? cases[_i].error : "");
	ck_assert_int_eq(q == NULL, cases[_i].error != NULL);
	buf_init(&got, 0);
	if (q && !jq_find(&a, q, tree, &found))
		buf_str(&got, "fails");
	for (size_t i = 0; i < found.count; i++)
		buf_printf(&got, "%s%s", i ? " " : "", found.items[i]);
	if (q)
		ck_assert_str_eq(got.len ? got.text : "", cases[_i].places);
	buf_release(&got);
	arena_release(&a);
}
END_TEST

/* What is found is what goes, and nothing else. */
START_TEST(deletes)
{
	static const char text[] =
		"{\"a\":[{\"n\":\"x\",\"v\":1},{\"n\":\"y\"}],\"b\":{\"c/d\":null}}";
	static const struct {
		const char *path, *left;
	} rows[] = {
		{ ".a[] | select(.n == \"x\")", "{\"a\":[{\"n\":\"y\"}],\"b\":{\"c/d\":null}}" },
		{ ".a[].n, .b", "{\"a\":[{\"v\":1},{}]}" },
		{ ".b[\"c/d\"]", "{\"a\":[{\"n\":\"x\",\"v\":1},{\"n\":\"y\"}],\"b\":{}}" },
		{ ".a[].v.deep",
		  "{\"a\":[{\"n\":\"x\",\"v\":1},{\"n\":\"y\"}],\"b\":{\"c/d\":null}}" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a = ARENA_INIT;
		struct node *tree = json_read(&a, text, strlen(text), NULL, NULL);
		struct buf got;

		buf_init(&got, 0);
		jq_delete(jq_read(&a, rows[i].path, NULL), tree);
		json_write(&got, tree, 0);
		ck_assert_str_eq(got.text, rows[i].left);
		buf_release(&got);
		arena_release(&a);
	}
}
END_TEST

/* An expression that would never end, or fill the memory, or the stack, fails. */
START_TEST(is_bounded)
{
	static const char *const pieces[][2] = {
		{ "(", "." }, { ".a", "" }, { "[", "." }, { ".[] | ", "." }, { "if ", "." },
	};
	struct arena a = ARENA_INIT;
	struct buf text;
	struct node *list = node_seq(&a);
	const struct jq *q;
	struct jq_paths found = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		buf_init(&text, 0);
		for (unsigned k = 0; k < 100000; k++)
			buf_str(&text, pieces[i][0]);
		buf_str(&text, pieces[i][1]);
		q = jq_read(&a, text.text, NULL);
		if (q)
			jq_find(&a, q, node_map(&a), &found);
		buf_release(&text);
	}
	for (unsigned k = 0; k < 100; k++)
		node_append(&a, list, node_int(&a, k));
	q = jq_read(&a, ".[] as $a | .[] as $b | .[] as $c | .[] as $d | .[] | select(. == $d)",
		    NULL);
	ck_assert_ptr_nonnull(q);
	ck_assert(!jq_find(&a, q, list, &found));
	arena_release(&a);
}
END_TEST

SUITE(jq)
{
	Suite *s = suite_create("jq");
	TCase *tc = tcase_create("jq");

	tcase_add_loop_test(tc, finds_places, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, deletes);
	tcase_add_test(tc, is_bounded);
	suite_add_tcase(s, tc);
	return s;
}
