/* POST /backup: a copy of the database, which a plain copy of its files would not be while the
 * service writes. */
#ifndef DAEMON_RUN_BACKUP_H
#define DAEMON_RUN_BACKUP_H

#include "daemon/control/route_reply.h"

struct app;

struct backup {
	struct route_reply *reply; /* of the order that a copy is made for; NULL = none is */
};

/* Has the copy made and answers where it is:
 * {"message":"…","path":"/var/lib/ai-ticketd/state.db.backup","size_bytes":4096}; 409 while
 * another one is being made; 503 with the reason when it could not be made, or the store is being
 * closed. */
void backup_begin(struct app *app, struct route_reply *reply);

#endif
