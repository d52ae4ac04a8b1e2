/* What the answer of any channel means that is not a success. */
#ifndef DAEMON_RUN_ALERT_ANSWER_H
#define DAEMON_RUN_ALERT_ANSWER_H

#include "base/http.h"
#include "observe/alert_outbox.h"

/* By the status: 429 limits; 401, 403, 404, 410 and redirects refuse the channel; 408, 425 and 5xx,
 * and what was certainly not sent, are tried again; any other 4xx refuses this message alone; all
 * else is unknown, since it may have arrived. `reason`: "it answered 404 (no_service): REMEDY". Of
 * the body only a bare word is shown. */
enum outbox_answer alert_answer_judge(const struct http_reply *reply, msec wall, const char *remedy,
                                      msec *ret_wait, char reason[OUTBOX_REASON_SIZE]);

#endif
