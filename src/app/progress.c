/* Shows how far a run is. */
#include "app/progress.h"

#include <unistd.h>

#include "base/host.h"

enum { LOG_INTERVAL_s = 30 };

/* The run does not wait for those who watch it. */
static bool
is_taken(struct progress *p)
{
	if (!host_can_write(fileno(p->out)))
		return false;
	if (p->n_unsaid > 0)
		fprintf(p->out, "ionfarm: %u messages were not taken by standard error\n", p->n_unsaid);
	p->n_unsaid = 0;
	return true;
}

void
progress_init(struct progress *p, FILE *out, bool is_quiet)
{
	*p = (struct progress){.out = out, .is_quiet = is_quiet};
	p->is_terminal = isatty(fileno(out)) == 1;
	p->next_line_s = LOG_INTERVAL_s;
}

/* "1h02m", "2m05s" or "7s". */
static const char *
duration(char *buf, size_t n, double seconds)
{
	unsigned long s = (unsigned long)(seconds + 0.5);

	if (s >= 3600)
		snprintf(buf, n, "%luh%02lum", s / 3600, s / 60 % 60);
	else if (s >= 60)
		snprintf(buf, n, "%lum%02lus", s / 60, s % 60);
	else
		snprintf(buf, n, "%lus", s);
	return buf;
}

static void
print_status(struct progress *p, const struct ionfarm_progress *s)
{
	double n_left = (double)(s->histories_asked - s->histories_done);
	char left[32] = "?";

	if (s->histories_per_s > 0.0 && n_left < 1e15)
		duration(left, sizeof left, n_left / s->histories_per_s);
	fprintf(p->out, "%5.1f %%  %llu of %llu histories, %.0f/s, %s left, %d workers, %llu deaths",
	    100.0 * (double)s->histories_done / (double)s->histories_asked,
	    (unsigned long long)s->histories_done, (unsigned long long)s->histories_asked, s->histories_per_s, left,
	    s->workers, (unsigned long long)s->deaths);
}

static void
print_json(struct progress *p, const struct ionfarm_progress *s)
{
	fprintf(p->out, "{\"histories_done\": %llu, \"histories_asked\": %llu, \"histories_per_s\": %.0f, "
	    "\"workers\": %d, \"deaths\": %llu, \"seconds\": %.1f}\n", (unsigned long long)s->histories_done,
	    (unsigned long long)s->histories_asked, s->histories_per_s, s->workers,
	    (unsigned long long)s->deaths, s->seconds);
	fflush(p->out);
}

static void
show(struct progress *p, const struct ionfarm_progress *s)
{
	if (!p->is_json && p->is_quiet)
		return;
	if (!is_taken(p))
		return;
	if (p->is_json) {
		print_json(p, s);
	} else if (p->is_terminal) {
		fputs("\r\033[K", p->out);
		print_status(p, s);
		fflush(p->out);
		p->is_line_open = true;
	} else if (s->seconds >= p->next_line_s) {
		print_status(p, s);
		fputc('\n', p->out);
		p->next_line_s = s->seconds + LOG_INTERVAL_s;
	}
}

void
progress_end(struct progress *p)
{
	if (p->is_line_open && is_taken(p))
		fputc('\n', p->out);
	p->is_line_open = false;
}

/* A line at once, for whoever asks. */
static void
show_now(struct progress *p, const struct ionfarm_progress *s)
{
	if (!is_taken(p))
		return;
	if (p->is_json) {
		print_json(p, s);
		return;
	}
	progress_end(p);
	print_status(p, s);
	fputc('\n', p->out);
	fflush(p->out);
}

void
progress_say(struct progress *p, const char *text)
{
	if (!is_taken(p)) {
		p->n_unsaid++;
		return;
	}
	if (p->is_line_open)
		fputs("\r\033[K", p->out);
	p->is_line_open = false;
	fprintf(p->out, "ionfarm: %s\n", text);
}

int
progress_take(void *ctx, const struct ionfarm_progress *s)
{
	struct progress *p = ctx;

	if (s->is_asked)
		show_now(p, s);
	else
		show(p, s);
	return 0;
}

void
progress_take_text(void *ctx, enum ionfarm_text kind, const char *text)
{
	struct progress *p = ctx;

	switch (kind) {
	case IONFARM_WARNING:
		progress_say(p, text);
		break;
	case IONFARM_NOTE:
		if (!p->is_quiet)
			progress_say(p, text);
		break;
	case IONFARM_SUMMARY:
	case IONFARM_REPORT:
		progress_end(p);
		if (p->is_report ? kind == IONFARM_REPORT : kind == IONFARM_SUMMARY && !p->is_quiet)
			fputs(text, stdout);
		break;
	}
}
