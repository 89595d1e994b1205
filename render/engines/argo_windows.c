#include "render/engines/argo_windows.h"
#include <string.h>
#include <time.h>
#include "base/cron.h"
#include "base/duration.h"
#include "base/zone.h"

enum { MAX_WINDOWS = 100, MAX_CHANGES = 600, SECOND = 1000000000 };

struct window {
	const struct node *root;
	struct cron schedule;
	int64_t duration; /* seconds */
	const struct zone *zone;
	bool deny, allow, by_hand;
};

struct windows {
	struct window items[MAX_WINDOWS];
	size_t count;
};

/* ---- which are about the Application ---- */

static bool lists(struct arena *a, const struct node *list, const char *text)
{
	uint32_t i;

	for (i = 0; *text && node_is(list, NODE_SEQ) && i < list->len; i++)
		if (node_is(list->items[i], NODE_STR) &&
		    argo_matches(a, list->items[i]->text, text))
			return true;
	return false;
}

/* Any of applications, clusters and namespaces that match; with andOperator all that are given. */
static bool is_about(struct arena *a, const struct node *window, const struct node *application)
{
	const struct node *to = node_path(application, "spec", "destination", NULL);
	const char *const keys[] = { "applications", "clusters", "namespaces" };
	bool all = node_true(node_get(window, "andOperator")), matched = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		const struct node *list = node_get(window, keys[i]);

		if (!node_is(list, NODE_SEQ) || !list->len)
			continue;
		matched = i == 0   ? lists(a, list,
					   node_string_at(node_get(application, "metadata"), "name"))
			  : i == 1 ? lists(a, list, node_string_at(to, "name")) ||
					     lists(a, list, node_string_at(to, "server"))
				   : lists(a, list, node_string_at(to, "namespace"));
		if (matched != all)
			break;
	}
	return matched;
}

/* ---- reading ---- */

/* NULL, or what Argo CD can't read of it. */
static const char *read_window(struct arena *a, const struct node *root, struct window *out)
{
	const char *schedule = node_string_at(root, "schedule");
	const char *duration = node_string_at(root, "duration"), *why;
	int64_t length;
	bool found;

	why = cron_parse(schedule, &out->schedule);
	if (why)
		return arena_printf(a, "its schedule '%s': %s", schedule, why);
	if (!duration_parse(duration, &length))
		return arena_printf(a, "its duration '%s' is none", duration);
	out->root = root;
	out->duration = length / SECOND;
	out->zone = zone_load(a, node_string_at(root, "timeZone"), &found);
	out->deny = !strcmp(node_string_at(root, "kind"), "deny");
	out->allow = !strcmp(node_string_at(root, "kind"), "allow");
	out->by_hand = node_true(node_get(root, "manualSync"));
	return NULL;
}

static const char *read_windows(struct arena *a, const struct node *list,
				const struct node *application, struct windows *out)
{
	uint32_t i;

	out->count = 0;
	for (i = 0; i < list->len && out->count < MAX_WINDOWS; i++) {
		const char *why;

		if (!is_about(a, list->items[i], application))
			continue;
		why = read_window(a, list->items[i], &out->items[out->count]);
		if (why)
			return why;
		out->count++;
	}
	return NULL;
}

/* ---- at a time ---- */

static int64_t local_time(const struct window *w, int64_t at)
{
	const char *name;

	return at + zone_offset(w->zone, at, &name);
}

static bool is_open(const struct window *w, int64_t at)
{
	int64_t local = local_time(w, at), start;

	return cron_next(&w->schedule, local - w->duration, &start) && start < local;
}

/* The window that denies a sync, or an `allow` that is yet to open; NULL: syncs are let. */
static const struct window *holder(const struct windows *all, int64_t at, bool *by_hand)
{
	const struct window *deny = NULL, *shut = NULL;
	bool allowed = false, hand[2] = { true, true };
	size_t i;

	for (i = 0; i < all->count; i++) {
		const struct window *w = &all->items[i];
		bool open = is_open(w, at);

		if (w->deny && open) {
			deny = deny ? deny : w;
			hand[0] &= w->by_hand;
		} else if (w->allow && !open) {
			shut = shut ? shut : w;
			hand[1] &= w->by_hand;
		}
		allowed |= w->allow && open;
	}
	*by_hand = deny ? hand[0] : hand[1];
	return deny ? deny : allowed ? NULL : shut;
}

/* The next time behind `at` that a window opens or closes. */
static int64_t next_change(const struct windows *all, int64_t at)
{
	int64_t first = INT64_MAX, start;
	size_t i;

	for (i = 0; i < all->count; i++) {
		const struct window *w = &all->items[i];
		int64_t local = local_time(w, at), offset = local - at, change = INT64_MAX;

		if (cron_next(&w->schedule, local, &start))
			change = start + 1 - offset;
		if (cron_next(&w->schedule, local - w->duration, &start) && start < local &&
		    start + w->duration - offset < change)
			change = start + w->duration - offset;
		first = change < first ? change : first;
	}
	return first;
}

/* ---- what is said of it ---- */

static const char *shown_time(struct arena *a, int64_t at)
{
	time_t sec = (time_t)(at - at % 60);
	char text[40];
	struct tm tm;

	if (!gmtime_r(&sec, &tm) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%MZ", &tm))
		return "";
	return arena_strdup(a, text);
}

/* When syncs are let again; "" where that is far off. */
static const char *until(struct arena *a, const struct windows *all, int64_t at)
{
	bool by_hand;
	unsigned i;

	for (i = 0; i < MAX_CHANGES && at < INT64_MAX; i++) {
		at = next_change(all, at);
		if (at < INT64_MAX && !holder(all, at, &by_hand))
			return arena_printf(a, " until %s", shown_time(a, at));
	}
	return "";
}

bool argo_windows_hold(struct arena *a, const struct node *windows, const struct node *application,
		       int64_t now, struct argo_hold *out)
{
	struct windows *all = arena_new(a, struct windows);
	const struct window *w;
	const char *why, *zone;

	if (!node_is(windows, NODE_SEQ))
		return false;
	why = read_windows(a, windows, application, all);
	if (why) {
		*out = (struct argo_hold){ .text = why, .never = true };
		return true;
	}
	w = holder(all, now, &out->by_hand);
	if (!w)
		return false;
	zone = node_string_at(w->root, "timeZone");
	out->never = false;
	out->text = arena_printf(
		a, "%s window '%s' of %s (%s) %s%s", w->deny ? "the deny" : "the allow",
		node_string_at(w->root, "schedule"), node_string_at(w->root, "duration"),
		*zone ? zone : "UTC", w->deny ? "is open" : "is not open", until(a, all, now));
	return true;
}

static bool is_automated(const struct app *app)
{
	const struct node *automated =
		node_path(app->root, "spec", "syncPolicy", "automated", NULL);
	const struct node *enabled = node_get(automated, "enabled");

	return node_is(automated, NODE_MAP) && (!enabled || node_true(enabled));
}

void argo_put_windows(struct apps *apps, const struct app *app, const struct node *project,
		      struct node *inputs)
{
	const char *name = node_string_at(node_get(project, "metadata"), "name");
	struct arena *a = apps->arena;
	struct argo_hold hold;
	struct node *out;
	const char *text;

	if (!argo_windows_hold(a, node_path(project, "spec", "syncWindows", NULL), app->root,
			       time(NULL), &hold))
		return;
	if (!hold.never && hold.by_hand && !is_automated(app))
		return;
	if (hold.never)
		text = arena_printf(a,
				    "AppProject '%s' lets nothing be synced: of a sync window %s",
				    name, hold.text);
	else if (!is_automated(app))
		text = arena_printf(a, "AppProject '%s' lets nobody sync it by hand: %s", name,
				    hold.text);
	else
		text = arena_printf(
			a,
			"AppProject '%s' holds back automated syncs: %s; a sync by hand is "
			"%slet",
			name, hold.text, hold.by_hand ? "" : "not ");
	out = node_map(a);
	node_set(a, out, "text", node_str(a, text));
	node_set(a, out, "never", node_bool(a, hold.never));
	node_set(a, inputs, "windows", out);
}
