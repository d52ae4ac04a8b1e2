/* Alerts as JSON: what outlives the process, and what programs are shown.
 *
 * The book holds the active alerts, those of the last 30 days that are over (100 at most), and the
 * messages that wait for a channel. No alert names a ticket, so an erasing need not search it. */
#ifndef OBSERVE_ALERT_BOOK_H
#define OBSERVE_ALERT_BOOK_H

#include "observe/alert_outbox.h"

#define ALERT_BOOK_BYTES_MAX (512 * 1024)

/* Channels have names, "slack", and a box each. */
struct alert_channel_box {
	const char *name;
	struct alert_outbox *outbox;
};

/* Appends the book, one JSON object. `wall` belongs to `mono`. */
void alert_book_write(const struct alert_state *state, const struct alert_channel_box *boxes,
                      size_t count, struct clock_reading now, struct buf *out);
/* Takes over what a book says, into an initialised state and boxes that are not off. What it does
 * not understand (a rule or a channel of another version) is left out. -1 with a reason: it is no
 * book. */
int alert_book_read(struct str book, struct alert_state *state,
                    const struct alert_channel_box *boxes, size_t count, struct clock_reading now,
                    struct err *err) MUST_CHECK;
/* Appends the members "active" and "recent" of GET /api/v1/alerts: docs/ALERTS.md. */
void alert_book_view(const struct alert_state *state, struct buf *out);
/* Appends value, threshold and unit as members; null where there is none. */
void alert_book_add_value(enum alert_unit unit, double value, double threshold, struct buf *out);

#endif
