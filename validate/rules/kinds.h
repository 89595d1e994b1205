/*
 * kinds: the built-in kinds that rules speak of.
 *
 * One row a kind: its bit in a rule's `kinds`, group, scope, what its name must be, and where its
 * pod template is.
 */
#ifndef VALIDATE_RULES_KINDS_H
#define VALIDATE_RULES_KINDS_H
#include <stdbool.h>
#include <stdint.h>

/* clang-format off: it packs such a list anew at each run */
#define KINDS(X)                                                                                   \
	X(POD)                                                                                     \
	X(POD_TEMPLATE)                                                                            \
	X(RC)                                                                                      \
	X(DEPLOYMENT)                                                                              \
	X(REPLICA_SET)                                                                             \
	X(STATEFUL_SET)                                                                            \
	X(DAEMON_SET)                                                                              \
	X(CONTROLLER_REVISION)                                                                     \
	X(JOB)                                                                                     \
	X(CRON_JOB)                                                                                \
	X(SERVICE)                                                                                 \
	X(ENDPOINTS)                                                                               \
	X(ENDPOINT_SLICE)                                                                          \
	X(INGRESS)                                                                                 \
	X(INGRESS_CLASS)                                                                           \
	X(NETWORK_POLICY)                                                                          \
	X(CONFIG_MAP)                                                                              \
	X(SECRET)                                                                                  \
	X(SERVICE_ACCOUNT)                                                                         \
	X(ROLE)                                                                                    \
	X(CLUSTER_ROLE)                                                                            \
	X(ROLE_BINDING)                                                                            \
	X(CLUSTER_ROLE_BINDING)                                                                    \
	X(PV)                                                                                      \
	X(PVC)                                                                                     \
	X(STORAGE_CLASS)                                                                           \
	X(CSI_DRIVER)                                                                              \
	X(CSI_NODE)                                                                                \
	X(CSI_CAPACITY)                                                                            \
	X(VOLUME_ATTACHMENT)                                                                       \
	X(VOLUME_ATTRIBUTES_CLASS)                                                                 \
	X(HPA)                                                                                     \
	X(PDB)                                                                                     \
	X(VALIDATING_WEBHOOK)                                                                      \
	X(MUTATING_WEBHOOK)                                                                        \
	X(VAP)                                                                                     \
	X(VAP_BINDING)                                                                             \
	X(MAP)                                                                                     \
	X(MAP_BINDING)                                                                             \
	X(PRIORITY_CLASS)                                                                          \
	X(RUNTIME_CLASS)                                                                           \
	X(CSR)                                                                                     \
	X(LEASE)                                                                                   \
	X(RESOURCE_CLAIM)                                                                          \
	X(RESOURCE_CLAIM_TEMPLATE)                                                                 \
	X(DEVICE_CLASS)                                                                            \
	X(RESOURCE_SLICE)                                                                          \
	X(FLOW_SCHEMA)                                                                             \
	X(PRIORITY_LEVEL)                                                                          \
	X(API_SERVICE)                                                                             \
	X(RESOURCE_QUOTA)                                                                          \
	X(LIMIT_RANGE)                                                                             \
	X(NAMESPACE)                                                                               \
	X(EVENT)                                                                                   \
	X(NODE)                                                                                    \
	X(IP_ADDRESS)                                                                              \
	X(SERVICE_CIDR)                                                                            \
	X(CRD)                                                                                     \
	X(TRUST_BUNDLE)                                                                            \
	X(EVENTS_EVENT)
/* clang-format on */

enum kind_id {
#define X(name) KIND_##name,
	KINDS(X)
#undef X
		KIND_COUNT,
};
_Static_assert(KIND_COUNT <= 64, "a rule's kinds are bits of 64");

#define K(name) ((uint64_t)1 << KIND_##name)
/* What holds a pod template with the same fields and checks. */
#define K_POD_OWNERS                                                                               \
	(K(POD_TEMPLATE) | K(RC) | K(DEPLOYMENT) | K(REPLICA_SET) | K(STATEFUL_SET) |              \
	 K(DAEMON_SET) | K(JOB) | K(CRON_JOB))

struct kind {
	enum kind_id id;
	const char *group, *kind;
	bool namespaced;
	const char *(*name)(const char *text); /* the complaint of text.h */
	const char *template;		       /* "spec.template"; NULL: none */
};

/* The row of a kind, or NULL. */
const struct kind *kind_find(const char *group, const char *kind);
const struct kind *kind_row(enum kind_id id);

#endif
