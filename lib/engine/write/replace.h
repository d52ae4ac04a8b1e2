/* The write of a ticket that is analysed once more: its labels are replaced. */
#ifndef ENGINE_WRITE_REPLACE_H
#define ENGINE_WRITE_REPLACE_H

#include "desk/desk.h"

struct engine;
struct ticket;

/* Fills in the tags of the write: `ours` take the place of those that earlier writes are recorded
 * to have added and that are still there. In a first analysis there are none. An order takes
 * `again_tag` off besides; one that is refused takes only that off. */
void replace_labels(struct ticket *ticket, const struct tags *read, const struct tags *ours,
                    struct str again_tag);
/* True: the read has ended the ticket, which is freed. Otherwise it goes on like one whose
 * processed tag is not there. `date`: the reply's, wall, -1 = unknown. */
bool replace_ends(struct engine *engine, struct ticket *ticket, const struct desk_ticket *read,
                  msec date);

/* The ticket is as the write was to leave it. */
bool replace_is_carried_out(const struct ticket *ticket, const struct desk_ticket *read);

#endif
