/* What is there to go on from: the checkpoint of a run, or its result. */
#ifndef LIB_RESUME_H
#define LIB_RESUME_H

#include <stdbool.h>

#include "lib/run.h"
#include "io/checkpoint.h"
#include "io/tally_file.h"

enum resume_kind {
	RESUME_NOTHING,           /* no range is known to be done */
	RESUME_CHECKPOINT,
	RESUME_TALLY,
	RESUME_COMPLETE           /* all that was asked for is written */
};

struct resume {
	enum resume_kind kind;
	struct checkpoint_file checkpoint;
	struct tally_file tally;
	bool has_checkpoint, has_tally;
	struct farm_start start;
	uint64_t *attempted;
	uint64_t histories;       /* that need not be computed again */
	bool is_fallback;         /* the newest checkpoint is damaged, see `fault` */
	struct err fault;
};

/* Looks into the directory for what the run can go on from. -1, ERR_INPUT or ERR_INPUT: nothing that is there
 * can be used, it is of another plan, or more is done than is asked for; then nothing has been changed. */
int resume_open(struct resume *s, const char *dir, const struct run *r, struct err *e);
void resume_close(struct resume *s);

/* Histories that are in the checkpoint or the result of a directory, whichever has more. 0: nothing that could
 * be used. */
uint64_t resume_saved(const char *dir);

/* ERR_INPUT that says what is in the directory, for a run that would start anew; 0: there is no checkpoint. */
int resume_refuse(const char *dir, const struct run *r, struct err *e);

#endif
