/* `validate -f`: files as they lie on disk, each document as it stands. */
#include "cmd/validate.h"

#include <string.h>

#include "base/regex.h"
#include "cmd/files.h"
#include "cmd/validate_inputs.h"
#include "validate/across/across.h"
#include "validate/manifest.h"
#include "validate/overrides.h"
#include "validate/plan_target.h"
#include "validate/policy.h"
#include "validate/schema/crd.h"
#include "validate/schema/schema.h"
#include "validate/validate.h"

struct text {
	const char *text;
	size_t len;
};

struct validation {
	struct run *run;
	const struct validate_files *verb;
	struct validate_options options;
	struct arena definitions; /* of custom resources */
	struct arena before;	  /* objects of --against */
	struct map old;		  /* group/Kind/namespace/name to struct object */
	struct plan *plan;
	struct arena set_arena;
	struct across *set, *set_before; /* what objects say of each other */
	struct policies *policies;
	struct manifests members;
	bool keeps;	 /* objects are kept, for policies and programs that judge all together */
	struct map kept; /* names of the files whose objects are */
	size_t unkept;	 /* files that were read before anything asked for that */
	size_t checked, unchecked, skipped, files;
	bool may_defer;
	struct text again; /* of a file that is read once more */
	const char *from_stdin;
	size_t from_stdin_len;
	struct {
		VEC(const char *);
	} deferred; /* files with custom resources, to be read again once all definitions are known
		     */
};

/* --- the definitions of custom resources --- */
static void add_definitions(struct validation *v, const char *name, const char *text, size_t len)
{
	struct manifests manifests = { 0 };
	struct findings ignored;

	if (!validate_mentions_crd(text, len))
		return;
	findings_init(&ignored, v->run, &v->definitions);
	manifests_read(v->run, &v->definitions, name, text, len, 0, &manifests, &ignored);
	for (size_t i = 0; i < manifests.count; i++)
		crds_add(v->options.crds, manifests.items[i].object->root);
}

static int read_definitions(void *data, const char *name, const char *text, size_t len,
			    struct err *err)
{
	(void)err;
	add_definitions(data, name, text, len);
	return 0;
}

static bool mentions_policy(const char *text, size_t len)
{
	static const char word[] = "ValidatingAdmissionPolicy";

	return memmem(text, len, word, sizeof(word) - 1);
}

/* --- the state before --- */
static const char *object_key(struct arena *a, const struct object *o)
{
	return arena_printf(a, "%s/%s/%s/%s", o->group, o->kind, o->ns, o->name);
}

static int add_old(void *data, const char *name, const char *text, size_t len, struct err *err)
{
	struct validation *v = data;
	struct manifests manifests = { 0 };
	struct findings ignored;

	(void)err;
	v->keeps |= mentions_policy(text, len);
	findings_init(&ignored, v->run, &v->before);
	manifests_read(v->run, &v->before, name, text, len, 0, &manifests, &ignored);
	for (size_t i = 0; i < manifests.count; i++) {
		map_set(&v->old, object_key(&v->before, manifests.items[i].object),
			manifests.items[i].object);
		across_add(v->set_before, manifests.items[i].object, NULL);
		if (mentions_policy(text, len))
			policies_add(v->policies, manifests.items[i].object, POLICY_BASE);
	}
	return 0;
}

/* --- one file --- */
static void validate_one(struct validation *v, const struct manifest *m, struct findings *findings)
{
	struct validate_item item = { .object = m->object,
				      .duplicates = m->duplicates,
				      .duplicate_count = m->duplicate_count };

	if (validate_is_skipped(findings->arena, &v->verb->skip, m->object)) {
		v->skipped++;
		return;
	}
	validate_rejected(&v->verb->reject, m->object, findings);
	masks_add_object(v->plan->masks, m->object->root);
	across_add(v->set, m->object, NULL);
	if (v->old.count)
		item.old = map_get(&v->old, object_key(findings->arena, m->object));
	if (validate_object(&v->options, &item, findings) == VALIDATE_CHECKED)
		v->checked++;
	else
		v->unchecked++;
}

/* Whether --ignore-filename-pattern leaves a file out. */
static bool is_ignored_name(const struct validation *v, const char *name)
{
	const struct option_values *patterns = &v->verb->ignored_names;

	for (size_t i = 0; i < patterns->count; i++) {
		const char *p = patterns->items[i].text;
		const struct regex *re = regex_get(p, strlen(p), NULL);

		if (re && regex_match(re, name, strlen(name)))
			return true;
	}
	return false;
}

static const char *text_of(void *data, const char *file, size_t *len)
{
	const struct text *t = data;

	(void)file;
	*len = t->len;
	return t->text;
}

/* The findings of one file, as its comments have them. */
static void report_file(struct validation *v, struct findings *findings, const char *text,
			size_t len)
{
	struct text t = { text, len };

	overrides_apply(overrides_new(v->run, findings->arena), findings, text_of, &t, NULL, NULL);
	plan_add_findings(v->plan, NULL, findings, NULL);
}

/* Whether a file has custom resources: their definitions may be in a later one. */
static bool has_custom(const struct validation *v, const struct manifests *m)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct object *o = m->items[i].object;

		if (!schema_kind_find(v->options.release, o->group, o->version, o->kind))
			return true;
	}
	return false;
}

/* What policies and the user's programs judge once all is read. */
static void keep_members(struct validation *v, const char *name, const struct manifests *m)
{
	map_set(&v->kept, arena_strdup(&v->set_arena, name), v);
	for (size_t i = 0; i < m->count; i++) {
		*vec_push(&v->set_arena, &v->members) = m->items[i];
		policies_add(v->policies, m->items[i].object, POLICY_HEAD);
	}
}

static int validate_file(void *data, const char *name, const char *text, size_t len,
			 struct err *err)
{
	struct validation *v = data;
	struct arena scratch;
	struct manifests manifests = { 0 };
	struct findings findings;
	origin_id origin = origins_add_file(v->run->origins, NULL, name, text, len);

	(void)err;
	arena_init(&scratch, &v->run->budget);
	findings_init(&findings, v->run, &scratch);
	manifests_read(v->run, v->keeps ? &v->set_arena : &scratch, name, text, len, origin,
		       &manifests, &findings);
	if (v->may_defer && has_custom(v, &manifests)) {
		*vec_push(&v->definitions, &v->deferred) = arena_strdup(&v->definitions, name);
	} else {
		for (size_t i = 0; i < manifests.count; i++)
			validate_one(v, &manifests.items[i], &findings);
		if (v->keeps)
			keep_members(v, name, &manifests);
		else
			v->unkept++;
		if (findings.count)
			report_file(v, &findings, text, len);
		v->files++;
	}
	arena_release(&scratch);
	return 0;
}

/* The first time that a file is seen. */
static int first_look(void *data, const char *name, const char *text, size_t len, struct err *err)
{
	struct validation *v = data;

	if (is_ignored_name(v, name))
		return 0;
	add_definitions(v, name, text, len);
	v->keeps |= mentions_policy(text, len);
	v->may_defer = true;
	if (!strcmp(name, STDIN_NAME)) { /* it cannot be read again */
		v->from_stdin = arena_memdup(&v->definitions, text, len);
		v->from_stdin_len = len;
	}
	return validate_file(v, name, text, len, err);
}

static int validate_deferred(struct validation *v, struct err *err)
{
	v->may_defer = false;
	for (size_t i = 0; i < v->deferred.count; i++) {
		const char *name = v->deferred.items[i];
		int rc = !strcmp(name, STDIN_NAME)
				 ? validate_file(v, name, v->from_stdin, v->from_stdin_len, err)
				 : files_walk(v->run, name, validate_file, v, err);

		if (rc < 0)
			return -1;
	}
	return 0;
}

static int walk_all(struct validation *v, const struct option_values *paths, file_fn *fn,
		    struct err *err)
{
	for (size_t i = 0; i < paths->count; i++) {
		if (files_walk(v->run, paths->items[i].text, fn, v, err) < 0)
			return -1;
	}
	return 0;
}

static int choose_release(struct validation *v, struct err *err)
{
	const char *version = v->verb->kubernetes_version;

	v->options.release = schema_release_find(version);
	if (v->options.release)
		return 0;
	return err_raise(err, ERR_USAGE, NO_POS,
			 "no schemas for Kubernetes '%s': the releases %s to %s are known", version,
			 schema_release_version(schema_release_at(0)),
			 schema_release_version(schema_release_find(NULL)));
}

/* A pattern that is none is a mistake on the command line, not one that matches nothing. */
static int check_patterns(const struct validate_files *verb, struct err *err)
{
	for (size_t i = 0; i < verb->ignored_names.count; i++) {
		const char *p = verb->ignored_names.items[i].text;

		if (!regex_get(p, strlen(p), err))
			return err_wrap(err, "--ignore-filename-pattern");
	}
	return 0;
}

static int read_inputs(struct validation *v, struct err *err)
{
	const struct validate_files *verb = v->verb;

	if (choose_release(v, err) < 0 || walk_all(v, &verb->against, add_old, err) < 0 ||
	    walk_all(v, &verb->files, first_look, err) < 0 ||
	    walk_all(v, &verb->crds, read_definitions, err) < 0)
		return -1;
	crds_bundle(v->options.crds);
	return validate_deferred(v, err);
}

static int keep_text(void *data, const char *name, const char *text, size_t len, struct err *err)
{
	struct validation *v = data;

	(void)name;
	(void)err;
	v->again.text = arena_memdup(&v->set_arena, text, len);
	v->again.len = len;
	return 0;
}

/* A file once more, for its comments. */
static const char *text_again(void *data, const char *file, size_t *len)
{
	struct validation *v = data;
	struct err ignored;

	v->again = (struct text){ v->from_stdin, v->from_stdin_len };
	if (strcmp(file, STDIN_NAME) && files_walk(v->run, file, keep_text, v, &ignored) < 0)
		return NULL;
	*len = v->again.len;
	return v->again.text;
}

static void check_across(struct validation *v)
{
	struct findings findings;

	findings_init(&findings, v->run, &v->set_arena);
	across_check(v->set, v->verb->against.count ? v->set_before : NULL, &findings);
	overrides_apply(overrides_new(v->run, &v->set_arena), &findings, text_again, v, NULL, NULL);
	plan_add_findings(v->plan, NULL, &findings, NULL);
}

/* --- admission policies --- */
static void add_members(struct validation *v, const char *name, const char *text, size_t len,
			struct manifests *out)
{
	struct findings ignored;
	origin_id origin = origins_add_file(v->run->origins, NULL, name, text, len);

	findings_init(&ignored, v->run, &v->set_arena);
	manifests_read(v->run, &v->set_arena, name, text, len, origin, out, &ignored);
}

static int add_policies(void *data, const char *name, const char *text, size_t len, struct err *err)
{
	struct validation *v = data;
	struct manifests found = { 0 };

	(void)err;
	add_members(v, name, text, len, &found);
	for (size_t i = 0; i < found.count; i++)
		policies_add(v->policies, found.items[i].object, POLICY_HEAD);
	return 0;
}

static int add_judged(void *data, const char *name, const char *text, size_t len, struct err *err)
{
	struct validation *v = data;
	struct manifests found = { 0 };

	(void)err;
	if (is_ignored_name(v, name))
		return 0;
	if (map_get(&v->kept, name))
		return 0;
	if (!strcmp(name, STDIN_NAME)) {
		text = v->from_stdin;
		len = v->from_stdin_len;
	}
	add_members(v, name, text, len, &found);
	keep_members(v, name, &found);
	return 0;
}

/* Files that were read before the first policy was seen, once more. */
static int complete_members(struct validation *v, struct err *err)
{
	const struct validate_files *verb = v->verb;

	for (size_t i = 0; v->unkept && i < verb->files.count; i++) {
		const char *name = verb->files.items[i].text;
		int rc = !strcmp(name, "-") ? add_judged(v, STDIN_NAME, NULL, 0, err)
					    : files_walk(v->run, name, add_judged, v, err);

		if (rc < 0)
			return -1;
	}
	return 0;
}

static void judge_members(struct validation *v, struct outside_objects *judged,
			  struct findings *findings)
{
	for (size_t i = 0; i < v->members.count; i++) {
		struct validate_item item = { .object = v->members.items[i].object };

		if (validate_is_skipped(&v->set_arena, &v->verb->skip, item.object))
			continue;
		*vec_push(&v->set_arena, judged) = item.object;
		if (v->old.count)
			item.old = map_get(&v->old, object_key(&v->set_arena, item.object));
		policies_check(v->policies, &v->options, &item, POLICY_HEAD, findings);
	}
	policies_mutating(v->policies, findings);
	if (v->verb->against.count)
		policies_loosened(v->policies, findings);
}

/* What needs all objects at once: admission policies, and programs of the user. */
static int check_together(struct validation *v, struct err *err)
{
	const struct validate_files *verb = v->verb;
	struct outside_objects judged = { 0 };
	struct findings findings;

	if (!v->keeps)
		return 0;
	if (walk_all(v, &verb->policies, add_policies, err) < 0 || complete_members(v, err) < 0)
		return -1;
	findings_init(&findings, v->run, &v->set_arena);
	judge_members(v, &judged, &findings);
	if (outside_check(v->run, &v->set_arena, &verb->outside, &judged, &findings, err) < 0)
		return -1;
	overrides_apply(overrides_new(v->run, &v->set_arena), &findings, text_again, v, NULL, NULL);
	plan_add_findings(v->plan, NULL, &findings, NULL);
	return 0;
}

int validate_files(struct run *run, const struct validate_files *what, struct plan *p,
		   struct err *err)
{
	struct validation v = { .run = run, .verb = what, .plan = p };
	int rc;

	arena_init(&v.definitions, &run->budget);
	arena_init(&v.before, &run->budget);
	arena_init(&v.set_arena, &run->budget);
	map_init(&v.old, &v.before);
	map_init(&v.kept, &v.set_arena);
	v.keeps = what->policies.count || outside_any(&what->outside);
	v.set = across_new(run, &v.set_arena);
	v.set_before = across_new(run, &v.set_arena);
	v.policies = policies_new(&v.set_arena);
	v.options.crds = crds_new(&v.definitions);
	v.options.ignore_missing = what->ignore_missing;
	rc = check_patterns(what, err);
	if (!rc)
		rc = read_inputs(&v, err);
	if (!rc)
		rc = check_together(&v, err);
	if (!rc)
		check_across(&v);
	plan_finish(p);
	p->summary.checked[LEVEL_OFFLINE] = (unsigned)v.checked;
	p->summary.checked[LEVEL_UNCHECKED] = (unsigned)(v.unchecked + v.skipped);
	arena_release(&v.set_arena);
	arena_release(&v.before);
	arena_release(&v.definitions);
	return rc;
}
