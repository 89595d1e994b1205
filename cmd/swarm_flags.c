#include "cmd/swarm_flags.h"
#include "base/files.h"
#include "cmd/targets.h"

#define AT(field) .offset = offsetof(struct swarm_flags, field)

const struct option swarm_flag_rows[] = {
	/* by name */
	{ .name = "compose-file",
	  .letter = 'c',
	  .type = OPTION_APPEND,
	  .value = "FILE",
	  AT(files),
	  .summary = "plan this Compose file's stack alone; repeatable: later files are merged "
		     "into it, as docker stack deploy -c does" },
	{ .name = "env-file",
	  .type = OPTION_STRING,
	  .value = "FILE",
	  AT(env_file),
	  .summary = "the variables of -c's stack, from disk, in the place of .env" },
	{ .name = "stack",
	  .type = OPTION_STRING,
	  .value = "NAME",
	  AT(stack),
	  .summary = "what the stack of -c is called (default: by its first file)" },
	{ .name = "swarm",
	  .type = OPTION_STRING,
	  .value = "HOST",
	  AT(host),
	  .summary = "compare Docker Swarm's stacks with this swarm: unix:///var/run/docker.sock, "
		     "tcp://manager:2376 (TLS as DOCKER_TLS_VERIFY and DOCKER_CERT_PATH say), or "
		     "env: DOCKER_HOST" },
	{ .name = "swarm-prune",
	  .type = OPTION_FLAG,
	  AT(prune),
	  .summary = "stacks are deployed with --prune: services that git lost are removed" },
};
_Static_assert(ARRAY_SIZE(swarm_flag_rows) == SWARM_FLAGS, "as the header says");

int swarm_flags_open(struct run *run, const struct swarm_flags *flags, struct swarm **out,
		     struct err *err)
{
	struct swarm_options how = { .host = flags->host, .prune = flags->prune };

	if (!flags->host)
		return 0;
	if (run->offline)
		return err_raise(err, ERR_USAGE, NO_POS,
				 "--swarm asks a swarm, and --offline none");
	how.cancel = interrupt_watch();
	*out = swarm_open(run, &how, err);
	return *out ? 0 : -1;
}

static int read_environment(struct run *run, const char *file, struct settings_stack *out,
			    struct err *err)
{
	struct buf text;
	int rc;

	if (!file)
		return 0;
	buf_init(&text, 1 << 20);
	rc = file_read(file, &text, err);
	out->env_file = file;
	out->env_text = buf_dup(&text, &run->arena);
	out->env_len = text.len;
	buf_release(&text);
	return rc;
}

int swarm_flags_stack(struct run *run, const struct swarm_flags *flags, const char *prefix,
		      const struct sides *sides, struct planner_options *how, struct err *err)
{
	struct settings_stacks *stacks = arena_new(&run->arena, struct settings_stacks);
	struct settings_stack *one;
	const char **paths = arena_array(&run->arena, 1, const char *);

	if (!flags->files.count)
		return !flags->stack ? 0
				     : err_raise(err, ERR_USAGE, NO_POS,
						 "--stack names the stack of -c FILE");
	if (how->path_count)
		return err_raise(err, ERR_USAGE, NO_POS, "-c plans one stack, so it takes no -p");
	*stacks = (struct settings_stacks){ 0 };
	one = vec_push(&run->arena, stacks);
	*one = (struct settings_stack){ 0 };
	if (read_environment(run, flags->env_file, one, err) < 0)
		return -1;
	for (size_t i = 0; i < flags->files.count; i++) {
		const char *file = view_join(&run->arena, prefix, flags->files.items[i].text);

		if (!file)
			return err_raise(err, ERR_USAGE, NO_POS, "'%s' is outside the repository",
					 flags->files.items[i].text);
		*vec_push(&run->arena, &one->files) = file;
	}
	one->name = flags->stack ? flags->stack
				 : stack_name(run, &run->arena, sides->head, one->files.items[0],
					      "stack");
	paths[0] = one->files.items[0];
	how->paths = paths;
	how->path_count = 1;
	how->stacks = stacks;
	return 0;
}
