/* Shows /status to people: how the service is; who it is, what waits and how long that will take;
 * today and the last seven days; warnings. Its inside only when it is asked for.
 *
 * What is missing in the answer, of an older service for example, is left out. */
#ifndef DAEMON_CTL_STATUS_H
#define DAEMON_CTL_STATUS_H

#include "base/json.h"

struct status_form {
	bool colours; /* for a terminal */
	bool inside;  /* the members of "queue", "zendesk", "llm" and "loop" too, except zeros */
};

void status_show(struct buf *out, const struct json *tree, const struct status_form *form);
#endif
