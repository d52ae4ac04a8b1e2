/* The bytes of an embedded file, as cmake/embed.cmake writes them. */
#ifndef DAEMON_PAGE_ASSET_BYTES_H
#define DAEMON_PAGE_ASSET_BYTES_H

#include <stddef.h>

struct asset_form {
	const unsigned char *bytes; /* followed by a 0 that does not count */
	size_t len;
	const char *tag; /* its ETag, with the quotes */
};

struct asset_bytes {
	struct asset_form plain, gzip;
};

#endif
