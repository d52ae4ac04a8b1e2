/* Finding tickets: by search, by the stream of changes, or by their numbers. The tickets of a page
 * are sifted; new ones wait in core/waiting.h for decide/, and those that come back with their
 * decision go straight to the read before their write.
 *
 * Words
 *   pass     one complete look for tickets: a search, a walk through slices, or what has changed
 *            since the last pass
 *   slice    the tickets of one priority that were created from a certain second on
 *   stream   Zendesk's incremental export, which shows what has changed
 *   sifted   judged by what the read shows: taken, brought back, read again, or dropped
 *   ordered  asked for by a person
 *
 * pass.c       one pass after another
 * slices.c     the order of a pass over more tickets than a page holds
 * stream.c     passes over what changed
 * changed.c    the same without the stream, in shadow
 * reread.c     single ids read again
 * alone.c      what cannot be read from a page
 * by_number.c  --ticket-id
 * solved.h     tickets of a backtest
 * sift.c       what a read means
 * returns.c    how tickets come back
 * ordered.c    pause, resume, process, erase
 * again.c      tickets that are done, once more; tagged.h: tags by which people order that
 * choices.h    what agents chose after a ticket was decided
 * histories.h  who changed a ticket */
#ifndef ENGINE_FIND_FIND_H
#define ENGINE_FIND_FIND_H

#include "engine/core/calls.h"
#include "engine/core/pages.h"
#include "engine/find/histories.h"
#include "engine/find/slices.h"
#include "engine/find/solved.h"
#include "engine/find/stream.h"

struct tagged;
struct choices;

struct find {
	struct tagged *tagged;   /* tagged.h */
	struct choices *choices; /* choices.h */
	struct histories histories;
	struct solved solved;
	bool said_found;
	bool cut; /* this pass ended before its last page */
	/* the mode changed during this pass, which judged by the former one what it saw before */
	bool other_mode;
	/* tickets per page; halved when a page is too large */
	unsigned page_size;
	struct slices slices;
	struct buf cursor; /* cursor of the export of the present slice */
	/* how often the export was started over in this pass, because its cursor was refused */
	int restarts;
	bool alone_told; /* that more tickets cannot be read from pages than are read alone */
	int attempts;    /* failed requests for the present page, in a row */
	msec not_before; /* monotonic: no page is requested before then */
	msec next_pass;  /* monotonic: when the next pass begins (ENGINE_RESIDENT) */
	/* pages requested by calls up to this number belong to a previous zendesk.query */
	uint64_t former_query;
	/* wall: when the last page arrived, and when the last complete pass ended; -1 = never */
	msec last_poll, last_run;
	uint64_t unseen; /* tickets of this pass that were not seen in this run before */
	/* by the server's clock: ENGINE_ONCE leaves tickets created later to the next run */
	msec started;
	uint64_t expected; /* number of tickets of this run, as a search's count says */
	struct stream_pass stream;
};

void find_init(struct engine *engine);
void find_free(struct engine *engine);
void find_pump(struct engine *engine, msec *deadline);
/* zendesk.batch_size has changed. */
void find_resize(struct engine *engine);

/* pass.c */
void pass_pump(struct engine *engine, msec *deadline);
void pass_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                struct desk_answer *failure);
void pass_failed(struct engine *engine, struct call *call, const struct desk_answer *failure);
/* Decisions are written from now on, or are not any more: the next pass begins now and asks for all
 * tickets. */
void pass_other_mode(struct engine *engine);
/* The next pass begins now. */
void pass_anew(struct engine *engine);
/* zendesk.query has changed: the next pass begins now, and waiting tickets of the previous query
 * are dropped. */
void pass_other_query(struct engine *engine);

/* reread.c */
/* Sends the read of ids that a person asked for; reread_pump() that of all others. */
void reread_wanted_pump(struct engine *engine, msec *deadline);
void reread_pump(struct engine *engine, msec *deadline);
void reread_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                  struct desk_answer *failure);

/* alone.c */
/* A page shows this ticket in a form that cannot be read: it will be read alone, unless it is in
 * progress, done, or has failed lately. */
void alone_want(struct engine *engine, const struct desk_unread *unread);
void alone_pump(struct engine *engine, msec *deadline);
void alone_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                 struct desk_answer *failure);

/* by_number.c */
void by_number_pump(struct engine *engine, msec *deadline);
void by_number_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                     struct desk_answer *failure);

/* sift.c */
/* Judges one ticket of a page. `page` must have been added. */
void sift_read(struct engine *engine, struct page *page, const struct desk_ticket *read);
/* Adds the page and judges all its tickets; takes ownership of the page. */
void sift_page(struct engine *engine, struct page *page, const struct desk_page *found);
/* The pass has ended, completely or cut short. */
void sift_pass_over(struct engine *engine);
/* No more tickets are looked for: in a run that ends for good, in a resident engine until its
 * services accept our credentials again. */
void sift_stop(struct engine *engine);
/* Drops the tickets that are not admitted yet. Those that a person asked for stay while the engine
 * may process them; otherwise their ids are kept and read again later. */
void sift_drop_waiting(struct engine *engine);

/* returns.c */
/* A ticket whose decision is durable goes on to the read before its write. */
void returns_take_up(struct engine *engine, struct ticket *ticket);
/* The same for a parked ticket; it must be parked. */
void returns_bring_back(struct engine *engine, uint64_t id);
void returns_pump(struct engine *engine, msec *deadline);

/* again.c: false = no further analysis of this ticket is ordered, or its first is still to be made.
 * The ticket was read because of the order, or cannot be read. */
bool again_read(struct engine *engine, struct page *page, const struct desk_ticket *read);
bool again_unread(struct engine *engine, uint64_t id, const char *reason);

/* ordered.c */
void ordered_pause(struct engine *engine);
void ordered_resume(struct engine *engine);
void ordered_erase(struct engine *engine, const struct ticket_key *tickets, size_t count);
/* `again`: those that are done are analysed once more, by order of `by`. */
void ordered_process(struct engine *engine, const struct ticket_key *tickets, size_t count,
                     bool again, const char *by);
/* The result for an id that a person asked for: the ticket was read, or Zendesk does not show
 * it. */
void ordered_read(struct engine *engine, struct page *page, const struct desk_ticket *read);
void ordered_missing(struct engine *engine, uint64_t id);
/* … or shows it in a form that cannot be read. */
void ordered_unread(struct engine *engine, const struct desk_unread *unread);

#endif
