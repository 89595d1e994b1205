/*
 * kubeconfig: from kubectl's files and flags to one server and one credential.
 *
 * Several files are merged as kubectl merges them: the first that names a cluster, user or context
 * wins, the first current-context wins, missing files are skipped, paths are relative to their
 * file.
 */
#ifndef VALIDATE_CLUSTER_KUBECONFIG_H
#define VALIDATE_CLUSTER_KUBECONFIG_H
#include "base/vec.h"
#include "validate/cluster/cluster.h"

struct exec_plugin {
	const char *command, *api_version, *interactive, *install_hint;
	const char *const *argv; /* NULL-terminated, command first */
	const char *const *env;	 /* NULL-terminated "NAME=value" */
	bool provide_cluster_info;
	const struct node *cluster_extension; /* client.authentication.k8s.io/exec of the cluster */
};

struct kubeconfig {
	const char *file;			   /* that the user was found in, for messages */
	const char *context, *cluster, *user, *ns; /* names, "" where there is none */
	/* the server */
	const char *server, *proxy_url, *tls_server_name;
	const char *ca_file, *ca_pem;
	size_t ca_pem_len;
	bool insecure, disable_compression;
	/* the credential */
	const char *token, *token_file, *username, *password;
	const char *cert_file, *key_file, *cert_pem, *key_pem;
	size_t cert_pem_len, key_pem_len;
	const struct exec_plugin *exec;
	const char *exec_refused; /* why the plugin may not run; NULL */
	/* impersonation: "Impersonate-…: value" headers */
	struct {
		VEC(const char *);
	} impersonate;
	long timeout_ms;
};

/* Resolve into `out`; strings in `a`. */
int kubeconfig_load(struct run *run, struct arena *a, const struct cluster_options *options,
		    struct kubeconfig *out, struct err *err);
/* Fill the headers by which a user of a kubeconfig (NULL: of none) acts as another. */
int impersonation_load(struct arena *a, const struct cluster_options *options,
		       const struct node *user, struct kubeconfig *out, struct err *err);
/* "context 'x' (user 'y' of FILE)", for messages; in `a`. */
const char *kubeconfig_name(struct arena *a, const struct kubeconfig *k);

#endif
