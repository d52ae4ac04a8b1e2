/* Records as text and back: what a later life of the process needs to go on exactly where this one
 * stopped. One JSON object each; no ticket text (the summary has passed redaction). */
#ifndef ENGINE_CORE_JOURNAL_H
#define ENGINE_CORE_JOURNAL_H

#include "engine/core/known.h"
#include "engine/core/ticket.h"

struct engine;

/* These two move the ticket to its lane; it goes on when the record is durable, not before. */
void journal_decision(struct engine *engine, struct ticket *ticket);
void journal_intent(struct engine *engine, struct ticket *ticket, bool bulk);
void journal_outcome(struct engine *engine, struct ticket *ticket, const char *reason);
/* Up to where the stream was read, and the ids of tickets that no other durable record brings back,
 * in one record. */
void journal_cursor(struct engine *engine);

/* What an outcome of an earlier life says; what an older record does not say is 0. */
struct past {
	enum ticket_state state;
	bool tag_taken_off;
	int returns;
	msec verdict;
	msec updated;
};
/* The word it is remembered by. A ticket that failed is taken up again, for which its outcome says
 * more than the word. */
struct known known_of_past(const struct past *past);

/* Reading: 0, or -1 with the reason. */
int journal_read_outcome(const char *payload, struct past *ret, struct err *err) MUST_CHECK;
int journal_read_decision(struct ticket *ticket, const char *payload, struct err *err) MUST_CHECK;
/* `settle_timeout` and the wall clock tell how long a bulk write is still to be left alone. */
int journal_read_intent(struct engine *engine, struct ticket *ticket, const char *payload,
                        struct err *err) MUST_CHECK;
/* Gives the ids to those that are looked at again, the cursor to the stream. */
int journal_read_cursor(struct engine *engine, const char *payload, struct err *err) MUST_CHECK;

#endif
