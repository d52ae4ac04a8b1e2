/* From a found ticket to a decision: text made plain, personal data taken out, cut, put into a
 * prompt, sent, read, and when the model cannot, the rules.
 *
 * Words
 *   admitted   begun: its text was made plain and waits for the model
 *   attempt    an answer that was no good, or none; waiting for limits uses up none
 *   down       the model does not answer anybody: rules do, and now and then a ticket is sent as a
 *              probe
 *
 * analyse.c  the tickets' way to the model and back      outage.c  whether the model is down
 * decision.c a decision, by the model or by rules */
#ifndef ENGINE_DECIDE_DECIDE_H
#define ENGINE_DECIDE_DECIDE_H

#include "engine/core/calls.h"

struct decide {
	int exhausted; /* tickets in a row that used up their attempts */
	msec last_good;
	bool down;
	int probes;
	msec probe_at;
	uint64_t marker_counter;
};

struct decide *decide_new(msec now) MUST_CHECK;

/* analyse.c */
void analyse_pump(struct engine *engine, msec *deadline);
void analyse_reply(struct engine *engine, struct call *call, const struct http_reply *reply);
/* Tickets that no request is out for: nothing was written, the next run finds them again. How many
 * they were. */
size_t analyse_drop_queued(struct engine *engine);
void analyse_redact(struct engine *engine); /* privacy.redact is on from now on */

/* decision.c */
/* `ticket` has its analysis. */
void decision_make(struct engine *engine, struct ticket *ticket);
/* `because`: NULL when nothing else was meant to answer. */
void decision_by_rules(struct engine *engine, struct ticket *ticket, const char *because);

/* outage.c */
#define DOES_NOT_ANSWER "the model does not answer"
/* A ticket used up its attempts, or was answered. */
void outage_exhausted(struct engine *engine);
void outage_answered(struct engine *engine);
/* A new ticket is not to be sent to the model; when the model is down and it is, then as a probe:
 * *ret_probe. */
bool outage_keeps_away(struct engine *engine, bool *ret_probe);
void outage_probe(struct engine *engine); /* a model that is down is asked again at once */

#endif
