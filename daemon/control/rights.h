/* Who may do what: the one table that decides it. Views and commands name the right that they need;
 * the way by which a request came, and the token that it brought, say which one the caller has.
 *
 *     way              without a token    the request came
 *     WAY_CONTROL      RIGHT_ORDER        over control.sock
 *     WAY_READ         RIGHT_READ         over read.sock
 *     WAY_LOOPBACK     RIGHT_LOOK         over TCP, from this machine, asking for a loopback name
 *     WAY_PROXY        RIGHT_SHELL        the same, asking for a name of http.host: through a proxy
 *     WAY_BEYOND       RIGHT_STATE        over TCP, from another machine
 *
 * Over TCP a token gives its own right in place of that, RIGHT_READ or RIGHT_ORDER. The Unix
 * sockets are guarded by their owner, group and mode: who may connect has their rights. Other users
 * of this machine are strangers on its loopback interface, so tickets and people need a token
 * there. What comes through a proxy comes from anywhere: it gets the page, which asks for a
 * token. */
#ifndef DAEMON_CONTROL_RIGHTS_H
#define DAEMON_CONTROL_RIGHTS_H

#include "base/str.h"
#include "daemon/server/http_door.h"

/* The strictest comes first, so that a row of a table that names none is not open to more. Who has
 * a right has all that come after it. */
enum right {
	RIGHT_ORDER, /* changes something */
	RIGHT_READ,  /* shows tickets or people */
	RIGHT_LOOK,  /* shows how the service is, and sums: for monitors */
	RIGHT_SHELL, /* the files of the page, which are the same everywhere and show nothing */
	RIGHT_STATE  /* one word: healthy, degraded or unhealthy */
};
#define RIGHTS 5

static inline bool right_covers(enum right had, enum right needed)
{
	return had <= needed;
}

enum way { WAY_CONTROL, WAY_READ, WAY_LOOPBACK, WAY_PROXY, WAY_BEYOND };
#define WAYS 5

/* `host`: the Host of the request, which was accepted. */
enum way right_way(const struct http_peer *peer, struct str host);
/* What one may do who came by this way and brought no token. */
enum right right_without_token(enum way way);

#endif
