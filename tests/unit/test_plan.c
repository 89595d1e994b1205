#include <stdio.h>
#include <string.h>
#include "base/json.h"
#include "tests/unit/unit.h"
#include "validate/diff.h"
#include "validate/mask.h"
#include "validate/plan_target.h"

static struct node *parse(struct run *run, const char *text)
{
	struct err err = ERR_INIT;
	struct json_options options = { .origin = origins_add_file(run->origins, NULL, "a.yaml",
								   text, strlen(text)) };
	struct node *n = json_read(&run->arena, text, strlen(text), &options, &err);

	ck_assert_msg(n != NULL, "%s: %s", err.msg, text);
	return n;
}

static const struct {
	const char *api, *kind, *a, *b, *paths, *pointers;
} diffs[] = {
	{ "apps/v1", "Deployment", "{\"spec\":{\"replicas\":1}}", "{\"spec\":{\"replicas\":2}}",
	  "spec.replicas", "/spec/replicas" },
	{ "v1", "ConfigMap", "{\"metadata\":{\"annotations\":{\"a.b/c\":\"1\"}}}",
	  "{\"metadata\":{\"annotations\":{\"a.b/c\":\"2\"}}}", "metadata.annotations[a.b/c]",
	  "/metadata/annotations/a.b~1c" },
	{ "v1", "Pod", "{\"spec\":{\"containers\":[{\"name\":\"x\",\"image\":\"1\"}]}}",
	  "{\"spec\":{\"containers\":[{\"name\":\"y\"},{\"name\":\"x\",\"image\":\"2\"}]}}",
	  "spec.containers[name=\"y\"] spec.containers[name=\"x\"].image",
	  "/spec/containers/0 /spec/containers/1/image" },
	{ "v1", "Service", "{\"spec\":{\"ports\":[{\"port\":80}]}}",
	  "{\"spec\":{\"ports\":[{\"port\":80,\"protocol\":\"TCP\",\"name\":\"a\"},{\"port\":80,"
	  "\"protocol\":\"UDP\"}]}}",
	  "spec.ports[port=80,protocol=\"TCP\"].protocol spec.ports[port=80,protocol=\"TCP\"].name "
	  "spec.ports[port=80,protocol=\"UDP\"]",
	  "/spec/ports/0/protocol /spec/ports/0/name /spec/ports/1" },
	{ "v1", "Pod",
	  "{\"spec\":{\"containers\":[{\"name\":\"x\",\"args\":[\"a\",\"b\",\"c\"]}]}}",
	  "{\"spec\":{\"containers\":[{\"name\":\"x\",\"args\":[\"a\",\"c\"]}]}}",
	  "spec.containers[name=\"x\"].args[1]", "/spec/containers/0/args/1" },
	{ "v1", "Namespace", "{\"metadata\":{\"finalizers\":[\"a\",\"b\"]}}",
	  "{\"metadata\":{\"finalizers\":[\"b\",\"a\"]}}", "", "" },
	{ "v1", "ConfigMap", "{\"data\":{\"a\":\"1\"}}", "{}", "data", "/data" },
};

START_TEST(finds_differences)
{
	const char *slash = strchr(diffs[_i].api, '/');
	char group[64] = "", *text;
	struct differences found = { 0 };
	struct buf paths, pointers;
	struct run run;
	size_t i;

	run_init(&run);
	if (slash)
		snprintf(group, sizeof(group), "%.*s", (int)(slash - diffs[_i].api), diffs[_i].api);
	diff_nodes(
		&run.arena,
		topology_of(NULL, group, slash ? slash + 1 : diffs[_i].api, diffs[_i].kind, NULL),
		parse(&run, diffs[_i].a), parse(&run, diffs[_i].b), &found);
	buf_init(&paths, 0);
	buf_init(&pointers, 0);
	for (i = 0; i < found.count; i++) {
		buf_printf(&paths, "%s%s", i ? " " : "",
			   steps_text(&run.arena, found.items[i].steps, found.items[i].count));
		buf_printf(&pointers, "%s%s", i ? " " : "",
			   steps_pointer(&run.arena, found.items[i].steps, found.items[i].count));
	}
	text = buf_dup(&paths, &run.arena);
	ck_assert_str_eq(text, diffs[_i].paths);
	ck_assert_str_eq(pointers.text, diffs[_i].pointers);
	buf_release(&paths);
	buf_release(&pointers);
	run_release(&run);
}
END_TEST

struct side {
	struct objects objects;
};

static void add(struct run *run, struct side *s, const char *text)
{
	struct err err = ERR_INIT;

	ck_assert_msg(objects_add(run, &run->arena, &s->objects, parse(run, text), &err) == 0, "%s",
		      err.msg);
}

static const struct plan_change *change_of(const struct plan *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->changes.count; i++)
		if (!strcmp(p->changes.items[i].object.name, name))
			return &p->changes.items[i];
	ck_abort_msg("no change of %s", name);
	return NULL;
}

START_TEST(plans_offline)
{
	struct side base = { 0 }, head = { 0 };
	struct owner pruner = owner_unknown;
	struct plan_app app = { "shop", &pruner, &base.objects, &head.objects, NULL, NULL };
	struct err err = ERR_INIT;
	struct run run;
	struct plan p;

	run_init(&run);
	plan_init(&p, &run, &run.arena);
	pruner.prunes = true;
	add(&run, &base,
	    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"gone\"}}");
	add(&run, &base,
	    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"same\"}}");
	add(&run, &base,
	    "{\"apiVersion\":\"extensions/"
	    "v1beta1\",\"kind\":\"Ingress\",\"metadata\":{\"name\":\"edit\"},\"spec\":{\"a\":1}}");
	add(&run, &head,
	    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"new\"},"
	    "\"data\":{\"k\":\"v\"}}");
	add(&run, &head,
	    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"same\"}}");
	add(&run, &head,
	    "{\"apiVersion\":\"extensions/"
	    "v1beta1\",\"kind\":\"Ingress\",\"metadata\":{\"name\":\"edit\"},\"spec\":{\"a\":2}}");
	add(&run, &head,
	    "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"ns\"}}");
	ck_assert_int_eq(
		plan_add_target(
			&p, &app, 1,
			&(struct plan_options){
				.target = "t", .budgets = &(struct settings_budgets){ 1, -1, -1 } },
			&err),
		0);
	plan_finish(&p);
	ck_assert_uint_eq(p.changes.count, 5);
	ck_assert_str_eq(p.changes.items[0].object.name, "ns");
	ck_assert_str_eq(p.changes.items[4].object.name, "gone");
	ck_assert_int_eq(change_of(&p, "gone")->action, PLAN_DELETE);
	ck_assert_int_eq(change_of(&p, "same")->action, PLAN_UNCHANGED);
	ck_assert_int_eq(change_of(&p, "new")->action, PLAN_CREATE);
	ck_assert_str_eq(change_of(&p, "new")->items[0].path, "data");
	ck_assert_int_eq(change_of(&p, "edit")->action, PLAN_UPDATE);
	ck_assert_int_eq(change_of(&p, "edit")->cause, CAUSE_COMMIT);
	ck_assert_str_eq(change_of(&p, "edit")->items[0].path, "spec.a");
	ck_assert_uint_eq(change_of(&p, "edit")->items[0].place.at.column, 92);
	ck_assert_uint_eq(p.findings.count, 0);
	ck_assert_int_eq(plan_exit_status(&p, SEVERITY_ERROR, true), 2);
	ck_assert_int_eq(plan_exit_status(&p, SEVERITY_ERROR, false), 0);
	plan_release(&p);
	run_release(&run);
}
END_TEST

START_TEST(a_failed_side_deletes_nothing)
{
	struct side base = { 0 };
	struct owner pruner = owner_unknown;
	struct plan_app app = { "shop", &pruner, &base.objects, NULL, NULL, "broken" };
	struct err err = ERR_INIT;
	struct run run;
	struct plan p;

	run_init(&run);
	plan_init(&p, &run, &run.arena);
	pruner.prunes = true;
	add(&run, &base,
	    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"gone\"}}");
	ck_assert_int_eq(
		plan_add_target(&p, &app, 1, &(struct plan_options){ .target = "t" }, &err), 0);
	plan_finish(&p);
	ck_assert_uint_eq(p.summary.actions[PLAN_DELETE], 0);
	ck_assert_int_eq(plan_exit_status(&p, SEVERITY_ERROR, false), 3);
	plan_release(&p);
	run_release(&run);
}
END_TEST

START_TEST(masks_secrets_everywhere)
{
	struct side base = { 0 }, head = { 0 };
	struct plan_app app = { "shop", &owner_unknown, &base.objects, &head.objects, NULL, NULL };
	const struct plan_change *c;
	struct err err = ERR_INIT;
	struct run run;
	struct plan p;

	run_init(&run);
	plan_init(&p, &run, &run.arena);
	add(&run, &base,
	    "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\"},\"data\":{"
	    "\"a\":\"aHVudGVyMjI=\",\"b\":\"eA==\"}}");
	add(&run, &head,
	    "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\"},\"data\":{"
	    "\"a\":\"c3dvcmRmaXNo\",\"b\":\"aHVudGVyMjI=\"}}");
	add(&run, &base,
	    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"},\"data\":{"
	    "\"url\":\"db://u:hunter22@h\"}}");
	add(&run, &head,
	    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"},\"data\":{"
	    "\"url\":\"db://u:swordfish@h c3dvcmRmaXNo\"}}");
	ck_assert_int_eq(
		plan_add_target(&p, &app, 1, &(struct plan_options){ .target = "t" }, &err), 0);
	plan_finish(&p);
	c = change_of(&p, "s");
	ck_assert_str_eq(c->items[0].before->text, "\u2039secret 1\u203a");
	ck_assert_str_eq(c->items[0].after->text, "\u2039secret 2\u203a");
	ck_assert_str_eq(c->items[1].before->text, "\u2039secret 3\u203a");
	ck_assert_str_eq(c->items[1].after->text, "\u2039secret 1\u203a");
	c = change_of(&p, "c");
	ck_assert_str_eq(c->items[0].before->text, "db://u:\u2039secret 1\u203a@h");
	ck_assert_str_eq(c->items[0].after->text,
			 "db://u:\u2039secret 2\u203a@h \u2039secret 2\u203a");
	plan_release(&p);
	run_release(&run);
}
END_TEST

START_TEST(masks_no_part_of_a_word)
{
	static const char secret[] =
		"{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\","
		"\"labels\":{"
		"\"argocd.argoproj.io/secret-type\":\"cluster\"}},\"stringData\":{"
		"\"name\":\"in-cluster\",\"config\":\"postgres\",\"pin\":\"abc123\"}}";
	struct side base = { 0 };
	struct masks *m = masks_new();
	struct run run;

	run_init(&run);
	add(&run, &base, secret);
	masks_add_object(m, base.objects.items[0].root);
	ck_assert_str_eq(masks_text(m, &run.arena, "env/postgresql/in-cluster"),
			 "env/postgresql/in-cluster");
	ck_assert_str_eq(masks_text(m, &run.arena, "db:postgres@x"), "db:\u2039secret 1\u203a@x");
	ck_assert_str_eq(masks_text(m, &run.arena, "xabc123x"), "x\u2039secret 2\u203ax");
	masks_free(m);
	run_release(&run);
}
END_TEST

START_TEST(moves_between_owners)
{
	struct side base = { 0 }, head = { 0 };
	struct objects none = { 0 };
	struct owner one = owner_unknown, two = owner_unknown;
	struct plan_app apps[] = { { "a", &one, &base.objects, &none, NULL, NULL },
				   { "b", &two, &none, &head.objects, NULL, NULL } };
	struct err err = ERR_INIT;
	struct run run;
	struct plan p;

	run_init(&run);
	plan_init(&p, &run, &run.arena);
	one.engine = two.engine = "flux";
	one.name = "one";
	two.name = "two";
	one.prunes = true;
	add(&run, &base,
	    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"}}");
	add(&run, &head,
	    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"}}");
	ck_assert_int_eq(
		plan_add_target(&p, apps, 2, &(struct plan_options){ .target = "t" }, &err), 0);
	ck_assert_uint_eq(p.changes.count, 1);
	ck_assert_int_eq(p.changes.items[0].action, PLAN_MOVE);
	ck_assert_str_eq(p.changes.items[0].previous_owner.name, "one");
	ck_assert_ptr_nonnull(p.changes.items[0].warning_race);
	plan_release(&p);
	run_release(&run);
}
END_TEST

SUITE(plan)
{
	Suite *s = suite_create("plan");
	TCase *tc = tcase_create("plan");

	tcase_add_loop_test(tc, finds_differences, 0, ARRAY_SIZE(diffs));
	tcase_add_test(tc, plans_offline);
	tcase_add_test(tc, a_failed_side_deletes_nothing);
	tcase_add_test(tc, masks_secrets_everywhere);
	tcase_add_test(tc, masks_no_part_of_a_word);
	tcase_add_test(tc, moves_between_owners);
	suite_add_tcase(s, tc);
	return s;
}
