/* The public options. */
#ifndef LIB_API_OPTIONS_H
#define LIB_API_OPTIONS_H

#include "ionfarm.h"
#include "lib/run_options.h"

struct ionfarm_options {
	struct run_options run;
};

#endif
