/* The files of the dashboard page: part of the program, so that nothing has to be installed
 * beside it and found. cmake/page.cmake says which file has which path.
 *
 * A browser keeps them and asks each time whether they are still the same (no-cache, ETag): an
 * upgrade shows at once, and nothing is sent twice. They are sent compressed to whoever accepts
 * that. Nothing in them is secret. */
#ifndef DAEMON_PAGE_ASSETS_H
#define DAEMON_PAGE_ASSETS_H

#include "daemon/page/asset_bytes.h"
#include "daemon/server/http_exchange.h"

struct asset {
	const char *path; /* "/page.css" */
	const char *type; /* Content-Type */
	const struct asset_bytes *file;
};

/* NULL: there is no such file. */
const struct asset *asset_find(struct str path);
/* Answers with the file, or with 304 when the peer has it. */
void asset_answer(const struct asset *asset, struct http_exchange *exchange);

/* Whether the value of an Accept-Encoding header accepts gzip (RFC 9110 §12.5.3); without one, an
 * old program may be asking: no. */
bool asset_accepts_gzip(struct str accepted);
/* Whether the value of an If-None-Match header names the tag; weak tags are equal to strong ones
 * (RFC 9110 §13.1.2). */
bool asset_tag_matches(struct str wanted, struct str tag);

#endif
