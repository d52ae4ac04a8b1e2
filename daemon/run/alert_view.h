/* What is shown of the channels of alerts. */
#ifndef DAEMON_RUN_ALERT_VIEW_H
#define DAEMON_RUN_ALERT_VIEW_H

#include "daemon/run/alert_sender.h"

/* Appends the member "channels": [{"name":"slack","state":"ok","reason":"","waiting":0},…] */
void alert_view_channels(const struct alert_sender senders[ALERT_CHANNELS], struct buf *out);
/* Why people may not be told: a channel is refused, or has waited for long; "" = they are told. */
#define ALERT_VIEW_TROUBLE_SIZE 320
void alert_view_trouble(const struct alert_sender senders[ALERT_CHANNELS], msec mono,
                        char out[ALERT_VIEW_TROUBLE_SIZE]);
/* Messages of all channels since the start. */
struct outbox_counts alert_view_counts(const struct alert_sender senders[ALERT_CHANNELS]);

#endif
