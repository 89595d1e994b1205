/* What Argo CD applies of what the sources made: namespaces, tracking, hooks apart. */
#include <string.h>
#include "render/engines/argo.h"
#include "render/engines/argo_settings.h"

/* ---- scopes ---- */

/* Kinds that live in no namespace; those of a group by '*' all do. Sorted by group. */
static const struct {
	const char *group, *kinds;
} cluster_kinds[] = {
	{ "", " ComponentStatus Namespace Node PersistentVolume " },
	{ "addons.projectcapsule.dev", " * " },
	{ "admissionregistration.k8s.io", " * " },
	{ "apiextensions.crossplane.io", " * " },
	{ "apiextensions.k8s.io", " * " },
	{ "apiregistration.k8s.io", " * " },
	{ "authentication.k8s.io", " * " },
	{ "capsule.clastix.io", " CapsuleConfiguration Tenant " },
	{ "cdi.kubevirt.io", " CDI CDIConfig StorageProfile " },
	{ "certificates.k8s.io", " CertificateSigningRequest ClusterTrustBundle " },
	{ "cilium.io",
	  " CiliumBGPAdvertisement CiliumBGPClusterConfig CiliumBGPNodeConfig "
	  "CiliumBGPNodeConfigOverride CiliumBGPPeerConfig CiliumBGPPeeringPolicy CiliumCIDRGroup "
	  "CiliumClusterwideEnvoyConfig CiliumClusterwideNetworkPolicy CiliumEgressGatewayPolicy "
	  "CiliumExternalWorkload CiliumIdentity CiliumL2AnnouncementPolicy "
	  "CiliumLoadBalancerIPPool CiliumNode CiliumPodIPPool TracingPolicy " },
	{ "config.openshift.io", " * " },
	{ "console.openshift.io", " * " },
	{ "constraints.gatekeeper.sh", " * " },
	{ "crd.projectcalico.org",
	  " BGPConfiguration BGPPeer BlockAffinity CalicoNodeStatus ClusterInformation "
	  "FelixConfiguration GlobalNetworkPolicy GlobalNetworkSet HostEndpoint IPAMBlock "
	  "IPAMConfig IPAMHandle IPPool IPReservation KubeControllersConfiguration " },
	{ "flowcontrol.apiserver.k8s.io", " * " },
	{ "gateway.networking.k8s.io", " GatewayClass " },
	{ "imageregistry.operator.openshift.io", " Config ImagePruner " },
	{ "internal.apiserver.k8s.io", " * " },
	{ "karpenter.azure.com", " * " },
	{ "karpenter.k8s.aws", " * " },
	{ "karpenter.sh", " * " },
	{ "kueue.x-k8s.io", " AdmissionCheck ClusterQueue Cohort ResourceFlavor Topology "
			    "WorkloadPriorityClass " },
	{ "kyverno.io", " ClusterCleanupPolicy ClusterPolicy GlobalContextEntry " },
	{ "machineconfiguration.openshift.io", " * " },
	{ "management.cattle.io", " Cluster Feature GlobalRole Setting User " },
	{ "mutations.gatekeeper.sh", " * " },
	{ "networking.k8s.io", " IPAddress IngressClass ServiceCIDR " },
	{ "nfd.k8s-sigs.io", " NodeFeatureGroup NodeFeatureRule " },
	{ "nfd.openshift.io", " NodeFeatureRule " },
	{ "node.k8s.io", " RuntimeClass " },
	{ "nvidia.com", " ClusterPolicy NVIDIADriver " },
	{ "oauth.openshift.io", " * " },
	{ "operator.openshift.io", " * " },
	{ "operator.tekton.dev", " * " },
	{ "operator.tigera.io", " * " },
	{ "pkg.crossplane.io", " * " },
	{ "policies.kyverno.io", " DeletingPolicy GeneratingPolicy ImageValidatingPolicy "
				 "MutatingPolicy ValidatingPolicy " },
	{ "policy", " PodSecurityPolicy " },
	{ "project.openshift.io", " Project " },
	{ "rbac.authorization.k8s.io", " ClusterRole ClusterRoleBinding " },
	{ "resource.k8s.io", " DeviceClass DeviceTaintRule ResourceSlice " },
	{ "scheduling.k8s.io", " PriorityClass " },
	{ "security.openshift.io", " SecurityContextConstraints " },
	{ "snapshot.storage.k8s.io", " VolumeSnapshotClass VolumeSnapshotContent " },
	{ "storage.k8s.io", " CSIDriver CSINode StorageClass VolumeAttachment "
			    "VolumeAttributesClass " },
	{ "storagemigration.k8s.io", " * " },
	{ "templates.gatekeeper.sh", " * " },
	{ "topolvm.io", " LogicalVolume TopolvmCluster " },
	{ "trust.cert-manager.io", " Bundle ClusterBundle " },
	{ "user.openshift.io", " Group Identity User " },
};

/* Projects name them so: ClusterIssuer, ClusterSecretStore… */
static bool has_cluster_name(const char *kind)
{
	static const char *const namespaced[] = { "ClusterClaim", "ClusterClass",
						  "ClusterDeployment", "ClusterServiceVersion" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(namespaced); i++)
		if (!strcmp(kind, namespaced[i]))
			return false;
	return !strncmp(kind, "Cluster", 7) && kind[7] >= 'A' && kind[7] <= 'Z';
}

static const struct node *find_crd(const struct objects *all, const char *group, const char *kind)
{
	size_t i;

	for (i = 0; i < all->count; i++) {
		const struct node *spec = node_get(all->items[i].root, "spec");

		if (!strcmp(all->items[i].kind, "CustomResourceDefinition") &&
		    !strcmp(node_string_at(spec, "group"), group) &&
		    !strcmp(node_string_at(node_get(spec, "names"), "kind"), kind))
			return spec;
	}
	return NULL;
}

bool argo_cluster_scoped(const struct object *o, const struct objects *all)
{
	const struct node *crd = find_crd(all, o->group, o->kind);
	size_t i;

	if (crd)
		return !strcmp(node_string_at(crd, "scope"), "Cluster");
	for (i = 0; i < ARRAY_SIZE(cluster_kinds); i++) {
		const char *kinds = cluster_kinds[i].kinds, *at;
		size_t len = strlen(o->kind);

		if (strcmp(cluster_kinds[i].group, o->group))
			continue;
		if (!strcmp(kinds, " * "))
			return true;
		for (at = strstr(kinds, o->kind); at; at = strstr(at + 1, o->kind))
			if (at > kinds && at[-1] == ' ' && at[len] == ' ')
				return true;
	}
	return strchr(o->group, '.') && !strstr(o->group, ".k8s.io") && has_cluster_name(o->kind);
}

/* ---- hooks ---- */

enum hook { HOOK_NONE, HOOK_IS, HOOK_SKIPPED };

/* Argo CD's own annotation counts; without it Helm's, save for what is not a hook to Argo CD. */
static enum hook hook_of(const struct node *object)
{
	static const char key[] = ARGO_ANNOTATION "hook";
	const struct node *annotations = node_path(object, "metadata", "annotations", NULL);
	const char *own = node_get_string(annotations, key);
	const char *helm = node_get_string(annotations, "helm.sh/hook");

	if (own)
		return argo_annotated(object, key, "Skip") && !strchr(own, ',') ? HOOK_SKIPPED
										: HOOK_IS;
	return helm && strcmp(helm, "crd-install") ? HOOK_IS : HOOK_NONE;
}

/* ---- tracking ---- */

static void set_text(struct argo *g, struct node *object, const char *where, const char *key,
		     const char *text)
{
	struct node *map = argo_map_in(g->arena, argo_map_in(g->arena, object, "metadata"), where);

	node_set(g->arena, map, key, node_at(node_str(g->arena, text), g->app->root->origin));
}

/* A label's value takes 63 characters, the last of them a letter or digit. */
static const char *label_value(struct arena *a, const char *text)
{
	size_t n = strlen(text);

	if (n <= 63)
		return text;
	for (n = 63; n > 1 && strchr("-_.", text[n - 1]); n--)
		;
	return arena_memdup(a, text, n);
}

static void track(struct argo *g, struct node *root, const struct object *o)
{
	const struct node *inputs = g->app->inputs;
	const char *method = node_string_at(inputs, "application.resourceTrackingMethod");
	const char *key = node_string_at(inputs, "application.instanceLabelKey");
	const char *name = argo_instance_name(g->arena, g->app);
	const char *id = node_string_at(inputs, "installationID");
	bool label = !strcmp(method, "label"), both = !strcmp(method, "annotation+label");

	if (!strcmp(o->kind, "CustomResourceDefinition") &&
	    !strcmp(o->group, "apiextensions.k8s.io"))
		return;
	key = *key ? key : "app.kubernetes.io/instance";
	if (label || both)
		set_text(g, root, "labels", key, both ? label_value(g->arena, name) : name);
	if (label)
		return;
	if (*id)
		set_text(g, root, "annotations", ARGO_ANNOTATION "installation-id", id);
	set_text(g, root, "annotations", ARGO_ANNOTATION "tracking-id",
		 arena_printf(g->arena, "%s:%s/%s:%s/%s", name, o->group, o->kind,
			      *o->ns ? o->ns : g->ns, o->name));
}

/* ---- the namespace of the destination ---- */

static void place(struct argo *g, struct node *root, const struct object *o,
		  const struct objects *all)
{
	struct node *metadata = node_get(root, "metadata");

	if (argo_cluster_scoped(o, all))
		node_remove(metadata, "namespace");
	else if (!*o->ns && *g->ns && node_is(metadata, NODE_MAP))
		node_set(g->arena, metadata, "namespace",
			 node_at(node_str(g->arena, g->ns),
				 node_path(g->spec, "destination", "namespace", NULL)->origin));
}

/* CreateNamespace=true: made where it is missing; only with metadata of its own kept up. */
static int add_namespace(struct argo *g, const struct objects *all, struct objects *out,
			 struct err *err)
{
	const struct node *managed =
		node_path(g->spec, "syncPolicy", "managedNamespaceMetadata", NULL);
	struct node *root, *metadata;

	if (!*g->ns || !argo_sync_option(g->spec, "CreateNamespace=true") ||
	    objects_make_namespace(all, g->ns))
		return 0;
	root = node_at(node_map(g->arena), g->spec->origin);
	node_set(g->arena, root, "apiVersion", node_str(g->arena, "v1"));
	node_set(g->arena, root, "kind", node_str(g->arena, "Namespace"));
	metadata = argo_map_in(g->arena, root, "metadata");
	node_set(g->arena, metadata, "name", node_str(g->arena, g->ns));
	if (node_is(managed, NODE_MAP)) {
		if (node_get(managed, "labels"))
			node_set(g->arena, metadata, "labels",
				 node_copy(g->arena, node_get(managed, "labels")));
		if (node_get(managed, "annotations"))
			node_set(g->arena, metadata, "annotations",
				 node_copy(g->arena, node_get(managed, "annotations")));
		set_text(g, root, "annotations", ARGO_ANNOTATION "sync-options",
			 "ServerSideApply=true");
	}
	if (objects_add(g->run, g->arena, out, root, err) < 0)
		return -1;
	out->items[out->count - 1].implied = !node_is(managed, NODE_MAP);
	return 0;
}

/* ---- all of it ---- */

/* Of objects that are the same one the last counts. */
static bool repeated(const struct objects *all, size_t at)
{
	const struct object *o = &all->items[at];
	size_t i;

	for (i = at + 1; *o->name && i < all->count; i++)
		if (!strcmp(all->items[i].name, o->name) && !strcmp(all->items[i].kind, o->kind) &&
		    !strcmp(all->items[i].group, o->group) && !strcmp(all->items[i].ns, o->ns))
			return true;
	return false;
}

/* Kinds that the settings keep Argo CD from are not applied, which it only tells on its page. */
static void note_excluded(struct argo *g, const struct object *o)
{
	*vec_push(g->arena, &g->refusals) = (struct note){
		.text = arena_printf(g->arena,
				     "%s '%s' is not applied: Argo CD's settings exclude its kind",
				     o->kind, o->name),
		.origin = o->root->origin,
	};
}

static int finish_one(struct argo *g, const struct object *from, const struct objects *all,
		      struct objects *out, struct err *err)
{
	enum hook hook = hook_of(from->root);
	struct node *root = node_copy(g->arena, from->root);
	size_t first = out->count;

	if (hook == HOOK_SKIPPED)
		return 0;
	track(g, root, from);
	place(g, root, from, all);
	if (objects_add(g->run, g->arena, out, root, err) < 0)
		return -1;
	for (; first < out->count; first++) {
		out->items[first].hook = hook == HOOK_IS;
		out->items[first].random = from->random;
		if (*from->file)
			out->items[first].file = from->file;
	}
	return 0;
}

int argo_finish(struct argo *g, const struct objects *built, struct objects *out, struct err *err)
{
	size_t i;

	if (add_namespace(g, built, out, err) < 0)
		return -1;
	for (i = 0; i < built->count; i++)
		if (repeated(built, i))
			continue;
		else if (argo_is_excluded(g, built->items[i].group, built->items[i].kind))
			note_excluded(g, &built->items[i]);
		else if (finish_one(g, &built->items[i], built, out, err) < 0)
			return -1;
	return 0;
}
