/* Texts and pictures in a page of HTML. */
#ifndef IO_HTML_H
#define IO_HTML_H

#include "base/err.h"
#include "io/file.h"

/* What would be markup is written as text; control characters but line feeds and tabs become U+FFFD. */
void html_put_text(struct file *f, const char *text);

/* The PNG file as an image inside the page; `alternative` is read out where pictures are not seen.
 * ERR_INPUT when it cannot be read or is longer than HTML_IMAGE_BYTES_MAX, ERR_SYSTEM. */
#define HTML_IMAGE_BYTES_MAX (16 << 20)
int html_put_png(struct file *f, const char *path, const char *alternative, struct err *e);

#endif
