/* Which door of the service opens what: the one table that decides it. Views and commands name the
 * right that they need; the door through which a request came says whether it has it.
 *
 *                       control.sock    read.sock    TCP
 *     RIGHT_STATE       open            open         open
 *     RIGHT_SHELL       open            open         open
 *     RIGHT_LOOK        open            open         open
 *     RIGHT_READ        open            open         with http.token
 *     RIGHT_ORDER       open            closed       with http.token
 *
 * The Unix sockets are guarded by their owner, group and mode: who may connect has their rights. */
#ifndef DAEMON_CONTROL_RIGHTS_H
#define DAEMON_CONTROL_RIGHTS_H

#include "daemon/server/http_door.h"

/* The strictest comes first, so that a row of a table that names none is not open to more. Who has
 * a right has all that come after it. */
enum right {
	RIGHT_ORDER, /* changes something */
	RIGHT_READ,  /* shows tickets or people */
	RIGHT_LOOK,  /* shows how the service is, and sums: for monitors */
	RIGHT_SHELL, /* the files of the page, which are the same everywhere and show nothing */
	RIGHT_STATE  /* one word: healthy, degraded or unhealthy */
};
#define RIGHTS 5

enum entry { ENTRY_CLOSED, ENTRY_TOKEN, ENTRY_OPEN };

enum entry rights_entry(enum right right, enum http_door door);

#endif
