/*
 * limits: every cap on what an input may ask of us, in one list.
 *
 * Input is hostile: a push can hold anything. A limit that is hit is an error that names it; none
 * of them is met by what people write by hand. Sizes are bytes unless the name says otherwise.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#define LIMIT_FILE_BYTES (64u << 20)	  /* one blob */
#define LIMIT_DEPTH 200			  /* nesting of YAML, JSON, expressions */
#define LIMIT_DOCUMENT_NODES (8u << 20)	  /* nodes of one file, aliases expanded */
#define LIMIT_RUN_BYTES ((size_t)6 << 30) /* all arenas of a run together */
#define LIMIT_HTTP_BODY_BYTES (256u << 20)
#define LIMIT_HTTP_REDIRECTS 5
#define LIMIT_PROCESS_BYTES (64u << 20) /* what a program that is run may print */
#define LIMIT_SYMLINKS 16		/* followed for one path */
#define LIMIT_KUSTOMIZE_DEPTH 100	/* bases of bases */
#define LIMIT_TEMPLATE_STEPS 10000000u	/* actions and calls one chart may evaluate */
#define LIMIT_TEMPLATE_MS 1000		/* of processor time for one chart */
#define LIMIT_TEMPLATE_KEYS 40 /* RSA keys of 2048 bits, or as dear ones, that may take longer */
#define LIMIT_TEMPLATE_DEPTH 100000		/* template calls in one another, as in Go */
#define LIMIT_TEMPLATE_CALLS 5000		/* include and tpl calls in one another */
#define LIMIT_TEMPLATE_STACK (6 << 20)		/* of the C stack that they may take */
#define LIMIT_TEMPLATE_DEEP_STACK (512 << 20)	/* of the stack that they get when that is spent */
#define LIMIT_TEMPLATE_MEMORY ((size_t)1 << 30) /* that one chart's values may take */
#define LIMIT_TEMPLATE_BYTES (32u << 20) /* text one template may print, or a function give */
#define LIMIT_ARCHIVE_BYTES (256u << 20) /* an unpacked chart */
#define LIMIT_ARCHIVE_FILES 20000
#define LIMIT_JQ_STEPS 1000000u	      /* evaluations of one expression over one object */
#define LIMIT_REGEX_BYTES (16u << 20) /* memory of one compiled expression */

#endif
