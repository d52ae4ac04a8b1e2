/* ai-ticketd-reload PID: what `systemctl reload` runs. Asks the daemon to read its configuration
 * again (SIGHUP) and ends when the outcome is known: 0 applied, 1 refused or no answer. Before
 * version 253 systemd cannot wait for the daemon's own word; with this program in between, the
 * reload has really happened when the command returns, and a refused one fails visibly.
 *
 * It runs within the daemon's sandbox and as its user: no shell and no other program can be started
 * there. */
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

static int complain(const char *text)
{
	fprintf(stderr, "ai-ticketd-reload: %s\n", text);
	return FAILED;
}

static time_t seconds(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static int tell(const struct generation *generation)
{
	if (generation->applied)
		return APPLIED;
	fprintf(stderr,
	        "ai-ticketd-reload: refused, the previous configuration stays in force: %s\n",
	        generation->words);
	return FAILED;
}

/* Until the number has changed, the daemon is gone, or patience ends. */
static int wait_for(const char *folder, pid_t pid, uint64_t before)
{
	struct timespec pause = {.tv_nsec = PAUSE_MS * 1000 * 1000};
	time_t end = seconds() + PATIENCE_SECONDS;
	struct generation now;
	struct err err;

	while (seconds() < end) {
		if (generation_read(folder, &now, &err) < 0)
			return complain(err.text);
		if (now.number != before)
			return tell(&now);
		if (kill(pid, 0) < 0)
			return complain("the service stopped during the reload");
		(void)nanosleep(&pause, NULL);
	}
	return complain("no answer from the service within 15 seconds; see its log");
}

static int reload(const char *folder, pid_t pid)
{
	struct generation before;
	struct err err;

	if (generation_read(folder, &before, &err) < 0)
		return complain(err.text);
	if (kill(pid, SIGHUP) < 0)
		return complain(strerror(errno));
	return wait_for(folder, pid, before.number);
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
