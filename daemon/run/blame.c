/* The handler of fatal signals may only use async-signal-safe calls: it does one write() to a
 * file that has been open since the start. */
#include "daemon/run/blame.h"

#include "daemon/run/state.h"
#include "daemon/store/deaths.h"
#include "daemon/system/crash.h"

static const struct app *dying; /* global, because a handler of fatal signals has no argument */

static struct ticket_key ticket_to_blame(void)
{
	uv_thread_t self = uv_thread_self();

	if (!uv_thread_equal(&self, &dying->blame.thread))
		return (struct ticket_key){0};
	return dying->blame.ticket.id != 0 ? dying->blame.ticket
	                                   : engine_current_ticket(dying->engine);
}

static void mark_ticket(void)
{
	if (dying != NULL && dying->store != NULL && dying->engine != NULL)
		deaths_mark(store_deaths_fd(dying->store), ticket_to_blame());
}

void blame_start(struct app *app)
{
	app->blame.thread = uv_thread_self();
	dying = app;
	crash_watch(mark_ticket);
}

void blame_set(struct app *app, struct ticket_key ticket)
{
	app->blame.ticket = ticket;
}

void blame_stop(void)
{
	dying = NULL;
}
