/* What .Capabilities says when there is no cluster to ask. */
#include "render/helm/internal.h"

#include <string.h>

#include "base/goquote.h"
#include "base/number.h"

/* client-go's scheme, with both apiextensions: Helm's default, in its order. */
static const char *const scheme[] = {
	"v1",
	"admissionregistration.k8s.io/v1",
	"admissionregistration.k8s.io/v1alpha1",
	"admissionregistration.k8s.io/v1beta1",
	"internal.apiserver.k8s.io/v1alpha1",
	"apps/v1",
	"apps/v1beta1",
	"apps/v1beta2",
	"authentication.k8s.io/v1",
	"authentication.k8s.io/v1alpha1",
	"authentication.k8s.io/v1beta1",
	"authorization.k8s.io/v1",
	"authorization.k8s.io/v1beta1",
	"autoscaling/v1",
	"autoscaling/v2",
	"batch/v1",
	"batch/v1beta1",
	"certificates.k8s.io/v1",
	"certificates.k8s.io/v1beta1",
	"certificates.k8s.io/v1alpha1",
	"coordination.k8s.io/v1alpha2",
	"coordination.k8s.io/v1beta1",
	"coordination.k8s.io/v1",
	"discovery.k8s.io/v1",
	"discovery.k8s.io/v1beta1",
	"events.k8s.io/v1",
	"events.k8s.io/v1beta1",
	"extensions/v1beta1",
	"flowcontrol.apiserver.k8s.io/v1",
	"flowcontrol.apiserver.k8s.io/v1beta1",
	"flowcontrol.apiserver.k8s.io/v1beta2",
	"flowcontrol.apiserver.k8s.io/v1beta3",
	"lifecycle.k8s.io/v1alpha1",
	"networking.k8s.io/v1",
	"networking.k8s.io/v1beta1",
	"node.k8s.io/v1",
	"node.k8s.io/v1alpha1",
	"node.k8s.io/v1beta1",
	"policy/v1",
	"policy/v1beta1",
	"rbac.authorization.k8s.io/v1",
	"rbac.authorization.k8s.io/v1beta1",
	"rbac.authorization.k8s.io/v1alpha1",
	"resource.k8s.io/v1",
	"resource.k8s.io/v1beta2",
	"resource.k8s.io/v1beta1",
	"resource.k8s.io/v1alpha3",
	"scheduling.k8s.io/v1alpha3",
	"scheduling.k8s.io/v1beta1",
	"scheduling.k8s.io/v1",
	"storage.k8s.io/v1beta1",
	"storage.k8s.io/v1",
	"storage.k8s.io/v1alpha1",
	"storagemigration.k8s.io/v1",
	"storagemigration.k8s.io/v1beta1",
	"apiextensions.k8s.io/v1beta1",
	"apiextensions.k8s.io/v1",
};

static const char newest_kubernetes[] = "v1.36.3";

/* "v1.30.2-gke.1": its dotted numbers; 0 when it has none. */
static size_t numbers_length(const char *p)
{
	size_t n = strspn(p, "0123456789"), more;

	while (n && p[n] == '.') {
		more = strspn(p + n + 1, "0123456789");
		if (!more)
			break;
		n += more + 1;
	}
	return n;
}

/* One number of a version, without leading zeros; the text of the error through *error. */
static const char *component(struct arena *a, const char *p, size_t n, bool first, const char *all,
			     const char **error)
{
	const char *text = arena_memdup(a, p, n);
	size_t zeros = strspn(text, "0");
	uint64_t number;

	if (first && zeros && n > 1)
		*error = arena_printf(a, "illegal zero-prefixed version component \"%s\" in %s",
				      text, goquote(a, all));
	zeros -= zeros == n;
	if (!*error && !number_parse_uint(text + zeros, n - zeros, &number))
		*error = arena_printf(a,
				      "illegal non-numeric version component \"%s\" in %s: "
				      "strconv.ParseUint: parsing \"%s\": value out of range",
				      text, goquote(a, all), text);
	return text + zeros;
}

static const char *parse_version(struct arena *a, const char *text, bool helm4,
				 struct capabilities *out)
{
	const char *p = text + strspn(text, " \t\r\n\f"), *error = NULL, *full = "";
	size_t left, count = 0;

	p += *p == 'v';
	left = numbers_length(p);
	if (!left)
		return arena_printf(a, "could not parse %s as version", goquote(a, text));
	if (!memchr(p, '.', left))
		return arena_printf(a, "illegal version string %s", goquote(a, text));
	for (const char *end = p + left; p < end && !error; count++) {
		size_t n = strspn(p, "0123456789");
		const char *number = component(a, p, n, !count, text, &error);

		if (!count)
			out->major = number;
		else if (count == 1)
			out->minor = number;
		full = arena_printf(a, "%s%s%s", full, count ? "." : "", number);
		p += n + (p + n < end);
	}
	out->version = arena_printf(a, "v%s%s", full, helm4 ? p : "");
	return error;
}

static const char **api_versions(struct arena *a, const struct render_options *o, size_t *count)
{
	struct {
		VEC(const char *);
	} list = { 0 };

	for (size_t i = 0; !o->apis_are_all && i < ARRAY_SIZE(scheme); i++)
		*vec_push(a, &list) = scheme[i];
	for (size_t i = 0; i < o->api_version_count; i++) {
		const char *p = o->api_versions[i];

		while (*p) { /* "a,b" is two, as the flag has it */
			size_t n = strcspn(p, ",");

			*vec_push(a, &list) = arena_memdup(a, p, n);
			p += n + (p[n] == ',');
		}
	}
	*count = list.count;
	return list.items;
}

int capabilities_fill(struct helm *h, struct capabilities *out, struct err *err)
{
	const struct render_options *o = h->options;
	const char *version = o->kubernetes_version ? o->kubernetes_version : newest_kubernetes;
	const char *error;

	*out = (struct capabilities){
		.helm4 = o->helm4,
		.helm_version = o->helm4 ? "v4.3.1" : "v3.22.0",
		.git_commit = "",
		.git_tree_state = "",
		.go_version = "go1.26.8",
	};
	out->api_versions = api_versions(h->arena, o, &out->api_version_count);
	error = parse_version(h->arena, version, o->helm4, out);
	if (error)
		return helm_fail(h, err, "invalid kube version '%s': %s", version, error);
	return 0;
}
