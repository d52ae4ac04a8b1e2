/* The sockets of the service's HTTP interface: those handed over by the service manager, or
 * else http.socket or its default path; and a TCP socket if http.listen is set. The service
 * only. */
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
	char *host, *token;
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
