/* ai-ticketd-reload PID: the program that `systemctl reload` runs. It asks the daemon to read its
 * configuration again (SIGHUP) and exits when the outcome is known: 0 applied, 1 refused or no
 * answer. systemd before version 253 cannot wait for the daemon's own notification; with this
 * program the reload is complete when the command returns, and a refused one fails visibly.
 *
 * It runs within the daemon's sandbox and as its user, where no shell and no other program can be
 * started. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/system/generation.h"

#define PATIENCE_SECONDS 15
#define PAUSE_MS 5

enum { APPLIED = 0, FAILED = 1, USAGE = 2 };

static int report_failure(const char *text)
{
	fprintf(stderr, "ai-ticketd-reload: %s\n", text);
	return FAILED;
}

static time_t monotonic_seconds(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static int report_outcome(const struct generation *generation)
{
	if (generation->applied)
		return APPLIED;
	fprintf(stderr,
	        "ai-ticketd-reload: refused, the previous configuration stays in force: %s\n",
	        generation->words);
	return FAILED;
}

/* Waits until the number has changed, the daemon has ended, or PATIENCE_SECONDS are over. */
static int wait_for_outcome(const char *folder, pid_t pid, uint64_t before)
{
	struct timespec pause = {.tv_nsec = PAUSE_MS * 1000 * 1000};
	time_t end = monotonic_seconds() + PATIENCE_SECONDS;
	struct generation now;
	struct err err;

	while (monotonic_seconds() < end) {
		if (generation_read(folder, &now, &err) < 0)
			return report_failure(err.text);
		if (now.number != before)
			return report_outcome(&now);
		if (kill(pid, 0) < 0)
			return report_failure("the service stopped during the reload");
		(void)nanosleep(&pause, NULL);
	}
	return report_failure("no answer from the service within 15 seconds; see its log");
}

static int reload(const char *folder, pid_t pid)
{
	struct generation before;
	struct err err;

	if (generation_read(folder, &before, &err) < 0)
		return report_failure(err.text);
	if (kill(pid, SIGHUP) < 0)
		return report_failure(strerror(errno));
	return wait_for_outcome(folder, pid, before.number);
}

int main(int argc, char **argv)
{
	const char *folder = getenv("RUNTIME_DIRECTORY");
	uint64_t pid;

	if (argc != 2 || str_to_u64(str_of(argv[1]), &pid) < 0 || pid <= 1 || pid > INT32_MAX ||
	    folder == NULL) {
		fputs("usage: ai-ticketd-reload PID, with RUNTIME_DIRECTORY set (a service manager "
		      "runs it)\n",
		      stderr);
		return USAGE;
	}
	return reload(folder, (pid_t)pid);
}
