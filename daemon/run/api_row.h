/* One end of a ticket as the API shows it, in lists and in the event `outcome`. */
#ifndef DAEMON_RUN_API_ROW_H
#define DAEMON_RUN_API_ROW_H

#include "base/buf.h"
#include "ticket/listed.h"

/* The words of the member `outcome`, by enum outcome_status; NULL ends them. */
extern const char *const API_ROW_OUTCOMES[];

/* Appends {"at":…,"ticket_id":…,…}. What is not known is null. `at`: wall, ms. */
void api_row_write(struct buf *json, msec at, struct ticket_key ticket,
                   const struct listed *listed);

#endif
