/* The authorizer's answers are the cluster's: type-checked here, and never made up. */
#include "validate/cel/library.h"

static const struct cel_function rows[] = {
	{ "path", "Zs:Z", NULL, true },
	{ "group", "Zs:Z", NULL, true },
	{ "serviceAccount", "Zss:Z", NULL, true },
	{ "resource", "Zs:Z", NULL, true },
	{ "subresource", "Zs:Z", NULL, true },
	{ "namespace", "Zs:Z", NULL, true },
	{ "name", "Zs:Z", NULL, true },
	{ "check", "Zs:Z", NULL, true },
	{ "fieldSelector", "Zs:Z", NULL, true },
	{ "labelSelector", "Zs:Z", NULL, true },
	{ "allowed", "Z:b", NULL, true },
	{ "reason", "Z:s", NULL, true },
	{ "errored", "Z:b", NULL, true },
	{ "error", "Z:s", NULL, true },
};
const struct cel_functions cel_authorizer = { rows, ARRAY_SIZE(rows) };
