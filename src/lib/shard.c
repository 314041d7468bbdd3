/* Reads --shard, and what batch systems tell the tasks of an array. */
#include "lib/shard.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/job_options.h"

/* A count from the environment. */
static int
get_count(uint64_t *n, const char *name, struct err *e)
{
	const char *text = getenv(name);

	if (text == NULL)
		return err_set(e, ERR_USAGE, "--shard auto: %s is not set", name);
	return job_options_count(n, name, text, e);
}

static int
set(struct shard *s, uint64_t number, uint64_t count, const char *text, struct err *e)
{
	if (count < 1 || count > SHARD_COUNT_MAX)
		return err_set(e, ERR_USAGE, "--shard %.60s: there may be 1 to %d shards", text, SHARD_COUNT_MAX);
	if (number < 1 || number > count)
		return err_set(e, ERR_USAGE, "--shard %.60s: shard %" PRIu64 " is not one of 1 to %" PRIu64, text,
		    number, count);
	*s = (struct shard){ (uint32_t)number, (uint32_t)count };
	return 0;
}

/* All of the array must be there: tasks of a part of it would each take more than their share, and an array
 * that does not begin at 0 or 1 is likely to be such a part. */
static int
from_slurm(struct shard *s, uint64_t id, struct err *e)
{
	uint64_t min, max, step, count;

	if (get_count(&min, "SLURM_ARRAY_TASK_MIN", e) != 0 || get_count(&max, "SLURM_ARRAY_TASK_MAX", e) != 0 ||
	    get_count(&step, "SLURM_ARRAY_TASK_STEP", e) != 0 || get_count(&count, "SLURM_ARRAY_TASK_COUNT", e) != 0)
		return -1;
	if (min > 1 || max < min || id < min || step < 1 || (max - min) / step + 1 != count)
		return err_set(e, ERR_USAGE, "--shard auto: the array %" PRIu64 "-%" PRIu64 ":%" PRIu64 " of %" PRIu64
		    " tasks is not a whole one from 0 or 1 on; --shard auto/N takes only the number from it",
		    min, max, step, count);
	return set(s, (id - min) / step + 1, count, "auto", e);
}

enum batch_system { NEITHER, SLURM, HTCONDOR };

/* Which task of how many this is. */
static const char *const id_name[] = { [SLURM] = "SLURM_ARRAY_TASK_ID", [HTCONDOR] = "_CONDOR_PROCNO" };

static enum batch_system
batch_system(struct err *e)
{
	bool has_slurm = getenv(id_name[SLURM]) != NULL, has_condor = getenv(id_name[HTCONDOR]) != NULL;

	if (has_slurm != has_condor)
		return has_slurm ? SLURM : HTCONDOR;
	if (has_slurm)
		err_set(e, ERR_USAGE, "--shard auto: %s and %s are both set", id_name[SLURM], id_name[HTCONDOR]);
	else
		err_set(e, ERR_USAGE, "--shard auto: neither %s nor %s is set", id_name[SLURM], id_name[HTCONDOR]);
	return NEITHER;
}

static int
from_environment(struct shard *s, struct err *e)
{
	enum batch_system from = batch_system(e);
	uint64_t id, count;

	if (from == NEITHER || get_count(&id, id_name[from], e) != 0)
		return -1;
	if (from == SLURM)
		return from_slurm(s, id, e);
	return get_count(&count, "_CONDOR_NPROCS", e) == 0 ? set(s, id + 1, count, "auto", e) : -1;
}

/* Slurm's tasks count from 1 here, HTCondor's processes from 0. */
static int
number_from_environment(struct shard *s, const char *text, uint64_t count, struct err *e)
{
	enum batch_system from = batch_system(e);
	uint64_t number;

	if (from == NEITHER || get_count(&number, id_name[from], e) != 0)
		return -1;
	return set(s, number + (from == HTCONDOR), count, text, e);
}

static int
malformed(const char *text, struct err *e)
{
	return err_set(e, ERR_USAGE, "--shard %.60s: must be K/N, auto or auto/N", text);
}

int
shard_parse(struct shard *s, const char *text, struct err *e)
{
	const char *slash = strchr(text, '/');
	char first[24];
	uint64_t number, count;

	if (strcmp(text, "auto") == 0)
		return from_environment(s, e);
	if (slash == NULL || (size_t)(slash - text) >= sizeof first)
		return malformed(text, e);
	if (job_options_count(&count, "--shard", slash + 1, e) != 0)
		return malformed(text, e);
	snprintf(first, sizeof first, "%.*s", (int)(slash - text), text);
	if (strcmp(first, "auto") == 0)
		return number_from_environment(s, text, count, e);
	if (job_options_count(&number, "--shard", first, e) != 0)
		return malformed(text, e);
	return set(s, number, count, text, e);
}
