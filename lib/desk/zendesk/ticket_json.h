/* Reads one ticket from JSON, for the replies that hold tickets. */
#ifndef DESK_ZENDESK_TICKET_JSON_H
#define DESK_ZENDESK_TICKET_JSON_H

#include "base/json.h"
#include "desk/zendesk/replies.h"

/* NULL: *ret is filled in, its slices in the arena. Otherwise the name of the member that is
 * missing or malformed, and *ret is unchanged. */
const char *zd_ticket_read(const struct json *item, struct arena *arena,
                           struct desk_ticket *ret) MUST_CHECK;

#endif
