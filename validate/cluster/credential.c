#include <fcntl.h>
#include <unistd.h>
#include "base/base64.h"
#include "validate/cluster/internal.h"

/* A plugin whose credential is always too old is asked now and then, not for each request. */
enum { TOKEN_FILE_SECONDS = 60, EXPIRY_MARGIN = 10, PLUGIN_SECONDS = 5 };

/* Service account tokens rotate in their file. */
static int read_token_file(struct cluster *c, const char **out, struct err *err)
{
	char text[65536];
	int fd = open(c->config.token_file, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	while (len > 0 && strchr(" \n\r\t", text[len - 1]))
		len--;
	if (len <= 0)
		return err_raise(err, ERR_IO, NO_POS, "%s: token file %s %s",
				 kubeconfig_name(&c->arena, &c->config), c->config.token_file,
				 len < 0 ? "cannot be read" : "is empty");
	c->token_read = time(NULL);
	*out = arena_memdup(&c->arena, text, (size_t)len);
	explicit_bzero(text, sizeof(text));
	return 0;
}

static int run_plugin(struct cluster *c, struct exec_credential *out, struct err *err)
{
	if (exec_credential(c->run, &c->arena, &c->config, out, err) < 0)
		return err_wrap(err, "%s", kubeconfig_name(&c->arena, &c->config));
	c->token_expires = out->expires;
	c->token_read = time(NULL);
	return 0;
}

int credential_load(struct cluster *c, struct http_options *o, struct err *err)
{
	const struct kubeconfig *k = &c->config;
	struct exec_credential plugin = { 0 };

	o->cert_file = k->cert_file;
	o->key_file = k->key_file;
	o->cert_pem = k->cert_pem;
	o->cert_pem_len = k->cert_pem_len;
	o->key_pem = k->key_pem;
	o->key_pem_len = k->key_pem_len;
	o->user = k->username;
	o->password = k->password;
	o->bearer = k->token;
	if (k->token_file && read_token_file(c, &o->bearer, err) < 0)
		return -1;
	if (!k->exec || o->bearer || o->user)
		return 0;
	if (run_plugin(c, &plugin, err) < 0)
		return -1;
	o->bearer = plugin.token;
	if (plugin.cert) {
		o->cert_pem = plugin.cert;
		o->cert_pem_len = strlen(plugin.cert);
		o->key_pem = plugin.key;
		o->key_pem_len = strlen(plugin.key);
	}
	return 0;
}

bool credential_renew(void *data)
{
	struct cluster *c = data;
	struct exec_credential plugin = { 0 };
	struct err err = ERR_INIT;
	const char *token = NULL;

	if (c->config.token_file && read_token_file(c, &token, &err) == 0) {
		http_set_bearer(c->http, token);
		return true;
	}
	if (!c->config.exec || c->config.token || run_plugin(c, &plugin, &err) < 0)
		return false;
	http_set_bearer(c->http, plugin.token);
	if (plugin.cert)
		http_set_client_cert(c->http, plugin.cert, strlen(plugin.cert), plugin.key,
				     strlen(plugin.key));
	return true;
}

void credential_refresh(struct cluster *c)
{
	time_t now = time(NULL);

	if (c->config.token_file && now - c->token_read > TOKEN_FILE_SECONDS)
		credential_renew(c);
	else if (c->config.exec && c->token_expires && now > c->token_expires - EXPIRY_MARGIN &&
		 now - c->token_read > PLUGIN_SECONDS)
		credential_renew(c);
}
