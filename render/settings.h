/*
 * settings: .gitops.yaml, the one optional file by which a repository says what discovery can't
 * know.
 *
 * Every key is a row of the tables in render/settings_keys.c: reading, checking, `config -h` and
 * the published JSON Schema (hooks/gitops.schema.json) come from them. What is not set has the
 * value that the comments say. A change is judged by its base's file, never by its own: callers
 * choose the view. Everything lives in the arena that is passed in.
 */
#ifndef RENDER_SETTINGS_H
#define RENDER_SETTINGS_H
#include "base/node.h"
#include "render/view.h"

#define SETTINGS_FILE ".gitops.yaml"

struct settings_strings {
	VEC(const char *);
};

/* A cluster: which part of the repository it takes, and how it is asked. */
struct settings_target {
	const char *name;	       /* the target's id in the plan */
	struct settings_strings paths; /* folders, entries of clusters; none: everything */
	/* what the engines call this cluster: Argo CD's destination server or name */
	struct settings_strings destinations;
	const char *context;		/* of the kubeconfig; NULL: offline unless the only one */
	int level, min_level;		/* enum settings_level; -1: the file's own */
	const char *kubernetes_version; /* NULL: the file's own */
	const char *owner;		/* plain, kubectl, kubectl-ssa; NULL: as found */
};
enum settings_level { SETTINGS_OFFLINE, SETTINGS_READ, SETTINGS_DRY_RUN };

struct settings_rule {
	const char *rule;   /* an id, or a beginning of ids and '*' */
	const char *effect; /* ignore, info, warning or error */
};

/* Differences that are not shown: objects (empty: each) and the paths of their fields. */
struct settings_ignore {
	const char *target, *group, *kind, *ns, *name; /* NULL: any; '*' stands for anything */
	struct settings_strings fields;		       /* spec.replicas, metadata.labels[app*] */
};

struct settings_report {
	const char *format, *file;
};

struct settings_budgets {
	int64_t deletions, replacements, changes; /* -1: no bound */
};

struct settings_hook { /* of a clone's hooks; git config wins, and alone counts on a server */
	int level, fail_on, on_undecided; /* -1: not set; on_undecided: 0 pass, 1 refuse */
	const char *context;
};

struct settings_gate {
	int new_only, comment, status; /* -1: not set */
};

/* A Docker Swarm stack that is deployed of several files, or of one that no name tells. */
struct settings_stack {
	const char *name;
	struct settings_strings files; /* in the order of docker stack deploy's -c; clean paths */
	int composed; /* 1: docker stack deploy gets what docker compose config prints of them */
	/* What --env-file names, in the place of .env; NULL: nothing. */
	const char *env_file, *env_text;
	size_t env_len;
};
struct settings_stacks {
	VEC(struct settings_stack);
};

struct settings_remote {
	struct settings_strings hosts; /* see render/guard.h */
};

struct settings {
	const char *file; /* NULL: there is none */
	const char *api_version, *kind;
	const char *kubernetes_version; /* NULL: the cluster's, else the newest */
	int level, min_level, fail_on;	/* -1: not set; fail_on: 0 info, 1 warning, 2 error */
	struct {
		VEC(struct settings_target);
	} targets;
	struct {
		VEC(struct settings_rule);
	} rules;
	struct {
		VEC(struct settings_ignore);
	} ignore;
	struct {
		VEC(struct settings_report);
	} reports;
	struct settings_strings no_dry_run_webhooks; /* names of admission webhooks */
	struct settings_budgets budgets;
	struct settings_hook hook;
	struct settings_gate gate;
	struct settings_remote remote;
	struct settings_stacks stacks;
};

/* What counts without a file. */
const struct settings *settings_default(void);
/* The file of a view; settings_default() when it has none. NULL when it is not what it must be. */
const struct settings *settings_load(struct run *run, struct arena *a, struct view *v,
				     struct err *err);
/* The same of a text; `origin` is that of its first byte, `file` what messages name. */
const struct settings *settings_read(struct run *run, struct arena *a, const char *file,
				     const char *text, size_t len, origin_id origin,
				     struct err *err);
/*
 * The target that an app belongs to: the one whose `paths` cover `path` best, or whose name or
 * destinations have `cluster`, as an engine calls it. Either may be "". NULL: none of them.
 */
const struct settings_target *settings_target_for(const struct settings *c, const char *cluster,
						  const char *path);
/* Text of the published JSON Schema, as a tree in `a`. */
struct node *settings_schema(struct arena *a);

/* --- the tables --- */
enum settings_type {
	SETTINGS_STRING,
	SETTINGS_CHOICE, /* int: index into choices */
	SETTINGS_WORD,	 /* const char *: one of choices */
	SETTINGS_BOOL,	 /* int: 0 or 1 */
	SETTINGS_COUNT,	 /* int64_t */
	SETTINGS_STRINGS,
	SETTINGS_SECTION, /* a mapping: its struct stands in place */
	SETTINGS_LIST,	  /* a sequence of mappings: VEC of their structs */
	SETTINGS_WORDS,	  /* a mapping of any keys to choices: VEC(struct settings_rule) */
};
struct settings_section;
struct settings_key {
	const char *name;
	enum settings_type type;
	bool required;
	size_t offset;
	const char *const *choices;
	const struct settings_section *section;
	const char *summary;
};
struct settings_section {
	const char *summary;
	const struct settings_key *keys;
	size_t count, size;
	const void *defaults; /* NULL: zeros */
};
extern const struct settings_section settings_root;

#endif
