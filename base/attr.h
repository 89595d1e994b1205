/*
 * attr: compiler attributes and the few macros every file may use.
 *
 * SCOPED(release) puts a release function at the declaration of what it releases: it runs when the
 * variable leaves its scope. Macros here never hide control flow. Depends on nothing.
 */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H
#include <stddef.h>

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define MUST_USE __attribute__((warn_unused_result))
#define UNUSED __attribute__((unused))
#define SCOPED(release) __attribute__((cleanup(release)))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
