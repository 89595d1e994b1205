#include "validate/cluster/kubeconfig.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/base64.h"
#include "base/limits.h"
#include "render/yaml/yaml.h"

#define SERVICE_ACCOUNT "/var/run/secrets/kubernetes.io/serviceaccount"

enum { KUBECONFIG_BYTES = 8 << 20 };

struct config_file {
	const char *path;
	const struct node *root;
};

struct loader {
	struct run *run;
	struct arena *a;
	const struct cluster_options *options;
	struct kubeconfig *out;
	struct {
		VEC(struct config_file);
	} files;
	struct err *err;
};

/* The text of a file, in `a`; NULL with err. ERR_NOT_FOUND where there is none. */
static char *read_file(struct arena *a, const char *path, size_t *len, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	size_t size;
	char *text;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0) {
		err_raise(err, errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO, NO_POS,
			  "%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	size = st.st_size < KUBECONFIG_BYTES ? (size_t)st.st_size + 4096 : KUBECONFIG_BYTES;
	text = arena_alloc(a, size); /* a pipe has no size of its own: the slack is for it */
	*len = 0;
	while ((n = read(fd, text + *len, size - 1 - *len)) > 0)
		*len += (size_t)n;
	close(fd);
	text[*len] = 0;
	if (n < 0) {
		err_raise(err, ERR_IO, NO_POS, "%s: cannot be read", path);
		return NULL;
	}
	return text;
}

/* Parse one file; its text never shows in a message, for it holds credentials. */
static int add_file(struct loader *l, const char *path, bool required)
{
	struct err err = ERR_INIT;
	struct node *root = NULL;
	size_t len;
	char *text = read_file(l->a, path, &len, &err);

	if (!text && err.code == ERR_NOT_FOUND && !required)
		return 0;
	if (!text)
		return err_raise(l->err, err.code, NO_POS, "kubeconfig %s", err.msg);
	if (yaml_read_one(l->run, l->a, YAML_SIGS, path, text, len, 0, &root, &err) < 0)
		return err_raise(l->err, ERR_INPUT, ((struct pos){ path, err.line, err.column }),
				 "the kubeconfig is not valid YAML");
	if (root && !node_is_null(root) && !node_is(root, NODE_MAP))
		return err_raise(l->err, ERR_INPUT, ((struct pos){ path, 1, 1 }),
				 "the kubeconfig is no mapping");
	if (root)
		*vec_push(l->a, &l->files) = (struct config_file){ path, root };
	return 0;
}

static const char *default_path(struct arena *a)
{
	const char *home = getenv("HOME");

	return home && *home ? arena_printf(a, "%s/.kube/config", home) : NULL;
}

static int add_files(struct loader *l)
{
	const char *list = l->options->kubeconfig, *path;
	size_t len;

	if (list && *list)
		return add_file(l, list, true);
	list = getenv("KUBECONFIG");
	if (!list || !*list) {
		path = default_path(l->a);
		return path ? add_file(l, path, false) : 0;
	}
	for (; *list; list += len + (list[len] == ':')) {
		len = strcspn(list, ":");
		if (len && add_file(l, arena_memdup(l->a, list, len), false) < 0)
			return -1;
	}
	return 0;
}

/* The first entry `name` of a list of all files ("clusters", "cluster"); NULL when there is none.
 */
static const struct node *find(struct loader *l, const char *list, const char *inner,
			       const char *name, const char **file)
{
	size_t i;
	uint32_t k;

	for (i = 0; i < l->files.count; i++) {
		const struct node *entries = node_get(l->files.items[i].root, list);

		for (k = 0; node_is(entries, NODE_SEQ) && k < entries->len; k++) {
			const char *text = node_text(node_get(entries->items[k], "name"));

			if (!text || strcmp(text, name) != 0)
				continue;
			*file = l->files.items[i].path;
			return node_get(entries->items[k], inner);
		}
	}
	return NULL;
}

/* A path of a kubeconfig is relative to it. */
static const char *path_of(struct loader *l, const char *file, const char *path)
{
	const char *slash = strrchr(file, '/');

	if (*path == '/' || !slash)
		return path;
	return arena_printf(l->a, "%.*s/%s", (int)(slash - file), file, path);
}

static const char *text_of(const struct node *map, const char *key)
{
	const char *text = node_text(node_get(map, key));

	return text && *text && !node_is_null(node_get(map, key)) ? text : NULL;
}

/* `key`-data decoded, or `key` as a path. */
static int data_or_file(struct loader *l, const struct node *map, const char *key, const char *file,
			const char **path, const char **pem, size_t *pem_len)
{
	char name[64];
	const char *data;
	struct buf out;
	bool good;

	snprintf(name, sizeof(name), "%s-data", key);
	data = text_of(map, name);
	if (!data) {
		data = text_of(map, key);
		*path = data ? path_of(l, file, data) : NULL;
		return 0;
	}
	buf_init(&out, 0);
	good = base64_decode(&out, data, strlen(data));
	*pem = buf_dup(&out, l->a);
	*pem_len = out.len;
	buf_release(&out);
	if (!good)
		return err_raise(l->err, ERR_INPUT, ((struct pos){ file, 0, 0 }),
				 "%s is not base64", name);
	return 0;
}

static int load_cluster(struct loader *l)
{
	struct kubeconfig *k = l->out;
	const struct node *cluster = NULL;
	const char *file = "";

	if (*k->cluster) {
		cluster = find(l, "clusters", "cluster", k->cluster, &file);
		if (!cluster && !l->options->server)
			return err_raise(l->err, ERR_NOT_FOUND, NO_POS,
					 "cluster '%s' of context '%s' is in no kubeconfig",
					 k->cluster, k->context);
	}
	k->server = text_of(cluster, "server");
	k->proxy_url = text_of(cluster, "proxy-url");
	k->tls_server_name = text_of(cluster, "tls-server-name");
	k->insecure = node_true(node_get(cluster, "insecure-skip-tls-verify"));
	k->disable_compression = node_true(node_get(cluster, "disable-compression"));
	return data_or_file(l, cluster, "certificate-authority", file, &k->ca_file, &k->ca_pem,
			    &k->ca_pem_len);
}

static const struct node *exec_extension(struct loader *l)
{
	const char *file;
	const struct node *cluster = find(l, "clusters", "cluster", l->out->cluster, &file), *list;
	uint32_t i;

	list = node_get(cluster, "extensions");
	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *name = text_of(list->items[i], "name");

		if (name && !strcmp(name, "client.authentication.k8s.io/exec"))
			return node_get(list->items[i], "extension");
	}
	return NULL;
}

static int load_exec(struct loader *l, const struct node *exec, const char *file)
{
	struct exec_plugin *plugin = arena_new(l->a, struct exec_plugin);
	const struct node *args = node_get(exec, "args"), *env = node_get(exec, "env");
	uint32_t count = node_is(args, NODE_SEQ) ? args->len : 0, i;
	const char **list = arena_array(l->a, count + 2, const char *);

	plugin->command = text_of(exec, "command");
	if (!plugin->command)
		return err_raise(l->err, ERR_INPUT, ((struct pos){ file, 0, 0 }),
				 "user '%s': exec has no command", l->out->user);
	if (strchr(plugin->command, '/'))
		plugin->command = path_of(l, file, plugin->command);
	plugin->api_version = text_of(exec, "apiVersion");
	plugin->interactive = text_of(exec, "interactiveMode");
	plugin->install_hint = text_of(exec, "installHint");
	plugin->provide_cluster_info = node_true(node_get(exec, "provideClusterInfo"));
	plugin->cluster_extension = exec_extension(l);
	list[0] = plugin->command;
	for (i = 0; i < count; i++)
		list[i + 1] = node_text(args->items[i]) ? node_text(args->items[i]) : "";
	plugin->argv = list;
	count = node_is(env, NODE_SEQ) ? env->len : 0;
	list = arena_array(l->a, count + 1, const char *);
	for (i = 0; i < count; i++)
		list[i] = arena_printf(
			l->a, "%s=%s",
			text_of(env->items[i], "name") ? text_of(env->items[i], "name") : "",
			node_text(node_get(env->items[i], "value"))
				? node_text(node_get(env->items[i], "value"))
				: "");
	plugin->env = list;
	l->out->exec = plugin;
	return 0;
}

static int load_user(struct loader *l)
{
	struct kubeconfig *k = l->out;
	const struct node *user = NULL;
	const char *file = "";

	if (*k->user) {
		user = find(l, "users", "user", k->user, &file);
		if (!user)
			return err_raise(l->err, ERR_NOT_FOUND, NO_POS,
					 "user '%s' of context '%s' is in no kubeconfig", k->user,
					 k->context);
		k->file = file;
	}
	k->token = text_of(user, "token");
	k->token_file = text_of(user, "tokenFile");
	k->token_file = k->token_file ? path_of(l, file, k->token_file) : NULL;
	k->username = text_of(user, "username");
	k->password = text_of(user, "password");
	if (impersonation_load(l->a, l->options, user, k, l->err) < 0)
		return -1;
	if (node_is(node_get(user, "auth-provider"), NODE_MAP))
		return err_raise(l->err, ERR_UNSUPPORTED, ((struct pos){ file, 0, 0 }),
				 "user '%s' has an auth-provider, which kubectl dropped in 1.26: "
				 "use an exec plugin",
				 k->user);
	if (node_is(node_get(user, "exec"), NODE_MAP) &&
	    load_exec(l, node_get(user, "exec"), file) < 0)
		return -1;
	if (data_or_file(l, user, "client-certificate", file, &k->cert_file, &k->cert_pem,
			 &k->cert_pem_len) < 0)
		return -1;
	return data_or_file(l, user, "client-key", file, &k->key_file, &k->key_pem,
			    &k->key_pem_len);
}

/* Go's durations ("1m30s") and bare seconds; -1 when it is neither. */
static long parse_timeout(const char *text)
{
	double total = 0;

	while (*text) {
		char *end;
		double value = strtod(text, &end);

		if (end == text || value < 0)
			return -1;
		if (!strncmp(end, "ms", 2)) {
			total += value;
			end += 2;
		} else {
			total += value * (*end == 'h' ? 3600e3 : *end == 'm' ? 60e3 : 1e3);
			if (*end && !strchr("hms", *end))
				return -1;
			end += *end != 0;
		}
		text = end;
	}
	return total > (double)INT_MAX ? INT_MAX : (long)total;
}

static int apply_flags(struct loader *l)
{
	const struct cluster_options *o = l->options;
	struct kubeconfig *k = l->out;

	k->server = o->server ? o->server : k->server;
	k->proxy_url = o->proxy_url ? o->proxy_url : k->proxy_url;
	k->tls_server_name = o->tls_server_name ? o->tls_server_name : k->tls_server_name;
	k->insecure |= o->insecure_skip_tls_verify;
	if (o->certificate_authority) {
		k->ca_file = o->certificate_authority;
		k->ca_pem = NULL;
	}
	if (o->client_certificate) {
		k->cert_file = o->client_certificate;
		k->cert_pem = NULL;
	}
	if (o->client_key) {
		k->key_file = o->client_key;
		k->key_pem = NULL;
	}
	if (o->token || o->username) {
		k->token = o->token;
		k->token_file = NULL;
		k->exec = NULL;
		k->username = o->token ? NULL : o->username;
		k->password = o->token ? NULL : o->password;
	}
	if (!k->server || !*k->server)
		return err_raise(l->err, ERR_NOT_FOUND, NO_POS,
				 "cluster '%s' of context '%s' has no server", k->cluster,
				 k->context);
	if (!strstr(k->server, "://"))
		k->server =
			arena_printf(l->a, "http%s://%s",
				     k->ca_file || k->ca_pem || k->insecure ? "s" : "", k->server);
	k->timeout_ms = o->request_timeout ? parse_timeout(o->request_timeout) : 0;
	if (k->timeout_ms < 0)
		return err_raise(l->err, ERR_USAGE, NO_POS,
				 "--request-timeout '%s' is no duration such as 30s or 1m",
				 o->request_timeout);
	return 0;
}

/* An OpenSSL that meets an encrypted key would ask on the terminal; kubectl refuses it too. */
static int check_key(struct loader *l)
{
	struct kubeconfig *k = l->out;
	struct err err = ERR_INIT;
	const char *pem = k->key_pem;
	size_t len = k->key_pem_len;

	if (!pem && k->key_file)
		pem = read_file(l->a, k->key_file, &len, &err);
	if (k->key_file && !k->key_pem && !pem)
		return err_raise(l->err, err.code, NO_POS, "client key of user '%s': %s", k->user,
				 err.msg);
	if (pem && memmem(pem, len, "ENCRYPTED", 9))
		return err_raise(l->err, ERR_UNSUPPORTED, NO_POS,
				 "the client key of user '%s' is encrypted; decrypt it with "
				 "'openssl pkey', kubectl can't use it either",
				 k->user);
	return 0;
}

static bool in_pod(void)
{
	const char *host = getenv("KUBERNETES_SERVICE_HOST"),
		   *port = getenv("KUBERNETES_SERVICE_PORT");

	return host && *host && port && *port && !access(SERVICE_ACCOUNT "/token", R_OK);
}

static int load_pod(struct loader *l)
{
	const char *host = getenv("KUBERNETES_SERVICE_HOST");
	struct kubeconfig *k = l->out;
	struct err err = ERR_INIT;
	size_t len;

	k->context = "in-cluster";
	k->file = SERVICE_ACCOUNT;
	k->server =
		arena_printf(l->a, host && strchr(host, ':') ? "https://[%s]:%s" : "https://%s:%s",
			     host, getenv("KUBERNETES_SERVICE_PORT"));
	k->ca_file = SERVICE_ACCOUNT "/ca.crt";
	k->token_file = SERVICE_ACCOUNT "/token";
	if (!*k->ns)
		k->ns = read_file(l->a, SERVICE_ACCOUNT "/namespace", &len, &err);
	k->ns = k->ns ? k->ns : "default";
	if (impersonation_load(l->a, l->options, NULL, k, l->err) < 0)
		return -1;
	return apply_flags(l);
}

static void choose_context(struct loader *l)
{
	struct kubeconfig *k = l->out;
	size_t i;

	k->context = l->options->context ? l->options->context : "";
	for (i = 0; !*k->context && i < l->files.count; i++) {
		const char *current = text_of(l->files.items[i].root, "current-context");

		k->context = current ? current : "";
	}
}

/* "; there is a, b and more"; "" where there is none. */
static const char *list_contexts(struct loader *l)
{
	enum { SHOWN = 8 };
	struct buf out;
	const char *text;
	unsigned count = 0;
	size_t i;
	uint32_t k;

	buf_init(&out, 0);
	for (i = 0; i < l->files.count; i++) {
		const struct node *entries = node_get(l->files.items[i].root, "contexts");

		for (k = 0; node_is(entries, NODE_SEQ) && k < entries->len; k++) {
			text = node_text(node_get(entries->items[k], "name"));
			if (text && count++ < SHOWN)
				buf_printf(&out, "%s'%s'", out.len ? ", " : "; there is ", text);
		}
	}
	if (count > SHOWN)
		buf_str(&out, " and more");
	text = buf_dup(&out, l->a);
	buf_release(&out);
	return text;
}

static int load_context(struct loader *l)
{
	struct kubeconfig *k = l->out;
	const struct node *context = NULL;
	const char *file = "", *named = getenv("KUBECONFIG");

	if (*k->context) {
		context = find(l, "contexts", "context", k->context, &file);
		if (!context)
			return err_raise(l->err, ERR_NOT_FOUND, NO_POS,
					 "context '%s' is in no kubeconfig (%s)%s", k->context,
					 l->files.count ? l->files.items[0].path : "there is none",
					 list_contexts(l));
		k->file = file;
	}
	k->cluster = l->options->cluster ? l->options->cluster : text_of(context, "cluster");
	k->cluster = k->cluster ? k->cluster : "";
	k->user = l->options->user ? l->options->user : text_of(context, "user");
	k->user = k->user ? k->user : "";
	if (!*k->ns && text_of(context, "namespace"))
		k->ns = text_of(context, "namespace");
	if (!*k->ns)
		k->ns = "default";
	if (!*k->cluster && !l->options->server && !l->files.count && named && *named)
		return err_raise(l->err, ERR_NOT_FOUND, NO_POS,
				 "no file that KUBECONFIG names is there: %s (--offline asks no "
				 "cluster)",
				 named);
	if (!*k->cluster && !l->options->server && !l->files.count)
		return err_raise(l->err, ERR_NOT_FOUND, NO_POS,
				 "there is no kubeconfig: --kubeconfig or KUBECONFIG names one, "
				 "else it is ~/.kube/config");
	if (!*k->cluster && !l->options->server)
		return err_raise(l->err, ERR_NOT_FOUND, NO_POS,
				 "the kubeconfig has no current context; name one with --context%s",
				 list_contexts(l));
	return 0;
}

/* A kubeconfig of the repository could name any program. */
static void judge_exec(struct loader *l)
{
	const char *root = l->options->forbidden_root;
	char own[PATH_MAX], file[PATH_MAX];
	size_t len;

	if (!l->out->exec || !root || !realpath(root, own) || !realpath(l->out->file, file))
		return;
	len = strlen(own);
	if (!strncmp(file, own, len) && (file[len] == '/' || !file[len]))
		l->out->exec_refused = "its kubeconfig lies in the work tree, and what a "
				       "repository holds runs nothing";
}

int kubeconfig_load(struct run *run, struct arena *a, const struct cluster_options *options,
		    struct kubeconfig *out, struct err *err)
{
	struct loader l = { .run = run, .a = a, .options = options, .out = out, .err = err };

	*out = (struct kubeconfig){ .file = "", .context = "", .cluster = "", .user = "" };
	out->ns = options->ns ? options->ns : "";
	if (add_files(&l) < 0)
		return -1;
	choose_context(&l);
	if (!l.files.count && !options->server && in_pod())
		return load_pod(&l);
	if (load_context(&l) < 0 || load_cluster(&l) < 0 || load_user(&l) < 0 ||
	    apply_flags(&l) < 0 || check_key(&l) < 0)
		return -1;
	judge_exec(&l);
	return 0;
}

const char *kubeconfig_name(struct arena *a, const struct kubeconfig *k)
{
	if (!*k->user)
		return arena_printf(a, "context '%s'", k->context);
	return arena_printf(a, "context '%s' (user '%s' of %s)", k->context, k->user, k->file);
}

bool cluster_configured(const struct cluster_options *options)
{
	struct arena a = ARENA_INIT;
	const char *path = options->kubeconfig, *env = getenv("KUBECONFIG");
	bool found = (path && *path) || options->server || options->context || in_pod();

	if (!found && env && *env)
		found = true;
	path = default_path(&a);
	found = found || (path && !access(path, R_OK));
	arena_release(&a);
	return found;
}
