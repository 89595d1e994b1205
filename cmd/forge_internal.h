/*
 * forge_internal: what the files of forge share: the table's rows, and requests.
 */
#ifndef CMD_FORGE_INTERNAL_H
#define CMD_FORGE_INTERNAL_H
#include "base/node.h"
#include "cmd/forge.h"

/*
 * Paths are below the API's root. In them %R is the repository, %J and %S its parts before and
 * after the slash, %N the merge request, %C the commit, %I a comment, %P a page, %O the items
 * before it.
 */
struct forge_kind {
	const char *name;
	const char *api_variable,
		*api_below; /* the API's root: a variable's value, and what follows it */
	const char *api;    /* where the variable is not set */
	const char *repository_variable;
	const char *tokens[4];	  /* variables, the first that is set counts */
	const char *token_header; /* "Authorization: Bearer %s" without the value */
	const char *list,
		*items;		/* comments, 100 a page; the array's key, NULL: the answer is it */
	const char *item_below; /* where the comment is in an item; NULL: it is the item */
	const char *body, *body_below; /* a comment's text: key, and key in that */
	bool versioned;		       /* an edit names the version that it edits */
	const char *create, *edit, *edit_method;
	const char *status;
	/* code insights: one report of a commit, and its annotations; NULL: it has none */
	const char *insights, *annotations;
	bool clears_annotations; /* they are deleted before new ones are put */
	/* open requests of a fork's branch: %I is owner:branch; NULL: it is not looked for */
	const char *requests;
	const char *state_words[FORGE_STATES];
	const char *context_keys[2]; /* the status's name */
	const char *url_key;
	size_t comment_limit, description_limit;
	const char *comment_permission, *status_permission;
};

struct http;
struct forge {
	const struct forge_kind *kind;
	struct arena arena;
	struct http *http;
	const char *api, *repository, *number, *commit, *authorization, *job;
};

struct forge_post {
	const char *method, *url, *permission;
	const struct node *body; /* NULL: none */
	int status;		 /* out: of the answer, 0 without one */
};

/* A row's path with its places filled, below the API's root; in the forge's arena. */
const char *forge_url(struct forge *f, const char *path, const char *item, unsigned page);
/* Ask, and read the answer where `answer` is not NULL. What is refused says which permission. */
int forge_ask(struct forge *f, struct forge_post *p, const struct node **answer, struct err *err);

#endif
