/*
 * tables: the rule tables of the areas, each beside its code.
 *
 * A table ends with a row without an id. To add an area: one file, one line here.
 */
#ifndef VALIDATE_RULES_TABLES_H
#define VALIDATE_RULES_TABLES_H
#include "validate/rules/rules.h"

/* clang-format off */
#define RULE_TABLES(X)                                                                           \
	X(meta)                                                                                  \
	X(pods)                                                                                  \
	X(containers)                                                                            \
	X(probes)                                                                                \
	X(resources)                                                                             \
	X(security)                                                                              \
	X(scheduling)                                                                            \
	X(volumes)                                                                               \
	X(workloads)                                                                             \
	X(jobs)                                                                                  \
	X(config)                                                                                \
	X(services)                                                                              \
	X(network)                                                                               \
	X(rbac)                                                                                  \
	X(autoscaling)                                                                           \
	X(webhooks)                                                                              \
	X(admission)                                                                             \
	X(storage)                                                                               \
	X(cluster)                                                                               \
	X(flow)                                                                                  \
	X(devices)                                                                               \
	X(slices)                                                                                \
	X(nodes)                                                                                 \
	X(updates)                                                                               \
	X(pod_updates)
/* clang-format on */

#define X(area) extern const struct rule rules_##area[];
RULE_TABLES(X)
#undef X

#endif
