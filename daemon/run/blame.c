/* The handler of fatal signals may only use async-signal-safe calls: it does one write() to a
 * file that has been open since the start. */
#include "daemon/run/blame.h"

#include <signal.h>

#include "daemon/run/state.h"
#include "daemon/store/deaths.h"

static const struct app *dying; /* global, because a signal handler has no argument */

static struct ticket_key ticket_to_blame(void)
{
	uv_thread_t self = uv_thread_self();

	if (!uv_thread_equal(&self, &dying->blame.thread))
		return (struct ticket_key){0};
	return dying->blame.ticket.id != 0 ? dying->blame.ticket
	                                   : engine_current_ticket(dying->engine);
}

static void mark_and_die(int number)
{
	struct sigaction usual = {.sa_handler = SIG_DFL};

	if (dying != NULL && dying->store != NULL && dying->engine != NULL)
		deaths_mark(store_deaths_fd(dying->store), ticket_to_blame());
	(void)sigaction(number, &usual, NULL);
	(void)raise(number);
}

void blame_start(struct app *app)
{
	static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE};
	struct sigaction action = {.sa_handler = mark_and_die, .sa_flags = SA_NODEFER};

	app->blame.thread = uv_thread_self();
	dying = app;
	for (size_t i = 0; i < ARRAY_LEN(fatal_signals); i++)
		(void)sigaction(fatal_signals[i], &action, NULL);
}

void blame_set(struct app *app, struct ticket_key ticket)
{
	app->blame.ticket = ticket;
}

void blame_stop(void)
{
	dying = NULL;
}
