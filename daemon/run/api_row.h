/* One end of a ticket as the API shows it, in lists and in the event `outcome`:
 *
 *     {"at":1795608000000,"ticket_id":12345,"outcome":"done","undone":false,"root_cause":"bug",
 *      "urgency":"high","sentiment":"negative","confidence":0.93,"by":"model",
 *      "model":"gpt-4o-mini","priority_before":"normal","priority_after":"high",
 *      "processing_ms":3204,"cost_usd":0.000062,"reason":""}
 *
 * What is not known is null. `confidence` is that of the label that the model was least sure of.
 * `undone`: what was written then was taken back later. */
#ifndef DAEMON_RUN_API_ROW_H
#define DAEMON_RUN_API_ROW_H

#include "base/buf.h"
#include "daemon/store/store_listed.h"

/* The words of the member `outcome`, by enum outcome_status; NULL ends them. */
extern const char *const API_ROW_OUTCOMES[];

/* Appends the row of a ticket that has just ended. `at`: wall, ms. */
void api_row_write(struct buf *json, msec at, struct ticket_key ticket,
                   const struct listed *listed);
/* Appends one of the store, and a comma before it where it is not the first of its array. */
void api_row_write_stored(struct buf *json, const struct store_listed_row *row);

#endif
