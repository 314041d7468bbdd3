/* The job file: text -> plan, and the resolved plan -> text. */
#ifndef IO_JOB_H
#define IO_JOB_H

#include <stdio.h>

#include "base/err.h"
#include "io/diagnostic.h"
#include "io/text_file.h"
#include "model/plan.h"

#define JOB_FILE_BYTES_MAX ((size_t)1 << 20)
#define JOB_HISTORIES_MAX UINT64_C(1000000000000000)

/* Fills the plan from a job file. Every error in it is added to d; then returns -1 with ERR_INPUT and
 * their number in e. Also -1: the file cannot be read (ERR_INPUT), no memory (ERR_SYSTEM). On
 * success the caller frees the plan with plan_free; on failure there is nothing of it to free. `job` receives the text;
 * the caller frees it both ways. */
int job_read(struct plan *p, struct text_file *job, const char *path, struct diagnostics *d, struct err *e);

/* The same from memory. `name` is what messages call it; files named in it are relative to `directory`. */
int job_read_text(struct plan *p, const char *text, size_t length, const char *name,
    const char *directory, struct diagnostics *d, struct err *e);

/* Writes the plan as a job file with every key given. Read back, it makes the same plan, to the bit.
 * Returns -1 if `out` could not be written. */
int job_describe(const struct plan *p, FILE *out);

#endif
