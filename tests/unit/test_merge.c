/* The merges that stand for what a cluster would do: server-side apply, three-way, patches. */
#include <stdio.h>
#include <string.h>
#include "base/json.h"
#include "base/run.h"
#include "tests/unit/unit.h"
#include "validate/merge.h"
#include "validate/ssa.h"

static struct node *parse(struct run *run, const char *text)
{
	struct err err = ERR_INIT;
	struct node *n = text ? json_read(&run->arena, text, strlen(text), NULL, &err) : NULL;

	ck_assert_msg(!text || n, "%s: %s", err.msg, text);
	return n;
}

static void expect(struct run *run, const struct node *got, const char *want)
{
	struct buf text;

	buf_init(&text, 0);
	if (got)
		json_write(&text, got, 0);
	ck_assert_msg(got ? want && node_equal(got, parse(run, want)) : !want,
		      "got %s, expected %s", got ? text.text : "nothing", want ? want : "nothing");
	buf_release(&text);
}

static struct topology kind_of(const struct node *config)
{
	const char *api = node_get_string(config, "apiVersion"), *slash = strchr(api, '/');
	char group[64] = "";

	if (slash)
		snprintf(group, sizeof(group), "%.*s", (int)(slash - api), api);
	return topology_of(NULL, group, slash ? slash + 1 : api, node_get_string(config, "kind"),
			   NULL);
}

#define MAP "\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\""
#define POD "\"apiVersion\":\"v1\",\"kind\":\"Pod\""
#define SECRET "\"apiVersion\":\"v1\",\"kind\":\"Secret\""
#define ME(fields) "{\"manager\":\"me\",\"operation\":\"Apply\",\"fieldsV1\":{" fields "}}"
#define YOU(fields) "{\"manager\":\"you\",\"operation\":\"Update\",\"fieldsV1\":{" fields "}}"
#define OWNED(by) "\"metadata\":{\"managedFields\":[" by "]}"

static const struct {
	const char *live, *config, *data; /* what the apply leaves of `data` or `spec` */
	const char *conflict;
} applies[] = {
	/* a new value, a removed one of our own, one that another holds too */
	{ "{" MAP "," OWNED(ME("\"f:data\":{\"f:a\":{},\"f:b\":{},\"f:c\":{}}") "," YOU(
		  "\"f:data\":{\"f:c\":{}}")) ",\"data\":{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}}",
	  "{" MAP ",\"data\":{\"a\":\"9\"}}", "{\"a\":\"9\",\"c\":\"3\"}", NULL },
	/* another's value, taken over: that is a conflict */
	{ "{" MAP "," OWNED(YOU("\"f:data\":{\"f:a\":{}}")) ",\"data\":{\"a\":\"1\"}}",
	  "{" MAP ",\"data\":{\"a\":\"2\"}}", "{\"a\":\"2\"}", "you data.a" },
	/* the same value is none */
	{ "{" MAP "," OWNED(YOU("\"f:data\":{\"f:a\":{}}")) ",\"data\":{\"a\":\"1\"}}",
	  "{" MAP ",\"data\":{\"a\":\"1\"}}", "{\"a\":\"1\"}", NULL },
	/* what we never applied stays */
	{ "{" MAP "," OWNED(ME("\"f:data\":{\"f:a\":{}}")) ",\"data\":{\"a\":\"1\",\"z\":\"0\"}}",
	  "{" MAP ",\"data\":{\"a\":\"1\"}}", "{\"a\":\"1\",\"z\":\"0\"}", NULL },
	/* list entries by key; one that we drop and one of another's */
	{ "{" POD
	  "," OWNED(ME("\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":\\\"x\\\"}\":{\".\":{},"
		       "\"f:name\":{},\"f:image\":{}},\"k:{\\\"name\\\":\\\"y\\\"}\":{\".\":{},"
		       "\"f:name\":{}}}}")) ",\"spec\":{\"containers\":[{\"name\":\"x\",\"image\":"
					    "\"1\"},"
					    "{\"name\":\"y\"},{\"name\":\"z\"}]}}",
	  "{" POD ",\"spec\":{\"containers\":[{\"name\":\"x\",\"image\":\"2\"}]}}",
	  "{\"containers\":[{\"name\":\"x\",\"image\":\"2\"},{\"name\":\"z\"}]}", NULL },
	/* atomic lists as a whole */
	{ "{" POD ",\"spec\":{\"containers\":[{\"name\":\"x\",\"args\":[\"a\",\"b\"]}]}}",
	  "{" POD ",\"spec\":{\"containers\":[{\"name\":\"x\",\"args\":[\"c\"]}]}}",
	  "{\"containers\":[{\"name\":\"x\",\"args\":[\"c\"]}]}", NULL },
	/* amounts that are equal are not written anew */
	{ "{" POD ",\"spec\":{\"containers\":[{\"name\":\"x\",\"resources\":{\"limits\":{\"cpu\":"
	  "\"1\"}}}]}}",
	  "{" POD ",\"spec\":{\"containers\":[{\"name\":\"x\",\"resources\":{\"limits\":{\"cpu\":"
	  "\"1000m\"}}}]}}",
	  "{\"containers\":[{\"name\":\"x\",\"resources\":{\"limits\":{\"cpu\":\"1\"}}}]}", NULL },
	/* stringData is written into data */
	{ "{" SECRET ",\"data\":{\"a\":\"MQ==\"}}", "{" SECRET ",\"stringData\":{\"b\":\"2\"}}",
	  "{\"a\":\"MQ==\",\"b\":\"Mg==\"}", NULL },
};

START_TEST(applies_on_the_server_side)
{
	struct run run;
	const struct node *config, *left;
	struct ssa_result r;
	char conflict[200] = "";

	run_init(&run);
	config = parse(&run, applies[_i].config);
	r = ssa_apply(&run.arena, kind_of(config), parse(&run, applies[_i].live), config, "me");
	left = node_get(r.object, "data");
	expect(&run, left ? left : node_get(r.object, "spec"), applies[_i].data);
	if (r.count)
		snprintf(conflict, sizeof(conflict), "%s %s", r.items[0].manager, r.items[0].path);
	ck_assert_str_eq(conflict, applies[_i].conflict ? applies[_i].conflict : "");
	ck_assert_uint_le(r.count, 1);
	run_release(&run);
}
END_TEST

static const struct {
	const char *original, *modified, *live, *want;
} merges[] = {
	/* what the original had and the modified lacks goes; another's stays */
	{ "{" MAP ",\"data\":{\"a\":\"1\",\"b\":\"2\"}}", "{" MAP ",\"data\":{\"a\":\"3\"}}",
	  "{" MAP ",\"data\":{\"a\":\"1\",\"b\":\"2\",\"z\":\"0\"}}",
	  "{" MAP ",\"data\":{\"a\":\"3\",\"z\":\"0\"}}" },
	/* without an original nothing goes */
	{ NULL, "{" MAP ",\"data\":{\"a\":\"3\"}}", "{" MAP ",\"data\":{\"b\":\"2\"}}",
	  "{" MAP ",\"data\":{\"b\":\"2\",\"a\":\"3\"}}" },
	/* entries of a list by their key */
	{ "{" POD ",\"spec\":{\"containers\":[{\"name\":\"x\"},{\"name\":\"y\"}]}}",
	  "{" POD ",\"spec\":{\"containers\":[{\"name\":\"x\",\"image\":\"2\"}]}}",
	  "{" POD ",\"spec\":{\"containers\":[{\"name\":\"x\",\"image\":\"1\"},{\"name\":\"y\"},"
	  "{\"name\":\"injected\"}]}}",
	  "{" POD ",\"spec\":{\"containers\":[{\"name\":\"x\",\"image\":\"2\"},{\"name\":"
	  "\"injected\"}]}}" },
};

START_TEST(merges_three_ways)
{
	struct run run;
	const struct node *modified;

	run_init(&run);
	modified = parse(&run, merges[_i].modified);
	expect(&run,
	       merge_three_way(&run.arena, kind_of(modified), parse(&run, merges[_i].original),
			       modified, parse(&run, merges[_i].live)),
	       merges[_i].want);
	run_release(&run);
}
END_TEST

static const struct {
	const char *from, *to, *patch;
} patches[] = {
	{ "{\"a\":1}", "{\"a\":1}", NULL },
	{ "{\"a\":1,\"b\":{\"c\":2}}", "{\"a\":2,\"b\":{}}", "{\"a\":2,\"b\":{\"c\":null}}" },
	{ "{\"a\":[1,2]}", "{\"a\":[1]}", "{\"a\":[1]}" },
	{ "{}", "{\"n\":{\"x\":1}}", "{\"n\":{\"x\":1}}" },
};

START_TEST(makes_patches)
{
	struct run run;

	run_init(&run);
	expect(&run,
	       merge_patch(&run.arena, parse(&run, patches[_i].from), parse(&run, patches[_i].to)),
	       patches[_i].patch);
	run_release(&run);
}
END_TEST

SUITE(merge)
{
	Suite *s = suite_create("merge");
	TCase *tc = tcase_create("merge");

	tcase_add_loop_test(tc, applies_on_the_server_side, 0, ARRAY_SIZE(applies));
	tcase_add_loop_test(tc, merges_three_ways, 0, ARRAY_SIZE(merges));
	tcase_add_loop_test(tc, makes_patches, 0, ARRAY_SIZE(patches));
	suite_add_tcase(s, tc);
	return s;
}
