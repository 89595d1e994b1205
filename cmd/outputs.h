/*
 * outputs: -o FORMAT[=FILE], repeatable: reports of one plan to files and standard output.
 */
#ifndef CMD_OUTPUTS_H
#define CMD_OUTPUTS_H
#include "base/options.h"
#include "base/run.h"
#include "cmd/ci.h"
#include "cmd/report/report.h"

/* Whether each of them names a format and a file; look before the work is done. */
int outputs_check(struct run *run, const struct option_values *outputs, struct err *err);
int outputs_write(struct run *run, const struct option_values *outputs, const struct plan *p,
		  struct err *err);
/* Those that .gitops.yaml names; their folders are made. */
int outputs_write_settings(struct run *run, const struct plan *p, struct err *err);
/*
 * Nobody asked for a report: the text, and what this CI shows its readers beside its log:
 * annotations and the step's summary.
 */
int outputs_write_usual(const struct plan *p, const struct ci_request *request, struct err *err);

#endif
