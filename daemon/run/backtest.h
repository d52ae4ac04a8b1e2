/* ai-ticketd --backtest: a dry run over tickets that were solved already. Nothing is recorded,
 * logged or written of them; what is decided is compared with the priority and the tags that they
 * have now, and the report is printed at the end. */
#ifndef DAEMON_RUN_BACKTEST_H
#define DAEMON_RUN_BACKTEST_H

#include "base/buf.h"
#include "engine/effect.h"

struct app;
struct backtest;

/* No effect unless the command line asks for a backtest. */
void backtest_open(struct app *app);
bool backtest_is_on(const struct app *app);
/* A ticket has ended. */
void backtest_take(struct app *app, const struct outcome *outcome);
/* Appends the words of the report. */
void backtest_report(struct app *app, struct buf *out);
void backtest_free(struct app *app);

#endif
