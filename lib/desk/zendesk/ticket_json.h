/* One ticket out of JSON. Used by the replies that hold tickets. */
#ifndef DESK_ZENDESK_TICKET_JSON_H
#define DESK_ZENDESK_TICKET_JSON_H

#include "base/json.h"
#include "desk/zendesk/replies.h"

/* NULL and *ret is filled, its slices in the arena; or the name of what is missing or odd, and *ret
 * is untouched. */
const char *zd_ticket_read(const json_t *item, struct arena *arena,
                           struct desk_ticket *ret) MUST_CHECK;

#endif
