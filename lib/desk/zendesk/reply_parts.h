/* What the parsers of replies share. Only for the files of this folder that read replies. */
#ifndef DESK_ZENDESK_REPLY_PARTS_H
#define DESK_ZENDESK_REPLY_PARTS_H

#include "base/json.h"
#include "desk/zendesk/replies.h"

/* The body as a tree that the caller frees, or NULL with the reason. `what` names the reply in that
 * reason: "search page". */
struct json *zd_reply_parse(const struct http_reply *reply, const char *what,
                            struct err *err) MUST_CHECK;
/* Sets `err` to name the member that is missing or malformed; returns -1. */
int zd_reply_lacks(const char *what, const char *member, struct err *err);
/* The number of objects in a list, which is the most items it can give. Memory is allocated by this
 * count, which json_parse bounds, not by the list's length: a number takes only two bytes of a
 * reply. */
size_t zd_count_objects(const struct json *list);

#endif
