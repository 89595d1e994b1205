/*
 * JUnit's XML and TAP version 13: each changed or checked object is a test; its findings are its
 * failures.
 */
#include "cmd/report/words.h"
#include <string.h>

static bool same_object(const struct plan_ref *a, const struct plan_ref *b)
{
	return !strcmp(a->kind, b->kind) && !strcmp(a->ns, b->ns) && !strcmp(a->name, b->name) &&
	       !strcmp(a->api_version, b->api_version);
}

/* The next finding about an object after `from`; NULL at the end. */
static const struct plan_finding *finding_of(const struct plan *p, const struct plan_ref *object,
					     size_t *from)
{
	for (; *from < p->findings.count; (*from)++) {
		const struct plan_finding *f = &p->findings.items[*from];

		if (f->severity != SEVERITY_INFO && f->has_object &&
		    same_object(&f->object, object)) {
			(*from)++;
			return f;
		}
	}
	return NULL;
}

/* Findings that no change of the plan carries: of files, of objects that have no change row. */
static bool stands_alone(const struct plan *p, const struct plan_finding *f)
{
	size_t i;

	if (f->severity == SEVERITY_INFO)
		return false;
	for (i = 0; f->has_object && i < p->changes.count; i++)
		if (same_object(&p->changes.items[i].object, &f->object))
			return false;
	return true;
}

static void finding_text(struct buf *out, const struct plan_finding *f)
{
	struct buf text;

	buf_init(&text, 0);
	if (f->place.at.file) {
		words_place(&text, &f->place);
		buf_str(&text, ": ");
	}
	words_finding(&text, f);
	buf_printf(&text, " [%s]", f->rule);
	words_xml(out, text.text);
	buf_release(&text);
}

static void case_open(struct buf *out, const char *class_name, const char *name)
{
	buf_str(out, "    <testcase classname=\"");
	words_xml(out, class_name);
	buf_str(out, "\" name=\"");
	words_xml(out, name);
	buf_str(out, "\" time=\"0\"");
}

static void failure(struct buf *out, const struct plan_finding *f)
{
	const char *tag = f->severity == SEVERITY_ERROR ? "failure" : "system-out";

	buf_printf(out, "      <%s", tag);
	if (f->severity == SEVERITY_ERROR) {
		buf_str(out, " type=\"");
		words_xml(out, f->rule);
		buf_str(out, "\" message=\"");
		words_xml(out, f->message);
		buf_char(out, '"');
	}
	buf_char(out, '>');
	finding_text(out, f);
	buf_printf(out, "</%s>\n", tag);
}

struct tally {
	unsigned tests, failures, errors, skipped;
};

/* What follows a test's verdict: warnings, then the errors that the schema has no room for. */
static void change_output(struct buf *out, const struct plan *p, const struct plan_change *c)
{
	const struct plan_finding *f;
	bool first = true;
	size_t at = 0;

	while ((f = finding_of(p, &c->object, &at)))
		if (f->severity != SEVERITY_ERROR)
			failure(out, f);
	for (at = 0; (f = finding_of(p, &c->object, &at));) {
		if (f->severity != SEVERITY_ERROR)
			continue;
		if (!first) {
			buf_str(out, "      <system-err>");
			finding_text(out, f);
			buf_str(out, "</system-err>\n");
		}
		first = false;
	}
}

static void change_verdict(struct buf *out, const struct plan *p, const struct plan_change *c,
			   struct tally *tally)
{
	const struct plan_finding *f;
	size_t at = 0;

	while ((f = finding_of(p, &c->object, &at)) && f->severity != SEVERITY_ERROR)
		;
	if (f) {
		failure(out, f);
		tally->failures++;
	} else if (c->action == PLAN_UNDECIDED) {
		buf_str(out, "      <error type=\"undecided\" message=\"");
		words_xml(out, c->reason ? c->reason : "could not be decided");
		buf_str(out, "\"/>\n");
		tally->errors++;
	} else if (c->checked == LEVEL_UNCHECKED) {
		buf_str(out, "      <skipped>no schema is known</skipped>\n");
		tally->skipped++;
	}
}

static void change_case(struct buf *out, const struct plan *p, const struct plan_change *c,
			struct tally *tally)
{
	struct buf name;

	buf_init(&name, 0);
	words_object(&name, c);
	case_open(out, c->place.at.file ? c->place.at.file : c->target, name.text);
	buf_str(out, ">\n");
	change_verdict(out, p, c, tally);
	change_output(out, p, c);
	buf_str(out, "    </testcase>\n");
	tally->tests++;
	buf_release(&name);
}

static void write_junit(struct buf *out, const struct plan *p, const struct report_options *options)
{
	struct tally tally = { 0 };
	struct buf cases;
	size_t i;

	(void)options;
	buf_init(&cases, 0);
	for (i = 0; i < p->changes.count; i++)
		change_case(&cases, p, &p->changes.items[i], &tally);
	for (i = 0; i < p->findings.count; i++) {
		const struct plan_finding *f = &p->findings.items[i];

		if (!stands_alone(p, f))
			continue;
		case_open(&cases, f->place.at.file ? f->place.at.file : "plan", f->rule);
		buf_str(&cases, ">\n");
		failure(&cases, f);
		buf_str(&cases, "    </testcase>\n");
		tally.tests++;
		tally.failures += f->severity == SEVERITY_ERROR;
	}
	buf_printf(out,
		   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		   "<testsuites name=\"kubectl-gitops\" tests=\"%u\" failures=\"%u\" time=\"0\">\n"
		   "  <testsuite name=\"plan\" tests=\"%u\" failures=\"%u\" errors=\"%u\" "
		   "skipped=\"%u\" "
		   "time=\"0\">\n",
		   tally.tests, tally.failures, tally.tests, tally.failures, tally.errors,
		   tally.skipped);
	buf_add(out, cases.text, cases.len);
	buf_str(out, "  </testsuite>\n</testsuites>\n");
	buf_release(&cases);
}

/* A '#' of a name must not begin a directive: "# TODO" would turn a failure into none. */
static void tap_escape(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '#' || *text == '\\')
			buf_char(out, '\\');
		buf_char(out, *text);
	}
}

static void tap_line(struct buf *out, bool ok, unsigned number, const struct plan_ref *object,
		     const struct plan_finding *f)
{
	struct buf text;

	buf_init(&text, 0);
	if (object)
		words_ref(&text, object);
	else
		words_finding(&text, f);
	buf_printf(out, "%sok %u - ", ok ? "" : "not ", number);
	tap_escape(out, text.text);
	buf_release(&text);
}

static void tap_findings(struct buf *out, const struct plan *p, const struct plan_ref *object)
{
	const struct plan_finding *f;
	size_t at = 0;

	while ((f = finding_of(p, object, &at))) {
		buf_printf(out, "# %s: ", words_severity(f->severity));
		if (f->place.at.file) {
			words_place(out, &f->place);
			buf_str(out, ": ");
		}
		words_finding(out, f);
		buf_printf(out, " [%s]\n", f->rule);
	}
}

static void write_tap(struct buf *out, const struct plan *p, const struct report_options *options)
{
	const struct plan_finding *f;
	unsigned count = 0;
	size_t i, at;
	bool ok;

	(void)options;
	buf_str(out, "TAP version 13\n");
	for (i = 0; i < p->changes.count; i++) {
		const struct plan_change *c = &p->changes.items[i];

		ok = c->action != PLAN_UNDECIDED;
		for (at = 0; (f = finding_of(p, &c->object, &at));)
			ok &= f->severity != SEVERITY_ERROR;
		tap_line(out, ok, ++count, &c->object, NULL);
		if (ok && c->checked == LEVEL_UNCHECKED)
			buf_str(out, " # SKIP no schema is known");
		buf_char(out, '\n');
		tap_findings(out, p, &c->object);
	}
	for (i = 0; i < p->findings.count; i++) {
		f = &p->findings.items[i];
		if (!stands_alone(p, f))
			continue;
		tap_line(out, f->severity != SEVERITY_ERROR, ++count, NULL, f);
		buf_char(out, '\n');
	}
	buf_printf(out, "1..%u\n", count);
}

const struct report_format report_junit = {
	.name = "junit",
	.summary = "JUnit XML: a test an object",
	.write = write_junit,
};

const struct report_format report_tap = {
	.name = "tap",
	.summary = "TAP version 13",
	.write = write_tap,
};
