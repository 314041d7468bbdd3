/* The public plan: a job as it was read. */
#ifndef LIB_API_PLAN_H
#define LIB_API_PLAN_H

#include "io/text_file.h"
#include "ionfarm.h"
#include "model/plan.h"

struct ionfarm_plan {
	struct plan plan;
	char hash[33];
	struct text_file job;
	double read_s;             /* time that this took */
};

#endif
