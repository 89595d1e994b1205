/* Label selectors, node selectors and tolerations, wherever they are. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

void check_text(struct val *v, const char *(*check)(const char *))
{
	if (!v_empty(v))
		ok(v, check(v_str(v)));
}

void check_each(struct val *list, const char *(*check)(const char *))
{
	V_EACH (e, list)
		ok(e, check(v_str(e)));
}

static void check_operator_values(struct val *expr)
{
	struct val *operator= v_at(expr, "operator"), *values = v_at(expr, "values");

	if (word_in(v_str(operator), "In NotIn")) {
		if (!v_count(values))
			missing(values, "must be specified when 'operator' is In or NotIn");
	} else if (word_in(v_str(operator), "Exists DoesNotExist")) {
		if (v_count(values))
			forbidden(values,
				  "may not be specified when 'operator' is Exists or DoesNotExist");
	} else {
		bad(operator, "must be In, NotIn, Exists or DoesNotExist");
	}
}

void check_label_selector(struct val *selector)
{
	check_labels(v_at(selector, "matchLabels"));
	V_EACH (e, v_at(selector, "matchExpressions")) {
		check_operator_values(e);
		ok(v_at(e, "key"), not_qualified_name(v_str(v_at(e, "key"))));
		check_each(v_at(e, "values"), not_label_value);
	}
}

static bool has_value(struct val *values, const char *text)
{
	V_EACH (e, values) {
		if (v_is(e, text))
			return true;
	}
	return false;
}

static bool expression_matches(struct val *expr, struct val *labels)
{
	struct val *label = v_key(labels, v_str(v_at(expr, "key")));
	const char *operator= v_str(v_at(expr, "operator"));
	bool present = v_present(label);

	if (!strcmp(operator, "In"))
		return present && has_value(v_at(expr, "values"), v_str(label));
	if (!strcmp(operator, "NotIn"))
		return !present || !has_value(v_at(expr, "values"), v_str(label));
	return strcmp(operator, "Exists") ? !present : present;
}

bool selector_matches(struct val *selector, struct val *labels)
{
	V_EACH (e, v_at(selector, "matchLabels")) {
		struct val *label = v_key(labels, e->name);

		if (!v_present(label) || !v_is(label, v_str(e)))
			return false;
	}
	V_EACH (e, v_at(selector, "matchExpressions")) {
		if (!expression_matches(e, labels))
			return false;
	}
	return true;
}

static void check_node_expression(struct val *expr, bool values_too)
{
	struct val *values = v_at(expr, "values");

	if (word_in(v_str(v_at(expr, "operator")), "Gt Lt")) {
		if (v_count(values) != 1)
			missing(values, "must be one value when 'operator' is Lt or Gt");
	} else {
		check_operator_values(expr);
	}
	ok(v_at(expr, "key"), not_qualified_name(v_str(v_at(expr, "key"))));
	if (values_too && expr->c->minor >= 34)
		check_each(values, not_label_value);
}

static void check_node_field(struct val *expr)
{
	struct val *values = v_at(expr, "values"), *key = v_at(expr, "key");

	if (!word_in(v_str(v_at(expr, "operator")), "In NotIn"))
		bad(v_at(expr, "operator"), "must be In or NotIn for a field");
	else if (v_count(values) != 1)
		missing(values, "must be one value for a field");
	if (!v_is(key, "metadata.name"))
		bad(key, "the only field to select by is metadata.name");
	else
		check_each(values, not_dns_subdomain);
}

static void check_node_term(struct val *term, bool values_too)
{
	V_EACH (e, v_at(term, "matchExpressions"))
		check_node_expression(e, values_too);
	V_EACH (e, v_at(term, "matchFields"))
		check_node_field(e);
}

void check_node_selector(struct val *selector)
{
	struct val *terms = v_at(selector, "nodeSelectorTerms");

	if (!v_count(terms))
		missing(terms, "must have at least one node selector term");
	V_EACH (e, terms)
		check_node_term(e, true);
}

void check_preferred_nodes(struct val *terms)
{
	V_EACH (e, terms) {
		struct val *weight = v_at(e, "weight");

		if (v_int(weight, 0) < 1 || v_int(weight, 0) > 100)
			bad(weight, "must be in the range 1-100");
		check_node_term(v_at(e, "preference"), false);
	}
}

void check_toleration(struct val *v)
{
	struct val *key = v_at(v, "key"), *operator= v_at(v, "operator"), *value = v_at(v, "value");
	struct val *effect = v_at(v, "effect");
	const char *op = v_str_or(operator, "Equal");

	check_text(key, not_qualified_name);
	if (v_empty(key) && strcmp(op, "Exists"))
		bad(operator, "must be Exists when 'key' is empty, which matches all keys");
	if (v_has(v_at(v, "tolerationSeconds")) && !v_is(effect, "NoExecute"))
		bad(effect, "must be NoExecute when tolerationSeconds is set");
	if (!strcmp(op, "Equal")) {
		const char *complaint = not_label_value(v_str(value));

		if (complaint)
			bad(v_as(value, "operator"), "%s", complaint);
	} else if (!strcmp(op, "Exists")) {
		if (!v_empty(value))
			bad(v_as(value, "operator"),
			    "value must be empty when 'operator' is Exists");
	} else {
		bad(operator, "must be Equal or Exists");
	}
	one_of(effect, "NoSchedule PreferNoSchedule NoExecute");
}

void check_tolerations(struct val *tolerations)
{
	V_EACH (e, tolerations)
		check_toleration(e);
}
