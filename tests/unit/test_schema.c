/* The table of Kubernetes' types: releases, kinds, walks, lives. */
#include "tests/unit/unit.h"
#include "validate/schema/schema.h"

#include <string.h>

static const struct schema_field *field(const struct schema_release *r, const char *type,
					const char *name)
{
	const struct schema_type *t = schema_type_find(r, type);

	ck_assert_ptr_nonnull(t);
	return schema_field_find(r, t, name, strlen(name));
}

START_TEST(finds_releases)
{
	const struct schema_release *r = schema_release_find("v1.36.3");

	ck_assert_ptr_nonnull(r);
	ck_assert_int_eq(schema_release_minor(r), 36);
	ck_assert_ptr_eq(schema_release_find("1.36"), r);
	ck_assert_ptr_eq(schema_release_find("1.36.0-eks-1"), r);
	ck_assert_ptr_nonnull(schema_release_find(NULL));
	ck_assert_ptr_null(schema_release_find("1.3"));
	ck_assert_ptr_null(schema_release_find("1.36x"));
	ck_assert_ptr_null(schema_release_find("2.36"));
	ck_assert_ptr_null(schema_release_find("nonsense"));
}
END_TEST

START_TEST(finds_kinds)
{
	const struct schema_release *r = schema_release_find("1.36");
	const struct schema_kind *k = schema_kind_find(r, "apps", "v1", "Deployment");

	ck_assert_ptr_nonnull(k);
	ck_assert_str_eq(schema_kind_resource(k), "deployments");
	ck_assert_uint_eq(schema_kind_flags(k), SCHEMA_NAMESPACED);
	k = schema_kind_find(r, "", "v1", "Namespace");
	ck_assert_ptr_nonnull(k);
	ck_assert_uint_eq(schema_kind_flags(k), 0);
	ck_assert_ptr_null(schema_kind_find(r, "apps", "v1beta1", "Deployment"));
	ck_assert_ptr_null(schema_kind_find(r, "apps", "v1", "deployment"));
	ck_assert(schema_group_known("apps"));
	ck_assert(!schema_group_known("example.com"));
}
END_TEST

START_TEST(walks_fields)
{
	const struct schema_release *r = schema_release_find("1.36");
	const struct schema_field *f = field(r, "io.k8s.api.core.v1.Container", "ports");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(schema_what(schema_field_type(f)), SCHEMA_LIST);
	ck_assert_str_eq(schema_type_name(schema_element(schema_field_type(f))),
			 "io.k8s.api.core.v1.ContainerPort");
	ck_assert_int_eq(schema_field_list(f), SCHEMA_LIST_MAP);
	ck_assert_str_eq(schema_field_keys(f), "containerPort,protocol");
	ck_assert_str_eq(schema_field_merge_key(f), "containerPort");
	ck_assert_uint_eq(schema_field_flags(f), SCHEMA_PATCH_MERGE);
	f = field(r, "io.k8s.api.core.v1.ContainerPort", "protocol");
	ck_assert_str_eq(schema_field_default(f), "\"TCP\"");
	ck_assert(schema_enum_has(schema_field_enum(f), "SCTP", 4));
	ck_assert(!schema_enum_has(schema_field_enum(f), "SCT", 3));
	ck_assert_ptr_null(field(r, "io.k8s.api.core.v1.ContainerPort", "Protocol"));
	ck_assert_ptr_null(field(r, "io.k8s.api.core.v1.ContainerPort", "protoco"));
}
END_TEST

/* Each field that is listed is found, and rows are in order. */
START_TEST(lists_fields)
{
	for (size_t n = 0; schema_release_at(n); n++) {
		const struct schema_release *r = schema_release_at(n);
		const struct schema_type *t = schema_type_find(r, "io.k8s.api.core.v1.PodSpec");
		const char *last = "";
		size_t i = 0;

		for (; schema_field_at(r, t, i); i++) {
			const char *name = schema_field_name(schema_field_at(r, t, i));

			ck_assert_int_lt(strcmp(last, name), 0);
			ck_assert_ptr_eq(schema_field_find(r, t, name, strlen(name)),
					 schema_field_at(r, t, i));
			last = name;
		}
		ck_assert_uint_gt(i, 30);
	}
}
END_TEST

START_TEST(knows_lives)
{
	struct schema_life_info life;

	ck_assert(schema_life_find("policy", "v1beta1", "PodDisruptionBudget", &life));
	ck_assert_int_eq(life.deprecated, 21);
	ck_assert_int_eq(life.removed, 25);
	ck_assert_str_eq(life.instead, "policy/v1/PodDisruptionBudget");
	ck_assert(!schema_life_find("policy", "v1beta1", "Nothing", &life));
}
END_TEST

SUITE(schema)

{
	Suite *s = suite_create("schema");
	TCase *tc = tcase_create("table");

	tcase_add_test(tc, finds_releases);
	tcase_add_test(tc, finds_kinds);
	tcase_add_test(tc, walks_fields);
	tcase_add_test(tc, lists_fields);
	tcase_add_test(tc, knows_lives);
	suite_add_tcase(s, tc);
	return s;
}
