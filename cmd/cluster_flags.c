#include "cmd/cluster_flags.h"

#define AT(field) .offset = offsetof(struct cluster_flags, field)

const struct option cluster_flag_rows[] = {
	/* by name */
	{ "as", 0, OPTION_STRING, "USER", "act as this user", AT(as) },
	{ "as-group", 0, OPTION_APPEND, "GROUP", "act as a member of this group; repeatable",
	  AT(as_groups) },
	{ "as-uid", 0, OPTION_STRING, "UID", "act as this user id", AT(as_uid) },
	{ "as-user-extra", 0, OPTION_APPEND, "KEY=VALUE", "extra of the user acted as; repeatable",
	  AT(as_user_extra) },
	{ "certificate-authority", 0, OPTION_STRING, "FILE",
	  "the authority that signs the server's certificate", AT(certificate_authority) },
	{ "client-certificate", 0, OPTION_STRING, "FILE", "the client's certificate",
	  AT(client_certificate) },
	{ "client-key", 0, OPTION_STRING, "FILE", "the key of the client's certificate",
	  AT(client_key) },
	{ "cluster", 0, OPTION_STRING, "NAME", "the kubeconfig's cluster to use", AT(cluster) },
	{ "context", 0, OPTION_APPEND, "NAME",
	  "the kubeconfig's context to use; repeatable, one target each", AT(contexts) },
	{ "insecure-skip-tls-verify", 0, OPTION_FLAG, NULL, "don't check the server's certificate",
	  AT(insecure_skip_tls_verify) },
	{ "kubeconfig", 0, OPTION_STRING, "FILE",
	  "the kubeconfig, instead of KUBECONFIG's or ~/.kube/config", AT(kubeconfig) },
	{ "namespace", 'n', OPTION_STRING, "NAME", "the namespace of objects that name none",
	  AT(ns) },
	{ "password", 0, OPTION_STRING, "TEXT", "the password of basic authentication",
	  AT(password) },
	{ "proxy-url", 0, OPTION_STRING, "URL", "the proxy to the server: http, https or socks5",
	  AT(proxy_url) },
	{ "request-timeout", 0, OPTION_STRING, "TIME",
	  "how long one request may take, such as 30s or 1m", AT(request_timeout) },
	{ "server", 's', OPTION_STRING, "URL", "the server's address", AT(server) },
	{ "tls-server-name", 0, OPTION_STRING, "NAME",
	  "the name to check the server's certificate for", AT(tls_server_name) },
	{ "token", 0, OPTION_STRING, "TEXT", "the bearer token", AT(token) },
	{ "user", 0, OPTION_STRING, "NAME", "the kubeconfig's user to use", AT(user) },
	{ "username", 0, OPTION_STRING, "NAME", "the user name of basic authentication",
	  AT(username) },
};
_Static_assert(ARRAY_SIZE(cluster_flag_rows) == CLUSTER_FLAGS, "as the header says");

static const char *const *texts(struct arena *a, const struct option_values *values)
{
	const char **list = arena_array(a, values->count + 1, const char *);
	size_t i;

	for (i = 0; i < values->count; i++)
		list[i] = values->items[i].text;
	return list;
}

struct cluster_options cluster_flags_options(struct arena *a, const struct cluster_flags *f,
					     size_t i)
{
	return (struct cluster_options){
		.kubeconfig = f->kubeconfig,
		.context = i < f->contexts.count ? f->contexts.items[i].text : NULL,
		.cluster = f->cluster,
		.user = f->user,
		.ns = f->ns,
		.server = f->server,
		.token = f->token,
		.username = f->username,
		.password = f->password,
		.certificate_authority = f->certificate_authority,
		.client_certificate = f->client_certificate,
		.client_key = f->client_key,
		.tls_server_name = f->tls_server_name,
		.as = f->as,
		.as_uid = f->as_uid,
		.as_groups = texts(a, &f->as_groups),
		.as_group_count = f->as_groups.count,
		.as_user_extra = texts(a, &f->as_user_extra),
		.as_user_extra_count = f->as_user_extra.count,
		.request_timeout = f->request_timeout,
		.proxy_url = f->proxy_url,
		.insecure_skip_tls_verify = f->insecure_skip_tls_verify,
	};
}
