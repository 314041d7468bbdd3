/* What a program that runs ionfarm and reads its results has to know. */
#ifndef IONFARM_H
#define IONFARM_H

/* Exit statuses, see ionfarm(1). */
enum ionfarm_exit {
	IONFARM_EXIT_COMPLETE = 0,
	IONFARM_EXIT_FAILED = 1,
	IONFARM_EXIT_USAGE = 2,                /* command line, job file, another file of the user */
	IONFARM_EXIT_HISTORIES_LEFT_OUT = 3,   /* complete but for histories that killed their workers */
	IONFARM_EXIT_STOPPED_EARLY = 4,        /* by a signal; what was done is written */
	IONFARM_EXIT_WORKERS_KEPT_DYING = 5,
	IONFARM_EXIT_OUTPUT_FAILED = 6
};

/* Energies in tally.bin and report.json are whole numbers of 1 / IONFARM_QUANTA_PER_MeV. */
#define IONFARM_QUANTA_PER_MeV 1048576

#endif
