#include "cmd/gate_sides.h"
#include <string.h>

struct choice {
	struct run *run;
	struct repo *repo;
	const struct ci_request *request;
	struct gate_sides *out;
	char head[GIT_ID], target[GIT_ID]; /* "" is unknown */
	const char *target_name;
	bool named; /* by --target */
};

static bool resolves(struct choice *c, const char *rev, char id[GIT_ID])
{
	struct err ignored = ERR_INIT;

	return rev && !repo_resolve(c->repo, rev, id, &ignored);
}

static struct sides *set(struct choice *c, const char *head, const char *base, const char *why)
{
	struct sides *s = &c->out->sides;

	s->commit = arena_strdup(&c->run->arena, head);
	s->base_commit = arena_strdup(&c->run->arena, base);
	s->base_why = why;
	return s;
}

static int open_views(struct choice *c, struct err *err)
{
	struct sides *s = &c->out->sides;

	if (!s->head)
		s->head = repo_view_commit(c->repo, s->commit, err);
	if (s->head && !s->base)
		s->base = *s->base_commit ? repo_view_commit(c->repo, s->base_commit, err)
					  : repo_view_empty(c->repo);
	return s->head && s->base ? 0 : -1;
}

/* --- the forge's own merge commit
 * ------------------------------------------------------------------ */

static bool has_parent(const struct repo_ids *parents, const char *id)
{
	for (size_t i = 0; i < parents->count; i++)
		if (!strcmp(parents->items[i], id))
			return true;
	return false;
}

/*
 * Whether a commit is the merge of head into the target, and of what tip: the parent that is not
 * head. Its tip may be older than the target's tip of now: what was merged is what counts.
 */
static bool is_merge_of(struct choice *c, const char *id, char tip[GIT_ID])
{
	struct err ignored = ERR_INIT;
	struct repo_ids parents;
	const char *other;

	if (!repo_has_commit(c->repo, id) ||
	    repo_parents(c->repo, &c->run->arena, id, &parents, &ignored) < 0 || parents.count != 2)
		return false;
	if (*c->head && strcmp(c->head, id)) {
		if (!has_parent(&parents, c->head))
			return false;
		other = strcmp(parents.items[0], c->head) ? parents.items[0] : parents.items[1];
	} else if (c->request->target && has_parent(&parents, c->request->target)) {
		other = c->request->target;
	} else {
		return false;
	}
	memcpy(tip, other, strlen(other) + 1);
	return true;
}

/* 1: done; 0: there is no such commit here; -1: an error. */
static int use_forges_merge(struct choice *c, struct err *err)
{
	char merged[GIT_ID] = "", tip[GIT_ID];
	bool found = resolves(c, c->request->merged, merged) && is_merge_of(c, merged, tip);

	if (!found)
		found = resolves(c, "HEAD", merged) && is_merge_of(c, merged, tip);
	if (!found)
		return 0;
	if (!repo_has_commit(c->repo, tip))
		return err_raise(err, ERR_NOT_FOUND, NO_POS,
				 "the target's commit %.7s is not in this clone; git fetch "
				 "--depth=1 origin %s "
				 "gets it",
				 tip, tip);
	set(c, merged, tip, "target's tip that was merged with");
	return open_views(c, err) < 0 ? -1 : 1;
}

/* A merge queue's commit, and a squash: the forge made it on top of the target. */
static int use_queue(struct choice *c, struct err *err)
{
	const struct ci_request *r = c->request;
	char head[GIT_ID], target[GIT_ID];

	if (!r->number || strcmp(r->number, "queue") || !resolves(c, r->head, head) ||
	    !resolves(c, r->target, target))
		return 0;
	set(c, head, target, "target's tip that was merged with");
	return open_views(c, err) < 0 ? -1 : 1;
}

/* --- merged here
 * ------------------------------------------------------------------------------------ */

static void find_target(struct choice *c, const struct gate_flags *flags)
{
	struct arena *a = &c->run->arena;
	const char *branch = c->request->target_branch;

	c->target_name = flags->target;
	c->named = flags->target != NULL;
	if (flags->target) {
		if (!resolves(c, flags->target, c->target))
			c->target[0] = '\0';
		return;
	}
	/* The tip as it is now, where it was fetched; else what the forge said when the job began.
	 */
	if (branch) {
		c->target_name = arena_printf(a, "origin/%s", branch);
		if (resolves(c, arena_printf(a, "refs/remotes/origin/%s", branch), c->target))
			return;
	}
	if (resolves(c, c->request->target, c->target))
		return;
	if (branch && resolves(c, arena_printf(a, "refs/heads/%s", branch), c->target))
		c->target_name = branch;
	else
		c->target[0] = '\0';
}

static int note_conflict(struct choice *c, const struct err *why)
{
	set(c, c->head, c->target, arena_printf(&c->run->arena, "tip of %s", c->target_name));
	c->out->conflict = arena_strdup(&c->run->arena, why->msg);
	return 1;
}

static int merge_here(struct choice *c, struct err *err)
{
	struct err problem = ERR_INIT;
	char base[GIT_ID];
	struct sides *s;

	if (!*c->target || !*c->head ||
	    repo_merge_base(c->repo, c->head, c->target, base, &problem) < 0)
		return 0;
	c->out->sides.head = repo_view_merge(c->repo, &c->run->arena, c->target, c->head,
					     &c->out->conflicts, &problem);
	if (!c->out->sides.head && c->out->conflicts.count)
		return note_conflict(c, &problem);
	if (!c->out->sides.head) {
		*err = problem;
		return -1;
	}
	s = set(c, c->head, c->target,
		arena_printf(&c->run->arena, "tip of %s, merged with in memory", c->target_name));
	if (!strcmp(base, c->target))
		s->base_why = arena_printf(&c->run->arena, "tip of %s", c->target_name);
	return open_views(c, err) < 0 ? -1 : 1;
}

/* --- head alone
 * --------------------------------------------------------------------------------------- */

static int no_base(struct choice *c, struct err *err)
{
	const char *branch = c->request->target_branch;

	if (!*c->target && c->named)
		return err_raise(
			err, ERR_NOT_FOUND, NO_POS,
			"the target '%s' is no commit of this clone; git fetch gets what a "
			"remote has",
			c->target_name);
	if (!*c->target)
		return err_raise(err, ERR_NOT_FOUND, NO_POS,
				 "the target branch '%s' is not in this clone; git fetch origin "
				 "%s:refs/remotes/origin/%s "
				 "gets it, or name a commit: --base REV",
				 branch ? branch : "?", branch ? branch : "BRANCH",
				 branch ? branch : "BRANCH");
	return err_raise(err, ERR_NOT_FOUND, NO_POS,
			 "the merge base of %.7s and %.7s is not in this clone; git fetch "
			 "--deepen=100 gets more "
			 "history, or check out the forge's merge commit",
			 c->head, c->target);
}

static int use_merge_base(struct choice *c, struct err *err)
{
	char base[GIT_ID];

	if (!resolves(c, c->request->base, base))
		return no_base(c, err);
	set(c, c->head, base, "merge base that the forge names");
	return open_views(c, err);
}

static int choose_request(struct choice *c, const struct gate_flags *flags, struct err *err)
{
	int rc = use_queue(c, err);

	if (!rc)
		rc = use_forges_merge(c, err);
	if (rc)
		return rc < 0 ? -1 : 0;
	if (!*c->head)
		return err_raise(err, ERR_NOT_FOUND, NO_POS,
				 "the commit to be merged (%s) is not in this clone; git fetch "
				 "origin %s gets it",
				 c->request->head ? c->request->head : "?",
				 c->request->head ? c->request->head : "COMMIT");
	find_target(c, flags);
	rc = merge_here(c, err);
	if (rc)
		return rc < 0 ? -1 : 0;
	return use_merge_base(c, err);
}

/* --- a push
 * --------------------------------------------------------------------------------------------- */

static int choose_push(struct choice *c, struct err *err)
{
	struct repo_base base;
	char before[GIT_ID];

	if (resolves(c, c->request->before, before) && strcmp(before, c->head)) {
		set(c, c->head, before, "commit before the push");
		return open_views(c, err);
	}
	if (repo_choose_base(c->repo, "HEAD", c->head, NULL, &base, err) < 0)
		return -1;
	set(c, c->head, base.id, arena_strdup(&c->run->arena, base.reason));
	return open_views(c, err);
}

/* --base: exactly these two. */
static int choose_flags(struct choice *c, const struct gate_flags *flags, struct err *err)
{
	char base[GIT_ID];

	if (repo_resolve(c->repo, flags->base, base, err) < 0)
		return -1;
	set(c, c->head, base, arena_printf(&c->run->arena, "--base %s", flags->base));
	return open_views(c, err);
}

static int choose(struct choice *c, const struct gate_flags *flags, struct err *err)
{
	const struct ci_request *r = c->request;
	const char *head = flags->head ? flags->head : r->head ? r->head : "HEAD";

	if (!resolves(c, head, c->head)) {
		c->head[0] = '\0';
		if (flags->head || flags->base || !r->number)
			return repo_resolve(c->repo, head, c->head, err);
	}
	if (flags->base)
		return choose_flags(c, flags, err);
	return r->number || flags->target ? choose_request(c, flags, err) : choose_push(c, err);
}

int gate_sides_open(struct run *run, const struct ci_request *request,
		    const struct gate_flags *flags, struct gate_sides *out, struct err *err)
{
	struct choice c = { .run = run, .request = request, .out = out };

	*out = (struct gate_sides){ .sides = { .prefix = "", .repo = repo_open(run, NULL, err) } };
	c.repo = out->sides.repo;
	if (!c.repo)
		return -1;
	if (choose(&c, flags, err) < 0) {
		sides_close(&out->sides);
		return -1;
	}
	sides_settings(run, &out->sides);
	return 0;
}
