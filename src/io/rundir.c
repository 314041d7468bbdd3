/* Claims the directory of a run. */
#include "io/rundir.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/checkpoint.h"
#include "io/file.h"
#include "io/kept_plan.h"
#include "io/leaving_file.h"
#include "io/tally_file.h"

/* Everything that a run or `plot` leaves; a name that is not here is not ours to remove. The
 * results proper come first. */
static const char *const result_names[] = {
	"tally.bin", PART_FILE_NAME, "report.json", "dose.mhd", "dose.raw", "dose_error.mhd", "dose_error.raw",
	"fluence.mhd", "fluence.raw", "let_t.mhd", "let_t.raw", "let_d.mhd", "let_d.raw",
	"cylinder.csv", "depth.csv", "particles.csv", "report.html", LEAVING_FILE_NAME,
	CHECKPOINT_NAME, CHECKPOINT_OLD_NAME, CHECKPOINT_DAMAGED_NAME,
	"final_states.npy", "ranges.log", "status.json", "job.yaml",
};

enum { N_RESULTS = sizeof result_names / sizeof result_names[0], N_LEFTOVERS = 4 };   /* the last ones: no result */

int
rundir_default(char *buf, size_t n, const char *job_path, const char *ending, struct err *e)
{
	const char *base = strrchr(job_path, '/');
	const char *dot;
	size_t length;

	base = base != NULL ? base + 1 : job_path;
	dot = strrchr(base, '.');
	length = dot != NULL && dot != base ? (size_t)(dot - base) : strlen(base);
	if (length == 0 || (size_t)snprintf(buf, n, "%.*s%s", (int)length, base, ending) >= n)
		return err_set(e, ERR_INPUT, "no directory can be named after '%.200s'; give one with -o",
		    job_path);
	return 0;
}

static bool
name_exists(const char *dir, const char *name)
{
	char path[4096 + 64];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return lstat(path, &st) == 0;
}

int
rundir_check_empty(const char *dir, struct err *e)
{
	int i = 0;

	while (i < N_RESULTS && !name_exists(dir, result_names[i]))
		i++;
	if (i == N_RESULTS)
		return 0;
	if (i >= N_RESULTS - N_LEFTOVERS && name_exists(dir, KEPT_PLAN_NAME))
		return err_set(e, ERR_INPUT, "%s holds a run that left nothing to go on from (%s is there); 'ionfarm"
		    " resume %s' starts it again, --force begins another", dir, result_names[i], dir);
	return err_set(e, ERR_INPUT, "%s holds the result of an earlier run (%s is there);"
	    " --force replaces it, -o names another directory", dir, result_names[i]);
}

int
rundir_remove(const char *dir, const char *name, struct err *e)
{
	char path[4096 + 64];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	if (unlink(path) == 0 || errno == ENOENT)
		return 0;
	return err_set(e, ERR_OUTPUT, "cannot remove %s: %s", path, strerror(errno));
}

static int
remove_results(const char *dir, struct err *e)
{
	for (int i = 0; i < N_RESULTS; i++)
		if (rundir_remove(dir, result_names[i], e) != 0)
			return -1;
	return leaving_spool_remove(dir, e);
}

static int
write_job(const char *dir, const struct text_file *text, struct err *e)
{
	struct file f;

	if (file_create(&f, dir, "job.yaml", e) != 0)
		return -1;
	file_write(&f, text->text, text->length);
	return file_commit(&f, e);
}

int
rundir_make(const char *dir, struct err *e)
{
	struct stat st;

	if (strlen(dir) > RUNDIR_LENGTH_MAX)
		return err_set(e, ERR_INPUT, "the directory's name is too long");
	if (mkdir(dir, 0777) == 0)
		return 0;
	if (errno == EEXIST && stat(dir, &st) == 0 && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	return errno == EEXIST ? 0 : err_set(e, ERR_OUTPUT, "cannot create %s: %s", dir, strerror(errno));
}

bool
rundir_has(const char *dir, const char *name)
{
	return name_exists(dir, name);
}

bool
rundir_is_same(const char *dir_a, const char *dir_b)
{
	struct stat a, b;

	return stat(dir_a, &a) == 0 && stat(dir_b, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

int
rundir_claim(const char *dir, const struct text_file *job, enum rundir_claim how, struct err *e)
{
	int status = 0;

	if (how == RUNDIR_IF_EMPTY)
		status = rundir_check_empty(dir, e);
	if (how == RUNDIR_REPLACE)
		status = remove_results(dir, e);
	return status == 0 ? write_job(dir, job, e) : -1;
}
