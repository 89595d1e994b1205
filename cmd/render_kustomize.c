#include "cmd/render_kustomize.h"
#include <stdio.h>
#include <string.h>

static const char *const restrictors[] = { "LoadRestrictionsRootOnly", "LoadRestrictionsNone",
					   NULL };

static const char *const apis[] = { "0.21", "0.20", NULL }; /* as enum kustomize_api */

#define AT(field) .offset = offsetof(struct kustomize_flags, field)
const struct option kustomize_flag_rows[KUSTOMIZE_FLAGS] = {
	{ .name = "reorder",
	  .type = OPTION_STRING,
	  .value = "ORDER",
	  AT(reorder),
	  .summary = "legacy or none; sortOptions of the kustomization says it better" },
	{ .name = "load-restrictor",
	  .type = OPTION_CHOICE,
	  .value = "WHICH",
	  .choices = restrictors,
	  AT(load_restrictor),
	  .summary = "LoadRestrictionsRootOnly (default) or LoadRestrictionsNone" },
	{ .name = "kustomize-api",
	  .type = OPTION_CHOICE,
	  .value = "VERSION",
	  .choices = apis,
	  AT(api),
	  .summary = "render as kustomize's library 0.21 (kustomize 5.8) or 0.20 (Flux, 5.7)" },
	{ .name = "enable-helm",
	  .type = OPTION_FLAG,
	  AT(enable_helm),
	  .summary = "inflate helmCharts, in this process" },
	{ .name = "helm-kube-version",
	  .type = OPTION_STRING,
	  .value = "VERSION",
	  AT(kube_version),
	  .summary = "release that helmCharts render for, instead of their kubeVersion" },
	{ .name = "helm-api-versions",
	  .type = OPTION_APPEND,
	  .value = "GROUP/VERSION",
	  AT(api_versions),
	  .summary = "API versions for helmCharts, instead of their apiVersions" },
	{ .name = "enable-managedby-label",
	  .type = OPTION_FLAG,
	  AT(managed_by),
	  .summary = "add app.kubernetes.io/managed-by, as buildMetadata's managedByLabel does" },
	{ .name = "as-current-user",
	  .type = OPTION_FLAG,
	  AT(ignored),
	  .hidden = true,
	  .summary = "says how functions run; none is" },
	{ .name = "helm-debug",
	  .type = OPTION_FLAG,
	  AT(ignored),
	  .hidden = true,
	  .summary = "helm's own messages; helm isn't run" },
	{ .name = "helm-command",
	  .type = OPTION_STRING,
	  .value = "PATH",
	  AT(helm_command),
	  .hidden = true,
	  .summary = "refused: charts are inflated in this process" },
	{ .name = "enable-exec",
	  .type = OPTION_FLAG,
	  AT(exec),
	  .hidden = true,
	  .summary = "refused: nothing that a repository names is run" },
	{ .name = "enable-alpha-plugins",
	  .type = OPTION_FLAG,
	  AT(plugins),
	  .hidden = true,
	  .summary = "refused: nothing that a repository names is run" },
	{ .name = "enable-star",
	  .type = OPTION_FLAG,
	  AT(star),
	  .hidden = true,
	  .summary = "refused: nothing that a repository names is run" },
	{ .name = "network",
	  .type = OPTION_FLAG,
	  AT(network),
	  .hidden = true,
	  .summary = "refused: functions in containers are not run" },
	{ .name = "network-name",
	  .type = OPTION_STRING,
	  .value = "NAME",
	  AT(network_name),
	  .hidden = true,
	  .summary = "refused: functions in containers are not run" },
	{ .name = "env",
	  .letter = 'e',
	  .type = OPTION_APPEND,
	  .value = "NAME=VALUE",
	  AT(env),
	  .hidden = true,
	  .summary = "refused: functions in containers are not run" },
	{ .name = "mount",
	  .type = OPTION_APPEND,
	  .value = "OPTIONS",
	  AT(mounts),
	  .hidden = true,
	  .summary = "refused: functions in containers are not run" },
};

int kustomize_flags_check(const struct kustomize_flags *flags, struct err *err)
{
	const char *plugin = flags->exec      ? "--enable-exec"
			     : flags->plugins ? "--enable-alpha-plugins"
			     : flags->star    ? "--enable-star"
					      : NULL;
	const char *function = flags->network	     ? "--network"
			       : flags->network_name ? "--network-name"
			       : flags->env.count    ? "--env"
			       : flags->mounts.count ? "--mount"
						     : NULL;

	if (plugin)
		return err_raise(err, ERR_REFUSED, NO_POS,
				 "%s: nothing that a repository names is run; commit what the "
				 "plugin makes, or use a builtin generator or transformer",
				 plugin);
	if (function)
		return err_raise(err, ERR_REFUSED, NO_POS,
				 "%s: functions in containers are not run; commit what the "
				 "function makes, or use a builtin generator or transformer",
				 function);
	if (flags->helm_command)
		return err_raise(err, ERR_REFUSED, NO_POS,
				 "--helm-command: charts are inflated in this process, by no other "
				 "program; leave it out (--helm4 renders as Helm 4 does)");
	if (flags->reorder && strcmp(flags->reorder, "legacy") && strcmp(flags->reorder, "none"))
		return err_raise(err, ERR_USAGE, NO_POS, "--reorder takes legacy or none, not '%s'",
				 flags->reorder);
	return 0;
}

void kustomize_flags_options(struct arena *a, const struct kustomize_flags *flags,
			     struct render_options *out)
{
	const char **versions = arena_array(a, flags->api_versions.count + 1, const char *);
	size_t i;

	for (i = 0; i < flags->api_versions.count; i++)
		versions[i] = flags->api_versions.items[i].text;
	out->reorder = flags->reorder;
	out->load_restrictor = (enum load_restrictor)flags->load_restrictor;
	out->kustomize_api = (enum kustomize_api)flags->api;
	out->enable_helm = flags->enable_helm;
	out->managed_by = flags->managed_by;
	out->helm_kube_version = flags->kube_version;
	out->helm_api_versions = versions;
	out->helm_api_version_count = flags->api_versions.count;
}

void kustomize_flags_warn(const struct kustomize_flags *flags)
{
	if (flags->reorder)
		fputs("Flag --reorder has been deprecated, use the new 'sortOptions' field in "
		      "kustomization.yaml instead.\n",
		      stderr);
	if (flags->managed_by)
		fputs("Flag --enable-managedby-label has been deprecated, The flag "
		      "`enable-managedby-label` has been deprecated. Use the `managedByLabel` "
		      "option in the `buildMetadata` field instead.\n",
		      stderr);
}
