/* types: the Go types that values have. Helm's own objects are in objects.c. */
#include "render/helm/template/engine.h"

#define BASIC(id, text, KIND)                                                                      \
	const struct go_type id = { .name = text, .kind_name = text, .kind = KIND }
BASIC(type_bool, "bool", GO_BOOL);
BASIC(type_int, "int", GO_INT);
BASIC(type_int8, "int8", GO_INT8);
BASIC(type_int16, "int16", GO_INT16);
BASIC(type_int32, "int32", GO_INT32);
BASIC(type_int64, "int64", GO_INT64);
BASIC(type_uint, "uint", GO_UINT);
BASIC(type_uint8, "uint8", GO_UINT8);
BASIC(type_uint16, "uint16", GO_UINT16);
BASIC(type_uint32, "uint32", GO_UINT32);
BASIC(type_uint64, "uint64", GO_UINT64);
BASIC(type_uintptr, "uintptr", GO_UINTPTR);
BASIC(type_float32, "float32", GO_FLOAT32);
BASIC(type_float64, "float64", GO_FLOAT64);
BASIC(type_complex128, "complex128", GO_COMPLEX128);
BASIC(type_string, "string", GO_STRING);
const struct go_type type_any = { .name = "interface {}",
				  .kind_name = "interface",
				  .kind = GO_INTERFACE };

#define SLICE(id, text, of)                                                                        \
	const struct go_type id = {                                                                \
		.name = text, .kind_name = "slice", .kind = GO_SLICE, .elem = &of                  \
	}
SLICE(type_any_list, "[]interface {}", type_any);
SLICE(type_strings, "[]string", type_string);
SLICE(type_bytes, "[]uint8", type_uint8);
SLICE(type_ints, "[]int", type_int);
SLICE(type_any_lists, "[][]interface {}", type_any_list);
SLICE(type_map_list, "[]map[string]interface {}", type_any_map);

#define MAP(id, text, of)                                                                          \
	const struct go_type id = {                                                                \
		.name = text, .kind_name = "map", .kind = GO_MAP, .elem = &of, .key = &type_string \
	}
MAP(type_any_map, "map[string]interface {}", type_any);
MAP(type_string_map, "map[string]string", type_string);

bool kind_is_int(enum go_kind k)
{
	return k >= GO_INT && k <= GO_INT64;
}

bool kind_is_uint(enum go_kind k)
{
	return k >= GO_UINT && k <= GO_UINTPTR;
}

bool kind_is_float(enum go_kind k)
{
	return k == GO_FLOAT32 || k == GO_FLOAT64;
}
