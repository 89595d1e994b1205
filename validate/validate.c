#include "validate/validate.h"

#include <string.h>

#include "base/text.h"
#include "validate/foreign.h"
#include "validate/rules/rules.h"
#include "validate/schema/bundled.h"
#include "validate/schema/crd.h"
#include "validate/schema/crd_check.h"
#include "validate/schema/custom.h"
#include "validate/schema/kept.h"
#include "validate/schema/schema.h"
#include "validate/sops.h"
#include "validate/flux.h"
#include "validate/schema/structure.h"

/* --- a kind that is not there --- */
/* "apps/v1" for what the release serves under the same kind name, or the nearest kind's name. */
static const char *kind_advice(const struct schema_release *r, const struct object *o,
			       struct arena *a)
{
	struct nearest near = nearest_to(o->kind, strlen(o->kind));
	const struct schema_kind *k;

	for (size_t i = 0; (k = schema_kind_at(i)); i++) {
		if (!schema_kind_in(r, k) || schema_kind_flags(k) & SCHEMA_KIND_LIST)
			continue;
		if (!strcmp(schema_kind_name(k), o->kind))
			return arena_printf(a, ", did you mean apiVersion '%s%s%s'?",
					    schema_kind_group(k), *schema_kind_group(k) ? "/" : "",
					    schema_kind_version(k));
		if (!strcmp(schema_kind_group(k), o->group))
			nearest_try(&near, schema_kind_name(k));
	}
	return near.best ? arena_printf(a, ", did you mean kind '%s'?", near.best) : "";
}

static const char *life_advice(struct arena *a, const struct schema_life_info *life, int minor)
{
	const char *instead = *life->instead ? arena_printf(a, "; use %s", life->instead) : "";

	if (life->introduced > minor)
		return arena_printf(a, "; it comes with Kubernetes 1.%d", life->introduced);
	if (life->removed && life->removed <= minor)
		return arena_printf(a, "; it was removed in 1.%d%s", life->removed, instead);
	return arena_printf(a, "; it is not served by default%s", instead);
}

/*
 * What the definitions of the group have instead: another version of the kind, or a kind by a near
 * name. NULL where they have nothing like it: several projects share a group (argoproj.io), and
 * another's definitions need not be here.
 */
static const char *custom_advice(const struct crds *crds, const struct object *o, struct arena *a)
{
	struct nearest near = nearest_to(o->kind, strlen(o->kind));
	const struct bundled *bundled = crds_bundled(crds);
	const struct crd_version *v;
	const char *kind;
	size_t i;

	for (i = 0; (v = crds_at(crds, i)); i++) {
		if (strcmp(v->group, o->group) != 0)
			continue;
		if (!strcmp(v->kind, o->kind))
			return arena_printf(a, ", did you mean apiVersion '%s/%s'?", v->group,
					    v->version);
		nearest_try(&near, v->kind);
	}
	for (i = 0; bundled && (kind = bundled_kind_at(bundled, o->group, i)); i++)
		nearest_try(&near, kind);
	return near.best ? arena_printf(a, ", did you mean kind '%s'?", near.best) : NULL;
}

/* The program's definitions are of one release: an older one has had other alphas and betas. */
static bool may_be_older(const struct crds *crds, const struct object *o)
{
	const struct bundled *bundled = crds_bundled(crds);

	return bundled && bundled_release(bundled, o->group, o->kind) &&
	       (strstr(o->version, "alpha") || strstr(o->version, "beta"));
}

static enum validate_outcome unknown_kind(const struct validate_options *options,
					  const struct schema_release *r, const struct object *o,
					  struct findings *out)
{
	const struct node *at = node_get(o->root, "apiVersion");
	origin_id origin = at ? at->origin : o->root->origin;
	int minor = schema_release_minor(r);
	struct schema_life_info life;
	const char *advice = custom_advice(options->crds, o, out->arena);

	if (schema_life_find(o->group, o->version, o->kind, &life))
		findings_add(out, SEVERITY_ERROR, "schema/unknown-kind", o, "apiVersion", origin,
			     "Kubernetes 1.%d serves no %s in '%s'%s", minor, o->kind,
			     o->api_version, life_advice(out->arena, &life, minor));
	else if (schema_group_known(o->group))
		findings_add(out, SEVERITY_ERROR, "schema/unknown-kind", o, "apiVersion", origin,
			     "Kubernetes 1.%d serves no %s in '%s'%s", minor, o->kind,
			     o->api_version, kind_advice(r, o, out->arena));
	else if (advice)
		findings_add(out,
			     may_be_older(options->crds, o) ? SEVERITY_WARNING : SEVERITY_ERROR,
			     "schema/unknown-kind", o, "apiVersion", origin,
			     "the CustomResourceDefinitions of group '%s' have no %s in '%s'%s",
			     o->group, o->kind, o->api_version, advice);
	else if (!options->ignore_missing && foreign_advice(out->arena, o))
		findings_add(out, SEVERITY_ERROR, "schema/missing", NULL, "", origin, "%s",
			     foreign_advice(out->arena, o));
	else if (!options->ignore_missing)
		findings_add(out, SEVERITY_ERROR, "schema/missing", o, "apiVersion", origin,
			     "no schema for %s in '%s'%s: give its CustomResourceDefinition with "
			     "--crds, "
			     "or --ignore-missing-schemas",
			     o->kind, o->api_version, kind_advice(r, o, out->arena));
	return VALIDATE_UNCHECKED;
}

/* --- what is deprecated --- */
static void check_life(const struct schema_release *r, const struct object *o, struct findings *out)
{
	const struct node *at = node_get(o->root, "apiVersion");
	int minor = schema_release_minor(r);
	struct schema_life_info life;
	const char *instead;

	if (!schema_life_find(o->group, o->version, o->kind, &life) || !life.deprecated ||
	    life.deprecated > minor)
		return;
	instead = *life.instead ? arena_printf(out->arena, "; use %s", life.instead) : "";
	if (life.removed > minor)
		findings_add(out, SEVERITY_WARNING, "deprecated/api", o, "apiVersion", at->origin,
			     "%s in '%s' is deprecated since 1.%d and will be gone in 1.%d%s",
			     o->kind, o->api_version, life.deprecated, life.removed, instead);
	else
		findings_add(out, SEVERITY_WARNING, "deprecated/api", o, "apiVersion", at->origin,
			     "%s in '%s' is deprecated since 1.%d%s", o->kind, o->api_version,
			     life.deprecated, instead);
}

static const struct object *same_kind(const struct object *old, const struct object *new)
{
	return old && !strcmp(old->kind, new->kind) && !strcmp(old->group, new->group) ? old : NULL;
}

static const struct object *kept_of(const struct schema_release *r, const struct schema_kind *kind,
				    const struct object *o, struct arena *a)
{
	const struct node *root = schema_kept(r, schema_kind_type(kind), o->root, a);
	struct object *copy;

	if (root == o->root)
		return o;
	copy = arena_new(a, struct object);
	*copy = *o;
	copy->root = root;
	return copy;
}

/* An update's rules compare what the server keeps of both sides. */
static void check_rules(const struct schema_release *r, const struct schema_kind *kind,
			const struct object *o, const struct object *old, struct findings *out)
{
	if (old) {
		o = kept_of(r, kind, o, out->arena);
		old = kept_of(r, kind, old, out->arena);
	}
	rules_check(o, old, schema_release_minor(r), out);
}

static void check_built_in(const struct schema_release *r, const struct schema_kind *kind,
			   const struct validate_item *item, struct findings *out)
{
	const struct object *o = item->object;

	if (schema_kind_flags(kind) & (SCHEMA_KIND_LIST | SCHEMA_KIND_READ_ONLY))
		findings_add(out, SEVERITY_ERROR, "schema/unknown-kind", o, "kind", o->root->origin,
			     "a %s cannot be created", o->kind);
	check_life(r, o, out);
	if (!structure_check(r, schema_kind_type(kind), o, o->root, NULL, out))
		return;
	check_rules(r, kind, o, same_kind(item->old, o), out);
	if (!strcmp(o->kind, "CustomResourceDefinition"))
		crd_check(r, o, same_kind(item->old, o), out);
}

/* What SOPS encrypted is judged by its shape: ciphertexts are replaced by what could stand there.
 */
static const struct object *readable(const struct validate_options *options, const struct object *o,
				     struct arena *a)
{
	const struct crd_version *custom;
	struct object *copy;
	struct node *root;

	if (!o || !sops_is_encrypted(o->root))
		return o;
	copy = arena_new(a, struct object);
	*copy = *o;
	copy->root = root = sops_placeholders(a, o->root, NULL);
	/* An operator that decrypts by itself (SopsSecret) has the record as a field. */
	custom = crds_find(options->crds, o->group, o->version, o->kind);
	if (custom && node_path(custom->source, "properties", "sops", NULL))
		node_set(a, root, "sops", node_copy(a, node_get(o->root, "sops")));
	return copy;
}

/* Whose definition was asked is said of those that the program brought: others may differ. */
static void name_release(struct findings *out, size_t from, const char *release)
{
	for (; release && from < out->count; from++)
		if (out->items[from].severity == SEVERITY_ERROR)
			out->items[from].message = arena_printf(out->arena, "%s (as %s defines it)",
								out->items[from].message, release);
}

static void check_custom(const struct validate_options *options, const struct schema_release *r,
			 struct crd_version *custom, const struct validate_item *item,
			 struct findings *out)
{
	const struct object *o = item->object, *old = same_kind(item->old, o);
	size_t from = out->count;
	bool decoded = custom_check(r, options->crds, custom, o, old, out);

	name_release(out, from, custom->bundled);
	if (decoded)
		rules_check(o, old, schema_release_minor(r), out);
}

enum validate_outcome validate_object(const struct validate_options *options,
				      const struct validate_item *given, struct findings *out)
{
	struct validate_item readable_item = *given, *item = &readable_item;
	const struct schema_release *r =
		options->release ? options->release : schema_release_find(NULL);
	const struct object *o = readable(options, given->object, out->arena);
	const struct schema_kind *kind = schema_kind_find(r, o->group, o->version, o->kind);
	struct crd_version *custom;

	if (sops_is_ciphertext(node_get(given->object->root, "kind"))) {
		findings_add(out, SEVERITY_INFO, "schema/missing", NULL, "kind", o->root->origin,
			     "SOPS has encrypted what kind of object this is: it is not checked");
		return VALIDATE_UNCHECKED;
	}
	flux_check(o, out);
	item->object = o;
	item->old = readable(options, given->old, out->arena);
	if (item->duplicate_count)
		structure_duplicates(o, o->root, item->duplicates, item->duplicate_count, out);
	if (kind) {
		check_built_in(r, kind, item, out);
		return VALIDATE_CHECKED;
	}
	custom = crds_find(options->crds, o->group, o->version, o->kind);
	if (!custom)
		return unknown_kind(options, r, o, out);
	check_custom(options, r, custom, item, out);
	return VALIDATE_CHECKED;
}
