/* The state machine of a ticket, and all containers that tickets wait in: one place decides both,
 * so that they cannot disagree. */
#include "engine/core/lanes.h"

#include "engine/core/flights.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"

/* How the tickets of a lane wait. */
enum waiting {
	NOWHERE,   /* in no container: a reply brings them back, or they have ended */
	IN_LINE,   /* in the order they came */
	BY_TURN,   /* by a number, the lowest first */
	BY_TIME,   /* until a time */
	TIME_LINE, /* until a time, then in the order they came */
	/* in the order they came; those that do not wait for ever also until a time */
	LINE_UNTIL
};

#define TO(lane) (1u << LANE_##lane)
#define WRITES (TO(WRITE) | TO(SINGLE) | TO(BULK))
#define DECIDED (TO(DECISION) | TO(SHADOW) | TO(DONE))
#define ENDS (TO(DONE) | TO(SKIPPED) | TO(FAILED))
#define IS_READ                                                                                    \
	TICKET_STATES /* stands for REFRESHING, or SETTLING while a write's outcome is unknown */

static const struct {
	enum ticket_state state;
	enum waiting waiting;
	uint32_t next;
} table[LANES] = {
        [LANE_NONE] = {TICKET_FOUND, NOWHERE,
                       TO(WAITING) | TO(PARKED) | TO(READ) | TO(SKIPPED) | TO(FAILED)},
        [LANE_WAITING] = {TICKET_FOUND, BY_TURN, TO(WAITING) | TO(MODEL) | TO(NONE)},
        [LANE_PARKED] = {TICKET_FOUND, LINE_UNTIL, TO(READ) | TO(NONE)},
        [LANE_RECALL] = {TICKET_ANALYSING, IN_LINE,
                         TO(MODEL) | DECIDED | TO(SKIPPED) | TO(FAILED) | TO(NONE)},
        [LANE_JOINED] = {TICKET_ANALYSING, LINE_UNTIL,
                         TO(MODEL) | DECIDED | TO(SKIPPED) | TO(FAILED) | TO(NONE)},
        [LANE_MODEL] = {TICKET_ANALYSING, BY_TIME,
                        TO(RECALL) | TO(JOINED) | TO(MODEL) | TO(ASKED) | DECIDED | TO(SKIPPED) |
                                TO(FAILED) | TO(NONE)},
        [LANE_ASKED] = {TICKET_ANALYSING, NOWHERE, TO(MODEL) | DECIDED | TO(FAILED) | TO(NONE)},
        [LANE_DECISION] = {TICKET_DECIDED, IN_LINE, TO(READ) | TO(FAILED)},
        [LANE_SHADOW] = {TICKET_DECIDED, IN_LINE, TO(DONE) | TO(FAILED)},
        [LANE_READ] = {IS_READ, TIME_LINE, TO(READ) | TO(READING) | TO(STOPPED) | TO(FAILED)},
        [LANE_STOPPED] = {TICKET_DURABLE, IN_LINE, TO(READ)},
        [LANE_READING] = {IS_READ, NOWHERE,
                          TO(READ) | TO(LOOK) | TO(INTENT) | WRITES | ENDS | TO(NONE)},
        [LANE_LOOK] = {IS_READ, BY_TIME, TO(LOOKING) | TO(FAILED)},
        [LANE_LOOKING] = {IS_READ, NOWHERE,
                          TO(LOOK) | TO(READ) | TO(INTENT) | WRITES | ENDS | TO(NONE)},
        [LANE_INTENT] = {TICKET_WRITING, IN_LINE, WRITES | TO(FAILED)},
        [LANE_WRITE] = {TICKET_WRITING, BY_TIME, TO(SINGLE) | TO(BULK) | TO(FAILED)},
        [LANE_SINGLE] = {TICKET_WRITING, IN_LINE, TO(SENT) | TO(BULK) | TO(READ) | TO(FAILED)},
        [LANE_SENT] = {TICKET_WRITING, NOWHERE, TO(READ) | WRITES | ENDS},
        [LANE_BULK] = {TICKET_WRITING, IN_LINE, TO(BULK_SENT) | TO(SINGLE) | TO(READ) | TO(FAILED)},
        [LANE_BULK_SENT] = {TICKET_WRITING, NOWHERE, TO(READ) | WRITES | ENDS},
        [LANE_DONE] = {TICKET_DONE, NOWHERE, 0},
        [LANE_SKIPPED] = {TICKET_SKIPPED, NOWHERE, 0},
        [LANE_FAILED] = {TICKET_FAILED, NOWHERE, 0},
};

void lanes_init(struct lane_queue lanes[LANES])
{
	for (size_t i = 0; i < LANES; i++) {
		list_init(&lanes[i].line);
		heap_init(&lanes[i].later);
	}
}

void lanes_free(struct lane_queue lanes[LANES])
{
	for (size_t i = 0; i < LANES; i++)
		heap_free(&lanes[i].later);
}

static struct lane_queue *queue_of(const struct engine *engine, enum lane lane)
{
	return &engine->account->lanes[lane];
}

static void leave_container(struct lane_queue *queue, struct ticket *ticket)
{
	queue->count--;
	queue->in_line -= !list_empty(&ticket->queue);
	list_remove(&ticket->queue);
	heap_remove(&queue->later, &ticket->turn);
}

static void enter_container(struct lane_queue *queue, struct ticket *ticket, enum waiting waiting,
                            msec when, msec now)
{
	bool timed = waiting == BY_TURN || waiting == BY_TIME ||
	             (waiting == TIME_LINE && when > now) ||
	             (waiting == LINE_UNTIL && when != MSEC_NEVER);
	bool lined =
	        waiting == IN_LINE || waiting == LINE_UNTIL || (waiting == TIME_LINE && !timed);

	queue->count++;
	if (timed)
		heap_insert(&queue->later, &ticket->turn, when);
	if (lined)
		list_push_back(&queue->line, &ticket->queue);
	queue->in_line += lined;
}

void lane_wait_less(struct engine *engine, struct ticket *ticket, msec when)
{
	if (ticket->turn.place > 0 && when < ticket->turn.key)
		lane_move(engine, ticket, ticket->lane, when);
}

bool lane_may_move(enum lane from, enum lane to)
{
	return (table[from].next & (1u << to)) != 0;
}

/* The leader with this key has gone: the first that waits for it is next, one that a person asked
 * for before all others. */
static void follow_leader(struct engine *engine, const struct answer_key *key)
{
	struct ticket *next = NULL, *ticket = lane_first(engine, LANE_JOINED);

	for (; ticket != NULL; ticket = lane_behind(engine, ticket))
		if (flights_key_eq(&ticket->flight.key, key) &&
		    (next == NULL || (ticket->wanted && !next->wanted)))
			next = ticket;
	if (next == NULL)
		return;
	lane_move(engine, next, LANE_MODEL, engine->now.mono);
	flights_lead(engine, next);
}

void lane_move(struct engine *engine, struct ticket *ticket, enum lane lane, msec when)
{
	enum ticket_state state = table[lane].state;
	enum lane from = ticket->lane;

	ENSURE(lane_may_move(ticket->lane, lane));
	if (state == IS_READ)
		state = ticket->outcome_unknown ? TICKET_SETTLING : TICKET_REFRESHING;
	if (ticket->lane != LANE_NONE)
		leave_container(queue_of(engine, ticket->lane), ticket);
	if (lane != LANE_NONE)
		enter_container(queue_of(engine, lane), ticket, table[lane].waiting, when,
		                engine->now.mono);
	ticket->lane = lane;
	ticket->state = state;
	if (ticket->flight.leads && flights_left(engine, ticket, from))
		follow_leader(engine, &ticket->flight.key);
}

void lane_stop_leading(struct engine *engine, struct ticket *ticket)
{
	flights_end(engine, ticket);
	follow_leader(engine, &ticket->flight.key);
}

void lane_abandon(struct engine *engine, struct ticket *ticket)
{
	if (ticket->lane != LANE_NONE)
		leave_container(queue_of(engine, ticket->lane), ticket);
	ticket->lane = LANE_NONE;
	ticket->flight.leads = false;
}

void lane_move_to_read(struct engine *engine, struct ticket *ticket)
{
	ticket->maybe_written = ticket->maybe_written || ticket->has_intent;
	ticket->outcome_unknown = ticket->maybe_written;
	ticket->ready_at = engine->now.mono;
	lane_move(engine, ticket, LANE_READ, engine->now.mono);
}

size_t lane_count(const struct engine *engine, enum lane lane)
{
	return queue_of(engine, lane)->count;
}

size_t lane_in_line(const struct engine *engine, enum lane lane)
{
	return queue_of(engine, lane)->in_line;
}

static struct ticket *earliest_in(const struct lane_queue *queue)
{
	struct heap_node *top = heap_top(&queue->later);

	return top != NULL ? container_of(top, struct ticket, turn) : NULL;
}

struct ticket *lane_first(const struct engine *engine, enum lane lane)
{
	const struct lane_queue *queue = queue_of(engine, lane);

	return table[lane].waiting == BY_TURN ? earliest_in(queue)
	                                      : list_first(&queue->line, struct ticket, queue);
}

struct ticket *lane_behind(const struct engine *engine, const struct ticket *ticket)
{
	struct list *next = ticket->queue.next;

	return next != &queue_of(engine, ticket->lane)->line && next != &ticket->queue
	               ? container_of(next, struct ticket, queue)
	               : NULL;
}

struct ticket *lane_any(const struct engine *engine, enum lane lane)
{
	struct ticket *ticket = lane_first(engine, lane);

	return ticket != NULL ? ticket : earliest_in(queue_of(engine, lane));
}

struct ticket *lane_due(const struct engine *engine, enum lane lane)
{
	struct ticket *ticket = earliest_in(queue_of(engine, lane));

	return ticket != NULL && ticket->turn.key <= engine->now.mono ? ticket : NULL;
}

msec lane_when(const struct engine *engine, enum lane lane)
{
	const struct ticket *ticket = earliest_in(queue_of(engine, lane));

	return ticket != NULL ? ticket->turn.key : MSEC_NEVER;
}

void lane_each_due(const struct engine *engine, enum lane lane,
                   bool (*each)(void *arg, struct ticket *ticket), void *arg)
{
	const struct heap *later = &queue_of(engine, lane)->later;

	for (size_t i = 0; i < later->count; i++)
		if (later->nodes[i]->key <= engine->now.mono &&
		    !each(arg, container_of(later->nodes[i], struct ticket, turn)))
			return;
}
