/* What earlier writes did to a ticket, read from its records: which tags they added and did not
 * take away again, and which priority they left. Only what is recorded counts as ours: a tag that
 * looks like one of ours may be a person's. */
#ifndef ENGINE_CORE_EARLIER_H
#define ENGINE_CORE_EARLIER_H

#include "base/arena.h"
#include "base/clock.h"
#include "ticket/priority.h"
#include "ticket/tags.h"

struct earlier {
	bool written;                /* a write is recorded: the members below are known */
	struct tags labels;          /* ours, the processed tag among them */
	enum priority priority_left; /* after our last write */
	bool priority_ours;          /* we set it; priority_base is what it was before that */
	enum priority priority_base;
	bool priority_by_person; /* changed by somebody else since our first read */
	msec decided;            /* wall: the latest Timestamp of a note; 0 = none */
};

/* `history`: what store_explain() tells, or NULL. What cannot be read counts as not recorded. */
void earlier_read(const char *history, struct arena *arena, struct earlier *ret);
void earlier_copy(struct earlier *to, const struct earlier *from, struct arena *arena);

/* The priority that a further write sets, or PRIORITY_NONE to leave it: one that we set is decided
 * upon as if we had not, one that a person set since then is never touched. `now`: of the read. */
enum priority earlier_priority(const struct earlier *earlier, enum priority_mode mode,
                               enum priority first, enum priority now, enum urgency urgency);

#endif
