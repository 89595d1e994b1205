/*
 * mask: secret values become ordinals before they enter a plan or a message.
 *
 * A value's ordinal is its place of first appearance, so equal values have equal masks and a change
 * shows. What is registered once is found again anywhere: as the whole of a value, in base64, and
 * (six bytes or longer) inside any other text. Values are kept until masks_release, nowhere else.
 */
#ifndef VALIDATE_MASK_H
#define VALIDATE_MASK_H
#include "render/render.h"

struct masks;

struct masks *masks_new(void);
void masks_free(struct masks *m);
/* Register the values of a Secret (data, stringData, its last-applied copy); other kinds: nothing.
 */
void masks_add_object(struct masks *m, const struct node *object);
/* Register one value. */
void masks_add_value(struct masks *m, const char *text, size_t len);
/* Whether anything is registered. */
bool masks_any(const struct masks *m);
/* `text` with every registered value in it masked; `text` itself when there is none. In `a`. */
const char *masks_text(struct masks *m, struct arena *a, const char *text);
/* The name of an object: what is a part of it and no word is masked. In `a`, or `name` itself. */
const char *masks_name(struct masks *m, struct arena *a, const char *name);
/* A masked copy of a value; `secret` masks every scalar in it, registered or not. */
struct node *masks_node(struct masks *m, struct arena *a, const struct node *n, bool secret);
/* Whether a Secret's field at this path ("data.x", "stringData.x" …) holds a secret value. */
bool masks_covers(const char *kind, const char *group, const char *path);

#endif
