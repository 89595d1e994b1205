#include <string.h>
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/render_apps.h"
#include "cmd/render_kustomize.h"
#include "cmd/source.h"
#include "render/helm/helm.h"
#include "render/render.h"
#include "render/yaml/yaml.h"

struct render_verb {
	struct common_options common;
	struct source_options source;
	struct option_values apps;
	bool show_origin, offline;
	int output;
	/* kustomize */
	struct kustomize_flags kustomize;
	/* Helm */
	const char *name, *ns, *kubernetes_version, *seed;
	struct option_values values, api_versions, show_only;
	bool include_crds, no_hooks, is_upgrade, skip_tests, helm4, nothing;
	const char *name_template, *repo, *version, *user, *password, *ca_file;
	bool plain_http, insecure;
};

enum { OUTPUT_TEXT, OUTPUT_YAML, OUTPUT_JSON };
static const char *const outputs[] = { "text", "yaml", "json", NULL };

#define AT(field) .offset = offsetof(struct render_verb, field)
static const struct option render_options_table[] = {
	{ .name = "app",
	  .type = OPTION_APPEND,
	  .value = "NAME",
	  AT(apps),
	  .summary = "what an engine's object applies, by its name, namespace/name, kind/name or "
		     "path; '*' stands for any text; repeatable" },
	{ .name = "show-origin",
	  .type = OPTION_FLAG,
	  AT(show_origin),
	  .summary = "beside each field, the line it comes from" },
	{ .name = "offline",
	  .type = OPTION_FLAG,
	  AT(offline),
	  .summary = "fetch nothing: remote bases, files and charts are those of the cache" },
	{ .name = "output",
	  .letter = 'o',
	  .type = OPTION_CHOICE,
	  .value = "FORMAT",
	  .choices = outputs,
	  AT(output),
	  .summary = "text (as kustomize or helm print it), yaml or json" },
};
static const struct option helm_options[] = {
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
static const struct option_group groups[] = {
	{ "Source", source_options, 3, offsetof(struct render_verb, source) },
	{ "Output", render_options_table, ARRAY_SIZE(render_options_table), 0 },
	{ "kustomize", kustomize_flag_rows, KUSTOMIZE_FLAGS,
	  offsetof(struct render_verb, kustomize) },
	{ "Helm", helm_options, ARRAY_SIZE(helm_options), 0 },
	{ "General", common_options, 2, 0 },
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

static int options_for(struct run *run, const struct render_verb *verb, struct render_options *out,
		       struct err *err)
{
	struct values values = { 0 };
	size_t i;

	if (kustomize_flags_check(&verb->kustomize, err) < 0)
		return -1;
	for (i = 0; i < verb->values.count; i++) {
		int rc = add_value(run, &verb->values.items[i], &values, err);

		out->values = values.items;
		out->value_count = values.count;
		if (rc < 0)
			return -1;
	}
	*out = (struct render_options){
		.reorder = verb->kustomize.reorder,
		.load_restrictor = (enum load_restrictor)verb->kustomize.load_restrictor,
		.kustomize_api = (enum kustomize_api)verb->kustomize.api,
		.enable_helm = verb->kustomize.enable_helm,
		.managed_by = verb->kustomize.managed_by,
		.helm_kube_version = verb->kustomize.kube_version,
		.helm_api_versions = texts(&run->arena, &verb->kustomize.api_versions),
		.helm_api_version_count = verb->kustomize.api_versions.count,
		.release_name = verb->name,
		.ns = verb->ns,
		.kubernetes_version = verb->kubernetes_version,
		.api_versions = texts(&run->arena, &verb->api_versions),
		.api_version_count = verb->api_versions.count,
		.name_template = verb->name_template,
		.values = values.items,
		.value_count = values.count,
		.show_only = texts(&run->arena, &verb->show_only),
		.show_only_count = verb->show_only.count,
		.include_crds = verb->include_crds,
		.no_hooks = verb->no_hooks,
		.skip_tests = verb->skip_tests,
		.is_upgrade = verb->is_upgrade,
		.helm4 = verb->helm4,
		.seed = verb->seed,
	};
	return 0;
}

/* The views of the user's own files. */
static void close_values(const struct render_options *how)
{
	size_t i;

	for (i = 0; i < how->value_count; i++)
		if (how->values[i].view)
			view_free(how->values[i].view);
}

static void print_objects(const struct rendered *r, int output, struct buf *out)
{
	size_t i;

	for (i = 0; i < r->objects.count; i++) {
		if (output == OUTPUT_JSON) {
			json_write(out, r->objects.items[i].root, JSON_INDENT);
			buf_char(out, '\n');
			continue;
		}
		if (i)
			buf_str(out, "---\n");
		yaml_write(out, r->objects.items[i].root);
	}
}

/* One line a scalar: where it comes from, its path, what it came through. */
struct origin_printer {
	struct run *run;
	struct buf *out;
	struct buf path;
};

static void print_origin(struct origin_printer *p, const struct node *n)
{
	struct origin_pos pos;
	origin_id id = n->origin;
	enum origin_via via;

	buf_printf(p->out, "%s: ", p->path.text + (p->path.text[0] == '.'));
	json_write(p->out, n, 0);
	buf_str(p->out, "  # ");
	for (;; buf_printf(p->out, " (%s) <- ", origin_via_name(via))) {
		if (origins_resolve(p->run->origins, id, &pos))
			buf_printf(p->out, "%s%s%s:%u:%u", pos.source ? pos.source : "",
				   pos.source ? " " : "", pos.file, pos.line, pos.column);
		else
			buf_str(p->out, "unknown");
		id = origins_parent(p->run->origins, id, &via);
		if (!id)
			break;
	}
	if (via != VIA_NONE)
		buf_printf(p->out, " (%s)", origin_via_name(via));
	buf_char(p->out, '\n');
}

static void print_origins(struct origin_printer *p, const struct node *n)
{
	size_t len = p->path.len;
	uint32_t i;

	if (node_is_scalar(n) || !n->len) {
		print_origin(p, n);
		return;
	}
	for (i = 0; i < n->len; i++) {
		const struct node *child = n->type == NODE_SEQ ? n->items[i] : n->entries[i].value;

		if (n->type == NODE_SEQ)
			buf_printf(&p->path, "[%u]", i);
		else
			buf_printf(&p->path,
				   strpbrk(n->entries[i].key->text, "./") ? "[%s]" : ".%s",
				   n->entries[i].key->text);
		print_origins(p, child);
		buf_cut(&p->path, len);
	}
}

static void print_with_origins(struct run *run, const struct rendered *r, struct buf *out)
{
	struct origin_printer p = { .run = run, .out = out };
	size_t i;

	buf_init(&p.path, 0);
	for (i = 0; i < r->objects.count; i++) {
		const struct object *o = &r->objects.items[i];

		buf_printf(out, "%s# %s %s%s%s\n", i ? "\n" : "", o->kind, o->ns, *o->ns ? "/" : "",
			   o->name);
		print_origins(&p, o->root);
	}
	buf_release(&p.path);
}

/* A chart of a repository or a registry, or a path of this one. */
static struct view *open_view(struct run *run, const struct render_verb *verb, const char *path,
			      const char **inside, struct err *err)
{
	struct chart_source source = {
		.repo = verb->repo,
		.chart = path,
		.version = verb->version,
		.user = verb->user,
		.password = verb->password,
		.ca_file = verb->ca_file,
		.flags = (verb->plain_http ? CHART_PLAIN_HTTP : 0) |
			 (verb->insecure ? CHART_INSECURE : 0),
	};

	if (!verb->repo && (!path || strncmp(path, "oci://", 6)))
		return source_open(run, &verb->source, path, inside, err);
	if (!verb->repo) {
		source.repo = path;
		source.chart = NULL;
	}
	return helm_open_chart(run, &source, inside, NULL, err);
}

static int print_piece(void *data, const struct buf *piece, struct err *err)
{
	(void)data;
	return print_out(piece, err);
}

static int render_run(struct run *run, void *options, const struct arguments *rest, struct err *err)
{
	const struct render_verb *verb = options;
	bool apps = verb->apps.count;
	bool text_only = !apps && !verb->show_origin && verb->output == OUTPUT_TEXT;
	struct rendered rendered = { .want_text = text_only,
				     .text_only = text_only,
				     .print = print_piece };
	struct render_options how = { 0 };
	const char *path;
	struct view *view;
	struct buf out;
	int rc;

	run->offline = verb->offline;
	view = open_view(run, verb, rest->count ? rest->items[0] : NULL, &path, err);
	if (!view)
		return -1;
	buf_init(&out, 0);
	rc = options_for(run, verb, &how, err);
	if (!rc && apps)
		rc = render_apps(run, view, path, &verb->apps, &how, &rendered, err);
	else if (!rc)
		rc = render_path(run, &run->arena, view, path, &how, &rendered, err);
	if (!rc && !apps)
		rc = kustomize_flags_suit(&verb->kustomize, &rendered, path, err);
	kustomize_flags_warn(&verb->kustomize);
	print_notes(run, &rendered.notes);
	if (verb->show_origin)
		print_with_origins(run, &rendered, &out);
	else if (!text_only)
		print_objects(&rendered, verb->output, &out);
	if (!rc || apps)
		rc |= print_out(text_only ? &rendered.text : &out, err);
	buf_release(&out);
	rendered_release(&rendered);
	close_values(&how);
	view_free(view);
	return rc < 0 ? -1 : STATUS_HOLDS;
}

const struct command cmd_render = {
	.name = "render",
	.arguments = "[PATH]",
	.summary = "print the objects that a commit asks for",
	.description =
		"A directory with a kustomization prints what `kustomize build` prints, a "
		"chart what\n"
		"`helm template` prints, anything else its manifests.\n"
		"\n"
		"Nothing that the repository names is run: plugins and functions are refused. "
		"Remote\n"
		"bases are fetched by git, with the user's own configuration, credentials and "
		"agent\n"
		"(GIT_SSH_COMMAND, GIT_ALLOW_PROTOCOL, http.sslCAInfo…), and kept by commit in\n"
		"$XDG_CACHE_HOME/kubectl-gitops; remote files come over HTTP (HTTPS_PROXY, "
		"NO_PROXY,\n"
		"SSL_CERT_FILE). Nothing else of the environment changes what is printed: a "
		"line of an\n"
		"env file without a value is empty, and a chart of helmCharts without "
		"releaseName is named\n"
		"by the time (--seed makes that repeatable).",
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.options_size = sizeof(struct render_verb),
	.max_arguments = 1,
	.run = render_run,
};
