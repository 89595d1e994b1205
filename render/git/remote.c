#include "render/git/remote.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/url.h"
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/files.h"
#include "base/http.h"
#include "base/sha256.h"
#include "render/git/impl.h"
#include "render/guard.h"

enum { REMOTE_TIMEOUT_MS = 120000, MAX_ARGUMENTS = 24 };

/* A fetch under way. */
struct fetch {
	struct run *run;
	const struct remote *remote;
	struct arena arena;
	const char *shown; /* the URL without credentials */
	const char *folder;
	const char *kept;  /* the ref in the cache that holds what `ref` was last */
	const char *place; /* the host and its port, as reach knows them */
	bool over_ssh;
	const char *ssh_command; /* for git's environment; NULL: as the user has it */
	bool temporary;		 /* there is no cache: the folder goes when the view does */
};

/* --- URLs
 * ------------------------------------------------------------------------------------------ */

const char *remote_host(struct arena *a, const char *url)
{
	const char *start = strstr(url, "://"), *end, *at;

	if (start) {
		start += 3;
		end = start + strcspn(start, "/?#");
	} else {
		start = url;
		end = strchr(url, ':');
		if (!end || memchr(url, '/', (size_t)(end - url)))
			return NULL;
	}
	at = memrchr(start, '@', (size_t)(end - start));
	if (at)
		start = at + 1;
	if (*start == '[') {
		start++;
		end = start + strcspn(start, "]");
	} else if (memchr(start, ':', (size_t)(end - start))) {
		end = memchr(start, ':', (size_t)(end - start));
	}
	return end > start ? arena_memdup(a, start, (size_t)(end - start)) : NULL;
}

static int check_address(const char *host, struct err *err)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list = NULL;
	int rc = getaddrinfo(host, NULL, &hints, &list);

	if (rc)
		return err_raise(err, ERR_IO, NO_POS, "host '%s': %s", host, gai_strerror(rc));
	for (struct addrinfo *one = list; one && !rc; one = one->ai_next)
		if (http_address_private(one->ai_addr))
			rc = err_raise(err, ERR_REFUSED, NO_POS,
				       "host '%s' has a private or local address", host);
	freeaddrinfo(list);
	return rc;
}

/* --- the user's git
 * --------------------------------------------------------------------------------- */

/* A message without the credentials that the URL holds, should git repeat them. */
static const char *mask(struct fetch *f, const char *message)
{
	const char *secret = strstr(f->remote->url, "://");

	if (f->shown == f->remote->url || !secret)
		return message;
	secret = arena_memdup(&f->arena, secret + 3, strcspn(secret + 3, "@"));
	return strstr(message, secret) ? "git fetch failed (its message repeats credentials)"
				       : message;
}

/* Whether ssh's complaint is that no connection came about. */
static bool ssh_missed(struct fetch *f, const char *said, struct err *err)
{
	static const struct {
		const char *text, *why;
		bool silent;
	} ways[] = {
		{ "Could not resolve hostname", "its name is not known", false },
		{ "Connection refused", "it takes no connection", false },
		{ "Connection timed out", "no answer in 5 s", true },
		{ "No route to host", "it takes no connection", false },
		{ "Network is unreachable", "it takes no connection", false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		if (!strstr(said, ways[i].text))
			continue;
		reach_lost(f->run, f->place, ways[i].why, ways[i].silent);
		return reach_check(f->run, f->place, err) < 0;
	}
	return false;
}

/* What ssh or the server said is worth more than git's advice after it. */
static void drop_advice(struct buf *said)
{
	const char *advice = strstr(said->text, "fatal: Could not read from remote repository");

	if (advice && advice > said->text)
		buf_cut(said, (size_t)(advice - said->text));
}

/* Run git on the cached repository; 0 when its exit status is 0, the first line of its output in
 * *out. */
static int git(struct fetch *f, const char *const *arguments, const char **out, struct err *err)
{
	const char *argv[MAX_ARGUMENTS + 12] = { "git",
						 "--git-dir",
						 f->folder,
						 "-c",
						 "core.hooksPath=/dev/null",
						 "-c",
						 "gc.auto=0",
						 "-c",
						 "core.fsmonitor=false" };
	const char *env[] = { GIT_ENVIRONMENT_UNSET,
			      "GIT_TERMINAL_PROMPT=0",
			      "LC_ALL=C",
			      NULL,
			      NULL,
			      NULL,
			      NULL,
			      NULL };
	const char **more = env + ARRAY_SIZE(env) - 5;
	struct process_result result SCOPED(process_result_release) = { 0 };
	struct process_options o = { .argv = argv, .env = env };
	char complaint[512];
	size_t n = 9;

	for (; *arguments && n < ARRAY_SIZE(argv) - 1; arguments++)
		argv[n++] = *arguments;
	if (!getenv("GIT_ALLOW_PROTOCOL"))
		*more++ = "GIT_ALLOW_PROTOCOL=https:ssh";
	if (!getenv("SSH_ASKPASS")) { /* nobody is there to be asked */
		*more++ = "SSH_ASKPASS=/bin/false";
		*more++ = "SSH_ASKPASS_REQUIRE=force";
	}
	if (f->ssh_command)
		*more++ = f->ssh_command;
	o.timeout_ms = f->remote->timeout_ms ? f->remote->timeout_ms : REMOTE_TIMEOUT_MS;
	if (process_run(&o, &result, err) < 0)
		return -1;
	if (result.status && f->over_ssh && ssh_missed(f, result.errors.text, err))
		return -1;
	drop_advice(&result.errors);
	if (result.status)
		return err_raise(err, ERR_IO, NO_POS, "%s",
				 mask(f, process_complaint(&result, complaint, sizeof(complaint))));
	if (out)
		*out = arena_memdup(&f->arena, result.out.text, strcspn(result.out.text, "\n"));
	return 0;
}

/* --- whether the host answers
 * ----------------------------------------------------------------------------- */

/* Whether the user's git is told of a proxy of its own for the URL. */
static bool git_has_proxy(struct fetch *f)
{
	const char *const argv[] = { "config", "--get-urlmatch", "http.proxy", f->remote->url,
				     NULL };
	const char *proxy = "";
	struct err ignored = ERR_INIT;

	return !git(f, argv, &proxy, &ignored) && *proxy;
}

/*
 * Git waits for a connection for minutes. So a server is asked for anything first, with a short
 * limit, once in a run; what it says is git's affair.
 */
static int check_reach(struct fetch *f, bool public_only, struct err *err)
{
	const struct http_options options = { .flags = public_only ? HTTP_PUBLIC_ONLY : 0,
					      .connect_timeout_ms = REACH_CONNECT_MS,
					      .timeout_ms = 2L * REACH_CONNECT_MS,
					      .max_tries = 1 };
	const char *url = arena_printf(&f->arena, "https://%s/", f->place);
	const struct http_request request = { .method = "HEAD", .url = url };
	struct http_response response = { 0 };
	struct http *client;
	int rc;

	if (reach_recall(f->run, url) || git_has_proxy(f))
		return 0;
	client = http_new(&options, err);
	rc = client ? reach_fetch(f->run, client, &request, &response, err) : -1;
	if (!rc)
		http_response_release(&response);
	http_free(client);
	if (rc < 0 && err->code == ERR_UNREACHED)
		return -1;
	reach_keep(f->run, url, "");
	return 0;
}

/* The user's own ssh command is left as it is; ssh alone waits for a connection for minutes. */
static void limit_ssh(struct fetch *f)
{
	const char *const argv[] = { "config", "--get", "core.sshCommand", NULL };
	struct err ignored = ERR_INIT;

	if (!getenv("GIT_SSH_COMMAND") && !getenv("GIT_SSH") && git(f, argv, NULL, &ignored) < 0)
		f->ssh_command = "GIT_SSH_COMMAND=ssh -o ConnectTimeout=5";
}

static int check_host(struct fetch *f, struct err *err)
{
	const char *host = remote_host(&f->arena, f->remote->url);
	bool public_only;

	if (guard_host(f->run, host, &public_only, err) < 0)
		return -1;
	if (f->over_ssh) {
		limit_ssh(f);
		if (reach_check(f->run, f->place, err) < 0)
			return -1;
	} else if (!strncmp(f->remote->url, "https://", 8) &&
		   check_reach(f, public_only, err) < 0) {
		return -1;
	}
	return public_only ? check_address(host, err) : 0;
}

static bool is_full_id(const char *ref)
{
	size_t n = ref ? strspn(ref, "0123456789abcdef") : 0;

	return (n == 40 || n == 64) && !ref[n];
}

/* The commit that the cache holds for the ref. */
static int cached(struct fetch *f, char commit[GIT_ID])
{
	const char *name = is_full_id(f->remote->ref) ? f->remote->ref : f->kept, *line;
	const char *const argv[] = { "rev-parse", "--verify", "--quiet",
				     arena_printf(&f->arena, "%s^{commit}", name), NULL };
	struct err ignored = ERR_INIT;

	line = "";
	if (git(f, argv, &line, &ignored) < 0)
		return -1;
	snprintf(commit, GIT_ID, "%s", line);
	return 0;
}

static int fetch_shallow(struct fetch *f, const char *what, struct err *err)
{
	const char *const argv[] = { "fetch",
				     "--quiet",
				     "--depth=1",
				     "--no-tags",
				     "--no-write-fetch-head",
				     "--recurse-submodules=no",
				     "--",
				     f->remote->url,
				     arena_printf(&f->arena, "+%s:%s", what, f->kept),
				     NULL };

	return git(f, argv, NULL, err);
}

/* A short id, or a server that gives no commit by its id: all branches and tags, and look there. */
static int fetch_all(struct fetch *f, struct err *err)
{
	const char *const argv[] = { "fetch",
				     "--quiet",
				     "--no-tags",
				     "--no-write-fetch-head",
				     "--recurse-submodules=no",
				     "--",
				     f->remote->url,
				     "+refs/heads/*:refs/remotes/all/*",
				     "+refs/tags/*:refs/tags/*",
				     NULL };
	const char *const find[] = { "rev-parse", "--verify", "--quiet",
				     arena_printf(&f->arena, "%s^{commit}", f->remote->ref), NULL };
	const char *id;

	if (git(f, argv, NULL, err) < 0)
		return -1;
	if (git(f, find, &id, err) < 0)
		return err_raise(err, ERR_NOT_FOUND, NO_POS, "it has no branch, tag or commit '%s'",
				 f->remote->ref);
	return git(f, (const char *const[]){ "update-ref", f->kept, id, NULL }, NULL, err);
}

static int fetch(struct fetch *f, struct err *err)
{
	const char *ref = f->remote->ref;
	struct err first = ERR_INIT;

	if (f->run->offline)
		return err_away(err, NO_POS, "repository '%s'", f->shown);
	if (check_host(f, err) < 0)
		return -1;
	if (!fetch_shallow(f, ref ? ref : "HEAD", &first))
		return 0;
	if (!ref || first.code == ERR_UNREACHED || strspn(ref, "0123456789abcdef") < strlen(ref) ||
	    strlen(ref) < 4) {
		*err = first;
		return -1;
	}
	return fetch_all(f, err);
}

/* --- the cache
 * -------------------------------------------------------------------------------------- */

static int init(struct fetch *f, struct err *err)
{
	const char *const argv[] = { "init", "--quiet", "--bare", "--template=", f->folder, NULL };
	struct stat st;

	if (!stat(arena_printf(&f->arena, "%s/HEAD", f->folder), &st))
		return 0;
	return git(f, argv, NULL, err);
}

/* One fetch at a time into a folder; the lock ends with the descriptor. */
static int lock_folder(struct fetch *f)
{
	int fd = -1;

	if (!f->temporary)
		fd = open(arena_printf(&f->arena, "%s.lock", f->folder),
			  O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0)
		flock(fd, LOCK_EX);
	return fd;
}

static int choose_folder(struct fetch *f, struct err *err)
{
	const char *cache = cache_folder(&f->arena, "git");
	const char *temporary = getenv("TMPDIR");
	char hex[65], *made;

	sha256_hex(f->remote->url, strlen(f->remote->url), hex);
	if (cache && !access(cache, W_OK)) {
		f->folder = arena_printf(&f->arena, "%s/%.40s", cache, hex);
	} else {
		made = arena_printf(&f->arena, "%s/kubectl-gitops-XXXXXX",
				    temporary && *temporary ? temporary : "/tmp");
		if (!mkdtemp(made))
			return err_raise(err, ERR_IO, NO_POS, "'%s': %s", made, strerror(errno));
		f->folder = made;
		f->temporary = true;
	}
	sha256_hex(f->remote->ref ? f->remote->ref : "HEAD",
		   strlen(f->remote->ref ? f->remote->ref : "HEAD"), hex);
	f->kept = arena_printf(&f->arena, "refs/gitops/%.40s", hex);
	return 0;
}

/* Fetch it; what comes of it holds for the run. */
static int fetch_once(struct fetch *f, char commit[GIT_ID], struct err *err)
{
	const char *key = arena_printf(&f->arena, "git %s %s", f->remote->url,
				       f->remote->ref ? f->remote->ref : "HEAD");
	const char *known = f->temporary ? NULL : reach_recall(f->run, key);
	int rc;

	if (known && *known)
		return err_raise(err, ERR_IO, NO_POS, "%s", known);
	if (known && !cached(f, commit))
		return 0;
	rc = fetch(f, err);
	if (!rc && cached(f, commit) < 0)
		rc = err_raise(err, ERR_INPUT, NO_POS, "'%s' is no commit", f->remote->ref);
	if (!rc)
		reach_keep(f->run, key, "");
	else if (err->code == ERR_IO && *err->msg)
		reach_keep(f->run, key, err->msg);
	return rc;
}

/*
 * Bring the commit into the cache. A branch or tag may have moved, so it is asked for once in each
 * run; a commit never is again.
 */
static int obtain(struct fetch *f, char commit[GIT_ID], struct err *err)
{
	int lock = lock_folder(f), rc = init(f, err);

	if (!rc && !((is_full_id(f->remote->ref) || f->run->offline) && !cached(f, commit)))
		rc = fetch_once(f, commit, err);
	if (lock >= 0)
		close(lock);
	return rc;
}

static struct view *open_view(struct fetch *f, const char *commit, struct err *err)
{
	struct repo *r = repo_open(f->run, f->folder, err);
	struct view *v = NULL;

	if (r) {
		r->source = arena_printf(&r->store->arena, "%s@%s", f->shown, commit);
		r->temporary = f->temporary ? arena_strdup(&r->store->arena, f->folder) : NULL;
		v = repo_view_commit(r, commit, err);
	}
	if (v)
		repo_owned_by(r, v);
	else
		repo_free(r);
	return v;
}

static int check(const struct remote *remote, struct err *err)
{
	if (!*remote->url || *remote->url == '-' || strchr(remote->url, '\n'))
		return err_raise(err, ERR_INPUT, NO_POS, "no URL of a repository");
	if (remote->ref && (!*remote->ref || *remote->ref == '-' || *remote->ref == '+' ||
			    strpbrk(remote->ref, ": \n^~?*[\\")))
		return err_raise(err, ERR_INPUT, NO_POS, "'%s' is no branch, tag or commit",
				 remote->ref);
	return 0;
}

/* Its host and port. */
static void find_place(struct fetch *f)
{
	const char *url = f->remote->url, *host = remote_host(&f->arena, url);

	f->over_ssh = !strncmp(url, "ssh://", 6) || !strstr(url, "://");
	f->place = strstr(url, "://") ? url_host(&f->arena, url) : host ? host : "";
	if (f->over_ssh && host && !strcmp(f->place, host))
		f->place = arena_printf(&f->arena, "%s:22", host);
}

struct view *remote_open(struct run *run, const struct remote *remote, char commit[GIT_ID],
			 struct err *err)
{
	struct fetch f = { .run = run, .remote = remote };
	struct view *v = NULL;

	if (!is_full_id(remote->ref))
		atomic_fetch_add(&run->outside, 1);
	f.shown = url_shown(&f.arena, remote->url);
	find_place(&f);
	if (!check(remote, err) && !choose_folder(&f, err) && !obtain(&f, commit, err))
		v = open_view(&f, commit, err);
	if (!v) {
		if (err->code == ERR_UNREACHED)
			reach_misses(err, arena_printf(&f.arena, "repository '%s'", f.shown));
		else if (err->code != ERR_AWAY)
			err_wrap(err, "repository '%s'", f.shown);
		if (f.temporary)
			git_remove_folder(f.folder);
	}
	arena_release(&f.arena);
	return v;
}
