/*
 * template: Go's text/template with Helm's functions.
 *
 * A set holds named templates that see one another. Parse all, then execute each file's. Output
 * carries origins: for each piece of text the place that printed it (VIA_TEMPLATE: the action's
 * line, its parent the line of the value it printed); register them with origins_add_made and the
 * YAML reader's nodes resolve by themselves. Errors are Helm's own texts, whole (with template
 * name, line and column inside). Steps, depth and output are bounded by LIMIT_TEMPLATE_*.
 * Everything lives in the set's arena. A set belongs to one thread.
 */
#ifndef RENDER_HELM_TEMPLATE_H
#define RENDER_HELM_TEMPLATE_H
#include "base/buf.h"
#include "base/err.h"
#include "base/run.h"
#include "base/vec.h"
#include "render/helm/value.h"
#include "render/render.h"

struct function;
struct template_options {
	lookup_fn *lookup; /* NULL: lookup gives an empty map */
	void *lookup_data;
	const char *seed; /* of random functions and times; NULL: really random, now */
	bool helm4;
	/* For others than Helm: other functions (NULL: Helm's), "<no value>" is left in what is
	 * printed, a key that a mapping lacks is an error, or no value that may be asked for
	 * fields (missingkey=default, where Helm's is zero). */
	const struct function *(*find)(const char *name, size_t len);
	bool keep_no_value, missing_key_fails, missing_key_is_nothing;
	const char *delims;	    /* both, as "<<>>"; NULL: "{{}}" */
	const struct value *inputs; /* what the function `inputs` gives; NULL */
};

/* The functions of an ApplicationSet's templates. */
const struct function *applicationset_function(const char *name, size_t len);
/* Those of a ResourceSet's. */
const struct function *resourceset_function(const char *name, size_t len);
/* What its `normalize` makes of a name: only what a DNS name may have. */
void dns_name(struct buf *out, const char *name, size_t len);
/* In place, as slugify has it: what is no lower-case letter, digit, '-' or '_' is a '-', runs of
 * '-' are one, and "-_" goes at both ends. */
void slug_tidy(struct buf *b);

struct printed {
	struct buf text; /* buf_init by template_execute; printed_release */
	struct {
		VEC(struct origin_span);
	} spans;
	bool random; /* a random or time function was called */
};

struct template_set;
/* What went wrong, whole: struct err cuts long texts. */
struct template_error {
	const char *text;
	const char *name; /* of the template; line and column as Go counts them */
	unsigned line, column;
	origin_id origin; /* of the action that the text names first */
};

struct template_set *template_set_new(struct run *run, struct arena *a,
				      const struct template_options *options);
/*
 * Parse a file's text, which outlives the set, under the name CHART/templates/FILE; `origin` is
 * that of its first byte. On failure the message is Helm's ("parse error at (…): …").
 */
int template_parse(struct template_set *set, const char *name, const char *text, size_t len,
		   origin_id origin, struct err *err);
/* The same for a text that was made, with the origins of its pieces. */
int template_parse_made(struct template_set *set, const char *name, const char *text, size_t len,
			const struct origin_span *spans, size_t count, struct err *err);
/* Execute one with `dot`; "<no value>" is taken out as Helm does. */
int template_execute(struct template_set *set, const char *name, struct value dot,
		     struct printed *out, struct err *err);
void printed_release(struct printed *p);
const struct template_error *template_last_error(const struct template_set *set);

/* --- Helm's objects ------------------------------------------------------------------------- */

struct helm_file {
	const char *name;
	const char *text;
	size_t len;
	origin_id origin;
};
/* .Files */
struct value value_files(struct arena *a, const struct helm_file *files, size_t count);
/* .Chart: Chart.yaml's tree (checked by the caller; dependencies of a v1 chart moved in). */
struct value value_chart(struct arena *a, const struct node *metadata, bool is_root);
struct capabilities {
	const char *version, *major, *minor; /* "v1.36.3", "1", "36" */
	const char *const *api_versions;
	size_t api_version_count;
	const char *helm_version, *git_commit, *git_tree_state, *go_version;
	bool helm4;
};
/* .Capabilities */
struct value value_capabilities(struct arena *a, const struct capabilities *from);

/* Calls `fn` for every entry below `values` that no template read, with its dotted path. */
void values_unread(struct value values, void (*fn)(void *data, const char *path, origin_id origin),
		   void *data);

#endif
