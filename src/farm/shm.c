/* Memory that forked processes share, which has no name and dies with them. */
#include "farm/shm.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/vfs.h>
#include <unistd.h>

static size_t
page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

size_t
shm_page_up(size_t bytes)
{
	size_t page = page_size();

	return (bytes + page - 1) / page * page;
}

/* Where there is no O_TMPFILE: the name lives for two system calls, in which a kill would leave it. */
static int
open_and_unlink(void)
{
	char name[64];
	uint64_t salt = 0;
	int fd;

	do {
		if (getrandom(&salt, sizeof salt, 0) != sizeof salt)
			return -1;
		snprintf(name, sizeof name, "/farm-%ld-%016" PRIx64, (long)getpid(), salt);
		fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
	} while (fd == -1 && errno == EEXIST);
	if (fd != -1)
		shm_unlink(name);
	return fd;
}

/* POSIX shared memory that never had a name. */
static int
open_unlinked(void)
{
	int fd = open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	return fd != -1 ? fd : open_and_unlink();
}

/* Where nothing is mounted on /dev/shm, as in a bare chroot, the file is on a disk, to which the kernel would write
 * the slabs again and again. A tmpfs of size 0 is one without limit. */
static bool
has_room(int fd, size_t length)
{
	struct statfs s;

	if (fstatfs(fd, &s) == -1 || (s.f_type != TMPFS_MAGIC && s.f_type != RAMFS_MAGIC))
		return false;
	return s.f_blocks == 0 || s.f_bavail >= length / (size_t)s.f_bsize + 1;
}

/* memfd_create is not bounded by the size of /dev/shm. */
static int
open_shared(struct shm *m, size_t length)
{
	int fd = open_unlinked();

	m->is_memfd = fd == -1 || !has_room(fd, length);
	if (!m->is_memfd)
		return fd;
	if (fd != -1)
		close(fd);
	return memfd_create("farm", MFD_CLOEXEC);
}

int
shm_map(struct shm *m, size_t length, struct err *e)
{
	int fd = open_shared(m, length);
	void *p = MAP_FAILED;

	if (fd == -1)
		return err_sys(e, "create shared memory");
	if (ftruncate(fd, (off_t)length) == 0)
		p = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		err_sys(e, "map %zu MiB of shared memory", length >> 20);
	close(fd);
	if (p == MAP_FAILED)
		return -1;
	m->base = p;
	m->length = length;
	return 0;
}

int
shm_map_private(struct shm *m, size_t length, struct err *e)
{
	void *p = mmap(NULL, length, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return err_sys(e, "map %zu MiB of memory", length >> 20);
	m->base = p;
	m->length = length;
	m->is_memfd = false;
	return 0;
}

void
shm_unmap(struct shm *m)
{
	if (m->base != NULL)
		munmap(m->base, m->length);
	m->base = NULL;
}

/* Kernels before 5.14 answer EINVAL: there the first touch must do. */
int
shm_ensure(const void *p, size_t length, struct err *e)
{
	uintptr_t first = (uintptr_t)p / page_size() * page_size();
	int r;

	do
		r = madvise((void *)first, (uintptr_t)p + length - first, MADV_POPULATE_WRITE);
	while (r == -1 && (errno == EINTR || errno == EAGAIN));
	if (r == -1 && errno != EINVAL)
		return err_sys(e, "shared memory is exhausted");
	return 0;
}

void
shm_discard(void *p, size_t length)
{
	if (madvise(p, length, MADV_REMOVE) == -1)
		memset(p, 0, length);
}

int
shm_protect(const struct shm *m, struct err *e)
{
	if (mprotect(m->base, m->length, PROT_READ) != 0)
		return err_sys(e, "cannot protect shared memory");
	return 0;
}
