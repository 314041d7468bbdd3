/* report.html: a result on one page that needs nothing but itself. */
#ifndef IO_PAGE_H
#define IO_PAGE_H

#include <stddef.h>

#include "base/err.h"

#define PAGE_NAME "report.html"

/* Writes DIR/report.html of report.json, plan.yaml and the pictures of `scripts` (their names in
 * PLOT_DIRECTORY, already drawn), all in DIR. The page has no link and loads nothing. ERR_INPUT when one of
 * them cannot be read, ERR_OUTPUT, ERR_SYSTEM. */
int page_write(const char *dir, const char *const *scripts, size_t n, struct err *e);

#endif
