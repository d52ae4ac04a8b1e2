/* Waits for the answers of all channels to one test. */
#include "daemon/run/alert_test.h"

#include <stdlib.h>

#include "base/json.h"

#define SAID_BYTES_MAX 4096

struct alert_trial {
	struct route_reply *reply;
	unsigned open, failed, asked;
	struct {
		const char *name;
		char *said; /* NULL = not asked */
	} channels[ALERT_CHANNELS];
};

static void end_trial(struct alert_trial *trial)
{
	struct buf json;

	buf_init(&json, SAID_BYTES_MAX);
	buf_putc(&json, '{');
	if (trial->failed == 0)
		json_add_member(&json, "message", STR("The test was delivered."));
	else
		json_add_member(&json, "error", STR("The test was not delivered everywhere."));
	for (size_t i = 0; i < ALERT_CHANNELS; i++) {
		const char *said = trial->channels[i].said;

		json_add_member(&json, trial->channels[i].name,
		                str_of(said != NULL ? said : "off"));
		free(trial->channels[i].said);
	}
	buf_putc(&json, '}');
	route_reply_send(trial->reply, trial->failed == 0 ? 200 : 502, buf_cstr(&json));
	buf_free(&json);
	free(trial);
}

static void take_said(struct alert_trial *trial, char **said, const char *reason)
{
	bool delivered = reason[0] == '\0';

	*said = xstrdup(delivered ? "delivered" : reason);
	trial->failed += !delivered;
	if (--trial->open == 0)
		end_trial(trial);
}

static void on_slack_tested(void *arg, const char *reason)
{
	struct alert_trial *trial = arg;

	take_said(trial, &trial->channels[0].said, reason);
}

static void on_webhook_tested(void *arg, const char *reason)
{
	struct alert_trial *trial = arg;

	take_said(trial, &trial->channels[1].said, reason);
}

void alert_test_begin(struct alert_sender senders[ALERT_CHANNELS], struct route_reply *reply)
{
	static void (*const tested[ALERT_CHANNELS])(void *arg, const char *reason) = {
	        on_slack_tested, on_webhook_tested};
	struct alert_trial *trial = xcalloc(1, sizeof(*trial));

	trial->reply = reply;
	trial->open = 1; /* until all have been asked */
	for (size_t i = 0; i < ALERT_CHANNELS; i++) {
		trial->channels[i].name = senders[i].channel->name;
		if (!alert_sender_is_on(&senders[i]))
			continue;
		trial->asked++;
		trial->open++;
		if (!alert_sender_test(&senders[i], tested[i], trial))
			tested[i](trial, "another test is under way");
	}
	if (trial->asked == 0) {
		route_reply_say(reply, 409,
		                "no channel for alerts is configured: set alerts.slack_webhook_url "
		                "or alerts.webhook_url, then reload");
		free(trial);
		return;
	}
	if (--trial->open == 0)
		end_trial(trial);
}
