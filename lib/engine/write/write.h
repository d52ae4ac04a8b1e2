/* From a durable decision to the ticket in Zendesk, written exactly once.
 *
 * The normal path: the decision is durable → the ticket is read again → the read is settled → our
 * tags are merged into it and the priority is decided → the intent, with the read's stamp, is made
 * durable → one PUT with safe_update and that stamp → 200. The stamp is the idempotency key: a
 * second delivery of the same write, whatever causes it, meets a ticket that has moved on, and
 * conflicts instead of writing a second note.
 *
 * What can go wrong, and what is done:
 *   conflict            somebody else was faster: read again; uses up no attempt
 *   known to be late    while the write waits, another read shows that the ticket has changed: read
 *                       again, because the write could only conflict
 *   no or odd answer    nobody knows whether it was written. The re-read tells: our tag is there →
 *                       done; the stamp has not moved → the same write with the same stamp; it has
 *                       moved without our tag → the comments are searched for our note
 *   refused for good    skipped with the reason
 *   rate limits         the guards wait, then the same write is sent
 *   passing failures    retried with growing delay, then FAILED with the decision kept
 *
 * Words
 *   settled   a read whose ticket had not changed for two seconds: a write may rest on it
 *   stamp     updated_at of the settled read: Zendesk writes only if it is still the same
 *   company   other tickets in the same request; a ticket waits up to two seconds for some
 *   late      the ticket has changed since the read that its write rests on
 *   verdict   what an answer means for one ticket
 *   trust     whether bulk updates do what their jobs report
 *
 * persisted.c  records are durable, or failed    refresh.c  the re-read of many
 * look.c       one ticket, or its comments       consider.c  what a fresh read means
 * intent.c     what is to be written             single_update.c  one ticket per request
 * worth.c      when bulk updates are worth it    bulk.c  many tickets per request
 * jobs.c       what became of a bulk update      trust.c  whether to believe it
 * verdict.c    what an answer means              attempts.c  failures, and giving up */
#ifndef ENGINE_WRITE_WRITE_H
#define ENGINE_WRITE_WRITE_H

#include "engine/core/calls.h"
#include "engine/core/lanes.h"
#include "desk/desk.h"

struct write {
	unsigned read_size; /* tickets per read; halved when the reply is too large */
	/* monotonic: since when exhausted rate limits hold back a read; 0 = they do not */
	msec reads_held_back;
	struct {
		size_t size; /* tickets per request; halved when the request is too large */
		/* monotonic: the same for a bulk request */
		msec held_back;
		/* reported done, with our note but without our tags */
		unsigned missing;
		unsigned refusals; /* whole requests that were refused, in a row */
		unsigned lost;     /* requests and jobs without a result, in a row */
		bool alerted;      /* the alert that bulk updates are given up was raised */
		/* TRUST_BROKEN: monotonic, when a resident process tries bulk updates again */
		msec again_at;
	} bulk;
	struct {
		struct list list;
		msec ms_per_ticket; /* a job's estimated time per ticket */
		bool polling;
		bool trial;             /* the last request asked about one job only, for trust */
		msec polled_at;         /* monotonic: the last request; 0 = none so far */
		unsigned poll_failures; /* in a row */
		size_t poll_size;       /* jobs per status request; 0 = all */
	} jobs;
};

struct write *write_new(const struct config *config) MUST_CHECK;
void write_free(struct engine *engine);
/* zendesk.batch_size has changed. */
void write_resize(struct engine *engine);
/* Rate limits have kept decided tickets from Zendesk for so long that looking for more must wait
 * for them: returns when to ask again (monotonic). MSEC_NEVER = it need not wait. */
msec write_starves_until(const struct engine *engine);
/* zendesk.settle_timeout has changed: bulk writes of unknown outcome are read and sent again at
 * other times. */
void write_settle_anew(struct engine *engine, msec former);

/* persisted.c: records up to `upto` are durable; the record `from` and later ones failed */
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

/* consider.c: decides from a fresh read what happens to its ticket. `sent_at`: monotonic, when the
 * read was requested; `company`: how many tickets that read has. */
void consider_read(struct engine *engine, struct ticket *ticket, const struct desk_ticket *read,
                   const struct http_reply *reply, msec sent_at, size_t company);

/* intent.c: decides what is written, and makes the intent durable */
void intent_make(struct engine *engine, struct ticket *ticket, const struct desk_ticket *read,
                 size_t company);
/* Fills in the update that the intent describes; its note is valid until the next call. */
void intent_fill(struct engine *engine, struct ticket *ticket, struct desk_update *update);
/* intent_is_late(): the ticket has changed since the read that its write rests on. intent_anew()
 * then takes it out of its lane, to be read again. */
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

/* verdict.c: `date` is the reply's, wall, -1 = unknown */
void verdict_done(struct engine *engine, struct ticket *ticket, msec date);
void verdict_reported(struct engine *engine, struct ticket *ticket, msec date);
void verdict_conflict(struct engine *engine, struct ticket *ticket);
void verdict_refused(struct engine *engine, struct ticket *ticket, const char *reason);
void verdict_unknown(struct engine *engine, struct ticket *ticket, const char *trouble);
/* How long to wait, from now, until a ticket whose bulk update may be late is read again. */
msec verdict_look_again(const struct engine *engine, const struct ticket *ticket);

/* attempts.c: the ticket may be written from `when` on (monotonic): alone, or in bulk. */
void attempts_write(struct engine *engine, struct ticket *ticket, msec when);
/* A request for tickets failed for a passing reason; one for this ticket was refused. True: the
 * ticket may be queued again, *ret_when says when. False: it has ended and is freed. */
bool attempts_again(struct engine *engine, struct ticket *ticket, const struct call *call,
                    const struct desk_answer *failure, msec *ret_when);
bool attempts_refused(struct engine *engine, struct ticket *ticket,
                      const struct desk_answer *failure, msec *ret_when);
void attempts_write_accepted(struct engine *engine); /* by Zendesk */
/* True: no attempt was left, so the ticket has ended as failed and is freed. */
bool attempts_used_up(struct engine *engine, struct ticket *ticket);
/* True: Zendesk refuses our credentials, and all tickets that waited in the lane have failed. */
bool attempts_give_up(struct engine *engine, enum lane lane);
/* Fails one ticket because the gate of Zendesk is halted. */
void attempts_fail(struct engine *engine, struct ticket *ticket);

#endif
