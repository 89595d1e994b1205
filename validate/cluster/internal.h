/*
 * internal: what the files of validate/cluster share.
 */
#ifndef VALIDATE_CLUSTER_INTERNAL_H
#define VALIDATE_CLUSTER_INTERNAL_H
#include <pthread.h>
#include <time.h>
#include "base/http.h"
#include "base/map.h"
#include "validate/cluster/kubeconfig.h"

enum resource_verbs {
	VERB_GET = 1 << 0,
	VERB_LIST = 1 << 1,
	VERB_CREATE = 1 << 2,
	VERB_PATCH = 1 << 3,
	VERB_DELETE = 1 << 4,
};

/* A kind that the server serves. */
struct resource {
	const char *group, *version, *kind, *plural;
	bool namespaced;
	unsigned verbs;
};

struct cluster {
	struct run *run;
	struct arena arena;
	struct cluster_options options;
	struct kubeconfig config;
	struct http *http;
	char *server; /* without a slash at its end */
	const char *version;
	struct map kinds;   /* "group/version/Kind" → struct resource */
	struct map stale;   /* "group/version" whose APIService does not answer → itself */
	struct map groups;  /* "group" → struct names of versions served, preferred first */
	struct node *facts; /* what facts.c made of the two; NULL: nothing so far */
	bool connected;
	bool connecting; /* `thread` does it; nothing else may touch the cluster until it ended */
	pthread_t thread;
	int connect_rc;
	struct err connect_err;
	time_t token_expires; /* 0: never */
	time_t token_read;    /* when a token file was last read, or a plugin last ran */
};

/* Wait for the thread that connects, where there is one. */
void cluster_connect_end(struct cluster *c);

struct versions {
	VEC(const char *);
};

/* Credentials: fill http_options before the client is made, and renew them later. */
int credential_load(struct cluster *c, struct http_options *o, struct err *err);
bool credential_renew(void *cluster);
/* Renew what has expired or may have rotated, before a request is sent. */
void credential_refresh(struct cluster *c);

/* Run an exec plugin; strings of `out` in `a`. */
struct exec_credential {
	const char *token, *cert, *key;
	time_t expires; /* 0: never */
};
int exec_credential(struct run *run, struct arena *a, const struct kubeconfig *k,
		    struct exec_credential *out, struct err *err);

/* Queue a request to a path of the server; credentials and impersonation are added. */
struct cluster_request {
	const char *method, *path, *content_type, *accept;
	const char *body;
	size_t body_len;
	const char *as_user; /* impersonate this one instead; NULL */
	bool unsafe_retry;
};
void cluster_send(struct cluster *c, const struct cluster_request *r, http_done_fn *done,
		  void *data);
/* One request, awaited. -1 without an answer; *out is the body where it is JSON, else NULL. */
int cluster_call(struct cluster *c, struct arena *a, const struct cluster_request *r, int *status,
		 struct node **out, struct err *err);
/* Several, at once; `answers` in the order of the requests, trees in `a`. */
struct cluster_answer {
	int status;
	struct node *body; /* NULL where it is no JSON */
};
int cluster_calls(struct cluster *c, struct arena *a, const struct cluster_request *requests,
		  struct cluster_answer *answers, size_t count, struct err *err);
/* The message of a Status, or the HTTP status in words; in `a`. */
const char *status_message(struct arena *a, int status, const struct node *body);
/* GROUP/VERSION/PLURAL's path: a collection's with name NULL; ns "" for all or none. In `a`. */
const char *resource_path(struct arena *a, const struct resource *r, const char *ns,
			  const char *name);
const struct resource *resource_find(struct cluster *c, const char *group, const char *version,
				     const char *kind);
/* The same in whatever version the server prefers. */
const struct resource *resource_any_version(struct cluster *c, const char *group, const char *kind);
/* The versions in which the group's kind is served, as "v1, v1beta1"; NULL when it is not. */
const char *resource_other_versions(struct arena *a, struct cluster *c, const char *group,
				    const char *kind);

#endif
