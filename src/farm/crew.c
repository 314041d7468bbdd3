/* The crew: the worker processes, and what each of them is at. */
#include "farm/crew.h"

#include <stdlib.h>
#include <unistd.h>

#include "farm/worker.h"

static bool on_readable(struct process *p);
static void on_exit_of(struct process *p, const siginfo_t *info, long max_rss_kB);

int
crew_init(struct crew *c, struct err *e)
{
	c->n_alive = 0;
	c->slots = calloc((size_t)c->n_slots, sizeof *c->slots);
	if (c->slots == NULL)
		return err_sys(e, "a crew of %d workers", c->n_slots);
	for (int i = 0; i < c->n_slots; i++) {
		c->slots[i].crew = c;
		c->slots[i].number = i;
		c->slots[i].process.on_readable = on_readable;
		c->slots[i].process.on_exit = on_exit_of;
		process_init(&c->slots[i].process, c->loop);
	}
	return 0;
}

void
crew_free(struct crew *c)
{
	for (int i = 0; i < c->n_slots; i++)
		process_close(&c->slots[i].process);
	free(c->slots);
	c->slots = NULL;
}

void
crew_kill(const struct slot *slot)
{
	process_kill(&slot->process);
}

void
crew_kill_all(const struct crew *c)
{
	for (int i = 0; i < c->n_slots; i++)
		crew_kill(&c->slots[i]);
}

void
crew_forget(const struct crew *c)
{
	for (int i = 0; i < c->n_slots; i++)
		process_forget(&c->slots[i].process);
	close(uv_backend_fd(c->loop));
}

int
crew_count(const struct crew *c, enum slot_state state)
{
	int n = 0;

	for (int i = 0; i < c->n_slots; i++)
		n += c->slots[i].state == state;
	return n;
}

static struct slot *
slot_of(struct process *p)
{
	return (struct slot *)(void *)p;
}

static bool
on_readable(struct process *p)
{
	struct slot *slot = slot_of(p);
	struct message m;
	enum message_read r = message_receive(p->sock, &m);

	for (; r == MESSAGE_SOME; r = message_receive(p->sock, &m))
		slot->crew->on_message(slot->crew->ctx, slot, &m);
	slot->is_gone |= r != MESSAGE_NONE;
	return r == MESSAGE_NONE;
}

static void
on_exit_of(struct process *p, const siginfo_t *info, long max_rss_kB)
{
	struct slot *slot = slot_of(p);

	slot->is_gone = true;
	slot->state = SLOT_EMPTY;
	slot->crew->n_alive--;
	slot->crew->on_exit(slot->crew->ctx, slot, info, max_rss_kB);
}

/* Each end of a socket has one owner, so that a death is an EOF. */
_Noreturn static void
become_worker(const struct slot *slot, int end)
{
	const struct crew *c = slot->crew;
	struct worker w = {
		.job = c->job,
		.commit = commit_of(c->block, slot->number),
		.sock = end,
	};
	struct err e;

	crew_forget(c);
	if (c->in_child != NULL)
		c->in_child(c->ctx);
	if (slab_block_check(c->block, &e) == -1)
		_exit(1);
	slab_block_keep(c->block, slot->number);
	worker_live(&w);
}

int
crew_start(struct slot *slot, struct err *e)
{
	int end, r = process_fork(&slot->process, &end, e);

	if (r == 0)
		become_worker(slot, end);
	if (r == -1)
		return -1;
	slot->state = SLOT_STARTING;
	slot->ticket = 0;
	slot->is_gone = slot->has_range = slot->is_probe = slot->was_hung = false;
	slot->hang = (struct hang){ 0 };
	slot->fault[0] = '\0';
	slot->crew->n_alive++;
	return 0;
}
