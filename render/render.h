/*
 * render: a path of a view into the objects that it stands for.
 *
 * The table of renderers in render/render.c (kustomize, helm, swarm, plain; tried in that order)
 * is the only place where they meet. What a render makes lives in the app arena that its caller
 * passes; trees that a reader made may be shared with the view. What a render needs of a cluster
 * (Helm's lookup, Flux's substituteFrom) its caller passes in as a function.
 */
#ifndef RENDER_RENDER_H
#define RENDER_RENDER_H
#include "base/buf.h"
#include "base/node.h"
#include "render/view.h"

/* One Kubernetes object. Strings belong to its tree or to the arena; "" where there is none. */
struct object {
	const struct node *root;
	const char *api_version, *group, *version, *kind;
	const char *ns, *name; /* metadata's; ns is "" when unset */
	const char *file;      /* of the document that it came from, for messages */
	const char *digest;    /* of its tree (render/cache.h), where a cache knew it; NULL */
	bool hook;	       /* a Helm or Argo CD hook or test: listed apart, never a change */
	bool random;	       /* holds a value that is new at each render */
	bool unchecked;	       /* validation knows no schema for it */
	bool later; /* a cache is still reading it: nothing else of it counts yet (cache_settle) */
	bool implied; /* made by its engine where it is missing, and then left alone: a namespace */
};
struct objects {
	VEC(struct object);
};
/* Whether two sides have the very same objects, not only equal ones; NULL has none. */
static inline bool objects_are_one(const struct objects *one, const struct objects *two)
{
	return one && two && one->items == two->items && one->count == two->count;
}

/* Messages that are no failure: kustomize's deprecation warnings and the like. */
enum note_kind {
	NOTE_WARNING,	/* what the original prints, or an engine would */
	NOTE_REFUSAL,	/* the engine applies nothing for it */
	NOTE_HELD,	/* the engine applies it later, by its own calendar */
	NOTE_NO_EFFECT, /* an entry that changes nothing, which the original does not tell */
	NOTE_LEFT_OUT,	/* a file that is not taken for a manifest */
	NOTE_TWICE,	/* a key that its mapping has already */
};
struct note {
	const char *text;
	origin_id origin;
	enum note_kind kind;
};
struct notes {
	VEC(struct note);
};

/* A value that the user gave to a chart, that the chart has no default for, and never looked at. */
struct unread_value {
	const char *chart;
	const char *path; /* "image.tga" */
	const char *near; /* the key beside it that was meant: "tag"; NULL */
	origin_id origin;
};
struct unread_values {
	VEC(struct unread_value);
};

/*
 * Ask the cluster for an object, or for a list when name is "". Returns 0 and *out (NULL when there
 * is none), or -1.
 */
typedef int lookup_fn(void *data, struct arena *a, const char *api_version, const char *kind,
		      const char *ns, const char *name, const struct node **out, struct err *err);

/* Ask the cluster for the objects of a kind in a namespace that a label selector selects; as above.
 */
typedef int list_fn(void *data, struct arena *a, const char *api_version, const char *kind,
		    const char *ns, const char *selector, const struct node **out, struct err *err);

/*
 * What the live cluster can do, as a chart's .Capabilities has it: {version: "v1.36.3", apis:
 * [apps/v1, apps/v1/Deployment, …]}. NULL: it does not answer.
 */
typedef const struct node *facts_fn(void *data, struct arena *a);

enum load_restrictor { LOAD_ROOT_ONLY, LOAD_NONE };

/*
 * The version of kustomize's own library that an engine is built with. With 0.20 (kustomize 5.7,
 * kustomize-controller 1.7) a replacement's targets are named to the letter, not by expressions, it
 * reaches into no YAML or JSON that a text holds, and what a chart made gets a namespace too.
 */
enum kustomize_api { KUSTOMIZE_API_0_21, KUSTOMIZE_API_0_20 };

struct value_option { /* one -f, --set… in the order of the command line */
	enum {
		VALUE_FILE,
		VALUE_SET,
		VALUE_SET_STRING,
		VALUE_SET_JSON,
		VALUE_SET_FILE,
		VALUE_SET_LITERAL,
		VALUE_TREE
	} kind;
	const char *text;
	struct view
		*view; /* where the files that it names are looked up; NULL: the app's own view */
	const char *folder; /* of that view, from which VALUE_SET_FILE's paths go; NULL: its root */
	const struct node *tree; /* VALUE_TREE: a values file's content, already read */
	const char *shown;	 /* VALUE_FILE's path as the user wrote it; NULL: as it is */
};

struct render_options {
	/* kustomize */
	const char *reorder; /* NULL, "legacy" or "none" */
	enum load_restrictor load_restrictor;
	enum kustomize_api kustomize_api;
	bool enable_helm;
	bool managed_by; /* --enable-managedby-label */
	/* For helmCharts, instead of what they say; NULL and 0: nothing. */
	const char *helm_kube_version;
	const char *const *helm_api_versions;
	size_t helm_api_version_count;
	/* Instead of the directory's kustomization: what an engine makes of it; NULL: the file. */
	const struct node *kustomization;
	/* Helm */
	const char *release_name, *ns;
	const char *name_template;	/* when there is no release_name */
	const char *kubernetes_version; /* "v1.36.3"; NULL: the newest known */
	const char *const *api_versions;
	size_t api_version_count;
	bool apis_are_all; /* api_versions are not beside Helm's own list, but in its place */
	const struct value_option *values;
	size_t value_count;
	/* In the place of the chart's own values.yaml: these, merged in order; NULL: that file. */
	const struct value_option *defaults;
	size_t default_count;
	const char *const *show_only;
	size_t show_only_count;
	bool include_crds, no_hooks, is_upgrade, helm4, skip_tests, dependency_update, skip_schemas;
	bool crds_apart, hooks_apart; /* beside a text that is wanted, as objects */
	const char *chart_metadata;   /* "+this" of the chart's version; NULL: as it is */
	int64_t revision;	      /* of the release; 0: the first */
	const char *seed;	      /* of random functions; NULL: really random */
	/* both */
	lookup_fn *lookup;
	void *lookup_data;
};

enum renderer_kind { RENDER_AUTO, RENDER_KUSTOMIZE, RENDER_HELM, RENDER_PLAIN, RENDER_SWARM };

/* A rendered app: its objects, and the text that the original tool would print for it. */
struct rendered {
	const char *renderer; /* "kustomize", "helm", "plain", "swarm" */
	const char *digest;   /* of all that follows, where a cache has it (render/cache.h); NULL */
	struct objects objects;
	struct notes notes;
	struct unread_values unread;
	struct buf text;       /* filled when asked for with want_text; see rendered_release */
	origin_id text_origin; /* of its first byte, where a renderer can tell (Helm) */
	bool want_text;
	bool text_only; /* nobody asks for the text's origins */
	/* With text_only, takes the text in pieces where a renderer can; `text` is then empty. */
	int (*print)(void *data, const struct buf *piece, struct err *err);
	void *print_data;
};

/*
 * Render `path` (a directory, or a file for plain and swarm) of `v`. Objects go to `out`, whose
 * memory is `a`'s. Fails with one error that has a position; `out` is then of no use.
 */
int render_path(struct run *run, struct arena *a, struct view *v, const char *path,
		const struct render_options *options, struct rendered *out, struct err *err);
/* "kustomize", "helm" or "plain": what a path would be rendered as; NULL: there is no such path. */
const char *render_kind(struct view *v, const char *path);
void rendered_release(struct rendered *r);

/* Fill an object's fields from its tree; -1 when apiVersion, kind or metadata are not what they
 * must be. */
int object_from_node(struct run *run, struct arena *a, const struct node *root, struct object *out,
		     struct err *err);
/* Whether one of them is the Namespace `name`. */
bool objects_make_namespace(const struct objects *all, const char *name);
/* Add a tree to `out`; a List kind (kind ends in List and has items) is unrolled. */
int objects_add(struct run *run, struct arena *a, struct objects *out, const struct node *root,
		struct err *err);

#endif
