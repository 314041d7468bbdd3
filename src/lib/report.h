/* report.json and the summary of a run. */
#ifndef LIB_REPORT_H
#define LIB_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/run.h"
#include "io/json.h"
#include "model/curve.h"

struct report {
	const struct run *run;
	const struct farm_result *result;
	const struct tally *tally;
	const struct farm_options *options;
	const char *job_path;
	uint64_t n_merged;                /* parts that were added; 0: computed here */
	double setup_s, write_s;
	struct curve_features curve;      /* of the integral depth dose, MeV cm2/g */
	double axis_entrance_Gy, axis_peak_Gy, axis_peak_error_Gy;
	double uncertainty;               /* mean relative standard error above half of the maximum */
};

/* Derives the figures from run, result and tally, which are set. */
int report_analyse(struct report *rp, struct err *e);

void report_json(const struct report *rp, struct json *j);
int report_write(const struct report *rp, struct err *e);     /* DIR/report.json */
void report_summary(const struct report *rp, FILE *out);      /* ten lines */
void report_tell(const struct report *rp, const struct listener *to);      /* both */

#endif
