/*
 * The Compose schemas, as docker/cli and compose-go publish them (validate/swarm/schemas).
 */
#include <string.h>
#include "validate/swarm/internal.h"

#define DATA(name, file)                                                                           \
	__asm__(".section .rodata\n"                                                               \
		".global compose_" #name "\n"                                                      \
		"compose_" #name ":\n"                                                             \
		".incbin \"validate/swarm/schemas/" file "\"\n"                                    \
		".global compose_" #name "_end\n"                                                  \
		"compose_" #name "_end:\n"                                                         \
		".byte 0\n"                                                                        \
		".previous\n");                                                                    \
	extern const char compose_##name[], compose_##name##_end[]

DATA(3_0, "config_schema_v3.0.json");
DATA(3_1, "config_schema_v3.1.json");
DATA(3_2, "config_schema_v3.2.json");
DATA(3_3, "config_schema_v3.3.json");
DATA(3_4, "config_schema_v3.4.json");
DATA(3_5, "config_schema_v3.5.json");
DATA(3_6, "config_schema_v3.6.json");
DATA(3_7, "config_schema_v3.7.json");
DATA(3_8, "config_schema_v3.8.json");
DATA(3_9, "config_schema_v3.9.json");
DATA(3_10, "config_schema_v3.10.json");
DATA(3_11, "config_schema_v3.11.json");
DATA(3_12, "config_schema_v3.12.json");
DATA(3_13, "config_schema_v3.13.json");
DATA(spec, "compose-spec.json");

static const struct {
	const char *version, *text, *end;
} schemas[] = {
	{ "3.0", compose_3_0, compose_3_0_end },    { "3.1", compose_3_1, compose_3_1_end },
	{ "3.2", compose_3_2, compose_3_2_end },    { "3.3", compose_3_3, compose_3_3_end },
	{ "3.4", compose_3_4, compose_3_4_end },    { "3.5", compose_3_5, compose_3_5_end },
	{ "3.6", compose_3_6, compose_3_6_end },    { "3.7", compose_3_7, compose_3_7_end },
	{ "3.8", compose_3_8, compose_3_8_end },    { "3.9", compose_3_9, compose_3_9_end },
	{ "3.10", compose_3_10, compose_3_10_end }, { "3.11", compose_3_11, compose_3_11_end },
	{ "3.12", compose_3_12, compose_3_12_end }, { "3.13", compose_3_13, compose_3_13_end },
};

/* "" and "3" are the newest, as they are to docker stack. */
const char *compose_schema(const char *version, size_t *len)
{
	size_t i;

	if (!*version || !strcmp(version, "3"))
		version = "3.13";
	for (i = 0; i < ARRAY_SIZE(schemas); i++) {
		if (strcmp(schemas[i].version, version) != 0)
			continue;
		*len = (size_t)(schemas[i].end - schemas[i].text);
		return schemas[i].text;
	}
	return NULL;
}

const char *compose_spec_schema(size_t *len)
{
	*len = (size_t)(compose_spec_end - compose_spec);
	return compose_spec;
}
