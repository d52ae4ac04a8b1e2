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

static void handle_fatal_signals(void (*handler)(int number))
{
	static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE};
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_NODEFER};

	for (size_t i = 0; i < ARRAY_LEN(fatal_signals); i++)
		(void)sigaction(fatal_signals[i], &action, NULL);
}

/* One death makes one mark. Process 1 of a container survives a signal that it raises itself, and
 * abort() then goes on to an instruction that faults: so no fatal signal comes here twice. */
static void mark_and_die(int number)
{
	handle_fatal_signals(SIG_DFL);
	if (dying != NULL && dying->store != NULL && dying->engine != NULL)
		deaths_mark(store_deaths_fd(dying->store), ticket_to_blame());
	(void)raise(number);
}

void blame_start(struct app *app)
{
	app->blame.thread = uv_thread_self();
	dying = app;
	handle_fatal_signals(mark_and_die);
}

void blame_set(struct app *app, struct ticket_key ticket)
{
	app->blame.ticket = ticket;
}

void blame_stop(void)
{
	dying = NULL;
}
