/* Opens the service's sockets. They serve the views of health_view.c and status_view.c, and the
 * commands of orders.c. */
#include "daemon/run/sockets.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/run/api_decisions.h"
#include "daemon/run/api_now.h"
#include "daemon/run/api_overruled.h"
#include "daemon/run/api_series.h"
#include "daemon/run/api_metrics.h"
#include "daemon/run/api_session.h"
#include "daemon/run/api_tickets.h"
#include "daemon/run/metering_view.h"
#include "daemon/run/orders.h"
#include "daemon/run/state.h"
#include "daemon/run/status_view.h"
#include "daemon/server/socket_path.h"
#include "daemon/system/accounts.h"
#include "daemon/system/address.h"
#include "observe/metrics.h"

#define REFUSED_BYTES_MAX (64 * 1024)

static const struct view views[] = {
        {.path = "/health", .type = VIEW_JSON, .write = health_view_health, .right = RIGHT_STATE},
        {.path = "/api/v1/alerts", .type = VIEW_JSON, .write = alerts_view, .right = RIGHT_LOOK},
        {.path = "/live", .type = VIEW_JSON, .write = health_view_live, .right = RIGHT_LOOK},
        {.path = "/ready", .type = VIEW_JSON, .write = health_view_ready, .right = RIGHT_LOOK},
        {.path = "/status", .type = VIEW_JSON, .write = status_view_status, .right = RIGHT_READ},
        {.path = "/api/v1/now", .type = VIEW_JSON, .write = api_now, .right = RIGHT_LOOK},
        {.path = "/api/v1/overruled", .begin = api_overruled_begin, .right = RIGHT_LOOK},
        {.path = "/api/v1/decisions", .begin = api_decisions_begin, .right = RIGHT_READ},
        {.path = "/api/v1/series", .begin = api_series_begin, .right = RIGHT_LOOK},
        {.path = "/api/v1/tickets", .begin = api_tickets_begin, .right = RIGHT_READ},
        {.path = "/api/v1/metrics", .type = VIEW_JSON, .write = api_metrics, .right = RIGHT_LOOK},
        {.path = "/api/v1/session", .type = VIEW_JSON, .write = api_session, .right = RIGHT_LOOK},
        {.path = "/api/v1/events", .begin = api_events_begin, .right = RIGHT_LOOK},
        {.path = "/metrics",
         .type = METRICS_TYPE,
         .write = metering_view_metrics,
         .right = RIGHT_LOOK},
        {0},
};

/* --- inherited sockets --- */

void sockets_inherit(struct app *app)
{
	struct sockets *sockets = &app->sockets;

	buf_init(&sockets->inherited_refused, REFUSED_BYTES_MAX);
	sockets->inherited_count = systemd_sockets(sockets->inherited, &sockets->inherited_refused);
}

/* That of http.listen was checked with the configuration. */
static int check_inherited(const struct app *app, int fd, struct err *err)
{
	struct sockaddr_storage address = {0};
	socklen_t size = sizeof(address);

	if (getsockname(fd, (struct sockaddr *)&address, &size) < 0 ||
	    (address.ss_family != AF_INET && address.ss_family != AF_INET6) ||
	    address_is_loopback(&address) || admission_has_token(app))
		return 0;
	return err_set(err, "a socket of the service manager is open to other machines, so a token "
	                    "is needed: put one into http.token or http.tokens_dir");
}

/* A socket of the manager may come from the unit of an earlier version, and undoes a stop. */
static int adopt_inherited(struct app *app, struct err *err)
{
	struct sockets *sockets = &app->sockets;
	int code = 0;

	logs_say_lines(app, LEVEL_WARNING, buf_str(&sockets->inherited_refused));
	if (sockets->inherited_count > 0)
		textlog_say(app->log, LEVEL_WARNING,
		            STR("systemd holds a socket for this service, so any request there "
		                "starts the service again after systemctl stop ai-ticketd. The "
		                "service makes its sockets itself: systemctl disable --now "
		                "ai-ticketd.socket"));
	for (size_t i = 0; i < sockets->inherited_count && code == 0; i++) {
		code = check_inherited(app, sockets->inherited[i].fd, err);
		if (code == 0)
			code = http_server_adopt(sockets->server, sockets->inherited[i].fd, err);
	}
	return code;
}

static bool is_inherited(const struct sockets *sockets, const char *path)
{
	for (size_t i = 0; i < sockets->inherited_count; i++)
		if (http_listener_is_at(sockets->inherited[i].fd, path))
			return true;
	return false;
}

/* --- groups --- */

/* A group that the configuration names by itself need not exist everywhere, but a person who named
 * one, and a service that has to be used, want to know. */
static void warn_of_group(struct app *app, const char *option, const char *format, ...)
        PRINTF_LIKE(3, 4);
static void warn_of_group(struct app *app, const char *option, const char *format, ...)
{
	va_list arguments;

	if (config_origin_of(app->settings->config, option) == FROM_DEFAULT && !systemd_manages())
		return;
	va_start(arguments, format);
	char *text = xvasprintf(format, arguments);
	va_end(arguments);
	textlog_printf(app->log, LEVEL_WARNING, "%s: %s", option, text);
	free(text);
}

static void warn_not_given(struct app *app, const char *option, const char *group, int64_t number,
                           const struct socket_place *place, int failure)
{
	if (accounts_in_group(number))
		warn_of_group(app, option,
		              "%s cannot be given to the group %s, and stays closed: %s",
		              place->path, group, strerror(failure));
	else if (systemd_manages())
		warn_of_group(app, option,
		              "the service is not a member of the group %s, so only root can use "
		              "%s: run systemctl edit ai-ticketd, add [Service] and "
		              "SupplementaryGroups=%s, then systemctl restart ai-ticketd",
		              group, place->path, group);
	else
		warn_of_group(app, option,
		              "the user who started ai-ticketd is not a member of the group %s, so "
		              "nobody else but root can use %s",
		              group, place->path);
}

/* The option whose group a socket gets: an empty http.read_group means the other one. */
static const char *option_of_group(const struct config *config, enum http_door door)
{
	return door == HTTP_DOOR_READ && config->http.read_group[0] != '\0' ? "http.read_group"
	                                                                    : "http.command_group";
}

/* --- our Unix sockets --- */

/* Listens. `*ret_group` is the group that can use the socket besides root and our user, borrowed;
 * NULL = none. */
static int listen_at(struct app *app, enum http_door door, const char *path, const char **ret_group,
                     struct err *err)
{
	const struct config *config = app->settings->config;
	const char *option = option_of_group(config, door);
	const char *group = strcmp(option, "http.read_group") == 0 ? config->http.read_group
	                                                           : config->http.command_group;
	struct socket_place place = {.option = door == HTTP_DOOR_READ ? "http.read_socket"
	                                                              : "http.socket",
	                             .path = path,
	                             .group = group[0] != '\0' ? accounts_group(group) : -1,
	                             .group_name = group};
	int failure;

	*ret_group = NULL;
	if (http_server_listen_path(app->sockets.server, door, &place, &failure, err) < 0)
		return -1;
	if (group[0] != '\0' && place.group < 0)
		warn_of_group(app, option, "there is no group %s, so only root can use %s", group,
		              path);
	else if (failure != 0)
		warn_not_given(app, option, group, place.group, &place, failure);
	else if (place.group >= 0)
		*ret_group = group;
	return 0;
}

static char *compose_way_in(const char *path, const char *group)
{
	if (group == NULL)
		return xasprintf("commands go to %s, which only root and the user of the service "
		                 "may use",
		                 path);
	return xasprintf("commands go to %s, which root and members of the group %s may use (as "
	                 "root: usermod -aG %s USER; then log in again)",
	                 path, group, group);
}

static int listen_at_paths(struct app *app, const char *control, const char *read, struct err *err)
{
	struct sockets *sockets = &app->sockets;
	const char *group = NULL, *readers;

	if (!is_inherited(sockets, control) &&
	    listen_at(app, HTTP_DOOR_CONTROL, control, &group, err) < 0)
		return -1;
	sockets->way_in = compose_way_in(control, group);
	sockets->routes.gates.way_in = sockets->way_in;
	if (read == NULL || is_inherited(sockets, read))
		return 0;
	return listen_at(app, HTTP_DOOR_READ, read, &readers, err);
}

static const char *path_or_null(const char *path)
{
	return path != NULL && path[0] != '\0' ? path : NULL;
}

/* Whoever names a control socket of his own gets a read socket only where he names one too: its
 * folder may hold anything. */
static int listen_unix(struct app *app, struct err *err)
{
	const struct config *config = app->settings->config;
	const char *control = path_or_null(config->http.socket),
	           *read = path_or_null(config->http.read_socket);
	struct socket_paths usual;

	if (control != NULL)
		return listen_at_paths(app, control, read, err);
	if (socket_path_default(&usual, err) < 0)
		return -1;
	int code = listen_at_paths(app, usual.control, read != NULL ? read : usual.read, err);
	socket_path_free(&usual);
	return code;
}

/* --- all sockets --- */

int sockets_open(struct app *app, struct err *err)
{
	const struct config *config = app->settings->config;
	struct sockets *sockets = &app->sockets;

	sockets->host = xstrdup(config->http.host);
	sockets->routes = (struct routes){.views = views,
	                                  .command = orders_command,
	                                  .report = orders_report,
	                                  .arg = app,
	                                  .gates = admission_start(app)};
	sockets->routes.gates.host = sockets->host;
	sockets->server =
	        http_server_new(&app->loop, &HTTP_LIMITS, routes_handle, &sockets->routes);
	metering_watch(app, sockets->server);
	if (adopt_inherited(app, err) < 0 || listen_unix(app, err) < 0)
		return -1;
	if (config->http.listen != NULL && config->http.listen[0] != '\0')
		return http_server_listen_tcp(sockets->server, config->http.listen, err);
	return 0;
}

void sockets_close(struct app *app)
{
	if (app->sockets.server != NULL)
		http_server_close(app->sockets.server);
	admission_close(app);
}

void sockets_free(struct app *app)
{
	struct sockets *sockets = &app->sockets;

	http_server_free(sockets->server);
	buf_free(&sockets->inherited_refused);
	free(sockets->host);
	free(sockets->way_in);
}
