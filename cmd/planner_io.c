/* What the planner takes from flags, and how its plan is printed. */
#include "cmd/cmd.h"
#include "cmd/planner.h"
#include "cmd/report/report.h"

int planner_paths(struct run *run, const char *prefix, const struct option_values *named,
		  struct planner_options *how, struct err *err)
{
	const char **paths = arena_array(&run->arena, named->count, const char *);
	size_t i;

	for (i = 0; i < named->count; i++) {
		paths[i] = view_join(&run->arena, prefix, named->items[i].text);
		if (!paths[i])
			return err_raise(err, ERR_USAGE, NO_POS, "'%s' is outside the repository",
					 named->items[i].text);
	}
	how->paths = paths;
	how->path_count = named->count;
	return 0;
}

int print_plan_as(const struct plan *p, const struct report_format *format,
		  const struct report_options *how, struct err *err)
{
	struct buf out;
	int rc;

	buf_init(&out, 0);
	format->write(&out, p, how);
	rc = print_out(&out, err);
	buf_release(&out);
	return rc;
}
