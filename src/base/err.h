/* The error record: filled where something fails, printed only by main. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/* Kinds decide the exit status (see app/exit_status.h), not the wording. */
enum err_kind {
	ERR_NONE = 0,
	ERR_USAGE,    /* command line */
	ERR_INPUT,    /* a file of the user: job, table, tally */
	ERR_SYSTEM,   /* the machine refused: memory, processes, descriptors */
	ERR_OUTPUT,   /* a result could not be written */
	ERR_DEATHS,   /* workers kept dying */
	ERR_STOPPED,  /* by a signal, before there was anything to keep */
	ERR_INTERNAL  /* a law of the program was broken: a bug */
};

/* Holds no pointer, so that a worker can leave one in shared memory. */
struct err {
	enum err_kind kind;
	char text[2000];
};

/* Both return -1. err_sys appends ": " and the text of errno, kind ERR_SYSTEM. */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int err_sys(struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Puts "fmt: " before the text that is there already; returns -1. */
int err_prefix(struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
