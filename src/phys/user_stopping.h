/* A user's own table of stopping powers, read as a smooth curve. */
#ifndef PHYS_USER_STOPPING_H
#define PHYS_USER_STOPPING_H

#include "base/err.h"
#include "model/plan.h"

/* ERR_INPUT, naming the row, unless there are two rows or more, positive, the energies rising. */
int user_stopping_check(const struct stopping_table *u, struct err *e);

/* ln S at ln T within the table: a cubic between neighbouring rows in ln S(ln T). */
double user_stopping_log(const struct stopping_table *u, double log_energy);

#endif
