/* A reply's body as a JSON document. Parsing a page of a megabyte takes two milliseconds with
 * yyjson and ten or more with jansson, too long for the thread of an event loop: so whoever
 * delivers the reply may parse it in advance on another thread. The reader of the reply sees no
 * difference. */
#ifndef BASE_HTTP_JSON_H
#define BASE_HTTP_JSON_H

#include "base/http.h"
#include "base/json.h"

/* The body as json_parse() reads it, or NULL with the reason. Values that JSON allows and
 * json_parse() does not are repaired first (json_mend.h). The caller releases the tree with
 * json_free(), before or after the reply. */
struct json *http_reply_json(const struct http_reply *reply, struct err *err) MUST_CHECK;
/* Parses now what http_reply_json() will be asked for. On any thread, as long as no other thread
 * uses the reply. */
void http_reply_read_ahead(struct http_reply *reply);
/* True when parsing on another thread is worth it: HTTP_DONE with 2xx, and so big that a loop would
 * be delayed. */
bool http_reply_is_big(const struct http_reply *reply);

#endif
