/* Tickets in hand: how one is taken in hand, comes to its end and is let go. */
#ifndef ENGINE_CORE_HELD_H
#define ENGINE_CORE_HELD_H

#include "engine/core/lanes.h"
#include "desk/desk.h"

struct engine;
struct ticket;

/* A fresh one, counted as found. `read`: what a reply shows of it, or NULL. */
struct ticket *held_new(struct engine *engine, uint64_t id, const struct desk_ticket *read);
void held_take(struct engine *engine, struct ticket *ticket);   /* one that was made otherwise */
void held_let_go(struct engine *engine, struct ticket *ticket); /* to be freed, or parked */
/* let go, out of its lane, and gone */
void held_free(struct engine *engine, struct ticket *ticket);
/* Moves a ticket to its end (LANE_DONE, LANE_SKIPPED, LANE_FAILED): memory, record, outcome.
 * `format` may be NULL on success. The ticket is gone afterwards. */
void held_end(struct engine *engine, struct ticket *ticket, enum lane end, const char *format, ...)
        PRINTF_LIKE(4, 5);

struct ticket *held_find(const struct engine *engine, uint64_t id); /* NULL = it is not held */
/* A read that was not asked for by the write: should the ticket wait for its write, it is known now
 * whether that is late. */
void held_news(struct engine *engine, const struct desk_ticket *read);

#endif
