/* Two spools: the file of the day and stderr. A line of a new day closes yesterday's spool (which finishes by itself) and opens the
 * next file. A failing disk is told once on stderr; the run goes on. */
#include "daemon/textlog.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/spool.h"
#include "daemon/when.h"
#include "observe/report.h"

#define WAITING_MAX (1024 * 1024)
#define LINE_MAX_BYTES (16 * 1024)
#define STDERR_FD 2

struct textlog {
	uv_loop_t *loop;
	char *dir;
	char day[32]; /* name of the open file */
	enum log_level level;
	struct spool *file; /* NULL after a day whose file could not be opened */
	struct spool *terminal;
	bool is_terminal;
	char *status; /* the status line on the screen; "" = none */
	bool warned;
	unsigned open; /* spools not closed yet */
	void (*closed)(void *arg);
	void *arg;
};

static int open_day(const char *dir, const char *day, struct err *err)
{
	char *path = xasprintf("%s/%s", dir, day);
	uv_fs_t req;
	int fd = uv_fs_open(NULL, &req, path,
	                    UV_FS_O_WRONLY | UV_FS_O_CREAT | UV_FS_O_APPEND | UV_FS_O_NONBLOCK | UV_FS_O_NOFOLLOW, 0600,
	                    NULL);

	uv_fs_req_cleanup(&req);
	if (fd < 0)
		err_set(err, "log.dir: %s cannot be written: %s", path, uv_strerror(fd));
	free(path);
	return fd;
}

static struct spool *spool_for(struct textlog *log, int fd, bool keep_fd)
{
	struct spool_rules rules = {.max = WAITING_MAX, .may_lose = true, .keep_fd = keep_fd};

	log->open++;
	return spool_new(log->loop, fd, rules);
}

struct textlog *textlog_open(uv_loop_t *loop, const char *dir, enum log_level level, struct err *err)
{
	struct textlog *log;
	char day[32];
	int fd;

	report_log_name(day, when_now().wall);
	fd = open_day(dir, day, err);
	if (fd < 0)
		return NULL;
	log = xcalloc(1, sizeof(*log));
	log->loop = loop;
	log->dir = xstrdup(dir);
	memcpy(log->day, day, sizeof(day));
	log->level = level;
	log->file = spool_for(log, fd, false);
	log->terminal = spool_for(log, STDERR_FD, true);
	log->is_terminal = uv_guess_handle(STDERR_FD) == UV_TTY;
	log->status = xstrdup("");
	return log;
}

void textlog_set_level(struct textlog *log, enum log_level level)
{
	log->level = level;
}

static void on_spool_closed(void *arg, const char *error)
{
	struct textlog *log = arg;

	if (--log->open > 0 || log->closed == NULL)
		return;
	log->closed(log->arg);
	free(log->dir);
	free(log->status);
	free(log);
}

/* Log lines scroll above the status line: erase it, print them, draw it again. */
static void to_terminal(struct textlog *log, struct str lines)
{
	struct buf out;

	if (!log->is_terminal || log->status[0] == '\0') {
		spool_add(log->terminal, lines);
		return;
	}
	buf_init(&out, LINE_MAX_BYTES * 2);
	buf_puts(&out, "\r\033[K");
	buf_add_str(&out, lines);
	buf_puts(&out, log->status);
	spool_add(log->terminal, buf_str(&out));
	buf_free(&out);
}

static void warn_once(struct textlog *log, const char *reason)
{
	struct buf line;

	if (log->warned)
		return;
	log->warned = true;
	buf_init(&line, LINE_MAX_BYTES);
	report_log_line(&line, when_now().wall, LEVEL_WARNING, str_of(reason));
	to_terminal(log, buf_str(&line));
	buf_free(&line);
}

static void turn_day(struct textlog *log, const char *day)
{
	struct err err;
	int fd;

	if (log->file != NULL)
		spool_close(log->file, on_spool_closed, log);
	snprintf(log->day, sizeof(log->day), "%s", day);
	fd = open_day(log->dir, day, &err);
	log->file = fd >= 0 ? spool_for(log, fd, false) : NULL;
	if (fd < 0)
		warn_once(log, err.text);
}

static void to_file(struct textlog *log, msec wall, struct str line)
{
	char day[32];

	report_log_name(day, wall);
	if (strcmp(day, log->day) != 0)
		turn_day(log, day);
	if (log->file == NULL)
		return;
	spool_add(log->file, line);
	if (spool_error(log->file) != NULL && !log->warned) {
		char *text = xasprintf("log.dir: %s/%s: %s; lines are missing there", log->dir, log->day,
		                       spool_error(log->file));

		warn_once(log, text);
		free(text);
	}
}

static void say(struct textlog *log, enum log_level level, struct str text, bool on_terminal)
{
	msec wall = when_now().wall;
	struct buf line;

	if (level < log->level)
		return;
	buf_init(&line, LINE_MAX_BYTES);
	report_log_line(&line, wall, level, utf8_cut(text, LINE_MAX_BYTES / 8));
	to_file(log, wall, buf_str(&line));
	if (on_terminal)
		to_terminal(log, buf_str(&line));
	buf_free(&line);
}

void textlog_say(struct textlog *log, enum log_level level, struct str text)
{
	say(log, level, text, true);
}

void textlog_file_only(struct textlog *log, enum log_level level, struct str text)
{
	say(log, level, text, false);
}

void textlog_printf(struct textlog *log, enum log_level level, const char *format, ...)
{
	char text[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	say(log, level, str_of(text), true);
}

void textlog_set_status(struct textlog *log, const char *text)
{
	if (!log->is_terminal || strcmp(log->status, text) == 0)
		return;
	free(log->status);
	log->status = xstrdup(text);
	spool_add(log->terminal, STR("\r\033[K"));
	spool_add(log->terminal, str_of(text));
}

bool textlog_has_terminal(const struct textlog *log)
{
	return log->is_terminal;
}

void textlog_close(struct textlog *log, void (*closed)(void *arg), void *arg)
{
	log->closed = closed;
	log->arg = arg;
	textlog_set_status(log, "");
	if (log->file != NULL)
		spool_close(log->file, on_spool_closed, log);
	spool_close(log->terminal, on_spool_closed, log);
}

static void write_stderr(const char *text)
{
	ssize_t written = write(STDERR_FD, text, strlen(text));

	(void)written; /* nobody is left to tell */
}

void textlog_last_words(struct textlog *log, const char *message)
{
	if (log->file != NULL)
		spool_emergency(log->file);
	spool_emergency(log->terminal);
	if (log->is_terminal && log->status[0] != '\0')
		write_stderr("\r\033[K");
	write_stderr(message);
	write_stderr("\n");
}
