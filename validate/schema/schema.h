/*
 * schema: Kubernetes' built-in API types, release by release.
 *
 * A read-only table compiled from kubernetes.txt (see README.md): what the API server of each
 * release publishes at default feature gates. Nothing is parsed or allocated; every pointer given
 * out is static. A release must be passed to each walk, because releases share definitions: a field
 * is a row with the set of releases that have it.
 *
 *     const struct schema_release *r = schema_release_find("1.36");
 *     const struct schema_kind *k = schema_kind_find(r, "apps", "v1", "Deployment");
 *     const struct schema_field *f = schema_field_find(r, schema_kind_type(k), "spec", 4);
 *     schema_what(schema_field_type(f)) == SCHEMA_OBJECT
 */
#ifndef VALIDATE_SCHEMA_SCHEMA_H
#define VALIDATE_SCHEMA_SCHEMA_H
#include <stdbool.h>
#include <stddef.h>

struct schema_release;
struct schema_kind;
struct schema_type;
struct schema_field;

/* --- releases --- */
/* "1.36", "v1.36.3", "1.36.3-eks-1"; NULL or "" is the newest. NULL when it is not in the table. */
const struct schema_release *schema_release_find(const char *version);
/* The i-th release, oldest first; NULL past the last. */
const struct schema_release *schema_release_at(size_t i);
const char *schema_release_version(const struct schema_release *r); /* "1.36.3" */
int schema_release_minor(const struct schema_release *r);	    /* 36 */
/* Made from the release's OpenAPI file and its neighbours, for want of a server that runs. */
bool schema_release_derived(const struct schema_release *r);

/* --- kinds --- */
enum schema_kind_flags {
	SCHEMA_NAMESPACED = 1 << 0,
	SCHEMA_KIND_LIST = 1 << 1,	/* PodList and the like: no resource of its own */
	SCHEMA_KIND_READ_ONLY = 1 << 2, /* cannot be created: ComponentStatus */
};
/* A kind that the release serves by default; NULL when it serves none. The core group is "". */
const struct schema_kind *schema_kind_find(const struct schema_release *r, const char *group,
					   const char *version, const char *kind);
/* The i-th kind of the table, whatever release serves it (see schema_kind_in); NULL past the last.
 */
const struct schema_kind *schema_kind_at(size_t i);
bool schema_kind_in(const struct schema_release *r, const struct schema_kind *k);
const struct schema_type *schema_kind_type(const struct schema_kind *k);
const char *schema_kind_name(const struct schema_kind *k);
const char *schema_kind_group(const struct schema_kind *k);
const char *schema_kind_version(const struct schema_kind *k);
const char *schema_kind_resource(const struct schema_kind *k); /* "deployments", "-" for a list */
const char *schema_kind_short_names(const struct schema_kind *k); /* "deploy,dep", may be "" */
unsigned schema_kind_flags(const struct schema_kind *k);
/* Whether any kind of the table, served or not, is in this group: it is Kubernetes' own. */
bool schema_group_known(const char *group);

/* The life of an API as its Go types tell it; minor releases, 0 where nothing is said. */
struct schema_life_info {
	int introduced, deprecated, removed;
	const char *instead; /* "group/version/Kind", "" when unknown */
};
/* False when the table has never heard of the kind in that version. */
bool schema_life_find(const char *group, const char *version, const char *kind,
		      struct schema_life_info *out);

/* --- types --- */
enum schema_what {
	SCHEMA_ANY, /* kept as it is: RawExtension, managed fields, JSON */
	SCHEMA_STRING,
	SCHEMA_BOOLEAN,
	SCHEMA_INT32,
	SCHEMA_INT64,
	SCHEMA_NUMBER,
	SCHEMA_BYTES,	  /* base64 text */
	SCHEMA_TIME,	  /* RFC 3339 */
	SCHEMA_MICROTIME, /* RFC 3339 with six digits of fraction */
	SCHEMA_QUANTITY,
	SCHEMA_INT_OR_STRING,
	SCHEMA_SCHEMA_OR_ARRAY, /* the three unions of a CRD's schema */
	SCHEMA_SCHEMA_OR_BOOL,
	SCHEMA_SCHEMA_OR_STRINGS,
	SCHEMA_LIST,   /* schema_element */
	SCHEMA_MAP,    /* of strings to schema_element */
	SCHEMA_OBJECT, /* fields */
};
enum schema_what schema_what(const struct schema_type *t);
/* What a list or map holds. */
const struct schema_type *schema_element(const struct schema_type *t);
/* "io.k8s.api.core.v1.PodSpec" of an object, "" of others. */
const char *schema_type_name(const struct schema_type *t);
/* An object type by its full name; NULL when the release has none. */
const struct schema_type *schema_type_find(const struct schema_release *r, const char *name);
/* Whether an object of this type is replaced as a whole by server-side apply. */
bool schema_type_atomic(const struct schema_release *r, const struct schema_type *t);

/* --- fields of an object --- */
enum schema_field_flags {
	SCHEMA_REQUIRED = 1 << 0,
	SCHEMA_PATCH_MERGE = 1 << 1, /* a strategic merge patch merges the list */
	SCHEMA_PATCH_REPLACE = 1 << 2,
	SCHEMA_PATCH_RETAIN_KEYS = 1 << 3,
};
enum schema_list { /* x-kubernetes-list-type, or -map-type of a map or object */
		   SCHEMA_UNSAID,
		   SCHEMA_ATOMIC,
		   SCHEMA_SET,
		   SCHEMA_LIST_MAP,
		   SCHEMA_GRANULAR,
};
const struct schema_field *schema_field_find(const struct schema_release *r,
					     const struct schema_type *t, const char *name,
					     size_t len);
/* The i-th field of an object in a release, by name; NULL past the last. */
const struct schema_field *schema_field_at(const struct schema_release *r,
					   const struct schema_type *t, size_t i);
const char *schema_field_name(const struct schema_field *f);
const struct schema_type *schema_field_type(const struct schema_field *f);
unsigned schema_field_flags(const struct schema_field *f);
enum schema_list schema_field_list(const struct schema_field *f);
const char *schema_field_keys(const struct schema_field *f);	  /* list map keys "a,b", or "" */
const char *schema_field_merge_key(const struct schema_field *f); /* of a patch, or "" */
const char *schema_field_default(const struct schema_field *f);	  /* JSON text, or "" */
const char *schema_field_enum(const struct schema_field *f);	  /* "A\nB\nC", or "" */
const char *schema_field_gate(const struct schema_field *f);	  /* gate it needs, or "" */
/* Whether a feature gate is off by default: the server drops the fields that need it. */
bool schema_gate_off(const struct schema_release *r, const char *gate);
/* Releases that have a field of this name in the type, as minors; false: none has. */
bool schema_field_releases(const struct schema_type *t, const char *name, size_t len, int *first,
			   int *last);
/* Whether a list of an enum ("A\nB") has this text. */
bool schema_enum_has(const char *values, const char *text, size_t len);

#endif
