/*
 * checks: pieces of checks that several areas share, as the server's validation does.
 *
 * Each takes the val of the value it judges and complains at the server's path.
 */
#ifndef VALIDATE_RULES_CHECKS_H
#define VALIDATE_RULES_CHECKS_H
#include "validate/rules/val.h"

void check_labels(struct val *labels);
void check_annotations(struct val *annotations);

#endif
