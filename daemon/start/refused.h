/* A service that refuses to start says why in the journal, which not everybody may read, and where
 * nobody looks who asks ai-ticketctl. So it also leaves the reason in its state directory, where
 * root's ai-ticketctl finds it when nobody answers. Only under a service manager; by hand the
 * reason stands on the terminal.
 *
 * Not in the runtime directory: systemd removes that when the service ends, and one that it is to
 * preserve is closed to all but root together with DynamicUser= (systemd.exec(5)), and so are the
 * sockets in it. */
#ifndef DAEMON_START_REFUSED_H
#define DAEMON_START_REFUSED_H

#include "base/buf.h"

#define REFUSED_BYTES_MAX 4096

/* Leaves the lines, cut to REFUSED_BYTES_MAX; they hold no secret and no text of a ticket. Does
 * nothing without a state directory of the service manager; what cannot be written is not
 * reported, because the journal has it. */
void refused_leave(struct str lines);
/* A start has got so far that nothing is refused: what was left is removed. */
void refused_clear(void);
/* Appends what was left; false when there is nothing. */
bool refused_read(struct buf *out);

#endif
