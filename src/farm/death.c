/* Says in words what a worker died of. */
#include "farm/death.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char *const kill_text[] = {
	[KILL_UNKNOWN] = ", by a user or by the kernel for want of memory",
	[KILL_OOM] = ", by the kernel for want of memory",
	[KILL_NOT_OOM] = ", not for want of memory",
	[KILL_HUNG] = ", by its supervisor: it hung",
};

static const char *
hint(const struct farm_death *d, enum death_kill kill)
{
	switch (d->code) {
	case SIGKILL:
		return kill_text[kill];
	case SIGBUS:
		return ", shared memory exhausted or a mapped file cut short";
	case SIGXCPU:
		return ", the limit of processor time is reached";
	default:
		return d->dumped_core ? ", core dumped" : "";
	}
}

static int
describe_cause(const struct farm_death *d, enum death_kill kill, char *text, size_t size)
{
	const char *name = d->cause == DEATH_SIGNAL ? sigabbrev_np(d->code) : NULL;

	switch (d->cause) {
	case DEATH_SIGNAL:
		return snprintf(text, size, "killed by signal %d (%s%s)%s", d->code,
		    name == NULL ? "" : "SIG", name == NULL ? "unknown" : name, hint(d, kill));
	case DEATH_EXIT:
		return snprintf(text, size, "exited with status %d", d->code);
	case DEATH_ERROR:
		return snprintf(text, size, "reported an error");
	case DEATH_UNKNOWN:
		return snprintf(text, size, "ended, and something else in the program took its status");
	}
	return 0;
}

static const char *
describe_range(const struct farm_death *d, char *buf, size_t size)
{
	if (!d->had_range)
		return "with no range in hand";
	snprintf(buf, size, "in %srange %" PRIu64 ", items %" PRIu64 " to %" PRIu64 "%s",
	    d->is_probe ? "the search of " : "", d->range.index, d->range.first,
	    d->range.first + d->range.count - 1,
	    d->commit_finished ? ", whose commit was completed" : "");
	return buf;
}

static const char *
describe_memory(const struct farm_death *d, char *buf, size_t size)
{
	if (d->max_rss_kB <= 0)
		return "";
	snprintf(buf, size, "; it had had up to %ld MiB in memory", d->max_rss_kB >> 10);
	return buf;
}

void
death_describe(struct farm_death *d, enum death_kill kill, const char *where)
{
	char cause[120], range[120], memory[80];

	describe_cause(d, kill, cause, sizeof cause);
	snprintf(d->text, sizeof d->text, "worker %d (pid %d) %s%s%s%s, %s%s", d->worker,
	    (int)d->pid, cause, d->was_hung ? " (" : "", d->was_hung ? where : "",
	    d->was_hung ? ")" : "", describe_range(d, range, sizeof range),
	    describe_memory(d, memory, sizeof memory));
}
