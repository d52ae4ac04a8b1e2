/* The sockets on which the service is asked and told: those that the service manager hands over,
 * else http.socket or its default place; and TCP with http.listen. The service only. */
#ifndef DAEMON_RUN_SOCKETS_H
#define DAEMON_RUN_SOCKETS_H

#include "daemon/control/routes.h"
#include "daemon/server/http_server.h"
#include "daemon/system/systemd.h"

struct app;

struct sockets {
	/* Of socket activation, until they are adopted. */
	struct systemd_socket inherited[SYSTEMD_SOCKETS_MAX];
	size_t inherited_count;
	struct buf inherited_refused; /* what of them is of no use, a line each */
	struct http_server *server;
	struct routes routes;
	char *host, *token; /* of the routes: they outlive a reload */
};

/* Takes over the sockets of the service manager. Changes the environment, so it comes before any
 * thread. */
void sockets_inherit(struct app *app);
/* From now on there are answers. -1 with the reason. */
int sockets_open(struct app *app, struct err *err) MUST_CHECK;
void sockets_close(struct app *app);
void sockets_free(struct app *app); /* after the loop, or when the start was given up */

#endif
