/* From the API server's paths to values, label selectors, and the order of a plan. */
#include <stdio.h>
#include <string.h>
#include "base/json.h"
#include "base/run.h"
#include "tests/unit/unit.h"
#include "validate/cluster/locate.h"
#include "validate/labels.h"
#include "validate/plan_internal.h"

static const char document[] = "{\"metadata\":{\"annotations\":{\"a.b/"
			       "c\":\"note\"},\"labels\":{\"app\":\"web\",\"tier\":\"x\"}},"
			       "\"data\":{\"p.q\":\"dotted\",\"x\":\"plain\"},"
			       "\"spec\":{\"containers\":[{\"name\":\"one\",\"image\":\"i1\"},{"
			       "\"name\":\"two\",\"image\":\"i2\"}],"
			       "\"ports\":[{\"port\":80,\"protocol\":\"TCP\",\"nodePort\":1},{"
			       "\"port\":80,\"protocol\":\"UDP\",\"nodePort\":2}]}}";

static const struct {
	const char *path, *value; /* NULL: what is missing leads to a parent, which is no scalar */
} places[] = {
	{ "spec.containers[0].image", "i1" },
	{ ".spec.containers[name=\"two\"].image", "i2" },
	{ "spec.ports[port=80,protocol=\"UDP\"].nodePort", "2" },
	{ "metadata.annotations[a.b/c]", "note" },
	{ "data[p.q]", "dotted" },
	{ "data.p.q", "dotted" },
	{ "data.x", "plain" },
	{ "spec.containers[7].image", NULL },
	{ "spec.nothing.here", NULL },
	{ "", NULL },
	{ "spec.containers[", NULL },
	{ "[[]]", NULL },
};

START_TEST(finds_places)
{
	struct err err = ERR_INIT;
	struct run run;
	const struct node *n;

	run_init(&run);
	n = locate(json_read(&run.arena, document, strlen(document), NULL, &err), places[_i].path);
	ck_assert(n != NULL);
	ck_assert_pstr_eq(node_is_scalar(n) ? n->text : NULL, places[_i].value);
	run_release(&run);
}
END_TEST

static const struct {
	const char *selector;
	int matches; /* -1: no selector */
} selectors[] = {
	{ "", 1 },
	{ "app=web", 1 },
	{ "app==web,tier=x", 1 },
	{ "app=web,tier=y", 0 },
	{ "app!=web", 0 },
	{ "other!=web", 1 },
	{ "app in (db, web)", 1 },
	{ "app notin (db,web)", 0 },
	{ "tier, !other", 1 },
	{ "!tier", 0 },
	{ " app = web , tier", 1 },
	{ "app in web", -1 },
	{ "app in (web", -1 },
	{ "=web", -1 },
	{ "app web", -1 },
	{ "!app=web", -1 },
};

START_TEST(selects_by_labels)
{
	struct err err = ERR_INIT;
	struct label_selector s;
	struct run run;
	int got;

	run_init(&run);
	got = label_selector_parse(&run.arena, selectors[_i].selector, &s, &err);
	if (got == 0)
		got = label_selector_matches(
			&s, json_read(&run.arena, document, strlen(document), NULL, &err));
	ck_assert_msg(got == selectors[_i].matches, "'%s': %d", selectors[_i].selector, got);
	run_release(&run);
}
END_TEST

/* Kind, namespace, name and rest of an object, in the order of the files. */
static const struct {
	const char *objects[6][4], *order;
} orders[] = {
	{ { { "Deployment", "n", "web", "" },
	    { "ConfigMap", "n", "conf", "" },
	    { "Namespace", "", "n", "" } },
	  "Namespace/n ConfigMap/conf Deployment/web" },
	/* an autoscaler comes after what it scales, though its kind comes first */
	{ { { "HorizontalPodAutoscaler", "n", "h",
	      ",\"spec\":{\"scaleTargetRef\":{\"kind\":\"StatefulSet\",\"name\":\"db\"}}" },
	    { "StatefulSet", "n", "db", "" } },
	  "StatefulSet/db HorizontalPodAutoscaler/h" },
	/* custom resources by their references, and after their definition */
	{ { { "Certificate", "n", "cert",
	      ",\"spec\":{\"issuerRef\":{\"kind\":\"Issuer\",\"name\":\"ca\"}}" },
	    { "Issuer", "n", "ca", "" },
	    { "CustomResourceDefinition", "", "issuers.x",
	      ",\"spec\":{\"group\":\"x\",\"names\":{\"kind\":\"Issuer\"}}" } },
	  "CustomResourceDefinition/issuers.x Issuer/ca Certificate/cert" },
	/* a circle stays in its order */
	{ { { "A", "n", "a", ",\"spec\":{\"r\":{\"kind\":\"B\",\"name\":\"b\"}}" },
	    { "B", "n", "b", ",\"spec\":{\"r\":{\"kind\":\"A\",\"name\":\"a\"}}" } },
	  "B/b A/a" },
};

static void add_object(struct run *run, struct objects *out, const char *const *o)
{
	const char *text = arena_printf(
		&run->arena,
		"{\"apiVersion\":\"x/"
		"v1\",\"kind\":\"%s\",\"metadata\":{\"namespace\":\"%s\",\"name\":\"%s\"}%s}",
		o[0], o[1], o[2], o[3]);
	struct err err = ERR_INIT;

	*vec_push(&run->arena, out) = (struct object){
		.root = json_read(&run->arena, text, strlen(text), NULL, &err),
		.api_version = "x/v1",
		.group = "x",
		.version = "v1",
		.kind = o[0],
		.ns = o[1],
		.name = o[2],
	};
	ck_assert_msg(out->items[out->count - 1].root != NULL, "%s", err.msg);
}

START_TEST(orders_by_reference)
{
	struct plan_items items = { 0 };
	struct objects head = { 0 };
	struct plan_app app = { .path = ".", .owner = &owner_unknown, .head = &head };
	struct buf got;
	struct run run;
	size_t i;

	run_init(&run);
	for (i = 0; i < 6 && orders[_i].objects[i][0]; i++)
		add_object(&run, &head, orders[_i].objects[i]);
	plan_match(&run.arena, &app, 1, NULL, true, &items);
	buf_init(&got, 0);
	for (i = 0; i < items.count; i++)
		buf_printf(&got, "%s%s/%s", i ? " " : "", items.items[i].head->kind,
			   items.items[i].head->name);
	ck_assert_str_eq(got.text, orders[_i].order);
	buf_release(&got);
	run_release(&run);
}
END_TEST

SUITE(locate)
{
	Suite *s = suite_create("locate");
	TCase *tc = tcase_create("locate");

	tcase_add_loop_test(tc, finds_places, 0, ARRAY_SIZE(places));
	tcase_add_loop_test(tc, selects_by_labels, 0, ARRAY_SIZE(selectors));
	tcase_add_loop_test(tc, orders_by_reference, 0, ARRAY_SIZE(orders));
	suite_add_tcase(s, tc);
	return s;
}
