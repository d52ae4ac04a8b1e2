/* Shows the channels of alerts, and adds them up. */
#include "daemon/run/alert_view.h"

#include <stdio.h>

#include "base/json.h"

/* A channel that does not take messages for so long is worth telling. */
#define TROUBLE_AFTER (5 * MSEC_MINUTE)

void alert_view_channels(const struct alert_sender senders[ALERT_CHANNELS], struct buf *out)
{
	json_add_key(out, "channels");
	buf_putc(out, '[');
	for (size_t i = 0; i < ALERT_CHANNELS; i++) {
		const struct alert_outbox *outbox = &senders[i].outbox;

		json_add_comma(out);
		buf_putc(out, '{');
		json_add_member(out, "name", str_of(alert_sender_channels[i].name));
		json_add_member(out, "state", str_of(outbox_state_name(outbox->state)));
		json_add_member(out, "reason", str_of(outbox->reason));
		json_add_member_int(out, "waiting", (int64_t)alert_outbox_waiting(outbox));
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

void alert_view_trouble(const struct alert_sender senders[ALERT_CHANNELS], msec mono,
                        char out[ALERT_VIEW_TROUBLE_SIZE])
{
	out[0] = '\0';
	for (size_t i = 0; i < ALERT_CHANNELS && out[0] == '\0'; i++) {
		const struct alert_outbox *outbox = &senders[i].outbox;
		bool lasts = outbox->state == OUTBOX_WAITING &&
		             senders[i].trouble_since != MSEC_NEVER &&
		             mono - senders[i].trouble_since > TROUBLE_AFTER;

		if (outbox->state == OUTBOX_IS_REFUSED || lasts)
			snprintf(out, ALERT_VIEW_TROUBLE_SIZE, "alerts do not reach %s: %s",
			         senders[i].channel->label, outbox->reason);
	}
}

struct outbox_counts alert_view_counts(const struct alert_sender senders[ALERT_CHANNELS])
{
	struct outbox_counts sum = {0};

	for (size_t i = 0; i < ALERT_CHANNELS; i++) {
		const struct outbox_counts *one = &senders[i].outbox.counts;

		sum.sent += one->sent;
		sum.merged += one->merged;
		sum.given_up += one->given_up;
		for (size_t severity = 0; severity < OUTBOX_SEVERITIES; severity++)
			for (size_t end = 0; end < OUTBOX_ENDS; end++)
				sum.ends[severity][end] += one->ends[severity][end];
	}
	return sum;
}
