/* Host names to addresses, on libuv's workers, ahead of libcurl: one lookup per name however many
 * wait for it, an answer is good for a minute, the old one is served while it is renewed. */
#ifndef DAEMON_CLIENT_RESOLVER_H
#define DAEMON_CLIENT_RESOLVER_H

#include <uv.h>

#include "base/list.h"
#include "base/str.h"

struct resolver {
	uv_loop_t *loop;
	struct list names; /* struct name */
	unsigned pending;  /* lookups with a worker: they cannot be called back */
};

struct resolver_answer {
	/* "host:port:address,address" for CURLOPT_RESOLVE; NULL = none; valid for the call */
	const char *entry;
	const char *error; /* why there is none */
};

/* Somebody who waits. `done` is called from the loop, not from within resolver_ask. */
struct resolver_wait {
	struct list node;
	void (*done)(struct resolver_wait *wait, const struct resolver_answer *answer);
};

void resolver_init(struct resolver *resolver, uv_loop_t *loop);
void resolver_free(struct resolver *resolver); /* only when `pending` is 0 */
/* Host and port of a URL, "scheme://host[:port]/…" as the configuration has checked it. False:
 * there is no host in it. */
bool resolver_target(struct str url, struct str *ret_host, unsigned *ret_port) MUST_CHECK;
/* False for literal addresses and localhost, which nobody has to ask about. */
bool resolver_needed(struct str host);
/* True and the answer is at hand (valid until the next turn of the loop); false: `wait` will be
 * called. */
bool resolver_ask(struct resolver *resolver, struct str host, unsigned port,
                  struct resolver_wait *wait, struct resolver_answer *ret);
void resolver_forget(struct resolver_wait *wait); /* no longer interested */

#endif
