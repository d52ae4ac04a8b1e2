/* Judges answers by their status. */
#include "daemon/run/alert_answer.h"

#include <stdio.h>

#define WORD_MAX 48

/* The body if it is a bare word, such as "no_service"; nobody's page gets into a log. */
static struct str bare_word(const struct http_reply *reply)
{
	struct str word = str_trim(http_reply_body(reply));

	for (size_t i = 0; i < word.len; i++)
		if (!ascii_is_alnum(word.data[i]) && word.data[i] != '_')
			return STR("");
	return word.len <= WORD_MAX ? word : STR("");
}

static void say_status(const struct http_reply *reply, const char *more,
                       char reason[OUTBOX_REASON_SIZE])
{
	struct str word = bare_word(reply);

	snprintf(reason, OUTBOX_REASON_SIZE, "it answered %d%s" STR_FMT "%s%s%s", reply->status,
	         word.len > 0 ? " (" : "", STR_ARG(word), word.len > 0 ? ")" : "",
	         more[0] != '\0' ? ": " : "", more);
}

static enum outbox_answer judge_status(const struct http_reply *reply, const char *remedy,
                                       char reason[OUTBOX_REASON_SIZE])
{
	int status = reply->status;

	if (status / 100 == 3) {
		snprintf(reason, OUTBOX_REASON_SIZE, "it redirects (%d), which is not followed: %s",
		         status, remedy);
		return OUTBOX_CHANNEL_REFUSED;
	}
	if (status == 401 || status == 403 || status == 404 || status == 410) {
		say_status(reply, remedy, reason);
		return OUTBOX_CHANNEL_REFUSED;
	}
	say_status(reply, "", reason);
	if (status == 429)
		return OUTBOX_LIMITED_BY;
	if (status == 408 || status == 425 || status >= 500)
		return OUTBOX_AGAIN;
	return status / 100 == 4 ? OUTBOX_FORM_REFUSED : OUTBOX_UNKNOWN;
}

enum outbox_answer alert_answer_judge(const struct http_reply *reply, msec wall, const char *remedy,
                                      msec *ret_wait, char reason[OUTBOX_REASON_SIZE])
{
	*ret_wait = -1;
	if (reply->result == HTTP_DONE) {
		if (reply->status == 429)
			*ret_wait = http_reply_retry_after(reply, wall);
		return judge_status(reply, remedy, reason);
	}
	if (reply->result == HTTP_TIMEOUT)
		snprintf(reason, OUTBOX_REASON_SIZE, "it does not answer");
	else
		snprintf(reason, OUTBOX_REASON_SIZE, "%.180s", reply->error);
	return http_result_unsent(reply->result) ? OUTBOX_AGAIN : OUTBOX_UNKNOWN;
}
