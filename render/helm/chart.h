/*
 * chart: a chart in memory: its metadata, templates, values, other files, and the charts in it.
 *
 * Files come from a folder of a view, or from an archive; then everything is the same. Metadata is
 * the tree that Go's decoder would leave (see decode.h), with Helm's defaults and sanitised texts.
 * Charts and all that they hold live in the app's arena.
 */
#ifndef RENDER_HELM_CHART_H
#define RENDER_HELM_CHART_H
#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"
#include "render/helm/template.h"
#include "render/view.h"

struct chart_files {
	VEC(struct helm_file);
};

/* A row of `dependencies`; aliases, conditions and imports are worked on in place. */
struct chart_dependency {
	const char *name, *version, *repository, *condition, *alias;
	const struct node *tags, *imports; /* lists, or NULL */
	bool enabled;
	struct node *node; /* its part of the metadata */
};
struct chart_dependencies {
	VEC(struct chart_dependency *);
};

struct chart;
struct charts {
	VEC(struct chart *);
};

struct chart {
	struct chart *parent;
	const char *name, *version, *api_version, *type, *kube_version;
	bool deprecated;
	struct node *metadata;
	struct chart_dependencies requirements; /* what Chart.yaml asks for */
	bool requires;				/* it has the list, be it empty */
	struct charts charts;			/* what charts/ holds */
	struct chart_files templates, files;
	const struct helm_file *schema; /* values.schema.json, or NULL */
	struct value values;		/* of values.yaml; nil when there is none */
};

/* What loading, merging and rendering a chart share. */
struct helm {
	struct run *run;
	struct arena *arena;
	struct notes *notes; /* Helm's warnings */
	struct template_set *set;
	const struct render_options *options;
	const char *release_name, *ns;
	struct value values; /* as the root chart's templates see them */
	struct {
		VEC(const char *);
	} asked;	 /* paths of values that conditions looked at */
	size_t unpacked; /* bytes and files of all archives so far */
	size_t unpacked_files;
	const char *root;  /* where the view is on disk, for messages; "" when nowhere */
	unsigned depth;	   /* charts in one another while loading */
	const char *error; /* the failure's text in full, when err cuts it */
	origin_id fault;   /* what is to be mended; 0: unknown */
};

/* Fail with one of Helm's own texts. */
int helm_fail(struct helm *h, struct err *err, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The same, with the place that is to be mended. */
int helm_fail_at(struct helm *h, origin_id at, struct err *err, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
/* The place that is to be mended, unless one is known. */
void helm_blame(struct helm *h, origin_id at);
/* The same in a text: the line that the message names ("line 3"), else its first. */
void helm_blame_text(struct helm *h, const struct helm_file *file, const char *message);
/* Give `err`, which has no place of its own, that place where it is in the repository; else that of
 * the Chart.yaml below `path`. */
void helm_settle_blame(struct helm *h, struct view *v, const char *path, struct err *err);
/* Add a warning; `fmt` is Helm's own text. */
void helm_note(struct helm *h, origin_id origin, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Load the chart at `path` of a view: a folder, or a .tgz. NULL with Helm's error. */
struct chart *chart_load(struct helm *h, struct view *v, const char *path, struct err *err);
/* A chart of files in memory, by names inside the chart. */
struct chart *chart_from_files(struct helm *h, const struct chart_files *files, struct err *err);
/* The same of an archive's bytes; `name` and `source` for messages and origins. */
struct chart *chart_from_archive(struct helm *h, const char *source, const char *text, size_t len,
				 struct err *err);
/* Add what Chart.yaml asks for and charts/ lacks, from where it says; `path` is its folder. */
int chart_fetch_missing(struct helm *h, struct view *v, const char *path, struct chart *c,
			struct err *err);
/* "app/charts/sub" */
const char *chart_full_path(struct arena *a, const struct chart *c);
/* The name of a copy changes with its alias; metadata too. */
struct chart *chart_copy_as(struct arena *a, const struct chart *c, const char *alias);
void chart_add(struct arena *a, struct chart *parent, struct chart *child);

/* --- metadata (chart_metadata.c) ------------------------------------------------------------ */

/* Decode Chart.yaml, or requirements.yaml, over what `c` has. The error's text, or NULL. */
const char *chart_read_metadata(struct helm *h, struct chart *c, const struct helm_file *file);
/* Check Chart.lock and the like for what Helm's reader refuses. */
const char *chart_check_lock(struct helm *h, const struct helm_file *file);
/* Validate as Helm does, and fill the chart's fields. The error's text, or NULL. */
const char *chart_validate(struct helm *h, struct chart *c);
/* Put the requirements back into the metadata's tree, for templates. */
void chart_sync_metadata(struct helm *h, struct chart *c);

/* --- values --------------------------------------------------------------------------------- */

/* Read a values file's text. NULL, or the error's text. */
const char *values_read(struct helm *h, const char *text, size_t len, origin_id origin,
			struct value *out);
struct value values_copy(struct arena *a, struct value v);
bool values_is_table(struct value v);
/* As Go's fmt prints a value with %v, and with %t (a bool's verb, which Helm has in a message). */
const char *values_text(struct arena *a, struct value v);
const char *values_text_bool_verb(struct arena *a, struct value v);
/* Walk "a.b.c" down tables; nil when a step is no table. */
struct value values_table(struct arena *a, struct value v, const char *path);
/* -f, --set and so on, merged; *out is a map. */
int values_from_options(struct helm *h, struct view *v, struct value *out, struct err *err);
/* What the options give in the place of the chart's values.yaml. */
int values_replace_defaults(struct helm *h, struct view *v, struct chart *c, struct err *err);

enum coalesce_flags { COALESCE_KEEP_NULLS = 1 << 0 };
/* A chart's values under `vals` (not changed), subcharts' and globals too; nil on failure. */
int values_coalesce(struct helm *h, const struct chart *c, struct value vals, unsigned flags,
		    struct value *out, struct err *err);
/* src's entries into dst where dst has none; dst wins. Both change; they share what is below. */
void values_coalesce_tables(struct helm *h, struct value dst, struct value src, const char *prefix,
			    unsigned flags);
/* Conditions, tags, aliases, imports: changes the chart. */
int chart_process_dependencies(struct helm *h, struct chart *c, struct value vals, struct err *err);

#endif
