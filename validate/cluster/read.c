/* The read level: what an apply would leave, from the live object, its managers and the schema. */
#include "validate/cluster/owners.h"
#include "validate/cluster/requests.h"
#include "validate/cluster/locate.h"
#include "validate/defaults.h"
#include "validate/ssa.h"

static void say_conflicts(struct ask *k, const struct object *o, const struct ssa_result *r)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		*vec_push(&k->scratch, &k->verdict) = (struct said){
			.severity = SEVERITY_ERROR,
			.rule = "cluster/conflict",
			.path = r->items[i].path,
			.message = arena_printf(&k->scratch, "conflict with \"%s\"",
						r->items[i].manager),
			.origin = locate_origin(o->root, r->items[i].path),
		};
}

const struct node *read_apply(struct ask *k, const struct object *o, const struct owner *owner)
{
	const struct node *live;
	struct ssa_result r;

	if (owner->mode == APPLY_CREATE || owner->mode == APPLY_NEVER)
		return k->live.body;
	if (owner->mode == APPLY_REPLACE)
		return o->root;
	if (owner->mode != APPLY_SSA)
		return apply_merged(k, o, owner);
	live = takeover_of(&k->scratch, owner, o->root, k->live.body, k->live.body);
	r = ssa_apply(&k->scratch, ask_topology(k, o), live ? live : k->live.body, apply_body(k, o),
		      owner->manager);
	if (!owner->force)
		say_conflicts(k, o, &r);
	defaults_fill(&k->scratch, ask_topology(k, o), r.object);
	return r.object;
}
