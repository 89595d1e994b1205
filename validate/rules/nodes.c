/* Nodes: taints, networks and resources; and what of them never changes. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

static bool same_taint(struct val *a, struct val *b)
{
	return !strcmp(v_str(v_at(a, "key")), v_str(v_at(b, "key"))) &&
	       !strcmp(v_str(v_at(a, "effect")), v_str(v_at(b, "effect")));
}

/* The server looks for them under the metadata, by name. */
static void check_taints(struct val *v)
{
	struct val *taints = v_at(v, "spec.taints");

	V_EACH (e, taints) {
		struct val *at = v_item(v_place(v_at(v, "metadata.taints"), taints), e->index);
		struct val *key = v_at(at, "key"), *effect = v_at(at, "effect");

		if (need(key))
			ok(key, not_qualified_name(v_str(key)));
		ok(v_at(at, "value"), not_label_value(v_str(v_at(at, "value"))));
		need_one_of(effect, "NoSchedule PreferNoSchedule NoExecute");
		V_EACH (other, taints) {
			if (other->index < e->index && same_taint(other, e)) {
				bad(at, "a taint's key and effect are given twice");
				break;
			}
		}
	}
}

/* The pod networks as the server reads them: the single field stands for a list of one, and wins
 * over a list that starts with another. */
static struct val *networks(struct val *v)
{
	struct val *list = v_at(v, "spec.podCIDRs"), *one = v_at(v, "spec.podCIDR");
	struct node *only;

	if (v_empty(one) || (v_count(list) && v_same(v_item(list, 0), one)))
		return list;
	only = node_seq(v->c->scratch);
	node_append(v->c->scratch, only, node_copy_shallow(v->c->scratch, one->n));
	list->n = only;
	return list;
}

static void check_networks(struct val *v)
{
	struct val *list = networks(v);
	int families[2] = { 0, 0 };
	size_t count = v_count(list);

	V_EACH (e, list)
		ok(e, not_cidr(v_str(e), v->c->minor >= 36,
			       e->index < 2 ? &families[e->index] : NULL));
	if (count > 2 || (count == 2 && families[0] == families[1]))
		bad(list, "may specify no more than one CIDR for each IP family");
}

/* The status is taken when a node is made. */
static void check_amounts(struct val *v)
{
	static const char *const lists[] = { "status.capacity", "status.allocatable" };

	for (size_t i = 0; !v->c->old && i < ARRAY_SIZE(lists); i++) {
		V_EACH (e, v_at(v, lists[i])) {
			e->step = VAL_FIELD;
			check_resource_amount(e->name, e);
		}
	}
}

static void check_node(struct val *v)
{
	check_taints(v);
	check_amounts(v);
	check_networks(v);
}

static void check_node_update(struct val *v)
{
	static const char *const once[] = { "spec.providerID", "spec.externalID" };
	struct val *now = networks(v), *was = networks(v->c->old);
	bool moved = v_count(was) && v_count(now) != v_count(was);

	V_EACH (e, was)
		moved |= strcmp(v_str(e), v_str(v_item(now, e->index))) != 0;
	if (moved)
		immutable(now, "the networks of a node's pods may not change once set");
	for (size_t i = 0; i < ARRAY_SIZE(once); i++) {
		struct val *f = v_at(v, once[i]), *old = v_at(v->c->old, once[i]);

		if (!v_same(f, old) && (i || !v_empty(old)))
			immutable(f, "may not change once set; it was '%s'", v_str(old));
	}
}

#define CORE "pkg/apis/core/validation: "
const struct rule rules_nodes[] = {
	{ "node/spec", SEVERITY_ERROR, ON_CREATE, K(NODE), 0, 0,
	  "taints are unique and known, pod networks one of each family", CORE "ValidateNode",
	  check_node },
	{ "immutable/node", SEVERITY_ERROR, ON_UPDATE, K(NODE), 0, 0,
	  "a node keeps its pod networks and its provider's id", CORE "ValidateNodeUpdate",
	  check_node_update },
	{ 0 },
};
