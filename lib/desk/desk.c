/* What is the same for all help desks: names of states, and answers that cannot be read. */
#include "desk/desk.h"

#include <stdio.h>

const char *desk_status_name(enum desk_status status)
{
	static const char *const names[] = {
	        [DESK_NEW] = "new",         [DESK_OPEN] = "open",
	        [DESK_PENDING] = "pending", [DESK_HOLD] = "hold",
	        [DESK_SOLVED] = "solved",   [DESK_CLOSED] = "closed",
	        [DESK_DELETED] = "deleted", [DESK_STATUS_UNKNOWN] = "unknown",
	};

	ENSURE(status <= DESK_STATUS_UNKNOWN);
	return names[status];
}

bool desk_status_over(enum desk_status status)
{
	return status == DESK_SOLVED || status == DESK_CLOSED || status == DESK_DELETED;
}

void desk_answer_unreadable(struct desk_answer *answer, const struct err *err)
{
	answer->kind = DESK_RETRY;
	snprintf(answer->text, sizeof(answer->text), "%s", err->text);
}
