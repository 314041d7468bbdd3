/* Which exit status tells of which kind of error. */
#ifndef LIB_EXIT_STATUS_H
#define LIB_EXIT_STATUS_H

#include "base/err.h"
#include "ionfarm.h"

static inline enum ionfarm_exit
exit_status_of(enum err_kind kind)
{
	switch (kind) {
	case ERR_NONE:
		return IONFARM_EXIT_COMPLETE;
	case ERR_USAGE:
	case ERR_INPUT:
		return IONFARM_EXIT_USAGE;
	case ERR_OUTPUT:
		return IONFARM_EXIT_OUTPUT_FAILED;
	case ERR_DEATHS:
		return IONFARM_EXIT_WORKERS_KEPT_DYING;
	case ERR_STOPPED:
		return IONFARM_EXIT_STOPPED_EARLY;
	case ERR_SYSTEM:
	case ERR_INTERNAL:
		break;
	}
	return IONFARM_EXIT_FAILED;
}

#endif
