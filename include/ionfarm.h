/* libionfarm: the dose of ion beams in matter, by Monte Carlo.
 *
 *     plan = ionfarm_plan_read("job.yaml", &error);
 *     status = ionfarm_run(plan, "job.out", NULL, &error);
 *     result = ionfarm_result_read("job.out", &error);
 *     ionfarm_result_depth(result, "idd_MeV_cm2_g", curve, n, &error);
 *
 * Ownership. What a function named ..._new, ..._read or ..._parse returns is the caller's, and freed by the
 *     ..._free of its kind, which takes NULL too. What points into such an object lives as long as it does. What is
 *     passed in is only read, and need not outlive the call, but for a plan, options and the `ctx` of functions
 *     while they are used.
 *
 * Errors. A function fails by returning -1 or NULL; nothing is printed, no function ends the process. `error`, the
 *     last argument, may be NULL. If not, *error becomes NULL on success and, on failure, an error that the caller
 *     frees; it is NULL then, too, where there was no memory for it, which the functions of an error take.
 *
 * Units. As in the files of a result: mm, Gy, MeV per nucleon, MeV cm2/g, g/cm2, keV/um, 1/cm2.
 *
 * Threads. There is no global state. Two threads may use the library at the same time, but not the same object, if one
 *     of them frees or sets it; any number may run or read one plan, each into another directory. Numbers are read
 *     and written as in the C locale, whatever the caller's is.
 *
 * Processes. A run with workers forks them from the process that calls, without exec, and waits for them. They share
 *     its memory as it was, close nothing that it has open, and end by _exit, or with it. Whatever another thread of
 *     the process had locked stays locked in them: with more than one thread a run is refused, unless it is "serial",
 *     or "threads" says that none of the others holds a lock of the C library (of a stdio stream, say) when workers are
 *     forked, which is at the start and whenever one is replaced. All stdio streams are flushed before each fork.
 *     A child that the caller has forked may use the library, but for a run that the parent is in.
 *
 * Signals. None is taken and no disposition changed, unless "own-process" is set; but SIGCHLD, where it is ignored, is
 *     as by default while there are workers. A handler that waits for any child, and not only for its own, takes their
 *     status from the library, which then cannot tell what a worker died of. SIGXFSZ of a file that grows beyond a
 *     limit is not caught.
 *
 * Structs and enums below may get further members at their ends; only the library makes such structs.
 */
#ifndef IONFARM_H
#define IONFARM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IONFARM_API __attribute__((visibility("default")))

/* What a run came to, and the exit status of ionfarm(1); also which kind of error there was. */
enum ionfarm_exit {
	IONFARM_EXIT_COMPLETE = 0,
	IONFARM_EXIT_FAILED = 1,               /* memory, processes, or a bug */
	IONFARM_EXIT_USAGE = 2,                /* an argument, a job, another file of the user */
	IONFARM_EXIT_HISTORIES_LEFT_OUT = 3,   /* complete but for histories that killed their workers */
	IONFARM_EXIT_STOPPED_EARLY = 4,        /* by a signal, a limit, on request; what was done is written */
	IONFARM_EXIT_WORKERS_KEPT_DYING = 5,
	IONFARM_EXIT_OUTPUT_FAILED = 6
};

/* Energies in tally.bin, report.json and ionfarm_result_count are whole numbers of 1 / IONFARM_QUANTA_PER_MeV. */
#define IONFARM_QUANTA_PER_MeV 1048576

/* The version of the library: "0.1.0". */
IONFARM_API const char *ionfarm_version(void);

/* --- errors ------------------------------------------------------------------------------------- */

struct ionfarm_error;

/* One line without its end, as in the DIAGNOSTICS of ionfarm(1). */
IONFARM_API const char *ionfarm_error_text(const struct ionfarm_error *error);

/* Of a job with mistakes all of them, each with its line and a caret, for a fixed-width font; else "". */
IONFARM_API const char *ionfarm_error_details(const struct ionfarm_error *error);

IONFARM_API enum ionfarm_exit ionfarm_error_status(const struct ionfarm_error *error);
IONFARM_API void ionfarm_error_free(struct ionfarm_error *error);

/* --- plans: jobs that were read and checked ------------------------------------------------------ */

struct ionfarm_plan;

/* Reads a job file, see ionfarm-job(5). */
IONFARM_API struct ionfarm_plan *ionfarm_plan_read(const char *path, struct ionfarm_error **error);

/* The same from `length` bytes. Files that the job names are relative to `directory` (NULL: the current one). */
IONFARM_API struct ionfarm_plan *ionfarm_plan_parse(const char *text, size_t length, const char *directory,
    struct ionfarm_error **error);

/* 32 hexadecimal digits: two plans with the same hash give the same bits. The seed is the job's own. */
IONFARM_API const char *ionfarm_plan_hash(const struct ionfarm_plan *plan);
IONFARM_API void ionfarm_plan_free(struct ionfarm_plan *plan);

/* --- runs ---------------------------------------------------------------------------------------- */

/* How far a run is. */
struct ionfarm_progress {
	uint64_t histories_done, histories_asked;   /* done: by earlier runs too, where this one goes on */
	double histories_per_s;                     /* of this one */
	double seconds;
	uint64_t deaths;
	int workers;
	int is_asked;                               /* by SIGUSR1 ("own-process"): it is to be shown at once */
};

/* Non-zero stops the run, as soon as the ranges in hand are done. */
typedef int ionfarm_progress_fn(void *ctx, const struct ionfarm_progress *progress);

enum ionfarm_text {
	IONFARM_WARNING,       /* a line without its end: a worker died, a checkpoint could not be written */
	IONFARM_NOTE,          /* a line */
	IONFARM_SUMMARY,       /* at the end, ten lines for people, each with its end, */
	IONFARM_REPORT         /* and the same for machines: the text of report.json */
};

/* Says something; `text` is gone when it returns. */
typedef void ionfarm_text_fn(void *ctx, enum ionfarm_text kind, const char *text);

struct ionfarm_options;

/* As by default: as many workers as there are processors, a checkpoint each minute. NULL: no memory. */
IONFARM_API struct ionfarm_options *ionfarm_options_new(void);

/* Sets an option of `ionfarm run` by its long name without the dashes, as ionfarm(1) has it; `value` is NULL for those
 * that take none:
 *     workers N, serial, histories N, seed N, shard K/N, force, resume auto, strict, checkpoint-interval TIME,
 *     time-limit TIME, hang-timeout TIME
 * and of the library:
 *     progress-interval TIME     between two calls of the function for it; 1 s
 *     threads                    see "Processes" above
 *     own-process                SIGINT, SIGTERM, SIGHUP and SIGUSR1 are for the run, as ionfarm(1) tells, while it
 *                                goes on; of several at a time for one only; and NOTIFY_SOCKET is told of it */
IONFARM_API int ionfarm_options_set(struct ionfarm_options *options, const char *name, const char *value,
    struct ionfarm_error **error);

/* Who is told; each function may be NULL. They are called, with `ctx`, in the thread and the process that run; they
 * must return, and not free what is in use. */
IONFARM_API void ionfarm_options_listen(struct ionfarm_options *options, ionfarm_progress_fn *progress,
    ionfarm_text_fn *text, void *ctx);
IONFARM_API void ionfarm_options_free(struct ionfarm_options *options);

/* Computes a plan into a directory, and writes there what ionfarm-result(5) describes: the same bits as
 * `ionfarm run`, whatever the options but "histories" and "seed". `directory` is made if need be; NULL: named after the
 * job, as the command does ("job.out" of a text). `options` may be NULL. Returns one of COMPLETE, HISTORIES_LEFT_OUT,
 * STOPPED_EARLY, WORKERS_KEPT_DYING: there is a result, of what was done. -1: there is none.
 * One run at a time may write to a directory: another process is refused, another thread of this one must not try. */
IONFARM_API int ionfarm_run(const struct ionfarm_plan *plan, const char *directory,
    const struct ionfarm_options *options, struct ionfarm_error **error);

/* Goes on with the run in a directory, by the plan that is kept there; returns as above. Of the options "seed",
 * "shard", "force" and "resume" are refused. */
IONFARM_API int ionfarm_resume(const char *directory, const struct ionfarm_options *options,
    struct ionfarm_error **error);

/* --- results ------------------------------------------------------------------------------------- */

struct ionfarm_result;

/* Reads the integers of a result, of a part of one too; what is derived from them is computed when asked for. Fails
 * (USAGE) where there is none, or one that is damaged. */
IONFARM_API struct ionfarm_result *ionfarm_result_read(const char *directory, struct ionfarm_error **error);

/* Where was scored. Of rings about an axis, x is the number of the ring and y always 0. */
struct ionfarm_grid {
	int n[3];                    /* voxels along x, y, z */
	double voxel_mm[3];          /* size of a voxel; of rings, only z */
	double first_mm[3];          /* centre of the first voxel; z is the depth */
	const double *ring_edge_mm;  /* [n[0] + 1], rising from 0; NULL: voxels, and no rings */
	double primaries;            /* that doses are for: 1, or as many as the job says are delivered */
	int is_part;                 /* it is part of a run: per primary all is well, but less precise */
};

IONFARM_API const struct ionfarm_grid *ionfarm_result_grid(const struct ionfarm_result *result);

/* The plan's; as ionfarm_plan_hash unless the run had another seed. */
IONFARM_API const char *ionfarm_result_hash(const struct ionfarm_result *result);

/* Fills to[n], n = n[0] n[1] n[2] of the grid, x fastest, z slowest. `what`, as ionfarm-export has it:
 *     dose     Gy
 *     error    its standard error / dose; 0 where there is none, NaN when fewer than two ranges were done
 *     fluence  of the primaries, 1/cm2 per primary
 *     let_t, let_d   mean LET over track length and over dose, keV/um; 0 where nothing came
 * Of a lattice, these are the bits of dose.raw, dose_error.raw, ... -1: not scored, or another n. */
IONFARM_API int ionfarm_result_voxels(const struct ionfarm_result *result, const char *what, float *to, size_t n,
    struct ionfarm_error **error);

/* Fills to[n], n = n[2] of the grid, with a column of depth.csv, by its name there ("depth_mm", "idd_MeV_cm2_g",
 * "idd_error_MeV_cm2_g", ...; see ionfarm-result(5)), but with all its digits. NaN where there is no value.
 * -1: no such column, or another n. */
IONFARM_API int ionfarm_result_depth(const struct ionfarm_result *result, const char *column, double *to, size_t n,
    struct ionfarm_error **error);

/* What was counted, exactly, in decimal; numbers may be above 2^64. By name, as in report.json:
 *     source, deposited, outside, escaped, neutral, binding       energies, 1 / IONFARM_QUANTA_PER_MeV MeV each;
 *                                                                 the first is the sum of the others
 *     histories (done), histories_stopped, histories_escaped, histories_missed, histories_reacted,
 *     steps, secondaries, elastic_events, nonelastic_events, neutrons
 *     left_out                                                    histories that killed their workers */
#define IONFARM_COUNT_BYTES 48
IONFARM_API int ionfarm_result_count(const struct ionfarm_result *result, const char *name,
    char text[IONFARM_COUNT_BYTES], struct ionfarm_error **error);
IONFARM_API void ionfarm_result_free(struct ionfarm_result *result);

/* --- stopping powers ----------------------------------------------------------------------------- */

struct ionfarm_stopping;

/* Of an ion ("proton", "C-12") in a material ("water"), by the names of ionfarm-job(5). I_eV: the mean excitation
 * energy; 0: the material's own. */
IONFARM_API struct ionfarm_stopping *ionfarm_stopping_new(const char *ion, const char *material, double I_eV,
    struct ionfarm_error **error);

struct ionfarm_matter {
	char ion[16], material[64];       /* their full names */
	int Z, A;
	double mass_MeV;                  /* of the bare nucleus */
	double density_g_cm3, I_eV;
};

IONFARM_API const struct ionfarm_matter *ionfarm_stopping_matter(const struct ionfarm_stopping *stopping);

/* At a kinetic energy per nucleon (total / A), 0.001 to 1000 MeV/u; outside -1. Mass stopping power, electronic and
 * nuclear, MeV cm2/g, and the range in the continuous-slowing-down approximation, g/cm2; what is NULL is left out. */
IONFARM_API int ionfarm_stopping_at(const struct ionfarm_stopping *stopping, double energy_MeV_u,
    double *electronic_MeV_cm2_g, double *nuclear_MeV_cm2_g, double *range_g_cm2, struct ionfarm_error **error);
IONFARM_API void ionfarm_stopping_free(struct ionfarm_stopping *stopping);

#ifdef __cplusplus
}
#endif

#endif
