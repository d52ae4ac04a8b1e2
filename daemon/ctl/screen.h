/* The terminal of ai-ticketctl top: a second screen that gives the first one back when it is left,
 * whatever ends the program; and the signals and keys that concern it. There is one per process. */
#ifndef DAEMON_CTL_SCREEN_H
#define DAEMON_CTL_SCREEN_H

#include "base/str.h"

enum screen_event {
	SCREEN_NOTHING,
	SCREEN_REDRAW, /* the size has changed, the program goes on after a stop, or Ctrl-L */
	SCREEN_QUIT    /* a key (q), or a signal, see screen_end() */
};

#define SCREEN_FDS_MAX 2

/* Whether standard output is a terminal that can be drawn on. */
bool screen_is_possible(void);
/* Takes the screen, and the signals that end, stop or resize. */
void screen_enter(void);
/* Descriptors that can be read when there may be an event; returns how many. */
size_t screen_fds(int fds[SCREEN_FDS_MAX]);
/* Takes what has come. Ctrl-Z gives the screen back while the process is stopped. */
enum screen_event screen_take(void);
/* At least 20 by 4. */
void screen_size(size_t *ret_columns, size_t *ret_rows);
/* Draws lines that are parted by \n over what is there; without flicker, and not at all while the
 * terminal takes no bytes (Ctrl-S), so that signals still end the program. False: not drawn, or the
 * terminal is gone (`*ret_gone`). */
bool screen_draw(struct str frame, bool *ret_gone);
/* Gives the screen back. */
void screen_leave(void);
/* After screen_leave(): ends the process by the signal that asked for it, if one did, so that a
 * shell sees it. */
void screen_end(void);

#endif
