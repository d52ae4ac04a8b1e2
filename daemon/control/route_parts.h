/* Parses the parts of a request that routes look at: target, host and ticket ids. Needs no
 * server. */
#ifndef DAEMON_CONTROL_ROUTE_PARTS_H
#define DAEMON_CONTROL_ROUTE_PARTS_H

#include "base/str.h"
#include "ticket/key.h"

/* The path in the target of a request: "/health?x=1" has "/health". It points into `target`. False:
 * it is not a plain path. A host in it ("http://host/health") is for proxies, and has been used to
 * get past checks of the Host header; no path of ours has "//", "/./", "/../" or a percent sign,
 * which are used to get past the rules of a proxy. */
bool route_target_parse(struct str target, struct str *ret_path) MUST_CHECK;

/* Whether `host` is "localhost", "127.0.0.1" or "[::1]", with or without a port. */
bool route_host_is_loopback(struct str host);
/* Whether `host` is "localhost", "127.0.0.1", "[::1]" or a name of `list` (separated by commas or
 * blanks), with or without a port; case-insensitive. */
bool route_host_allowed(struct str host, struct str list);

#define ROUTE_IDS_MAX 1000
/* Parses {"ids":[…]} with 1 to ROUTE_IDS_MAX ticket numbers and no other member. 0, or -1 with a
 * reason. */
int route_ids_parse(struct str body, struct ticket_key tickets[ROUTE_IDS_MAX], size_t *ret_count,
                    struct err *err) MUST_CHECK;

#endif
