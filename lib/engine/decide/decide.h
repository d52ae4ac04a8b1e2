/* From a found ticket to a decision: its text is made plain, freed of personal data, cut, put into
 * a prompt and sent; the answer is read; when the model cannot decide, the rules do.
 *
 * Words
 *   admitted   begun: its text was made plain and waits for the model
 *   attempt    a bad answer, or none; waiting for rate limits uses up no attempt
 *   refused    the service answers with an error that repeating does not cure
 *   probe      a request with a text of our own: does the service refuse us, or only that ticket?
 *   holding    the model answers nothing: tickets wait, and a probe is sent now and then
 *   down       it has answered nothing for llm.patience: rules decide, and so is a probe
 *   company    the tickets that share a request (llm.tickets_per_request)
 *
 * analyse.c   the tickets' way to the model and back
 * result.c    what a reply means for its ticket (result.h)
 * group.c     several tickets in one request (group.h)
 * recall.c    texts that were decided in shadow before
 * limit.c     whether a limit is the account's or one ticket's
 * decision.c  a decision, by the model or by rules
 * refusal.c   what a refusal means, for its ticket and for the service
 * probe.c     asking whether the service refuses us
 * outage.c    whether the model is down
 * reuse.c     answers that fit other tickets too (reuse.h)
 * kept.c      one such answer, and its memory */
#ifndef ENGINE_DECIDE_DECIDE_H
#define ENGINE_DECIDE_DECIDE_H

#include "engine/core/calls.h"
#include "guard/streak.h"

struct reuse;

struct decide {
	struct reuse *reuse;  /* reuse.h */
	struct streak streak; /* of failures */
	int exhausted;        /* tickets in a row that used up their attempts */
	bool down, holding;   /* at most one of them */
	bool gave_up;         /* a run waits no longer: its tickets are left to the next one */
	int trials;           /* probes, or pairs of them, since then that were not answered */
	msec probe_at;        /* monotonic: when the next one is sent */
	msec hold_said;       /* monotonic: when a line last said that tickets wait */
	/* tickets answered, and requests that were told to wait */
	uint64_t answered, limited;
	msec aside_until; /* monotonic: the longest wait of a ticket that lets others go first */
	/* Of the present probe: the next request is sent without parameters; what the service said
	 * to the one with them. */
	bool probe_bare;
	char probe_refusal[256];
	/* counts prompts: each one's marker is derived from it */
	uint64_t marker_counter;
	unsigned gathered; /* tickets begun since the last request, for its company */
};

struct decide *decide_new(msec now) MUST_CHECK;
void decide_free(struct decide *decide);

/* analyse.c */
void analyse_pump(struct engine *engine, msec *deadline);
void analyse_reply(struct engine *engine, struct call *call, const struct http_reply *reply);
/* Frees the tickets that wait for the model without a request under way, and returns how many there
 * were. Nothing of them was written, so the next run finds them again. */
size_t analyse_drop_queued(struct engine *engine);
/* What is redacted may have changed: redacts the texts of tickets that are being analysed. */
void analyse_redact(struct engine *engine);
/* recall.c */
/* True: a shadow decision about the text of this ticket, which was just admitted, is recorded, and
 * says what is done with the ticket. In writing mode the record must be read. */
bool recall_decided(struct engine *engine, struct ticket *ticket);
/* This is a shadow from now on: what was decided in shadow before needs no model. */
void recall_shadow_begins(struct engine *engine);
/* What is recorded of a ticket in LANE_RECALL; `failed`: it cannot be read. */
void recall_arrived(struct engine *engine, uint64_t id, const char *history, bool failed);

/* decision.c */
/* Makes the decision durable; ticket->analysis must be filled in. In a dry run it ends the ticket,
 * in shadow it ends when it is durable. The ticket may be gone afterwards. */
void decision_make(struct engine *engine, struct ticket *ticket);
enum rules_cause {
	RULES_WANTED,      /* llm.provider is `rules` */
	RULES_FOR_SERVICE, /* the model's service failed: the answer is provisional */
	RULES_FOR_TICKET   /* it refused this ticket, or what it answered was invalid */
};
/* Decides by rules. `because`: why the model did not; NULL when they are wanted. */
void decision_by_rules(struct engine *engine, struct ticket *ticket, const char *because,
                       enum rules_cause cause);

/* limit.c */
/* For each reply to a ticket, once: true when it tells the ticket to wait and the limit is the
 * ticket's own. Otherwise, if the ticket must let others go first, *ret_when moves to when it may
 * be sent again. */
bool limit_is_own(struct engine *engine, struct ticket *ticket, const struct llm_result *result,
                  msec *ret_when);
/* All tickets that wait for the model wait for a time, and at least one for a limit: new ones may
 * be sent meanwhile. */
bool limit_sets_aside(const struct engine *engine);

/* refusal.c */
#define REFUSED_BEFORE "the model has refused this ticket for itself, and its text is the same"
/* A request for the ticket was refused; the ticket waits for its next attempt, or for the probe. */
void refusal_arrived(struct engine *engine, struct ticket *ticket, const struct call *call,
                     const struct llm_result *result);
/* The reply is about what is no longer sent: former credentials, a model that was replaced, a
 * parameter that was refused. */
bool refusal_is_outdated(const struct engine *engine, const struct call *call);
/* The service refuses us, with a verdict that says how: the next model is used, or the gate is
 * halted. `others`: see contact.h. */
void refusal_by_service(struct engine *engine, const struct llm_result *result, const char *others);
/* What was refused before is no fault of the tickets that still wait, or proved nothing: they have
 * all their attempts again, the next one from `when` on (monotonic). */
void refusal_forgive(struct engine *engine, msec when);
/* The ticket has no attempt left after a refusal: refusal_give_up() lets rules decide. */
bool refusal_is_final(const struct engine *engine, const struct ticket *ticket);
void refusal_give_up(struct engine *engine, struct ticket *ticket);

/* probe.c */
/* While the gate is doubted (gate_doubt_model), or the model is down: asks the service. */
void probe_pump(struct engine *engine, msec *deadline);
void probe_reply(struct engine *engine, struct call *call, const struct http_reply *reply);

/* outage.c */
/* Why tickets are classified by rules meanwhile. */
const char *outage_why(const struct engine *engine);
/* A ticket's request failed without an answer; the ticket waits for its next try. */
void outage_failed(struct engine *engine, struct ticket *ticket);
/* A request with several tickets failed without an answer, the first of them `id`: that is one
 * failure, and no ticket's. */
void outage_group_failed(struct engine *engine, uint64_t id);
/* A ticket used up its attempts. */
void outage_exhausted(struct engine *engine);
/* The model answered a ticket or a probe; it answered a probe for an outage not. */
void outage_answered(struct engine *engine, bool by_probe, msec sent_at);
void outage_unanswered(struct engine *engine);
/* A probe is to be sent now; otherwise `deadline` moves to when that will be. */
bool outage_is_probe_due(struct engine *engine, msec *deadline);
/* A resident engine says once a minute that tickets wait. */
void outage_pump(struct engine *engine, msec *deadline);
/* Options have changed: a model that does not answer is asked at once. */
void outage_try(struct engine *engine);

#endif
