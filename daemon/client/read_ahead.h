/* Parses a reply's document on one of libuv's workers, so that a page of a megabyte does not block
 * the loop. */
#ifndef DAEMON_CLIENT_READ_AHEAD_H
#define DAEMON_CLIENT_READ_AHEAD_H

#include <uv.h>

#include "base/http.h"

struct read_ahead;

/* Takes over the contents of `reply`, parses its document (base/http_json.h) on a worker, and
 * gives it back to `done` on the loop; `arg` must stay valid until then. Keeps the loop alive. */
struct read_ahead *read_ahead_begin(uv_loop_t *loop, struct http_reply *reply,
                                    void (*done)(void *arg, struct http_reply *reply),
                                    void *arg) MUST_CHECK;
/* Cancels: `done` will not be called, and the reply is freed. */
void read_ahead_forget(struct read_ahead *read_ahead);

#endif
