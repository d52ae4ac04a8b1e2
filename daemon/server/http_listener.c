/* Opens Unix sockets with system calls instead of libuv: uv_pipe_bind cuts long paths, and closing
 * its handle removes the path even when it belongs to another socket by then. */
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

static int set_socket_error(struct err *err, const char *path, int code)
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

/* The process that listens at the other end of a connection; 0 = unknown. */
static long listening_process(int fd)
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
	long pid = listening_process(fd);

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

/* 0 when nobody listens at this socket any more. A full queue (EAGAIN) means that somebody
 * does. */
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
		status = set_socket_error(err, path, errno);
	(void)close(fd);
	return status;
}

/* 0 when the path is free or the socket of a dead instance. */
static int check_place(const char *path, struct err *err)
{
	struct stat status;

	if (lstat(path, &status) < 0)
		return errno == ENOENT ? 0 : set_socket_error(err, path, errno);
	if (!S_ISSOCK(status.st_mode))
		return err_set(err,
		               "http.socket: %s: exists and is not a socket; remove it, or choose "
		               "another http.socket",
		               path);
	return check_dead(path, err);
}

/* --- one instance at a time ---
 *
 * Between examining a dead socket and listening on ours, another instance must not do the same: it
 * would take our socket for the dead one. So both hold the lock of a file beside the socket
 * meanwhile. The file is removed when the socket listens, since it can then be found alive. */

struct place {
	char *lock;
	int fd;
};

static bool is_lock_in_place(const struct place *place)
{
	struct stat ours, there;

	return fstat(place->fd, &ours) == 0 && lstat(place->lock, &there) == 0 &&
	       ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

/* Opens and locks the lock file. If its last holder has removed the file meanwhile, our lock
 * excludes nobody, because the next instance creates another file: then try again. */
static int lock_place(const char *path, struct place *place, struct err *err)
{
	*place = (struct place){.lock = xasprintf("%s.lock", path), .fd = -1};
	for (int attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
		place->fd = open(place->lock,
		                 O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
		if (place->fd < 0) {
			(void)set_socket_error(err, path, errno);
			free(place->lock);
			return -1;
		}
		bool ours = file_lock(place->fd, true);
		if (ours && is_lock_in_place(place))
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

/* The mode may be set after binding, since nobody can connect before we listen. */
static int bind_at(const char *path, struct socket_file *file, struct err *err)
{
	struct sockaddr_un address = address_of(path);
	struct stat status;

	if (bind(file->fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return set_socket_error(err, path, errno);
	if (chmod(path, 0660) < 0 || lstat(path, &status) < 0 ||
	    listen(file->fd, HTTP_BACKLOG) < 0) {
		int code = errno;

		(void)unlink(path);
		return set_socket_error(err, path, code);
	}
	file->device = status.st_dev;
	file->inode = status.st_ino;
	return 0;
}

static int replace_and_bind(const char *path, struct socket_file *file, struct err *err)
{
	if (check_place(path, err) < 0)
		return -1;
	if (unlink(path) < 0 && errno != ENOENT)
		return set_socket_error(err, path, errno);
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

	/* Examined before locking too, so that an instance that may not create the lock still
	 * learns who listens. */
	if (http_listener_check_path(path, err) < 0 || check_place(path, err) < 0 ||
	    lock_place(path, &place, err) < 0)
		return -1;
	int code = replace_and_bind(path, &file, err);
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

/* --- inherited sockets --- */

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
