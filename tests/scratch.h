/* A directory of its own for a test, and a look at the files in it. */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

struct scratch {
	char dir[64];
};

void scratch_make(struct scratch *s);      /* ends the program when it cannot */
void scratch_remove(struct scratch *s);    /* with the files in it and one level of directories */

/* The directory of the test that runs. */
extern struct scratch scratch;
int scratch_set_up(void **state);
int scratch_tear_down(void **state);

/* A row of a test program: with a directory of its own; and after a set-up of its own, which calls scratch_set_up. */
#define in_scratch(test) in_scratch_after(test, scratch_set_up)
#define in_scratch_after(test, set_up) cmocka_unit_test_setup_teardown(test, set_up, scratch_tear_down)

/* The path of a file in it; buf is returned. */
char *scratch_path(const struct scratch *s, const char *name, char buf[256]);
bool scratch_has(const struct scratch *s, const char *name);
size_t scratch_count(const struct scratch *s);   /* entries */

/* The whole file in new memory, ended by a NUL that *n does not count; NULL when it is not there. */
char *scratch_read(const struct scratch *s, const char *name, size_t *n);
void scratch_write(const struct scratch *s, const char *name, const void *data, size_t n);

#endif
