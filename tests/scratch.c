/* Temporary directories for tests. */
#include "scratch.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
give_up(const char *what)
{
	perror(what);
	abort();
}

void
scratch_make(struct scratch *s)
{
	snprintf(s->dir, sizeof s->dir, "./scratch.XXXXXX");
	if (mkdtemp(s->dir) == NULL)
		give_up("mkdtemp");
}

static int
remove_entry(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

void
scratch_remove(struct scratch *s)
{
	if (nftw(s->dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS) != 0)
		give_up(s->dir);
}

struct scratch scratch;

int
scratch_set_up(void **state)
{
	(void)state;
	scratch_make(&scratch);
	return 0;
}

int
scratch_tear_down(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

char *
scratch_path(const struct scratch *s, const char *name, char buf[256])
{
	snprintf(buf, 256, "%s/%s", s->dir, name);
	return buf;
}

bool
scratch_has(const struct scratch *s, const char *name)
{
	char path[256];

	return access(scratch_path(s, name, path), F_OK) == 0;
}

size_t
scratch_count(const struct scratch *s)
{
	DIR *dir = opendir(s->dir);
	size_t n = 0;

	if (dir == NULL)
		give_up(s->dir);
	for (struct dirent *d = readdir(dir); d != NULL; d = readdir(dir))
		n += strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
	closedir(dir);
	return n;
}

char *
scratch_read(const struct scratch *s, const char *name, size_t *n)
{
	char path[256];
	FILE *f = fopen(scratch_path(s, name, path), "rb");
	size_t room = 1 << 20;
	char *data = malloc(room + 1);

	if (f == NULL || data == NULL) {
		free(data);
		return NULL;
	}
	*n = fread(data, 1, room, f);
	data[*n] = '\0';
	fclose(f);
	return data;
}

void
scratch_write(const struct scratch *s, const char *name, const void *data, size_t n)
{
	char path[256];
	FILE *f;

	unlink(scratch_path(s, name, path));   /* some file systems flush a file that replaces its content */
	f = fopen(path, "wb");
	if (f == NULL || fwrite(data, 1, n, f) != n || fclose(f) != 0)
		give_up(path);
}
