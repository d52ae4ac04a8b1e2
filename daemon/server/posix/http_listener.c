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

#include "base/str.h"
#include "daemon/server/posix/unix_peer.h"
#include "daemon/system/file.h"

#define LOCK_ATTEMPTS 100

int http_listener_check_path(const struct socket_place *place, struct err *err)
{
	size_t len = strlen(place->path);

	if (len == 0)
		return err_set(err, "%s: a path is required", place->option);
	if (len > SOCKET_PATH_MAX)
		return err_set(err,
		               "%s: the path has %zu bytes; the system allows %d: choose a "
		               "shorter one",
		               place->option, len, SOCKET_PATH_MAX);
	return 0;
}

static int set_socket_error(struct err *err, const struct socket_place *place, int code)
{
	return err_set(err, "%s: %s: %s", place->option, place->path, strerror(code));
}

static int open_unix_socket(const struct socket_place *place, struct err *err)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	return fd >= 0 ? fd : err_set(err, "%s: %s", place->option, strerror(errno));
}

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	memcpy(address.sun_path, path, strlen(path));
	return address;
}

static int refuse_live(const struct socket_place *place, int fd, struct err *err)
{
	struct http_peer living;

	if (unix_peer_credentials(fd, &living) && living.pid > 0)
		return err_set(err,
		               "%s: %s: process %lld listens there already; stop it, or choose "
		               "another %s",
		               place->option, place->path, (long long)living.pid, place->option);
	return err_set(err,
	               "%s: %s: another process listens there already; stop it, or choose another "
	               "%s",
	               place->option, place->path, place->option);
}

/* 0 when nobody listens at this socket any more. A full queue (EAGAIN) means that somebody
 * does. */
static int check_dead(const struct socket_place *place, struct err *err)
{
	struct sockaddr_un address = address_of(place->path);
	int fd = open_unix_socket(place, err), status;

	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 || errno == EAGAIN)
		status = refuse_live(place, fd, err);
	else if (errno == ECONNREFUSED || errno == ENOENT)
		status = 0;
	else if (errno == EPROTOTYPE)
		status = err_set(err, "%s: %s: belongs to another program; choose another %s",
		                 place->option, place->path, place->option);
	else
		status = set_socket_error(err, place, errno);
	(void)close(fd);
	return status;
}

/* 0 when the path is free or the socket of a dead instance. */
static int check_place(const struct socket_place *place, struct err *err)
{
	struct stat status;

	if (lstat(place->path, &status) < 0)
		return errno == ENOENT ? 0 : set_socket_error(err, place, errno);
	if (!S_ISSOCK(status.st_mode))
		return err_set(err,
		               "%s: %s: exists and is not a socket; remove it, or choose another "
		               "%s",
		               place->option, place->path, place->option);
	return check_dead(place, err);
}

/* --- one instance at a time ---
 *
 * Between examining a dead socket and listening on ours, another instance must not do the same: it
 * would take our socket for the dead one. So both hold the lock of a file beside the socket
 * meanwhile. The file is removed when the socket listens, since it can then be found alive. */

struct guard {
	char *lock;
	int fd;
};

static bool is_lock_in_place(const struct guard *guard)
{
	struct stat ours, there;

	return fstat(guard->fd, &ours) == 0 && lstat(guard->lock, &there) == 0 &&
	       ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

/* Opens and locks the lock file. If its last holder has removed the file meanwhile, our lock
 * excludes nobody, because the next instance creates another file: then try again. */
static int lock_place(const struct socket_place *place, struct guard *guard, struct err *err)
{
	*guard = (struct guard){.lock = xasprintf("%s.lock", place->path), .fd = -1};
	for (int attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
		guard->fd = open(guard->lock,
		                 O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
		if (guard->fd < 0) {
			(void)set_socket_error(err, place, errno);
			free(guard->lock);
			return -1;
		}
		bool ours = file_lock(guard->fd, true);
		if (ours && is_lock_in_place(guard))
			return 0;
		(void)close(guard->fd);
		if (!ours)
			break;
	}
	free(guard->lock);
	return err_set(err, "%s: %s: another instance is just starting there", place->option,
	               place->path);
}

static void unlock_place(struct guard *guard)
{
	(void)unlink(guard->lock);
	(void)close(guard->fd);
	free(guard->lock);
}

/* Mode and group may be set after binding, since nobody can connect before we listen. Without its
 * group the socket is open to fewer, so that is no reason not to start. */
static int bind_at(const struct socket_place *place, struct socket_file *file, struct err *err)
{
	const char *path = place->path;
	struct sockaddr_un address = address_of(path);
	struct stat status;

	if (bind(file->fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return set_socket_error(err, place, errno);
	if (place->group >= 0 && chown(path, (uid_t)-1, (gid_t)place->group) < 0)
		file->group_failure = errno;
	if (chmod(path, 0660) < 0 || lstat(path, &status) < 0 ||
	    listen(file->fd, HTTP_BACKLOG) < 0) {
		int code = errno;

		(void)unlink(path);
		return set_socket_error(err, place, code);
	}
	file->device = status.st_dev;
	file->inode = status.st_ino;
	return 0;
}

static int replace_and_bind(const struct socket_place *place, struct socket_file *file,
                            struct err *err)
{
	if (check_place(place, err) < 0)
		return -1;
	if (unlink(place->path) < 0 && errno != ENOENT)
		return set_socket_error(err, place, errno);
	file->fd = open_unix_socket(place, err);
	if (file->fd < 0)
		return -1;
	if (bind_at(place, file, err) == 0)
		return 0;
	(void)close(file->fd);
	return -1;
}

int http_listener_bind(const struct socket_place *place, struct socket_file *ret, struct err *err)
{
	struct socket_file file = {.fd = -1};
	struct guard guard;

	/* Examined before locking too, so that an instance that may not create the lock still
	 * learns who listens. */
	if (http_listener_check_path(place, err) < 0 || check_place(place, err) < 0 ||
	    lock_place(place, &guard, err) < 0)
		return -1;
	int code = replace_and_bind(place, &file, err);
	unlock_place(&guard);
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

int http_listener_open(uv_pipe_t *pipe, const struct socket_place *place,
                       const struct socket_file *file)
{
	int code = uv_pipe_open(pipe, file->fd);

	if (code < 0)
		(void)close(file->fd);
	return code;
}

/* --- inherited sockets --- */

bool http_listener_is_at(int fd, const char *path)
{
	struct sockaddr_un address = {0};
	socklen_t size = sizeof(address);

	return getsockname(fd, (struct sockaddr *)&address, &size) == 0 &&
	       address.sun_family == AF_UNIX &&
	       str_eq(str_make(address.sun_path, strnlen(address.sun_path, SOCKET_PATH_MAX)),
	              str_of(path));
}

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
