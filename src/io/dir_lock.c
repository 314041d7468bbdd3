/* Locks a run's directory. */
#include "io/dir_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pid_t
owner(int fd)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_GETLK, &whole) == 0 && whole.l_type != F_UNLCK ? whole.l_pid : 0;
}

static int
refuse(int fd, const char *dir, struct err *e)
{
	pid_t pid = owner(fd);

	close(fd);
	if (pid > 0)
		return err_set(e, ERR_INPUT, "%s is in use by another ionfarm, process %d", dir, (int)pid);
	return err_set(e, ERR_INPUT, "%s is in use by another ionfarm", dir);
}

int
dir_lock(const char *dir, struct err *doubt, struct err *e)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char path[4200];
	int fd;

	snprintf(path, sizeof path, "%s/.lock", dir);
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_set(e, ERR_OUTPUT, "cannot create %s: %s", path, strerror(errno));
	doubt->kind = ERR_NONE;
	if (fcntl(fd, F_SETLK, &whole) == 0)
		return fd;
	if (errno == EACCES || errno == EAGAIN)
		return refuse(fd, dir, e);
	err_sys(doubt, "%s cannot be locked, nothing keeps a second ionfarm out of it", dir);
	return fd;
}

static bool
stat_lock(const char *dir, struct stat *there)
{
	char path[4200];

	snprintf(path, sizeof path, "%s/.lock", dir);
	return lstat(path, there) == 0;
}

bool
dir_lock_is_there(int lock, const char *dir)
{
	struct stat ours, there;

	return fstat(lock, &ours) == 0 && stat_lock(dir, &there) && ours.st_dev == there.st_dev &&
	    ours.st_ino == there.st_ino;
}

int
dir_lock_check(int lock, const char *dir, struct err *e)
{
	struct stat there;

	if (dir_lock_is_there(lock, dir) || !stat_lock(dir, &there))
		return 0;
	return err_set(e, ERR_OUTPUT, "%s belongs to another run now: this one's was moved or removed", dir);
}

pid_t
dir_lock_owner(const char *dir)
{
	char path[4200];
	pid_t pid;
	int fd;

	snprintf(path, sizeof path, "%s/.lock", dir);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return 0;
	pid = owner(fd);
	close(fd);
	return pid;
}
