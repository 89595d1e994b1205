#include "cmd/post.h"
#include <stdio.h>
#include "cmd/cmd.h"
#include "cmd/report/report.h"

#define AT(field) .offset = offsetof(struct post_options, field)
static const char *const forge_choices[] = { "bitbucket", "bitbucket-dc", "forgejo", "gitea",
					     "github",	  "gitlab",	  NULL };

const struct option post_option_rows[] = {
	{ .name = "comment",
	  .type = OPTION_FLAG,
	  AT(comment),
	  .summary = "post the plan to the merge request; one comment, edited each time" },
	{ .name = "status", .type = OPTION_FLAG, AT(status), .summary = "set the status of head" },
	{ .name = "insights",
	  .type = OPTION_FLAG,
	  AT(insights),
	  .summary = "post findings as code insights, where the forge has them (Bitbucket)" },
	{ .name = "forge",
	  .type = OPTION_STRING,
	  .value = "NAME",
	  .choices = forge_choices,
	  AT(forge.name),
	  .summary = "bitbucket, bitbucket-dc, forgejo, gitea, github or gitlab (default: as the "
		     "CI says)" },
	{ .name = "forge-url",
	  .type = OPTION_STRING,
	  .value = "URL",
	  AT(forge.url),
	  .summary = "the root of its API" },
	{ .name = "repository",
	  .type = OPTION_STRING,
	  .value = "NAME",
	  AT(forge.repository),
	  .summary = "owner/name there; at GitLab the project's id or path" },
};
_Static_assert(ARRAY_SIZE(post_option_rows) == POST_OPTIONS, "as the header says");

static int post_comment(struct forge *f, const struct plan *p, const char *untrusted,
			struct err *err)
{
	/* Room for what a forge's own count takes more than ours, and for what is added here. */
	struct report_options how = { .tool = VERSION, .max_bytes = forge_comment_limit(f) - 1024 };
	struct buf text;
	int rc;

	buf_init(&text, 0);
	report_markdown.write(&text, p, &how);
	if (untrusted)
		buf_printf(&text, "\n> [!WARNING]\n> %s\n", untrusted);
	rc = forge_comment(f, "<!-- kubectl-gitops -->", text.text, err);
	buf_release(&text);
	return rc;
}

static int post_status(struct forge *f, const struct plan *p, int verdict, struct err *err)
{
	static const enum forge_state states[] = { [STATUS_HOLDS] = FORGE_SUCCESS,
						   [STATUS_FAILS] = FORGE_FAILURE,
						   [STATUS_CHANGES] = FORGE_SUCCESS,
						   [STATUS_UNDECIDED] = FORGE_ERROR };
	const unsigned *n = p->summary.actions;
	char text[200];

	snprintf(text, sizeof(text),
		 "%u to create, %u to change, %u to delete; %u errors, %u warnings%s",
		 n[PLAN_CREATE], n[PLAN_UPDATE] + n[PLAN_REPLACE] + n[PLAN_MOVE], n[PLAN_DELETE],
		 p->summary.errors, p->summary.warnings,
		 verdict == STATUS_UNDECIDED ? "; not decided" : "");
	return forge_status(f, states[verdict], text, err);
}

static int said(int rc, const char *what, struct err *err)
{
	if (rc < 0)
		fprintf(stderr, "warning: %s: %s\n", what, err->msg);
	err_clear(err);
	return rc < 0;
}

int post_plan(struct run *run, const struct post_options *o, const struct ci_request *request,
	      const struct plan *p, int verdict)
{
	struct err err = ERR_INIT;
	struct forge *f;
	int failed = 0;

	if (!o->comment && !o->status && !o->insights)
		return 0;
	f = forge_open(run, request, &o->forge, &err);
	if (!f)
		return said(-1, "nothing is posted", &err);
	if (request->fork && !request->number && request->branch &&
	    forge_find_request(f, request->branch, &err) < 0) {
		failed = said(-1, "nothing is posted", &err);
		forge_free(f);
		return failed;
	}
	if (o->comment)
		failed += said(post_comment(f, p, o->untrusted, &err), "the comment is not posted",
			       &err);
	if (o->status)
		failed += said(post_status(f, p, verdict, &err), "the status is not set", &err);
	if (o->insights)
		failed += said(forge_insights(f, p, verdict, &err), "code insights are not posted",
			       &err);
	forge_free(f);
	return failed;
}
