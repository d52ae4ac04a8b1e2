/* Requests to one daemon that do not block: one stream of events, and questions beside it. All
 * callbacks are called from wire_wait(). */
#ifndef DAEMON_CTL_WIRE_H
#define DAEMON_CTL_WIRE_H

#include "base/json.h"

#define WIRE_FDS_MAX 2

struct wire;

enum wire_end {
	WIRE_GONE,    /* no connection, or it ended: the daemon stops, or nobody is there */
	WIRE_REFUSED, /* answered with an error */
	WIRE_BROKEN   /* answered with what no daemon of ours sends */
};

struct wire_listener {
	void (*opened)(void *arg); /* the stream has begun */
	void (*event)(void *arg, struct str name, struct str data);
	/* It is over, begun or not. `status`: of the answer, 0 = none. `why`: a sentence without
	 * its full stop, shown without harm. */
	void (*closed)(void *arg, enum wire_end end, int status, const char *why);
};

/* `tree`: the object that was answered, valid during the call unless json_share() keeps it; NULL:
 * `why`, as above. */
typedef void (*wire_done)(void *arg, struct json *tree, const char *why);

/* `place`: the path of the socket. */
struct wire *wire_new(const char *place) MUST_CHECK;
/* Ends all requests; nothing is called back. NULL is allowed. */
void wire_free(struct wire *wire);
/* Begins a stream; there is at most one. The listener must outlive it. */
void wire_listen(struct wire *wire, const char *path, const struct wire_listener *listener,
                 void *arg);
bool wire_is_listening(const struct wire *wire);
/* GET of a JSON object of at most `most` bytes, within ten seconds. */
void wire_get(struct wire *wire, const char *path, size_t most, wire_done done, void *arg);
/* Waits until something has come, one of the descriptors can be read, or `ms` are over. */
void wire_wait(struct wire *wire, const int *fds, size_t fd_count, int ms);

#endif
