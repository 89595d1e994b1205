#include "cmd/forge_internal.h"
#include <string.h>
#include "cmd/report/report.h"

enum { BATCH = 100 }; /* annotations that Bitbucket takes at once */

static int put(struct forge *f, const char *method, const char *path, const struct node *body,
	       struct err *err)
{
	struct forge_post p = { .method = method,
				.url = forge_url(f, path, NULL, 0),
				.permission = f->kind->status_permission,
				.body = body };

	return forge_ask(f, &p, NULL, err);
}

static void take(struct arena *a, struct node *to, const struct node *from, const char *key,
		 const char *as)
{
	if (node_get(from, key))
		node_set(a, to, as, node_copy(a, node_get(from, key)));
}

/* Data Center's words for the report that the Cloud takes. */
static struct node *dc_report(struct arena *a, const struct node *report)
{
	struct node *n = node_map(a);
	const char *result = node_get_string(report, "result");

	take(a, n, report, "title", "title");
	take(a, n, report, "details", "details");
	take(a, n, report, "reporter", "reporter");
	take(a, n, report, "data", "data");
	node_set(a, n, "result",
		 node_str(a, result && !strcmp(result, "PASSED") ? "PASS" : "FAIL"));
	return n;
}

/* Data Center wants a path and a line in each, and has no summary apart. */
static struct node *dc_annotations(struct arena *a, const struct node *annotations)
{
	struct node *root = node_map(a), *list = node_seq(a), *n;

	for (uint32_t i = 0; i < annotations->len; i++) {
		const struct node *from = annotations->items[i];

		n = node_map(a);
		take(a, n, from, "external_id", "externalId");
		take(a, n, from, "summary", "message");
		take(a, n, from, "severity", "severity");
		take(a, n, from, "annotation_type", "type");
		take(a, n, from, "path", "path");
		if (node_get(from, "path"))
			take(a, n, from, "line", "line");
		node_append(a, list, n);
	}
	node_set(a, root, "annotations", list);
	return root;
}

static struct node *batch_of(struct arena *a, const struct node *all, uint32_t from)
{
	struct node *out = node_seq(a);

	for (uint32_t i = from; i < all->len && i < from + BATCH; i++)
		node_append(a, out, all->items[i]);
	return out;
}

int forge_insights(struct forge *f, const struct plan *p, int verdict, struct err *err)
{
	const struct forge_kind *k = f->kind;
	struct node *both = report_bitbucket_tree(&f->arena, p);
	struct node *report = node_get(both, "report"), *all = node_get(both, "annotations");
	bool dc = k->clears_annotations;

	if (!k->insights)
		return err_raise(err, ERR_UNSUPPORTED, NO_POS, "%s has no code insights", k->name);
	if (!f->commit)
		return err_raise(err, ERR_USAGE, NO_POS, "there is no commit to report on");
	node_set(&f->arena, report, "result",
		 node_str(&f->arena, verdict == 0 || verdict == 2 ? "PASSED" : "FAILED"));
	if (put(f, "PUT", k->insights, dc ? dc_report(&f->arena, report) : report, err) < 0)
		return -1;
	if (dc && put(f, "DELETE", k->annotations, NULL, err) < 0)
		return -1;
	for (uint32_t i = 0; i < all->len; i += BATCH) {
		struct node *some = batch_of(&f->arena, all, i);

		if (put(f, "POST", k->annotations, dc ? dc_annotations(&f->arena, some) : some,
			err) < 0)
			return -1;
	}
	return 0;
}

/* --- the request of a fork's branch --------------------------------------------------------------
 */

int forge_find_request(struct forge *f, const char *branch, struct err *err)
{
	struct forge_post p = { .method = "GET", .permission = f->kind->comment_permission };
	const struct node *answer;
	const char *sha;

	if (!f->kind->requests || !f->commit)
		return err_raise(err, ERR_USAGE, NO_POS,
				 "which merge request is it? --request NUMBER");
	p.url = forge_url(f, f->kind->requests, branch, 1);
	if (forge_ask(f, &p, &answer, err) < 0)
		return -1;
	for (uint32_t i = 0; node_is(answer, NODE_SEQ) && i < answer->len; i++) {
		sha = node_get_string(node_get(answer->items[i], "head"), "sha");
		if (sha && !strcmp(sha, f->commit)) {
			f->number = node_text(node_get(answer->items[i], "number"));
			return f->number ? 0 : -1;
		}
	}
	return err_raise(err, ERR_NOT_FOUND, NO_POS, "no open request of '%s' is at %.7s", branch,
			 f->commit);
}
