/* What a person sees while a run goes on: one line that is rewritten on a terminal, a line now
 * and then in a log. */
#ifndef APP_PROGRESS_H
#define APP_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

#include "ionfarm.h"

struct progress {
	FILE *out;
	bool is_quiet;
	bool is_json;             /* a line of JSON each time */
	bool is_report;           /* at the end the report goes to standard output, not the summary */
	bool is_terminal;
	bool is_line_open;        /* the terminal's line has text and no end yet */
	double next_line_s;       /* of the log */
	unsigned n_unsaid;        /* messages that nobody took */
};

void progress_init(struct progress *p, FILE *out, bool is_quiet);

/* A line of its own: a death, a note. Shown even when quiet. When whoever reads has stopped (a terminal that is
 * held, a pager), neither this nor the progress waits for it: it is dropped, and the number is told later. */
void progress_say(struct progress *p, const char *text);

/* Ends the terminal's line. */
void progress_end(struct progress *p);

/* Takes what a run says; ctx is the struct progress. */
int progress_take(void *ctx, const struct ionfarm_progress *s);
void progress_take_text(void *ctx, enum ionfarm_text kind, const char *text);

#endif
