/*
 * What objects make besides themselves: the Secret of an ExternalSecret, the certificate of a
 * Certificate. Operators' own names follow their documentation.
 */
#include <string.h>
#include "base/text.h"

#include "validate/across/internal.h"

enum naming {
	NAMED_BY_FIELD,	 /* the field's text, else (with `fallback`) the object's name */
	NAMED_BY_ITEMS,	 /* a list: each item's field */
	NAMED_BY_SUFFIX, /* the object's name and `path` behind it */
};

static const struct provider {
	const char *group, *kind; /* group: its end */
	const char *makes;
	enum naming naming;
	const char *path; /* dotted; of NAMED_BY_ITEMS "list|field" */
	bool fallback, any_namespace;
} providers[] = {
	{ "external-secrets.io", "ExternalSecret", "Secret", NAMED_BY_FIELD, "spec.target.name",
	  true },
	{ "external-secrets.io", "ClusterExternalSecret", "Secret", NAMED_BY_FIELD,
	  "spec.externalSecretSpec.target.name", false, true },
	{ "external-secrets.io", "ClusterExternalSecret", "Secret", NAMED_BY_FIELD,
	  "spec.externalSecretName", true, true },
	{ "external-secrets.io", "PushSecret", "Secret", NAMED_BY_FIELD,
	  "spec.selector.secret.name" },
	{ "bitnami.com", "SealedSecret", "Secret", NAMED_BY_FIELD, "spec.template.metadata.name",
	  true },
	{ "cert-manager.io", "Certificate", "Secret", NAMED_BY_FIELD, "spec.secretName", true },
	{ "cert-manager.io", "Issuer", "Secret", NAMED_BY_FIELD,
	  "spec.acme.privateKeySecretRef.name" },
	{ "cert-manager.io", "ClusterIssuer", "Secret", NAMED_BY_FIELD,
	  "spec.acme.privateKeySecretRef.name", false, true },
	{ "trust.cert-manager.io", "Bundle", "ConfigMap", NAMED_BY_FIELD, "metadata.name", true,
	  true },
	{ "trust.cert-manager.io", "Bundle", "Secret", NAMED_BY_FIELD, "metadata.name", true,
	  true },
	{ "secrets.hashicorp.com", "VaultStaticSecret", "Secret", NAMED_BY_FIELD,
	  "spec.destination.name", true },
	{ "secrets.hashicorp.com", "VaultDynamicSecret", "Secret", NAMED_BY_FIELD,
	  "spec.destination.name", true },
	{ "secrets.hashicorp.com", "VaultPKISecret", "Secret", NAMED_BY_FIELD,
	  "spec.destination.name", true },
	{ "ricoberger.de", "VaultSecret", "Secret", NAMED_BY_FIELD, "metadata.name", true },
	{ "isindir.github.com", "SopsSecret", "Secret", NAMED_BY_ITEMS,
	  "spec.secretTemplates|name" },
	{ "onepassword.com", "OnePasswordItem", "Secret", NAMED_BY_FIELD, "metadata.name", true },
	{ "infisical.com", "InfisicalSecret", "Secret", NAMED_BY_FIELD,
	  "spec.managedSecretReference.secretName" },
	{ "spv.no", "AzureKeyVaultSecret", "Secret", NAMED_BY_FIELD, "spec.output.secret.name",
	  true },
	{ "secrets-store.csi.x-k8s.io", "SecretProviderClass", "Secret", NAMED_BY_ITEMS,
	  "spec.secretObjects|secretName" },
	{ "bitwarden.com", "BitwardenSecret", "Secret", NAMED_BY_FIELD, "spec.secretName" },
	{ "doppler.com", "DopplerSecret", "Secret", NAMED_BY_FIELD, "spec.managedSecret.name" },
	{ "secretgenerator.mittwald.de", "StringSecret", "Secret", NAMED_BY_FIELD, "metadata.name",
	  true },
	{ "secretgenerator.mittwald.de", "BasicAuth", "Secret", NAMED_BY_FIELD, "metadata.name",
	  true },
	{ "kubernetes-client.io", "ExternalSecret", "Secret", NAMED_BY_FIELD, "metadata.name",
	  true },
	{ "objectbucket.io", "ObjectBucketClaim", "Secret", NAMED_BY_FIELD, "metadata.name", true },
	{ "objectbucket.io", "ObjectBucketClaim", "ConfigMap", NAMED_BY_FIELD, "metadata.name",
	  true },
	{ "strimzi.io", "KafkaUser", "Secret", NAMED_BY_FIELD, "metadata.name", true },
	{ "strimzi.io", "Kafka", "Secret", NAMED_BY_SUFFIX, "-cluster-ca-cert" },
	{ "strimzi.io", "Kafka", "Service", NAMED_BY_SUFFIX, "-kafka-bootstrap" },
	{ "postgresql.cnpg.io", "Cluster", "Secret", NAMED_BY_SUFFIX, "-app" },
	{ "postgresql.cnpg.io", "Cluster", "Secret", NAMED_BY_SUFFIX, "-superuser" },
	{ "postgresql.cnpg.io", "Cluster", "Secret", NAMED_BY_SUFFIX, "-ca" },
	{ "postgresql.cnpg.io", "Cluster", "Service", NAMED_BY_SUFFIX, "-rw" },
	{ "postgresql.cnpg.io", "Cluster", "Service", NAMED_BY_SUFFIX, "-ro" },
	{ "postgresql.cnpg.io", "Cluster", "Service", NAMED_BY_SUFFIX, "-r" },
	{ "rabbitmq.com", "RabbitmqCluster", "Secret", NAMED_BY_SUFFIX, "-default-user" },
	{ "rabbitmq.com", "RabbitmqCluster", "Service", NAMED_BY_FIELD, "metadata.name", true },
	{ "k8s.elastic.co", "Elasticsearch", "Secret", NAMED_BY_SUFFIX, "-es-elastic-user" },
	{ "k8s.elastic.co", "Elasticsearch", "Service", NAMED_BY_SUFFIX, "-es-http" },
	{ "k8s.elastic.co", "Kibana", "Service", NAMED_BY_SUFFIX, "-kb-http" },
	{ "serving.knative.dev", "Service", "Service", NAMED_BY_FIELD, "metadata.name", true },
	{ "helm.toolkit.fluxcd.io", "HelmRelease", "Namespace", NAMED_BY_FIELD,
	  "spec.targetNamespace", false, true },
	{ "helm.cattle.io", "HelmChart", "Namespace", NAMED_BY_FIELD, "spec.targetNamespace", false,
	  true },
	{ "argoproj.io", "Application", "Namespace", NAMED_BY_FIELD, "spec.destination.namespace",
	  false, true },
	{ "capsule.clastix.io", "Tenant", "Namespace", NAMED_BY_FIELD, "metadata.name", true,
	  true },
	{ "project.openshift.io", "Project", "Namespace", NAMED_BY_FIELD, "metadata.name", true,
	  true },
};

static void note_items(struct across *x, const struct provider *p, const struct object *o,
		       const struct node *root)
{
	const char *bar = strchr(p->path, '|');
	const char *path = arena_memdup(x->arena, p->path, (size_t)(bar - p->path));
	const struct node *list = across_at(root, path);

	for (uint32_t i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *name = node_get_string(list->items[i], bar + 1);

		if (name)
			across_note(x, p->makes, o->ns, name);
	}
}

static void note_provider(struct across *x, const struct provider *p, const struct object *o,
			  const struct node *root)
{
	const char *ns = p->any_namespace ? "" : o->ns;
	const char *name =
		p->naming == NAMED_BY_FIELD ? node_string(across_at(root, p->path)) : NULL;

	if (p->naming == NAMED_BY_ITEMS)
		note_items(x, p, o, root);
	else if (p->naming == NAMED_BY_SUFFIX)
		across_note(x, p->makes, ns, arena_printf(x->arena, "%s%s", o->name, p->path));
	else if (name && *name)
		across_note(x, p->makes, ns, name);
	else if (p->fallback)
		across_note(x, p->makes, ns, o->name);
}

/* Annotations that copy a Secret or ConfigMap into other namespaces. */
static bool is_copied(const struct node *root)
{
	static const char *const marks[] = { "reflector.v1.k8s.emberstack.com/",
					     "replicator.v1.mittwald.de/", "kubed.appscode.com/" };
	const struct node *annotations = across_at(root, "metadata.annotations");

	for (uint32_t i = 0; node_is(annotations, NODE_MAP) && i < annotations->len; i++) {
		for (size_t k = 0; k < ARRAY_SIZE(marks); k++) {
			if (strstr(annotations->entries[i].key->text, marks[k]))
				return true;
		}
	}
	return false;
}

/* cert-manager makes the certificates of an Ingress that names an issuer. */
static void note_ingress(struct across *x, const struct object *o, const struct node *root)
{
	const struct node *annotations = across_at(root, "metadata.annotations");
	const struct node *tls = across_at(root, "spec.tls");

	if (!node_get(annotations, "cert-manager.io/cluster-issuer") &&
	    !node_get(annotations, "cert-manager.io/issuer") &&
	    !node_get(annotations, "kubernetes.io/tls-acme"))
		return;
	for (uint32_t i = 0; node_is(tls, NODE_SEQ) && i < tls->len; i++)
		across_note(x, "Secret", o->ns, node_get_string(tls->items[i], "secretName"));
}

void across_providers(struct across *x, const struct object *o, const struct node *root)
{
	for (size_t i = 0; i < ARRAY_SIZE(providers); i++) {
		const struct provider *p = &providers[i];

		if (text_is(p->kind, o->kind) && text_ends(o->group, p->group))
			note_provider(x, p, o, root);
	}
	if (!strcmp(o->kind, "Ingress"))
		note_ingress(x, o, root);
	if ((!strcmp(o->kind, "Secret") || !strcmp(o->kind, "ConfigMap")) && is_copied(root))
		across_note(x, o->kind, "", o->name);
}
