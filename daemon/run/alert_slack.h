/* Alerts as an incoming webhook of Slack takes them, and what its answers mean. Sources: Slack's
 * documentation of incoming webhooks, attachments, formatting and rate limits. */
#ifndef DAEMON_RUN_ALERT_SLACK_H
#define DAEMON_RUN_ALERT_SLACK_H

#include "base/http.h"
#include "observe/alert_outbox.h"

#define ALERT_SLACK_BODY_MAX 8192

/* Appends the body: an attachment with a colour (green: a notice or an end, orange: a warning, red:
 * critical). `plain`: text alone, for a channel that refuses the other form. What could mention or
 * link something is escaped. */
void alert_slack_compose(const struct alert_told *told, bool plain, struct buf *out);
/* What an answer means. `*ret_wait`: what it asks to wait for, or -1. `reason`: what it said, and
 * what to do, without the address. Nothing but 200 and "ok" is success. */
enum outbox_answer alert_slack_judge(const struct http_reply *reply, msec wall, msec *ret_wait,
                                     char reason[OUTBOX_REASON_SIZE]);

#endif
