#include "cmd/swarm_flags.h"
#include "cmd/targets.h"

#define AT(field) .offset = offsetof(struct swarm_flags, field)

const struct option swarm_flag_rows[] = {
	/* by name */
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
