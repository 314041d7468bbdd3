/* Writes the head of a .npy file. */
#include "io/npy.h"

#include <stdio.h>
#include <string.h>

/* Magic, version 1.0, length of what follows, a Python literal, blanks up to a line feed. */
void
npy_header(char *header, size_t n, const char *descr, bool is_fortran_order, const char *shape)
{
	const size_t preamble = 10, text_bytes = n - preamble;
	int length;

	memset(header, ' ', n);
	memcpy(header, "\x93NUMPY\x01\x00", 8);
	header[8] = (char)(text_bytes & 0xff);
	header[9] = (char)(text_bytes >> 8);
	length = snprintf(header + preamble, text_bytes, "{'descr': %s, 'fortran_order': %s, 'shape': %s, }",
	    descr, is_fortran_order ? "True" : "False", shape);
	header[preamble + (size_t)length] = ' ';
	header[n - 1] = '\n';
}
