/* The text log from within: for textlog.c and textlog_look.c alone. */
#ifndef DAEMON_FILES_TEXTLOG_INSIDE_H
#define DAEMON_FILES_TEXTLOG_INSIDE_H

#include "base/list.h"
#include "daemon/files/dayfile.h"
#include "daemon/files/spool.h"
#include "daemon/files/still_there.h"
#include "daemon/files/terminal.h"
#include "daemon/files/textlog.h"
#include "observe/report.h"

/* A file that is being written or closed. */
struct writing {
	struct list node;
	struct textlog *log;
	struct dayfile file;
	struct file_identity identity;
	struct spool *spool;
};

/* The callback of textlog_when_written, and what it still waits for. */
struct listener {
	void (*written)(void *arg); /* NULL = none */
	void *arg;
	bool lines_held;      /* lines are held in memory: it begins when they are released */
	struct writing *file; /* the file is not written yet; NULL = it is */
	bool terminal;        /* stderr is not written yet */
};

struct textlog {
	uv_loop_t *loop;
	char *dir;
	const struct seal_key *key; /* NULL = plain */
	char day[REPORT_NAME_SIZE]; /* name of the first file of the day */
	enum log_level level;
	struct writing *file;         /* NULL while none could be opened */
	struct list leaving;          /* struct writing: files that are being closed */
	msec again_mono;              /* monotonic; no file is opened before */
	char *trouble;                /* why no file could be opened; NULL while one is open */
	struct still_there *question; /* NULL = none is asked */
	struct terminal terminal;
	struct textlog_counts counts;
	bool warned;
	bool holding;
	struct buf waiting; /* lines logged while textlog_lines_wait() */
	void (*held)(void *arg);
	void *held_arg;
	void (*send)(void *arg, enum log_level level, struct str text,
	             const struct textlog_event *event);
	void *send_arg;
	struct listener listener;
	void (*closed)(void *arg);
	void *arg;
};

/* Closes the open file, if there is one; its lines are still written. */
void textlog_leave_file(struct textlog *log);
/* Opens today's file when a new day begins, or some time after a failure. */
void textlog_choose_file(struct textlog *log, struct clock_reading now);
/* True while it is not certain where lines belong: somebody rewrites the file, or the system was
 * asked whether it is still there. */
bool textlog_lines_wait(const struct textlog *log);
/* Writes what waited, when that is over. */
void textlog_write_waiting(struct textlog *log);

#endif
