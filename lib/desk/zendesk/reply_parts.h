/* What the parsers of replies share. For the files that read replies only. */
#ifndef DESK_ZENDESK_REPLY_PARTS_H
#define DESK_ZENDESK_REPLY_PARTS_H

#include "base/json.h"
#include "desk/zendesk/replies.h"

/* The body as a tree, to be freed by the caller; or NULL with the reason. `what` names the reply:
 * "search page". */
json_t *zd_reply_parse(const struct http_reply *reply, const char *what,
                       struct err *err) MUST_CHECK;
/* Says which member is missing or odd; returns -1. */
int zd_reply_lacks(const char *what, const char *member, struct err *err);
/* How many items a list can give at most. Memory goes by this count, which json_parse bounds, not
 * by the list's length: numbers take two bytes each in a reply. */
size_t zd_count_objects(const json_t *list);

#endif
