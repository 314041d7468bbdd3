/* io/file: whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"
#include "scratch.h"

static struct file f;
static struct err e;

static int
set_up(void **state)
{
	memset(&e, 0, sizeof e);
	return scratch_set_up(state);
}

static void
expect_content(const char *name, const char *expected)
{
	size_t n;
	char *text = scratch_read(&scratch, name, &n);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

static void
the_name_appears_with_the_whole_content(void **state)
{
	(void)state;
	assert_int_equal(file_create(&f, scratch.dir, "a", &e), 0);
	file_write(&f, "one ", 4);
	file_printf(&f, "%d %s\n", 2, "three");
	assert_false(scratch_has(&scratch, "a"));
	assert_int_equal(file_commit(&f, &e), 0);
	expect_content("a", "one 2 three\n");
	assert_int_equal(scratch_count(&scratch), 1);
}

static void
pieces_of_any_size_arrive_in_order(void **state)
{
	static unsigned char data[400000];
	size_t n, at = 0;
	char *found;

	(void)state;
	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (unsigned char)(i * i >> 7);
	assert_int_equal(file_create(&f, scratch.dir, "a", &e), 0);
	for (size_t piece = 1; at < sizeof data; at += n, piece = piece * 3 + 1) {
		n = piece < sizeof data - at ? piece : sizeof data - at;
		file_write(&f, data + at, n);
	}
	assert_int_equal(file_commit(&f, &e), 0);
	found = scratch_read(&scratch, "a", &n);
	assert_int_equal(n, sizeof data);
	assert_memory_equal(found, data, n);
	free(found);
}

static void
abort_leaves_what_was_there(void **state)
{
	(void)state;
	scratch_write(&scratch, "a", "old", 3);
	assert_int_equal(file_create(&f, scratch.dir, "a", &e), 0);
	file_write(&f, "new", 3);
	file_abort(&f);
	expect_content("a", "old");
	assert_int_equal(scratch_count(&scratch), 1);
}

static void
a_temporary_of_a_killed_writer_is_replaced(void **state)
{
	(void)state;
	scratch_write(&scratch, ".a.tmp", "half", 4);
	assert_int_equal(file_create(&f, scratch.dir, "a", &e), 0);
	file_write(&f, "x", 1);
	assert_int_equal(file_commit(&f, &e), 0);
	expect_content("a", "x");
	assert_int_equal(scratch_count(&scratch), 1);
}

static void
a_link_in_the_way_is_replaced_and_not_followed(void **state)
{
	char path[256];

	(void)state;
	scratch_write(&scratch, "victim", "safe", 4);
	assert_int_equal(symlink("victim", scratch_path(&scratch, "a", path)), 0);
	assert_int_equal(symlink("victim", scratch_path(&scratch, ".a.tmp", path)), 0);
	assert_int_equal(file_create(&f, scratch.dir, "a", &e), 0);
	file_write(&f, "x", 1);
	assert_int_equal(file_commit(&f, &e), 0);
	expect_content("victim", "safe");
	expect_content("a", "x");
}

static void
the_mode_follows_the_umask(void **state)
{
	mode_t before = umask(027);
	struct stat st;
	char path[256];

	(void)state;
	assert_int_equal(file_create(&f, scratch.dir, "a", &e), 0);
	assert_int_equal(file_commit(&f, &e), 0);
	umask(before);
	assert_int_equal(stat(scratch_path(&scratch, "a", path), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
}

static void
a_missing_directory_is_named(void **state)
{
	(void)state;
	assert_int_equal(file_create(&f, "./no/such", "a", &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
	assert_string_equal(e.text, "create ./no/such/a: No such file or directory");
}

static void
a_name_too_long_is_refused(void **state)
{
	char name[100];

	(void)state;
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_int_equal(file_create(&f, scratch.dir, name, &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
	assert_int_equal(scratch_count(&scratch), 0);
}

static void
a_directory_in_the_place_of_the_file_is_an_error(void **state)
{
	char path[256];

	(void)state;
	assert_int_equal(mkdir(scratch_path(&scratch, "a", path), 0755), 0);
	assert_int_equal(file_create(&f, scratch.dir, "a", &e), 0);
	assert_int_equal(file_commit(&f, &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
	assert_non_null(strstr(e.text, "/a: Is a directory"));
	assert_int_equal(scratch_count(&scratch), 1);
}

/* The limit on the size of files stands in for a full disk. */
static void
a_write_that_fails_is_reported_and_leaves_nothing(void **state)
{
	static const char data[100000];
	struct rlimit before, small;

	(void)state;
	getrlimit(RLIMIT_FSIZE, &before);
	small = (struct rlimit){ 150000, before.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	assert_int_equal(file_create(&f, scratch.dir, "a", &e), 0);
	for (int i = 0; i < 3; i++)
		file_write(&f, data, sizeof data);
	assert_int_equal(file_commit(&f, &e), -1);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(e.kind, ERR_OUTPUT);
	assert_non_null(strstr(e.text, "/a: File too large"));
	assert_int_equal(scratch_count(&scratch), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_scratch_after(the_name_appears_with_the_whole_content, set_up),
		in_scratch_after(pieces_of_any_size_arrive_in_order, set_up),
		in_scratch_after(abort_leaves_what_was_there, set_up),
		in_scratch_after(a_temporary_of_a_killed_writer_is_replaced, set_up),
		in_scratch_after(a_link_in_the_way_is_replaced_and_not_followed, set_up),
		in_scratch_after(the_mode_follows_the_umask, set_up),
		in_scratch_after(a_missing_directory_is_named, set_up),
		in_scratch_after(a_name_too_long_is_refused, set_up),
		in_scratch_after(a_directory_in_the_place_of_the_file_is_an_error, set_up),
		in_scratch_after(a_write_that_fails_is_reported_and_leaves_nothing, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
