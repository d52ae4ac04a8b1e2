/* What the readers of a ticket's audits share. A change by a trigger stands in the audit of the
 * update that set it off, under the name of whoever made that update; only the event's own `via`
 * tells. */
#ifndef DESK_ZENDESK_AUDIT_PARTS_H
#define DESK_ZENDESK_AUDIT_PARTS_H

#include "base/json.h"
#include "desk/tagging.h"

/* Whether a list of tags, or a string with blanks between them, has the tag. */
bool zd_audit_has_tag(const struct json *value, struct str tag);
/* The entry's author; 0 = unknown. */
uint64_t zd_audit_author(const struct json *audit);
/* The user of that id among `users`, or NULL. */
const struct json *zd_audit_user(const struct json *users, uint64_t id);
/* Whose change the event is. `ours`: the id of our user. Never DESK_HAND_UNKNOWN. */
enum desk_hand zd_audit_hand(const struct json *audit, const struct json *event,
                             const struct json *users, uint64_t ours);

#endif
