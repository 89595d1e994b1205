/*
 * flux1_internal: what the files of Flux v1 share: one path that is being generated.
 */
#ifndef RENDER_ENGINES_FLUX1_INTERNAL_H
#define RENDER_ENGINES_FLUX1_INTERNAL_H
#include "render/engines/flux1.h"

struct flux1 {
	struct run *run;
	struct arena *arena;
	struct view *view; /* with the templates of a chart filled in, where the path lies in one */
	const struct flux1_target *target;
	const struct render_options *options;
	const struct node *config;
	struct rendered *out;
	unsigned shells; /* sh -c that are being read */
	const char *cwd; /* where a command is run; the path itself at its beginning */
	struct {
		VEC(struct view *);
	} overlays; /* views with what commands wrote, each on the one before; freed at the end */
	struct {
		VEC(const char *);
	} written; /* the files */
};

/* Where a value stands; the file itself for NULL. */
struct pos flux1_pos(const struct flux1 *f, const struct node *n);
/* Add a render's objects and notes to what was generated, and release it. */
int flux1_take(struct flux1 *f, struct rendered *one, int rc);
/*
 * Do what a generator's command says, its objects added to f->out. As /bin/sh would, one command
 * after the other (&&, ; and lines), each with its output to a file or not; every other program
 * than those that are understood is refused by its name.
 */
int flux1_generate(struct flux1 *f, const struct node *command, struct err *err);
/* The objects from `from` on as text, added to `out` with the lines they come from, at `path`. */
struct view *flux1_with_objects(struct flux1 *f, const char *path, size_t from);
/* Obey and remove the directives that fluxd's patch left in what was generated. */
void flux1_obey_directives(struct flux1 *f);

#endif
