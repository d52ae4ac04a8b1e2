/* The write that takes back what earlier ones did to a ticket (core/undoing.h). */
#ifndef ENGINE_WRITE_TAKE_BACK_H
#define ENGINE_WRITE_TAKE_BACK_H

#include "desk/desk.h"

struct engine;
struct ticket;

/* True: the read has ended the ticket, which is freed. Otherwise it is to be written like any
 * other. `date`: the reply's, wall, -1 = unknown. */
bool take_back_ends(struct engine *engine, struct ticket *ticket, const struct desk_ticket *read,
                    msec date);
/* Fills in tags and priority of the write, which rests on a settled read. */
void take_back_fill(struct engine *engine, struct ticket *ticket, const struct desk_ticket *read);

#endif
