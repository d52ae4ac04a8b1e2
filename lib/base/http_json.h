/* A reply's body as a JSON document. Parsing a page of a megabyte takes ten milliseconds, which the
 * thread of a loop does not have: whoever delivers the reply may read the document ahead,
 * elsewhere. Nobody else sees a difference. */
#ifndef BASE_HTTP_JSON_H
#define BASE_HTTP_JSON_H

#include "base/http.h"
#include "base/json.h"

/* The body as json_parse reads it, or NULL with the reason; values that JSON allows and json_parse
 * does not are mended (json_mend.h). The caller releases it with json_free, before or after the
 * reply. */
json_t *http_reply_json(const struct http_reply *reply, struct err *err) MUST_CHECK;
/* Parses now what http_reply_json will be asked for. On any thread, as long as the reply belongs to
 * that thread alone. */
void http_reply_read_ahead(struct http_reply *reply);
/* True when reading it ahead is worth the way: HTTP_DONE with 2xx and so big that a loop would feel
 * it. */
bool http_reply_is_big(const struct http_reply *reply);

#endif
