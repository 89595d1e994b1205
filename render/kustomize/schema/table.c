/* Made by generate.go from kyaml 0.21.1's OpenAPI (Kubernetes 1.21.2). Do not edit. */
#include "render/kustomize/schema/table.h"

const struct kschema_prop kschema_props[] = {
	/* 0: MutatingWebhook */
	{ "namespaceSelector", "", 235, 0 },
	{ "objectSelector", "", 235, 0 },
	/* 1: MutatingWebhookConfiguration */
	{ "metadata", "", 237, 0 },
	{ "webhooks", "name", 0, SCHEMA_LIST | SCHEMA_MERGE },
	/* 2: MutatingWebhookConfigurationList */
	{ "items", "", 1, SCHEMA_LIST },
	/* 3: ValidatingWebhook */
	{ "namespaceSelector", "", 235, 0 },
	{ "objectSelector", "", 235, 0 },
	/* 4: ValidatingWebhookConfiguration */
	{ "metadata", "", 237, 0 },
	{ "webhooks", "name", 3, SCHEMA_LIST | SCHEMA_MERGE },
	/* 5: ValidatingWebhookConfigurationList */
	{ "items", "", 4, SCHEMA_LIST },
	/* 6: MutatingWebhook */
	{ "namespaceSelector", "", 235, 0 },
	{ "objectSelector", "", 235, 0 },
	/* 7: MutatingWebhookConfiguration */
	{ "metadata", "", 237, 0 },
	{ "webhooks", "name", 6, SCHEMA_LIST | SCHEMA_MERGE },
	/* 8: MutatingWebhookConfigurationList */
	{ "items", "", 7, SCHEMA_LIST },
	/* 9: ValidatingWebhook */
	{ "namespaceSelector", "", 235, 0 },
	{ "objectSelector", "", 235, 0 },
	/* 10: ValidatingWebhookConfiguration */
	{ "metadata", "", 237, 0 },
	{ "webhooks", "name", 9, SCHEMA_LIST | SCHEMA_MERGE },
	/* 11: ValidatingWebhookConfigurationList */
	{ "items", "", 10, SCHEMA_LIST },
	/* 12: ControllerRevision */
	{ "metadata", "", 237, 0 },
	/* 13: ControllerRevisionList */
	{ "items", "", 12, SCHEMA_LIST },
	/* 14: DaemonSet */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 16, 0 },
	{ "status", "", 17, 0 },
	/* 15: DaemonSetList */
	{ "items", "", 14, SCHEMA_LIST },
	/* 16: DaemonSetSpec */
	{ "selector", "", 235, 0 },
	{ "template", "", 128, 0 },
	/* 17: DaemonSetStatus */
	{ "conditions", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 18: Deployment */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 20, 0 },
	{ "status", "", 21, 0 },
	/* 19: DeploymentList */
	{ "items", "", 18, SCHEMA_LIST },
	/* 20: DeploymentSpec */
	{ "selector", "", 235, 0 },
	{ "template", "", 128, 0 },
	/* 21: DeploymentStatus */
	{ "conditions", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 22: Kustomization */
	{ "configMapGenerator", "name", -1, SCHEMA_LIST | SCHEMA_MERGE },
	{ "secretGenerator", "name", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 23: ReplicaSet */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 25, 0 },
	{ "status", "", 26, 0 },
	/* 24: ReplicaSetList */
	{ "items", "", 23, SCHEMA_LIST },
	/* 25: ReplicaSetSpec */
	{ "selector", "", 235, 0 },
	{ "template", "", 128, 0 },
	/* 26: ReplicaSetStatus */
	{ "conditions", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 27: StatefulSet */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 29, 0 },
	{ "status", "", 30, 0 },
	/* 28: StatefulSetList */
	{ "items", "", 27, SCHEMA_LIST },
	/* 29: StatefulSetSpec */
	{ "selector", "", 235, 0 },
	{ "template", "", 128, 0 },
	{ "volumeClaimTemplates", "", 113, SCHEMA_LIST },
	/* 30: StatefulSetStatus */
	{ "conditions", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 31: TokenRequest */
	{ "metadata", "", 237, 0 },
	/* 32: TokenReview */
	{ "metadata", "", 237, 0 },
	/* 33: TokenReview */
	{ "metadata", "", 237, 0 },
	/* 34: LocalSubjectAccessReview */
	{ "metadata", "", 237, 0 },
	/* 35: SelfSubjectAccessReview */
	{ "metadata", "", 237, 0 },
	/* 36: SelfSubjectRulesReview */
	{ "metadata", "", 237, 0 },
	/* 37: SubjectAccessReview */
	{ "metadata", "", 237, 0 },
	/* 38: LocalSubjectAccessReview */
	{ "metadata", "", 237, 0 },
	/* 39: SelfSubjectAccessReview */
	{ "metadata", "", 237, 0 },
	/* 40: SelfSubjectRulesReview */
	{ "metadata", "", 237, 0 },
	/* 41: SubjectAccessReview */
	{ "metadata", "", 237, 0 },
	/* 42: HorizontalPodAutoscaler */
	{ "metadata", "", 237, 0 },
	/* 43: HorizontalPodAutoscalerList */
	{ "items", "", 42, SCHEMA_LIST },
	/* 44: Scale */
	{ "metadata", "", 237, 0 },
	/* 45: ExternalMetricSource */
	{ "metricSelector", "", 235, 0 },
	/* 46: ExternalMetricStatus */
	{ "metricSelector", "", 235, 0 },
	/* 47: HorizontalPodAutoscaler */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 49, 0 },
	{ "status", "", 50, 0 },
	/* 48: HorizontalPodAutoscalerList */
	{ "items", "", 47, SCHEMA_LIST },
	/* 49: HorizontalPodAutoscalerSpec */
	{ "metrics", "", 51, SCHEMA_LIST },
	/* 50: HorizontalPodAutoscalerStatus */
	{ "currentMetrics", "", 52, SCHEMA_LIST },
	/* 51: MetricSpec */
	{ "external", "", 45, 0 },
	{ "object", "", 53, 0 },
	{ "pods", "", 55, 0 },
	/* 52: MetricStatus */
	{ "external", "", 46, 0 },
	{ "object", "", 54, 0 },
	{ "pods", "", 56, 0 },
	/* 53: ObjectMetricSource */
	{ "selector", "", 235, 0 },
	/* 54: ObjectMetricStatus */
	{ "selector", "", 235, 0 },
	/* 55: PodsMetricSource */
	{ "selector", "", 235, 0 },
	/* 56: PodsMetricStatus */
	{ "selector", "", 235, 0 },
	/* 57: ExternalMetricSource */
	{ "metric", "", 63, 0 },
	/* 58: ExternalMetricStatus */
	{ "metric", "", 63, 0 },
	/* 59: HorizontalPodAutoscaler */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 61, 0 },
	{ "status", "", 62, 0 },
	/* 60: HorizontalPodAutoscalerList */
	{ "items", "", 59, SCHEMA_LIST },
	/* 61: HorizontalPodAutoscalerSpec */
	{ "metrics", "", 64, SCHEMA_LIST },
	/* 62: HorizontalPodAutoscalerStatus */
	{ "currentMetrics", "", 65, SCHEMA_LIST },
	/* 63: MetricIdentifier */
	{ "selector", "", 235, 0 },
	/* 64: MetricSpec */
	{ "external", "", 57, 0 },
	{ "object", "", 66, 0 },
	{ "pods", "", 68, 0 },
	/* 65: MetricStatus */
	{ "external", "", 58, 0 },
	{ "object", "", 67, 0 },
	{ "pods", "", 69, 0 },
	/* 66: ObjectMetricSource */
	{ "metric", "", 63, 0 },
	/* 67: ObjectMetricStatus */
	{ "metric", "", 63, 0 },
	/* 68: PodsMetricSource */
	{ "metric", "", 63, 0 },
	/* 69: PodsMetricStatus */
	{ "metric", "", 63, 0 },
	/* 70: CronJob */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 72, 0 },
	/* 71: CronJobList */
	{ "items", "", 70, SCHEMA_LIST },
	/* 72: CronJobSpec */
	{ "jobTemplate", "", 77, 0 },
	/* 73: Job */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 75, 0 },
	{ "status", "", 76, 0 },
	/* 74: JobList */
	{ "items", "", 73, SCHEMA_LIST },
	/* 75: JobSpec */
	{ "selector", "", 235, 0 },
	{ "template", "", 128, 0 },
	/* 76: JobStatus */
	{ "conditions", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 77: JobTemplateSpec */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 75, 0 },
	/* 78: CronJob */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 80, 0 },
	/* 79: CronJobList */
	{ "items", "", 78, SCHEMA_LIST },
	/* 80: CronJobSpec */
	{ "jobTemplate", "", 81, 0 },
	/* 81: JobTemplateSpec */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 75, 0 },
	/* 82: CertificateSigningRequest */
	{ "metadata", "", 237, 0 },
	/* 83: CertificateSigningRequestList */
	{ "items", "", 82, SCHEMA_LIST },
	/* 84: CertificateSigningRequest */
	{ "metadata", "", 237, 0 },
	/* 85: CertificateSigningRequestList */
	{ "items", "", 84, SCHEMA_LIST },
	/* 86: Lease */
	{ "metadata", "", 237, 0 },
	/* 87: LeaseList */
	{ "items", "", 86, SCHEMA_LIST },
	/* 88: Lease */
	{ "metadata", "", 237, 0 },
	/* 89: LeaseList */
	{ "items", "", 88, SCHEMA_LIST },
	/* 90: Affinity */
	{ "podAffinity", "", 120, 0 },
	{ "podAntiAffinity", "", 122, 0 },
	/* 91: Binding */
	{ "metadata", "", 237, 0 },
	/* 92: ComponentStatus */
	{ "conditions", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
	{ "metadata", "", 237, 0 },
	/* 93: ComponentStatusList */
	{ "items", "", 92, SCHEMA_LIST },
	/* 94: ConfigMap */
	{ "metadata", "", 237, 0 },
	/* 95: ConfigMapList */
	{ "items", "", 94, SCHEMA_LIST },
	/* 96: Container */
	{ "env", "name", -1, SCHEMA_LIST | SCHEMA_MERGE },
	{ "ports", "containerPort,protocol", -1, SCHEMA_LIST | SCHEMA_MERGE },
	{ "volumeDevices", "devicePath", -1, SCHEMA_LIST | SCHEMA_MERGE },
	{ "volumeMounts", "mountPath", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 97: Endpoints */
	{ "metadata", "", 237, 0 },
	/* 98: EndpointsList */
	{ "items", "", 97, SCHEMA_LIST },
	/* 99: EphemeralContainer */
	{ "env", "name", -1, SCHEMA_LIST | SCHEMA_MERGE },
	{ "volumeDevices", "devicePath", -1, SCHEMA_LIST | SCHEMA_MERGE },
	{ "volumeMounts", "mountPath", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 100: EphemeralVolumeSource */
	{ "volumeClaimTemplate", "", 117, 0 },
	/* 101: Event */
	{ "metadata", "", 237, 0 },
	/* 102: EventList */
	{ "items", "", 101, SCHEMA_LIST },
	/* 103: LimitRange */
	{ "metadata", "", 237, 0 },
	/* 104: LimitRangeList */
	{ "items", "", 103, SCHEMA_LIST },
	/* 105: Namespace */
	{ "metadata", "", 237, 0 },
	{ "status", "", 107, 0 },
	/* 106: NamespaceList */
	{ "items", "", 105, SCHEMA_LIST },
	/* 107: NamespaceStatus */
	{ "conditions", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 108: Node */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 110, 0 },
	{ "status", "", 111, 0 },
	/* 109: NodeList */
	{ "items", "", 108, SCHEMA_LIST },
	/* 110: NodeSpec */
	{ "podCIDRs", "", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 111: NodeStatus */
	{ "addresses", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
	{ "conditions", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 112: PersistentVolume */
	{ "metadata", "", 237, 0 },
	/* 113: PersistentVolumeClaim */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 115, 0 },
	{ "status", "", 116, 0 },
	/* 114: PersistentVolumeClaimList */
	{ "items", "", 113, SCHEMA_LIST },
	/* 115: PersistentVolumeClaimSpec */
	{ "selector", "", 235, 0 },
	/* 116: PersistentVolumeClaimStatus */
	{ "conditions", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 117: PersistentVolumeClaimTemplate */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 115, 0 },
	/* 118: PersistentVolumeList */
	{ "items", "", 112, SCHEMA_LIST },
	/* 119: Pod */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 124, 0 },
	{ "status", "", 125, 0 },
	/* 120: PodAffinity */
	{ "preferredDuringSchedulingIgnoredDuringExecution", "", 145, SCHEMA_LIST },
	{ "requiredDuringSchedulingIgnoredDuringExecution", "", 121, SCHEMA_LIST },
	/* 121: PodAffinityTerm */
	{ "labelSelector", "", 235, 0 },
	{ "namespaceSelector", "", 235, 0 },
	/* 122: PodAntiAffinity */
	{ "preferredDuringSchedulingIgnoredDuringExecution", "", 145, SCHEMA_LIST },
	{ "requiredDuringSchedulingIgnoredDuringExecution", "", 121, SCHEMA_LIST },
	/* 123: PodList */
	{ "items", "", 119, SCHEMA_LIST },
	/* 124: PodSpec */
	{ "affinity", "", 90, 0 },
	{ "containers", "name", 96, SCHEMA_LIST | SCHEMA_MERGE },
	{ "ephemeralContainers", "name", 99, SCHEMA_LIST | SCHEMA_MERGE },
	{ "hostAliases", "ip", -1, SCHEMA_LIST | SCHEMA_MERGE },
	{ "imagePullSecrets", "name", -1, SCHEMA_LIST | SCHEMA_MERGE },
	{ "initContainers", "name", 96, SCHEMA_LIST | SCHEMA_MERGE },
	{ "topologySpreadConstraints", "topologyKey,whenUnsatisfiable", 143, SCHEMA_LIST | SCHEMA_MERGE },
	{ "volumes", "name", 144, SCHEMA_LIST | SCHEMA_MERGE },
	/* 125: PodStatus */
	{ "conditions", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
	{ "podIPs", "ip", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 126: PodTemplate */
	{ "metadata", "", 237, 0 },
	{ "template", "", 128, 0 },
	/* 127: PodTemplateList */
	{ "items", "", 126, SCHEMA_LIST },
	/* 128: PodTemplateSpec */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 124, 0 },
	/* 129: ReplicationController */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 131, 0 },
	{ "status", "", 132, 0 },
	/* 130: ReplicationControllerList */
	{ "items", "", 129, SCHEMA_LIST },
	/* 131: ReplicationControllerSpec */
	{ "template", "", 128, 0 },
	/* 132: ReplicationControllerStatus */
	{ "conditions", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 133: ResourceQuota */
	{ "metadata", "", 237, 0 },
	/* 134: ResourceQuotaList */
	{ "items", "", 133, SCHEMA_LIST },
	/* 135: Secret */
	{ "metadata", "", 237, 0 },
	/* 136: SecretList */
	{ "items", "", 135, SCHEMA_LIST },
	/* 137: Service */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 141, 0 },
	{ "status", "", 142, 0 },
	/* 138: ServiceAccount */
	{ "metadata", "", 237, 0 },
	{ "secrets", "name", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 139: ServiceAccountList */
	{ "items", "", 138, SCHEMA_LIST },
	/* 140: ServiceList */
	{ "items", "", 137, SCHEMA_LIST },
	/* 141: ServiceSpec */
	{ "ports", "port,protocol", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 142: ServiceStatus */
	{ "conditions", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 143: TopologySpreadConstraint */
	{ "labelSelector", "", 235, 0 },
	/* 144: Volume */
	{ "ephemeral", "", 100, 0 },
	/* 145: WeightedPodAffinityTerm */
	{ "podAffinityTerm", "", 121, 0 },
	/* 146: EndpointSlice */
	{ "metadata", "", 237, 0 },
	/* 147: EndpointSliceList */
	{ "items", "", 146, SCHEMA_LIST },
	/* 148: EndpointSlice */
	{ "metadata", "", 237, 0 },
	/* 149: EndpointSliceList */
	{ "items", "", 148, SCHEMA_LIST },
	/* 150: Event */
	{ "metadata", "", 237, 0 },
	/* 151: EventList */
	{ "items", "", 150, SCHEMA_LIST },
	/* 152: Event */
	{ "metadata", "", 237, 0 },
	/* 153: EventList */
	{ "items", "", 152, SCHEMA_LIST },
	/* 154: Ingress */
	{ "metadata", "", 237, 0 },
	/* 155: IngressList */
	{ "items", "", 154, SCHEMA_LIST },
	/* 156: FlowSchema */
	{ "metadata", "", 237, 0 },
	/* 157: FlowSchemaList */
	{ "items", "", 156, SCHEMA_LIST },
	/* 158: PriorityLevelConfiguration */
	{ "metadata", "", 237, 0 },
	/* 159: PriorityLevelConfigurationList */
	{ "items", "", 158, SCHEMA_LIST },
	/* 160: Ingress */
	{ "metadata", "", 237, 0 },
	/* 161: IngressClass */
	{ "metadata", "", 237, 0 },
	/* 162: IngressClassList */
	{ "items", "", 161, SCHEMA_LIST },
	/* 163: IngressList */
	{ "items", "", 160, SCHEMA_LIST },
	/* 164: NetworkPolicy */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 169, 0 },
	/* 165: NetworkPolicyEgressRule */
	{ "to", "", 168, SCHEMA_LIST },
	/* 166: NetworkPolicyIngressRule */
	{ "from", "", 168, SCHEMA_LIST },
	/* 167: NetworkPolicyList */
	{ "items", "", 164, SCHEMA_LIST },
	/* 168: NetworkPolicyPeer */
	{ "namespaceSelector", "", 235, 0 },
	{ "podSelector", "", 235, 0 },
	/* 169: NetworkPolicySpec */
	{ "egress", "", 165, SCHEMA_LIST },
	{ "ingress", "", 166, SCHEMA_LIST },
	{ "podSelector", "", 235, 0 },
	/* 170: Ingress */
	{ "metadata", "", 237, 0 },
	/* 171: IngressClass */
	{ "metadata", "", 237, 0 },
	/* 172: IngressClassList */
	{ "items", "", 171, SCHEMA_LIST },
	/* 173: IngressList */
	{ "items", "", 170, SCHEMA_LIST },
	/* 174: RuntimeClass */
	{ "metadata", "", 237, 0 },
	/* 175: RuntimeClassList */
	{ "items", "", 174, SCHEMA_LIST },
	/* 176: RuntimeClass */
	{ "metadata", "", 237, 0 },
	/* 177: RuntimeClassList */
	{ "items", "", 176, SCHEMA_LIST },
	/* 178: PodDisruptionBudget */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 180, 0 },
	{ "status", "", 181, 0 },
	/* 179: PodDisruptionBudgetList */
	{ "items", "", 178, SCHEMA_LIST },
	/* 180: PodDisruptionBudgetSpec */
	{ "selector", "", 235, 0 },
	/* 181: PodDisruptionBudgetStatus */
	{ "conditions", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 182: Eviction */
	{ "metadata", "", 237, 0 },
	/* 183: PodDisruptionBudget */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 185, 0 },
	{ "status", "", 186, 0 },
	/* 184: PodDisruptionBudgetList */
	{ "items", "", 183, SCHEMA_LIST },
	/* 185: PodDisruptionBudgetSpec */
	{ "selector", "", 235, 0 },
	/* 186: PodDisruptionBudgetStatus */
	{ "conditions", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 187: PodSecurityPolicy */
	{ "metadata", "", 237, 0 },
	/* 188: PodSecurityPolicyList */
	{ "items", "", 187, SCHEMA_LIST },
	/* 189: AggregationRule */
	{ "clusterRoleSelectors", "", 235, SCHEMA_LIST },
	/* 190: ClusterRole */
	{ "aggregationRule", "", 189, 0 },
	{ "metadata", "", 237, 0 },
	/* 191: ClusterRoleBinding */
	{ "metadata", "", 237, 0 },
	/* 192: ClusterRoleBindingList */
	{ "items", "", 191, SCHEMA_LIST },
	/* 193: ClusterRoleList */
	{ "items", "", 190, SCHEMA_LIST },
	/* 194: Role */
	{ "metadata", "", 237, 0 },
	/* 195: RoleBinding */
	{ "metadata", "", 237, 0 },
	/* 196: RoleBindingList */
	{ "items", "", 195, SCHEMA_LIST },
	/* 197: RoleList */
	{ "items", "", 194, SCHEMA_LIST },
	/* 198: AggregationRule */
	{ "clusterRoleSelectors", "", 235, SCHEMA_LIST },
	/* 199: ClusterRole */
	{ "aggregationRule", "", 198, 0 },
	{ "metadata", "", 237, 0 },
	/* 200: ClusterRoleBinding */
	{ "metadata", "", 237, 0 },
	/* 201: ClusterRoleBindingList */
	{ "items", "", 200, SCHEMA_LIST },
	/* 202: ClusterRoleList */
	{ "items", "", 199, SCHEMA_LIST },
	/* 203: Role */
	{ "metadata", "", 237, 0 },
	/* 204: RoleBinding */
	{ "metadata", "", 237, 0 },
	/* 205: RoleBindingList */
	{ "items", "", 204, SCHEMA_LIST },
	/* 206: RoleList */
	{ "items", "", 203, SCHEMA_LIST },
	/* 207: PriorityClass */
	{ "metadata", "", 237, 0 },
	/* 208: PriorityClassList */
	{ "items", "", 207, SCHEMA_LIST },
	/* 209: PriorityClass */
	{ "metadata", "", 237, 0 },
	/* 210: PriorityClassList */
	{ "items", "", 209, SCHEMA_LIST },
	/* 211: CSIDriver */
	{ "metadata", "", 237, 0 },
	/* 212: CSIDriverList */
	{ "items", "", 211, SCHEMA_LIST },
	/* 213: CSINode */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 215, 0 },
	/* 214: CSINodeList */
	{ "items", "", 213, SCHEMA_LIST },
	/* 215: CSINodeSpec */
	{ "drivers", "name", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 216: StorageClass */
	{ "metadata", "", 237, 0 },
	/* 217: StorageClassList */
	{ "items", "", 216, SCHEMA_LIST },
	/* 218: VolumeAttachment */
	{ "metadata", "", 237, 0 },
	/* 219: VolumeAttachmentList */
	{ "items", "", 218, SCHEMA_LIST },
	/* 220: CSIDriver */
	{ "metadata", "", 237, 0 },
	/* 221: CSIDriverList */
	{ "items", "", 220, SCHEMA_LIST },
	/* 222: CSINode */
	{ "metadata", "", 237, 0 },
	{ "spec", "", 224, 0 },
	/* 223: CSINodeList */
	{ "items", "", 222, SCHEMA_LIST },
	/* 224: CSINodeSpec */
	{ "drivers", "name", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 225: CSIStorageCapacity */
	{ "metadata", "", 237, 0 },
	{ "nodeTopology", "", 235, 0 },
	/* 226: CSIStorageCapacityList */
	{ "items", "", 225, SCHEMA_LIST },
	/* 227: StorageClass */
	{ "metadata", "", 237, 0 },
	/* 228: StorageClassList */
	{ "items", "", 227, SCHEMA_LIST },
	/* 229: VolumeAttachment */
	{ "metadata", "", 237, 0 },
	/* 230: VolumeAttachmentList */
	{ "items", "", 229, SCHEMA_LIST },
	/* 231: CustomResourceDefinition */
	{ "metadata", "", 237, 0 },
	/* 232: CustomResourceDefinitionList */
	{ "items", "", 231, SCHEMA_LIST },
	/* 233: CustomResourceDefinition */
	{ "metadata", "", 237, 0 },
	/* 234: CustomResourceDefinitionList */
	{ "items", "", 233, SCHEMA_LIST },
	/* 235: LabelSelector */
	{ "matchExpressions", "", 236, SCHEMA_LIST },
	/* 236: LabelSelectorRequirement */
	{ "key", "key", -1, SCHEMA_MERGE },
	/* 237: ObjectMeta */
	{ "finalizers", "", -1, SCHEMA_LIST | SCHEMA_MERGE },
	{ "ownerReferences", "uid", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 238: APIService */
	{ "metadata", "", 237, 0 },
	{ "status", "", 240, 0 },
	/* 239: APIServiceList */
	{ "items", "", 238, SCHEMA_LIST },
	/* 240: APIServiceStatus */
	{ "conditions", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
	/* 241: APIService */
	{ "metadata", "", 237, 0 },
	{ "status", "", 243, 0 },
	/* 242: APIServiceList */
	{ "items", "", 241, SCHEMA_LIST },
	/* 243: APIServiceStatus */
	{ "conditions", "type", -1, SCHEMA_LIST | SCHEMA_MERGE },
};

const unsigned short kschema_types[] = {
	0, 2, 4, 5, 7, 9, 10, 12, 14, 15, 17, 19, 
	20, 21, 22, 25, 26, 28, 29, 32, 33, 35, 36, 38, 
	41, 42, 44, 45, 48, 49, 52, 53, 54, 55, 56, 57, 
	58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 
	72, 73, 74, 75, 78, 81, 82, 83, 84, 85, 86, 87, 
	90, 91, 92, 93, 94, 97, 100, 101, 102, 103, 104, 106, 
	107, 108, 111, 112, 114, 115, 117, 119, 120, 121, 123, 124, 
	125, 126, 127, 128, 129, 130, 131, 133, 134, 136, 137, 138, 
	139, 143, 144, 145, 148, 149, 150, 151, 152, 153, 155, 156, 
	157, 160, 161, 162, 164, 165, 168, 169, 170, 171, 173, 174, 
	177, 179, 181, 183, 184, 192, 194, 196, 197, 199, 202, 203, 
	204, 205, 206, 207, 208, 209, 212, 214, 215, 216, 217, 218, 
	219, 220, 221, 222, 223, 224, 225, 226, 227, 228, 229, 230, 
	231, 232, 233, 234, 235, 236, 237, 238, 239, 241, 242, 243, 
	244, 246, 249, 250, 251, 252, 253, 254, 255, 256, 257, 260, 
	261, 262, 263, 264, 267, 268, 269, 270, 271, 272, 273, 275, 
	276, 277, 278, 279, 280, 281, 282, 283, 285, 286, 287, 288, 
	289, 290, 291, 292, 293, 294, 295, 296, 297, 298, 300, 301, 
	302, 303, 304, 305, 306, 307, 308, 310, 311, 312, 314, 315, 
	316, 317, 318, 319, 320, 321, 322, 323, 324, 325, 327, 329, 
	330, 331, 333, 334, 
	335,
};
const unsigned kschema_type_count = 244;

const struct kschema_root kschema_roots[] = {
	{ "APIService", "apiregistration.k8s.io", "v1", 238 },
	{ "APIService", "apiregistration.k8s.io", "v1beta1", 241 },
	{ "APIServiceList", "apiregistration.k8s.io", "v1", 239 },
	{ "APIServiceList", "apiregistration.k8s.io", "v1beta1", 242 },
	{ "Binding", "", "v1", 91 },
	{ "CSIDriver", "storage.k8s.io", "v1", 211 },
	{ "CSIDriver", "storage.k8s.io", "v1beta1", 220 },
	{ "CSIDriverList", "storage.k8s.io", "v1", 212 },
	{ "CSIDriverList", "storage.k8s.io", "v1beta1", 221 },
	{ "CSINode", "storage.k8s.io", "v1", 213 },
	{ "CSINode", "storage.k8s.io", "v1beta1", 222 },
	{ "CSINodeList", "storage.k8s.io", "v1", 214 },
	{ "CSINodeList", "storage.k8s.io", "v1beta1", 223 },
	{ "CSIStorageCapacity", "storage.k8s.io", "v1beta1", 225 },
	{ "CSIStorageCapacityList", "storage.k8s.io", "v1beta1", 226 },
	{ "CertificateSigningRequest", "certificates.k8s.io", "v1", 82 },
	{ "CertificateSigningRequest", "certificates.k8s.io", "v1beta1", 84 },
	{ "CertificateSigningRequestList", "certificates.k8s.io", "v1", 83 },
	{ "CertificateSigningRequestList", "certificates.k8s.io", "v1beta1", 85 },
	{ "ClusterRole", "rbac.authorization.k8s.io", "v1", 190 },
	{ "ClusterRole", "rbac.authorization.k8s.io", "v1beta1", 199 },
	{ "ClusterRoleBinding", "rbac.authorization.k8s.io", "v1", 191 },
	{ "ClusterRoleBinding", "rbac.authorization.k8s.io", "v1beta1", 200 },
	{ "ClusterRoleBindingList", "rbac.authorization.k8s.io", "v1", 192 },
	{ "ClusterRoleBindingList", "rbac.authorization.k8s.io", "v1beta1", 201 },
	{ "ClusterRoleList", "rbac.authorization.k8s.io", "v1", 193 },
	{ "ClusterRoleList", "rbac.authorization.k8s.io", "v1beta1", 202 },
	{ "ComponentStatus", "", "v1", 92 },
	{ "ComponentStatusList", "", "v1", 93 },
	{ "ConfigMap", "", "v1", 94 },
	{ "ConfigMapList", "", "v1", 95 },
	{ "ControllerRevision", "apps", "v1", 12 },
	{ "ControllerRevisionList", "apps", "v1", 13 },
	{ "CronJob", "batch", "v1", 70 },
	{ "CronJob", "batch", "v1beta1", 78 },
	{ "CronJobList", "batch", "v1", 71 },
	{ "CronJobList", "batch", "v1beta1", 79 },
	{ "CustomResourceDefinition", "apiextensions.k8s.io", "v1", 231 },
	{ "CustomResourceDefinition", "apiextensions.k8s.io", "v1beta1", 233 },
	{ "CustomResourceDefinitionList", "apiextensions.k8s.io", "v1", 232 },
	{ "CustomResourceDefinitionList", "apiextensions.k8s.io", "v1beta1", 234 },
	{ "DaemonSet", "apps", "v1", 14 },
	{ "DaemonSetList", "apps", "v1", 15 },
	{ "Deployment", "apps", "v1", 18 },
	{ "DeploymentList", "apps", "v1", 19 },
	{ "EndpointSlice", "discovery.k8s.io", "v1", 146 },
	{ "EndpointSlice", "discovery.k8s.io", "v1beta1", 148 },
	{ "EndpointSliceList", "discovery.k8s.io", "v1", 147 },
	{ "EndpointSliceList", "discovery.k8s.io", "v1beta1", 149 },
	{ "Endpoints", "", "v1", 97 },
	{ "EndpointsList", "", "v1", 98 },
	{ "Event", "", "v1", 101 },
	{ "Event", "events.k8s.io", "v1", 150 },
	{ "Event", "events.k8s.io", "v1beta1", 152 },
	{ "EventList", "", "v1", 102 },
	{ "EventList", "events.k8s.io", "v1", 151 },
	{ "EventList", "events.k8s.io", "v1beta1", 153 },
	{ "Eviction", "policy", "v1beta1", 182 },
	{ "FlowSchema", "flowcontrol.apiserver.k8s.io", "v1beta1", 156 },
	{ "FlowSchemaList", "flowcontrol.apiserver.k8s.io", "v1beta1", 157 },
	{ "HorizontalPodAutoscaler", "autoscaling", "v1", 42 },
	{ "HorizontalPodAutoscaler", "autoscaling", "v2beta1", 47 },
	{ "HorizontalPodAutoscaler", "autoscaling", "v2beta2", 59 },
	{ "HorizontalPodAutoscalerList", "autoscaling", "v1", 43 },
	{ "HorizontalPodAutoscalerList", "autoscaling", "v2beta1", 48 },
	{ "HorizontalPodAutoscalerList", "autoscaling", "v2beta2", 60 },
	{ "Ingress", "extensions", "v1beta1", 154 },
	{ "Ingress", "networking.k8s.io", "v1", 160 },
	{ "Ingress", "networking.k8s.io", "v1beta1", 170 },
	{ "IngressClass", "networking.k8s.io", "v1", 161 },
	{ "IngressClass", "networking.k8s.io", "v1beta1", 171 },
	{ "IngressClassList", "networking.k8s.io", "v1", 162 },
	{ "IngressClassList", "networking.k8s.io", "v1beta1", 172 },
	{ "IngressList", "extensions", "v1beta1", 155 },
	{ "IngressList", "networking.k8s.io", "v1", 163 },
	{ "IngressList", "networking.k8s.io", "v1beta1", 173 },
	{ "Job", "batch", "v1", 73 },
	{ "JobList", "batch", "v1", 74 },
	{ "Kustomization", "kustomize.config.k8s.io", "v1beta1", 22 },
	{ "Lease", "coordination.k8s.io", "v1", 86 },
	{ "Lease", "coordination.k8s.io", "v1beta1", 88 },
	{ "LeaseList", "coordination.k8s.io", "v1", 87 },
	{ "LeaseList", "coordination.k8s.io", "v1beta1", 89 },
	{ "LimitRange", "", "v1", 103 },
	{ "LimitRangeList", "", "v1", 104 },
	{ "LocalSubjectAccessReview", "authorization.k8s.io", "v1", 34 },
	{ "LocalSubjectAccessReview", "authorization.k8s.io", "v1beta1", 38 },
	{ "MutatingWebhookConfiguration", "admissionregistration.k8s.io", "v1", 1 },
	{ "MutatingWebhookConfiguration", "admissionregistration.k8s.io", "v1beta1", 7 },
	{ "MutatingWebhookConfigurationList", "admissionregistration.k8s.io", "v1", 2 },
	{ "MutatingWebhookConfigurationList", "admissionregistration.k8s.io", "v1beta1", 8 },
	{ "Namespace", "", "v1", 105 },
	{ "NamespaceList", "", "v1", 106 },
	{ "NetworkPolicy", "networking.k8s.io", "v1", 164 },
	{ "NetworkPolicyList", "networking.k8s.io", "v1", 167 },
	{ "Node", "", "v1", 108 },
	{ "NodeList", "", "v1", 109 },
	{ "PersistentVolume", "", "v1", 112 },
	{ "PersistentVolumeClaim", "", "v1", 113 },
	{ "PersistentVolumeClaimList", "", "v1", 114 },
	{ "PersistentVolumeList", "", "v1", 118 },
	{ "Pod", "", "v1", 119 },
	{ "PodDisruptionBudget", "policy", "v1", 178 },
	{ "PodDisruptionBudget", "policy", "v1beta1", 183 },
	{ "PodDisruptionBudgetList", "policy", "v1", 179 },
	{ "PodDisruptionBudgetList", "policy", "v1beta1", 184 },
	{ "PodList", "", "v1", 123 },
	{ "PodSecurityPolicy", "policy", "v1beta1", 187 },
	{ "PodSecurityPolicyList", "policy", "v1beta1", 188 },
	{ "PodTemplate", "", "v1", 126 },
	{ "PodTemplateList", "", "v1", 127 },
	{ "PriorityClass", "scheduling.k8s.io", "v1", 207 },
	{ "PriorityClass", "scheduling.k8s.io", "v1beta1", 209 },
	{ "PriorityClassList", "scheduling.k8s.io", "v1", 208 },
	{ "PriorityClassList", "scheduling.k8s.io", "v1beta1", 210 },
	{ "PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io", "v1beta1", 158 },
	{ "PriorityLevelConfigurationList", "flowcontrol.apiserver.k8s.io", "v1beta1", 159 },
	{ "ReplicaSet", "apps", "v1", 23 },
	{ "ReplicaSetList", "apps", "v1", 24 },
	{ "ReplicationController", "", "v1", 129 },
	{ "ReplicationControllerList", "", "v1", 130 },
	{ "ResourceQuota", "", "v1", 133 },
	{ "ResourceQuotaList", "", "v1", 134 },
	{ "Role", "rbac.authorization.k8s.io", "v1", 194 },
	{ "Role", "rbac.authorization.k8s.io", "v1beta1", 203 },
	{ "RoleBinding", "rbac.authorization.k8s.io", "v1", 195 },
	{ "RoleBinding", "rbac.authorization.k8s.io", "v1beta1", 204 },
	{ "RoleBindingList", "rbac.authorization.k8s.io", "v1", 196 },
	{ "RoleBindingList", "rbac.authorization.k8s.io", "v1beta1", 205 },
	{ "RoleList", "rbac.authorization.k8s.io", "v1", 197 },
	{ "RoleList", "rbac.authorization.k8s.io", "v1beta1", 206 },
	{ "RuntimeClass", "node.k8s.io", "v1", 174 },
	{ "RuntimeClass", "node.k8s.io", "v1beta1", 176 },
	{ "RuntimeClassList", "node.k8s.io", "v1", 175 },
	{ "RuntimeClassList", "node.k8s.io", "v1beta1", 177 },
	{ "Scale", "autoscaling", "v1", 44 },
	{ "Secret", "", "v1", 135 },
	{ "SecretList", "", "v1", 136 },
	{ "SelfSubjectAccessReview", "authorization.k8s.io", "v1", 35 },
	{ "SelfSubjectAccessReview", "authorization.k8s.io", "v1beta1", 39 },
	{ "SelfSubjectRulesReview", "authorization.k8s.io", "v1", 36 },
	{ "SelfSubjectRulesReview", "authorization.k8s.io", "v1beta1", 40 },
	{ "Service", "", "v1", 137 },
	{ "ServiceAccount", "", "v1", 138 },
	{ "ServiceAccountList", "", "v1", 139 },
	{ "ServiceList", "", "v1", 140 },
	{ "StatefulSet", "apps", "v1", 27 },
	{ "StatefulSetList", "apps", "v1", 28 },
	{ "StorageClass", "storage.k8s.io", "v1", 216 },
	{ "StorageClass", "storage.k8s.io", "v1beta1", 227 },
	{ "StorageClassList", "storage.k8s.io", "v1", 217 },
	{ "StorageClassList", "storage.k8s.io", "v1beta1", 228 },
	{ "SubjectAccessReview", "authorization.k8s.io", "v1", 37 },
	{ "SubjectAccessReview", "authorization.k8s.io", "v1beta1", 41 },
	{ "TokenRequest", "authentication.k8s.io", "v1", 31 },
	{ "TokenReview", "authentication.k8s.io", "v1", 32 },
	{ "TokenReview", "authentication.k8s.io", "v1beta1", 33 },
	{ "ValidatingWebhookConfiguration", "admissionregistration.k8s.io", "v1", 4 },
	{ "ValidatingWebhookConfiguration", "admissionregistration.k8s.io", "v1beta1", 10 },
	{ "ValidatingWebhookConfigurationList", "admissionregistration.k8s.io", "v1", 5 },
	{ "ValidatingWebhookConfigurationList", "admissionregistration.k8s.io", "v1beta1", 11 },
	{ "VolumeAttachment", "storage.k8s.io", "v1", 218 },
	{ "VolumeAttachment", "storage.k8s.io", "v1beta1", 229 },
	{ "VolumeAttachmentList", "storage.k8s.io", "v1", 219 },
	{ "VolumeAttachmentList", "storage.k8s.io", "v1beta1", 230 },
};
const unsigned kschema_root_count = 165;

const struct kschema_scope kschema_scopes[] = {
	{ "APIService", "apiregistration.k8s.io", "v1", false },
	{ "APIService", "apiregistration.k8s.io", "v1beta1", false },
	{ "CSIDriver", "storage.k8s.io", "v1", false },
	{ "CSIDriver", "storage.k8s.io", "v1beta1", false },
	{ "CSINode", "storage.k8s.io", "v1", false },
	{ "CSINode", "storage.k8s.io", "v1beta1", false },
	{ "CSIStorageCapacity", "storage.k8s.io", "v1beta1", true },
	{ "CertificateSigningRequest", "certificates.k8s.io", "v1", false },
	{ "CertificateSigningRequest", "certificates.k8s.io", "v1beta1", false },
	{ "ClusterRole", "rbac.authorization.k8s.io", "v1", false },
	{ "ClusterRole", "rbac.authorization.k8s.io", "v1beta1", false },
	{ "ClusterRoleBinding", "rbac.authorization.k8s.io", "v1", false },
	{ "ClusterRoleBinding", "rbac.authorization.k8s.io", "v1beta1", false },
	{ "ComponentStatus", "", "v1", false },
	{ "ConfigMap", "", "v1", true },
	{ "ControllerRevision", "apps", "v1", true },
	{ "CronJob", "batch", "v1", true },
	{ "CronJob", "batch", "v1beta1", true },
	{ "CustomResourceDefinition", "apiextensions.k8s.io", "v1", false },
	{ "CustomResourceDefinition", "apiextensions.k8s.io", "v1beta1", false },
	{ "DaemonSet", "apps", "v1", true },
	{ "Deployment", "apps", "v1", true },
	{ "EndpointSlice", "discovery.k8s.io", "v1", true },
	{ "EndpointSlice", "discovery.k8s.io", "v1beta1", true },
	{ "Endpoints", "", "v1", true },
	{ "Event", "", "v1", true },
	{ "Event", "events.k8s.io", "v1", true },
	{ "Event", "events.k8s.io", "v1beta1", true },
	{ "FlowSchema", "flowcontrol.apiserver.k8s.io", "v1beta1", false },
	{ "HorizontalPodAutoscaler", "autoscaling", "v1", true },
	{ "HorizontalPodAutoscaler", "autoscaling", "v2beta1", true },
	{ "HorizontalPodAutoscaler", "autoscaling", "v2beta2", true },
	{ "Ingress", "extensions", "v1beta1", true },
	{ "Ingress", "networking.k8s.io", "v1", true },
	{ "Ingress", "networking.k8s.io", "v1beta1", true },
	{ "IngressClass", "networking.k8s.io", "v1", false },
	{ "IngressClass", "networking.k8s.io", "v1beta1", false },
	{ "Job", "batch", "v1", true },
	{ "Lease", "coordination.k8s.io", "v1", true },
	{ "Lease", "coordination.k8s.io", "v1beta1", true },
	{ "LimitRange", "", "v1", true },
	{ "MutatingWebhookConfiguration", "admissionregistration.k8s.io", "v1", false },
	{ "MutatingWebhookConfiguration", "admissionregistration.k8s.io", "v1beta1", false },
	{ "Namespace", "", "v1", false },
	{ "NetworkPolicy", "networking.k8s.io", "v1", true },
	{ "Node", "", "v1", false },
	{ "NodeProxyOptions", "", "v1", false },
	{ "PersistentVolume", "", "v1", false },
	{ "PersistentVolumeClaim", "", "v1", true },
	{ "Pod", "", "v1", true },
	{ "PodAttachOptions", "", "v1", true },
	{ "PodDisruptionBudget", "policy", "v1", true },
	{ "PodDisruptionBudget", "policy", "v1beta1", true },
	{ "PodExecOptions", "", "v1", true },
	{ "PodPortForwardOptions", "", "v1", true },
	{ "PodProxyOptions", "", "v1", true },
	{ "PodSecurityPolicy", "policy", "v1beta1", false },
	{ "PodTemplate", "", "v1", true },
	{ "PriorityClass", "scheduling.k8s.io", "v1", false },
	{ "PriorityClass", "scheduling.k8s.io", "v1beta1", false },
	{ "PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io", "v1beta1", false },
	{ "ReplicaSet", "apps", "v1", true },
	{ "ReplicationController", "", "v1", true },
	{ "ResourceQuota", "", "v1", true },
	{ "Role", "rbac.authorization.k8s.io", "v1", true },
	{ "Role", "rbac.authorization.k8s.io", "v1beta1", true },
	{ "RoleBinding", "rbac.authorization.k8s.io", "v1", true },
	{ "RoleBinding", "rbac.authorization.k8s.io", "v1beta1", true },
	{ "RuntimeClass", "node.k8s.io", "v1", false },
	{ "RuntimeClass", "node.k8s.io", "v1beta1", false },
	{ "Scale", "autoscaling", "v1", true },
	{ "Secret", "", "v1", true },
	{ "Service", "", "v1", true },
	{ "ServiceAccount", "", "v1", true },
	{ "ServiceProxyOptions", "", "v1", true },
	{ "StatefulSet", "apps", "v1", true },
	{ "StorageClass", "storage.k8s.io", "v1", false },
	{ "StorageClass", "storage.k8s.io", "v1beta1", false },
	{ "ValidatingWebhookConfiguration", "admissionregistration.k8s.io", "v1", false },
	{ "ValidatingWebhookConfiguration", "admissionregistration.k8s.io", "v1beta1", false },
	{ "VolumeAttachment", "storage.k8s.io", "v1", false },
	{ "VolumeAttachment", "storage.k8s.io", "v1beta1", false },
};
const unsigned kschema_scope_count = 82;

const char *const kschema_names[] = {
	"io.k8s.api.admissionregistration.v1.MutatingWebhook",
	"io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration",
	"io.k8s.api.admissionregistration.v1.MutatingWebhookConfigurationList",
	"io.k8s.api.admissionregistration.v1.ValidatingWebhook",
	"io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration",
	"io.k8s.api.admissionregistration.v1.ValidatingWebhookConfigurationList",
	"io.k8s.api.admissionregistration.v1beta1.MutatingWebhook",
	"io.k8s.api.admissionregistration.v1beta1.MutatingWebhookConfiguration",
	"io.k8s.api.admissionregistration.v1beta1.MutatingWebhookConfigurationList",
	"io.k8s.api.admissionregistration.v1beta1.ValidatingWebhook",
	"io.k8s.api.admissionregistration.v1beta1.ValidatingWebhookConfiguration",
	"io.k8s.api.admissionregistration.v1beta1.ValidatingWebhookConfigurationList",
	"io.k8s.api.apps.v1.ControllerRevision",
	"io.k8s.api.apps.v1.ControllerRevisionList",
	"io.k8s.api.apps.v1.DaemonSet",
	"io.k8s.api.apps.v1.DaemonSetList",
	"io.k8s.api.apps.v1.DaemonSetSpec",
	"io.k8s.api.apps.v1.DaemonSetStatus",
	"io.k8s.api.apps.v1.Deployment",
	"io.k8s.api.apps.v1.DeploymentList",
	"io.k8s.api.apps.v1.DeploymentSpec",
	"io.k8s.api.apps.v1.DeploymentStatus",
	"io.k8s.api.apps.v1.Kustomization",
	"io.k8s.api.apps.v1.ReplicaSet",
	"io.k8s.api.apps.v1.ReplicaSetList",
	"io.k8s.api.apps.v1.ReplicaSetSpec",
	"io.k8s.api.apps.v1.ReplicaSetStatus",
	"io.k8s.api.apps.v1.StatefulSet",
	"io.k8s.api.apps.v1.StatefulSetList",
	"io.k8s.api.apps.v1.StatefulSetSpec",
	"io.k8s.api.apps.v1.StatefulSetStatus",
	"io.k8s.api.authentication.v1.TokenRequest",
	"io.k8s.api.authentication.v1.TokenReview",
	"io.k8s.api.authentication.v1beta1.TokenReview",
	"io.k8s.api.authorization.v1.LocalSubjectAccessReview",
	"io.k8s.api.authorization.v1.SelfSubjectAccessReview",
	"io.k8s.api.authorization.v1.SelfSubjectRulesReview",
	"io.k8s.api.authorization.v1.SubjectAccessReview",
	"io.k8s.api.authorization.v1beta1.LocalSubjectAccessReview",
	"io.k8s.api.authorization.v1beta1.SelfSubjectAccessReview",
	"io.k8s.api.authorization.v1beta1.SelfSubjectRulesReview",
	"io.k8s.api.authorization.v1beta1.SubjectAccessReview",
	"io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler",
	"io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerList",
	"io.k8s.api.autoscaling.v1.Scale",
	"io.k8s.api.autoscaling.v2beta1.ExternalMetricSource",
	"io.k8s.api.autoscaling.v2beta1.ExternalMetricStatus",
	"io.k8s.api.autoscaling.v2beta1.HorizontalPodAutoscaler",
	"io.k8s.api.autoscaling.v2beta1.HorizontalPodAutoscalerList",
	"io.k8s.api.autoscaling.v2beta1.HorizontalPodAutoscalerSpec",
	"io.k8s.api.autoscaling.v2beta1.HorizontalPodAutoscalerStatus",
	"io.k8s.api.autoscaling.v2beta1.MetricSpec",
	"io.k8s.api.autoscaling.v2beta1.MetricStatus",
	"io.k8s.api.autoscaling.v2beta1.ObjectMetricSource",
	"io.k8s.api.autoscaling.v2beta1.ObjectMetricStatus",
	"io.k8s.api.autoscaling.v2beta1.PodsMetricSource",
	"io.k8s.api.autoscaling.v2beta1.PodsMetricStatus",
	"io.k8s.api.autoscaling.v2beta2.ExternalMetricSource",
	"io.k8s.api.autoscaling.v2beta2.ExternalMetricStatus",
	"io.k8s.api.autoscaling.v2beta2.HorizontalPodAutoscaler",
	"io.k8s.api.autoscaling.v2beta2.HorizontalPodAutoscalerList",
	"io.k8s.api.autoscaling.v2beta2.HorizontalPodAutoscalerSpec",
	"io.k8s.api.autoscaling.v2beta2.HorizontalPodAutoscalerStatus",
	"io.k8s.api.autoscaling.v2beta2.MetricIdentifier",
	"io.k8s.api.autoscaling.v2beta2.MetricSpec",
	"io.k8s.api.autoscaling.v2beta2.MetricStatus",
	"io.k8s.api.autoscaling.v2beta2.ObjectMetricSource",
	"io.k8s.api.autoscaling.v2beta2.ObjectMetricStatus",
	"io.k8s.api.autoscaling.v2beta2.PodsMetricSource",
	"io.k8s.api.autoscaling.v2beta2.PodsMetricStatus",
	"io.k8s.api.batch.v1.CronJob",
	"io.k8s.api.batch.v1.CronJobList",
	"io.k8s.api.batch.v1.CronJobSpec",
	"io.k8s.api.batch.v1.Job",
	"io.k8s.api.batch.v1.JobList",
	"io.k8s.api.batch.v1.JobSpec",
	"io.k8s.api.batch.v1.JobStatus",
	"io.k8s.api.batch.v1.JobTemplateSpec",
	"io.k8s.api.batch.v1beta1.CronJob",
	"io.k8s.api.batch.v1beta1.CronJobList",
	"io.k8s.api.batch.v1beta1.CronJobSpec",
	"io.k8s.api.batch.v1beta1.JobTemplateSpec",
	"io.k8s.api.certificates.v1.CertificateSigningRequest",
	"io.k8s.api.certificates.v1.CertificateSigningRequestList",
	"io.k8s.api.certificates.v1beta1.CertificateSigningRequest",
	"io.k8s.api.certificates.v1beta1.CertificateSigningRequestList",
	"io.k8s.api.coordination.v1.Lease",
	"io.k8s.api.coordination.v1.LeaseList",
	"io.k8s.api.coordination.v1beta1.Lease",
	"io.k8s.api.coordination.v1beta1.LeaseList",
	"io.k8s.api.core.v1.Affinity",
	"io.k8s.api.core.v1.Binding",
	"io.k8s.api.core.v1.ComponentStatus",
	"io.k8s.api.core.v1.ComponentStatusList",
	"io.k8s.api.core.v1.ConfigMap",
	"io.k8s.api.core.v1.ConfigMapList",
	"io.k8s.api.core.v1.Container",
	"io.k8s.api.core.v1.Endpoints",
	"io.k8s.api.core.v1.EndpointsList",
	"io.k8s.api.core.v1.EphemeralContainer",
	"io.k8s.api.core.v1.EphemeralVolumeSource",
	"io.k8s.api.core.v1.Event",
	"io.k8s.api.core.v1.EventList",
	"io.k8s.api.core.v1.LimitRange",
	"io.k8s.api.core.v1.LimitRangeList",
	"io.k8s.api.core.v1.Namespace",
	"io.k8s.api.core.v1.NamespaceList",
	"io.k8s.api.core.v1.NamespaceStatus",
	"io.k8s.api.core.v1.Node",
	"io.k8s.api.core.v1.NodeList",
	"io.k8s.api.core.v1.NodeSpec",
	"io.k8s.api.core.v1.NodeStatus",
	"io.k8s.api.core.v1.PersistentVolume",
	"io.k8s.api.core.v1.PersistentVolumeClaim",
	"io.k8s.api.core.v1.PersistentVolumeClaimList",
	"io.k8s.api.core.v1.PersistentVolumeClaimSpec",
	"io.k8s.api.core.v1.PersistentVolumeClaimStatus",
	"io.k8s.api.core.v1.PersistentVolumeClaimTemplate",
	"io.k8s.api.core.v1.PersistentVolumeList",
	"io.k8s.api.core.v1.Pod",
	"io.k8s.api.core.v1.PodAffinity",
	"io.k8s.api.core.v1.PodAffinityTerm",
	"io.k8s.api.core.v1.PodAntiAffinity",
	"io.k8s.api.core.v1.PodList",
	"io.k8s.api.core.v1.PodSpec",
	"io.k8s.api.core.v1.PodStatus",
	"io.k8s.api.core.v1.PodTemplate",
	"io.k8s.api.core.v1.PodTemplateList",
	"io.k8s.api.core.v1.PodTemplateSpec",
	"io.k8s.api.core.v1.ReplicationController",
	"io.k8s.api.core.v1.ReplicationControllerList",
	"io.k8s.api.core.v1.ReplicationControllerSpec",
	"io.k8s.api.core.v1.ReplicationControllerStatus",
	"io.k8s.api.core.v1.ResourceQuota",
	"io.k8s.api.core.v1.ResourceQuotaList",
	"io.k8s.api.core.v1.Secret",
	"io.k8s.api.core.v1.SecretList",
	"io.k8s.api.core.v1.Service",
	"io.k8s.api.core.v1.ServiceAccount",
	"io.k8s.api.core.v1.ServiceAccountList",
	"io.k8s.api.core.v1.ServiceList",
	"io.k8s.api.core.v1.ServiceSpec",
	"io.k8s.api.core.v1.ServiceStatus",
	"io.k8s.api.core.v1.TopologySpreadConstraint",
	"io.k8s.api.core.v1.Volume",
	"io.k8s.api.core.v1.WeightedPodAffinityTerm",
	"io.k8s.api.discovery.v1.EndpointSlice",
	"io.k8s.api.discovery.v1.EndpointSliceList",
	"io.k8s.api.discovery.v1beta1.EndpointSlice",
	"io.k8s.api.discovery.v1beta1.EndpointSliceList",
	"io.k8s.api.events.v1.Event",
	"io.k8s.api.events.v1.EventList",
	"io.k8s.api.events.v1beta1.Event",
	"io.k8s.api.events.v1beta1.EventList",
	"io.k8s.api.extensions.v1beta1.Ingress",
	"io.k8s.api.extensions.v1beta1.IngressList",
	"io.k8s.api.flowcontrol.v1beta1.FlowSchema",
	"io.k8s.api.flowcontrol.v1beta1.FlowSchemaList",
	"io.k8s.api.flowcontrol.v1beta1.PriorityLevelConfiguration",
	"io.k8s.api.flowcontrol.v1beta1.PriorityLevelConfigurationList",
	"io.k8s.api.networking.v1.Ingress",
	"io.k8s.api.networking.v1.IngressClass",
	"io.k8s.api.networking.v1.IngressClassList",
	"io.k8s.api.networking.v1.IngressList",
	"io.k8s.api.networking.v1.NetworkPolicy",
	"io.k8s.api.networking.v1.NetworkPolicyEgressRule",
	"io.k8s.api.networking.v1.NetworkPolicyIngressRule",
	"io.k8s.api.networking.v1.NetworkPolicyList",
	"io.k8s.api.networking.v1.NetworkPolicyPeer",
	"io.k8s.api.networking.v1.NetworkPolicySpec",
	"io.k8s.api.networking.v1beta1.Ingress",
	"io.k8s.api.networking.v1beta1.IngressClass",
	"io.k8s.api.networking.v1beta1.IngressClassList",
	"io.k8s.api.networking.v1beta1.IngressList",
	"io.k8s.api.node.v1.RuntimeClass",
	"io.k8s.api.node.v1.RuntimeClassList",
	"io.k8s.api.node.v1beta1.RuntimeClass",
	"io.k8s.api.node.v1beta1.RuntimeClassList",
	"io.k8s.api.policy.v1.PodDisruptionBudget",
	"io.k8s.api.policy.v1.PodDisruptionBudgetList",
	"io.k8s.api.policy.v1.PodDisruptionBudgetSpec",
	"io.k8s.api.policy.v1.PodDisruptionBudgetStatus",
	"io.k8s.api.policy.v1beta1.Eviction",
	"io.k8s.api.policy.v1beta1.PodDisruptionBudget",
	"io.k8s.api.policy.v1beta1.PodDisruptionBudgetList",
	"io.k8s.api.policy.v1beta1.PodDisruptionBudgetSpec",
	"io.k8s.api.policy.v1beta1.PodDisruptionBudgetStatus",
	"io.k8s.api.policy.v1beta1.PodSecurityPolicy",
	"io.k8s.api.policy.v1beta1.PodSecurityPolicyList",
	"io.k8s.api.rbac.v1.AggregationRule",
	"io.k8s.api.rbac.v1.ClusterRole",
	"io.k8s.api.rbac.v1.ClusterRoleBinding",
	"io.k8s.api.rbac.v1.ClusterRoleBindingList",
	"io.k8s.api.rbac.v1.ClusterRoleList",
	"io.k8s.api.rbac.v1.Role",
	"io.k8s.api.rbac.v1.RoleBinding",
	"io.k8s.api.rbac.v1.RoleBindingList",
	"io.k8s.api.rbac.v1.RoleList",
	"io.k8s.api.rbac.v1beta1.AggregationRule",
	"io.k8s.api.rbac.v1beta1.ClusterRole",
	"io.k8s.api.rbac.v1beta1.ClusterRoleBinding",
	"io.k8s.api.rbac.v1beta1.ClusterRoleBindingList",
	"io.k8s.api.rbac.v1beta1.ClusterRoleList",
	"io.k8s.api.rbac.v1beta1.Role",
	"io.k8s.api.rbac.v1beta1.RoleBinding",
	"io.k8s.api.rbac.v1beta1.RoleBindingList",
	"io.k8s.api.rbac.v1beta1.RoleList",
	"io.k8s.api.scheduling.v1.PriorityClass",
	"io.k8s.api.scheduling.v1.PriorityClassList",
	"io.k8s.api.scheduling.v1beta1.PriorityClass",
	"io.k8s.api.scheduling.v1beta1.PriorityClassList",
	"io.k8s.api.storage.v1.CSIDriver",
	"io.k8s.api.storage.v1.CSIDriverList",
	"io.k8s.api.storage.v1.CSINode",
	"io.k8s.api.storage.v1.CSINodeList",
	"io.k8s.api.storage.v1.CSINodeSpec",
	"io.k8s.api.storage.v1.StorageClass",
	"io.k8s.api.storage.v1.StorageClassList",
	"io.k8s.api.storage.v1.VolumeAttachment",
	"io.k8s.api.storage.v1.VolumeAttachmentList",
	"io.k8s.api.storage.v1beta1.CSIDriver",
	"io.k8s.api.storage.v1beta1.CSIDriverList",
	"io.k8s.api.storage.v1beta1.CSINode",
	"io.k8s.api.storage.v1beta1.CSINodeList",
	"io.k8s.api.storage.v1beta1.CSINodeSpec",
	"io.k8s.api.storage.v1beta1.CSIStorageCapacity",
	"io.k8s.api.storage.v1beta1.CSIStorageCapacityList",
	"io.k8s.api.storage.v1beta1.StorageClass",
	"io.k8s.api.storage.v1beta1.StorageClassList",
	"io.k8s.api.storage.v1beta1.VolumeAttachment",
	"io.k8s.api.storage.v1beta1.VolumeAttachmentList",
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionList",
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceDefinition",
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceDefinitionList",
	"io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector",
	"io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement",
	"io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService",
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceList",
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceStatus",
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1beta1.APIService",
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1beta1.APIServiceList",
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1beta1.APIServiceStatus",
};
