/* Reads the history of a ticket from the store, where the engine itself cannot look. */
#include "daemon/run/recalling.h"

#include <stdlib.h>

#include "daemon/run/state.h"

struct recalling {
	struct app *app;
	struct ticket_key ticket;
};

static void tell_engine(struct app *app, struct ticket_key ticket, const char *history, bool failed)
{
	app_post(app, &(struct event){.kind = EVENT_RECALLED,
	                              .tickets = &ticket,
	                              .ticket_count = 1,
	                              .history = history,
	                              .failed = failed});
}

static void on_history(void *arg, char *json, const char *error)
{
	struct recalling *recalling = arg;

	tell_engine(recalling->app, recalling->ticket, json, error != NULL);
	free(json);
	free(recalling);
}

void recalling_begin(struct app *app, struct ticket_key ticket)
{
	struct recalling *recalling;

	if (app->store == NULL) {
		tell_engine(app, ticket, NULL, false); /* a dry run */
		return;
	}
	recalling = xcalloc(1, sizeof(*recalling));
	*recalling = (struct recalling){.app = app, .ticket = ticket};
	store_explain(app->store, ticket, on_history, recalling);
}
