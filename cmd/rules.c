/* The table of checks: the semantic rules' own rows, and those of the other parts of validation. */
#include <string.h>
#include "cmd/cmd.h"
#include "cmd/report/words.h"
#include "base/json.h"
#include "validate/rules/rules.h"

struct rules_verb {
	struct common_options common;
	int output;
};

enum { RULES_TEXT, RULES_JSON };
static const char *const outputs[] = { "text", "json", NULL };

/* Checks that follow a schema or an answer rather than a row of the rules' tables. */
static const struct {
	const char *id;
	enum severity severity;
	const char *summary, *source;
} others[] = {
	{ "cluster/admission", SEVERITY_ERROR, "an admission plugin, policy or webhook refuses it", "the cluster's answer" },
	{ "cluster/conflict", SEVERITY_ERROR, "another field manager owns the field", "the cluster's answer" },
	{ "cluster/duplicate-field", SEVERITY_ERROR, "the server decoded a key twice", "the cluster's answer" },
	{ "cluster/fallback", SEVERITY_WARNING, "an object was checked at a lower level than asked, and why", "a fact of the cluster" },
	{ "cluster/immutable", SEVERITY_ERROR, "the field can't be changed in place", "the cluster's answer" },
	{ "cluster/invalid", SEVERITY_ERROR, "the server refuses the value", "the cluster's answer" },
	{ "cluster/no-namespace", SEVERITY_ERROR, "the namespace is not there, and nothing in the plan makes it", "the cluster's answer" },
	{ "cluster/unknown-field", SEVERITY_ERROR, "the server knows no such field", "the cluster's answer" },
	{ "cluster/unknown-kind", SEVERITY_ERROR, "the cluster serves no such kind", "discovery" },
	{ "cluster/warning", SEVERITY_WARNING, "the server's own warning", "the Warning header" },
	{ "crd/definition", SEVERITY_ERROR, "a CustomResourceDefinition that the server refuses", "apiextensions validation" },
	{ "deprecated/api", SEVERITY_WARNING, "the API is deprecated or goes away in a coming release", "prerelease-lifecycle markers" },
	{ "engine/not-planned", SEVERITY_WARNING, "an engine's object that can't be followed, and why", "kustomize-controller" },
	{ "plan/deletion-budget", SEVERITY_ERROR, "more deletions than --max-deletions", "the command line" },
	{ "render/failed", SEVERITY_ERROR, "an app that does not render", "kustomize, Helm, Flux" },
	{ "schema/cel", SEVERITY_ERROR, "a rule of a custom resource does not hold", "x-kubernetes-validations" },
	{ "schema/count", SEVERITY_ERROR, "too few or too many items", "OpenAPI" },
	{ "schema/dropped-field", SEVERITY_WARNING, "a field that a disabled feature gate drops", "OpenAPI at default gates" },
	{ "schema/duplicate-item", SEVERITY_ERROR, "a set or list map holds an item twice", "x-kubernetes-list-type" },
	{ "schema/duplicate-key", SEVERITY_ERROR, "a mapping holds a key twice", "fieldValidation=Strict" },
	{ "schema/enum", SEVERITY_ERROR, "the value is none of those allowed", "OpenAPI" },
	{ "schema/format", SEVERITY_ERROR, "the text does not have the format", "OpenAPI" },
	{ "schema/length", SEVERITY_ERROR, "a text too short or too long", "OpenAPI" },
	{ "schema/missing", SEVERITY_ERROR, "no schema is known for the kind", "validate without --ignore-missing-schemas" },
	{ "schema/no-api-version", SEVERITY_ERROR, "an object without apiVersion", "discovery" },
	{ "schema/no-kind", SEVERITY_ERROR, "an object without kind", "discovery" },
	{ "schema/not-an-object", SEVERITY_ERROR, "a document that is no object", "decoding" },
	{ "schema/one-of", SEVERITY_ERROR, "none or several of oneOf, anyOf, not hold", "OpenAPI" },
	{ "schema/pattern", SEVERITY_ERROR, "the text does not match the pattern", "OpenAPI" },
	{ "schema/range", SEVERITY_ERROR, "a number out of range", "OpenAPI" },
	{ "schema/required", SEVERITY_ERROR, "a field that must be there is not", "OpenAPI" },
	{ "schema/type", SEVERITY_ERROR, "a value of another type than the field's", "OpenAPI" },
	{ "schema/unknown-field", SEVERITY_ERROR, "a field that the kind does not have", "fieldValidation=Strict" },
	{ "schema/unknown-kind", SEVERITY_ERROR, "the release serves no such kind", "discovery" },
};

static const char *releases(struct arena *a, const struct rule *r)
{
	if (!r->since && !r->until)
		return "all";
	if (!r->until)
		return arena_printf(a, "from 1.%d", r->since);
	if (!r->since)
		return arena_printf(a, "to 1.%d", r->until);
	return arena_printf(a, "1.%d to 1.%d", r->since, r->until);
}

static void add_row(struct arena *a, struct node *list, const char *id, enum severity severity,
		    const char *summary, const char *kinds, const char *rel, const char *source)
{
	struct node *n = node_map(a);

	node_set(a, n, "id", node_str(a, id));
	node_set(a, n, "severity", node_str(a, words_severity(severity)));
	node_set(a, n, "summary", node_str(a, summary));
	node_set(a, n, "kinds", node_str(a, kinds));
	node_set(a, n, "releases", node_str(a, rel));
	node_set(a, n, "source", node_str(a, source ? source : ""));
	node_append(a, list, n);
}

static struct node *all_rows(struct arena *a)
{
	struct node *list = node_seq(a);
	size_t count, i;
	const struct rule *const *rules = rules_all(&count);

	for (i = 0; i < ARRAY_SIZE(others); i++)
		add_row(a, list, others[i].id, others[i].severity, others[i].summary, "every kind", "all",
			others[i].source);
	for (i = 0; i < count; i++)
		add_row(a, list, rules[i]->id, rules[i]->severity, rules[i]->summary,
			rule_kinds_text(a, rules[i]), releases(a, rules[i]), rules[i]->source);
	return list;
}

static void print_rows(struct buf *out, const struct node *list)
{
	uint32_t i;

	for (i = 0; i < list->len; i++) {
		const struct node *r = list->items[i];

		buf_printf(out, "%-32s %-8s %s\n", node_get_string(r, "id"), node_get_string(r, "severity"),
			   node_get_string(r, "summary"));
		buf_printf(out, "%41s for %s; releases: %s\n", "", node_get_string(r, "kinds"),
			   node_get_string(r, "releases"));
		if (*node_get_string(r, "source"))
			buf_printf(out, "%41s after %s\n", "", node_get_string(r, "source"));
	}
}

static int rules_run(struct run *run, void *options, const struct arguments *rest, struct err *err)
{
	const struct rules_verb *verb = options;
	struct node *list = all_rows(&run->arena);
	struct buf out;
	int rc;

	(void)rest;
	buf_init(&out, 0);
	if (verb->output == RULES_JSON) {
		json_write(&out, list, JSON_INDENT);
		buf_char(&out, '\n');
	} else {
		print_rows(&out, list);
	}
	rc = print_out(&out, err);
	buf_release(&out);
	return rc;
}

static const struct option rules_options[] = {
	{ .name = "output", .letter = 'o', .type = OPTION_CHOICE, .value = "FORMAT", .choices = outputs,
	  .offset = offsetof(struct rules_verb, output), .summary = "text or json" },
};
static const struct option_group groups[] = {
	{ "Output", rules_options, ARRAY_SIZE(rules_options), 0 },
	{ "General", common_options, 2, 0 },
};

const struct command cmd_rules = {
	.name = "rules",
	.summary = "the table of checks: id, severity, kinds, releases, source",
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.options_size = sizeof(struct rules_verb),
	.run = rules_run,
};
