/* replicas: a count for the resources of a name. */
#include <string.h>
#include "render/kustomize/internal.h"
#include "render/kustomize/transformers.h"

struct count {
	struct kz *kz;
	const struct node *count; /* NULL: 0 */
	origin_id at;
};

static int set_count(void *data, struct node *field, struct err *err)
{
	struct count *x = data;
	int64_t value = 0;
	const char *text;

	if (field->type >= NODE_SEQ)
		return kz_fail(x->kz, err, field->origin,
			       "wrong node kind: expected a scalar for the replica count");
	node_integer(x->count, &value);
	text = arena_printf(x->kz->a, "%lld", (long long)value);
	scalar_set(x->kz, field, text, strlen(text), NODE_INT,
		   origins_derive(x->kz->run->origins, x->at, VIA_TRANSFORMER, field->origin));
	return 0;
}

/* Whether one id, former or present, has both the name and the spec's type. */
static bool is_meant(struct kz *kz, struct resource *r, const char *name,
		     const struct fieldspec *spec)
{
	struct resid id = resource_id(kz, r);
	size_t i;

	if (!strcmp(id.name, name) && gvk_selected(&id.gvk, &spec->gvk))
		return true;
	for (i = 0; i < r->prev.count; i++) {
		id = resource_prev_id(kz, r, i);
		if (!strcmp(id.name, name) && gvk_selected(&id.gvk, &spec->gvk))
			return true;
	}
	return false;
}

int transform_replica(struct kz *kz, struct resmap *m, const struct node *replica,
		      const struct fieldspecs *specs, struct err *err)
{
	const struct node *count = node_get(replica, "count");
	struct count x = { kz, count, count ? count->origin : replica->origin };
	struct field_walk walk = { kz, set_count, &x, NODE_INT };
	const char *name = field_text(replica, "name");
	struct resource **named;
	size_t i, j, n;
	bool found = false;

	named = resmap_named(kz, m, name, &n);
	for (i = 0; i < specs->count; i++) {
		for (j = 0; j < n; j++) {
			struct gvk gvk = resource_gvk(kz, named[j]);

			if (!is_meant(kz, named[j], name, &specs->items[i]))
				continue;
			found = true;
			if (fieldspec_apply(&walk, &specs->items[i], named[j]->root, &gvk, err) < 0)
				return -1;
		}
	}
	if (found)
		return 0;
	return kz_fail(kz, err, replica->origin,
		       "resource with name %s does not match a config with a replica count "
		       "(Deployment, ReplicationController, ReplicaSet, StatefulSet by default)",
		       name);
}
