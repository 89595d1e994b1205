#include "base/process.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/limits.h"
#include "base/vec.h"

extern char **environ; /* NOLINT(readability-redundant-declaration): POSIX has none */

/* Both ends of the three pipes; -1 where there is none. [0] is what a reader has. */
struct pipes {
	int in[2], out[2], errors[2];
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void pipes_close(struct pipes *p)
{
	for (int i = 0; i < 2; i++) {
		close_fd(&p->in[i]);
		close_fd(&p->out[i]);
		close_fd(&p->errors[i]);
	}
}

static int io_error(struct err *err, const char *program, int error)
{
	enum err_code code = error == ENOENT ? ERR_NOT_FOUND : ERR_IO;

	return err_raise(err, code, NO_POS, "running '%s': %s", program, strerror(error));
}

/* --- the environment ----------------------------------------------------------------------- */

/* Whether two "NAME=value" or "NAME" have the same name. */
static bool same_name(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return n == strcspn(b, "=") && !memcmp(a, b, n);
}

static char **make_env(struct arena *a, const char *const *changes)
{
	struct {
		VEC(char *);
	} env = { 0 };
	size_t i;

	for (char **old = environ; *old; old++) {
		for (i = 0; changes && changes[i] && !same_name(*old, changes[i]); i++)
			;
		if (!changes || !changes[i])
			*vec_push(a, &env) = *old;
	}
	for (i = 0; changes && changes[i]; i++)
		if (strchr(changes[i], '='))
			*vec_push(a, &env) = arena_strdup(a, changes[i]);
	*vec_push(a, &env) = NULL;
	return env.items;
}

/* --- starting ------------------------------------------------------------------------------ */

static int plan_streams(posix_spawn_file_actions_t *actions, const struct process_options *o,
			const struct pipes *p)
{
	int error = 0;

	if (p->in[0] >= 0)
		error |= posix_spawn_file_actions_adddup2(actions, p->in[0], 0);
	else if (!(o->flags & PROCESS_TERMINAL))
		error |= posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
	error |= posix_spawn_file_actions_adddup2(actions, p->out[1], 1);
	if (p->errors[1] >= 0)
		error |= posix_spawn_file_actions_adddup2(actions, p->errors[1], 2);
	else if (!(o->flags & (PROCESS_TERMINAL | PROCESS_STDERR)))
		error |= posix_spawn_file_actions_addopen(actions, 2, "/dev/null", O_WRONLY, 0);
	if (o->folder)
		error |= posix_spawn_file_actions_addchdir_np(actions, o->folder);
	return error;
}

static int plan_signals(posix_spawnattr_t *attr, const struct process_options *o)
{
	short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
	sigset_t none, all;
	int error;

	sigemptyset(&none);
	sigfillset(&all);
	if (!(o->flags & PROCESS_TERMINAL))
		flags |= POSIX_SPAWN_SETPGROUP;
	error = posix_spawnattr_setsigmask(attr, &none);
	error |= posix_spawnattr_setsigdefault(attr, &all);
	error |= posix_spawnattr_setpgroup(attr, 0);
	return error | posix_spawnattr_setflags(attr, flags);
}

static int spawn(const struct process_options *o, const struct pipes *p, pid_t *pid,
		 struct err *err)
{
	struct arena a SCOPED(arena_release) = ARENA_INIT;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	error = plan_streams(&actions, o, p) | plan_signals(&attr, o);
	if (!error)
		error = posix_spawnp(pid, o->argv[0], &actions, &attr, (char **)o->argv,
				     make_env(&a, o->env));
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return error ? io_error(err, o->argv[0], error) : 0;
}

/* Both ends are closed on exec; dup2 in the child gives it an open copy. */
static int open_pipes(struct pipes *p, bool in, bool errors)
{
	if (in && pipe2(p->in, O_CLOEXEC) < 0)
		return -1;
	if (errors && pipe2(p->errors, O_CLOEXEC) < 0)
		return -1;
	return pipe2(p->out, O_CLOEXEC);
}

#define PIPES_INIT                                                                                 \
	{                                                                                          \
		{ -1, -1 }, { -1, -1 },                                                            \
		{                                                                                  \
			-1, -1                                                                     \
		}                                                                                  \
	}

static void end_group(pid_t pid, unsigned flags)
{
	kill(flags & PROCESS_TERMINAL ? pid : -pid, SIGKILL);
}

static int reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* --- writing to a pipe whose reader may be gone --------------------------------------------- */

/* write(2) with EPIPE for a reader that is gone, and no signal, whatever the process ignores. */
static ssize_t write_quietly(int fd, const char *text, size_t len)
{
	struct timespec now = { 0 };
	sigset_t pipe_only, old, pending;
	ssize_t n;
	int error;

	sigemptyset(&pipe_only);
	sigaddset(&pipe_only, SIGPIPE);
	sigpending(&pending);
	pthread_sigmask(SIG_BLOCK, &pipe_only, &old);
	n = write(fd, text, len);
	error = errno;
	if (n < 0 && error == EPIPE && !sigismember(&pending, SIGPIPE))
		while (sigtimedwait(&pipe_only, NULL, &now) < 0 && errno == EINTR)
			;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	errno = error;
	return n;
}

/* --- running to the end --------------------------------------------------------------------- */

struct talk {
	const struct process_options *o;
	struct pipes pipes;
	struct process_result *result;
	size_t written;
	long long deadline; /* in ms; 0: none */
};

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void feed(struct talk *t)
{
	ssize_t n = write_quietly(t->pipes.in[1], t->o->input + t->written,
				  t->o->input_len - t->written);

	if (n > 0)
		t->written += (size_t)n;
	else if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0 || t->written == t->o->input_len)
		close_fd(&t->pipes.in[1]);
}

static void take(int *fd, struct buf *b)
{
	char part[65536];
	ssize_t n = read(*fd, part, sizeof(part));

	if (n > 0)
		buf_add(b, part, (size_t)n);
	else if (!n || (errno != EINTR && errno != EAGAIN))
		close_fd(fd);
}

static int wait_time(const struct talk *t)
{
	long long left;

	if (!t->deadline)
		return -1;
	left = t->deadline - now_ms();
	return left < 0 ? 0 : (int)left;
}

/* Move bytes until the child has closed its outputs. */
static int converse(struct talk *t, struct err *err)
{
	struct pollfd fds[3];
	int n;

	while (t->pipes.out[0] >= 0 || t->pipes.errors[0] >= 0) {
		fds[0] = (struct pollfd){ t->pipes.in[1], POLLOUT, 0 };
		fds[1] = (struct pollfd){ t->pipes.out[0], POLLIN, 0 };
		fds[2] = (struct pollfd){ t->pipes.errors[0], POLLIN, 0 };
		n = poll(fds, 3, wait_time(t));
		if (n < 0 && errno != EINTR)
			return io_error(err, t->o->argv[0], errno);
		if (!n)
			return err_raise(err, ERR_IO, NO_POS, "running '%s': no answer in %u ms",
					 t->o->argv[0], t->o->timeout_ms);
		if (n < 0)
			continue;
		if (fds[0].revents)
			feed(t);
		if (fds[1].revents)
			take(&t->pipes.out[0], &t->result->out);
		if (fds[2].revents)
			take(&t->pipes.errors[0], &t->result->errors);
		if (t->result->out.full || t->result->errors.full)
			return err_raise(err, ERR_LIMIT, NO_POS,
					 "running '%s': it printed more than %zu bytes",
					 t->o->argv[0], t->result->out.max);
	}
	return 0;
}

int process_run(const struct process_options *o, struct process_result *result, struct err *err)
{
	size_t max = o->max_output ? o->max_output : LIMIT_PROCESS_BYTES;
	struct talk t = { .o = o, .pipes = PIPES_INIT, .result = result };
	pid_t pid = 0;
	int rc;

	*result = (struct process_result){ 0 };
	buf_init(&result->out, max);
	buf_init(&result->errors, max);
	if (o->timeout_ms)
		t.deadline = now_ms() + o->timeout_ms;
	if (open_pipes(&t.pipes, o->input, !(o->flags & (PROCESS_TERMINAL | PROCESS_STDERR))) < 0) {
		rc = io_error(err, o->argv[0], errno);
		pipes_close(&t.pipes);
		return rc;
	}
	rc = spawn(o, &t.pipes, &pid, err);
	close_fd(&t.pipes.in[0]);
	close_fd(&t.pipes.out[1]);
	close_fd(&t.pipes.errors[1]);
	if (t.pipes.in[1] >= 0)
		fcntl(t.pipes.in[1], F_SETFL, O_NONBLOCK);
	if (!rc) {
		rc = converse(&t, err);
		if (rc < 0)
			end_group(pid, o->flags);
		pipes_close(&t.pipes);
		result->status = reap(pid);
	}
	pipes_close(&t.pipes);
	return rc;
}

void process_result_release(struct process_result *result)
{
	buf_release(&result->out);
	buf_release(&result->errors);
}

const char *process_complaint(const struct process_result *result, char *out, size_t size)
{
	const char *text = result->errors.text, *end = text + result->errors.len, *start;
	size_t n;

	while (end > text && (unsigned char)end[-1] <= ' ')
		end--;
	for (start = end; start > text && start[-1] != '\n'; start--)
		;
	n = (size_t)(end - start);
	if (!n) {
		snprintf(out, size, "exit status %d", result->status);
		return out;
	}
	n = n < size ? n : size - 1;
	memcpy(out, start, n);
	out[n] = '\0';
	for (char *c = out; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	return out;
}

/* --- running beside us ---------------------------------------------------------------------- */

int process_start(const struct process_options *o, struct process *p, struct err *err)
{
	struct pipes pipes = PIPES_INIT;
	int rc;

	*p = (struct process){ .in = -1, .out = -1 };
	if (open_pipes(&pipes, true, false) < 0)
		rc = io_error(err, o->argv[0], errno);
	else
		rc = spawn(o, &pipes, &p->pid, err);
	if (rc < 0) {
		p->pid = 0;
		pipes_close(&pipes);
		return -1;
	}
	p->in = pipes.in[1];
	p->out = pipes.out[0];
	pipes.in[1] = pipes.out[0] = -1;
	pipes_close(&pipes);
	return 0;
}

int process_write(struct process *p, const char *text, size_t len, struct err *err)
{
	ssize_t n;

	while (len) {
		n = write_quietly(p->in, text, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_raise(err, ERR_IO, NO_POS, "writing to a program: %s",
					 strerror(errno));
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

void process_stop(struct process *p)
{
	if (!p->pid)
		return;
	close_fd(&p->in);
	close_fd(&p->out);
	end_group(p->pid, 0);
	reap(p->pid);
	p->pid = 0;
}
