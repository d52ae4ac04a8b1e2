/* Sends the messages of one channel: takes them from its outbox, one request at a time, and tells
 * it what the channel answered. It uses a client of its own, so that no alert waits for a ticket
 * and no ticket for an alert; pinned keys (tls.pins) are those of Zendesk and the model, and do not
 * bind it.
 *
 * An address, or the secret of its signature, may change by a reload while a request that used the
 * former one is under way: its answer is then nobody's, and the message is sent again with the new
 * one. The address is a secret and in no message. */
#ifndef DAEMON_RUN_ALERT_SENDER_H
#define DAEMON_RUN_ALERT_SENDER_H

#include "daemon/client/http_client.h"
#include "observe/alert_outbox.h"

struct alert_posting; /* a request under way */

/* What differs between channels. */
struct alert_channel {
	const char *name;  /* for programs: "slack" */
	const char *label; /* for people: "Slack" */
	bool has_plain;
	void (*compose)(const struct alert_told *told, bool plain, struct buf *out);
	/* NULL = not signed */
	void (*sign)(struct http_request *request, const char *secret, msec wall);
	enum outbox_answer (*judge)(const struct http_reply *reply, msec wall, msec *ret_wait,
	                            char reason[OUTBOX_REASON_SIZE]);
};
#define ALERT_CHANNELS 2
extern const struct alert_channel alert_sender_channels[ALERT_CHANNELS];

struct alert_sender {
	const struct alert_channel *channel;
	char *url, *secret; /* NULL = off */
	struct alert_outbox outbox;
	struct alert_posting *posting; /* NULL = none is under way */
	msec trouble_since;            /* monotonic; MSEC_NEVER = the last message arrived */
	/* a test that waits for its turn or its answer; `reason` is "" when it arrived */
	void (*tested)(void *arg, const char *reason);
	void *tested_arg;
	bool test_waits;
	/* what became of a message, for the log and the book: called after each answer */
	void (*changed)(void *arg, struct alert_sender *sender, enum outbox_state before,
	                bool given_up);
	void *arg;
};

/* The client of all channels: the settings of section tls without the pins. */
struct http_client *alert_sender_client(uv_loop_t *loop, const struct config *config,
                                        const char *ca_file) MUST_CHECK;
void alert_sender_init(struct alert_sender *sender, const struct alert_channel *channel, msec mono);
/* Takes over an address: NULL or "" = off. What waits goes there at once. */
void alert_sender_set(struct alert_sender *sender, const char *url, const char *secret, msec mono,
                      struct http_client *client);
bool alert_sender_is_on(const struct alert_sender *sender);
/* Sends a message beside the queue, as the next; `tested` is called once. False: it is off, or
 * another test is under way. */
bool alert_sender_test(struct alert_sender *sender, void (*tested)(void *arg, const char *reason),
                       void *arg) MUST_CHECK;
/* When alert_sender_pump has something to send. */
msec alert_sender_due(const struct alert_sender *sender, msec mono);
void alert_sender_pump(struct alert_sender *sender, struct http_client *client,
                       struct clock_reading now);
/* The end: what is under way is taken back and answered by nobody. A test is answered. */
void alert_sender_close(struct alert_sender *sender, struct http_client *client);
void alert_sender_free(struct alert_sender *sender);

#endif
