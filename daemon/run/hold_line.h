/* A line a minute while the service is on hold: Zendesk or the model refuses us, Zendesk does not
 * answer, or the database cannot be written. It says why, and how much waits. */
#ifndef DAEMON_RUN_HOLD_LINE_H
#define DAEMON_RUN_HOLD_LINE_H

struct app;

/* To be called once a minute. */
void hold_line_minute(struct app *app);

#endif
