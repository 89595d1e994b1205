/*
 * strvals: Helm's little language of --set: "a.b[0].c=x,d={1,2}", with backslash escapes, over a
 * map of values that it changes in place.
 */
#ifndef RENDER_HELM_STRVALS_H
#define RENDER_HELM_STRVALS_H
#include "render/helm/value.h"

enum strvals_kind {
	STRVALS_TYPED,	 /* --set: true, false, null, integers */
	STRVALS_STRING,	 /* --set-string */
	STRVALS_JSON,	 /* --set-json */
	STRVALS_FILE,	 /* --set-file: the value is a file's text */
	STRVALS_LITERAL, /* --set-literal: no escapes, no lists, no commas */
};

/* Read a file for STRVALS_FILE; NULL, or the error's text. */
typedef const char *strvals_read_fn(void *data, const char *path, struct value *out);

struct strvals_options {
	enum strvals_kind kind;
	origin_id origin; /* of the text's first byte */
	strvals_read_fn *read;
	void *data;
};

/* NULL, or Helm's text for what is wrong, in `a`; the values may have changed then. */
const char *strvals_parse(struct arena *a, const char *text, const struct strvals_options *options,
			  struct value into);

#endif
