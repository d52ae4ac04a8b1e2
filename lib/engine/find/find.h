/* Finding tickets: by search, by the stream of changes, by their numbers. What a page brings is
 * sifted; what is to be begun waits in core/waiting.h for decide/, and what comes back with its
 * decision goes straight to the read before its write.
 *
 * Words
 *   pass     one look at everything there is: a search, an export, or what has changed since the
 *            last one
 *   stream   Zendesk's incremental export: what has changed
 *   sifted   looked at as read: taken up, brought back, looked at again, or dropped
 *   ordered  by a person
 *
 * pass.c      one pass after another over search and export      stream.c  over what changed
 * reread.c    single ids looked at again                         by_number.c  --ticket-id
 * sift.c      what a read means                                  returns.c  how tickets come back
 * ordered.c   pause, resume, process, erase */
#ifndef ENGINE_FIND_FIND_H
#define ENGINE_FIND_FIND_H

#include "engine/core/calls.h"
#include "engine/core/pages.h"

struct find {
	bool said_found;
	bool cut; /* this pass ended before its end */
	unsigned page_size;
	struct buf cursor; /* of the export */
	int restarts;      /* of the export in this pass: cursors die */
	int attempts;
	msec not_before;
	msec next_pass; /* monotonic: ENGINE_RESIDENT */
	/* pages asked for by requests up to this number are of another query */
	uint64_t former_query;
	/* wall: of the last page, and of the end of the last whole pass; -1 = never */
	msec last_poll, last_run;
	uint64_t unseen; /* tickets taken up in this pass */
	/* by the server's clock: in ENGINE_ONCE younger tickets are for the next run */
	msec started;
	uint64_t expected; /* tickets of this run, as far as a search's count tells */
	struct {
		bool told_refused;
		msec start; /* server's wall time to begin at without a cursor */
		/* server's wall time of the first page of the search under way, or of the last
		 * search */
		msec search_began;
		msec told_date;     /* server's wall time as it last told it; 0 = it never has */
		msec told_at;       /* monotonic: when told_date was told */
		msec not_before;    /* monotonic: of the next request */
		unsigned page_size; /* tickets a page; halved when it is too large */
	} stream;
};

void find_init(struct engine *engine);
void find_free(struct engine *engine);
void find_pump(struct engine *engine, msec *deadline);
/* zendesk.batch_size is another. */
void find_resize(struct engine *engine);

/* pass.c */
void pass_pump(struct engine *engine, msec *deadline);
void pass_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                struct desk_answer *failure);
void pass_failed(struct engine *engine, struct call *call, const struct desk_answer *failure);
void pass_anew(struct engine *engine);        /* the next pass begins now */
void pass_other_query(struct engine *engine); /* … and what was found so far counts no more */

/* stream.c */
void stream_init(struct engine *engine);
void stream_other_account(struct engine *engine);
/* date: the server's, -1 when unknown */
void stream_let_in(struct engine *engine, bool admin, msec date);
void stream_search_begins(struct engine *engine);
void stream_ask(struct engine *engine);
void stream_page(struct engine *engine, struct page *page, const struct desk_page *found);
/* True when the failure was the stream's own affair. */
bool stream_failed(struct engine *engine, const struct http_reply *reply,
                   const struct desk_answer *failure);

/* reread.c */
void reread_wanted_pump(struct engine *engine, msec *deadline); /* those that a person asked for */
void reread_pump(struct engine *engine, msec *deadline);        /* all others */
void reread_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                  struct desk_answer *failure);

/* by_number.c */
void by_number_pump(struct engine *engine, msec *deadline);
void by_number_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                     struct desk_answer *failure);

/* sift.c */
void sift_read(struct engine *engine, struct page *page, const struct desk_ticket *read);
/* all of it; takes the page */
void sift_page(struct engine *engine, struct page *page, const struct desk_page *found);
void sift_pass_over(struct engine *engine);
/* Nothing more is looked for: for good in a run; a resident engine that was not let in goes on when
 * that is over. */
void sift_stop(struct engine *engine);
/* Those that a person asked for stay as long as the engine works, and are looked at again when it
 * does not. */
void sift_drop_waiting(struct engine *engine);

/* returns.c */
/* whose decision is durable: on to the write */
void returns_take_up(struct engine *engine, struct ticket *ticket);
void returns_bring_back(struct engine *engine, uint64_t id); /* a parked one */
void returns_pump(struct engine *engine, msec *deadline);

/* ordered.c */
void ordered_pause(struct engine *engine);
void ordered_resume(struct engine *engine);
void ordered_erase(struct engine *engine, const struct ticket_key *tickets, size_t count);
void ordered_process(struct engine *engine, const struct ticket_key *tickets, size_t count);
/* A ticket that a person asked for was read, or Zendesk does not show it. */
void ordered_read(struct engine *engine, struct page *page, const struct desk_ticket *read);
void ordered_missing(struct engine *engine, uint64_t id);

#endif
