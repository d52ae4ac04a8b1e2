/* From a durable decision to the ticket in Zendesk, exactly once.
 *
 * The happy path: the decision is durable → the ticket is read again → the read is settled → our
 * tags are merged into it, the priority decided → the intent, with the read's stamp, is made
 * durable → one PUT with safe_update and that stamp → 200. The stamp is the idempotency key:
 * whatever delivers the same write a second time meets a ticket that has moved on, and conflicts
 * instead of commenting twice.
 *
 * What can go wrong, and what is done:
 *   conflict            somebody was faster: read again; uses up no attempt
 *   known to be late    while the write waits for its turn, another read shows that the ticket has
 *                       changed: read again, the write could only conflict
 *   no or odd answer    nobody knows. The re-read tells: our tag there → done; stamp unmoved → the
 *                       same write with the same stamp; moved without our tag → the comments are
 *                       searched for our note
 *   refused for good    skipped with the reason
 *   limits              the guards wait, the same write goes on
 *   passing failures    retried with growing delay, then FAILED with the decision kept
 *
 * Words
 *   settled   a read whose ticket has rested for two seconds: a write may rest on it
 *   stamp     updated_at of the settled read: Zendesk writes only if it still holds
 *   company   other tickets that go in the same request; a ticket waits two seconds for it
 *   late      the ticket has changed since the read that its write rests on
 *   verdict   what an answer means for one ticket
 *   trust     whether bulk updates do what their jobs report
 *
 * persisted.c  a record is durable, or cannot be made so    refresh.c  the re-read of many
 * look.c       a look at one, or at its comments            consider.c  what a fresh read means
 * intent.c     what is to be written                        single_update.c  one by one
 * worth.c, bulk.c  many in one request jobs.c what became of them, trust.c whether to believe it
 * verdict.c    what an answer means                         attempts.c  failures, and giving up */
#ifndef ENGINE_WRITE_WRITE_H
#define ENGINE_WRITE_WRITE_H

#include "engine/core/calls.h"
#include "engine/core/lanes.h"
#include "desk/desk.h"

struct write {
	unsigned read_size; /* tickets per read; halved when the reply is too large */
	/* monotonic: since when used up limits hold back a read; 0 = they do not */
	msec reads_held_back;
	struct {
		size_t size; /* tickets a request; halved when it is too large */
		/* monotonic: since when used up limits hold back a request; 0 = they do not */
		msec held_back;
		unsigned missing;  /* reported done, our note there, our tags not */
		unsigned refusals; /* whole requests, in a row */
		unsigned lost;     /* requests and jobs without a result, in a row */
		bool alerted;      /* that bulk updates are given up */
		msec again_at;     /* TRUST_BROKEN: tried again by a resident process */
	} bulk;
	struct {
		struct list list;
		msec ms_per_ticket; /* pace of jobs */
		bool polling;
		msec polled_at;
		unsigned poll_failures; /* in a row */
		size_t poll_size;       /* jobs asked for at once; 0 = all */
	} jobs;
};

struct write *write_new(const struct config *config) MUST_CHECK;
void write_free(struct engine *engine);
void write_resize(struct engine *engine); /* zendesk.batch_size is another */
/* Limits have kept decided tickets from Zendesk for so long that looking for more has to wait for
 * them: when to ask again; MSEC_NEVER = they have not. */
msec write_starves_until(const struct engine *engine);
/* zendesk.settle_timeout was `former`: bulk writes of unknown outcome may be sent again, and are
 * looked at, earlier or later. */
void write_settle_anew(struct engine *engine, msec former);

/* persisted.c: all records up to there are durable; from there on they are not */
void persisted_upto(struct engine *engine, uint64_t upto);
void persisted_failed(struct engine *engine, uint64_t from);

/* refresh.c */
void refresh_pump(struct engine *engine, msec *deadline);
void refresh_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                   struct desk_answer *failure);

/* look.c */
void look_pump(struct engine *engine, msec *deadline);
void look_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                struct desk_answer *failure);
void look_comments_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                         struct desk_answer *failure);

/* consider.c */
void consider_read(struct engine *engine, struct ticket *ticket, const struct desk_ticket *read,
                   const struct http_reply *reply, msec sent_at, size_t company);

/* intent.c */
void intent_make(struct engine *engine, struct ticket *ticket, const struct desk_ticket *read,
                 size_t company);
/* valid until the next */
void intent_fill(struct engine *engine, struct ticket *ticket, struct desk_update *update);
/* The ticket has changed since the read that the write rests on; then it is taken out of its line
 * and read again. */
bool intent_is_late(const struct ticket *ticket);
void intent_anew(struct engine *engine, struct ticket *ticket);

/* single_update.c */
void single_update_pump(struct engine *engine, msec *deadline);
void single_update_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                         struct desk_answer *failure);

/* bulk.c */
void bulk_pump(struct engine *engine, msec *deadline);
void bulk_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                struct desk_answer *failure);

/* jobs.c */
void jobs_pump(struct engine *engine, msec *deadline);
void jobs_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                struct desk_answer *failure);
void jobs_free(struct engine *engine);

/* verdict.c */
void verdict_done(struct engine *engine, struct ticket *ticket, msec date);
void verdict_reported(struct engine *engine, struct ticket *ticket, msec date);
void verdict_conflict(struct engine *engine, struct ticket *ticket);
void verdict_refused(struct engine *engine, struct ticket *ticket, const char *reason);
void verdict_unknown(struct engine *engine, struct ticket *ticket, const char *trouble);
msec verdict_look_again(const struct engine *engine, const struct ticket *ticket); /* span */

/* attempts.c */
/* The ticket may be written from `when` on: by itself, or in bulk. */
void attempts_write(struct engine *engine, struct ticket *ticket, msec when);
/* A request for tickets failed for a passing reason: true when the ticket may be queued again (and
 * *ret_when says when), false when its attempts were used up and it is gone. */
bool attempts_again(struct engine *engine, struct ticket *ticket, const struct call *call,
                    const struct desk_answer *failure, msec *ret_when);
/* true: no attempt was left, the ticket is gone */
bool attempts_used_up(struct engine *engine, struct ticket *ticket);
/* Zendesk lets us in no more: those that wait in the lane fail. True: it does not. */
bool attempts_give_up(struct engine *engine, enum lane lane);
void attempts_fail(struct engine *engine, struct ticket *ticket); /* one of them */

#endif
