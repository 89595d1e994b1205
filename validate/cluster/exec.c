/* Exec plugins, client.authentication.k8s.io/v1 and v1beta1. */
#include <stdlib.h>
#include <unistd.h>
#include "base/base64.h"
#include "base/json.h"
#include "base/process.h"
#include "base/rfc3339.h"
#include "validate/cluster/internal.h"

enum { EXEC_TIMEOUT_MS = 180000, EXEC_OUTPUT = 1 << 20 };

static void set_text(struct arena *a, struct node *map, const char *key, const char *value)
{
	if (value)
		node_set(a, map, key, node_str(a, value));
}

static struct node *cluster_info(struct arena *a, const struct kubeconfig *k)
{
	struct node *info = node_map(a);
	struct buf pem;

	set_text(a, info, "server", k->server);
	set_text(a, info, "tls-server-name", k->tls_server_name);
	set_text(a, info, "proxy-url", k->proxy_url);
	if (k->insecure)
		node_set(a, info, "insecure-skip-tls-verify", node_bool(a, true));
	buf_init(&pem, 0);
	if (k->ca_pem)
		base64_encode(&pem, k->ca_pem, k->ca_pem_len);
	if (pem.len)
		set_text(a, info, "certificate-authority-data", pem.text);
	buf_release(&pem);
	if (k->exec->cluster_extension)
		node_set(a, info, "config", node_copy(a, k->exec->cluster_extension));
	return info;
}

/* KUBERNETES_EXEC_INFO=…, in `a`. */
static const char *exec_info(struct arena *a, const struct kubeconfig *k, bool interactive)
{
	struct node *root = node_map(a), *spec = node_map(a);
	struct buf text;
	const char *result;

	set_text(a, root, "apiVersion", k->exec->api_version);
	set_text(a, root, "kind", "ExecCredential");
	node_set(a, root, "spec", spec);
	node_set(a, spec, "interactive", node_bool(a, interactive));
	if (k->exec->provide_cluster_info)
		node_set(a, spec, "cluster", cluster_info(a, k));
	buf_init(&text, 0);
	buf_str(&text, "KUBERNETES_EXEC_INFO=");
	json_write(&text, root, 0);
	result = buf_dup(&text, a);
	buf_release(&text);
	return result;
}

static int check_plugin(const struct kubeconfig *k, bool *interactive, struct err *err)
{
	const struct exec_plugin *e = k->exec;
	const char *mode = e->interactive ? e->interactive : "IfAvailable";

	if (k->exec_refused)
		return err_raise(err, ERR_REFUSED, NO_POS, "plugin '%s' is not run: %s", e->command,
				 k->exec_refused);
	if (!e->api_version ||
	    (strcmp(e->api_version, "client.authentication.k8s.io/v1") != 0 &&
	     strcmp(e->api_version, "client.authentication.k8s.io/v1beta1") != 0))
		return err_raise(
			err, ERR_UNSUPPORTED, NO_POS,
			"plugin '%s' speaks '%s', not client.authentication.k8s.io/v1 or v1beta1",
			e->command, e->api_version ? e->api_version : "");
	*interactive = strcmp(mode, "Never") != 0 && isatty(0);
	if (!strcmp(mode, "Always") && !*interactive)
		return err_raise(err, ERR_IO, NO_POS,
				 "plugin '%s' needs a terminal (interactiveMode: Always)",
				 e->command);
	return 0;
}

/* What it printed, as an ExecCredential. It holds credentials: no message quotes it. */
static int read_credential(struct arena *a, const struct kubeconfig *k, const struct buf *text,
			   struct exec_credential *out, struct err *err)
{
	struct err why = ERR_INIT;
	const struct node *root = json_read(a, text->text, text->len, NULL, &why);
	const struct node *status = node_get(root, "status");
	const char *api = node_get_string(root, "apiVersion"), *expires;

	if (!root)
		return err_raise(err, ERR_INPUT, NO_POS, "plugin '%s' printed no JSON",
				 k->exec->command);
	if (!api || strcmp(api, k->exec->api_version) != 0)
		return err_raise(err, ERR_INPUT, NO_POS,
				 "plugin '%s' answered in '%s', asked for was '%s'",
				 k->exec->command, api ? api : "", k->exec->api_version);
	out->token = node_get_string(status, "token");
	out->cert = node_get_string(status, "clientCertificateData");
	out->key = node_get_string(status, "clientKeyData");
	if ((!out->token || !*out->token) && !out->cert)
		return err_raise(err, ERR_INPUT, NO_POS,
				 "plugin '%s' printed neither a token nor a certificate",
				 k->exec->command);
	if (!out->cert != !out->key)
		return err_raise(err, ERR_INPUT, NO_POS,
				 "plugin '%s' printed a certificate or a key without the other",
				 k->exec->command);
	expires = node_get_string(status, "expirationTimestamp");
	out->expires = 0;
	if (expires && !rfc3339_parse(expires, &out->expires))
		return err_raise(err, ERR_INPUT, NO_POS,
				 "plugin '%s' printed the expirationTimestamp '%.40s'",
				 k->exec->command, expires);
	return 0;
}

int exec_credential(struct run *run, struct arena *a, const struct kubeconfig *k,
		    struct exec_credential *out, struct err *err)
{
	struct process_result result = { 0 };
	struct process_options options = { .argv = k->exec->argv,
					   .max_output = EXEC_OUTPUT,
					   .timeout_ms = EXEC_TIMEOUT_MS };
	size_t count = 0, i;
	const char **env;
	bool interactive = false;
	char why[256];
	int rc;

	(void)run;
	if (check_plugin(k, &interactive, err) < 0)
		return -1;
	while (k->exec->env[count])
		count++;
	env = arena_array(a, count + 2, const char *);
	for (i = 0; i < count; i++)
		env[i] = k->exec->env[i];
	env[count] = exec_info(a, k, interactive);
	options.env = env;
	options.flags = interactive ? PROCESS_TERMINAL : 0;
	rc = process_run(&options, &result, err);
	if (rc < 0)
		err_wrap(err, "%s%s%s", k->exec->command, k->exec->install_hint ? "; " : "",
			 k->exec->install_hint ? k->exec->install_hint : "");
	else if (result.status)
		rc = err_raise(err, ERR_REFUSED, NO_POS, "plugin '%s' failed: %s", k->exec->command,
			       process_complaint(&result, why, sizeof(why)));
	else
		rc = read_credential(a, k, &result.out, out, err);
	process_result_release(&result);
	return rc;
}
