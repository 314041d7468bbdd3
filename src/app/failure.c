/* Turns an error of the library into one of the program. */
#include "app/failure.h"

#include <stdio.h>

#include "lib/api_error.h"

int
failure(struct ionfarm_error *error, struct err *e)
{
	if (error == NULL)
		return err_set(e, ERR_SYSTEM, "%s", ionfarm_error_text(error));
	fputs(ionfarm_error_details(error), stderr);
	*e = error->err;
	ionfarm_error_free(error);
	return -1;
}
