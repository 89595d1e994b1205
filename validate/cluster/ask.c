#include "validate/plan_internal.h"

int plan_ask_cluster(struct plan *p, const struct plan_options *options,
		     const struct plan_items *items, struct err *err)
{
	(void)p;
	(void)options;
	(void)items;
	return err_raise(err, ERR_UNSUPPORTED, NO_POS, "planning with a cluster is not built yet");
}
