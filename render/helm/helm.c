#include "render/helm/helm.h"

#include <string.h>
#include <strings.h>

#include "base/goquote.h"
#include "base/semver.h"
#include "base/text.h"
#include "render/helm/internal.h"
#include "render/helm/match.h"
#include "render/yaml/yaml.h"

/* --- what comes before the templates --------------------------------------------------------- */

static bool is_label(const char *p, size_t n)
{
	static const char edge[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	if (!n || !strchr(edge, p[0]) || !strchr(edge, p[n - 1]))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (p[i] != '-' && !strchr(edge, p[i]))
			return false;
	}
	return true;
}

static int check_release_name(struct helm *h, const char *name, struct err *err)
{
	bool fine = strlen(name) <= 53;

	if (!*name)
		return helm_fail(h, err, "release name \"\": no name provided");
	for (const char *p = name; fine; p++) {
		size_t n = strcspn(p, ".");

		fine = is_label(p, n);
		p += n;
		if (!*p)
			break;
	}
	if (fine)
		return 0;
	return helm_fail(h, err,
			 "release name %s: invalid release name, must match regex "
			 "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and "
			 "the length must not be longer than 53",
			 goquote(h->arena, name));
}

static int check_dependencies(struct helm *h, const struct chart *c, struct err *err)
{
	const char *missing = NULL;
	origin_id at = 0;

	for (size_t i = 0; i < c->requirements.count; i++) {
		const char *name = c->requirements.items[i]->name;
		size_t j;

		for (j = 0; j < c->charts.count && strcmp(c->charts.items[j]->name, name); j++)
			;
		if (j < c->charts.count)
			continue;
		at = at ? at : c->requirements.items[i]->node->origin;
		missing = missing ? arena_printf(h->arena, "%s, %s", missing, name) : name;
	}
	if (!missing)
		return 0;
	return helm_fail_at(h, at, err,
			    h->options->helm4
				    ? "an error occurred while checking for chart "
				      "dependencies. You may need to run 'helm dependency "
				      "build' to fetch missing dependencies: found in "
				      "Chart.yaml, but missing in charts/ directory: %s"
				    : "An error occurred while checking for chart "
				      "dependencies. You may need to run `helm dependency "
				      "build` to fetch missing dependencies: found in "
				      "Chart.yaml, but missing in charts/ directory: %s",
			    missing);
}

/* --name-template: a template with no dot. */
static int release_name(struct helm *h, struct err *err)
{
	const struct render_options *o = h->options;
	struct printed printed;

	h->release_name = o->release_name ? o->release_name : "release-name";
	h->ns = o->ns ? o->ns : "default";
	if (!o->name_template || o->release_name)
		return 0;
	if (template_parse(h->set, "name-template", o->name_template, strlen(o->name_template), 0,
			   err) < 0) {
		const char *message = strstr(err->msg, "): ");

		if (!message) /* Helm leaves Go's own text here */
			return -1;
		return helm_fail(h, err, "template: name-template:%u: %s",
				 err->line ? err->line : 1, arena_strdup(h->arena, message + 3));
	}
	if (template_execute(h->set, "name-template", VALUE_NIL, &printed, err) < 0)
		return -1;
	h->release_name = buf_dup(&printed.text, h->arena);
	printed_release(&printed);
	return 0;
}

static origin_id member_origin(const struct node *map, const char *key)
{
	const struct node *member = node_get(map, key);

	return member && member->origin ? member->origin : map->origin;
}

static struct chart *load(struct helm *h, struct view *v, const char *path, struct value *given,
			  struct err *err)
{
	struct chart *c;

	if (values_from_options(h, v, given, err) < 0)
		return NULL;
	c = chart_load(h, v, path, err);
	if (!c || values_replace_defaults(h, v, c, err) < 0)
		return NULL;
	if (*c->type && strcmp(c->type, "application")) {
		helm_fail_at(h, member_origin(c->metadata, "type"), err,
			     "%s charts are not installable", c->type);
		return NULL;
	}
	if (h->options->helm4 && strcmp(c->api_version, "v1") && strcmp(c->api_version, "v2")) {
		helm_fail(h, err, "invalid chart apiVersion");
		return NULL;
	}
	if (c->deprecated)
		helm_note(h, c->metadata->origin, "WARNING: This chart is deprecated");
	if ((h->options->dependency_update && chart_fetch_missing(h, v, path, c, err) < 0) ||
	    check_dependencies(h, c, err) < 0 || check_release_name(h, h->release_name, err) < 0 ||
	    chart_process_dependencies(h, c, *given, err) < 0)
		return NULL;
	return c;
}

static int execute(struct helm *h, struct chart *c, struct value given,
		   struct rendered_files *files, struct err *err)
{
	struct capabilities caps;
	struct value values;

	if (capabilities_fill(h, &caps, err) < 0 ||
	    values_coalesce(h, c, given, 0, &values, err) < 0 ||
	    (!h->options->skip_schemas && values_check_schemas(h, c, values, err) < 0))
		return -1;
	if (*c->kube_version && !semver_matches(h->arena, c->kube_version, caps.version))
		return helm_fail_at(h, member_origin(c->metadata, "kubeVersion"), err,
				    "chart requires kubeVersion: %s which is incompatible with "
				    "Kubernetes %s",
				    c->kube_version, caps.version);
	return helm_execute(h, c, values, &caps, files, err);
}

/* --- what Helm prints ------------------------------------------------------------------------ */

enum { OUTPUT_PIECE = 128 << 10 };

/* What is printed, and the origins of its pieces. */
struct output {
	struct arena *arena;
	struct buf text;
	const struct rendered *to; /* takes it in pieces, or NULL */
	struct err *err;
	bool failed;
	struct {
		VEC(struct origin_span);
	} spans;
};

static void add_span(struct output *out, size_t offset, origin_id origin)
{
	if (!out->to)
		*vec_push(out->arena, &out->spans) =
			(struct origin_span){ (uint32_t)offset, origin };
}

/* Hand over what has gathered. */
static void flush(struct output *out)
{
	if (out->to && !out->failed)
		out->failed = out->to->print(out->to->print_data, &out->text, out->err) < 0;
	buf_cut(&out->text, 0);
}

static void print_header(struct output *out, const char *path)
{
	if (out->to && out->text.len >= OUTPUT_PIECE)
		flush(out);
	add_span(out, out->text.len, 0);
	buf_printf(&out->text, "---\n# Source: %s\n", path);
}

static void print_manifest(struct output *out, const struct manifest *m)
{
	const struct printed *p = &m->file->printed;
	size_t from = (size_t)(m->text - p->text.text), i = 0, at;

	print_header(out, m->file->path);
	at = out->text.len;
	while (i + 1 < p->spans.count && p->spans.items[i + 1].offset <= from)
		i++;
	for (; i < p->spans.count && p->spans.items[i].offset < from + m->len; i++) {
		const struct origin_span *s = &p->spans.items[i];

		add_span(out, s->offset > from ? at + s->offset - from : at, s->origin);
	}
	buf_add(&out->text, m->text, m->len);
	buf_char(&out->text, '\n');
}

static bool is_crd(const char *name)
{
	static const char *const ends[] = { ".yaml", ".yml", ".json" };
	const char *dot = strrchr(name, '.');

	if (strncmp(name, "crds/", 5) || !dot)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		if (!strcasecmp(dot, ends[i]))
			return true;
	}
	return false;
}

struct crd {
	const char *path;
	const struct helm_file *file;
};
struct crds {
	VEC(struct crd);
};

static void collect_crds(struct helm *h, const struct chart *c, struct crds *out)
{
	for (size_t i = 0; i < c->files.count; i++) {
		const struct helm_file *f = &c->files.items[i];

		if (is_crd(f->name))
			*vec_push(h->arena, out) =
				(struct crd){ arena_printf(h->arena, "%s/%s",
							   chart_full_path(h->arena, c), f->name),
					      f };
	}
	for (size_t i = 0; i < c->charts.count; i++)
		collect_crds(h, c->charts.items[i], out);
}

/* A file as it is: each of its lines has its own origin. */
static void print_crd(struct output *out, const struct crd *crd)
{
	const char *text = crd->file->text, *end = text + crd->file->len;

	print_header(out, crd->path);
	for (const char *p = text; p < end && crd->file->origin;) {
		const char *line = memchr(p, '\n', (size_t)(end - p));

		add_span(out, out->text.len + (size_t)(p - text),
			 crd->file->origin + (origin_id)(p - text));
		p = line ? line + 1 : end;
	}
	buf_add(&out->text, text, crd->file->len);
	buf_char(&out->text, '\n');
}

/* What is between the first and the last visible character counts, then a line end. */
static void trim_output(struct output *out)
{
	const char *text = out->text.text;
	size_t len = out->text.len;

	trim_space(&text, &len); /* it starts with "---", or is empty */
	buf_cut(&out->text, len);
	buf_char(&out->text, '\n');
}

/* Room for all of it at once: what grows is copied, and its pages are touched twice. */
static void reserve_output(const struct crds *crds, const struct manifests *manifests,
			   const struct manifests *hooks, struct output *out)
{
	static const size_t header = sizeof("---\n# Source: \n\n");
	size_t all = 0;

	for (size_t i = 0; i < crds->count; i++)
		all += header + strlen(crds->items[i].path) + crds->items[i].file->len;
	for (size_t i = 0; i < manifests->count; i++)
		all += header + strlen(manifests->items[i].file->path) + manifests->items[i].len;
	for (size_t i = 0; i < hooks->count; i++)
		all += header + strlen(hooks->items[i].file->path) + hooks->items[i].len;
	buf_reserve(&out->text, all + 1);
}

static void print_all(const struct crds *crds, const struct manifests *manifests,
		      const struct manifests *hooks, struct output *out)
{
	if (!out->to)
		reserve_output(crds, manifests, hooks, out);
	for (size_t i = 0; i < crds->count; i++)
		print_crd(out, &crds->items[i]);
	for (size_t i = 0; i < manifests->count; i++)
		print_manifest(out, &manifests->items[i]);
	trim_output(out);
	for (size_t i = 0; i < hooks->count; i++)
		print_manifest(out, &hooks->items[i]);
}

/* The path in the first "# Source: CHART/PATH" of a document; NULL when there is none. */
static const char *source_path(struct arena *a, const char *doc, size_t len)
{
	static const char mark[] = "# Source: ";
	const char *p = doc, *end = doc + len;

	while ((p = memmem(p, (size_t)(end - p), mark, sizeof(mark) - 1))) {
		const char *chart = p += sizeof(mark) - 1, *stop;

		while (p < end && *p != '/')
			p++;
		stop = p < end ? memchr(p + 1, '\n', (size_t)(end - p - 1)) : NULL;
		if (!stop)
			stop = end;
		if (p > chart && stop > p + 1)
			return arena_memdup(a, p + 1, (size_t)(stop - p - 1));
		p = chart;
	}
	return NULL;
}

/* --show-only works on the printed text. */
static int show_only(struct helm *h, const struct buf *all, struct buf *out, struct err *err)
{
	const struct render_options *o = h->options;
	const char *doc, *path;
	size_t doc_len;

	for (size_t i = 0; i < o->show_only_count; i++) {
		struct splitter s = splitter_new(all->text, all->len, o->helm4);
		bool found = false;

		while (splitter_next(&s, &doc, &doc_len)) {
			path = source_path(h->arena, doc, doc_len);
			if (!path || go_match(o->show_only[i], path) != MATCH_YES)
				continue;
			found = true;
			buf_str(out, "---\n");
			buf_add(out, doc, doc_len);
			buf_char(out, '\n');
		}
		if (!found)
			return helm_fail(h, err, "could not find template %s in chart",
					 o->show_only[i]);
	}
	return 0;
}

static int print(struct helm *h, const struct crds *crds, const struct manifests *manifests,
		 const struct manifests *hooks, struct rendered *out, struct err *err)
{
	struct output all = { .arena = h->arena, .err = err };
	int rc = 0;

	buf_init(&all.text, 0);
	if (out->text_only && out->print && !h->options->show_only_count)
		all.to = out;
	print_all(crds, manifests, hooks, &all);
	if (all.to) {
		flush(&all);
		buf_release(&all.text);
		return all.failed ? -1 : 0;
	}
	if (h->options->show_only_count) {
		rc = show_only(h, &all.text, &out->text, err);
		buf_release(&all.text);
		return rc;
	}
	buf_release(&out->text);
	out->text = all.text;
	out->text_origin = origins_add_made(h->run->origins, all.text.text, all.text.len,
					    all.spans.items, all.spans.count);
	return 0;
}

/* --- objects --------------------------------------------------------------------------------- */

static bool is_shown(const struct helm *h, const char *path)
{
	const char *inside = strchr(path, '/');

	if (!h->options->show_only_count)
		return true;
	for (size_t i = 0; i < h->options->show_only_count; i++) {
		if (inside && go_match(h->options->show_only[i], inside + 1) == MATCH_YES)
			return true;
	}
	return false;
}

static int add_objects(struct helm *h, struct manifests *list, struct rendered *out,
		       struct err *err)
{
	for (size_t i = 0; i < list->count; i++) {
		struct manifest *m = &list->items[i];
		size_t first = out->objects.count;
		struct err why = ERR_INIT;

		if (node_is_null(m->root) || !is_shown(h, m->file->path))
			continue;
		manifest_refine(h, m);
		if (objects_add(h->run, h->arena, &out->objects, m->root, &why) < 0) {
			*err = why;
			return err_wrap(err, "%s", m->file->path);
		}
		for (; first < out->objects.count; first++) {
			struct object *o = &out->objects.items[first];

			o->file = m->file->path;
			o->hook = m->hook;
			o->random = m->file->printed.random;
		}
	}
	return 0;
}

static int add_crd_objects(struct helm *h, const struct crds *crds, struct rendered *out,
			   struct err *err)
{
	for (size_t i = 0; i < crds->count; i++) {
		const struct crd *crd = &crds->items[i];
		struct yaml_docs docs = { 0 };
		struct err why = ERR_INIT;
		size_t first = out->objects.count;
		int rc = yaml_read(h->run, h->arena, YAML_SIGS, crd->path, crd->file->text,
				   crd->file->len, crd->file->origin, &docs, &why);

		for (size_t j = 0; j < docs.count && !rc; j++) {
			if (docs.items[j].root)
				rc = objects_add(h->run, h->arena, &out->objects,
						 docs.items[j].root, &why);
		}
		if (rc) {
			*err = why;
			return err_wrap(err, "%s", crd->path);
		}
		for (; first < out->objects.count; first++)
			out->objects.items[first].file = crd->path;
	}
	return 0;
}

/* Text, and beside it as objects what the options keep apart. */
static int print_apart(struct helm *h, struct crds *crds, const struct manifests *all,
		       struct manifests *hooks, struct rendered *out, struct err *err)
{
	static const struct crds no_crds;
	static const struct manifests no_hooks;

	if (h->options->crds_apart && add_crd_objects(h, crds, out, err) < 0)
		return -1;
	if (h->options->hooks_apart && add_objects(h, hooks, out, err) < 0)
		return -1;
	return print(h, h->options->crds_apart ? &no_crds : crds, all,
		     h->options->hooks_apart ? &no_hooks : hooks, out, err);
}

static int finish(struct helm *h, const struct chart *c, const struct rendered_files *files,
		  struct rendered *out, struct err *err)
{
	struct manifests manifests = { 0 }, hooks = { 0 }, shown = { 0 };
	struct crds crds = { 0 };

	if (manifests_sort(h, files, &manifests, &hooks, err) < 0)
		return -1;
	if (h->options->include_crds)
		collect_crds(h, c, &crds);
	for (size_t i = 0; i < hooks.count && !h->options->no_hooks; i++) {
		if (!hooks.items[i].test || !h->options->skip_tests)
			*vec_push(h->arena, &shown) = hooks.items[i];
	}
	if (out->want_text) /* text has no use for objects, and Helm prints what is none, too */
		return print_apart(h, &crds, &manifests, &shown, out, err);
	if (add_crd_objects(h, &crds, out, err) < 0 || add_objects(h, &manifests, out, err) < 0)
		return -1;
	return add_objects(h, &shown, out, err);
}

/* --- the whole ------------------------------------------------------------------------------- */

static void release_files(struct rendered_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		printed_release(&files->items[i].printed);
}

/* NOTES.txt is rendered, for its errors, and printed nowhere. */
static void drop_notes(struct rendered_files *files)
{
	size_t kept = 0;

	for (size_t i = 0; i < files->count; i++) {
		if (text_ends(files->items[i].path, "NOTES.txt"))
			printed_release(&files->items[i].printed);
		else
			files->items[kept++] = files->items[i];
	}
	files->count = kept;
}

static int render(struct helm *h, struct view *v, const char *path, struct rendered *out,
		  struct err *err)
{
	struct rendered_files files SCOPED(release_files) = { 0 };
	struct value given;
	struct chart *c;

	if (release_name(h, err) < 0)
		return -1;
	c = load(h, v, path, &given, err);
	if (!c || execute(h, c, given, &files, err) < 0)
		return -1;
	if (!out->text_only)
		values_report_unread(h, c, given, &out->unread);
	drop_notes(&files);
	return finish(h, c, &files, out, err);
}

int helm_render(struct run *run, struct arena *a, struct view *v, const char *path,
		const struct render_options *options, struct rendered *out, struct err *err)
{
	struct template_options how = {
		.lookup = options->lookup,
		.lookup_data = options->lookup_data,
		.seed = options->seed,
		.helm4 = options->helm4,
	};
	struct helm h = {
		.run = run,
		.arena = a,
		.notes = &out->notes,
		.options = options,
		.root = view_root(v),
		.set = template_set_new(run, a, &how),
	};

	bool paused = out->text_only && origins_pause(run->origins, true);
	int rc = render(&h, v, path, out, err);

	if (rc < 0)
		helm_settle_blame(&h, v, path, err);
	if (out->text_only)
		origins_pause(run->origins, paused);
	return rc;
}

static bool detect(struct view *v, const char *path)
{
	struct arena a = ARENA_INIT;
	bool found = false;

	if (view_kind(v, path) == VIEW_FILE) {
		found = text_ends(path, ".tgz");
	} else {
		const char *sep = *path ? "/" : "";

		/* The latter so that Helm's error tells of the mistake. */
		found = view_kind(v, arena_printf(&a, "%s%sChart.yaml", path, sep)) == VIEW_FILE ||
			view_kind(v, arena_printf(&a, "%s%sChart.yml", path, sep)) == VIEW_FILE;
	}
	arena_release(&a);
	return found;
}

const struct renderer renderer_helm = {
	.name = "helm",
	.summary = "a chart, as helm template renders it",
	.detect = detect,
	.render = helm_render,
};
