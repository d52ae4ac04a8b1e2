/* Who is let in over TCP: the tokens of the settings in force, and what is remembered of those who
 * guess. The service only. */
#ifndef DAEMON_RUN_ADMISSION_H
#define DAEMON_RUN_ADMISSION_H

#include "base/clock.h"
#include "daemon/control/gates.h"

struct app;

struct admission {
	struct tokens tokens;
	struct guesses guesses;
	/* wrong tokens that no line of the log told of yet, and when the last line was (mono) */
	uint64_t wrong_tokens;
	msec said;
};

/* Starts with the settings in force. The gates, without host and way_in; what they point to lives
 * as long as `app`. */
struct gates admission_start(struct app *app);
/* Uses the tokens of the settings in force, after a reload. */
void admission_reload(struct app *app);
/* Whether there is any token. */
bool admission_has_token(const struct app *app);
/* The token of that name; NULL = there is none. To be copied: a reload changes it. */
const struct token *admission_token(const struct app *app, const char *name);
/* Whether it is still a token, neither revoked nor replaced, and may do this: for answers that
 * last. */
bool admission_still(const struct app *app, const struct token *held, enum right needed);
/* Ends all waiting, after the sockets were closed; no effect when it was not started. */
void admission_close(struct app *app);

#endif
