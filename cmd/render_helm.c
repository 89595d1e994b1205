#include "cmd/render_helm.h"
#include <string.h>
#include "cmd/source.h"

#define AT(field) .offset = offsetof(struct helm_flags, field)
const struct option helm_flag_rows[] = {
	{ .name = "name",
	  .type = OPTION_STRING,
	  .value = "RELEASE",
	  AT(name),
	  .summary = "release name (default release-name)" },
	{ .name = "name-template",
	  .type = OPTION_STRING,
	  .value = "TEMPLATE",
	  AT(name_template),
	  .summary = "template of the release name" },
	{ .name = "namespace",
	  .letter = 'n',
	  .type = OPTION_STRING,
	  .value = "NAMESPACE",
	  AT(ns),
	  .summary = "release namespace (default default)" },
	{ .name = "values",
	  .letter = 'f',
	  .type = OPTION_APPEND,
	  .value = "FILE",
	  AT(values),
	  .summary = "values file; repeatable, the last wins" },
	{ .name = "set",
	  .type = OPTION_APPEND,
	  .value = "K=V",
	  AT(values),
	  .summary = "set values" },
	{ .name = "set-string",
	  .type = OPTION_APPEND,
	  .value = "K=V",
	  AT(values),
	  .summary = "set values, always strings" },
	{ .name = "set-json",
	  .type = OPTION_APPEND,
	  .value = "K=JSON",
	  AT(values),
	  .summary = "set values given as JSON" },
	{ .name = "set-file",
	  .type = OPTION_APPEND,
	  .value = "K=FILE",
	  AT(values),
	  .summary = "set values from files" },
	{ .name = "set-literal",
	  .type = OPTION_APPEND,
	  .value = "K=V",
	  AT(values),
	  .summary = "set a value taken as it stands" },
	{ .name = "kubernetes-version",
	  .type = OPTION_STRING,
	  .value = "VERSION",
	  AT(kubernetes_version),
	  .summary = "release that charts render for" },
	{ .name = "kube-version",
	  .type = OPTION_STRING,
	  .value = "VERSION",
	  AT(kubernetes_version),
	  .hidden = true,
	  .summary = "helm's spelling" },
	{ .name = "api-versions",
	  .letter = 'a',
	  .type = OPTION_APPEND,
	  .value = "GROUP/VERSION",
	  AT(api_versions),
	  .summary = "further API versions of .Capabilities" },
	{ .name = "show-only",
	  .letter = 's',
	  .type = OPTION_APPEND,
	  .value = "TEMPLATE",
	  AT(show_only),
	  .summary = "only this template's manifests" },
	{ .name = "include-crds",
	  .type = OPTION_FLAG,
	  AT(include_crds),
	  .summary = "print the chart's crds/ too" },
	{ .name = "no-hooks", .type = OPTION_FLAG, AT(no_hooks), .summary = "leave hooks out" },
	{ .name = "skip-tests", .type = OPTION_FLAG, AT(skip_tests), .summary = "leave tests out" },
	{ .name = "is-upgrade",
	  .type = OPTION_FLAG,
	  AT(is_upgrade),
	  .summary = "set .Release.IsUpgrade instead of .Release.IsInstall" },
	{ .name = "skip-crds",
	  .type = OPTION_FLAG,
	  AT(nothing),
	  .hidden = true,
	  .summary = "helm's own; crds/ are left out anyway" },
	{ .name = "render-subchart-notes",
	  .type = OPTION_FLAG,
	  AT(nothing),
	  .hidden = true,
	  .summary = "helm's own; notes are never printed" },
	{ .name = "repo",
	  .type = OPTION_STRING,
	  .value = "URL",
	  AT(repo),
	  .summary = "chart repository (https:// or oci://) that PATH is a chart of" },
	{ .name = "version",
	  .type = OPTION_STRING,
	  .value = "VERSION",
	  AT(version),
	  .summary = "version of a chart from a repository, or a constraint" },
	{ .name = "username",
	  .type = OPTION_STRING,
	  .value = "NAME",
	  AT(user),
	  .summary = "for the chart repository; else the user's own configuration is asked" },
	{ .name = "password",
	  .type = OPTION_STRING,
	  .value = "PASSWORD",
	  AT(password),
	  .summary = "for the chart repository" },
	{ .name = "ca-file",
	  .type = OPTION_STRING,
	  .value = "FILE",
	  AT(ca_file),
	  .summary = "certificates to trust for the chart repository" },
	{ .name = "plain-http",
	  .type = OPTION_FLAG,
	  AT(plain_http),
	  .summary = "speak to the OCI registry without TLS" },
	{ .name = "insecure-skip-tls-verify",
	  .type = OPTION_FLAG,
	  AT(insecure),
	  .summary = "don't check the chart repository's certificate" },
	{ .name = "helm4", .type = OPTION_FLAG, AT(helm4), .summary = "render as Helm 4 does" },
	{ .name = "seed",
	  .type = OPTION_STRING,
	  .value = "TEXT",
	  AT(seed),
	  .summary = "make random functions repeatable; not to be applied, its secrets can be "
		     "foretold" },
};
static const char *const *texts(struct arena *a, const struct option_values *from)
{
	const char **out = arena_array(a, from->count + 1, const char *);
	size_t i;

	for (i = 0; i < from->count; i++)
		out[i] = from->items[i].text;
	return out;
}

struct values {
	VEC(struct value_option);
};

/* -f takes several files with commas between them, as Helm's does. */
static int add_files(struct run *run, const char *text, struct values *out, struct err *err)
{
	for (const char *p = text;; p++) {
		size_t n = strcspn(p, ",");
		struct value_option o = { .kind = VALUE_FILE };

		o.shown = arena_memdup(&run->arena, p, n);
		o.view = source_open_disk(run, o.shown, &o.text, err);
		if (!o.view)
			return -1;
		*vec_push(&run->arena, out) = o;
		p += n;
		if (!*p)
			return 0;
	}
}

static int add_value(struct run *run, const struct option_value *from, struct values *out,
		     struct err *err)
{
	static const struct {
		const char *name;
		int kind;
	} kinds[] = {
		{ "values", VALUE_FILE },	    { "set", VALUE_SET },
		{ "set-string", VALUE_SET_STRING }, { "set-json", VALUE_SET_JSON },
		{ "set-file", VALUE_SET_FILE },	    { "set-literal", VALUE_SET_LITERAL },
	};
	struct value_option o = { .text = from->text };
	size_t i;

	for (i = 0; strcmp(kinds[i].name, from->option->name); i++)
		;
	o.kind = kinds[i].kind;
	if (o.kind == VALUE_FILE)
		return add_files(run, from->text, out, err);
	if (o.kind == VALUE_SET_FILE) {
		o.view = source_open_disk(run, ".", &o.folder, err);
		if (!o.view)
			return -1;
	}
	*vec_push(&run->arena, out) = o;
	return 0;
}

int helm_flags_options(struct run *run, const struct helm_flags *flags, struct render_options *out,
		       struct err *err)
{
	struct values values = { 0 };
	size_t i;
	int rc = 0;

	for (i = 0; !rc && i < flags->values.count; i++)
		rc = add_value(run, &flags->values.items[i], &values, err);
	out->release_name = flags->name;
	out->ns = flags->ns;
	out->kubernetes_version = flags->kubernetes_version;
	out->api_versions = texts(&run->arena, &flags->api_versions);
	out->api_version_count = flags->api_versions.count;
	out->name_template = flags->name_template;
	out->values = values.items;
	out->value_count = values.count;
	out->show_only = texts(&run->arena, &flags->show_only);
	out->show_only_count = flags->show_only.count;
	out->include_crds = flags->include_crds;
	out->no_hooks = flags->no_hooks;
	out->skip_tests = flags->skip_tests;
	out->is_upgrade = flags->is_upgrade;
	out->helm4 = flags->helm4;
	out->seed = flags->seed;
	return rc;
}

void helm_flags_close(const struct render_options *how)
{
	size_t i;

	for (i = 0; i < how->value_count; i++)
		if (how->values[i].view)
			view_free(how->values[i].view);
}

bool helm_flags_source(const struct helm_flags *flags, const char *path, struct chart_source *out)
{
	*out = (struct chart_source){
		.repo = flags->repo,
		.chart = path,
		.version = flags->version,
		.user = flags->user,
		.password = flags->password,
		.ca_file = flags->ca_file,
		.flags = (flags->plain_http ? CHART_PLAIN_HTTP : 0) |
			 (flags->insecure ? CHART_INSECURE : 0),
	};
	if (flags->repo)
		return true;
	if (!path || strncmp(path, "oci://", 6))
		return false;
	out->repo = path;
	out->chart = NULL;
	return true;
}
