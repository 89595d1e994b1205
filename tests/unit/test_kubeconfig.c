/* kubeconfigs as kubectl, kind and Minikube write them, merged and overridden by flags. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/run.h"
#include "tests/unit/unit.h"
#include "validate/cluster/kubeconfig.h"

static char folder[64];

static void put(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	ck_assert(f != NULL);
	fputs(text, f);
	fclose(f);
}

static const char one[] =
	"apiVersion: v1\nkind: Config\ncurrent-context: kind-dev\n"
	"clusters:\n- name: kind-dev\n  cluster: {server: 'https://127.0.0.1:6443', "
	"certificate-authority-data: Y2E=}\n"
	"contexts:\n- name: kind-dev\n  context: {cluster: kind-dev, user: kind-dev}\n"
	"- name: team\n  context: {cluster: kind-dev, user: tokens, namespace: team}\n"
	"- name: broken\n  context: {cluster: nowhere, user: tokens}\n"
	"users:\n- name: kind-dev\n  user: {client-certificate-data: Y2VydA==, client-key-data: "
	"a2V5}\n"
	"- name: tokens\n  user: {token: abc, tokenFile: token, as: bob, as-groups: [a, b], "
	"as-user-extra: {scopes: [x]}}\n";
/* Minikube writes files and an extension; the first file wins where both name something */
static const char two[] =
	"current-context: minikube\n"
	"clusters:\n- name: minikube\n  cluster:\n    certificate-authority: ca.crt\n"
	"    extensions:\n    - {name: cluster_info, extension: {provider: minikube.sigs.k8s.io}}\n"
	"    server: https://192.168.49.2:8443\n    proxy-url: socks5://localhost:1080\n"
	"    tls-server-name: minikube\n"
	"- name: kind-dev\n  cluster: {server: 'https://other'}\n"
	"contexts:\n- name: minikube\n  context: {cluster: minikube, namespace: default, user: "
	"minikube}\n"
	"users:\n- name: minikube\n  user: {client-certificate: client.crt, client-key: "
	"client.key}\n";

static const struct {
	const char *context;
	const char *server, *ns, *user, *token, *proxy, *name;
	unsigned impersonate;
	const char *error;
} contexts[] = {
	{ NULL, "https://127.0.0.1:6443", "default", "kind-dev", NULL, NULL, NULL, 0, NULL },
	{ "team", "https://127.0.0.1:6443", "team", "tokens", "abc", NULL, NULL, 4, NULL },
	{ "minikube", "https://192.168.49.2:8443", "default", "minikube", NULL,
	  "socks5://localhost:1080", "minikube", 0, NULL },
	{ "broken", NULL, NULL, NULL, NULL, NULL, NULL, 0, "nowhere" },
	{ "none", NULL, NULL, NULL, NULL, NULL, NULL, 0, "context 'none' is in no kubeconfig" },
};

START_TEST(resolves_contexts)
{
	struct cluster_options options = { .context = contexts[_i].context };
	struct kubeconfig k = { 0 };
	struct err err = ERR_INIT;
	char list[300];
	struct run run;
	int rc;

	run_init(&run);
	snprintf(list, sizeof(list), "%s/one:%s/missing:%s/two", folder, folder, folder);
	setenv("KUBECONFIG", list, 1);
	rc = kubeconfig_load(&run, &run.arena, &options, &k, &err);
	if (contexts[_i].error) {
		ck_assert_int_eq(rc, -1);
		ck_assert_msg(strstr(err.msg, contexts[_i].error) != NULL, "%s", err.msg);
	} else {
		ck_assert_msg(rc == 0, "%s", err.msg);
		ck_assert_str_eq(k.server, contexts[_i].server);
		ck_assert_str_eq(k.ns, contexts[_i].ns);
		ck_assert_str_eq(k.user, contexts[_i].user);
		ck_assert_pstr_eq(k.token, contexts[_i].token);
		ck_assert_pstr_eq(k.proxy_url, contexts[_i].proxy);
		ck_assert_pstr_eq(k.tls_server_name, contexts[_i].name);
		ck_assert_uint_eq(k.impersonate.count, contexts[_i].impersonate);
		ck_assert(strstr(kubeconfig_name(&run.arena, &k), contexts[_i].user) != NULL);
	}
	run_release(&run);
}
END_TEST

START_TEST(flags_win)
{
	struct cluster_options options = { .server = "https://flag",
					   .token = "t",
					   .ns = "n",
					   .as = "root",
					   .proxy_url = "http://p:1" };
	struct kubeconfig k = { 0 };
	struct err err = ERR_INIT;
	char path[100];
	struct run run;

	run_init(&run);
	snprintf(path, sizeof(path), "%s/two", folder);
	options.kubeconfig = path;
	ck_assert_msg(!kubeconfig_load(&run, &run.arena, &options, &k, &err), "%s", err.msg);
	ck_assert_str_eq(k.server, "https://flag");
	ck_assert_str_eq(k.token, "t");
	ck_assert_str_eq(k.ns, "n");
	ck_assert_str_eq(k.proxy_url, "http://p:1");
	ck_assert_uint_eq(k.impersonate.count, 1);
	ck_assert_str_eq(k.impersonate.items[0], "Impersonate-User: root");
	run_release(&run);
}
END_TEST

static void make_files(void)
{
	snprintf(folder, sizeof(folder), "/tmp/kubeconfig-XXXXXX");
	ck_assert(mkdtemp(folder) != NULL);
	put("one", one);
	put("two", two);
	put("ca.crt", "ca");
	put("client.crt", "cert");
	put("client.key", "key");
	put("token", "abc");
}

static void remove_files(void)
{
	static const char *const names[] = { "one",	   "two",	 "ca.crt",
					     "client.crt", "client.key", "token" };
	char path[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

SUITE(kubeconfig)
{
	Suite *s = suite_create("kubeconfig");
	TCase *tc = tcase_create("kubeconfig");

	tcase_add_unchecked_fixture(tc, make_files, remove_files);
	tcase_add_loop_test(tc, resolves_contexts, 0, ARRAY_SIZE(contexts));
	tcase_add_test(tc, flags_win);
	suite_add_tcase(s, tc);
	return s;
}
