/* Jobs and cron jobs. */
#include <stdlib.h>
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

enum { COMPLETIONS_SOFT = 100000, HIGH_LIMIT = 10000 };

static struct val *job_spec(struct val *v)
{
	return v_at(v, v->c->kind->id == KIND_JOB ? "spec" : "spec.jobTemplate.spec");
}

static bool is_indexed(struct val *spec)
{
	return v_is(v_at(spec, "completionMode"), "Indexed");
}

/* A job that sets neither runs one pod; a job template is not defaulted. */
static bool has_completions(struct val *spec)
{
	return v_has(v_at(spec, "completions")) ||
	       (spec->c->kind->id == KIND_JOB && !v_has(v_at(spec, "parallelism")));
}

static void check_counts(struct val *v)
{
	static const char *const fields[] = { "parallelism",
					      "completions",
					      "activeDeadlineSeconds",
					      "backoffLimit",
					      "ttlSecondsAfterFinished",
					      "backoffLimitPerIndex",
					      "maxFailedIndexes" };
	struct val *spec = job_spec(v), *manager = v_at(spec, "managedBy");

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		not_negative(v_at(spec, fields[i]));
	if (v_has(v_at(spec, "maxFailedIndexes")) && !v_has(v_at(spec, "backoffLimitPerIndex")))
		missing(v_at(spec, "backoffLimitPerIndex"), "when maxFailedIndexes is specified");
	if (v_has(manager) && v->c->minor >= 32) {
		ok(manager,
		   v_empty(manager) ? "must not be empty" : not_domain_path(v_str(manager)));
		if (strlen(v_str(manager)) > 63)
			bad(manager, "must be no more than 63 bytes");
	}
	given_one_of(v_at(spec, "completionMode"), "NonIndexed Indexed");
}

static void check_high_completions(struct val *spec)
{
	struct val *failed = v_at(spec, "maxFailedIndexes"), *parallel = v_at(spec, "parallelism");

	if (!v_has(failed))
		missing(failed, "must be specified when completions is above %d", COMPLETIONS_SOFT);
	if (v_int(parallel, 0) > HIGH_LIMIT)
		bad(parallel, "must be at most %d with so many completions", HIGH_LIMIT);
	if (v_int(failed, 0) > HIGH_LIMIT)
		bad(failed, "must be at most %d with so many completions", HIGH_LIMIT);
}

static void check_index_limits(struct val *v)
{
	struct val *spec = job_spec(v), *completions = v_at(spec, "completions");
	struct val *failed = v_at(spec, "maxFailedIndexes"), *parallel = v_at(spec, "parallelism");
	struct val *per_index = v_at(spec, "backoffLimitPerIndex");
	const char *mode = v_str_or(v_at(spec, "completionMode"), "NonIndexed");

	if (!strcmp(mode, "NonIndexed")) {
		if (v_has(per_index))
			bad(per_index, "requires completionMode: Indexed");
		if (v_has(failed))
			bad(failed, "requires completionMode: Indexed");
	}
	if (!is_indexed(spec))
		return;
	if (!has_completions(spec))
		missing(completions, "when the completion mode is Indexed");
	if (v_int(parallel, 0) > COMPLETIONS_SOFT)
		bad(parallel, "must be at most %d when the completion mode is Indexed",
		    COMPLETIONS_SOFT);
	if (has_completions(spec) && v_int(failed, 0) > v_int(completions, 1))
		bad(failed, "must be at most completions");
	if (v_int(failed, 0) > COMPLETIONS_SOFT)
		bad(failed, "must be at most %d", COMPLETIONS_SOFT);
	if (v_int(completions, 0) > COMPLETIONS_SOFT && v_has(per_index))
		check_high_completions(spec);
}

static void check_exit_codes(struct val *v, struct val *template)
{
	struct val *name = v_at(v, "containerName"), *values = v_at(v, "values");
	bool in = v_is(v_at(v, "operator"), "In"), ordered = true;
	int64_t last = INT64_MIN;

	need_one_of(v_at(v, "operator"), "In NotIn");
	if (v_has(name) && !v_find(v_at(template, "containers"), "name", v_str(name)) &&
	    !v_find(v_at(template, "initContainers"), "name", v_str(name)))
		bad(name, "the pod template has no container of this name");
	if (!v_count(values))
		bad(values, "at least one value is required");
	if (v_count(values) > 255)
		bad(values, "at most 255 values are taken");
	V_EACH (e, values) {
		int64_t code = v_int(e, 0);

		if (in && !code)
			bad(e, "must not be 0 for the In operator");
		V_EACH (other, values) {
			if (other->index < e->index && v_int(other, 0) == code) {
				duplicate(e);
				break;
			}
		}
		ordered = ordered && last <= code;
		last = code;
	}
	if (!ordered)
		bad(values, "must be ordered");
}

static void check_failure_rule(struct val *rule, struct val *spec)
{
	struct val *action = v_at(rule, "action"), *codes = v_at(rule, "onExitCodes");
	struct val *conditions = v_at(rule, "onPodConditions");

	need_one_of(action, "Count FailIndex FailJob Ignore");
	if (v_is(action, "FailIndex") && !v_has(v_at(spec, "backoffLimitPerIndex")))
		bad(action, "requires backoffLimitPerIndex to be set");
	if (v_has(codes))
		check_exit_codes(codes, v_at(spec, "template.spec"));
	if (v_count(conditions) > 20)
		bad(conditions, "at most 20 patterns are taken");
	V_EACH (e, conditions) {
		struct val *type = v_at(e, "type");

		ok(type, not_qualified_name(v_str(type)));
		one_of(v_at(e, "status"), "True False Unknown");
	}
	if (v_has(codes) && v_count(conditions))
		bad(rule, "onExitCodes and onPodConditions cannot both be given");
	if (!v_has(codes) && !v_count(conditions))
		bad(rule, "one of onExitCodes and onPodConditions is required");
}

static void check_failure_policy(struct val *v)
{
	struct val *spec = job_spec(v), *policy = v_at(spec, "podFailurePolicy");
	struct val *rules = v_at(policy, "rules"),
		   *replacement = v_at(spec, "podReplacementPolicy");

	given_one_of(replacement, v_has(policy) ? "Failed" : "Failed TerminatingOrFailed");
	if (v_count(rules) > 20)
		bad(rules, "at most 20 rules are taken");
	V_EACH (e, rules)
		check_failure_rule(e, spec);
}

static bool read_index(const char **s, long limit, long *out)
{
	char *end;

	if (**s < '0' || **s > '9')
		return false;
	*out = strtol(*s, &end, 10);
	*s = end;
	return *out < limit;
}

/* "1,3-5": ascending indexes below `limit`; how many, or -1. */
static long count_indexes(const char *s, long limit)
{
	long last = -1, total = 0;

	while (*s) {
		long from, to;

		if (!read_index(&s, limit, &from))
			return -1;
		to = from;
		if (*s == '-') {
			s++;
			if (!read_index(&s, limit, &to) || to <= from)
				return -1;
		}
		if (from <= last || (*s && *s != ',') || (*s == ',' && !s[1]))
			return -1;
		total += to - from + 1;
		last = to;
		s += *s == ',';
	}
	return total;
}

static void check_success_policy(struct val *v)
{
	struct val *spec = job_spec(v), *policy = v_at(spec, "successPolicy");
	struct val *rules = v_at(policy, "rules");
	int64_t completions = v_int(v_at(spec, "completions"), 1);

	if (!v_has(policy))
		return;
	if (!is_indexed(spec)) {
		bad(policy, "requires completionMode: Indexed");
		return;
	}
	if (!v_count(rules))
		missing(rules, "at least one rule must be specified");
	if (v_count(rules) > 20)
		bad(rules, "at most 20 rules are taken");
	V_EACH (e, rules) {
		struct val *indexes = v_at(e, "succeededIndexes"),
			   *count = v_at(e, "succeededCount");
		long total = count_indexes(v_str(indexes), (long)completions);

		if (!v_has(indexes) && !v_has(count))
			missing(e, "one of succeededCount and succeededIndexes must be specified");
		if (v_has(indexes) && total < 0)
			bad(indexes,
			    "must be ascending indexes and ranges below completions (1,3-5)");
		not_negative(count);
		if (v_int(count, 0) > completions)
			bad(count, "must be at most completions (%lld)", (long long)completions);
		if (v_has(indexes) && v_int(count, 0) > (total < 0 ? 0 : total))
			bad(count, "must be at most the number of indexes in succeededIndexes");
	}
}

static void check_restart(struct val *v)
{
	struct val *spec = job_spec(v), *policy = v_at(spec, "template.spec.restartPolicy");
	const char *s = v_str_or(policy, "Always");

	if (!strcmp(s, "Always"))
		missing(policy, "must be OnFailure or Never for a job's pods");
	else if (!word_in(s, "OnFailure Never"))
		bad(policy, "must be OnFailure or Never for a job's pods");
	else if (v_has(v_at(spec, "podFailurePolicy")) && strcmp(s, "Never"))
		bad(policy, "must be Never when podFailurePolicy is specified");
}

static bool is_job_label(const char *key)
{
	return word_in(key, "job-name batch.kubernetes.io/job-name");
}

/* The labels and the selector that the server makes must not be contradicted. */
static void check_generated(struct val *v, struct val *labels, struct val *selector)
{
	static const char own[] = "controller-uid batch.kubernetes.io/controller-uid";
	struct val *name = v_at(v, "metadata.name");
	bool odd = v_count(v_at(selector, "matchExpressions")) > 0;

	V_EACH (e, labels) {
		if (word_in(e->name, own))
			bad(e, "is set by the server");
		if (is_job_label(e->name) && (v_empty(name) || !v_is(e, v_str(name))))
			bad(e, "must be the job's name");
	}
	V_EACH (e, v_at(selector, "matchLabels"))
		odd |= !is_job_label(e->name) || v_empty(name) || !v_is(e, v_str(name));
	if (strlen(v_str(name)) > 63) /* it becomes a label of the pods */
		bad(v_place(v_at(v, "spec.template.labels"), name),
		    "a job's name is a label of its pods and must be no more than 63 characters");
	if (odd)
		bad(selector, "is made by the server; leave it out, or set manualSelector");
}

static void check_job(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *selector = v_at(spec, "selector");
	struct val *labels = v_at(spec, "template.metadata.labels"),
		   *name = v_at(v, "metadata.name");
	int64_t last = v_int(v_at(spec, "completions"), 1) - 1;
	const char *complaint;

	check_label_selector(selector);
	if (v->c->old && !v_has(selector)) {
		/* the live object's stays */
	} else if (v_true(v_at(spec, "manualSelector"), false)) {
		if (!v_has(selector))
			missing(selector, "manualSelector needs a selector");
		if (!v_has(selector) || !selector_matches(selector, labels))
			bad(labels, "the selector does not match the template's labels");
	} else if (!v->c->old) {
		check_generated(v, labels, selector);
	}
	if (!is_indexed(spec) || !has_completions(spec) || last < 0 || v_empty(name))
		return;
	complaint =
		not_dns_label(arena_printf(v->c->scratch, "%s-%lld", v_str(name), (long long)last));
	if (complaint)
		bad(name, "the pod '%s-%lld' could not be made: %s", v_str(name), (long long)last,
		    complaint);
}

static void check_schedule(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *schedule = v_at(spec, "schedule");
	struct val *zone = v_at(spec, "timeZone"), *old = v->c->old;
	bool old_zone = old && strstr(v_str(v_at(old, "spec.schedule")), "TZ");

	if (need(schedule)) {
		bool has_zone = strstr(v_str(schedule), "TZ") != NULL;

		if (!has_zone)
			ok(schedule, not_cron(v_str(schedule)));
		else if (!old_zone)
			bad(schedule, "cannot use TZ or CRON_TZ, use timeZone instead");
		else if (v_has(zone))
			bad(schedule, "cannot use both timeZone and TZ or CRON_TZ");
	}
	if (v_has(zone) && !(old && v_same(zone, v_at(old, "spec.timeZone"))))
		ok(zone, not_time_zone(v_str(zone)));
}

static void check_cron_job(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *template = v_at(spec, "jobTemplate.spec");

	not_negative(v_at(spec, "startingDeadlineSeconds"));
	not_negative(v_at(spec, "successfulJobsHistoryLimit"));
	not_negative(v_at(spec, "failedJobsHistoryLimit"));
	one_of(v_at(spec, "concurrencyPolicy"), "Allow Forbid Replace");
	if (v_has(v_at(template, "selector")))
		bad(v_at(template, "selector"), "is made by the server; leave it out");
	if (v_true(v_at(template, "manualSelector"), false))
		bad(v_at(template, "manualSelector"), "must be false in a job template");
}

#define BATCH "pkg/apis/batch/validation: "
#define JOBS (K(JOB) | K(CRON_JOB))
const struct rule rules_jobs[] = {
	{ "job/counts", SEVERITY_ERROR, ON_CREATE, JOBS, 0, 0,
	  "counts and seconds of a job are not negative, its modes known", BATCH "validateJobSpec",
	  check_counts },
	{ "job/indexes", SEVERITY_ERROR, ON_CREATE, JOBS, 0, 0,
	  "limits of indexed jobs, and what only they have", BATCH "validateJobSpec",
	  check_index_limits },
	{ "job/failure-policy", SEVERITY_ERROR, ON_CREATE, JOBS, 0, 0,
	  "rules of a pod failure policy are whole", BATCH "validatePodFailurePolicy",
	  check_failure_policy },
	{ "job/success-policy", SEVERITY_ERROR, ON_CREATE, JOBS, 31, 0,
	  "rules of a success policy are whole", BATCH "validateSuccessPolicy",
	  check_success_policy },
	{ "job/restart-policy", SEVERITY_ERROR, ON_CREATE, JOBS, 0, 0,
	  "a job's pods restart OnFailure or Never", BATCH "validateJobSpec", check_restart },
	{ "job/selector", SEVERITY_ERROR, ON_CREATE, K(JOB), 0, 0,
	  "a job's selector is the server's, or fits the template",
	  BATCH "ValidateJob, validateGeneratedSelector", check_job },
	{ "cronjob/schedule", SEVERITY_ERROR, ON_CREATE, K(CRON_JOB), 0, 0,
	  "a schedule has five fields, its zone is of the IANA database",
	  BATCH "validateScheduleFormat, validateTimeZone", check_schedule },
	{ "cronjob/spec", SEVERITY_ERROR, ON_CREATE, K(CRON_JOB), 0, 0,
	  "limits and policies of a cron job", BATCH "validateCronJobSpec", check_cron_job },
	{ 0 },
};
