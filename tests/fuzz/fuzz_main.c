/* Runs a fuzz target over files, or over standard input: for AFL++, and to replay what a fuzzer found. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

static int
run_stream(FILE *in)
{
	size_t room = 1 << 16, n = 0, part;
	uint8_t *data = malloc(room);

	while (data != NULL && (part = fread(data + n, 1, room - n, in)) > 0) {
		n += part;
		if (n < room)
			continue;
		room *= 2;
		data = realloc(data, room);
	}
	if (data == NULL)
		return 1;
	LLVMFuzzerTestOneInput(data, n);
	free(data);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 1)
		return run_stream(stdin);
	for (int i = 1; i < argc; i++) {
		FILE *in = fopen(argv[i], "rb");

		if (in == NULL || run_stream(in) != 0) {
			perror(argv[i]);
			return 1;
		}
		fclose(in);
	}
	return 0;
}
