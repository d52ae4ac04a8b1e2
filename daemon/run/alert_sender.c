/* One request at a time for one channel. */
#include "daemon/run/alert_sender.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/client/client_rules.h"
#include "daemon/run/alert_slack.h"
#include "daemon/run/alert_webhook.h"
#include "daemon/system/clock.h"

#define TIMEOUT (10 * MSEC_SECOND)
#define REPLY_MAX ((size_t)64 * 1024)
#define BODY_MAX ((size_t)32 * 1024)
#define IN_FLIGHT_MAX (2 * ALERT_CHANNELS)

struct alert_posting {
	struct alert_sender *sender; /* NULL: its address is another by now */
	bool test;
	uint64_t number;
	struct http_request request;
};

static void compose_webhook(const struct alert_told *told, bool plain, struct buf *out)
{
	alert_webhook_compose(told, out);
}

const struct alert_channel alert_sender_channels[ALERT_CHANNELS] = {
        {.name = "slack",
         .label = "Slack",
         .has_plain = true,
         .compose = alert_slack_compose,
         .judge = alert_slack_judge},
        {.name = "webhook",
         .label = "the webhook",
         .compose = compose_webhook,
         .sign = alert_webhook_sign,
         .judge = alert_webhook_judge},
};

/* Pinned keys are those of Zendesk and the model. */
struct http_client *alert_sender_client(uv_loop_t *loop, const struct config *config,
                                        const char *ca_file)
{
	struct transfer_rules rules;
	char *pins = client_rules(config, ca_file, &rules);

	free(pins);
	rules.pins = NULL;
	return http_client_new(loop, &rules, IN_FLIGHT_MAX);
}

void alert_sender_init(struct alert_sender *sender, const struct alert_channel *channel, msec mono)
{
	*sender = (struct alert_sender){.channel = channel, .trouble_since = MSEC_NEVER};
	alert_outbox_init(&sender->outbox, channel->has_plain, mono);
}

static void end_test(struct alert_sender *sender, const char *reason)
{
	void (*tested)(void *arg, const char *reason) = sender->tested;

	sender->tested = NULL;
	sender->test_waits = false;
	if (tested != NULL)
		tested(sender->tested_arg, reason);
}

/* The posting stays until its reply is taken, and is nobody's. */
static void disown_posting(struct alert_sender *sender, struct http_client *client)
{
	struct alert_posting *posting = sender->posting;

	if (posting == NULL)
		return;
	sender->posting = NULL;
	posting->sender = NULL;
	if (!posting->test)
		alert_outbox_recall(&sender->outbox);
	http_client_cancel(client, posting->number);
}

static char *copy_or_null(const char *text)
{
	return text != NULL && text[0] != '\0' ? xstrdup(text) : NULL;
}

static bool is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

void alert_sender_set(struct alert_sender *sender, const char *url, const char *secret, msec mono,
                      struct http_client *client)
{
	char *fresh = copy_or_null(url), *fresh_secret = copy_or_null(secret);

	if (!is_same(fresh, sender->url) || !is_same(fresh_secret, sender->secret)) {
		disown_posting(sender, client);
		if (sender->test_waits || sender->tested != NULL)
			end_test(sender, "its address or its secret was changed meanwhile");
	}
	free(sender->url);
	free(sender->secret);
	sender->url = fresh;
	sender->secret = fresh_secret;
	sender->trouble_since = MSEC_NEVER;
	if (fresh == NULL) {
		alert_outbox_off(&sender->outbox);
		return;
	}
	bool in_flight = sender->outbox.in_flight;
	alert_outbox_renew(&sender->outbox, mono);
	sender->outbox.in_flight = in_flight && sender->posting != NULL;
}

bool alert_sender_is_on(const struct alert_sender *sender)
{
	return sender->url != NULL;
}

/* --- sending --- */

static void take_answer(struct alert_sender *sender, const struct http_reply *reply)
{
	enum outbox_state before = sender->outbox.state;
	struct clock_reading now = clock_now();
	char reason[OUTBOX_REASON_SIZE];
	msec wait;
	enum outbox_answer answer = sender->channel->judge(reply, now.wall, &wait, reason);
	bool given_up = alert_outbox_answer(&sender->outbox, answer, wait, reason, now.mono);

	if (answer == OUTBOX_DELIVERED)
		sender->trouble_since = MSEC_NEVER;
	else if (sender->trouble_since == MSEC_NEVER)
		sender->trouble_since = now.mono;
	sender->changed(sender->arg, sender, before, given_up);
}

static void take_test_answer(struct alert_sender *sender, const struct http_reply *reply)
{
	enum outbox_state before = sender->outbox.state;
	struct clock_reading now = clock_now();
	char reason[OUTBOX_REASON_SIZE];
	msec wait;

	if (sender->channel->judge(reply, now.wall, &wait, reason) == OUTBOX_DELIVERED) {
		alert_outbox_works(&sender->outbox, now.mono);
		sender->trouble_since = MSEC_NEVER;
		reason[0] = '\0';
	}
	end_test(sender, reason);
	sender->changed(sender->arg, sender, before, false);
}

static void on_reply(void *arg, const struct http_reply *reply)
{
	struct alert_posting *posting = arg;
	struct alert_sender *sender = posting->sender;

	if (sender != NULL) {
		sender->posting = NULL;
		if (posting->test)
			take_test_answer(sender, reply);
		else
			take_answer(sender, reply);
	}
	http_request_free(&posting->request);
	free(posting);
}

static void post_told(struct alert_sender *sender, struct http_client *client,
                      const struct alert_told *told, bool plain, bool test)
{
	struct alert_posting *posting = xcalloc(1, sizeof(*posting));
	struct http_request *request = &posting->request;
	struct buf body;

	buf_init(&body, BODY_MAX);
	sender->channel->compose(told, plain, &body);
	*request = (struct http_request){.method = HTTP_POST,
	                                 .url = xstrdup(sender->url),
	                                 .reply_max = REPLY_MAX,
	                                 .timeout = TIMEOUT};
	http_request_add_header(request, "Content-Type: application/json; charset=utf-8");
	http_request_add_header(request, "User-Agent: ai-ticketd/" AITD_VERSION);
	http_request_take_body(request, &body);
	if (sender->channel->sign != NULL)
		sender->channel->sign(request, sender->secret != NULL ? sender->secret : "",
		                      clock_now().wall);
	posting->sender = sender;
	posting->test = test;
	sender->posting = posting;
	posting->number = http_client_call(client, request, on_reply, posting);
}

static void post_test(struct alert_sender *sender, struct http_client *client, msec wall)
{
	struct alert_told told = {
	        .rule = ALERT_OF_TEST,
	        .severity = ALERT_NOTICE,
	        .title = xstrdup("Test of alerts"),
	        .text = xstrdup("This is a test: ai-ticketd can send alerts here. Nothing is wrong "
	                        "and nothing has to be done."),
	        .since = wall,
	        .at = wall};

	sender->test_waits = false;
	post_told(sender, client, &told, false, true);
	alert_told_free(&told);
}

bool alert_sender_test(struct alert_sender *sender, void (*tested)(void *arg, const char *reason),
                       void *arg)
{
	if (sender->url == NULL || sender->tested != NULL)
		return false;
	sender->tested = tested;
	sender->tested_arg = arg;
	sender->test_waits = true;
	return true;
}

msec alert_sender_due(const struct alert_sender *sender, msec mono)
{
	if (sender->url == NULL || sender->posting != NULL)
		return MSEC_NEVER;
	return sender->test_waits ? mono : alert_outbox_due(&sender->outbox, mono);
}

void alert_sender_pump(struct alert_sender *sender, struct http_client *client,
                       struct clock_reading now)
{
	const struct alert_told *told;
	bool plain;

	if (sender->url == NULL || sender->posting != NULL)
		return;
	if (sender->test_waits)
		post_test(sender, client, now.wall);
	else if ((told = alert_outbox_next(&sender->outbox, now, &plain)) != NULL)
		post_told(sender, client, told, plain, false);
}

void alert_sender_close(struct alert_sender *sender, struct http_client *client)
{
	disown_posting(sender, client);
	end_test(sender, "the service is stopping");
}

void alert_sender_free(struct alert_sender *sender)
{
	free(sender->url);
	free(sender->secret);
	alert_outbox_free(&sender->outbox);
	*sender = (struct alert_sender){0};
}
