/* Reading a reply's document with one of libuv's workers, so that a page of a megabyte does not
 * hold up the loop. */
#ifndef DAEMON_CLIENT_READ_AHEAD_H
#define DAEMON_CLIENT_READ_AHEAD_H

#include <uv.h>

#include "base/http.h"

struct read_ahead;

/* Takes the reply's contents over until `done` gives them back, on the loop, with the document read
 * (see base/http_json.h); `arg` must live that long. Keeps the loop alive. */
struct read_ahead *read_ahead_begin(uv_loop_t *loop, struct http_reply *reply,
                                    void (*done)(void *arg, struct http_reply *reply),
                                    void *arg) MUST_CHECK;
/* Nobody waits any more: `done` will not be called, and the reply is freed. */
void read_ahead_forget(struct read_ahead *read_ahead);

#endif
