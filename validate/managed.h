/*
 * managed: what an object's managedFields say about a path.
 */
#ifndef VALIDATE_MANAGED_H
#define VALIDATE_MANAGED_H
#include "validate/diff.h"

/* Whether an entry of managedFields is what a manager applied. */
bool managed_is_applier(const struct node *entry, const char *manager);
/* Whether an object has an entry of a manager's operation, "Apply" or "Update". */
bool managed_has(const struct node *object, const char *manager, const char *operation);
/*
 * The manager that holds a path (or something in it), by preference not what `not` applied; NULL
 * when nobody does. In `a`.
 */
const char *managed_by(struct arena *a, const struct node *object, const struct step *steps,
		       size_t count, const char * not );
/* The entry of managedFields that holds it; NULL. */
const struct node *managed_entry(struct arena *a, const struct node *object,
				 const struct step *steps, size_t count, const char * not );

#endif
