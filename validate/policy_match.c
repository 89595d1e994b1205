/* Which requests a policy and its binding are for. */
#include <string.h>

#include "validate/policy_internal.h"

static bool list_allows(const struct node *list, const char *text)
{
	return node_has_text(list, "*") || node_has_text(list, text);
}

/* "pods", "*", "pods/" and "*" with a star for the subresource; never a subresource alone. */
static bool resource_allows(const struct node *list, const char *resource)
{
	size_t len = strlen(resource);

	for (uint32_t i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *s = node_string(list->items[i]), *slash = s ? strchr(s, '/') : NULL;
		size_t n = slash ? (size_t)(slash - s) : s ? strlen(s) : 0;

		if (!s || (slash && strcmp(slash, "/*") != 0))
			continue;
		if ((n == 1 && *s == '*') || (n == len && !memcmp(s, resource, n)))
			return true;
	}
	return false;
}

/* Whether the kind is served in a version that the rule names: then requests are converted. */
static bool version_allows(const struct node *versions, const struct policy_request *r, bool exact)
{
	const struct object *o = r->object;

	if (list_allows(versions, o->version))
		return true;
	for (uint32_t i = 0; !exact && node_is(versions, NODE_SEQ) && i < versions->len; i++) {
		const char *v = node_string(versions->items[i]);

		if (v && (schema_kind_find(r->release, o->group, v, o->kind) ||
			  crds_find(r->options->crds, o->group, v, o->kind)))
			return true;
	}
	return false;
}

static bool rule_matches(const struct node *rule, const struct policy_request *r, bool exact)
{
	const char *scope = node_get_string(rule, "scope");
	const struct node *names = node_get(rule, "resourceNames");

	if (scope && !strcmp(scope, "Cluster") && r->namespaced)
		return false;
	if (scope && !strcmp(scope, "Namespaced") && !r->namespaced)
		return false;
	if (node_is(names, NODE_SEQ) && names->len && !node_has_text(names, r->object->name))
		return false;
	return list_allows(node_get(rule, "operations"), r->operation) &&
	       list_allows(node_get(rule, "apiGroups"), r->object->group) &&
	       resource_allows(node_get(rule, "resources"), r->resource) &&
	       version_allows(node_get(rule, "apiVersions"), r, exact);
}

static bool any_rule(const struct node *rules, const struct policy_request *r, bool exact)
{
	for (uint32_t i = 0; node_is(rules, NODE_SEQ) && i < rules->len; i++)
		if (rule_matches(rules->items[i], r, exact))
			return true;
	return false;
}

/* --- selectors --- */
static bool is_namespace(const struct object *o)
{
	return !*o->group && !strcmp(o->kind, "Namespace");
}

/* Every Namespace has its name as a label; of one that is elsewhere nothing more is known. */
static enum policy_match namespace_selects(const struct node *selector,
					   const struct policy_request *r)
{
	struct arena scratch = ARENA_INIT;
	bool own = is_namespace(r->object);
	const struct node *space = own ? (r->root ? r->root : r->old) : r->space;
	struct node *labels;
	enum policy_match result;

	if (!selector || (!r->namespaced && !own))
		return POLICY_YES;
	labels = node_copy(&scratch, node_path(space, "metadata", "labels", NULL));
	if (!node_is(labels, NODE_MAP))
		labels = node_map(&scratch);
	node_set(&scratch, labels, "kubernetes.io/metadata.name",
		 node_str(&scratch, own ? r->object->name : r->ns));
	result = (enum policy_match)selector_selects(selector, labels, space);
	arena_release(&scratch);
	return result;
}

static bool object_selected(const struct node *selector, const struct node *object)
{
	return object && selector_selects(selector, node_path(object, "metadata", "labels", NULL),
					  true) == SELECTS_YES;
}

enum policy_match policy_matches(const struct node *match, const struct policy_request *r)
{
	const struct node *rules = node_get(match, "resourceRules");
	const struct node *selector = node_get(match, "objectSelector");
	const char *how = node_get_string(match, "matchPolicy");
	bool exact = how && !strcmp(how, "Exact");

	if (!match)
		return POLICY_YES;
	if (any_rule(node_get(match, "excludeResourceRules"), r, exact))
		return POLICY_NO;
	if (node_is(rules, NODE_SEQ) && rules->len && !any_rule(rules, r, exact))
		return POLICY_NO;
	if (selector && !object_selected(selector, r->root) && !object_selected(selector, r->old))
		return POLICY_NO;
	return namespace_selects(node_get(match, "namespaceSelector"), r);
}
