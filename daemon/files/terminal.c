/* Draws the status line: it is erased before lines are printed, and drawn again below them. */
#include "daemon/files/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STDERR_FD 2
#define ERASE_LINE "\r\033[K"
#define STATUS_MAX 4096

void terminal_open(struct terminal *terminal, uv_loop_t *loop, size_t max)
{
	struct spool_rules rules = {.max = max, .may_lose = true, .keep_fd = true};

	terminal->spool = spool_new(loop, STDERR_FD, rules);
	terminal->is_tty = uv_guess_handle(STDERR_FD) == UV_TTY;
	terminal->status = xstrdup("");
}

void terminal_add(struct terminal *terminal, struct str lines)
{
	struct buf out;

	if (!terminal->is_tty || terminal->status[0] == '\0') {
		spool_add(terminal->spool, lines);
		return;
	}
	buf_init(&out, lines.len + STATUS_MAX);
	buf_puts(&out, ERASE_LINE);
	buf_add_str(&out, lines);
	buf_puts(&out, terminal->status);
	spool_add(terminal->spool, buf_str(&out));
	buf_free(&out);
}

void terminal_set_status(struct terminal *terminal, const char *text)
{
	if (!terminal->is_tty || strcmp(terminal->status, text) == 0)
		return;
	free(terminal->status);
	terminal->status = xstrdup(text);
	spool_add(terminal->spool, STR(ERASE_LINE));
	spool_add(terminal->spool, str_of(text));
}

void terminal_close(struct terminal *terminal, void (*closed)(void *arg, const char *error),
                    void *arg)
{
	spool_close(terminal->spool, closed, arg);
}

void terminal_free(struct terminal *terminal)
{
	free(terminal->status);
}

static void write_stderr(const char *text)
{
	ssize_t written = write(STDERR_FD, text, strlen(text));

	(void)written; /* there is no other place to report a failure */
}

void terminal_last_words(struct terminal *terminal, const char *message)
{
	spool_emergency(terminal->spool);
	if (terminal->is_tty && terminal->status[0] != '\0')
		write_stderr(ERASE_LINE);
	write_stderr(message);
	write_stderr("\n");
}
