/* Processes that are expected to end themselves. POSIX forks; Windows cannot, so there the test's
 * program starts itself anew, with the number of the body to run. */
#ifndef TEST_BASE_CHILD_H
#define TEST_BASE_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <windows.h>
#else
#include <sys/wait.h>
#endif
#include <unistd.h>

typedef void (*child_body)(void);

#ifdef _WIN32

#define CHILD_STATUS_OF_ABORT 3 /* of abort() in Microsoft's library */

/* The first thing that main() calls: in a child it does not return. */
static inline void child_begin(const child_body *bodies, int argc, char **argv)
{
	if (argc < 2)
		return;
	(void)_setmode(STDERR_FILENO, _O_BINARY); /* as the program does it */
	bodies[atoi(argv[1])]();
	_exit(0);
}

/* Runs a body in a process of its own, and whether abort() ended it; what it wrote to stderr is in
 * `out`. */
static inline bool child_aborts(const child_body *bodies, size_t number, char *out, size_t size)
{
	char program[MAX_PATH], command[MAX_PATH + 32];

	if (GetModuleFileNameA(NULL, program, sizeof(program)) == 0)
		return false;
	snprintf(command, sizeof(command), "\"\"%s\" %zu 2>&1\"", program, number);
	FILE *words = _popen(command, "rb");
	if (words == NULL)
		return false;
	out[fread(out, 1, size - 1, words)] = '\0';
	return _pclose(words) == CHILD_STATUS_OF_ABORT;
}

#else

static inline void child_begin(const child_body *bodies, int argc, char **argv)
{
}

static inline bool child_aborts(const child_body *bodies, size_t number, char *out, size_t size)
{
	int ends[2], status;
	size_t len = 0;

	if (pipe(ends) < 0)
		return false;
	pid_t pid = fork();
	if (pid < 0)
		return false;
	if (pid == 0) {
		signal(SIGABRT, SIG_DFL);
		dup2(ends[1], STDERR_FILENO);
		bodies[number]();
		_exit(0);
	}
	close(ends[1]);
	for (ssize_t got; (got = read(ends[0], out + len, size - 1 - len)) > 0;)
		len += (size_t)got;
	out[len] = '\0';
	close(ends[0]);
	return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
	       WTERMSIG(status) == SIGABRT;
}

#endif
#endif
