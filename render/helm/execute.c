/* A chart's templates, each with its chart's view of the values, in Helm's order. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "render/helm/internal.h"

/* A template to parse and, unless it is a partial, to execute. */
struct job {
	const char *path, *base_path;
	const struct helm_file *file;
	struct value dot; /* of its chart: they share it */
	unsigned depth;
};
struct execution {
	struct helm *h;
	struct value release, capabilities;
	VEC(struct job);
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void add_jobs(struct execution *x, struct chart *c, struct value dot)
{
	struct arena *a = x->h->arena;
	const char *full = chart_full_path(a, c);
	bool library = !strcasecmp(c->type, "library");

	for (size_t i = 0; i < c->templates.count; i++) {
		const struct helm_file *f = &c->templates.items[i];
		struct job job = { .file = f, .dot = dot };

		if (library && *base_name(f->name) != '_')
			continue;
		job.path = arena_printf(a, "%s/%s", full, f->name);
		job.base_path = arena_printf(a, "%s/templates", full);
		for (const char *p = job.path; *p; p++)
			job.depth += *p == '/';
		*vec_push(a, x) = job;
	}
}

/* The dot of a chart's templates, and so of those below it; `above` is its parent's, or nil. */
static struct value collect(struct execution *x, struct chart *c, struct value above,
			    struct value values)
{
	struct arena *a = x->h->arena;
	struct value dot = value_map(a, &type_any_map), subcharts = value_map(a, &type_any_map);

	chart_sync_metadata(x->h, c);
	if (above.type)
		values = values_table(a, above, arena_printf(a, "Values.%s", c->name));
	if (!values.type)
		values = value_map(a, x->h->options->helm4 ? &type_values4 : &type_values);
	values.type = x->h->options->helm4 ? &type_values4 : &type_values;
	value_set(a, dot, "Chart",
		  x->h->options->helm4 ? chart_map(a, c->metadata, !c->parent)
				       : value_chart(a, c->metadata, !c->parent));
	value_set(a, dot, "Files", value_files(a, c->files.items, c->files.count));
	value_set(a, dot, "Release", x->release);
	value_set(a, dot, "Capabilities", x->capabilities);
	value_set(a, dot, "Values", values);
	value_set(a, dot, "Subcharts", subcharts);
	for (size_t i = 0; i < c->charts.count; i++) {
		struct chart *child = c->charts.items[i];

		value_set(a, subcharts, child->name, collect(x, child, dot, VALUE_NIL));
	}
	add_jobs(x, c, dot);
	return dot;
}

/* The deepest path first, then from the last name to the first. */
static int by_depth(const void *x, const void *y)
{
	const struct job *a = x, *b = y;

	if (a->depth != b->depth)
		return a->depth > b->depth ? -1 : 1;
	return strcmp(b->path, a->path);
}

static int failed(struct helm *h, const struct helm_file *file, const struct err *err)
{
	const struct template_error *e = template_last_error(h->set);

	h->error = e && e->text ? e->text : arena_strdup(h->arena, err->msg);
	if (e && e->origin)
		helm_blame(h, e->origin);
	else
		helm_blame_text(h, file,
				e && e->line ? arena_printf(h->arena, "line %u", e->line) : "");
	return -1;
}

static int execute(struct execution *x, struct job *job, struct rendered_files *out,
		   struct err *err)
{
	struct arena *a = x->h->arena;
	struct rendered_file *f;
	struct value dot,
		template = value_map(a, x->h->options->helm4 ? &type_values4 : &type_values);

	if (*base_name(job->path) == '_')
		return 0;
	value_set(a, template, "Name", value_str(a, job->path));
	value_set(a, template, "BasePath", value_str(a, job->base_path));
	value_set(a, job->dot, "Template", template);
	f = vec_push(a, out);
	*f = (struct rendered_file){ .path = job->path };
	dot = job->dot;
	dot.type = template.type; /* what a chart's templates see is of Helm's own type */
	if (template_execute(x->h->set, job->path, dot, &f->printed, err) < 0)
		return failed(x->h, job->file, err);
	f->origin = origins_add_made(x->h->run->origins, f->printed.text.text, f->printed.text.len,
				     f->printed.spans.items, f->printed.spans.count);
	return 0;
}

static struct value release_value(struct helm *h, const char *name, const char *ns)
{
	struct arena *a = h->arena;
	struct value v = value_map(a, &type_any_map);

	value_set(a, v, "Name", value_str(a, name));
	value_set(a, v, "Namespace", value_str(a, ns));
	value_set(a, v, "IsUpgrade", value_bool(h->options->is_upgrade));
	value_set(a, v, "IsInstall", value_bool(!h->options->is_upgrade));
	value_set(a, v, "Revision", value_int(h->options->revision ? h->options->revision : 1));
	value_set(a, v, "Service", value_str(a, "Helm"));
	return v;
}

int helm_execute(struct helm *h, struct chart *c, struct value values,
		 const struct capabilities *caps, struct rendered_files *out, struct err *err)
{
	struct execution x = {
		.h = h,
		.release = release_value(h, h->release_name, h->ns),
		.capabilities = value_capabilities(h->arena, caps),
	};

	h->values = values;
	h->values.type = h->options->helm4 ? &type_values4 : &type_values;
	collect(&x, c, VALUE_NIL, values);
	if (x.count)
		qsort(x.items, x.count, sizeof(*x.items), by_depth);
	for (size_t i = 0; i < x.count; i++) {
		const struct job *job = &x.items[i];

		if (template_parse(h->set, job->path, job->file->text, job->file->len,
				   job->file->origin, err) < 0)
			return failed(h, job->file, err);
	}
	for (size_t i = 0; i < x.count; i++) {
		if (execute(&x, &x.items[i], out, err) < 0)
			return -1;
	}
	return 0;
}
