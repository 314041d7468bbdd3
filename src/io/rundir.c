/* Claims the directory of a run. */
#include "io/rundir.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"
#include "io/text_file.h"

enum { JOB_BYTES_MAX = 1 << 20 };

/* Everything that a run or `plot` leaves; a name that is not here is not ours to remove. The
 * results proper come first. */
static const char *const result_names[] = {
	"tally.bin", "report.json", "dose.mhd", "dose.raw", "dose_error.mhd", "dose_error.raw",
	"fluence.mhd", "fluence.raw", "let_t.mhd", "let_t.raw", "let_d.mhd", "let_d.raw",
	"cylinder.csv", "depth.csv", "final_states.npy", "ranges.log", "job.yaml",
};

enum { N_RESULTS = sizeof result_names / sizeof result_names[0] };

int
rundir_default(char *buf, size_t n, const char *job_path, struct err *e)
{
	const char *base = strrchr(job_path, '/');
	const char *dot;
	size_t length;

	base = base != NULL ? base + 1 : job_path;
	dot = strrchr(base, '.');
	length = dot != NULL && dot != base ? (size_t)(dot - base) : strlen(base);
	if (length == 0 || (size_t)snprintf(buf, n, "%.*s.out", (int)length, base) >= n)
		return err_set(e, ERR_USAGE, "no directory can be named after '%.200s'; give one with -o",
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

static int
refuse_results(const char *dir, struct err *e)
{
	for (int i = 0; i < N_RESULTS; i++)
		if (name_exists(dir, result_names[i]))
			return err_set(e, ERR_USAGE, "%s holds the result of an earlier run (%s is there);"
			    " --force replaces it, -o names another directory", dir, result_names[i]);
	return 0;
}

static int
remove_results(const char *dir, struct err *e)
{
	char path[4096 + 64];

	for (int i = 0; i < N_RESULTS; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, result_names[i]);
		if (unlink(path) != 0 && errno != ENOENT) {
			err_sys(e, "cannot remove %s", path);
			e->kind = ERR_OUTPUT;
			return -1;
		}
	}
	return 0;
}

static int
copy_job(const char *dir, const char *job_path, struct err *e)
{
	struct text_file text = {0};
	struct file f;
	int status = -1;

	if (text_file_read(&text, job_path, JOB_BYTES_MAX, e) != 0)
		goto done;
	if (file_create(&f, dir, "job.yaml", e) != 0)
		goto done;
	file_write(&f, text.text, text.length);
	status = file_commit(&f, e);
done:
	text_file_free(&text);
	return status;
}

int
rundir_claim(const char *dir, const char *job_path, bool is_forced, struct err *e)
{
	if (strlen(dir) > 4000)
		return err_set(e, ERR_USAGE, "the directory's name is too long");
	if (mkdir(dir, 0777) != 0) {
		if (errno != EEXIST) {
			err_sys(e, "cannot create %s", dir);
			e->kind = ERR_OUTPUT;
			return -1;
		}
		if ((is_forced ? remove_results : refuse_results)(dir, e) != 0)
			return -1;
	}
	return copy_job(dir, job_path, e);
}

FILE *
rundir_open_log(const char *dir, const char *name, struct err *e)
{
	char path[4096 + 64];
	FILE *log;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	log = fopen(path, "wxe");
	if (log == NULL) {
		err_sys(e, "cannot create %s", path);
		e->kind = ERR_OUTPUT;
		return NULL;
	}
	setvbuf(log, NULL, _IOLBF, 0);
	return log;
}

int
rundir_close_log(FILE **log, const char *dir, const char *name, struct err *e)
{
	bool has_failed = ferror(*log) != 0;

	errno = EIO;
	if (fclose(*log) != 0)
		has_failed = true;
	*log = NULL;
	if (!has_failed)
		return 0;
	err_sys(e, "cannot write %s/%s", dir, name);
	e->kind = ERR_OUTPUT;
	return -1;
}
