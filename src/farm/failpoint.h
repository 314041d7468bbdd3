/* Named places where a test may end the process; nothing at all in the product. */
#ifndef FARM_FAILPOINT_H
#define FARM_FAILPOINT_H

#ifdef FARM_FAILPOINTS
void farm_failpoint(const char *name);   /* the test defines it */
#define FAILPOINT(name) farm_failpoint(name)
#else
#define FAILPOINT(name) ((void)0)
#endif

#endif
