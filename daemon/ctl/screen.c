/* Control sequences of xterm, which all terminals of today know; terminfo is not needed for the few
 * that are used. Signals only write a byte into a pipe. */
#include "daemon/ctl/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "daemon/system/file.h"

#define ENTER "\033[?1049h\033[?25l\033[?7l" /* other screen, no cursor, no wrapping */
#define LEAVE "\033[0m\033[?7h\033[?25h\033[?1049l"
#define HOME "\033[H"
#define REST_OF_LINE "\033[K"
#define REST_OF_SCREEN "\033[J"
#define FRAME_MAX ((size_t)1024 * 1024)
#define CTRL_L 0x0c

static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};

static struct {
	bool entered, keys; /* `keys`: standard input is the terminal, and is ours */
	struct termios before;
	int pipe[2];
	volatile sig_atomic_t ended_by; /* the signal; 0 = none */
} screen = {.pipe = {-1, -1}};

static void on_screen_signal(int number)
{
	int error = errno;
	char byte = (char)number;

	if (number != SIGTSTP && number != SIGCONT && number != SIGWINCH)
		screen.ended_by = number;
	if (write(screen.pipe[1], &byte, 1) < 0) {
		/* it is full: enough is known */
	}
	errno = error;
}

/* All bytes, unless a signal that ends the program comes in between or the terminal is gone. */
static bool write_all(struct str bytes)
{
	while (bytes.len > 0) {
		ssize_t count = write(STDOUT_FILENO, bytes.data, bytes.len);

		if (count >= 0)
			bytes = str_skip(bytes, (size_t)count);
		else if (errno == EAGAIN)
			(void)poll(&(struct pollfd){.fd = STDOUT_FILENO, .events = POLLOUT}, 1,
			           100);
		else if (errno != EINTR)
			return false;
		if (screen.ended_by != 0 && bytes.len > 0 && count < 0)
			return true;
	}
	return true;
}

static void take_terminal(void)
{
	struct termios mode;

	screen.keys = isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &screen.before) == 0;
	if (screen.keys) {
		mode = screen.before;
		mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		mode.c_cc[VMIN] = 0;
		mode.c_cc[VTIME] = 0;
		screen.keys = tcsetattr(STDIN_FILENO, TCSANOW, &mode) == 0;
	}
	(void)write_all(STR(ENTER));
	screen.entered = true;
}

/* The last words of a broken invariant are to be seen on the first screen. */
static void on_fatal(const char *message)
{
	screen_leave();
	fprintf(stderr, "ai-ticketctl: %s\n", message);
	abort();
}

static void catch_screen_signals(void)
{
	struct sigaction action = {.sa_handler = on_screen_signal};

	if (pipe2(screen.pipe, O_NONBLOCK | O_CLOEXEC) < 0)
		fatal("no pipe: %s", strerror(errno));
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_LEN(caught); i++)
		(void)sigaction(caught[i], &action, NULL);
	fatal_set_handler(on_fatal);
}

bool screen_is_possible(void)
{
	const char *terminal = getenv("TERM");

	return isatty(STDOUT_FILENO) == 1 && terminal != NULL && terminal[0] != '\0' &&
	       strcmp(terminal, "dumb") != 0;
}

void screen_enter(void)
{
	catch_screen_signals();
	take_terminal();
}

void screen_leave(void)
{
	if (!screen.entered)
		return;
	screen.entered = false;
	(void)write_all(STR(LEAVE));
	if (screen.keys)
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &screen.before);
}

void screen_end(void)
{
	for (int i = 0; i < 2; i++)
		if (screen.pipe[i] >= 0)
			file_close(screen.pipe[i]);
	if (screen.ended_by == 0)
		return;
	(void)signal(screen.ended_by, SIG_DFL);
	(void)raise(screen.ended_by);
}

size_t screen_fds(int fds[SCREEN_FDS_MAX])
{
	fds[0] = screen.pipe[0];
	fds[1] = STDIN_FILENO;
	return screen.keys ? 2 : 1;
}

static void stop_until_continued(void)
{
	screen_leave();
	(void)raise(SIGSTOP);
	take_terminal();
}

static enum screen_event take_key(void)
{
	char key;
	ssize_t count = screen.keys ? read(STDIN_FILENO, &key, 1) : 0;

	/* a terminal that has hung up can always be read */
	if (count < 0 && errno != EAGAIN && errno != EINTR)
		return SCREEN_QUIT;
	if (count <= 0)
		return SCREEN_NOTHING;
	return key == 'q' || key == 'Q' ? SCREEN_QUIT
	       : key == CTRL_L          ? SCREEN_REDRAW
	                                : SCREEN_NOTHING;
}

enum screen_event screen_take(void)
{
	enum screen_event event = take_key();
	char number;

	while (read(screen.pipe[0], &number, 1) == 1) {
		if (number == SIGTSTP)
			stop_until_continued();
		if (event != SCREEN_QUIT)
			event = SCREEN_REDRAW;
	}
	return screen.ended_by != 0 ? SCREEN_QUIT : event;
}

void screen_size(size_t *ret_columns, size_t *ret_rows)
{
	struct winsize size = {0};

	*ret_columns = 80;
	*ret_rows = 24;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0 || size.ws_row == 0)
		return;
	*ret_columns = size.ws_col < 20 ? 20 : size.ws_col;
	*ret_rows = size.ws_row < 4 ? 4 : size.ws_row;
}

bool screen_draw(struct str frame, bool *ret_gone)
{
	struct pollfd terminal = {.fd = STDOUT_FILENO, .events = POLLOUT};
	struct buf bytes;

	*ret_gone = false;
	if (poll(&terminal, 1, 0) == 0)
		return false;
	buf_init(&bytes, FRAME_MAX);
	buf_puts(&bytes, HOME);
	while (frame.len > 0) {
		buf_add_str(&bytes, str_split(&frame, '\n'));
		buf_puts(&bytes, REST_OF_LINE);
		if (frame.len > 0)
			buf_puts(&bytes, "\r\n");
	}
	buf_puts(&bytes, REST_OF_SCREEN);
	*ret_gone = !write_all(buf_str(&bytes));
	buf_free(&bytes);
	return !*ret_gone;
}
