/* namespace: on objects, on fields that hold one, and on the subjects of role bindings. */
#include <string.h>
#include "render/kustomize/internal.h"
#include "render/kustomize/transformers.h"

enum subjects { SUBJECTS_DEFAULT, SUBJECTS_ALL, SUBJECTS_NONE };

struct ns {
	struct kz *kz;
	const struct node *text;
	bool unset_only;
	enum subjects subjects;
};

static int set_ns(void *data, struct node *field, struct err *err)
{
	struct ns *x = data;

	if (field->type >= NODE_SEQ)
		return kz_fail(x->kz, err, field->origin,
			       "namespace field specs must target scalar nodes");
	if (x->unset_only && field->type != NODE_NULL && field->len)
		return 0;
	scalar_set(x->kz, field, x->text->text, x->text->len, NODE_STR,
		   origins_derive(x->kz->run->origins, x->text->origin, VIA_TRANSFORMER,
				  field->origin));
	return 0;
}

static int set_subject(struct ns *x, struct node *subject, struct err *err)
{
	const char *key = x->subjects == SUBJECTS_ALL ? "kind" : "name";
	const char *want = x->subjects == SUBJECTS_ALL ? "ServiceAccount" : "default";
	struct node *field = node_get(subject, key);

	if (!field || strcmp(text_of(field), want))
		return 0;
	field = node_get(subject, "namespace");
	if (!field) {
		field = node_str(x->kz->a, "");
		node_set(x->kz->a, subject, "namespace", field);
	}
	return set_ns(x, field, err);
}

static int set_subjects(struct ns *x, struct node *root, struct err *err)
{
	struct node *subjects = node_get(root, "subjects");
	uint32_t i;

	if (x->subjects == SUBJECTS_NONE || node_is_null(subjects))
		return 0;
	if (subjects->type != NODE_SEQ)
		return kz_fail(
			x->kz, err, subjects->origin,
			"setting namespace on (cluster)role binding subjects: expected a list");
	for (i = 0; i < subjects->len; i++)
		if (set_subject(x, subjects->items[i], err) < 0)
			return -1;
	return 0;
}

static bool is_role_binding(const char *kind)
{
	return !strcmp(kind, "RoleBinding") || !strcmp(kind, "ClusterRoleBinding");
}

static bool is_unneeded(const struct fieldspec *spec, const char *api_version, bool binding)
{
	if (!strcmp(spec->path, "metadata/namespace"))
		return true;
	if (!strcmp(spec->path, "metadata/name") && strcmp(api_version, "v1"))
		return true;
	return binding && is_role_binding(spec->gvk.kind) &&
	       !strcmp(spec->path, "subjects/namespace");
}

static int set_on_tree(struct ns *x, struct node *root, const struct gvk *gvk, bool cluster,
		       const struct fieldspecs *specs, struct err *err)
{
	static const char *const metadata_ns[] = { "metadata", "namespace", NULL };
	const struct fieldspec own = { { "", "", "" }, "metadata/namespace", metadata_ns, true };
	struct field_walk walk = { x->kz, set_ns, x, NODE_STR };
	bool binding = is_role_binding(gvk->kind);
	size_t i;

	if (!cluster && fieldspec_apply(&walk, &own, root, gvk, err) < 0)
		return -1;
	if (binding && set_subjects(x, root, err) < 0)
		return -1;
	for (i = 0; i < specs->count; i++) {
		if (is_unneeded(&specs->items[i], field_text(root, "apiVersion"), binding))
			continue;
		if (fieldspec_apply(&walk, &specs->items[i], root, gvk, err) < 0)
			return -1;
	}
	return 0;
}

static int subjects_mode(struct kz *kz, const struct node *n, enum subjects *out, struct err *err)
{
	static const char *const names[] = { "defaultOnly", "allServiceAccounts", "none" };
	size_t i;

	*out = SUBJECTS_DEFAULT;
	if (!n || !*n->text)
		return 0;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		*out = (enum subjects)i;
		if (!strcmp(names[i], n->text))
			return 0;
	}
	return kz_fail(kz, err, n->origin,
		       "invalid value \"%s\" for setRoleBindingSubjects: must be one of "
		       "\"defaultOnly\", \"none\" or \"allServiceAccounts\"",
		       n->text);
}

int transform_namespace(struct kz *kz, struct resmap *m, const struct node *config,
			const struct fieldspecs *specs, struct err *err)
{
	const struct node *text = node_path(config, "metadata", "namespace", NULL);
	struct ns x = { kz, text, node_true(node_get(config, "unsetOnly")), SUBJECTS_DEFAULT };
	size_t i;

	if (subjects_mode(kz, node_get(config, "setRoleBindingSubjects"), &x.subjects, err) < 0)
		return -1;
	if (!text || !*text->text)
		return 0;
	for (i = 0; i < m->count; i++) {
		struct resource *r = m->items[i];
		struct gvk gvk = resource_gvk(kz, r);

		if (r->helm_generated && kz->options->kustomize_api == KUSTOMIZE_API_0_21)
			continue;
		resource_store_id(kz, r);
		if (set_on_tree(&x, r->root, &gvk, r->cluster, specs, err) < 0)
			return -1;
	}
	return resmap_check_unique(kz, m, "namespace transformation", err);
}

int namespace_set_one(struct kz *kz, struct resource *r, const struct node *text, struct err *err)
{
	struct ns x = { kz, text, false, SUBJECTS_DEFAULT };
	struct gvk gvk = resource_gvk(kz, r);
	struct fieldspecs none = { 0 };

	return set_on_tree(&x, r->root, &gvk, r->cluster, &none, err);
}
