/*
 * val: a value of an object under check, with its field path.
 *
 * A val is a node and how it was reached, so that a check reads like the sentence that it stands
 * for: `if (v_int(v_at(v, "minReadySeconds"), 0) < 0) bad(…)`. Going to an absent field gives a val
 * without a node, whose accessors answer as the zero value; null counts as absent, as in Go. Vals
 * live in the scratch arena of one rules_check.
 */
#ifndef VALIDATE_RULES_VAL_H
#define VALIDATE_RULES_VAL_H
#include "validate/rules/kinds.h"
#include "validate/rules/rules.h"

/* What the functions of one rules_check share. */
struct quantity;
struct check {
	const struct object *object;
	const struct kind *kind; /* NULL: a custom resource */
	struct arena *scratch;
	struct findings *out;
	const struct rule *rule; /* the row that runs */
	int minor;		 /* release: 36 is 1.36 */
	struct val *root;
	struct val *old;      /* the old object's root; NULL on create */
	struct val *pod_meta; /* while a pod spec is checked: its metadata */
	struct val *pod_spec;
	bool pod_template; /* the pod spec is a template's, not a Pod's */
	bool container_init, container_ephemeral;
};

struct val {
	struct check *c;
	struct val *up;					     /* NULL: the root */
	enum val_step { VAL_FIELD, VAL_KEY, VAL_ITEM } step; /* .name, [name], [index] */
	const char *name; /* of a field or a map's entry; "" for a list's */
	size_t index;
	const struct node *n;	/* NULL: absent or null */
	const struct node *key; /* of a map entry, for its origin */
};

/* Down: a field by dotted names, a list's entry, a map's entry by position or by key. */
struct val *v_at(struct val *v, const char *path);
struct val *v_item(struct val *v, size_t index);
struct val *v_entry(struct val *v, size_t index);
struct val *v_key(struct val *v, const char *key);
/* The value that one accessor defaulted or derived: no node, for a path only. */
struct val *v_none(struct val *v, const char *name);

/* The same value under another name, for paths that the server spells differently. */
struct val *v_as(struct val *v, const char *name);
/* A field of `from` whose path is that of a field of `at`: where the server forgets an index. */
struct val *v_under(struct val *at, struct val *from, const char *field);

bool v_has(const struct val *v);	 /* present, not null (may be empty) */
bool v_present(const struct val *v);	 /* a map has the key, though it may be null */
size_t v_count(const struct val *v);	 /* entries of a list or map */
const char *v_str(const struct val *v);	 /* "" when it is no string */
const char *v_text(const struct val *v); /* of an amount, for messages; "0" for none */
const char *v_str_or(const struct val *v, const char *fallback); /* for "" too */
bool v_is(const struct val *v, const char *text);
bool v_empty(const struct val *v); /* no string, or "" */
bool v_true(const struct val *v, bool fallback);
int64_t v_int(const struct val *v, int64_t fallback);
bool v_is_int(const struct val *v);
const char *v_name(const struct val *v);	       /* the last name of the path */
bool v_same(const struct val *a, const struct val *b); /* equal; absent equals empty */
/* The same to the server, after its defaulting of what is absent. */
bool v_unchanged(const struct val *now, const struct val *old);
bool node_same(const struct node *a, const struct node *b, const char *field);
/* A copy of a map without some of its fields, space-separated; NULL for what is no map. */
struct node *node_without(struct arena *a, const struct node *n, const char *fields);
/* The i-th item of a list whose field `key` has this text; NULL when there is none. */
struct val *v_find(struct val *list, const char *key, const char *text);
/* An amount; false when it is absent or none. v_amount complains of the latter. */
bool v_quantity(const struct val *v, struct quantity *out);
bool v_amount(struct val *v, struct quantity *out);
/* The path in the server's notation. */
const char *v_path(struct arena *a, const struct val *v);

#define V_EACH(e, list)                                                                            \
	for (struct val *e##_list = (list), *e = NULL;                                             \
	     e##_list && (e = v_next(e##_list, e)) != NULL;)
/* The entry after `e` of a list or map; the first for NULL. */
struct val *v_next(struct val *list, struct val *e);

/* Complaints; each adds one finding of the running rule at the val's path. */
void bad(struct val *v, const char *fmt, ...) PRINTF_LIKE(2, 3); /* a value that is not allowed */
void missing(struct val *v, const char *fmt, ...) PRINTF_LIKE(2, 3);
void forbidden(struct val *v, const char *fmt, ...) PRINTF_LIKE(2, 3);
void duplicate(struct val *v);
/* An update that the server refuses and that deleting and creating again would make. */
void immutable(struct val *v, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Missing unless the string is non-empty; whether it was there. */
bool need(struct val *v);
/* One of the space-separated words; absent or "" passes. Whether it passed. */
bool one_of(struct val *v, const char *words);
/* The same, but "" is missing. */
bool need_one_of(struct val *v, const char *words);
/* The same, but absent passes: "" does not. */
bool given_one_of(struct val *v, const char *words);
/* A number that is there must not be negative. */
void not_negative(struct val *v);
/* A number that is there must lie in low…high. */
void in_range(struct val *v, int64_t low, int64_t high);
/* The message of a text check of text.h, if any, as a complaint; whether it passed. */
bool ok(struct val *v, const char *complaint);
/* What a check of text.h says of a generateName, which gets a suffix. */
const char *v_prefix_complaint(struct val *v, const char *(*check)(const char *));
/* Whether text is one of space-separated words. */
bool word_in(const char *text, const char *words);
/* What differs between new and old is refused; whether they are the same. */
bool unchanged(struct val *v, struct val *old);
/* The value of `what` at the path of `place`. */
struct val *v_place(struct val *place, const struct val *what);

#endif
