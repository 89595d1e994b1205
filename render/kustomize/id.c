/* Types and ids of resources, and the order that kustomize gives them. */
#include <stdio.h>
#include <string.h>
#include "render/kustomize/resource.h"

struct gvk gvk_parse(struct arena *a, const char *api_version, const char *kind)
{
	const char *slash = strchr(api_version, '/');
	struct gvk out = { "", api_version, kind };

	if (slash) {
		out.group = arena_memdup(a, api_version, (size_t)(slash - api_version));
		out.version = slash + 1;
	}
	return out;
}

bool gvk_equal(const struct gvk *x, const struct gvk *y)
{
	return !strcmp(x->kind, y->kind) && !strcmp(x->group, y->group) &&
	       !strcmp(x->version, y->version);
}

static bool selects(const char *selector, const char *text)
{
	return !*selector || !strcmp(selector, text);
}

bool gvk_selected(const struct gvk *x, const struct gvk *selector)
{
	return selects(selector->kind, x->kind) && selects(selector->group, x->group) &&
	       selects(selector->version, x->version);
}

const char *const kz_kinds_first[] = {
	"Namespace",
	"ResourceQuota",
	"StorageClass",
	"CustomResourceDefinition",
	"ServiceAccount",
	"PodSecurityPolicy",
	"Role",
	"ClusterRole",
	"RoleBinding",
	"ClusterRoleBinding",
	"ConfigMap",
	"Secret",
	"Endpoints",
	"Service",
	"LimitRange",
	"PriorityClass",
	"PersistentVolume",
	"PersistentVolumeClaim",
	"Deployment",
	"StatefulSet",
	"CronJob",
	"PodDisruptionBudget",
};
const size_t kz_kinds_first_count = ARRAY_SIZE(kz_kinds_first);

static int kind_rank(const char *kind)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kz_kinds_first); i++)
		if (!strcmp(kz_kinds_first[i], kind))
			return (int)i - (int)ARRAY_SIZE(kz_kinds_first);
	if (!strcmp(kind, "MutatingWebhookConfiguration"))
		return 1;
	return !strcmp(kind, "ValidatingWebhookConfiguration") ? 2 : 0;
}

/* Compare what "group_version_kind" would be, empty parts being "~G", "~V", "~K". */
static int compare_joined(const struct gvk *x, const struct gvk *y)
{
	char texts[2][512];
	const struct gvk *const both[] = { x, y };
	int i;

	for (i = 0; i < 2; i++)
		snprintf(texts[i], sizeof(texts[i]), "%s_%s_%s",
			 *both[i]->group ? both[i]->group : "~G",
			 *both[i]->version ? both[i]->version : "~V",
			 *both[i]->kind ? both[i]->kind : "~K");
	return strcmp(texts[0], texts[1]);
}

int gvk_compare(const struct gvk *x, const struct gvk *y)
{
	int left = kind_rank(x->kind), right = kind_rank(y->kind);

	if (left != right)
		return left < right ? -1 : 1;
	return compare_joined(x, y);
}

const char *gvk_string(struct arena *a, const struct gvk *x)
{
	return arena_printf(a, "%s.%s.%s", *x->kind ? x->kind : "[noKind]",
			    *x->version ? x->version : "[noVer]", *x->group ? x->group : "[noGrp]");
}

const char *resid_string(struct arena *a, const struct resid *id)
{
	return arena_printf(a, "%s/%s.%s", gvk_string(a, &id->gvk),
			    *id->name ? id->name : "[noName]", *id->ns ? id->ns : "[noNs]");
}

const char *resid_effective_ns(const struct resid *id)
{
	if (id->cluster)
		return "_non_namespaceable_";
	return *id->ns ? id->ns : "default";
}

bool resid_same_ns(const struct resid *x, const struct resid *y)
{
	return !strcmp(resid_effective_ns(x), resid_effective_ns(y));
}

bool resid_equal(const struct resid *x, const struct resid *y)
{
	return !strcmp(x->name, y->name) && gvk_equal(&x->gvk, &y->gvk) && resid_same_ns(x, y);
}

bool resid_identical(const struct resid *x, const struct resid *y)
{
	return !strcmp(x->name, y->name) && gvk_equal(&x->gvk, &y->gvk) && !strcmp(x->ns, y->ns);
}
