#include <string.h>
#include "base/json.h"
#include "tests/unit/unit.h"
#include "validate/plan_target.h"

static const struct {
	const char *base, *head, *want; /* NULL: no such side; "rule path" of each finding */
} cases[] = {
	{ "{\"apiVersion\":\"v1\",\"kind\":\"PersistentVolumeClaim\",\"metadata\":{\"name\":\"a\"}"
	  "}",
	  NULL, "risk/data-loss " },
	{ "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}", NULL,
	  "" },
	{ "{\"apiVersion\":\"apps/"
	  "v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"replicas\":2}}",
	  "{\"apiVersion\":\"apps/"
	  "v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"replicas\":0}}",
	  "risk/interrupts spec.replicas" },
	{ "{\"apiVersion\":\"apps/"
	  "v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"strategy\":{"
	  "\"type\":\"Recreate\"},\"template\":{\"spec\":{\"containers\":[{\"name\":\"x\","
	  "\"image\":\"1\"}]}}}}",
	  "{\"apiVersion\":\"apps/"
	  "v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"strategy\":{"
	  "\"type\":\"Recreate\"},\"template\":{\"spec\":{\"containers\":[{\"name\":\"x\","
	  "\"image\":\"2\",\"securityContext\":{\"privileged\":true}}]}}}}",
	  "risk/privileges spec.template.spec.containers[0].securityContext.privileged, "
	  "risk/interrupts spec.strategy.type" },
	{ NULL,
	  "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"},\"spec\":{"
	  "\"hostNetwork\":true,\"volumes\":[{\"name\":\"v\",\"hostPath\":{\"path\":\"/\"}}]}}",
	  "risk/privileges spec.hostNetwork, risk/privileges spec.volumes[0].hostPath" },
	{ "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"},\"spec\":{"
	  "\"hostNetwork\":true}}",
	  "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\",\"labels\":{\"a\":"
	  "\"b\"}},\"spec\":{\"hostNetwork\":true}}",
	  "" },
	{ "{\"apiVersion\":\"rbac.authorization.k8s.io/"
	  "v1\",\"kind\":\"Role\",\"metadata\":{\"name\":\"a\"},\"rules\":[{\"verbs\":[\"get\"]}]}",
	  "{\"apiVersion\":\"rbac.authorization.k8s.io/"
	  "v1\",\"kind\":\"Role\",\"metadata\":{\"name\":\"a\"},\"rules\":[{\"verbs\":[\"get\"]},{"
	  "\"verbs\":[\"*\"]}]}",
	  "risk/rights rules[1]" },
	{ NULL,
	  "{\"apiVersion\":\"rbac.authorization.k8s.io/"
	  "v1\",\"kind\":\"ClusterRoleBinding\",\"metadata\":{\"name\":\"a\"},\"roleRef\":{"
	  "\"name\":\"cluster-admin\"},\"subjects\":[{\"name\":\"bob\"}]}",
	  "risk/rights subjects[0]" },
};

static void add(struct run *run, struct objects *out, const char *text)
{
	struct err err = ERR_INIT;
	struct json_options options = { 0 };
	struct node *n;

	if (!text)
		return;
	options.origin = origins_add_file(run->origins, NULL, "a.yaml", text, strlen(text));
	n = json_read(&run->arena, text, strlen(text), &options, &err);
	ck_assert_msg(n && objects_add(run, &run->arena, out, n, &err) == 0, "%s", err.msg);
}

START_TEST(warns_of_the_change)
{
	struct objects base = { 0 }, head = { 0 };
	struct owner pruner = owner_unknown;
	struct plan_app app = { "shop", &pruner, &base, &head, NULL, NULL };
	struct err err = ERR_INIT;
	struct run run;
	struct plan p;
	struct buf got;
	size_t i;

	run_init(&run);
	plan_init(&p, &run, &run.arena);
	pruner.prunes = true;
	add(&run, &base, cases[_i].base);
	add(&run, &head, cases[_i].head);
	ck_assert_int_eq(
		plan_add_target(&p, &app, 1, &(struct plan_options){ .target = "t" }, &err), 0);
	buf_init(&got, 0);
	for (i = 0; i < p.findings.count; i++)
		buf_printf(&got, "%s%s %s", i ? ", " : "", p.findings.items[i].rule,
			   p.findings.items[i].path);
	ck_assert_str_eq(got.text, cases[_i].want);
	buf_release(&got);
	plan_release(&p);
	run_release(&run);
}
END_TEST

SUITE(risk)
{
	Suite *s = suite_create("risk");
	TCase *tc = tcase_create("risk");

	tcase_add_loop_test(tc, warns_of_the_change, 0, ARRAY_SIZE(cases));
	suite_add_tcase(s, tc);
	return s;
}
