/* url: what other files ask of URLs. */
#ifndef VALIDATE_CEL_URL_H
#define VALIDATE_CEL_URL_H
#include <stdbool.h>

/* Whether the text is an absolute URI, or a path that starts with '/'. */
bool cel_is_uri(const char *text);

#endif
