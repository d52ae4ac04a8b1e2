/* Tells those who watch. Each event is made once for all of them, and only while somebody watches;
 * nothing is kept for a reader that is slow but the number of what it missed. */
#include "daemon/run/api_events.h"

#include <stdlib.h>

#include "base/json.h"
#include "daemon/control/query.h"
#include "daemon/run/api_now_state.h"
#include "daemon/run/api_row.h"
#include "daemon/run/state.h"
#include "daemon/system/clock.h"

#define EVENT_BYTES_MAX (64 * 1024)
#define SECOND_MS 1000
#define GREETING "retry: 3000\n\n"

struct watcher {
	struct list link;
	struct app *app;
	struct http_stream *stream;
	bool sees_tickets;
	struct token token; /* by which it was opened; its name is "" when it needed none */
	enum right may;
	uint64_t missed; /* outcomes, since it is slow */
};

/* --- events --- */

static void begin_event(struct buf *event, const char *name)
{
	buf_init(event, EVENT_BYTES_MAX);
	buf_printf(event, "event: %s\ndata: ", name);
}

/* Frees the event. False: it was not sent. */
static bool send_event(const struct watcher *watcher, struct buf *event)
{
	bool sent;

	buf_puts(event, "\n\n");
	sent = !event->overflow && http_stream_send(watcher->stream, buf_str(event));
	buf_free(event);
	return sent;
}

static bool send_skipped(const struct watcher *watcher, uint64_t count)
{
	struct buf event;

	begin_event(&event, "skipped");
	buf_printf(&event, "{\"count\":%llu}", (unsigned long long)count);
	return send_event(watcher, &event);
}

static void compose_state(struct app *app, struct buf *event)
{
	begin_event(event, "state");
	buf_putc(event, '{');
	api_now_state(app, event);
	buf_puts(event, "}\n\n");
}

static void send_to_all(struct app *app, bool about_tickets, struct str event)
{
	list_each(node, next, &app->api_events.watchers)
	{
		struct watcher *watcher = container_of(node, struct watcher, link);

		if (about_tickets && !watcher->sees_tickets)
			continue;
		watcher->missed += !http_stream_send(watcher->stream, event) && about_tickets;
	}
}

/* --- each second --- */

static bool state_has_changed(struct app *app)
{
	struct buf *told = &app->api_events.told;
	struct buf now;

	buf_init(&now, EVENT_BYTES_MAX);
	api_now_state_members(app, &now);
	bool changed = !str_eq(buf_str(&now), buf_str(told));
	buf_free(told);
	*told = now;
	return changed;
}

static void tell_state(struct app *app)
{
	struct buf event;

	if (!state_has_changed(app))
		return;
	compose_state(app, &event);
	if (!event.overflow)
		send_to_all(app, false, buf_str(&event));
	buf_free(&event);
}

static void tell_untold(struct app *app)
{
	struct api_events *events = &app->api_events;

	events->outcomes = 0;
	if (events->untold == 0)
		return;
	list_each(node, next, &events->watchers)
	{
		struct watcher *watcher = container_of(node, struct watcher, link);

		if (watcher->sees_tickets && !send_skipped(watcher, events->untold))
			watcher->missed += events->untold;
	}
	events->untold = 0;
}

static void on_second(uv_timer_t *timer)
{
	struct app *app = timer->data;

	if (list_empty(&app->api_events.watchers)) {
		(void)uv_timer_stop(timer);
		return;
	}
	tell_state(app);
	tell_untold(app);
}

/* --- watchers --- */

/* The state comes first: what was missed is older. */
static void on_drained(void *arg, struct http_stream *stream)
{
	struct watcher *watcher = arg;
	struct buf event;

	compose_state(watcher->app, &event);
	if (!event.overflow)
		(void)http_stream_send(stream, buf_str(&event));
	buf_free(&event);
	if (watcher->missed > 0 && send_skipped(watcher, watcher->missed))
		watcher->missed = 0;
}

static void on_stream_closed(void *arg)
{
	struct watcher *watcher = arg;

	list_remove(&watcher->link);
	free(watcher);
}

static const struct http_stream_events stream_events = {
        .pulse = ":\n\n", .drained = on_drained, .closed = on_stream_closed};

static void greet(struct watcher *watcher)
{
	struct app *app = watcher->app;
	struct buf event;

	(void)http_stream_send(watcher->stream, STR(GREETING));
	compose_state(app, &event);
	if (!event.overflow)
		(void)http_stream_send(watcher->stream, buf_str(&event));
	buf_free(&event);
	if (!uv_is_active((const uv_handle_t *)&app->api_events.second)) {
		(void)state_has_changed(app); /* what was just told */
		app->api_events.outcomes = 0;
		app->api_events.untold = 0;
		(void)uv_timer_start(&app->api_events.second, on_second, SECOND_MS, SECOND_MS);
	}
}

static struct watcher *new_watcher(struct app *app, const struct view_request *request)
{
	struct watcher *watcher = xcalloc(1, sizeof(*watcher));
	const struct token *token = admission_token(app, request->peer->token);

	watcher->app = app;
	watcher->may = request->may;
	watcher->sees_tickets = request->may <= RIGHT_READ;
	if (token != NULL)
		watcher->token = *token;
	list_push_back(&app->api_events.watchers, &watcher->link);
	return watcher;
}

void api_events_begin(void *arg, const struct view_request *request, struct route_reply *reply)
{
	struct app *app = arg;
	struct watcher *watcher;
	struct err err;

	if (query_none(request->query, &err) < 0) {
		route_reply_say(reply, 400, err.text);
		return;
	}
	if (app->api_events.stopped) {
		route_reply_header(reply, "Retry-After: 10");
		route_reply_say(reply, 503, "the service is stopping");
		return;
	}
	route_reply_header(reply, "X-Accel-Buffering: no"); /* nginx would keep events back */
	watcher = new_watcher(app, request);
	watcher->stream = http_stream_open(route_reply_release(reply), "text/event-stream",
	                                   &stream_events, watcher);
	if (watcher->stream != NULL)
		greet(watcher);
	else
		on_stream_closed(watcher);
}

/* --- outcomes --- */

void api_events_outcome(struct app *app, const struct outcome *outcome)
{
	struct api_events *events = &app->api_events;
	struct buf event;

	if (!events->started || list_empty(&events->watchers))
		return;
	if (events->outcomes == API_EVENTS_OUTCOMES) {
		events->untold++;
		return;
	}
	events->outcomes++;
	begin_event(&event, "outcome");
	api_row_write(&event, clock_now().wall, outcome->ticket, outcome->listed);
	buf_puts(&event, "\n\n");
	if (!event.overflow)
		send_to_all(app, true, buf_str(&event));
	buf_free(&event);
}

/* --- beginning and end --- */

/* A token that opens less than before, or nothing, ends what it has opened. So does one with a new
 * secret: somebody else may know the old one. */
void api_events_reload(struct app *app)
{
	if (!app->api_events.started)
		return;
	list_each(node, next, &app->api_events.watchers)
	{
		struct watcher *watcher = container_of(node, struct watcher, link);

		if (watcher->token.name[0] != '\0' &&
		    !admission_still(app, &watcher->token, watcher->may))
			http_stream_close(watcher->stream);
	}
}

void api_events_start(struct app *app)
{
	struct api_events *events = &app->api_events;

	list_init(&events->watchers);
	buf_init(&events->told, EVENT_BYTES_MAX);
	ENSURE(uv_timer_init(&app->loop, &events->second) == 0);
	events->second.data = app;
	uv_unref((uv_handle_t *)&events->second);
	events->started = true;
}

void api_events_stop(struct app *app)
{
	struct api_events *events = &app->api_events;

	if (!events->started || events->stopped)
		return;
	events->stopped = true;
	(void)uv_timer_stop(&events->second);
	send_to_all(app, false, STR("event: bye\ndata: {}\n\n"));
	list_each(node, next, &events->watchers)
	        http_stream_close(container_of(node, struct watcher, link)->stream);
}

void api_events_close(struct app *app)
{
	struct api_events *events = &app->api_events;

	api_events_stop(app);
	if (!events->started)
		return;
	uv_close((uv_handle_t *)&events->second, NULL);
	buf_free(&events->told);
	events->started = false;
}
