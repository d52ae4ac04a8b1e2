/* Looks up host names on libuv's workers, before libcurl would: one lookup per name however many
 * requests wait for it. An answer is valid for a minute; after that it is still used while it is
 * renewed. */
#ifndef DAEMON_CLIENT_RESOLVER_H
#define DAEMON_CLIENT_RESOLVER_H

#include <uv.h>

#include "base/list.h"
#include "base/str.h"

struct resolver {
	uv_loop_t *loop;
	struct list names; /* struct name */
	unsigned pending;  /* lookups on a worker, which cannot be cancelled */
};

struct resolver_answer {
	/* "host:port:address,address" for CURLOPT_RESOLVE; NULL = none; valid for the call */
	const char *entry;
	const char *error; /* why there is no entry */
	const char *host;  /* the name that was looked up */
	bool no_host;      /* the name does not exist, as opposed to a lookup that failed */
};

/* One that waits for an answer. `done` is called on the loop, not within resolver_ask. */
struct resolver_wait {
	struct list node;
	void (*done)(struct resolver_wait *wait, const struct resolver_answer *answer);
};

/* `loop` must outlive the resolver. */
void resolver_init(struct resolver *resolver, uv_loop_t *loop);
void resolver_free(struct resolver *resolver); /* only when `pending` is 0 */
/* Splits host and port from a URL, "scheme://host[:port]/…" as the configuration has checked it;
 * `*ret_host` points into `url`. False: the URL has no host. */
bool resolver_target(struct str url, struct str *ret_host, unsigned *ret_port) MUST_CHECK;
/* Whether a lookup is needed: not for literal addresses and localhost. */
bool resolver_needed(struct str host);
/* True: `*ret` is the answer, valid until the next turn of the loop. False: `wait->done` will be
 * called; `wait` must stay valid until then or until resolver_forget. */
bool resolver_ask(struct resolver *resolver, struct str host, unsigned port,
                  struct resolver_wait *wait, struct resolver_answer *ret);
void resolver_forget(struct resolver_wait *wait); /* cancels the wait; no effect when it is over */

#endif
