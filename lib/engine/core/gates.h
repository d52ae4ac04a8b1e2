/* Gates: whether a service accepts our credentials. The code that learns of a refusal halts the
 * gate; each stage asks the gate before it sends anything, and ends the tickets that wait for a
 * halted service. A run asks a halted service no more; a resident engine asks once each
 * llm.probe_interval (session.c). */
#ifndef ENGINE_CORE_GATES_H
#define ENGINE_CORE_GATES_H

#include "engine/effect.h"
#include "desk/desk.h"

struct engine;
struct call;

enum gate_state { GATE_ASK, GATE_ASKING, GATE_OPEN, GATE_HALTED };

struct gate {
	enum gate_state state;
	enum alert_kind alert; /* raised when the gate is halted */
	/* the alert was raised; until access is restored it is not raised again */
	bool told;
	char why[256]; /* why it was halted */
	msec again_at; /* monotonic: when a resident engine asks again */
	/* Requests up to this number were sent with previous credentials: what the service says
	 * about access in their replies no longer matters. */
	uint64_t former;
};

/* Zendesk accepts our credentials: tickets may be read and written. */
bool gate_is_open(const struct engine *engine);
/* True when either gate is halted. */
bool gate_is_halted(const struct engine *engine);
/* Halts the gate: raises its alert, and makes `end` the end of the run unless a worse one is
 * known. */
void gate_halt_zendesk(struct engine *engine, enum run_end end, const char *reason);
void gate_halt_model(struct engine *engine, enum run_end end, const char *reason);
/* Handles a 401. True: send the request again with the next token; false: the gate is halted. */
bool gate_unauthorized(struct engine *engine, const struct call *call,
                       const struct desk_answer *failure);
/* The service accepts our credentials: ends the alert if one was raised. */
void gate_works(struct engine *engine, struct gate *gate, const char *who);

#endif
