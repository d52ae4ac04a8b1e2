/* The queue of events that wait for the engine. Of PERSISTED events in a row only the newest is
 * kept, since a sequence number covers all records before it. */
#include "daemon/run/app_post.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/run/state.h"

void app_post_init(struct app *app)
{
	list_init(&app->app_post.queue);
}

static bool merge_persisted(struct list *queue, const struct event *event)
{
	struct posted *last =
	        list_empty(queue) ? NULL : container_of(queue->prev, struct posted, node);

	if (last == NULL || last->event.kind != EVENT_PERSISTED || event->kind != EVENT_PERSISTED)
		return false;
	last->event.upto = event->upto;
	return true;
}

void app_post(struct app *app, const struct event *event)
{
	struct list *queue = &app->app_post.queue;
	size_t size = event->ticket_count * sizeof(*event->tickets);
	struct posted *posted;

	if (app->finished || merge_persisted(queue, event))
		return;
	posted = xcalloc(1, sizeof(*posted) + size);
	posted->event = *event;
	if (size > 0)
		memcpy(posted->tickets, event->tickets, size);
	posted->event.tickets = posted->tickets;
	posted->by = event->by ? xstrdup(event->by) : NULL;
	posted->history = event->history ? xstrdup(event->history) : NULL;
	posted->order = event->order ? xstrdup(event->order) : NULL;
	posted->event.order = posted->order;
	posted->event.by = posted->by;
	posted->event.history = posted->history;
	list_push_back(queue, &posted->node);
}

struct posted *app_post_take(struct app *app)
{
	struct posted *posted = list_first(&app->app_post.queue, struct posted, node);

	if (app->finished || posted == NULL)
		return NULL;
	list_remove(&posted->node);
	return posted;
}

void app_post_done(struct posted *posted)
{
	free(posted->by);
	free(posted->order);
	free(posted->history);
	free(posted);
}

bool app_post_waits(const struct app *app)
{
	return !list_empty(&app->app_post.queue);
}

void app_post_free(struct app *app)
{
	list_each(node, next, &app->app_post.queue)
	{
		list_remove(node);
		app_post_done(container_of(node, struct posted, node));
	}
}
