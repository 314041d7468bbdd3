/* The signals while a supervisor is at work: stop, save and show, which its loop takes; and SIGCHLD. */
#include "farm/signals.h"

#define STOPS_MAX 2

/* A stopped handle gives its signal the default back. */
static void
let_go(struct signals *s)
{
	for (int i = 0; i < s->n_handles; i++)
		if (s->signums[i] == SIGINT || s->signums[i] == SIGTERM)
			uv_signal_stop(&s->handles[i]);
}

static void
on_stop(uv_signal_t *handle, int signum)
{
	struct signals *s = handle->data;

	s->n_stops++;
	if (s->n_stops == STOPS_MAX)
		let_go(s);
	s->on_stop(s->ctx, signum, s->n_stops);
}

static void
on_hangup(uv_signal_t *handle, int signum)
{
	struct signals *s = handle->data;

	(void)signum;
	s->on_hangup(s->ctx);
}

static void
on_user(uv_signal_t *handle, int signum)
{
	struct signals *s = handle->data;

	(void)signum;
	s->on_user(s->ctx);
}

static void
listen_to(struct signals *s, uv_loop_t *loop, int signum, uv_signal_cb cb)
{
	uv_signal_t *handle = &s->handles[s->n_handles];

	s->signums[s->n_handles] = signum;
	sigaction(signum, NULL, &s->old[s->n_handles]);
	uv_signal_init(loop, handle);
	handle->data = s;
	uv_signal_start(handle, cb, signum);
	s->n_handles++;
}

static void
keep_dead_children(struct signals *s)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };

	sigaction(SIGCHLD, NULL, &s->old_child);
	if (s->old_child.sa_handler == SIG_IGN || (s->old_child.sa_flags & SA_NOCLDWAIT) != 0)
		sigaction(SIGCHLD, &plain, NULL);
}

void
signals_open(struct signals *s, uv_loop_t *loop, bool is_deaf)
{
	s->n_handles = s->n_stops = 0;
	keep_dead_children(s);
	if (is_deaf)
		return;
	listen_to(s, loop, SIGINT, on_stop);
	listen_to(s, loop, SIGTERM, on_stop);
	if (s->on_hangup != NULL)
		listen_to(s, loop, SIGHUP, on_hangup);
	if (s->on_user != NULL)
		listen_to(s, loop, SIGUSR1, on_user);
}

void
signals_close(struct signals *s)
{
	for (int i = 0; i < s->n_handles; i++)
		uv_close((uv_handle_t *)&s->handles[i], NULL);
}

void
signals_restore(const struct signals *s)
{
	for (int i = 0; i < s->n_handles; i++)
		sigaction(s->signums[i], &s->old[i], NULL);
	sigaction(SIGCHLD, &s->old_child, NULL);
}
