/* The sockets of the service's HTTP interface. It makes the Unix sockets itself: one for commands,
 * and one that only shows; each belongs to a group. A TCP socket is added if http.listen is set,
 * and what a service manager hands over is served too. The service only. */
#ifndef DAEMON_RUN_SOCKETS_H
#define DAEMON_RUN_SOCKETS_H

#include "daemon/control/routes.h"
#include "daemon/server/http_server.h"
#include "daemon/system/systemd.h"

struct app;

struct sockets {
	/* Sockets of socket activation, until the server adopts them. */
	struct systemd_socket inherited[SYSTEMD_SOCKETS_MAX];
	size_t inherited_count;
	struct buf inherited_refused; /* why some of them cannot be used, one reason per line */
	struct http_server *server;
	struct routes routes;
	/* borrowed by `routes`; copies, since a reload frees the configuration */
	char *host, *way_in;
};

/* Takes over the sockets of the service manager. Changes the environment, so it must be called
 * before any thread runs. */
void sockets_inherit(struct app *app);
/* Starts serving. -1 with the reason in `err`. */
int sockets_open(struct app *app, struct err *err) MUST_CHECK;
/* Stops serving; no effect when there is no server. */
void sockets_close(struct app *app);
void sockets_free(struct app *app); /* after the loop has ended, or when the start failed */

#endif
