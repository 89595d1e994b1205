/*
 * cluster: one cluster of the user's kubeconfig.
 *
 * Opening reads the kubeconfig and nothing else; the first request connects. All requests of a run
 * share one connection. Errors name the file, the context and the user, never a credential.
 */
#ifndef VALIDATE_CLUSTER_CLUSTER_H
#define VALIDATE_CLUSTER_CLUSTER_H
#include "base/node.h"
#include "base/run.h"

/* kubectl's flags, under their own names; NULL or 0 is unset. */
struct cluster_options {
	const char *kubeconfig, *context, *cluster, *user, *ns, *server;
	const char *token, *username, *password;
	const char *certificate_authority, *client_certificate, *client_key, *tls_server_name;
	const char *as, *as_uid;
	const char *const *as_groups;
	size_t as_group_count;
	const char *const *as_user_extra; /* "key=value" */
	size_t as_user_extra_count;
	const char *request_timeout; /* "30s", "1m"; "0" none */
	const char *proxy_url;
	bool insecure_skip_tls_verify;
	const char *
		forbidden_root; /* exec plugins of a kubeconfig below it don't run: the work tree */
	const volatile int *cancel; /* set by a signal handler; ends requests at once */
};

struct cluster;

/* Whether there is anything to open: a kubeconfig, --server, or a pod's service account. */
bool cluster_configured(const struct cluster_options *options);
/* The context `options` lead to, opened; NULL with err. */
struct cluster *cluster_open(struct run *run, const struct cluster_options *options,
			     struct err *err);
void cluster_free(struct cluster *c);

/* "" where it is not known (yet: the version comes with the first connection). */
const char *cluster_context(const struct cluster *c);
const char *cluster_server(const struct cluster *c);
const char *cluster_version(const struct cluster *c);
/* The namespace of objects that name none. */
const char *cluster_namespace(const struct cluster *c);
/* Ask for the version and for what kinds it serves. Once; again it does nothing. */
int cluster_connect(struct cluster *c, struct err *err);
/*
 * Begin that in the background, while the caller renders; cluster_connect then waits for it. The
 * version and lookups may be asked for only after that.
 */
void cluster_connect_start(struct cluster *c);

/* Which of these exist; neither `there` nor `absent` where the user may not know. */
struct cluster_name {
	const char *api_version, *kind, *ns, *name;
	bool there, absent;
};
int cluster_have(struct cluster *c, struct arena *a, struct cluster_name *names, size_t count,
		 struct err *err);

/* Objects by name, in whatever version is served; root NULL where one is absent or hidden. */
struct cluster_object {
	const char *group, *kind, *ns, *name;
	const struct node *root; /* in `a` */
	bool denied;		 /* the user may not read it */
};
int cluster_objects(struct cluster *c, struct arena *a, struct cluster_object *objects,
		    size_t count, struct err *err);

/* A lookup_fn of render/render.h; `data` is the cluster. */
int cluster_lookup(void *data, struct arena *a, const char *api_version, const char *kind,
		   const char *ns, const char *name, const struct node **out, struct err *err);
/* A facts_fn of render/render.h; likewise. What it finds lives as long as the cluster. */
const struct node *cluster_facts(void *data, struct arena *a);
/* A list_fn of render/render.h; likewise. */
int cluster_list(void *data, struct arena *a, const char *api_version, const char *kind,
		 const char *ns, const char *selector, const struct node **out, struct err *err);

#endif
