/* How many threads this process has. */
#include <dirent.h>
#include <stddef.h>

#include "farm/farm.h"

int
farm_threads(void)
{
	DIR *d = opendir("/proc/self/task");
	const struct dirent *entry;
	int n = 0;

	if (d == NULL)
		return 0;
	while ((entry = readdir(d)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(d);
	return n;
}
