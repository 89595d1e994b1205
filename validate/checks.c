#include "validate/checks.h"

#include <stdlib.h>
#include <string.h>

#include "validate/rules/rules.h"

static const char every_kind[] = "every kind", custom[] = "custom resources";
#define DECODER "apimachinery pkg/runtime/serializer/json"
#define CUSTOM "kube-openapi pkg/validation/validate"

static const struct check_info rows[] = {
	{ "across/crd-removed", SEVERITY_ERROR,
	  "a definition is removed while resources of its kind stay: they would be deleted", custom,
	  0, 0, "" },
	{ "across/declared-twice", SEVERITY_WARNING, "one object stands twice in a folder",
	  every_kind, 0, 0, "" },
	{ "across/namespace", SEVERITY_INFO,
	  "a namespace that nothing creates, where others are created", every_kind, 0, 0, "" },
	{ "across/reference", SEVERITY_WARNING,
	  "a reference that nothing provides; information unless a near name shows the mistake",
	  "workloads, Ingress, HorizontalPodAutoscaler, RBAC, webhooks, storage", 0, 0, "" },
	{ "across/selector", SEVERITY_WARNING, "a selector that just misses the pods of a workload",
	  "Service, PodDisruptionBudget", 0, 0, "" },
	{ "across/service-port", SEVERITY_WARNING, "a port that the Service does not have",
	  "Ingress", 0, 0, "" },
	{ "across/target-port", SEVERITY_WARNING, "a named port that the pods do not have",
	  "Service", 0, 0, "" },
	{ "across/two-owners", SEVERITY_WARNING, "two apps of one cluster render the same object",
	  every_kind, 0, 0, "" },
	{ "cluster/account-denied", SEVERITY_ERROR,
	  "the account that an engine applies as may not do it", every_kind, 0, 0, "" },
	{ "cluster/admission", SEVERITY_ERROR, "an admission plugin or webhook refuses", every_kind,
	  0, 0, "" },
	{ "cluster/conflict", SEVERITY_ERROR, "another manager owns a field", every_kind, 0, 0,
	  "" },
	{ "cluster/duplicate-field", SEVERITY_ERROR, "the API server found a field twice",
	  every_kind, 0, 0, "" },
	{ "cluster/fallback", SEVERITY_WARNING,
	  "an object was checked at a lower level than asked for", every_kind, 0, 0, "" },
	{ "cluster/immutable", SEVERITY_ERROR,
	  "the live object has another value in an immutable field", every_kind, 0, 0, "" },
	{ "cluster/invalid", SEVERITY_ERROR, "the API server refuses the object", every_kind, 0, 0,
	  "" },
	{ "cluster/no-namespace", SEVERITY_ERROR, "the namespace does not exist", every_kind, 0, 0,
	  "" },
	{ "cluster/own-credential", SEVERITY_INFO,
	  "an engine applies as an account that this credential may not act as", every_kind, 0, 0,
	  "" },
	{ "cluster/unknown-field", SEVERITY_ERROR, "the API server does not know a field",
	  every_kind, 0, 0, "" },
	{ "cluster/unknown-kind", SEVERITY_ERROR, "the cluster serves no such kind", every_kind, 0,
	  0, "" },
	{ "cluster/warning", SEVERITY_WARNING, "the API server warns", every_kind, 0, 0, "" },
	{ "config/changed", SEVERITY_INFO,
	  "a change of .gitops.yaml: the base's counts until it is merged", every_kind, 0, 0, "" },
	{ "config/invalid", SEVERITY_ERROR, "what .gitops.yaml says can't be understood",
	  every_kind, 0, 0, "" },
	{ "config/new-ignore", SEVERITY_INFO,
	  "an ignore comment that the base does not have: it does not count yet", every_kind, 0, 0,
	  "" },
	{ "crd/definition", SEVERITY_ERROR,
	  "a definition has sound names, versions, conversion and structural schemas",
	  "CustomResourceDefinition", 0, 0,
	  "apiextensions-apiserver pkg/apis/apiextensions/validation" },
	{ "deprecated/api", SEVERITY_WARNING,
	  "the API version is deprecated, and when it will be gone", every_kind, 0, 0,
	  "k8s.io/api prerelease lifecycle" },
	{ "engine/depends-cycle", SEVERITY_ERROR, "objects that wait for each other for ever",
	  "Kustomization, HelmRelease", 0, 0, "fluxcd/pkg/runtime/dependency" },
	{ "engine/depends-missing", SEVERITY_WARNING,
	  "dependsOn names what the commit does not have", "Kustomization, HelmRelease", 0, 0,
	  "kustomize-controller, helm-controller" },
	{ "engine/not-available", SEVERITY_INFO,
	  "a chart or variables that this run could not get, and what is left out for it",
	  "Kustomization, HelmRelease", 0, 0, "" },
	{ "engine/not-planned", SEVERITY_WARNING,
	  "an engine's object that can't be followed, and why", "Flux and Argo CD objects", 0, 0,
	  "" },
	{ "engine/note", SEVERITY_WARNING, "what to know of how an engine's objects were made",
	  "Argo CD, Flux and Docker Swarm", 0, 0, "" },
	{ "engine/refused", SEVERITY_ERROR,
	  "an engine applies nothing of it: its own rules, as an AppProject's, do not permit it",
	  "Application", 0, 0, "argo-cd AppProject" },
	{ "engine/values-missing", SEVERITY_WARNING,
	  "a ConfigMap or Secret that values come from is nowhere", "Kustomization, HelmRelease", 0,
	  0, "kustomize-controller, helm-controller" },
	{ "gate/conflict", SEVERITY_ERROR, "head and target cannot be merged", every_kind, 0, 0,
	  "" },
	{ "helm/unused-value", SEVERITY_INFO,
	  "a value for a chart that none of its templates reads: most often a misspelt key",
	  "Helm charts", 0, 0, "" },
	{ "metadata/embedded", SEVERITY_ERROR, "metadata of an embedded object", custom, 0, 0,
	  "apiextensions-apiserver pkg/apiserver/schema/objectmeta" },
	{ "plan/budget", SEVERITY_ERROR,
	  "more objects would be deleted, replaced or changed than allowed", every_kind, 0, 0, "" },
	{ "policy/conftest", SEVERITY_ERROR,
	  "a Rego policy refuses, where the user names a folder for conftest; its warnings are "
	  "warnings",
	  every_kind, 0, 0, "" },
	{ "policy/denied", SEVERITY_ERROR,
	  "a ValidatingAdmissionPolicy refuses the object; warning or information where its "
	  "binding "
	  "does no more",
	  every_kind, 0, 0, "apiserver pkg/admission/plugin/policy/validating" },
	{ "policy/function", SEVERITY_ERROR,
	  "a KRM function that the user names says so, as severe as its result", every_kind, 0, 0,
	  "" },
	{ "policy/loosened", SEVERITY_WARNING,
	  "an admission policy or binding is removed, or checks less than before",
	  "ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding", 0, 0, "" },
	{ "policy/undecided", SEVERITY_INFO,
	  "an admission policy asks for what only a running server knows",
	  "ValidatingAdmissionPolicy", 0, 0, "" },
	{ "render/failed", SEVERITY_ERROR, "an app does not render", every_kind, 0, 0, "" },
	{ "risk/blocks-drains", SEVERITY_WARNING,
	  "a disruption budget that no eviction can satisfy", "PodDisruptionBudget", 0, 0, "" },
	{ "risk/data-loss", SEVERITY_WARNING, "data would be deleted", "storage", 0, 0, "" },
	{ "risk/finalizer", SEVERITY_WARNING, "a finalizer may hold a deletion", every_kind, 0, 0,
	  "" },
	{ "risk/force-deletes", SEVERITY_ERROR,
	  "a forced apply deletes the live object, and the new one is refused", every_kind, 0, 0,
	  "" },
	{ "risk/interrupts", SEVERITY_WARNING, "a change that interrupts what runs", "workloads", 0,
	  0, "" },
	{ "risk/move-race", SEVERITY_WARNING,
	  "an object changes its Kustomization, and the one that it leaves prunes", every_kind, 0,
	  0, "kustomize-controller" },
	{ "risk/privileges", SEVERITY_WARNING, "a pod gains privileges", "pods", 0, 0, "" },
	{ "risk/rights", SEVERITY_WARNING, "somebody gains rights", "RBAC", 0, 0, "" },
	{ "risk/still-used", SEVERITY_WARNING, "live objects name what is deleted",
	  "classes, roles, volumes, APIServices", 0, 0, "" },
	{ "risk/takes-along", SEVERITY_WARNING, "what goes with a deleted object", every_kind, 0, 0,
	  "" },
	{ "schema/any-of", SEVERITY_ERROR, "at least one alternative of the schema fits", custom, 0,
	  0, CUSTOM },
	{ "schema/cel", SEVERITY_ERROR, "a CEL rule of the definition holds, and compiles", custom,
	  0, 0, "apiextensions-apiserver pkg/apiserver/schema/cel" },
	{ "schema/count", SEVERITY_ERROR, "items and entries within their bounds", custom, 0, 0,
	  CUSTOM },
	{ "schema/dropped-field", SEVERITY_WARNING,
	  "a field that the server drops: its feature gate is off by default", every_kind, 0, 0,
	  "kubernetes pkg/features" },
	{ "schema/duplicate-item", SEVERITY_ERROR, "items of a set or list map are unique", custom,
	  0, 0, "apiextensions-apiserver pkg/apiserver/schema/listtype" },
	{ "schema/duplicate-key", SEVERITY_ERROR, "a key stands once in its mapping", every_kind, 0,
	  0, DECODER },
	{ "schema/enum", SEVERITY_ERROR, "one of the values that the schema lists", custom, 0, 0,
	  CUSTOM },
	{ "schema/format", SEVERITY_ERROR, "quantities, times, base64 and the formats of schemas",
	  every_kind, 0, 0, DECODER },
	{ "schema/length", SEVERITY_ERROR, "strings within their bounds", custom, 0, 0, CUSTOM },
	{ "schema/missing", SEVERITY_ERROR, "no schema is known for the kind", custom, 0, 0, "" },
	{ "schema/no-api-version", SEVERITY_ERROR, "an object has an apiVersion", every_kind, 0, 0,
	  DECODER },
	{ "schema/no-kind", SEVERITY_ERROR, "an object has a kind", every_kind, 0, 0, DECODER },
	{ "schema/not", SEVERITY_ERROR, "no form that the schema forbids", custom, 0, 0, CUSTOM },
	{ "schema/not-an-object", SEVERITY_ERROR, "a document is a mapping", every_kind, 0, 0,
	  DECODER },
	{ "schema/one-of", SEVERITY_ERROR, "exactly one alternative of the schema fits", custom, 0,
	  0, CUSTOM },
	{ "schema/pattern", SEVERITY_ERROR, "a string matches its pattern", custom, 0, 0, CUSTOM },
	{ "schema/range", SEVERITY_ERROR, "numbers that fit their type and bounds", every_kind, 0,
	  0, DECODER },
	{ "schema/required", SEVERITY_ERROR, "required fields are there", custom, 0, 0, CUSTOM },
	{ "schema/type", SEVERITY_ERROR, "values have the type of their field", every_kind, 0, 0,
	  DECODER },
	{ "schema/unknown-field", SEVERITY_ERROR,
	  "fields that the type has, in this case and place", every_kind, 0, 0, DECODER },
	{ "schema/unknown-kind", SEVERITY_ERROR, "a kind and version that the release serves",
	  every_kind, 0, 0, "discovery" },
	{ "swarm/external", SEVERITY_ERROR, "an external network, secret or config is in the swarm",
	  "Docker Swarm", 0, 0, "docker/cli cli/compose" },
	{ "swarm/ignored", SEVERITY_WARNING, "a key that docker stack deploy ignores",
	  "Docker Swarm", 0, 0, "docker/cli cli/compose" },
	{ "swarm/immutable", SEVERITY_ERROR,
	  "a config, secret, network or mode that can't change in place", "Docker Swarm", 0, 0,
	  "docker/cli cli/compose" },
	{ "swarm/invalid", SEVERITY_ERROR, "what docker stack deploy refuses beside the schema",
	  "Docker Swarm", 0, 0, "docker/cli cli/compose" },
	{ "swarm/missing-file", SEVERITY_WARNING, "a file that a stack takes is in the commit",
	  "Docker Swarm", 0, 0, "docker/cli cli/compose" },
	{ "swarm/not-plain", SEVERITY_WARNING,
	  "a Compose file that docker stack deploy can't read by itself", "Docker Swarm", 0, 0,
	  "docker/cli cli/compose" },
	{ "swarm/relative-bind", SEVERITY_WARNING,
	  "a bind mount beside the file, that each node would need", "Docker Swarm", 0, 0,
	  "docker/cli cli/compose" },
	{ "swarm/schema", SEVERITY_ERROR, "a Compose file is as its version's schema has it",
	  "Docker Swarm", 0, 0, "docker/cli cli/compose" },
	{ "swarm/unset-variable", SEVERITY_WARNING, "a variable of a Compose file has a value",
	  "Docker Swarm", 0, 0, "docker/cli cli/compose" },
	{ "yaml/ignored", SEVERITY_WARNING, "nothing stands between a document's end and the next",
	  every_kind, 0, 0, "" },
	{ "yaml/limit", SEVERITY_ERROR, "a document within the bounds on size and nesting",
	  every_kind, 0, 0, "" },
	{ "yaml/syntax", SEVERITY_ERROR, "a document is YAML or JSON", every_kind, 0, 0,
	  "go-yaml" },
};

const char *severity_name(enum severity severity)
{
	static const char *const names[] = { "info", "warning", "error" };

	return names[severity];
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct check_info *)a)->id, ((const struct check_info *)b)->id);
}

const struct check_info *checks_all(struct arena *a, size_t *count)
{
	const struct rule *const *rules = rules_all(count);
	struct check_info *out = arena_array(a, ARRAY_SIZE(rows) + *count, struct check_info);
	size_t used = ARRAY_SIZE(rows), kept = 0;

	memcpy(out, rows, sizeof(rows));
	for (size_t i = 0; i < *count; i++)
		out[used++] = (struct check_info){ rules[i]->id,      rules[i]->severity,
						   rules[i]->summary, rule_kinds_text(a, rules[i]),
						   rules[i]->since,   rules[i]->until,
						   rules[i]->source };
	qsort(out, used, sizeof(*out), by_id);
	for (size_t i = 0; i < used; i++) {
		if (!kept || strcmp(out[kept - 1].id, out[i].id))
			out[kept++] = out[i];
	}
	*count = kept;
	return out;
}
