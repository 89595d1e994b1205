/* internal: what the files of render/yaml share. */
#ifndef RENDER_YAML_INTERNAL_H
#define RENDER_YAML_INTERNAL_H
#include <stdbool.h>
#include <stddef.h>

/* A time in YAML 1.1's base 60 (1:30), which go-yaml quotes on the way out. */
bool yaml_is_base60(const char *text, size_t len);

#endif
