/* What the builders of the parts of a plan share: the values read so far, and how to complain. */
#ifndef IO_JOB_BUILD_H
#define IO_JOB_BUILD_H

#include <stdbool.h>

#include "base/decimal.h"
#include "base/err.h"
#include "io/diagnostic.h"
#include "io/job_values.h"
#include "model/plan.h"

struct job {
	struct plan *p;
	struct job_values *v;
	const struct text_file *f;
	const char *directory;
	struct diagnostics *d;
	struct err *e;
	bool has_ion, has_materials, has_size, has_grid;   /* what of the plan may be built on */
};

/* The parts, in this order, since each builds on those before. What is wrong with the job goes to d;
 * -1: no memory (ERR_SYSTEM). */
int job_set_beam(struct job *j);
int job_set_phase_space(struct job *j);   /* by job_set_beam, in place of spots */
int job_set_phantom(struct job *j);
int job_set_scoring(struct job *j);

/* Moves the boundaries between the layers onto the faces of the voxels, or says where they cut one. */
void job_align_layers(struct job *j);

__attribute__((format(printf, 4, 5)))
void job_complain(struct job *j, enum job_id id, struct span at, const char *fmt, ...);

bool job_is_good(const struct job *j, enum job_id id);
bool job_is_given(const struct job *j, enum job_id id);
bool job_is_fine(const struct job *j, enum job_id id);     /* good, or not there */
struct span job_place(const struct job *j, enum job_id id);

/* Of an element of a vector; of the value where there is no list. */
struct span job_element_place(const struct job *j, enum job_id id, int i);

double job_number(const struct job *j, enum job_id id);
void job_vector(const struct job *j, enum job_id id, double out[N_AXES]);

/* Complains of each of the keys that is given. False if one is. */
bool job_refuse(struct job *j, const enum job_id *id, int n, const char *reason);

/* The path, absolute, of a file that the job names: so that the plan's description holds wherever it
 * is kept. NULL after a complaint; the caller frees it. */
char *job_file_path(struct job *j, enum job_id id);

/* Lengths in messages: "10.05 cm". */
struct length_text {
	char text[DECIMAL_TEXT_MAX];
};

struct length_text job_in_cm(double value_cm);

/* The lowest coordinate of a box of that size in the middle of the beam. */
double job_lowest(int axis, double size_cm);

#endif
