/* Notices that the log's file was moved or deleted, as logrotate and people do: otherwise all lines
 * of the rest of the day would go into a file that nobody sees. Lines wait for the answer. */
#include <stdlib.h>
#include <string.h>

#include "daemon/files/textlog_inside.h"
#include "daemon/system/clock.h"

static void on_still_there(void *arg, bool there)
{
	struct textlog *log = arg;
	struct clock_reading now = clock_now();
	char name[REPORT_NAME_SIZE];

	log->question = NULL;
	if (log->holding)
		return;
	if (there || log->file == NULL) {
		textlog_write_waiting(log);
		return;
	}
	memcpy(name, log->file->file.name, sizeof(name));
	textlog_leave_file(log);
	log->warned = false;
	log->again_mono = now.mono;
	textlog_write_waiting(log);
	textlog_printf(log, LEVEL_WARNING,
	               "log.dir: %s/%s was moved or deleted; the log goes on in a new file",
	               log->dir, name);
}

void textlog_look(struct textlog *log)
{
	if (log->holding || log->closed != NULL || log->question != NULL)
		return;
	if (log->file == NULL) {
		textlog_choose_file(log, clock_now());
		return;
	}
	char *path = xasprintf("%s/%s", log->dir, log->file->file.name);
	log->question = still_there_ask(log->loop, path, log->file->identity, on_still_there, log);
	free(path);
}

const char *textlog_trouble(const struct textlog *log)
{
	return log->trouble;
}
