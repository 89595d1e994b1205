/*
 * admission: what webhooks, admission policies, CRD conversions and API services share; their CEL
 * and that of device selectors.
 */
#ifndef VALIDATE_RULES_ADMISSION_H
#define VALIDATE_RULES_ADMISSION_H
#include "validate/rules/val.h"

void check_admission_rule(struct val *v); /* operations, groups, versions, resources, scope */
void check_match_conditions(struct val *list);
/* That their CEL compiles: in a policy (with its params), or in a webhook. */
void check_match_conditions_cel(struct val *list, bool policy, bool params);
/* That of a policy's conditions, variables, validations, audit annotations and mutations. */
void check_policy_cel(struct val *spec);
/* That of what selects devices. */
void check_device_selector_cel(struct val *v);
void check_webhook_url(struct val *v);
/* `swapped`: absent names are reported as admission webhooks do, each at the other. */
void check_webhook_service(struct val *v, bool swapped);
/* Whether it is absent or white space only. */
bool is_blank(struct val *v);

#endif
