/* Writes each line to two spools: the file of the day and stderr. The first line of a new day
 * closes yesterday's spool, which completes by itself, and opens the next file. A failing disk is
 * reported once a day on stderr; the run continues. A plain file continues after a gap; a sealed
 * one ends at its first failure, because its lines are numbered, and a new stream is begun behind
 * it a minute later. */
#include "daemon/files/textlog_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/files/logdir.h"
#include "daemon/system/clock.h"

#define WAITING_MAX (1024 * 1024)
#define LINE_MAX_BYTES (16 * 1024)
#define AGAIN_AFTER MSEC_MINUTE /* delay before a file that failed is opened again */

static void check_written(struct textlog *log)
{
	struct listener listener = log->listener;

	if (listener.written == NULL || listener.lines_held || listener.file != NULL ||
	    listener.terminal || !list_empty(&log->leaving))
		return;
	log->listener.written = NULL;
	listener.written(listener.arg);
}

static void on_file_written(void *arg)
{
	struct textlog *log = arg;

	log->listener.file = NULL;
	check_written(log);
}

static void on_terminal_written(void *arg)
{
	struct textlog *log = arg;

	log->listener.terminal = false;
	check_written(log);
}

static void write_for_listener(struct textlog *log)
{
	struct listener *listener = &log->listener;

	listener->lines_held = false;
	listener->terminal = true;
	listener->file = log->file;
	if (log->file != NULL)
		spool_flush(log->file->spool, on_file_written, log);
	spool_flush(log->terminal.spool, on_terminal_written, log);
}

void textlog_when_written(struct textlog *log, void (*written)(void *arg), void *arg)
{
	ENSURE(log->listener.written == NULL && log->closed == NULL);
	log->listener = (struct listener){
	        .written = written, .arg = arg, .lines_held = textlog_lines_wait(log)};
	if (!textlog_lines_wait(log))
		write_for_listener(log);
}

/* Whether a sealed file of this name is still being closed. It must not be opened again, because
 * its last line is not known yet. */
static bool is_leaving(void *arg, const char *name)
{
	struct textlog *log = arg;

	if (log->key == NULL)
		return false;
	list_each(node, tmp, &log->leaving)
	{
		if (strcmp(container_of(node, struct writing, node)->file.name, name) == 0)
			return true;
	}
	return false;
}

static int open_file(struct textlog *log, struct clock_reading now, struct err *err)
{
	struct spool_rules rules = {.max = WAITING_MAX, .may_lose = log->key == NULL};
	struct writing *file = xcalloc(1, sizeof(*file));
	struct buf head;

	buf_init(&head, LINE_MAX_BYTES);
	log->again_mono = now.mono + AGAIN_AFTER;
	file->log = log;
	if (dayfile_open(&file->file, log->dir, now.wall, log->key, is_leaving, log, &head, err) <
	    0) {
		buf_free(&head);
		free(file);
		return -1;
	}
	list_init(&file->node);
	file->identity = file_identity_of(file->file.fd);
	file->spool = spool_new(log->loop, file->file.fd, rules);
	spool_add(file->spool, buf_str(&head));
	buf_free(&head);
	log->file = file;
	return 0;
}

struct textlog *textlog_open(uv_loop_t *loop, const char *dir, const struct seal_key *key,
                             enum log_level level, struct err *err)
{
	struct clock_reading now = clock_now();
	struct textlog *log = xcalloc(1, sizeof(*log));

	*log = (struct textlog){.loop = loop, .dir = xstrdup(dir), .key = key, .level = level};
	list_init(&log->leaving);
	buf_init(&log->waiting, WAITING_MAX);
	report_log_name(log->day, now.wall, 1);
	if (open_file(log, now, err) < 0) {
		free(log->dir);
		free(log);
		return NULL;
	}
	terminal_open(&log->terminal, loop, WAITING_MAX);
	return log;
}

void textlog_set_level(struct textlog *log, enum log_level level)
{
	log->level = level;
}

static void warn_once(struct textlog *log, const char *reason)
{
	struct buf line;

	if (log->warned)
		return;
	log->warned = true;
	buf_init(&line, LINE_MAX_BYTES);
	report_log_line(&line, clock_now().wall, LEVEL_WARNING, str_of(reason));
	terminal_add(&log->terminal, buf_str(&line));
	buf_free(&line);
}

static void on_terminal_closed(void *arg, const char *error)
{
	struct textlog *log = arg;

	log->closed(log->arg);
	buf_free(&log->waiting);
	free(log->dir);
	free(log->trouble);
	terminal_free(&log->terminal);
	free(log);
}

static void warn_of_gap(struct textlog *log, const struct writing *file, const char *error)
{
	char *text = xasprintf("log.dir: %s/%s: %s; log lines are missing there", log->dir,
	                       file->file.name, error);

	warn_once(log, text);
	free(text);
}

/* Runs when no file is open any more. The terminal is closed last, because failures of files are
 * reported there. */
static void on_all_files_closed(struct textlog *log)
{
	void (*held)(void *arg) = log->held;

	log->held = NULL;
	if (held != NULL)
		held(log->held_arg);
	if (log->closed != NULL)
		terminal_close(&log->terminal, on_terminal_closed, log);
}

static void on_file_closed(void *arg, const char *error)
{
	struct writing *file = arg;
	struct textlog *log = file->log;

	if (error != NULL)
		warn_of_gap(log, file, error);
	list_remove(&file->node);
	if (log->listener.file == file)
		log->listener.file = NULL; /* closing wrote its last lines */
	check_written(log);
	crypto_wipe(&file->file.sealer, sizeof(file->file.sealer));
	free(file);
	if (list_empty(&log->leaving))
		on_all_files_closed(log);
}

void textlog_leave_file(struct textlog *log)
{
	struct writing *file = log->file;
	struct buf end;

	if (file == NULL)
		return;
	log->file = NULL;
	if (log->key != NULL && spool_error(file->spool) == NULL) {
		buf_init(&end, LINE_MAX_BYTES);
		sealer_end(&file->file.sealer, &end);
		spool_add(file->spool, buf_str(&end));
		buf_free(&end);
	}
	list_push_back(&log->leaving, &file->node);
	spool_close(file->spool, on_file_closed, file);
}

void textlog_choose_file(struct textlog *log, struct clock_reading now)
{
	char day[REPORT_NAME_SIZE];
	struct err err;

	report_log_name(day, now.wall, 1);
	if (strcmp(day, log->day) != 0) {
		textlog_leave_file(log);
		memcpy(log->day, day, sizeof(day));
		log->warned = false;
		log->again_mono = now.mono;
	}
	if (log->file != NULL || now.mono < log->again_mono)
		return;
	free(log->trouble);
	log->trouble = NULL;
	if (open_file(log, now, &err) < 0) {
		log->trouble = xstrdup(err.text);
		warn_once(log, err.text);
	}
}

static void check_file(struct textlog *log)
{
	const char *error = spool_error(log->file->spool);

	if (error == NULL)
		return;
	warn_of_gap(log, log->file, error);
	if (log->key != NULL)
		textlog_leave_file(log);
}

static void hold_line(struct textlog *log, struct str line)
{
	bool full = log->waiting.len + line.len > log->waiting.max;

	log->counts.dropped += full;
	buf_add_str(&log->waiting, line);
	if (log->waiting.overflow)
		warn_once(log, "log.dir: too many lines while the log was being rewritten or "
		               "checked; some lines are missing");
}

static void write_to_file(struct textlog *log, struct clock_reading now, struct str line)
{
	struct buf sealed;

	if (textlog_lines_wait(log)) {
		hold_line(log, line);
		return;
	}
	textlog_choose_file(log, now);
	log->counts.dropped += log->file == NULL;
	if (log->file == NULL)
		return;
	if (log->key == NULL) {
		spool_add(log->file->spool, line);
	} else {
		buf_init(&sealed, SEAL_LINE_MAX);
		sealer_add(&log->file->file.sealer, line, &sealed);
		spool_add(log->file->spool, buf_str(&sealed));
		buf_free(&sealed);
	}
	check_file(log);
}

/* The text after "time | level | ", without the newline. */
static struct str message_of(struct str line)
{
	for (int bars = 0; bars < 2; bars++)
		line = str_skip(line, (size_t)str_find(line, STR(" | ")) + 3);
	return str_make(line.data, line.len - 1);
}

static void log_line(struct textlog *log, enum log_level level, struct str text,
                     const struct textlog_event *event, bool file_only)
{
	struct clock_reading now = clock_now();
	struct buf line;

	if (level < log->level)
		return;
	log->counts.lines[level]++;
	buf_init(&line, LINE_MAX_BYTES);
	report_log_line(&line, now.wall, level, utf8_cut(text, LINE_MAX_BYTES / 8));
	write_to_file(log, now, buf_str(&line));
	if (!file_only && log->send != NULL)
		log->send(log->send_arg, level, message_of(buf_str(&line)), event);
	else if (!file_only)
		terminal_add(&log->terminal, buf_str(&line));
	buf_free(&line);
}

void textlog_say(struct textlog *log, enum log_level level, struct str text)
{
	log_line(log, level, text, NULL, false);
}

void textlog_say_event(struct textlog *log, enum log_level level, struct str text,
                       const struct textlog_event *event)
{
	log_line(log, level, text, event, false);
}

void textlog_counts(const struct textlog *log, struct textlog_counts *ret)
{
	*ret = log->counts;
}

void textlog_use_journal(struct textlog *log,
                         void (*send)(void *arg, enum log_level level, struct str text,
                                      const struct textlog_event *event),
                         void *arg)
{
	log->send = send;
	log->send_arg = arg;
}

void textlog_file_only(struct textlog *log, enum log_level level, struct str text)
{
	log_line(log, level, text, NULL, true);
}

void textlog_printf(struct textlog *log, enum log_level level, const char *format, ...)
{
	char text[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	log_line(log, level, str_of(text), NULL, false);
}

void textlog_hold(struct textlog *log, void (*held)(void *arg), void *arg)
{
	ENSURE(!log->holding && log->closed == NULL);
	log->holding = true;
	log->held = held;
	log->held_arg = arg;
	textlog_leave_file(log);
	if (list_empty(&log->leaving))
		on_all_files_closed(log);
}

bool textlog_lines_wait(const struct textlog *log)
{
	return log->holding || log->question != NULL;
}

void textlog_write_waiting(struct textlog *log)
{
	struct clock_reading now = clock_now();
	struct str rest = buf_str(&log->waiting);

	ENSURE(!textlog_lines_wait(log));
	while (rest.len > 0) {
		struct str line = str_make(rest.data, (size_t)str_find_char(rest, '\n') + 1);

		write_to_file(log, now, line);
		rest = str_skip(rest, line.len);
	}
	buf_reset(&log->waiting);
	if (log->listener.written != NULL && log->listener.lines_held)
		write_for_listener(log);
}

void textlog_release(struct textlog *log)
{
	ENSURE(log->holding);
	log->holding = false;
	log->again_mono = clock_now().mono;
	if (!textlog_lines_wait(log))
		textlog_write_waiting(log);
}

/* Nobody waits for the answer any longer. */
static void stop_looking(struct textlog *log)
{
	still_there_forget(log->question);
	log->question = NULL;
	if (!log->holding)
		textlog_write_waiting(log);
}

msec textlog_day(const struct textlog *log)
{
	return logdir_parse(str_of(log->day)).day;
}

void textlog_set_status(struct textlog *log, const char *text)
{
	terminal_set_status(&log->terminal, text);
}

bool textlog_has_terminal(const struct textlog *log)
{
	return log->terminal.is_tty;
}

void textlog_close(struct textlog *log, void (*closed)(void *arg), void *arg)
{
	log->closed = closed;
	log->arg = arg;
	log->listener.written = NULL;
	ENSURE(!log->holding);
	stop_looking(log);
	textlog_set_status(log, "");
	textlog_leave_file(log);
	if (list_empty(&log->leaving))
		on_all_files_closed(log);
}

void textlog_last_words(struct textlog *log, const char *message)
{
	log->listener.written = NULL; /* no worker will be waited for */
	stop_looking(log);
	if (log->holding)
		textlog_release(log);
	list_each(node, tmp, &log->leaving)
	{
		spool_emergency(container_of(node, struct writing, node)->spool);
	}
	if (log->file != NULL)
		spool_emergency(log->file->spool);
	terminal_last_words(&log->terminal, message);
}
