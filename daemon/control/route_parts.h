/* Parses the parts of a request that routes look at: target, host, token and ticket ids. Needs no
 * server. */
#ifndef DAEMON_CONTROL_ROUTE_PARTS_H
#define DAEMON_CONTROL_ROUTE_PARTS_H

#include "base/str.h"
#include "ticket/key.h"

/* Splits the target of a request: "/health?x=1" and "http://host:1/health" both have the path
 * "/health". `host` is the host in the target, data == NULL when there is none (RFC 9112 §3.2.2:
 * it overrides the Host header). Both point into `target`. False: the target has neither form. */
struct route_target {
	struct str path;
	struct str host;
};
bool route_target_parse(struct str target, struct route_target *ret) MUST_CHECK;

/* Whether `host` is "localhost", "127.0.0.1", "[::1]" or a name of `list` (separated by commas or
 * blanks), with or without a port; case-insensitive. */
bool route_host_allowed(struct str host, struct str list);

/* Compares the value of an Authorization header with the token in constant time. An empty token
 * never matches. */
bool route_token_matches(struct str authorization, struct str token);

#define ROUTE_IDS_MAX 1000
/* Parses {"ids":[…]} with 1 to ROUTE_IDS_MAX ticket numbers and no other member. 0, or -1 with a
 * reason. */
int route_ids_parse(struct str body, struct ticket_key tickets[ROUTE_IDS_MAX], size_t *ret_count,
                    struct err *err) MUST_CHECK;

#endif
