#include "validate/owner.h"
#include <string.h>

const struct owner owner_unknown = {
	.engine = "plain",
	.kind = "",
	.ns = "",
	.name = "",
	.target = "",
	.mode = APPLY_DETECT,
	.manager = "",
	.as_user = "",
	.applied_revision = "",
};

const struct owner owner_kubectl_csa = {
	.engine = "kubectl",
	.kind = "",
	.ns = "",
	.name = "",
	.target = "",
	.mode = APPLY_CSA,
	.manager = "kubectl-client-side-apply",
	.as_user = "",
	.applied_revision = "",
};

const struct owner owner_kubectl_ssa = {
	.engine = "kubectl",
	.kind = "",
	.ns = "",
	.name = "",
	.target = "",
	.mode = APPLY_SSA,
	.manager = "kubectl",
	.as_user = "",
	.applied_revision = "",
};

const char *const owner_prune_kinds[] = {
	"core/v1/ConfigMap",
	"core/v1/Endpoints",
	"core/v1/Namespace",
	"core/v1/PersistentVolumeClaim",
	"core/v1/PersistentVolume",
	"core/v1/Pod",
	"core/v1/ReplicationController",
	"core/v1/Secret",
	"core/v1/Service",
	"batch/v1/Job",
	"batch/v1/CronJob",
	"networking.k8s.io/v1/Ingress",
	"apps/v1/DaemonSet",
	"apps/v1/Deployment",
	"apps/v1/ReplicaSet",
	"apps/v1/StatefulSet",
};
const size_t owner_prune_kind_count = sizeof(owner_prune_kinds) / sizeof(owner_prune_kinds[0]);

static const struct {
	const char *name;
	const struct owner *owner;
} owners[] = {
	/* by name */
	{ "kubectl", &owner_kubectl_csa },
	{ "kubectl-ssa", &owner_kubectl_ssa },
	{ "plain", &owner_unknown },
};

const struct owner *owner_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(owners) / sizeof(owners[0]); i++)
		if (!strcmp(owners[i].name, name))
			return owners[i].owner;
	return NULL;
}
