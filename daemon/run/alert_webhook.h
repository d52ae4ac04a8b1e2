/* Alerts as JSON for any other receiver, signed. docs/ALERTS.md documents the members and how to
 * verify the signature. */
#ifndef DAEMON_RUN_ALERT_WEBHOOK_H
#define DAEMON_RUN_ALERT_WEBHOOK_H

#include "base/http.h"
#include "observe/alert_outbox.h"

#define ALERT_WEBHOOK_TIMESTAMP "X-AI-Ticketd-Timestamp"
#define ALERT_WEBHOOK_SIGNATURE "X-AI-Ticketd-Signature"

void alert_webhook_compose(const struct alert_told *told, struct buf *out);
/* Adds the two header lines: the time in seconds, and "v1=" with the hexadecimal HMAC-SHA256 of
 * "TIME.BODY" under the secret. */
void alert_webhook_sign(struct http_request *request, const char *secret, msec wall);
/* As alert_slack_judge; any 2xx is success. */
enum outbox_answer alert_webhook_judge(const struct http_reply *reply, msec wall, msec *ret_wait,
                                       char reason[OUTBOX_REASON_SIZE]);

#endif
