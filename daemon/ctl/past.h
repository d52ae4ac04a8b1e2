/* ai-ticketctl history and ai-ticketctl undo: what was done, and taking it back.
 *
 * Exit status: 0 all that was asked for; 1 some of it could not be done, or it was refused; 2 wrong
 * usage; 3 nobody answered; 4 there is nothing to do. */
#ifndef DAEMON_CTL_PAST_H
#define DAEMON_CTL_PAST_H

#include "base/json.h"

enum past_status {
	PAST_ALL = 0,
	PAST_SOME = 1,
	PAST_USAGE = 2,
	PAST_SILENCE = 3,
	PAST_NOTHING = 4
};

struct past_call {
	bool undo;          /* else history */
	const char *socket; /* NULL = the default paths */
	bool json, undone, yes, forget;
	int64_t since, run, limit; /* since: wall, ms; -1 = not given */
	const char *since_text;
	char **ids;
	size_t id_count;
};

/* Whether the command line's command is one of these; it is looked for behind the options that come
 * before it. */
bool past_is_meant(int argc, char **argv);
/* Reads the command line and does what it says. Returns an enum past_status. */
int past_main(int argc, char **argv);

/* history_show.c: appends the table and the sum line. `now`: wall, ms. */
void history_show(struct buf *out, const struct json *tree, const struct past_call *call,
                  int64_t now);
/* undo_show.c: the plan, and its end */
void undo_show_plan(struct buf *out, const struct json *tree, const struct past_call *call);
void undo_show_end(struct buf *out, const struct json *tree);

#endif
