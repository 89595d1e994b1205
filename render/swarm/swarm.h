/*
 * swarm: Docker Swarm stacks in git: Compose files into what `docker stack deploy` sends.
 *
 * A stack is one Compose file, or several that are merged in their order. What it makes are objects
 * of group swarm.docker.com: Network, Secret, Config and Service, named as in the swarm, each with
 * the Engine API's own spec. The files are read as docker stack deploy reads them (Compose file
 * 3.x, by docker/cli 29), and what it leaves to `docker compose config` is done too: include,
 * extends, .env, profiles. What the command would refuse or ignore is a note, so that one mistake
 * hides no other; only a text that can't be read fails.
 */
#ifndef RENDER_SWARM_SWARM_H
#define RENDER_SWARM_SWARM_H
#include "render/render.h"

#define SWARM_API "swarm.docker.com/v1"
#define SWARM_GROUP "swarm.docker.com"

/* A stack as it is found: which files, and what it is called. */
struct stack {
	const char *name;
	struct {
		VEC(const char *);
	} files;
	bool composed; /* docker stack deploy gets what docker compose config prints of them */
	/* The file of variables that is read in the place of .env; NULL: none. */
	const char *env_file, *env_text;
	size_t env_len;
};

enum stack_severity { STACK_INFO, STACK_WARNING, STACK_ERROR };
struct stack_note {
	enum stack_severity severity;
	const char *rule, *message;
	origin_id origin;
};
struct stack_file {
	const char *path;
	const char *version;	 /* what `version:` says; "" when it says nothing */
	const struct node *root; /* with its variables filled in */
	bool compose; /* has what docker compose alone understands: include, extends, name */
};
/* A stack that has been read. */
struct stack_model {
	struct {
		VEC(struct stack_file);
	} files; /* included ones too */
	struct {
		VEC(struct stack_note);
	} notes;
	struct node *merged; /* services, networks, volumes, secrets, configs; long forms only */
};

/* Whether a file of this name may be a stack. */
bool stack_file_name(const char *name);
/*
 * Whether the text of such a file is a stack's: it has services. *deployed says whether one of
 * them, or the file's name, speaks of a swarm; else it may be for docker compose alone.
 */
bool stack_is(struct run *run, struct arena *a, struct view *v, const char *path, bool *deployed);
/* Whether one such file includes the other, or extends its services. */
bool stack_takes(struct run *run, struct arena *a, struct view *v, const char *path,
		 const char *other);
/*
 * The file beside `path` whose services it only adds to, for it names no image of theirs; *at gets
 * such a service. NULL: it stands by itself.
 */
const char *stack_adds_to(struct run *run, struct arena *a, struct view *v, const char *path,
			  const struct node **at);
/*
 * What a file's stack is called: what `name:` says, else by its name (shop-stack.yml: shop), else
 * its directory's, else `fallback`.
 */
const char *stack_name(struct run *run, struct arena *a, struct view *v, const char *path,
		       const char *fallback);

/* Read and merge the files. */
int stack_load(struct run *run, struct arena *a, struct view *v, const struct stack *s,
	       struct stack_model *out, struct err *err);
/* The objects of a stack that was read; adds to its notes. */
int stack_convert(struct run *run, struct arena *a, struct view *v, const struct stack *s,
		  struct stack_model *model, struct objects *out, struct err *err);
/* Both. */
int stack_render(struct run *run, struct arena *a, struct view *v, const struct stack *s,
		 struct rendered *out, struct err *err);

#endif
