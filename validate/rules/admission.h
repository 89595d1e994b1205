/*
 * admission: what webhooks, admission policies, CRD conversions and API services share.
 */
#ifndef VALIDATE_RULES_ADMISSION_H
#define VALIDATE_RULES_ADMISSION_H
#include "validate/rules/val.h"

void check_admission_rule(struct val *v); /* operations, groups, versions, resources, scope */
void check_match_conditions(struct val *list);
void check_webhook_url(struct val *v);
/* `swapped`: absent names are reported as admission webhooks do, each at the other. */
void check_webhook_service(struct val *v, bool swapped);
/* Whether it is absent or white space only. */
bool is_blank(struct val *v);

#endif
