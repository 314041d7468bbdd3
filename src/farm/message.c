/* Messages between the supervisor and a worker: small packets over a socket pair. */
#include "farm/message.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int
message_pair(int ends[2], struct err *e)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		return err_sys(e, "a socket pair for a worker");
	if (fcntl(ends[0], F_SETFL, O_NONBLOCK) == -1) {
		err_sys(e, "a socket that does not block");
		close(ends[0]);
		close(ends[1]);
		return -1;
	}
	return 0;
}

/* ECONNRESET is what the kernel says once when the other end died with packets unread: what that
 * end sent before can still be received. */
static bool
is_passing(int error)
{
	return error == EINTR || error == ECONNRESET;
}

bool
message_send(int fd, enum message_kind kind, const struct farm_range *range,
    const struct gaps *gaps)
{
	struct message m;
	ssize_t n;

	memset(&m, 0, sizeof m);
	m.kind = kind;
	if (range != NULL)
		m.range = *range;
	if (gaps != NULL)
		m.gaps = *gaps;
	do
		n = send(fd, &m, sizeof m, MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	return n == sizeof m;
}

enum message_read
message_receive(int fd, struct message *m)
{
	ssize_t n;

	do
		n = recv(fd, m, sizeof *m, 0);
	while (n == -1 && is_passing(errno));
	if (n == sizeof *m)
		return MESSAGE_SOME;
	return n == -1 && errno == EAGAIN ? MESSAGE_NONE : MESSAGE_EOF;
}
