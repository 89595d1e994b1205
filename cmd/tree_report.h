/*
 * tree_report: the repository's tree (a list of clusters, each with its apps and their objects, as
 * `tree -o json` prints it) as text, as a graph for Graphviz and as one page of HTML.
 */
#ifndef CMD_TREE_REPORT_H
#define CMD_TREE_REPORT_H
#include "base/buf.h"
#include "base/node.h"

void tree_report_text(struct buf *out, const struct node *clusters);
void tree_report_dot(struct buf *out, struct arena *a, const struct node *clusters);
/* Without scripts: apps fold. */
void tree_report_html(struct buf *out, const struct node *clusters);

#endif
