/* Composes Slack's JSON and reads its answers: by the status first, by the word in the body second.
 * Bodies may be anything, such as the page of a proxy. */
#include "daemon/run/alert_slack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/run/alert_answer.h"
#include "observe/alert_words.h"

#define FOOTER "AI Ticket Processor"
#define TITLE_MAX 150
#define BODY_TEXT_MAX 600
#define GREEN "#36a64f"
#define ORANGE "#ff9900"
#define RED "#ff0000"

static const char *colour_of(const struct alert_told *told)
{
	static const char *const colours[] = {
	        [ALERT_NOTICE] = GREEN, [ALERT_WARNING] = ORANGE, [ALERT_CRITICAL] = RED};

	return told->change == ALERT_RESOLVED ? GREEN : colours[told->severity];
}

static struct str entity_of(char c)
{
	return c == '&' ? STR("&amp;") : c == '<' ? STR("&lt;") : c == '>' ? STR("&gt;") : STR("");
}

/* Appends the text with Slack's three special characters escaped, at most `bytes`: an entity or a
 * character that does not fit is left out as a whole, with "…" in its place. */
static void add_escaped(struct buf *out, struct str text, size_t bytes)
{
	static const struct str more = {"\xe2\x80\xa6", 3};
	struct buf escaped;

	buf_init(&escaped, 6 * text.len + 8);
	while (text.len > 0) {
		struct str piece = entity_of(text.data[0]);
		size_t size;

		(void)utf8_decode(text, &size);
		if (piece.len == 0)
			piece = str_make(text.data, size);
		/* What follows must leave room for the mark, unless it is the last. */
		if (escaped.len + piece.len + (text.len > size ? more.len : 0) > bytes) {
			buf_add_str(&escaped, more);
			break;
		}
		buf_add_str(&escaped, piece);
		text = str_skip(text, size);
	}
	buf_add_str(out, buf_str(&escaped));
	buf_free(&escaped);
}

static void add_line(struct buf *out, const char *key, const char *before, const char *text,
                     size_t bytes)
{
	struct buf clean, line;

	buf_init(&clean, 2 * bytes + 8);
	buf_init(&line, 2 * bytes + 64);
	alert_words_clean(str_of(text), bytes, &clean);
	buf_puts(&line, before);
	add_escaped(&line, buf_str(&clean), bytes);
	json_add_member(out, key, buf_str(&line));
	buf_free(&clean);
	buf_free(&line);
}

static const char *prefix_of(const struct alert_told *told)
{
	static const char *const words[] = {[ALERT_NOTICE] = "Notice: ",
	                                    [ALERT_WARNING] = "Warning: ",
	                                    [ALERT_CRITICAL] = "Critical: "};

	return told->change == ALERT_RESOLVED || told->rule == ALERT_OF_TEST
	               ? ""
	               : words[told->severity];
}

static void add_attachment(const struct alert_told *told, struct buf *out)
{
	json_add_key(out, "attachments");
	buf_puts(out, "[{");
	json_add_member(out, "color", str_of(colour_of(told)));
	add_line(out, "fallback", prefix_of(told), told->title, TITLE_MAX);
	add_line(out, "title", "", told->title, TITLE_MAX);
	add_line(out, "text", "", told->text, BODY_TEXT_MAX);
	json_add_member(out, "footer", STR(FOOTER));
	json_add_member_int(out, "ts", told->at / MSEC_SECOND);
	json_add_key(out, "mrkdwn_in");
	buf_puts(out, "[]}]");
}

void alert_slack_compose(const struct alert_told *told, bool plain, struct buf *out)
{
	char *both = xasprintf("%s. %s", told->title, told->text);

	buf_putc(out, '{');
	add_line(out, "text", prefix_of(told), plain ? both : told->title,
	         plain ? BODY_TEXT_MAX : TITLE_MAX);
	if (!plain)
		add_attachment(told, out);
	json_add_member_bool(out, "unfurl_links", false);
	json_add_member_bool(out, "unfurl_media", false);
	buf_putc(out, '}');
	free(both);
}

/* --- what its answers mean --- */

/* Services that take Slack's form say it in JSON. */
static bool is_success_in_json(struct str body)
{
	struct json *tree = json_parse_lenient(body, NULL);
	bool ok = false, success = false;
	bool good = (json_bool_at(tree, "ok", &ok) && ok) ||
	            (json_bool_at(tree, "success", &success) && success);

	json_free(tree);
	return good;
}

static msec wait_in_body(struct str body)
{
	struct json *tree = json_parse_lenient(body, NULL);
	double seconds;
	msec wait = -1;

	if (json_number_at(tree, "retry_after", &seconds) && seconds >= 0 && seconds < 1e6)
		wait = (msec)(seconds * 1000);
	json_free(tree);
	return wait;
}

static enum outbox_answer judge_success(const struct http_reply *reply,
                                        char reason[OUTBOX_REASON_SIZE])
{
	struct str body = str_trim(http_reply_body(reply));

	if (reply->status == 200 &&
	    (str_eq(body, STR("ok")) || (str_starts(body, STR("{")) && is_success_in_json(body))))
		return OUTBOX_DELIVERED;
	snprintf(reason, OUTBOX_REASON_SIZE,
	         "it answered %d, but not \"ok\": check that alerts.slack_webhook_url is a Slack "
	         "webhook and that no proxy answers in its place",
	         reply->status);
	return OUTBOX_UNKNOWN;
}

enum outbox_answer alert_slack_judge(const struct http_reply *reply, msec wall, msec *ret_wait,
                                     char reason[OUTBOX_REASON_SIZE])
{
	*ret_wait = -1;
	reason[0] = '\0';
	if (reply->result == HTTP_DONE && reply->status / 100 == 2)
		return judge_success(reply, reason);
	enum outbox_answer answer = alert_answer_judge(
	        reply, wall, "make a new webhook and put it into alerts.slack_webhook_url",
	        ret_wait, reason);
	if (answer == OUTBOX_LIMITED_BY && *ret_wait < 0)
		*ret_wait = wait_in_body(str_trim(http_reply_body(reply)));
	return answer;
}
