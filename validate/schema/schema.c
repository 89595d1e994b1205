/* The compiled table, read. Lookups are binary searches over rows that compile.c has sorted. */
#include "validate/schema/schema.h"
#include "validate/schema/rows.h"

#include <stdlib.h>
#include <string.h>

static const char *text(uint32_t offset)
{
	return schema_strings + offset;
}

/* --- releases --- */
const struct schema_release *schema_release_find(const char *version)
{
	char *end;
	long minor;

	if (!version || !*version)
		return &schema_releases[schema_release_count - 1];
	version += *version == 'v';
	if (strncmp(version, "1.", 2))
		return NULL;
	minor = strtol(version + 2, &end, 10);
	if (end == version + 2 || (*end && *end != '.' && *end != '-' && *end != '+'))
		return NULL;
	for (uint32_t i = 0; i < schema_release_count; i++) {
		if (schema_releases[i].minor == minor)
			return &schema_releases[i];
	}
	return NULL;
}

const struct schema_release *schema_release_at(size_t i)
{
	return i < schema_release_count ? &schema_releases[i] : NULL;
}

const char *schema_release_version(const struct schema_release *r)
{
	return text(r->version);
}

int schema_release_minor(const struct schema_release *r)
{
	return r->minor;
}

bool schema_release_derived(const struct schema_release *r)
{
	return r->derived;
}

static bool in(const struct schema_release *r, uint16_t releases)
{
	return releases >> r->bit & 1;
}

/* --- kinds --- */
static int gvk_cmp(const uint32_t row[3], const char *const gvk[3])
{
	for (int i = 0; i < 3; i++) {
		int c = strcmp(text(row[i]), gvk[i]);

		if (c)
			return c;
	}
	return 0;
}

const struct schema_kind *schema_kind_find(const struct schema_release *r, const char *group,
					   const char *version, const char *kind)
{
	const char *const gvk[3] = { kind, group, version };
	uint32_t low = 0, high = schema_kind_count;

	while (low < high) {
		uint32_t mid = (low + high) / 2;
		const struct schema_kind *k = &schema_kinds[mid];
		const uint32_t row[3] = { k->kind, k->group, k->version };

		if (gvk_cmp(row, gvk) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < schema_kind_count; low++) {
		const struct schema_kind *k = &schema_kinds[low];
		const uint32_t row[3] = { k->kind, k->group, k->version };

		if (gvk_cmp(row, gvk))
			break;
		if (in(r, k->releases))
			return k;
	}
	return NULL;
}

const struct schema_kind *schema_kind_at(size_t i)
{
	return i < schema_kind_count ? &schema_kinds[i] : NULL;
}

bool schema_kind_in(const struct schema_release *r, const struct schema_kind *k)
{
	return in(r, k->releases);
}

const struct schema_type *schema_kind_type(const struct schema_kind *k)
{
	return &schema_types[k->type];
}

const char *schema_kind_name(const struct schema_kind *k)
{
	return text(k->kind);
}

const char *schema_kind_group(const struct schema_kind *k)
{
	return text(k->group);
}

const char *schema_kind_version(const struct schema_kind *k)
{
	return text(k->version);
}

const char *schema_kind_resource(const struct schema_kind *k)
{
	return text(k->resource);
}

const char *schema_kind_short_names(const struct schema_kind *k)
{
	return text(k->shorts);
}

unsigned schema_kind_flags(const struct schema_kind *k)
{
	return k->flags;
}

bool schema_group_known(const char *group)
{
	for (uint32_t i = 0; i < schema_kind_count; i++) {
		if (!strcmp(text(schema_kinds[i].group), group))
			return true;
	}
	for (uint32_t i = 0; i < schema_life_count; i++) {
		if (!strcmp(text(schema_lives[i].group), group))
			return true;
	}
	return false;
}

bool schema_life_find(const char *group, const char *version, const char *kind,
		      struct schema_life_info *out)
{
	const char *const gvk[3] = { kind, group, version };
	uint32_t low = 0, high = schema_life_count;

	while (low < high) {
		uint32_t mid = (low + high) / 2;
		const struct schema_life *l = &schema_lives[mid];
		const uint32_t row[3] = { l->kind, l->group, l->version };
		int c = gvk_cmp(row, gvk);

		if (!c) {
			*out = (struct schema_life_info){ l->introduced, l->deprecated, l->removed,
							  text(l->instead) };
			return true;
		}
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

/* --- types --- */
enum schema_what schema_what(const struct schema_type *t)
{
	return t->what;
}

const struct schema_type *schema_element(const struct schema_type *t)
{
	return &schema_types[t->element];
}

const char *schema_type_name(const struct schema_type *t)
{
	return text(t->name);
}

/* Object types come first in the table, sorted by name. */
const struct schema_type *schema_type_find(const struct schema_release *r, const char *name)
{
	for (uint32_t i = 0; i < schema_type_count && schema_types[i].what == SCHEMA_OBJECT; i++) {
		if (!strcmp(text(schema_types[i].name), name))
			return in(r, schema_types[i].releases) ? &schema_types[i] : NULL;
	}
	return NULL;
}

bool schema_type_atomic(const struct schema_release *r, const struct schema_type *t)
{
	return in(r, t->atomic);
}

/* --- fields --- */
/* Names are short: a loop beats strncmp, and minds a NUL in `name`. */
static int name_cmp(uint32_t row, const char *name, size_t len)
{
	const unsigned char *have = (const unsigned char *)text(row);

	for (size_t i = 0; i < len; i++) {
		int c = have[i] - (unsigned char)name[i];

		if (c || !have[i])
			return c ? c : -1;
	}
	return have[len];
}

/* The first row with this name, or the end of the type's rows. */
static const struct schema_field *field_lower(const struct schema_type *t, const char *name,
					      size_t len)
{
	const struct schema_field *fields = &schema_fields[t->first];
	size_t low = 0, high = t->count;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (name_cmp(fields[mid].name, name, len) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return &fields[low];
}

const struct schema_field *schema_field_find(const struct schema_release *r,
					     const struct schema_type *t, const char *name,
					     size_t len)
{
	const struct schema_field *end = &schema_fields[t->first] + t->count;

	for (const struct schema_field *f = field_lower(t, name, len);
	     f < end && !name_cmp(f->name, name, len); f++) {
		if (in(r, f->releases))
			return f;
	}
	return NULL;
}

const struct schema_field *schema_field_at(const struct schema_release *r,
					   const struct schema_type *t, size_t i)
{
	const struct schema_field *f = &schema_fields[t->first];

	for (const struct schema_field *end = f + t->count; f < end; f++) {
		if (in(r, f->releases) && !i--)
			return f;
	}
	return NULL;
}

bool schema_field_releases(const struct schema_type *t, const char *name, size_t len, int *first,
			   int *last)
{
	const struct schema_field *end = &schema_fields[t->first] + t->count;
	unsigned releases = 0;

	for (const struct schema_field *f = field_lower(t, name, len);
	     f < end && !name_cmp(f->name, name, len); f++)
		releases |= f->releases;
	for (uint32_t i = schema_release_count; i-- > 0;) {
		if (releases >> i & 1)
			*first = schema_releases[i].minor;
	}
	for (uint32_t i = 0; i < schema_release_count; i++) {
		if (releases >> i & 1)
			*last = schema_releases[i].minor;
	}
	return releases;
}

const char *schema_field_name(const struct schema_field *f)
{
	return text(f->name);
}

const struct schema_type *schema_field_type(const struct schema_field *f)
{
	return &schema_types[f->type];
}

unsigned schema_field_flags(const struct schema_field *f)
{
	return f->flags;
}

enum schema_list schema_field_list(const struct schema_field *f)
{
	return f->list;
}

const char *schema_field_keys(const struct schema_field *f)
{
	return text(schema_extras[f->extra].keys);
}

const char *schema_field_merge_key(const struct schema_field *f)
{
	return text(schema_extras[f->extra].merge);
}

const char *schema_field_default(const struct schema_field *f)
{
	return text(schema_extras[f->extra].preset);
}

const char *schema_field_enum(const struct schema_field *f)
{
	return text(schema_extras[f->extra].values);
}

const char *schema_field_gate(const struct schema_field *f)
{
	return text(schema_extras[f->extra].gate);
}

bool schema_gate_off(const struct schema_release *r, const char *gate)
{
	for (uint32_t i = 0; *gate && i < schema_gate_count; i++) {
		if (!strcmp(text(schema_gates[i].name), gate))
			return in(r, schema_gates[i].releases);
	}
	return false;
}

bool schema_enum_has(const char *values, const char *name, size_t len)
{
	while (*values) {
		size_t n = strcspn(values, "\n");

		if (n == len && !memcmp(values, name, len))
			return true;
		values += n + (values[n] == '\n');
	}
	return false;
}
