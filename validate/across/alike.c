/* Whether two sets would be judged alike, at the same lines: then one of them need not be. */
#include <string.h>

#include "validate/across/internal.h"

static bool same_text(const char *one, const char *two)
{
	return one == two || (one && two && !strcmp(one, two));
}

static bool same_node(const struct node *one, const struct node *two)
{
	return one == two || (one && two && node_equal(one, two));
}

static bool same_object(struct origins *o, const struct object *one, const struct object *two)
{
	return !strcmp(one->api_version, two->api_version) && !strcmp(one->kind, two->kind) &&
	       !strcmp(one->ns, two->ns) && !strcmp(one->name, two->name) &&
	       same_text(one->file, two->file) && one->hook == two->hook &&
	       one->implied == two->implied &&
	       origins_same_place(o, one->root->origin, two->root->origin);
}

static bool same_labels(const struct labels *one, const struct labels *two)
{
	bool same = one->count == two->count;

	for (size_t i = 0; same && i < one->count; i++)
		same = !strcmp(one->items[i].key, two->items[i].key) &&
		       !strcmp(one->items[i].value, two->items[i].value);
	return same;
}

static bool same_keys(const struct map *one, const struct map *two)
{
	bool same = one->count == two->count;

	for (size_t i = 0; same && i < one->count; i++)
		same = one->entries[i].len == two->entries[i].len &&
		       !memcmp(one->entries[i].key, two->entries[i].key, one->entries[i].len);
	return same;
}

static bool same_members(struct origins *o, const struct across *one, const struct across *two)
{
	bool same = same_keys(&one->members, &two->members) &&
		    one->repeated.count == two->repeated.count;

	for (size_t i = 0; same && i < one->members.count; i++) {
		const struct member *a = one->members.entries[i].value,
				    *b = two->members.entries[i].value;

		same = same_text(a->app, b->app) && same_object(o, &a->object, &b->object);
	}
	for (size_t i = 0; same && i < one->repeated.count; i++)
		same = same_object(o, &one->repeated.items[i]->object,
				   &two->repeated.items[i]->object);
	return same;
}

static bool same_names(const struct across *one, const struct across *two)
{
	bool same = same_keys(&one->by_name, &two->by_name) && same_keys(&one->crds, &two->crds) &&
		    same_keys(&one->releases, &two->releases) &&
		    same_keys(&one->rendered, &two->rendered);

	for (size_t i = 0; same && i < one->releases.count; i++)
		same = !strcmp(one->releases.entries[i].value, two->releases.entries[i].value);
	for (size_t i = 0; same && i < one->by_name.count; i++) {
		const struct provided *a = one->by_name.entries[i].value,
				      *b = two->by_name.entries[i].value;

		for (; a && b && !strcmp(a->ns, b->ns); a = a->next)
			b = b->next;
		same = !a && !b;
	}
	return same;
}

static bool same_wants(struct origins *o, const struct across *one, const struct across *two)
{
	bool same = one->wants.count == two->wants.count;

	for (size_t i = 0; same && i < one->wants.count; i++) {
		const struct want *a = &one->wants.items[i], *b = &two->wants.items[i];

		same = a->target == b->target && same_text(a->kind, b->kind) &&
		       !strcmp(a->ns, b->ns) && !strcmp(a->name, b->name) && a->way == b->way &&
		       a->field == b->field && !memcmp(a->index, b->index, sizeof(a->index)) &&
		       same_text(a->port, b->port) && same_object(o, a->object, b->object) &&
		       origins_same_place(o, a->origin, b->origin);
	}
	return same;
}

static bool same_selectors(struct origins *o, const struct across *one, const struct across *two)
{
	bool same = one->selectors.count == two->selectors.count &&
		    one->pods.count == two->pods.count &&
		    one->services.count == two->services.count;

	for (size_t i = 0; same && i < one->selectors.count; i++) {
		const struct selector *a = &one->selectors.items[i], *b = &two->selectors.items[i];

		same = same_object(o, a->object, b->object) && !strcmp(a->path, b->path) &&
		       same_labels(&a->labels, &b->labels) &&
		       same_labels(&a->named_ports, &b->named_ports) &&
		       origins_same_place(o, a->origin, b->origin);
	}
	for (size_t i = 0; same && i < one->pods.count; i++) {
		const struct pods *a = &one->pods.items[i], *b = &two->pods.items[i];

		same = same_object(o, a->object, b->object) &&
		       same_labels(&a->labels, &b->labels) && same_labels(&a->ports, &b->ports);
	}
	for (size_t i = 0; same && i < one->services.count; i++) {
		const struct service *a = &one->services.items[i], *b = &two->services.items[i];

		same = !strcmp(a->ns, b->ns) && !strcmp(a->name, b->name) &&
		       a->external == b->external && same_labels(&a->ports, &b->ports);
	}
	return same;
}

static bool same_budgets(struct origins *o, const struct across *one, const struct across *two)
{
	bool same = one->budgets.count == two->budgets.count &&
		    one->scaled.count == two->scaled.count &&
		    one->scalers.count == two->scalers.count;

	for (size_t i = 0; same && i < one->budgets.count; i++) {
		const struct drain_budget *a = &one->budgets.items[i], *b = &two->budgets.items[i];

		same = same_object(o, a->object, b->object) && a->at_most == b->at_most &&
		       !strcmp(a->bound, b->bound) && same_node(a->selector, b->selector) &&
		       origins_same_place(o, a->origin, b->origin);
	}
	for (size_t i = 0; same && i < one->scaled.count; i++) {
		const struct scaled *a = &one->scaled.items[i], *b = &two->scaled.items[i];

		same = same_object(o, a->object, b->object) && a->replicas == b->replicas &&
		       same_node(a->labels, b->labels);
	}
	for (size_t i = 0; same && i < one->scalers.count; i++) {
		const struct scaler *a = &one->scalers.items[i], *b = &two->scalers.items[i];

		same = same_object(o, a->object, b->object) && !strcmp(a->kind, b->kind) &&
		       !strcmp(a->name, b->name) && a->least == b->least;
	}
	return same;
}

bool across_alike(const struct across *one, const struct across *two)
{
	struct origins *o = one->run->origins;

	return one->makes_namespaces == two->makes_namespaces && same_names(one, two) &&
	       same_members(o, one, two) && same_wants(o, one, two) &&
	       same_selectors(o, one, two) && same_budgets(o, one, two);
}
