/* The signals while a supervisor is at work: stop, save and show, which its loop takes; and SIGCHLD. */
#ifndef FARM_SIGNALS_H
#define FARM_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <uv.h>

#define SIGNALS_MAX 4

struct signals {
	uv_signal_t handles[SIGNALS_MAX];
	int signums[SIGNALS_MAX];
	struct sigaction old[SIGNALS_MAX];
	int n_handles;
	int n_stops;
	struct sigaction old_child;
	/* SIGINT and SIGTERM, the first and the second time; the third meets the default. */
	void (*on_stop)(void *ctx, int signum, int n);
	void (*on_hangup)(void *ctx);       /* NULL: SIGHUP keeps its disposition */
	void (*on_user)(void *ctx);         /* NULL: so does SIGUSR1 */
	void *ctx;
};

/* The caller has filled in the functions. Where SIGCHLD is ignored (which a program inherits from the one that
 * started it) the kernel keeps no status of a child for its parent, so that it is as by default meanwhile. Of the
 * others none is taken by the deaf. */
void signals_open(struct signals *s, uv_loop_t *loop, bool is_deaf);

/* Closes the handles; once the loop has run, signals_restore gives back the old dispositions. */
void signals_close(struct signals *s);
void signals_restore(const struct signals *s);

#endif
