/* helmCharts: charts inflated by our own Helm. */
#include "render/kustomize/internal.h"

int generate_helm_chart(struct target *t, const struct node *chart, const struct node *globals,
			struct resmap *out, struct err *err)
{
	(void)globals;
	(void)out;
	if (!t->kz->options->enable_helm)
		return kz_fail(t->kz, err, chart->origin, "must specify --enable-helm");
	return kz_fail(t->kz, err, chart->origin, "helmCharts are not inflated by this build");
}
