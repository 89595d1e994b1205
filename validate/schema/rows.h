/*
 * rows: the layout of the compiled table, shared by validate/schema/compile.c, which writes it as
 * C, and schema.c, which reads it. Private to this folder.
 *
 * Rows hold offsets into one pool of strings and indexes of other rows, never pointers, so the
 * table is read-only data that the loader has nothing to do for. `releases` is a bit set: bit 0 is
 * the first release of the table.
 */
#ifndef VALIDATE_SCHEMA_ROWS_H
#define VALIDATE_SCHEMA_ROWS_H
#include <stdint.h>

struct schema_release {
	uint32_t version; /* "1.36.3" */
	uint8_t minor, bit, derived;
};

struct schema_type {
	uint32_t name;	/* of an object: "io.k8s.api.core.v1.Pod" */
	uint32_t first; /* an object's first field */
	uint16_t count;
	uint16_t element; /* of a list or map */
	uint16_t releases;
	uint16_t atomic; /* releases in which an object is replaced as a whole */
	uint8_t what;	 /* enum schema_what */
};

struct schema_field { /* sorted by name within a type; one name has several rows if it changed */
	uint32_t name;
	uint16_t type, releases, extra;
	uint8_t flags; /* enum schema_field_flags */
	uint8_t list;  /* enum schema_list */
};

struct schema_extra { /* what few fields have; offset 0 is "" */
	uint32_t keys, merge, preset, values, gate;
};

struct schema_gate { /* sorted by name; `releases`: where it is off */
	uint32_t name;
	uint16_t releases;
};

struct schema_kind { /* sorted by kind, group, version */
	uint32_t kind, group, version, resource, shorts;
	uint16_t type, releases;
	uint8_t flags; /* enum schema_kind_flags */
};

struct schema_life { /* sorted by kind, group, version; minor releases, 0: not known */
	uint32_t kind, group, version, instead;
	uint8_t introduced, deprecated, removed;
};

extern const char schema_strings[];
extern const struct schema_release schema_releases[];
extern const struct schema_type schema_types[];
extern const struct schema_field schema_fields[];
extern const struct schema_extra schema_extras[];
extern const struct schema_kind schema_kinds[];
extern const struct schema_life schema_lives[];
extern const struct schema_gate schema_gates[];
extern const uint32_t schema_release_count, schema_type_count, schema_field_count,
	schema_extra_count, schema_kind_count, schema_life_count, schema_gate_count;

#endif
