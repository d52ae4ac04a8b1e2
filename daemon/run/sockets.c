/* Opens the service's sockets. They serve the views of health_view.c and status_view.c, and the
 * commands of orders.c. */
#include "daemon/run/sockets.h"

#include <stdlib.h>

#include "daemon/run/orders.h"
#include "daemon/run/state.h"
#include "daemon/run/status_view.h"
#include "daemon/server/socket_path.h"

#define REFUSED_BYTES_MAX (64 * 1024)

static const struct view views[] = {
        {"/health", VIEW_JSON, health_view_health},
        {"/live", VIEW_JSON, health_view_live},
        {"/ready", VIEW_JSON, health_view_ready},
        {"/status", VIEW_JSON, status_view_status},
        {0},
};

void sockets_inherit(struct app *app)
{
	struct sockets *sockets = &app->sockets;

	buf_init(&sockets->inherited_refused, REFUSED_BYTES_MAX);
	sockets->inherited_count = systemd_sockets(sockets->inherited, &sockets->inherited_refused);
}

static int adopt_inherited(struct app *app, struct err *err)
{
	struct sockets *sockets = &app->sockets;
	int code = 0;

	logs_say_lines(app, LEVEL_WARNING, buf_str(&sockets->inherited_refused));
	if (sockets->inherited_count > 0 &&
	    config_origin_of(app->settings->config, "http.socket") != FROM_DEFAULT)
		textlog_say(app->log, LEVEL_WARNING,
		            STR("http.socket is ignored because systemd provides the socket: set "
		                "ListenStream= in ai-ticketd.socket instead"));
	for (size_t i = 0; i < sockets->inherited_count && code == 0; i++)
		code = http_server_adopt(sockets->server, sockets->inherited[i].fd, err);
	return code;
}

static int listen_path(struct app *app, struct err *err)
{
	const char *given = app->settings->config->http.socket;
	char *path = given != NULL && given[0] != '\0' ? xstrdup(given) : socket_path_default(err);
	int code = path != NULL ? http_server_listen_path(app->sockets.server, path, err) : -1;

	free(path);
	return code;
}

int sockets_open(struct app *app, struct err *err)
{
	const struct config *config = app->settings->config;
	struct sockets *sockets = &app->sockets;

	sockets->host = xstrdup(config->http.host);
	sockets->token = xstrdup(config->http.token);
	sockets->routes = (struct routes){.views = views,
	                                  .command = orders_command,
	                                  .arg = app,
	                                  .http_host = sockets->host,
	                                  .http_token = sockets->token};
	sockets->server =
	        http_server_new(&app->loop, &HTTP_LIMITS, routes_handle, &sockets->routes);
	if (adopt_inherited(app, err) < 0 ||
	    (sockets->inherited_count == 0 && listen_path(app, err) < 0))
		return -1;
	if (config->http.listen != NULL && config->http.listen[0] != '\0')
		return http_server_listen_tcp(sockets->server, config->http.listen, err);
	return 0;
}

void sockets_close(struct app *app)
{
	if (app->sockets.server != NULL)
		http_server_close(app->sockets.server);
}

void sockets_free(struct app *app)
{
	struct sockets *sockets = &app->sockets;

	http_server_free(sockets->server);
	buf_free(&sockets->inherited_refused);
	free(sockets->host);
	free(sockets->token);
}
