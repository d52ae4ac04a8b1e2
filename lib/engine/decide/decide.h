/* From a found ticket to a decision: its text is made plain, freed of personal data, cut, put into
 * a prompt and sent; the answer is read; when the model cannot decide, the rules do.
 *
 * Words
 *   admitted   begun: its text was made plain and waits for the model
 *   attempt    a bad answer, or none; waiting for rate limits uses up no attempt
 *   down       the model answers no ticket: rules decide, and now and then a ticket is sent to it
 *              as a probe
 *
 * analyse.c   the tickets' way to the model and back
 * decision.c  a decision, by the model or by rules
 * outage.c    whether the model is down */
#ifndef ENGINE_DECIDE_DECIDE_H
#define ENGINE_DECIDE_DECIDE_H

#include "engine/core/calls.h"

struct decide {
	int exhausted; /* tickets in a row that used up their attempts */
	/* monotonic: when the model last answered; at first when the engine was created */
	msec last_good;
	bool down;
	/* probes sent since the model went down */
	int probes;
	/* monotonic: when the next ticket is sent as a probe */
	msec probe_at;
	/* counts prompts: each one's marker is derived from it */
	uint64_t marker_counter;
};

struct decide *decide_new(msec now) MUST_CHECK;

/* analyse.c */
void analyse_pump(struct engine *engine, msec *deadline);
void analyse_reply(struct engine *engine, struct call *call, const struct http_reply *reply);
/* Frees the tickets that wait for the model without a request under way, and returns how many there
 * were. Nothing of them was written, so the next run finds them again. */
size_t analyse_drop_queued(struct engine *engine);
/* What is redacted may have changed: redacts the texts of tickets that are being analysed. */
void analyse_redact(struct engine *engine);

/* decision.c */
/* Makes the decision durable; ticket->analysis must be filled in. In a dry run it ends the
 * ticket. */
void decision_make(struct engine *engine, struct ticket *ticket);
/* Decides by rules. `because`: why the model did not, NULL when llm.provider is `rules`. */
void decision_by_rules(struct engine *engine, struct ticket *ticket, const char *because);

/* outage.c */
#define DOES_NOT_ANSWER "the model does not answer"
/* A ticket used up its attempts; the model answered a ticket. */
void outage_exhausted(struct engine *engine);
void outage_answered(struct engine *engine);
/* True: a new ticket must not be sent to the model, because it is down. False: it may be sent, and
 * *ret_probe says whether as a probe. */
bool outage_keeps_away(struct engine *engine, bool *ret_probe);
/* A model that is down gets the next ticket as a probe at once. */
void outage_probe(struct engine *engine);

#endif
