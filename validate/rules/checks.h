/*
 * checks: pieces of checks that several areas share, as the server's validation does.
 *
 * Each takes the val of the value it judges and complains at the server's path. An absent value
 * passes unless its line says otherwise.
 */
#ifndef VALIDATE_RULES_CHECKS_H
#define VALIDATE_RULES_CHECKS_H
#include "validate/rules/quantity.h"
#include "validate/rules/val.h"

/* metadata */
void check_labels(struct val *labels);
void check_annotations(struct val *annotations);

/* Each entry's text by a check of text.h. */
void check_each(struct val *list, const char *(*check)(const char *));
/* The text, when there is one, by a check of text.h. */
void check_text(struct val *v, const char *(*check)(const char *));

/* selectors */
void check_label_selector(struct val *selector);
/* Whether a label selector selects these labels; an empty one selects all. */
bool selector_matches(struct val *selector, struct val *labels);
void check_node_selector(struct val *selector);
void check_preferred_nodes(struct val *terms);
void check_toleration(struct val *v);
void check_tolerations(struct val *tolerations);

/* containers and volumes */
void check_local_path(struct val *path);
void check_file_mode(struct val *mode);
void check_key_path(struct val *item);
void check_downward_file(struct val *file, struct val *at);
void check_field_ref(struct val *ref, const char *paths);
void check_resource_ref(struct val *ref, bool volume);
void check_projected(struct val *v);
void check_port_or_name(struct val *port);
void check_container_env(struct val *container);

/* resources */
void check_resource_amount(const char *name, struct val *v);
void check_resource_name(struct val *v, const char *name); /* of a container */
void check_requirements(struct val *v);
bool is_extended_resource(struct val *v, const char *name); /* example.com/gpu */

/* storage */
void check_csi_driver(struct val *driver);
void check_pv_sources(struct val *spec);
void check_claim_spec(struct val *spec);
void check_access_modes(struct val *modes);

/* services */
const struct node *service_kept(struct check *c);

/* IPs; a complaint at `v` */
void check_ip(struct val *v);
void check_cidr(struct val *v);
/* Nothing that no traffic can be sent to from another machine. */
void check_endpoint_ip(struct val *v);

/* a number or a percentage, neither negative */
bool check_int_or_percent(struct val *v);
/* …of at most 100% */
void check_int_or_percent_100(struct val *v);

#endif
