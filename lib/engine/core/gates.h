/* Gates: whether a service lets us in. Whoever finds out that it does not halts the gate; each
 * stage asks its gate first, and gives up what it holds where it is halted. A service that does not
 * let us in is asked no more in a run; by a resident engine once each llm.probe_interval
 * (session.c). */
#ifndef ENGINE_CORE_GATES_H
#define ENGINE_CORE_GATES_H

#include "engine/effect.h"
#include "desk/desk.h"

struct engine;
struct call;

enum gate_state { GATE_ASK, GATE_ASKING, GATE_OPEN, GATE_HALTED };

struct gate {
	enum gate_state state;
	enum alert_kind alert; /* that tells of a halt */
	bool told;             /* that it was halted: once, until we are let in */
	char why[256];         /* it was halted */
	msec again_at;         /* monotonic: a resident engine asks again */
	/* Requests up to this number left with former credentials: what they are told of who we are
	 * is old news. */
	uint64_t former;
};

/* Tickets may be read and written. */
bool gate_is_open(const struct engine *engine);
bool gate_is_halted(const struct engine *engine); /* of any service */
void gate_halt_zendesk(struct engine *engine, enum run_end end, const char *reason);
void gate_halt_model(struct engine *engine, enum run_end end, const char *reason);
/* 401: true when the work should be asked again with another token, false when the gate is
 * halted. */
bool gate_unauthorized(struct engine *engine, const struct call *call,
                       const struct desk_answer *failure);
/* We were let in: told to whom it was told that we were not. */
void gate_works(struct engine *engine, struct gate *gate, const char *who);

#endif
