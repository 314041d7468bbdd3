/* All that a run needs to go on, kept in its directory: plan.yaml and the tables that it names. */
#ifndef IO_KEPT_PLAN_H
#define IO_KEPT_PLAN_H

#include "base/err.h"
#include "model/plan.h"

#define KEPT_PLAN_NAME "plan.yaml"

/* Writes DIR/plan.yaml, a job file with every value given, and copies the user's tables and list of
 * spots beside it (stopping_power_1.txt for the first layer, spots.txt), so that neither the job file
 * nor what it names is needed again; but a phase space, which may be large, stays where it is.
 * ERR_OUTPUT, ERR_INPUT, ERR_SYSTEM. */
int kept_plan_write(const char *dir, const struct plan *p, struct err *e);

#endif
