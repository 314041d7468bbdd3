/* The version of the library. */
#include "ionfarm.h"
#include "version.h"

const char *
ionfarm_version(void)
{
	return IONFARM_VERSION;
}
