/* Gates: whether a service accepts our credentials. Who is to blame for a refusal, the ticket or
 * the service, is decided by guard/blame.h; a service that is doubted is asked something without a
 * ticket's text before anything new is sent, and one that refuses that is halted. Each stage asks
 * the gate before it sends anything, and ends the tickets that wait for a halted service. A run
 * asks a halted service no more, a resident engine once each llm.probe_interval (session.c). */
#ifndef ENGINE_CORE_GATES_H
#define ENGINE_CORE_GATES_H

#include "contact/contact.h"
#include "engine/effect.h"
#include "desk/desk.h"

struct engine;
struct call;

enum gate_state {
	GATE_ASK,
	GATE_ASKING,
	GATE_OPEN,
	/* what was refused may be the tickets' fault or the service's; a probe asks */
	GATE_DOUBTED,
	GATE_HALTED
};

/* What it means that Zendesk refused a request with 401 or 403. */
enum gate_refusal {
	GATE_SEND_AGAIN, /* as soon as the gate is open: it may be about our credentials */
	GATE_OWN_FAULT,  /* users/me has just told that Zendesk lets us in: it is the request's */
	GATE_REFUSED     /* the gate is halted */
};

struct gate {
	enum gate_state state;
	enum alert_kind alert; /* raised when the gate is halted */
	/* the alert was raised; until access is restored it is not raised again */
	bool told;
	/* why it was halted, and what to do: whole sentences (contact.h) */
	char why[512];
	char trouble[256]; /* why its service last did not answer */
	bool unusable;     /* it did answer, and `trouble` is why that is of no use */
	msec again_at;     /* monotonic: when a resident engine asks again */
	/* Requests up to this number were sent with previous credentials: what the service says
	 * about access in their replies no longer matters. */
	uint64_t former;
	struct {
		bool asking;     /* its request is under way */
		int sent;        /* requests of the present probe */
		int declined;    /* of these, declined or too long */
		int unanswered;  /* probes in a row */
		bool for_outage; /* if it is not answered, the model is down */
	} probe;
};

/* Zendesk accepts our credentials: tickets may be read and written. */
bool gate_is_open(const struct engine *engine);
/* True when either gate is halted. */
bool gate_is_halted(const struct engine *engine);
/* Who asks, for the judgements of contact.h. */
struct contact_asker gate_asker(const struct engine *engine);
/* Halts the gate: raises its alert with the judgement's text, and ends the run as badly as the
 * judgement is, unless a worse end is known. */
void gate_halt_zendesk(struct engine *engine, const struct contact *contact);
/* The same, judged here: Zendesk's answer, or the model's, is about us. */
void gate_zendesk_refuses(struct engine *engine, const struct desk_answer *failure);
void gate_model_refuses(struct engine *engine, const struct llm_result *result, const char *others);
/* That the model does not answer, or nothing that can be used, why as far as it is known, and the
 * remedy. */
void gate_judge_silence(const struct engine *engine, struct contact *ret);
/* In a run: the same ends it. `tickets`: a sentence, what became of them. */
void gate_halt_silent_model(struct engine *engine, const char *tickets);
void gate_open_model(struct engine *engine);
/* Nothing new is sent to the model from now on until a probe (decide/probe.c) has told whether its
 * service refuses us. `for_outage`: tickets wait if the probe is not answered
 * (decide/outage.c). A halted gate
 * stays halted. */
void gate_doubt_model(struct engine *engine, bool for_outage);
/* Zendesk refused a request for tickets although it did what was asked within the last minute:
 * users/me (session.c) tells whether it refuses us. Nothing else is sent until it has. Does nothing
 * when that was asked just before. */
void gate_doubt_zendesk(struct engine *engine);
/* users/me has just told that Zendesk lets us in: what it refuses is the tickets' fault. */
bool gate_lets_in(const struct engine *engine);
/* What a 401 means; may halt the gate. */
enum gate_refusal gate_unauthorized(struct engine *engine, const struct call *call,
                                    const struct desk_answer *failure);
/* What a 403 for many tickets at once means; halts at once only when a scope is missing. */
enum gate_refusal gate_forbidden(struct engine *engine, const struct desk_answer *failure);
/* The service accepts our credentials: ends the alert if one was raised. */
void gate_works(struct engine *engine, struct gate *gate, const char *who);

#endif
