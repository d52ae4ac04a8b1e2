/* The system's own calls, not libuv's: uv_pipe_bind cuts long names, and closing its handle removes
 * the name even when it has become a successor's. */
#include "daemon/server/http_listener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/system/file.h"

#define LOCK_ATTEMPTS 100

int http_listener_check_path(const char *path, struct err *err)
{
	size_t len = strlen(path);

	if (len == 0)
		return err_set(err, "http.socket: a path is required");
	if (len > SOCKET_PATH_MAX)
		return err_set(err,
		               "http.socket: the path has %zu bytes; the system allows %d: choose "
		               "a shorter one",
		               len, SOCKET_PATH_MAX);
	return 0;
}

static int complain(struct err *err, const char *path, int code)
{
	return err_set(err, "http.socket: %s: %s", path, strerror(code));
}

static int open_unix_socket(struct err *err)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	return fd >= 0 ? fd : err_set(err, "http.socket: %s", strerror(errno));
}

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	memcpy(address.sun_path, path, strlen(path));
	return address;
}

/* Who listens at the other end of a connection; 0 = unknown. */
static long peer_of(int fd)
{
#ifdef SO_PEERCRED
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0)
		return (long)peer.pid;
#endif
	return 0;
}

static int refuse_live(const char *path, int fd, struct err *err)
{
	long pid = peer_of(fd);

	if (pid > 0)
		return err_set(err,
		               "http.socket: %s: process %ld listens there already; stop it, or "
		               "choose another http.socket",
		               path, pid);
	return err_set(err,
	               "http.socket: %s: another process listens there already; stop it, or choose "
	               "another http.socket",
	               path);
}

/* 0: nobody answers at this socket any more. A full queue (EAGAIN) is a sign of life. */
static int check_dead(const char *path, struct err *err)
{
	struct sockaddr_un address = address_of(path);
	int fd = open_unix_socket(err), status;

	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 || errno == EAGAIN)
		status = refuse_live(path, fd, err);
	else if (errno == ECONNREFUSED || errno == ENOENT)
		status = 0;
	else if (errno == EPROTOTYPE)
		status = err_set(
		        err,
		        "http.socket: %s: belongs to another program; choose another http.socket",
		        path);
	else
		status = complain(err, path, errno);
	(void)close(fd);
	return status;
}

/* 0: the name is free, or a dead instance's. */
static int check_place(const char *path, struct err *err)
{
	struct stat status;

	if (lstat(path, &status) < 0)
		return errno == ENOENT ? 0 : complain(err, path, errno);
	if (!S_ISSOCK(status.st_mode))
		return err_set(err,
		               "http.socket: %s: exists and is not a socket; remove it, or choose "
		               "another http.socket",
		               path);
	return check_dead(path, err);
}

/* --- one at a time ---
 *
 * Between the look at a dead socket and the listening on ours, another instance must not do the
 * same: it would take ours for the dead one. Both hold the lock of a file beside the socket
 * meanwhile, which goes when they listen, since then they can be asked. */

struct place {
	char *lock;
	int fd;
};

static bool is_still_there(const struct place *place)
{
	struct stat ours, there;

	return fstat(place->fd, &ours) == 0 && lstat(place->lock, &there) == 0 &&
	       ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

/* A file that its holder removed a moment ago is no lock any more: it would be ours alone, and the
 * next one's another. */
static int lock_place(const char *path, struct place *place, struct err *err)
{
	*place = (struct place){.lock = xasprintf("%s.lock", path), .fd = -1};
	for (int attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
		place->fd = open(place->lock,
		                 O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
		if (place->fd < 0) {
			(void)complain(err, path, errno);
			free(place->lock);
			return -1;
		}
		bool ours = file_lock(place->fd, true);
		if (ours && is_still_there(place))
			return 0;
		(void)close(place->fd);
		if (!ours)
			break;
	}
	free(place->lock);
	return err_set(err, "http.socket: %s: another instance is just starting there", path);
}

static void unlock_place(struct place *place)
{
	(void)unlink(place->lock);
	(void)close(place->fd);
	free(place->lock);
}

/* Nobody can connect before somebody listens, so the mode may be set after the name exists. */
static int bind_at(const char *path, struct socket_file *file, struct err *err)
{
	struct sockaddr_un address = address_of(path);
	struct stat status;

	if (bind(file->fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return complain(err, path, errno);
	if (chmod(path, 0660) < 0 || lstat(path, &status) < 0 ||
	    listen(file->fd, HTTP_BACKLOG) < 0) {
		int code = errno;

		(void)unlink(path);
		return complain(err, path, code);
	}
	file->device = status.st_dev;
	file->inode = status.st_ino;
	return 0;
}

static int take_place(const char *path, struct socket_file *file, struct err *err)
{
	if (check_place(path, err) < 0)
		return -1;
	if (unlink(path) < 0 && errno != ENOENT)
		return complain(err, path, errno);
	file->fd = open_unix_socket(err);
	if (file->fd < 0)
		return -1;
	if (bind_at(path, file, err) == 0)
		return 0;
	(void)close(file->fd);
	return -1;
}

int http_listener_bind(const char *path, struct socket_file *ret, struct err *err)
{
	struct socket_file file = {.fd = -1};
	struct place place;

	/* Looked at without the lock too: who has no right to it still learns who is there. */
	if (http_listener_check_path(path, err) < 0 || check_place(path, err) < 0 ||
	    lock_place(path, &place, err) < 0)
		return -1;
	int code = take_place(path, &file, err);
	unlock_place(&place);
	if (code == 0)
		*ret = file;
	return code;
}

void http_listener_unlink(const char *path, const struct socket_file *file)
{
	struct stat status;

	if (lstat(path, &status) == 0 && status.st_dev == file->device &&
	    status.st_ino == file->inode)
		(void)unlink(path);
}

/* --- what was handed to us --- */

int http_listener_inspect(int fd, bool *ret_local, struct err *err)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address), one = sizeof(int);
	int type = 0, listening = 0;

	if (getsockname(fd, (struct sockaddr *)&address, &size) < 0)
		return err_set(err, "inherited descriptor %d: %s", fd, strerror(errno));
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &one) < 0 || type != SOCK_STREAM)
		return err_set(err, "inherited descriptor %d: is not a stream socket", fd);
	one = sizeof(int);
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &one) < 0 || listening == 0)
		return err_set(err, "inherited descriptor %d: does not listen", fd);
	if (address.ss_family != AF_UNIX && address.ss_family != AF_INET &&
	    address.ss_family != AF_INET6)
		return err_set(err, "inherited descriptor %d: is neither a Unix nor a TCP socket",
		               fd);
	*ret_local = address.ss_family == AF_UNIX;
	return 0;
}
