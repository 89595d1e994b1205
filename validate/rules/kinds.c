#include "validate/rules/kinds.h"

#include <string.h>

#include "base/attr.h"
#include "validate/rules/text.h"

static const char *not_cron_job_name(const char *s)
{
	if (strlen(s) > 52)
		return "must be no more than 52 characters";
	return not_dns_subdomain(s);
}

#define SUB not_dns_subdomain
#define LABEL not_dns_label
#define SEGMENT not_path_segment
#define T "spec.template"
#define CORE ""
#define NET "networking.k8s.io"
#define RBAC "rbac.authorization.k8s.io"
#define STO "storage.k8s.io"
#define ADM "admissionregistration.k8s.io"
#define RES "resource.k8s.io"
#define FLOW "flowcontrol.apiserver.k8s.io"
#define APIEXT "apiextensions.k8s.io"
#define CERT "certificates.k8s.io"

/* In the order of enum kind_id; the unit test checks it. */
static const struct kind rows[] = {
	{ KIND_POD, CORE, "Pod", true, SUB, NULL },
	{ KIND_POD_TEMPLATE, CORE, "PodTemplate", true, SUB, "template" },
	{ KIND_RC, CORE, "ReplicationController", true, SUB, T },
	{ KIND_DEPLOYMENT, "apps", "Deployment", true, SUB, T },
	{ KIND_REPLICA_SET, "apps", "ReplicaSet", true, SUB, T },
	{ KIND_STATEFUL_SET, "apps", "StatefulSet", true, LABEL, T },
	{ KIND_DAEMON_SET, "apps", "DaemonSet", true, SUB, T },
	{ KIND_CONTROLLER_REVISION, "apps", "ControllerRevision", true, SUB, NULL },
	{ KIND_JOB, "batch", "Job", true, SUB, T },
	{ KIND_CRON_JOB, "batch", "CronJob", true, not_cron_job_name,
	  "spec.jobTemplate.spec.template" },
	{ KIND_SERVICE, CORE, "Service", true, LABEL, NULL },
	{ KIND_ENDPOINTS, CORE, "Endpoints", true, SUB, NULL },
	{ KIND_ENDPOINT_SLICE, "discovery.k8s.io", "EndpointSlice", true, SUB, NULL },
	{ KIND_INGRESS, NET, "Ingress", true, SUB, NULL },
	{ KIND_INGRESS_CLASS, NET, "IngressClass", false, SUB, NULL },
	{ KIND_NETWORK_POLICY, NET, "NetworkPolicy", true, SUB, NULL },
	{ KIND_CONFIG_MAP, CORE, "ConfigMap", true, SUB, NULL },
	{ KIND_SECRET, CORE, "Secret", true, SUB, NULL },
	{ KIND_SERVICE_ACCOUNT, CORE, "ServiceAccount", true, SUB, NULL },
	{ KIND_ROLE, RBAC, "Role", true, SEGMENT, NULL },
	{ KIND_CLUSTER_ROLE, RBAC, "ClusterRole", false, SEGMENT, NULL },
	{ KIND_ROLE_BINDING, RBAC, "RoleBinding", true, SEGMENT, NULL },
	{ KIND_CLUSTER_ROLE_BINDING, RBAC, "ClusterRoleBinding", false, SEGMENT, NULL },
	{ KIND_PV, CORE, "PersistentVolume", false, SUB, NULL },
	{ KIND_PVC, CORE, "PersistentVolumeClaim", true, SUB, NULL },
	{ KIND_STORAGE_CLASS, STO, "StorageClass", false, SUB, NULL },
	{ KIND_CSI_DRIVER, STO, "CSIDriver", false, SUB, NULL },
	{ KIND_CSI_NODE, STO, "CSINode", false, SUB, NULL },
	{ KIND_CSI_CAPACITY, STO, "CSIStorageCapacity", true, SUB, NULL },
	{ KIND_VOLUME_ATTACHMENT, STO, "VolumeAttachment", false, SUB, NULL },
	{ KIND_VOLUME_ATTRIBUTES_CLASS, STO, "VolumeAttributesClass", false, SUB, NULL },
	{ KIND_HPA, "autoscaling", "HorizontalPodAutoscaler", true, SUB, NULL },
	{ KIND_PDB, "policy", "PodDisruptionBudget", true, SEGMENT, NULL },
	{ KIND_VALIDATING_WEBHOOK, ADM, "ValidatingWebhookConfiguration", false, SUB, NULL },
	{ KIND_MUTATING_WEBHOOK, ADM, "MutatingWebhookConfiguration", false, SUB, NULL },
	{ KIND_VAP, ADM, "ValidatingAdmissionPolicy", false, SUB, NULL },
	{ KIND_VAP_BINDING, ADM, "ValidatingAdmissionPolicyBinding", false, SUB, NULL },
	{ KIND_MAP, ADM, "MutatingAdmissionPolicy", false, SUB, NULL },
	{ KIND_MAP_BINDING, ADM, "MutatingAdmissionPolicyBinding", false, SUB, NULL },
	{ KIND_PRIORITY_CLASS, "scheduling.k8s.io", "PriorityClass", false, SUB, NULL },
	{ KIND_RUNTIME_CLASS, "node.k8s.io", "RuntimeClass", false, SUB, NULL },
	{ KIND_CSR, CERT, "CertificateSigningRequest", false, SEGMENT, NULL },
	{ KIND_LEASE, "coordination.k8s.io", "Lease", true, SUB, NULL },
	{ KIND_RESOURCE_CLAIM, RES, "ResourceClaim", true, SUB, NULL },
	{ KIND_RESOURCE_CLAIM_TEMPLATE, RES, "ResourceClaimTemplate", true, SUB, NULL },
	{ KIND_DEVICE_CLASS, RES, "DeviceClass", false, SUB, NULL },
	{ KIND_RESOURCE_SLICE, RES, "ResourceSlice", false, SUB, NULL },
	{ KIND_FLOW_SCHEMA, FLOW, "FlowSchema", false, SUB, NULL },
	{ KIND_PRIORITY_LEVEL, FLOW, "PriorityLevelConfiguration", false, SUB, NULL },
	{ KIND_API_SERVICE, "apiregistration.k8s.io", "APIService", false, SEGMENT, NULL },
	{ KIND_RESOURCE_QUOTA, CORE, "ResourceQuota", true, SUB, NULL },
	{ KIND_LIMIT_RANGE, CORE, "LimitRange", true, SUB, NULL },
	{ KIND_NAMESPACE, CORE, "Namespace", false, LABEL, NULL },
	{ KIND_EVENT, CORE, "Event", true, SEGMENT, NULL },
	{ KIND_NODE, CORE, "Node", false, SUB, NULL },
	{ KIND_IP_ADDRESS, NET, "IPAddress", false, SEGMENT, NULL },
	{ KIND_SERVICE_CIDR, NET, "ServiceCIDR", false, SUB, NULL },
	{ KIND_CRD, APIEXT, "CustomResourceDefinition", false, SUB, NULL },
	{ KIND_TRUST_BUNDLE, CERT, "ClusterTrustBundle", false, SEGMENT, NULL },
	{ KIND_EVENTS_EVENT, "events.k8s.io", "Event", true, SUB, NULL },
};
_Static_assert(ARRAY_SIZE(rows) == KIND_COUNT, "one row a kind");

const struct kind *kind_row(enum kind_id id)
{
	return &rows[id];
}

const struct kind *kind_find(const char *group, const char *kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!strcmp(rows[i].kind, kind) && !strcmp(rows[i].group, group))
			return &rows[i];
	}
	return NULL;
}
