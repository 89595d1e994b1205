#include <stdio.h>
#include <string.h>
#include "base/map.h"
#include "cmd/hook.h"

enum { MAX_PLANS = 20 }; /* distinct pairs of commits; a push of more is not decided here */

bool hook_id_is_zero(const char *id)
{
	return *id && !id[strspn(id, "0")];
}

/* The next word of a line, NUL-terminated in `a`; "" at its end. */
static const char *next_word(struct arena *a, const char **line)
{
	const char *start = *line + strspn(*line, " ");
	size_t n = strcspn(start, " \n");

	*line = start + n;
	return arena_memdup(a, start, n);
}

static bool is_id(const char *word)
{
	size_t n = strlen(word);

	return (n == 40 || n == 64) && strspn(word, "0123456789abcdef") == n;
}

/* pre-push: "local local-id remote remote-id"; pre-receive: "old new ref". */
int hook_read_refs(struct arena *a, const char *text, bool server, struct hook_refs *out,
		   struct err *err)
{
	const char *words[4];
	struct hook_ref r;

	for (; *text; text += *text == '\n') {
		for (size_t i = 0; i < (server ? 3 : 4); i++)
			words[i] = next_word(a, &text);
		if (server)
			r = (struct hook_ref){ .local = words[2],
					       .remote = words[2],
					       .old_id = words[0],
					       .new_id = words[1] };
		else
			r = (struct hook_ref){ .local = words[0],
					       .new_id = words[1],
					       .remote = words[2],
					       .old_id = words[3] };
		if (!is_id(r.old_id) || !*r.remote || (*text && *text != '\n'))
			return err_raise(err, ERR_INPUT, NO_POS,
					 "cannot read what git says of the push");
		*vec_push(a, out) = r;
	}
	return 0;
}

static const char *short_name(const char *ref)
{
	static const char *const folders[] = { "refs/heads/", "refs/tags/" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (!strncmp(ref, folders[i], strlen(folders[i])))
			return ref + strlen(folders[i]);
	return ref;
}

/* What one ref is compared with. */
struct against {
	char id[GIT_ID]; /* "" is the empty tree */
	const char *why;
};

/* The remote's default branch; where nobody asked the remote for its HEAD, by its usual names. */
static const char *find_default(struct hook *h, const char *remote, char id[GIT_ID])
{
	static const char *const names[] = { "HEAD", "main", "master" };
	struct arena *a = &h->run->arena;
	struct err ignored = ERR_INIT;

	if (!remote)
		return repo_resolve(h->repo, "HEAD", id, &ignored) ? NULL : "the default branch";
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!repo_resolve(h->repo, arena_printf(a, "refs/remotes/%s/%s", remote, names[i]),
				  id, &ignored))
			return arena_printf(a, "%s/%s", remote, names[i]);
	return NULL;
}

/* A branch that is new to the remote: what it adds to the default branch there. */
static void against_default(struct hook *h, const char *remote, const char *head,
			    struct against *out)
{
	struct err ignored = ERR_INIT;
	char id[GIT_ID];
	const char *name = find_default(h, remote, id);

	out->why = "empty tree: there is nothing to compare with";
	if (name && !repo_merge_base(h->repo, head, id, out->id, &ignored))
		out->why = arena_printf(&h->run->arena, "merge base with %s", name);
	else
		out->id[0] = '\0';
}

/*
 * The remote's commit is not here: somebody else has pushed in between. What was fetched last is
 * the nearest thing to it.
 */
static void against_tracking(struct hook *h, const struct hook_ref *ref, const char *remote,
			     const char *head, struct against *out)
{
	struct arena *a = &h->run->arena;
	const char *name = arena_printf(a, "refs/remotes/%s/%s", remote, short_name(ref->remote));
	struct err ignored = ERR_INIT;

	if (!strncmp(ref->remote, "refs/heads/", 11) &&
	    !repo_resolve(h->repo, name, out->id, &ignored)) {
		out->why = arena_printf(a, "commit that %s/%s was at when it was fetched last",
					remote, short_name(ref->remote));
		hook_say(h,
			 "%s: %.7s, which %s has, is not here; compared with %s/%s as it was "
			 "fetched last",
			 short_name(ref->remote), ref->old_id, remote, remote,
			 short_name(ref->remote));
		return;
	}
	hook_say(h, "%s: %.7s, which %s has, is not here", short_name(ref->remote), ref->old_id,
		 remote);
	against_default(h, remote, head, out);
}

static void choose(struct hook *h, const struct hook_ref *ref, const char *remote, const char *head,
		   struct against *out)
{
	struct err ignored = ERR_INIT;

	if (hook_id_is_zero(ref->old_id)) {
		against_default(h, remote, head, out);
	} else if (repo_has_commit(h->repo, ref->old_id) &&
		   !repo_resolve(h->repo, ref->old_id, out->id, &ignored)) {
		out->why = remote ? arena_printf(&h->run->arena, "commit that %s has", remote)
				  : "commit before the push";
	} else if (remote) {
		against_tracking(h, ref, remote, head, out);
	} else {
		against_default(h, remote, head, out);
	}
}

static int plan_pair(struct hook *h, const struct hook_ref *ref, const char *head,
		     const struct against *base)
{
	struct hook_update u = { .what = short_name(ref->remote) };
	struct sides *s = &u.sides;
	struct err err = ERR_INIT;
	int status = STATUS_UNDECIDED;

	s->commit = head;
	s->base_commit = base->id;
	s->base_why = base->why;
	s->prefix = "";
	s->repo = h->repo;
	s->head = repo_view_commit(h->repo, head, &err);
	s->base = *base->id ? repo_view_commit(h->repo, base->id, &err) : repo_view_empty(h->repo);
	if (s->head && s->base)
		status = hook_plan(h, &u);
	else
		hook_say(h, "%s: %s", u.what, err.msg);
	view_free(s->head);
	view_free(s->base);
	return status;
}

/* 1 wins over 3 over 0. */
static int worse(int one, int two)
{
	static const int rank[] = {
		[STATUS_HOLDS] = 0, [STATUS_CHANGES] = 0, [STATUS_FAILS] = 2, [STATUS_UNDECIDED] = 1
	};

	return rank[two] > rank[one] ? two : one;
}

/* Only branches and tags are deployed; a tag of something that is no commit is not our matter. */
static bool is_planned(struct hook *h, const struct hook_ref *ref, char head[GIT_ID])
{
	struct err ignored = ERR_INIT;

	if (hook_id_is_zero(ref->new_id))
		return false;
	if (strncmp(ref->remote, "refs/heads/", 11) && strncmp(ref->remote, "refs/tags/", 10))
		return false;
	return !repo_resolve(h->repo, ref->new_id, head, &ignored);
}

int hook_plan_refs(struct hook *h, const struct hook_refs *refs, const char *remote)
{
	struct arena *a = &h->run->arena;
	int status = STATUS_HOLDS;
	struct against base;
	char head[GIT_ID];
	size_t plans = 0;
	struct map seen;
	void **pair;

	map_init(&seen, a);
	for (size_t i = 0; i < refs->count; i++) {
		if (!is_planned(h, &refs->items[i], head))
			continue;
		choose(h, &refs->items[i], remote, head, &base);
		pair = map_at(&seen, arena_printf(a, "%s %s", head, base.id));
		if (*pair || !strcmp(head, base.id))
			continue;
		*pair = h;
		if (++plans > MAX_PLANS) {
			hook_say(h, "more than %d refs at once are not checked here", MAX_PLANS);
			return worse(status, STATUS_UNDECIDED);
		}
		status = worse(status, plan_pair(h, &refs->items[i], arena_strdup(a, head), &base));
	}
	return status;
}
