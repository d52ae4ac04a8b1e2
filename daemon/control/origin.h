/* Whether the page of another site made a browser send this command. A browser says where a request
 * comes from, programs say nothing; and no form of another site can send JSON without asking first,
 * which is never allowed. Does no I/O. */
#ifndef DAEMON_CONTROL_ORIGIN_H
#define DAEMON_CONTROL_ORIGIN_H

#include "daemon/server/http_parser.h"

/* NULL: it may come from here; else why it is refused (403). Origin, where there is one, must be
 * http:// or https:// (a proxy may have taken TLS away) and the Host of the request;
 * Sec-Fetch-Site, where there is one, same-origin or none. */
const char *origin_refusal(const struct http_message *message);
/* Whether the body is said to be JSON. */
bool origin_is_json(const struct http_message *message);

#endif
