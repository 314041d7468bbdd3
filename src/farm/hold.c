/* Holds stops off while a result is written. */
#include "farm/hold.h"

#include <string.h>

#define STOPS_MAX 2

static const int signums[HOLD_SIGNALS] = { SIGINT, SIGTERM };

/* A handler has no argument. */
static volatile sig_atomic_t n_came;

static void
let_go(void)
{
	for (int i = 0; i < HOLD_SIGNALS; i++)
		signal(signums[i], SIG_DFL);
}

static void
on_stop(int signum)
{
	(void)signum;
	if (++n_came >= STOPS_MAX)
		let_go();
}

void
hold_block(struct hold *h)
{
	sigset_t stops;

	sigemptyset(&stops);
	for (int i = 0; i < HOLD_SIGNALS; i++)
		sigaddset(&stops, signums[i]);
	h->is_blocked = sigprocmask(SIG_BLOCK, &stops, &h->mask) == 0;
}

void
hold_cancel(struct hold *h)
{
	if (h->is_blocked)
		sigprocmask(SIG_SETMASK, &h->mask, NULL);
	h->is_blocked = false;
}

void
hold_open(struct hold *h, int n_stops)
{
	struct sigaction a;

	memset(&a, 0, sizeof a);
	a.sa_handler = n_stops < STOPS_MAX ? on_stop : SIG_DFL;
	a.sa_flags = SA_RESTART;
	n_came = n_stops;
	for (int i = 0; i < HOLD_SIGNALS; i++)
		sigaction(signums[i], &a, &h->old[i]);
	h->is_open = true;
	hold_cancel(h);
}

void
hold_close(struct hold *h)
{
	for (int i = 0; i < HOLD_SIGNALS && h->is_open; i++)
		sigaction(signums[i], &h->old[i], NULL);
	h->is_open = false;
}
