/*
 * render_kustomize: the flags of `kustomize build`, as `render` takes them.
 *
 * What only functions and plugins need is refused by name where it would let something run, and
 * accepted without effect where it only says how: nothing that a repository names is ever run.
 */
#ifndef CMD_RENDER_KUSTOMIZE_H
#define CMD_RENDER_KUSTOMIZE_H
#include "base/options.h"
#include "render/render.h"

struct kustomize_flags {
	const char *reorder;
	int load_restrictor, api;
	bool enable_helm, managed_by;
	const char *kube_version;
	struct option_values api_versions;
	/* refused or without effect */
	bool exec, plugins, star, network, ignored;
	const char *network_name, *helm_command;
	struct option_values env, mounts;
};

/* Its rows; the offsets are those in struct kustomize_flags. */
enum { KUSTOMIZE_FLAGS = 17 };
extern const struct option kustomize_flag_rows[KUSTOMIZE_FLAGS];

/* Fail for a flag that can't be followed. */
int kustomize_flags_check(const struct kustomize_flags *flags, struct err *err);
/* Fill kustomize's part of `out`. */
void kustomize_flags_options(struct arena *a, const struct kustomize_flags *flags,
			     struct render_options *out);
/* Print kustomize's warnings about flags. */
void kustomize_flags_warn(const struct kustomize_flags *flags);

#endif
