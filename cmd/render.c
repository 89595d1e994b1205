#include <string.h>
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/render_apps.h"
#include "cmd/render_helm.h"
#include "cmd/render_kustomize.h"
#include "cmd/render_suit.h"
#include "cmd/source.h"
#include "render/render.h"
#include "render/yaml/yaml.h"

struct render_verb {
	struct common_options common;
	struct source_options source;
	struct option_values apps;
	bool show_origin, offline;
	int output;
	struct kustomize_flags kustomize;
	struct helm_flags helm;
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
static const struct option_group groups[] = {
	{ "Source", source_options, 3, offsetof(struct render_verb, source) },
	{ "Output", render_options_table, ARRAY_SIZE(render_options_table), 0 },
	{ "kustomize", kustomize_flag_rows, KUSTOMIZE_FLAGS,
	  offsetof(struct render_verb, kustomize) },
	{ "Helm", helm_flag_rows, HELM_FLAGS, offsetof(struct render_verb, helm) },
	{ "General", common_options, 2, 0 },
};

static const struct option_rule rules[] = {
	{ "helm-kube-version", .needs = "enable-helm" },
	{ "helm-api-versions", .needs = "enable-helm" },
	{ "name", .excludes = "name-template" },
};

static int options_for(struct run *run, const struct render_verb *verb, struct render_options *out,
		       struct err *err)
{
	if (kustomize_flags_check(&verb->kustomize, err) < 0)
		return -1;
	kustomize_flags_options(&run->arena, &verb->kustomize, out);
	return helm_flags_options(run, &verb->helm, out, err);
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
static struct view *open_view(struct run *run, const struct render_verb *verb,
			      const struct options_given *given, const char *path,
			      const char **inside, struct err *err)
{
	struct chart_source source;
	bool fetched = helm_flags_source(&verb->helm, path, &source);

	if (render_suit_source(given, fetched, err) < 0)
		return NULL;
	return fetched ? helm_open_chart(run, &source, inside, NULL, err)
		       : source_open(run, &verb->source, path, inside, err);
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
	if (verb->show_origin && verb->output != OUTPUT_TEXT)
		return err_raise(err, ERR_USAGE, NO_POS,
				 "--show-origin prints its own text, and no %s",
				 outputs[verb->output]);
	view = open_view(run, verb, &rest->given, rest->count ? rest->items[0] : NULL, &path, err);
	if (!view)
		return -1;
	buf_init(&out, 0);
	rc = apps ? render_suit_apps(&rest->given, err)
		  : render_suit_path(&rest->given, view, path, err);
	if (!rc)
		rc = options_for(run, verb, &how, err);
	if (!rc && apps)
		rc = render_apps(run, view, path, &verb->apps, &how, &rendered, err);
	else if (!rc)
		rc = render_path(run, &run->arena, view, path, &how, &rendered, err);
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
	helm_flags_close(&how);
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
	.rules = rules,
	.rule_count = ARRAY_SIZE(rules),
	.max_arguments = 1,
	.run = render_run,
};
