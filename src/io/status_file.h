/* status.json: how far a run is, for those who look at it from outside. */
#ifndef IO_STATUS_FILE_H
#define IO_STATUS_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "io/json.h"

struct run_status {
	char state[32];               /* "running", or how it ended */
	char part[160];               /* of the run, or empty */
	uint64_t pid;
	char host[72], updated[24];   /* UTC */
	uint64_t histories_done, histories_asked;
	uint64_t seconds;             /* of this process */
	uint64_t histories_per_s;
	uint64_t workers, deaths;
	uint64_t checkpoints, checkpoints_failed;
	char last_checkpoint[24];     /* UTC, or empty */
};

void status_json(const struct run_status *s, struct json *j);

/* Replaces DIR/status.json; not worth waiting for the disk. ERR_OUTPUT. */
int status_file_write(const char *dir, const struct run_status *s, struct err *e);

/* What is not in the file, or not as it is written there, is 0 or empty. ERR_INPUT: there is none. */
int status_file_read(struct run_status *s, const char *dir, struct err *e);

#endif
