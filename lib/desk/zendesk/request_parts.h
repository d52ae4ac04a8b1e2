/* What all requests have in common. Only for the files of this folder that build requests. */
#ifndef DESK_ZENDESK_REQUEST_PARTS_H
#define DESK_ZENDESK_REQUEST_PARTS_H

#include "desk/zendesk/requests.h"

/* Initialises `url` with the base and `path`, which is a constant of ours and needs no escaping. */
void zd_url_begin(const struct zd_client *client, struct buf *url, const char *path);
/* The same with "/tickets/<id>" followed by `rest`. */
void zd_url_begin_ticket(const struct zd_client *client, struct buf *url, uint64_t id,
                         const char *rest);
/* Fills *ret in, with the headers that every request carries; takes the bytes of `url`, which must
 * not have overflowed. */
void zd_request_finish(const struct zd_client *client, enum http_method method, struct buf *url,
                       size_t reply_max, struct http_request *ret);

#endif
