/* The parts of routes that need no server: what a request says, taken apart. */
#ifndef DAEMON_CONTROL_ROUTE_PARTS_H
#define DAEMON_CONTROL_ROUTE_PARTS_H

#include "base/str.h"
#include "ticket/key.h"

/* A target as it came, taken apart: "/health?x=1" and "http://host:1/health" both have the path
 * "/health"; `host` is the one in the target, data == NULL when there is none (RFC 9112 §3.2.2: it
 * wins over the header). False: neither form. */
struct route_target {
	struct str path;
	struct str host;
};
bool route_target_parse(struct str target, struct route_target *ret) MUST_CHECK;

/* "localhost", "127.0.0.1", "[::1]" or one of the list (commas or blanks between names), with or
 * without a port; case does not matter. */
bool route_host_allowed(struct str host, struct str list);

/* The value of an Authorization header against the token, in constant time. An empty token matches
 * nothing. */
bool route_token_matches(struct str authorization, struct str token);

#define ROUTE_IDS_MAX 1000
/* {"ids":[…]} and nothing else: 1 to ROUTE_IDS_MAX numbers of tickets. 0, or -1 with what would be
 * right. */
int route_ids_parse(struct str body, struct ticket_key tickets[ROUTE_IDS_MAX], size_t *ret_count,
                    struct err *err) MUST_CHECK;

#endif
