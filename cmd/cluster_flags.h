/*
 * cluster_flags: kubectl's own flags for reaching a cluster, shared by the verbs that do.
 */
#ifndef CMD_CLUSTER_FLAGS_H
#define CMD_CLUSTER_FLAGS_H
#include "base/options.h"
#include "validate/cluster/cluster.h"

struct cluster_flags {
	struct option_values contexts; /* repeatable: several clusters in one run */
	struct option_values as_groups, as_user_extra;
	const char *kubeconfig, *cluster, *user, *ns, *server, *token, *username, *password;
	const char *certificate_authority, *client_certificate, *client_key, *tls_server_name;
	const char *as, *as_uid, *request_timeout, *proxy_url;
	bool insecure_skip_tls_verify;
};
extern const struct option cluster_flag_rows[];
enum { CLUSTER_FLAGS = 20 };

/* What the flags say for the i-th --context (0 too when there is none); arrays in `a`. */
struct cluster_options cluster_flags_options(struct arena *a, const struct cluster_flags *f,
					     size_t i);

#endif
