/*
 * Findings as the forges' own formats want them: GitHub's workflow commands, GitLab's code quality,
 * Bitbucket's code insights, and SARIF 2.1.0 for whoever reads that.
 */
#include <string.h>
#include "base/json.h"
#include "base/map.h"
#include "cmd/report/words.h"

static void put(struct arena *a, struct node *map, const char *key, const char *text)
{
	node_set(a, map, key, node_str(a, text));
}

static const char *finding_message(struct arena *a, const struct plan_finding *f)
{
	struct buf text;
	const char *out;

	buf_init(&text, 0);
	words_finding(&text, f);
	out = buf_dup(&text, a);
	buf_release(&text);
	return out;
}

/* ---- GitHub: ::error file=…,line=…::message ---- */

static void github_escape(struct buf *out, const char *text, bool property)
{
	for (; *text; text++) {
		if (*text == '%')
			buf_str(out, "%25");
		else if (*text == '\r')
			buf_str(out, "%0D");
		else if (*text == '\n')
			buf_str(out, "%0A");
		else if (property && *text == ':')
			buf_str(out, "%3A");
		else if (property && *text == ',')
			buf_str(out, "%2C");
		else
			buf_char(out, (unsigned char)*text < 0x20 ? '?' : *text);
	}
}

static void write_github(struct buf *out, const struct plan *p,
			 const struct report_options *options)
{
	static const char *const commands[] = {
		[SEVERITY_INFO] = "notice",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_ERROR] = "error",
	};
	struct arena scratch = ARENA_INIT;
	size_t i;

	(void)options;
	for (i = 0; i < p->findings.count; i++) {
		const struct plan_finding *f = &p->findings.items[i];
		const struct plan_source *at = &f->place.at;

		buf_printf(out, "::%s title=", commands[f->severity]);
		github_escape(out, f->rule, true);
		/* A place outside the repository, or only in its base, has no line to annotate. */
		if (at->file && !at->source && at->side == SIDE_HEAD) {
			buf_str(out, ",file=");
			github_escape(out, at->file, true);
			/* Without a line, "Files changed" does not show it. */
			buf_printf(out, ",line=%u", at->line ? at->line : 1);
			if (at->column)
				buf_printf(out, ",col=%u", at->column);
		}
		buf_str(out, "::");
		github_escape(out, finding_message(&scratch, f), false);
		buf_char(out, '\n');
	}
	arena_release(&scratch);
}

/* ---- GitLab: code quality ---- */

static void write_gitlab(struct buf *out, const struct plan *p,
			 const struct report_options *options)
{
	static const char *const severities[] = {
		[SEVERITY_INFO] = "info",
		[SEVERITY_WARNING] = "minor",
		[SEVERITY_ERROR] = "critical",
	};
	struct arena a = ARENA_INIT;
	struct node *list = node_seq(&a);
	size_t i;

	(void)options;
	for (i = 0; i < p->findings.count; i++) {
		const struct plan_finding *f = &p->findings.items[i];
		struct node *one = node_map(&a), *location = node_map(&a), *lines = node_map(&a);

		put(&a, one, "description", finding_message(&a, f));
		put(&a, one, "check_name", f->rule);
		put(&a, one, "fingerprint",
		    f->fingerprint ? f->fingerprint : arena_printf(&a, "%zu", i));
		put(&a, one, "severity", severities[f->severity]);
		put(&a, location, "path", f->place.at.file ? f->place.at.file : ".");
		node_set(&a, lines, "begin", node_int(&a, f->place.at.line ? f->place.at.line : 1));
		node_set(&a, lines, "end", node_int(&a, f->place.at.line ? f->place.at.line : 1));
		node_set(&a, location, "lines", lines);
		node_set(&a, one, "location", location);
		node_append(&a, list, one);
	}
	json_write(out, list, JSON_INDENT | JSON_SEEN);
	buf_char(out, '\n');
	arena_release(&a);
}

/* ---- Bitbucket: a code insights report and its annotations ---- */

enum { BITBUCKET_ANNOTATIONS = 1000 }; /* that a report may have */

static struct node *bitbucket_annotation(struct arena *a, const struct plan_finding *f,
					 size_t index)
{
	static const char *const severities[] = {
		[SEVERITY_INFO] = "LOW",
		[SEVERITY_WARNING] = "MEDIUM",
		[SEVERITY_ERROR] = "HIGH",
	};
	struct node *n = node_map(a);

	put(a, n, "external_id",
	    arena_printf(a, "%s-%zu", f->fingerprint ? f->fingerprint : "finding", index));
	put(a, n, "annotation_type", f->severity == SEVERITY_ERROR ? "BUG" : "CODE_SMELL");
	put(a, n, "summary", arena_printf(a, "%.440s", finding_message(a, f)));
	put(a, n, "details", f->rule);
	put(a, n, "severity", severities[f->severity]);
	put(a, n, "result", f->severity == SEVERITY_ERROR ? "FAILED" : "PASSED");
	if (f->place.at.file && !f->place.at.source) {
		put(a, n, "path", f->place.at.file);
		if (f->place.at.line)
			node_set(a, n, "line", node_int(a, f->place.at.line));
	}
	return n;
}

static struct node *bitbucket_number(struct arena *a, const char *title, unsigned value)
{
	struct node *n = node_map(a);

	put(a, n, "title", title);
	put(a, n, "type", "NUMBER");
	node_set(a, n, "value", node_int(a, value));
	return n;
}

struct node *report_bitbucket_tree(struct arena *a, const struct plan *p)
{
	struct node *root = node_map(a), *report = node_map(a), *data = node_seq(a);
	struct node *annotations = node_seq(a);
	const struct plan_summary *s = &p->summary;
	struct buf text;
	size_t i;

	buf_init(&text, 0);
	buf_str(&text, "Plan: ");
	words_counts(&text, s);
	put(a, report, "title", "kubectl gitops plan");
	put(a, report, "report_type", "TEST");
	put(a, report, "reporter", "kubectl-gitops");
	put(a, report, "details", buf_dup(&text, a));
	put(a, report, "result", s->errors || s->actions[PLAN_UNDECIDED] ? "FAILED" : "PASSED");
	node_append(a, data, bitbucket_number(a, "To create", s->actions[PLAN_CREATE]));
	node_append(a, data, bitbucket_number(a, "To change", s->actions[PLAN_UPDATE]));
	node_append(a, data,
		    bitbucket_number(a, "To delete",
				     s->actions[PLAN_DELETE] + s->actions[PLAN_REPLACE]));
	node_append(a, data, bitbucket_number(a, "Errors", s->errors));
	node_append(a, data, bitbucket_number(a, "Warnings", s->warnings));
	node_set(a, report, "data", data);
	for (i = 0; i < p->findings.count && i < BITBUCKET_ANNOTATIONS; i++)
		node_append(a, annotations, bitbucket_annotation(a, &p->findings.items[i], i));
	node_set(a, root, "report", report);
	node_set(a, root, "annotations", annotations);
	buf_release(&text);
	return root;
}

static void write_bitbucket(struct buf *out, const struct plan *p,
			    const struct report_options *options)
{
	struct arena a = ARENA_INIT;

	(void)options;
	json_write(out, report_bitbucket_tree(&a, p), JSON_INDENT | JSON_SEEN);
	buf_char(out, '\n');
	arena_release(&a);
}

static struct node *message_tree(struct arena *a, const char *text)
{
	struct node *n = node_map(a);

	put(a, n, "text", text);
	return n;
}

/* A path as a URI reference: what a URI can't hold is escaped. */
static const char *sarif_uri(struct arena *a, const char *path)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/+@$!*(),='";
	struct buf text;
	const char *out;

	buf_init(&text, 0);
	for (; *path; path++) {
		if (strchr(plain, *path))
			buf_char(&text, *path);
		else
			buf_printf(&text, "%%%02X", (unsigned char)*path);
	}
	out = buf_dup(&text, a);
	buf_release(&text);
	return out;
}

static struct node *sarif_location(struct arena *a, const struct plan_finding *f)
{
	struct node *n = node_map(a), *physical = node_map(a), *artifact = node_map(a);
	struct node *region = node_map(a), *logical = node_map(a), *list = node_seq(a);
	struct buf name;

	if (f->place.at.file) {
		put(a, artifact, "uri", sarif_uri(a, f->place.at.file));
		if (!f->place.at.source)
			put(a, artifact, "uriBaseId", "%SRCROOT%");
		node_set(a, physical, "artifactLocation", artifact);
		node_set(a, region, "startLine",
			 node_int(a, f->place.at.line ? f->place.at.line : 1));
		if (f->place.at.column)
			node_set(a, region, "startColumn", node_int(a, f->place.at.column));
		node_set(a, physical, "region", region);
		node_set(a, n, "physicalLocation", physical);
	}
	if (f->has_object) {
		buf_init(&name, 0);
		words_ref(&name, &f->object);
		if (f->path && *f->path)
			buf_printf(&name, " %s", f->path);
		put(a, logical, "fullyQualifiedName", name.text);
		put(a, logical, "kind", "member");
		node_append(a, list, logical);
		node_set(a, n, "logicalLocations", list);
		buf_release(&name);
	}
	return n;
}

static struct node *sarif_result(struct arena *a, const struct plan_finding *f, size_t rule)
{
	static const char *const levels[] = {
		[SEVERITY_INFO] = "note",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_ERROR] = "error",
	};
	struct node *n = node_map(a), *locations = node_seq(a), *prints = node_map(a);

	put(a, n, "ruleId", f->rule);
	node_set(a, n, "ruleIndex", node_int(a, (int64_t)rule));
	put(a, n, "level", levels[f->severity]);
	node_set(a, n, "message", message_tree(a, finding_message(a, f)));
	node_append(a, locations, sarif_location(a, f));
	node_set(a, n, "locations", locations);
	if (f->fingerprint) {
		put(a, prints, "kubectlGitops/v1", f->fingerprint);
		node_set(a, n, "partialFingerprints", prints);
	}
	put(a, n, "baselineState", f->is_new ? "new" : "unchanged");
	return n;
}

static void write_sarif(struct buf *out, const struct plan *p, const struct report_options *options)
{
	struct arena a = ARENA_INIT;
	struct node *root = node_map(&a), *runs = node_seq(&a), *run = node_map(&a);
	struct node *tool = node_map(&a), *driver = node_map(&a), *rules = node_seq(&a);
	struct node *results = node_seq(&a);
	struct map seen; /* rule → index + 1 */
	size_t i;

	map_init(&seen, &a);
	for (i = 0; i < p->findings.count; i++) {
		const struct plan_finding *f = &p->findings.items[i];
		void **at = map_at(&seen, f->rule);

		if (!*at) {
			struct node *rule = node_map(&a);

			put(&a, rule, "id", f->rule);
			node_append(&a, rules, rule);
			*at = (void *)(uintptr_t)rules->len;
		}
		node_append(&a, results, sarif_result(&a, f, (uintptr_t)*at - 1));
	}
	put(&a, driver, "name", "kubectl-gitops");
	if (options->tool)
		put(&a, driver, "semanticVersion", options->tool);
	node_set(&a, driver, "rules", rules);
	node_set(&a, tool, "driver", driver);
	node_set(&a, run, "tool", tool);
	put(&a, run, "columnKind", "unicodeCodePoints");
	node_set(&a, run, "results", results);
	node_append(&a, runs, run);
	put(&a, root, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	put(&a, root, "version", "2.1.0");
	node_set(&a, root, "runs", runs);
	json_write(out, root, JSON_INDENT | JSON_SEEN);
	buf_char(out, '\n');
	arena_release(&a);
}

const struct report_format report_github = {
	.name = "github",
	.summary = "GitHub Actions annotations",
	.write = write_github,
};

const struct report_format report_gitlab = {
	.name = "gitlab",
	.summary = "GitLab code quality",
	.write = write_gitlab,
};

const struct report_format report_bitbucket = {
	.name = "bitbucket",
	.summary = "Bitbucket code insights: a report and its annotations",
	.write = write_bitbucket,
};

const struct report_format report_sarif = {
	.name = "sarif",
	.summary = "SARIF 2.1.0",
	.write = write_sarif,
};
