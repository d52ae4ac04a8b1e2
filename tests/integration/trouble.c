/* Preloaded into a program under test: what the machine can do to it and a test cannot order
 * otherwise. A wall clock that is set, a disk that takes no more while files are open, a reply
 * whose reading ends the process. The program itself knows nothing of it.
 *
 *   TROUBLE_FILE    two numbers of 64 bits that the test changes at any time: seconds to add to the
 *                   wall clock, and the errno of whoever writes below the folder
 *   TROUBLE_FOLDER  the folder
 *   TROUBLE_WORD    a JSON text with this word in it ends the process as a bad pointer would;
 *                   with TROUBLE_DEATH=abort, as a broken invariant would
 *   TROUBLE_NAMES   seconds that the directory service takes for the name of a user */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t calm[2];
static const volatile int64_t *orders = calm;
static const char *folder, *word;

#define NEXT(result, name, ...)                                                                    \
	static result (*next)(__VA_ARGS__);                                                        \
	if (next == NULL)                                                                          \
	*(void **)&next = dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("TROUBLE_FILE");
	int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *map = fd >= 0 ? mmap(NULL, 2 * sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0)
	                    : MAP_FAILED;

	if (map != MAP_FAILED)
		orders = map;
	if (fd >= 0)
		(void)close(fd);
	folder = getenv("TROUBLE_FOLDER");
	word = getenv("TROUBLE_WORD");
}

/* --- the clock --- */

/* By the system call: the allocator of AddressSanitizer reads the clock (gcc 13 and later), and
 * dlsym allocates. */
int clock_gettime(clockid_t clock, struct timespec *ret)
{
	int code = (int)syscall(SYS_clock_gettime, clock, ret);

	if (code == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		ret->tv_sec += orders[0];
	return code;
}

int gettimeofday(struct timeval *restrict ret, void *restrict zone)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	ret->tv_sec = now.tv_sec;
	ret->tv_usec = now.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *ret)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (ret != NULL)
		*ret = now.tv_sec;
	return now.tv_sec;
}

/* --- the disk --- */

static int is_below(const char *path)
{
	size_t len = folder != NULL ? strlen(folder) : 0;

	return len > 0 && strncmp(path, folder, len) == 0 &&
	       (path[len] == '/' || path[len] == '\0');
}

static int refuses(int fd)
{
	char link[64], path[4096];
	int kept = errno;
	ssize_t len;

	if (orders[1] == 0)
		return 0;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	errno = kept;
	if (len < 0)
		return 0;
	path[len] = '\0';
	if (!is_below(path))
		return 0;
	errno = (int)orders[1];
	return 1;
}

ssize_t write(int fd, const void *data, size_t len)
{
	NEXT(ssize_t, write, int, const void *, size_t);
	return refuses(fd) ? -1 : next(fd, data, len);
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t at)
{
	NEXT(ssize_t, pwrite, int, const void *, size_t, off_t);
	return refuses(fd) ? -1 : next(fd, data, len, at);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t at)
{
	NEXT(ssize_t, pwrite64, int, const void *, size_t, off64_t);
	return refuses(fd) ? -1 : next(fd, data, len, at);
}

ssize_t writev(int fd, const struct iovec *pieces, int count)
{
	NEXT(ssize_t, writev, int, const struct iovec *, int);
	return refuses(fd) ? -1 : next(fd, pieces, count);
}

ssize_t pwritev(int fd, const struct iovec *pieces, int count, off_t at)
{
	NEXT(ssize_t, pwritev, int, const struct iovec *, int, off_t);
	return refuses(fd) ? -1 : next(fd, pieces, count, at);
}

ssize_t pwritev64(int fd, const struct iovec *pieces, int count, off64_t at)
{
	NEXT(ssize_t, pwritev64, int, const struct iovec *, int, off64_t);
	return refuses(fd) ? -1 : next(fd, pieces, count, at);
}

int ftruncate(int fd, off_t size)
{
	NEXT(int, ftruncate, int, off_t);
	return refuses(fd) ? -1 : next(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
	NEXT(int, ftruncate64, int, off64_t);
	return refuses(fd) ? -1 : next(fd, size);
}

static int refuses_new(const char *path, int flags)
{
	if (orders[1] == 0 || !(flags & O_CREAT) || !is_below(path))
		return 0;
	errno = (int)orders[1];
	return 1;
}

static int mode_of(int flags, va_list args)
{
	return (flags & O_CREAT) != 0 ? va_arg(args, int) : 0;
}

int open(const char *path, int flags, ...)
{
	NEXT(int, open, const char *, int, ...);
	va_list args;

	va_start(args, flags);
	int mode = mode_of(flags, args);
	va_end(args);
	return refuses_new(path, flags) ? -1 : next(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	NEXT(int, open64, const char *, int, ...);
	va_list args;

	va_start(args, flags);
	int mode = mode_of(flags, args);
	va_end(args);
	return refuses_new(path, flags) ? -1 : next(path, flags, mode);
}

/* --- the environment: whoever changes it while there are threads is ended --- */

static void watch_environment(const char *name)
{
	DIR *tasks = opendir("/proc/self/task");
	int threads = -2; /* the two names that every folder has */

	if (tasks == NULL)
		return;
	while (readdir(tasks) != NULL)
		threads++;
	(void)closedir(tasks);
	if (threads > 1) {
		fprintf(stderr, "the environment (%s) is changed while there are %d threads\n",
		        name, threads);
		abort();
	}
}

int setenv(const char *name, const char *value, int replace)
{
	NEXT(int, setenv, const char *, const char *, int);
	watch_environment(name);
	return next(name, value, replace);
}

int unsetenv(const char *name)
{
	NEXT(int, unsetenv, const char *);
	watch_environment(name);
	return next(name);
}

/* --- a deadly ticket --- */

static void look_for_word(const char *data, size_t len)
{
	const char *death = getenv("TROUBLE_DEATH");

	if (word == NULL || memmem(data, len, word, strlen(word)) == NULL)
		return;
	if (death != NULL && strcmp(death, "abort") == 0)
		abort();
	*(volatile char *)NULL = 1;
}

typedef struct json_t json_t;
struct json_error_t;

json_t *json_loadb(const char *data, size_t len, size_t flags, struct json_error_t *error);
json_t *json_loadb(const char *data, size_t len, size_t flags, struct json_error_t *error)
{
	NEXT(json_t *, json_loadb, const char *, size_t, size_t, struct json_error_t *);

	look_for_word(data, len);
	return next(data, len, flags, error);
}

struct yyjson_doc *yyjson_read_opts(char *data, size_t len, uint32_t flags, const void *memory,
                                    void *error);
struct yyjson_doc *yyjson_read_opts(char *data, size_t len, uint32_t flags, const void *memory,
                                    void *error)
{
	NEXT(struct yyjson_doc *, yyjson_read_opts, char *, size_t, uint32_t, const void *, void *);

	look_for_word(data, len);
	return next(data, len, flags, memory, error);
}

/* --- a directory service that takes its time --- */

int getpwuid_r(uid_t uid, struct passwd *entry, char *bytes, size_t size, struct passwd **found)
{
	NEXT(int, getpwuid_r, uid_t, struct passwd *, char *, size_t, struct passwd **);
	const char *seconds = getenv("TROUBLE_NAMES");

	if (seconds != NULL)
		(void)sleep((unsigned)atoi(seconds));
	return next(uid, entry, bytes, size, found);
}
