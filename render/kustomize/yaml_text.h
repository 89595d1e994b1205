/*
 * yaml_text: a tree as kyaml prints it: keys in their order, scalars in their own quotes, lists not
 * indented. Comments are not kept: the tree has none.
 */
#ifndef RENDER_KUSTOMIZE_YAML_TEXT_H
#define RENDER_KUSTOMIZE_YAML_TEXT_H
#include "base/buf.h"
#include "base/node.h"

void yaml_text_write(struct buf *out, const struct node *n);

#endif
