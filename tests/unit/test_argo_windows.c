/* AppProjects' sync windows at a time, and the schedules that open them. */
#include <string.h>
#include "base/cron.h"
#include "render/engines/argo_windows.h"
#include "render/yaml/yaml.h"
#include "tests/unit/unit.h"

static struct run run;

static void setup(void)
{
	run_init(&run);
}

static void teardown(void)
{
	run_release(&run);
}

static struct node *parsed(const char *text)
{
	struct err err = ERR_INIT;
	struct node *root;

	ck_assert_int_eq(
		yaml_read_one(&run, &run.arena, YAML_SIGS, "t", text, strlen(text), 0, &root, &err),
		0);
	return root;
}

/* 2026-11-23T12:30:00Z, a Monday. */
#define NOON 1795437000

static const struct {
	const char *schedule;
	int64_t after, next; /* from NOON, in minutes; next 0: none */
} times[] = {
	{ "* * * * *", 0, 1 },
	{ "30 12 * * *", 0, 1440 },
	{ "30 12 * * *", -1, 0 },
	{ "0 13 * * mon-fri", 0, 30 },
	{ "0 0 1 1 *", 0, 38 * 1440 + 690 },
	{ "0 0 29 2 *", 0, (38 + 424) * 1440 + 690 },
	{ "0 0 24 * 3", 0, 690 },
	{ "0 0 */2 * 3", 0, 2 * 1440 + 690 - 1440 },
	{ "*/20 12 * * *", 0, 10 },
};

START_TEST(names_times)
{
	struct cron c;
	int64_t next = 0;

	ck_assert_ptr_null(cron_parse(times[_i].schedule, &c));
	ck_assert(cron_next(&c, NOON + times[_i].after * 60, &next));
	ck_assert_int_eq((next - NOON) / 60, times[_i].next);
}
END_TEST

#define APP "applications: ['*'], "
static const struct {
	const char *windows, *says; /* NULL: it syncs */
} cases[] = {
	{ "[]", NULL },
	{ "[{kind: deny, schedule: '0 12 * * *', duration: 1h, " APP "}]",
	  "the deny window '0 12 * * *' of 1h (UTC) is open until 2026-11-23T13:00Z, not by hand" },
	{ "[{kind: deny, schedule: '0 12 * * *', duration: 1h, manualSync: true, " APP "}]",
	  "the deny window '0 12 * * *' of 1h (UTC) is open until 2026-11-23T13:00Z, by hand" },
	{ "[{kind: deny, schedule: '0 12 * * *', duration: 30m, " APP "}]", NULL },
	{ "[{kind: deny, schedule: '0 12 * * *', duration: 1h, applications: ['b*']}]", NULL },
	{ "[{kind: deny, schedule: '0 12 * * *', duration: 1h, timeZone: Europe/Berlin, " APP "}]",
	  NULL },
	{ "[{kind: deny, schedule: '0 13 * * *', duration: 1h, timeZone: Europe/Berlin, " APP "}]",
	  "the deny window '0 13 * * *' of 1h (Europe/Berlin) is open until 2026-11-23T13:00Z, not "
	  "by hand" },
	{ "[{kind: allow, schedule: '0 22 * * 0-5', duration: 2h30m, " APP "}]",
	  "the allow window '0 22 * * 0-5' of 2h30m (UTC) is not open until 2026-11-23T22:00Z, not "
	  "by hand" },
	{ "[{kind: allow, schedule: '0 22 * * *', duration: 2h, " APP "}, {kind: allow, schedule: "
	  "'0 12 * * *', duration: 2h, " APP "}]",
	  NULL },
	{ "[{kind: allow, schedule: '0 12 * * *', duration: 2h, " APP "}, {kind: deny, schedule: "
	  "'* * * * *', duration: 1h, namespaces: [web]}]",
	  "the deny window '* * * * *' of 1h (UTC) is open, not by hand" },
	{ "[{kind: deny, schedule: '* * * * *', duration: 1h, applications: [app], namespaces: "
	  "[other], andOperator: true}]",
	  NULL },
	{ "[{kind: deny, schedule: '* * * * *', duration: 1h, clusters: ['https://k*'], "
	  "namespaces: [web], andOperator: true}]",
	  "the deny window '* * * * *' of 1h (UTC) is open, not by hand" },
	{ "[{kind: deny, schedule: '@daily', duration: 1h, " APP "}]",
	  "its schedule '@daily': the first field, minutes, must be numbers from 0 to 59, never" },
	{ "[{kind: deny, schedule: '0 0 * * *', duration: 1d, " APP "}]",
	  "its duration '1d' is none, never" },
};

START_TEST(holds_back)
{
	static const char app[] = "{metadata: {name: app}, spec: {destination: {server: "
				  "'https://kubernetes.default.svc', namespace: web}}}";
	struct argo_hold hold = { 0 };
	const char *said = NULL;

	if (argo_windows_hold(&run.arena, parsed(cases[_i].windows), parsed(app), NOON, &hold))
		said = arena_printf(&run.arena, "%s, %s", hold.text,
				    hold.never	   ? "never"
				    : hold.by_hand ? "by hand"
						   : "not by hand");
	ck_assert_pstr_eq(said, cases[_i].says);
}
END_TEST

SUITE(argo_windows)
{
	Suite *s = suite_create("argo_windows");
	TCase *tc = tcase_create("argo_windows");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, names_times, 0, ARRAY_SIZE(times));
	tcase_add_loop_test(tc, holds_back, 0, ARRAY_SIZE(cases));
	suite_add_tcase(s, tc);
	return s;
}
