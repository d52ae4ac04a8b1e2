/* The temporary name is static, because a handler of signals has no other way to know it. */
#include "daemon/ctl/draft.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/system/file.h"

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static struct {
	char temporary[PATH_MAX];  /* empty: there is none */
	char place[PATH_MAX];      /* empty: standard output */
	char words[PATH_MAX + 80]; /* of an interruption */
	int fd;
} draft;

/* Only what may be done in a handler. The signal then ends the process as if nobody had caught
 * it. */
static void on_ending(int number)
{
	if (draft.temporary[0] != '\0')
		(void)unlink(draft.temporary);
	if (write(STDERR_FILENO, draft.words, strlen(draft.words)) < 0) {
		/* there is nobody else to tell */
	}
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

static void catch_signals(void)
{
	for (size_t i = 0; i < ARRAY_LEN(ending); i++) {
		struct sigaction before;

		/* what was ignored, by nohup for example, stays so */
		if (sigaction(ending[i], NULL, &before) == 0 && before.sa_handler == SIG_IGN)
			continue;
		(void)signal(ending[i], on_ending);
	}
	(void)signal(SIGPIPE, SIG_IGN); /* a write says it */
}

static int check_place(const char *path, struct err *err)
{
	struct stat there;

	if (lstat(path, &there) == 0 && !S_ISREG(there.st_mode))
		return err_set(err,
		               "%.120s: not a regular file, so it cannot be replaced; give another "
		               "name, or - for standard output",
		               path);
	if (strlen(path) + sizeof(".XXXXXX") > sizeof(draft.place))
		return err_set(err, "the name of the file is too long");
	return 0;
}

int draft_begin(const char *path, struct err *err)
{
	if (path == NULL) {
		snprintf(draft.words, sizeof(draft.words),
		         "\nai-ticketctl: interrupted: what was printed is not complete\n");
		draft.fd = STDOUT_FILENO;
		catch_signals();
		return draft.fd;
	}
	if (check_place(path, err) < 0)
		return -1;
	snprintf(draft.place, sizeof(draft.place), "%s", path);
	snprintf(draft.words, sizeof(draft.words),
	         "\nai-ticketctl: interrupted: %s was not written\n", path);
	/* the handlers come first: a signal in between finds a name without a file */
	snprintf(draft.temporary, sizeof(draft.temporary), "%s.XXXXXX", path);
	catch_signals();
	draft.fd = mkstemp(draft.temporary);
	if (draft.fd < 0) {
		draft.temporary[0] = '\0';
		return err_set(err, "%.120s: %s", path, strerror(errno));
	}
	return draft.fd;
}

int draft_keep(struct err *err)
{
	if (draft.place[0] == '\0')
		return 0;
	if (fsync(draft.fd) < 0 || rename(draft.temporary, draft.place) < 0) {
		err_set(err, "%.120s: %s", draft.place, strerror(errno));
		draft_drop();
		return -1;
	}
	draft.temporary[0] = '\0';
	file_close(draft.fd);
	return 0;
}

void draft_drop(void)
{
	if (draft.temporary[0] == '\0')
		return;
	(void)unlink(draft.temporary);
	draft.temporary[0] = '\0';
	file_close(draft.fd);
}
