/*
 * internal: what the files of render/swarm share.
 *
 * A loader reads one stack. Trees that it makes are its own copies; each value keeps the origin of
 * what it was written as, and of the variable that it came from.
 */
#ifndef RENDER_SWARM_INTERNAL_H
#define RENDER_SWARM_INTERNAL_H
#include "render/swarm/swarm.h"

enum {
	STACK_INCLUDES = 64, /* files that one stack may include or extend */
	STACK_PORTS = 4096,  /* that one short form may stand for */
};

struct loader {
	struct run *run;
	struct arena *arena;
	struct view *view;
	struct stack_model *model;
	unsigned files; /* read through include and extends */
	struct err *err;
};

/* Where a file's paths and variables are looked up. */
struct project {
	const char *dir;   /* "" for the root */
	struct node *env;  /* name → string */
	const char *shown; /* where variables are looked for, for messages */
	bool composed;	   /* docker compose reads its files, and docker stack what that prints */
};

/* Add a note. */
void stack_note(struct loader *l, enum stack_severity severity, const char *rule, origin_id origin,
		const char *fmt, ...) PRINTF_LIKE(5, 6);
struct pos stack_pos(const struct loader *l, const struct node *n);

/* ---- reading (load.c, extends.c) ---- */

/* One file and all that it includes, normalised, or NULL. */
struct node *load_file(struct loader *l, const struct project *p, const char *path,
		       struct err *err);
/* A service with what it extends; `all` are the services of its file, not yet normalised. */
struct node *load_service(struct loader *l, const struct project *p, const struct node *all,
			  const char *file, const char *name, unsigned depth, struct err *err);
/* The file's tree with its variables filled in. */
const struct node *read_interpolated(struct loader *l, const struct project *p, const char *path,
				     struct err *err);

/* ---- variables (interpolate.c, template.c, env.c) ---- */

/* A copy of `n` with variables filled in; NULL when a reference is malformed or required. */
struct node *interpolate(struct loader *l, const struct project *p, const struct node *n,
			 struct err *err);
/* A text's variables as docker stack fills them in; *origin is the last one's, 0 for none. */
int template_fill(struct loader *l, const struct project *p, const struct node *at, struct buf *out,
		  origin_id *origin, struct err *err);
/* The variables of a .env file, quotes undone, into p->env; those that are there stay. */
int env_read_dotenv(struct loader *l, struct project *p, const char *path, struct err *err);
/* The same of a text, whose first byte is at `origin`. */
void env_read_text(struct loader *l, struct project *p, const char *text, size_t size,
		   origin_id origin);
/* The lines of an env_file, as docker stack deploy takes them: no quotes. */
int env_read_file(struct loader *l, const struct project *p, const struct node *at,
		  const char *path, struct node *into);

/* ---- long forms (normalise.c, service.c, ports.c, mounts.c) ---- */

/* Services, networks, volumes, secrets and configs with every short form written out. */
struct node *normalise(struct loader *l, const struct project *p, const struct node *root);
struct node *normalise_service(struct loader *l, const struct project *p, const struct node *n);
/* A list of {target, published, protocol, mode}. */
struct node *normalise_ports(struct loader *l, const struct node *list);
/* A list of {type, source, target, read_only…}. */
struct node *normalise_mounts(struct loader *l, const struct project *p, const struct node *list);

/* `over` on `base`, as docker stack deploy merges its -c files. `base` is changed. */
void merge_stack_files(struct loader *l, struct node *base, const struct node *over);
/* The same as docker compose does. */
void merge_files(struct loader *l, struct node *base, const struct node *over);
void merge_service(struct loader *l, struct node *base, const struct node *over);

/* ---- values (values.c) ---- */

/* A scalar as Go's fmt prints what YAML gives; "" for null. */
const char *scalar_text(struct arena *a, const struct node *n);
bool scalar_int(const struct node *n, int64_t *out);
/* "50M" in bytes. */
bool scalar_bytes(const char *text, int64_t *out);
/* "0.5" CPUs in billionths. */
bool scalar_cpus(const char *text, int64_t *out);
/* A command line in words; a list of strings with `at`'s origin. NULL: a quote is open. */
struct node *scalar_words(struct arena *a, const struct node *at);
/* A string of `text` that came from `at`. */
struct node *text_at(struct arena *a, const char *text, const struct node *at);
struct node *int_at(struct arena *a, int64_t value, const struct node *at);

/* ---- conversion (convert.c, service_spec.c, task_spec.c) ---- */

struct converter {
	struct loader *l;
	struct arena *arena;
	const struct stack *stack;
	const struct node *merged;
	const char *name; /* of the service that is converted */
};
/* Set a key where there is a value that is no empty list or mapping. */
void put(struct converter *c, struct node *map, const char *key, struct node *value);
/* The labels of an object of this stack. */
struct node *stack_labels(struct converter *c, const struct node *labels, const struct node *at);
/* The name in the swarm: what its own `name:` says, else stack_KEY. */
const char *scoped_name(struct converter *c, const char *key, const struct node *definition);
bool is_external(const struct node *definition);
struct node *service_spec(struct converter *c, const char *key, const struct node *service);
struct node *task_spec(struct converter *c, const char *key, const struct node *service);
struct node *mount_list(struct converter *c, const struct node *list);
/* A duration's nanoseconds, or NULL with a note. */
struct node *nanoseconds(struct converter *c, const struct node *n);

#endif
