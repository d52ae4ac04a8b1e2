/* GET /api/v1/session: who asks, and what they may do. */
#ifndef DAEMON_RUN_API_SESSION_H
#define DAEMON_RUN_API_SESSION_H

#include "daemon/control/views.h"

/* {"name":"default"|null,"may":"look"|"read"|"command"}; the name is that of the token. */
int api_session(void *arg, const struct view_request *request, struct buf *out);

#endif
