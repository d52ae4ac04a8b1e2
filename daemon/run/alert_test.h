/* The order `ai-ticketctl alert test`: a message to each channel, and what each of them said. */
#ifndef DAEMON_RUN_ALERT_TEST_H
#define DAEMON_RUN_ALERT_TEST_H

#include "daemon/control/route_reply.h"
#include "daemon/run/alert_sender.h"

/* Answers when the last channel has answered: 200 when the message arrived everywhere, else 502;
 * 409 at once when no channel is configured. {"message":"…","slack":"delivered","webhook":"off"} */
void alert_test_begin(struct alert_sender senders[ALERT_CHANNELS], struct route_reply *reply);

#endif
