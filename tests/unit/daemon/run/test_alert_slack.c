/* The JSON that Slack gets, and what its answers mean: exact statuses and words of its
 * documentation. */
#include "../../base/helper.h"

#include "base/json.h"
#include "daemon/run/alert_slack.h"

static struct buf out;
static struct alert_told told;

static int setup(void **state)
{
	json_seed(1);
	buf_init(&out, 64 * 1024);
	told = (struct alert_told){.rule = RULE_SUCCESS_RATE,
	                           .severity = ALERT_CRITICAL,
	                           .title = xstrdup("Too few tickets succeed"),
	                           .text = xstrdup("98.12 % were processed, below 99 %."),
	                           .since = 1795349900123,
	                           .at = 1795350000123};
	return 0;
}

static int teardown(void **state)
{
	alert_told_free(&told);
	buf_free(&out);
	return 0;
}

static void say(char **text, const char *words)
{
	free(*text);
	*text = xstrdup(words);
}

static const char *compose(bool plain)
{
	struct err err;

	buf_reset(&out);
	alert_slack_compose(&told, plain, &out);
	struct json *tree = json_parse(buf_str(&out), &err);
	if (tree == NULL)
		fail_msg("%s: %s", err.text, buf_cstr(&out));
	json_free(tree);
	assert_true(out.len < ALERT_SLACK_BODY_MAX);
	return buf_cstr(&out);
}

static void an_alert_is_drawn_as_the_specification_draws_it(void **state)
{
	assert_string_equal(
	        compose(false),
	        "{\"text\":\"Critical: Too few tickets succeed\",\"attachments\":[{\"color\":"
	        "\"#ff0000\",\"fallback\":\"Critical: Too few tickets succeed\",\"title\":\"Too "
	        "few "
	        "tickets succeed\",\"text\":\"98.12 % were processed, below 99 "
	        "%.\",\"footer\":\"AI "
	        "Ticket Processor\",\"ts\":1795350000,\"mrkdwn_in\":[]}],\"unfurl_links\":false,"
	        "\"unfurl_media\":false}");
}

static void the_colour_is_that_of_the_severity_and_an_end_is_green(void **state)
{
	told.severity = ALERT_WARNING;
	assert_non_null(strstr(compose(false), "\"color\":\"#ff9900\""));
	told.severity = ALERT_NOTICE;
	assert_non_null(strstr(compose(false), "\"color\":\"#36a64f\""));
	told.severity = ALERT_CRITICAL;
	told.change = ALERT_RESOLVED;
	assert_non_null(strstr(compose(false), "\"color\":\"#36a64f\""));
}

static void the_plain_form_is_text_alone(void **state)
{
	assert_string_equal(
	        compose(true),
	        "{\"text\":\"Critical: Too few tickets succeed. 98.12 % were processed, "
	        "below 99 %.\",\"unfurl_links\":false,\"unfurl_media\":false}");
}

static void nothing_mentions_or_links_or_turns_a_line_around(void **state)
{
	say(&told.title, "<!channel> & <@U1>");
	say(&told.text, "a<https://x|y>\n\"b\"\x1b[1m \xe2\x80\xae"
	                "c");
	const char *json = compose(false);
	assert_non_null(strstr(json, "\"title\":\"&lt;!channel&gt; &amp; &lt;@U1&gt;\""));
	assert_non_null(strstr(json, "\"text\":\"a&lt;https://x|y&gt; \\\"b\\\" [1m c\""));
	assert_null(strchr(json, '<'));
	assert_null(strstr(json, "\xe2\x80\xae"));
}

static void what_is_too_long_is_cut_and_no_entity_is_split(void **state)
{
	for (size_t before = 580; before < 606; before++) {
		struct err err;
		char text[1000];

		memset(text, 'x', before);
		snprintf(text + before, sizeof(text) - before, "&<>&<>&<>\xc3\xa9\xc3\xa9");
		say(&told.text, text);
		struct json *tree = json_parse(str_of(compose(false)), &err);
		struct str shown = json_str_at(json_item(json_at(tree, "attachments"), 0), "text");
		assert_true(shown.len <= 600);
		assert_true(utf8_valid(shown));
		ptrdiff_t amp;
		while ((amp = str_find_char(shown, '&')) >= 0) {
			shown = str_skip(shown, (size_t)amp + 1);
			assert_true(str_starts(shown, STR("amp;")) ||
			            str_starts(shown, STR("lt;")) || str_starts(shown, STR("gt;")));
		}
		json_free(tree);
	}
}

/* --- answers --- */

static msec wait;
static char reason[OUTBOX_REASON_SIZE];

static enum outbox_answer judge(enum http_result result, int status, const char *body,
                                const char *retry_after)
{
	struct http_reply reply = {.result = result, .status = status};

	if (result == HTTP_DONE) {
		reply.body = xstrdup(body);
		reply.body_len = strlen(body);
	} else {
		snprintf(reply.error, sizeof(reply.error), "%s", body);
	}
	if (retry_after != NULL)
		http_reply_add_header(&reply, STR("Retry-After"), str_of(retry_after));
	enum outbox_answer answer = alert_slack_judge(&reply, 0, &wait, reason);
	http_reply_free(&reply);
	return answer;
}

static void success_is_200_and_ok_alone(void **state)
{
	assert_int_equal(judge(HTTP_DONE, 200, "ok", NULL), OUTBOX_DELIVERED);
	assert_int_equal(judge(HTTP_DONE, 200, "ok\n", NULL), OUTBOX_DELIVERED);
	assert_int_equal(judge(HTTP_DONE, 200, "{\"ok\":true}", NULL), OUTBOX_DELIVERED);
	assert_int_equal(judge(HTTP_DONE, 200, "{\"success\":true}", NULL), OUTBOX_DELIVERED);
	static const char *const others[] = {"",
	                                     "OK then",
	                                     "<html><body>ok</body></html>",
	                                     "{\"ok\":false}",
	                                     "{\"ok\":\"true\"}",
	                                     "{",
	                                     "null"};
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		assert_int_equal(judge(HTTP_DONE, 200, others[i], NULL), OUTBOX_UNKNOWN);
		assert_non_null(strstr(reason, "not \"ok\""));
		assert_null(strstr(reason, "html"));
	}
	assert_int_equal(judge(HTTP_DONE, 204, "", NULL), OUTBOX_UNKNOWN);
}

static void a_webhook_that_is_gone_refuses_the_channel(void **state)
{
	const struct {
		int status;
		const char *word;
	} rows[] = {{404, "no_service"},
	            {404, "no_service_id"},
	            {404, "no_active_hooks"},
	            {404, "channel_not_found"},
	            {410, "channel_is_archived"},
	            {403, "action_prohibited"},
	            {403, "invalid_token"},
	            {301, ""},
	            {302, ""},
	            {307, ""},
	            {401, ""}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(judge(HTTP_DONE, rows[i].status, rows[i].word, NULL),
		                 OUTBOX_CHANNEL_REFUSED);
		assert_non_null(strstr(reason, rows[i].word));
		assert_non_null(strstr(reason, "alerts.slack_webhook_url"));
	}
}

static void a_form_that_is_refused_says_nothing_of_the_channel(void **state)
{
	static const char *const words[] = {"invalid_payload", "invalid_blocks", "no_text",
	                                    "too_many_attachments", "user_not_found"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		assert_int_equal(judge(HTTP_DONE, 400, words[i], NULL), OUTBOX_FORM_REFUSED);
		assert_non_null(strstr(reason, words[i]));
	}
	assert_int_equal(judge(HTTP_DONE, 413, "", NULL), OUTBOX_FORM_REFUSED);
	assert_int_equal(judge(HTTP_DONE, 422, "", NULL), OUTBOX_FORM_REFUSED);
}

static void a_limit_says_how_long(void **state)
{
	assert_int_equal(judge(HTTP_DONE, 429, "", "7"), OUTBOX_LIMITED_BY);
	assert_int_equal(wait, 7000);
	assert_int_equal(judge(HTTP_DONE, 429,
	                       "{\"retry_after\":3,\"ok\":false,\"error\":\"rate_limited\"}", NULL),
	                 OUTBOX_LIMITED_BY);
	assert_int_equal(wait, 3000);
	assert_int_equal(judge(HTTP_DONE, 429, "<html>", NULL), OUTBOX_LIMITED_BY);
	assert_int_equal(wait, -1);
}

static void what_is_down_is_tried_again_and_what_may_have_arrived_is_unknown(void **state)
{
	assert_int_equal(judge(HTTP_DONE, 500, "rollup_error", NULL), OUTBOX_AGAIN);
	assert_int_equal(judge(HTTP_DONE, 502, "<html>", NULL), OUTBOX_AGAIN);
	assert_int_equal(judge(HTTP_DONE, 503, "", NULL), OUTBOX_AGAIN);
	assert_int_equal(judge(HTTP_DONE, 408, "", NULL), OUTBOX_AGAIN);
	assert_int_equal(judge(HTTP_NO_CONNECT, 0, "refused", NULL), OUTBOX_AGAIN);
	assert_int_equal(judge(HTTP_NO_HOST, 0, "there is no host x", NULL), OUTBOX_AGAIN);
	assert_int_equal(judge(HTTP_TLS_REFUSED, 0, "certificate", NULL), OUTBOX_AGAIN);
	assert_int_equal(judge(HTTP_TIMEOUT, 0, "time", NULL), OUTBOX_UNKNOWN);
	assert_string_equal(reason, "it does not answer");
	assert_int_equal(judge(HTTP_BROKEN, 0, "broken", NULL), OUTBOX_UNKNOWN);
	assert_int_equal(judge(HTTP_TOO_LARGE, 0, "large", NULL), OUTBOX_UNKNOWN);
}

static void a_page_in_the_answer_is_not_repeated(void **state)
{
	assert_int_equal(judge(HTTP_DONE, 404, "<html>no such page</html>", NULL),
	                 OUTBOX_CHANNEL_REFUSED);
	assert_null(strstr(reason, "html"));
	char *long_word = xmalloc(4001);
	memset(long_word, 'a', 4000);
	long_word[4000] = '\0';
	assert_int_equal(judge(HTTP_DONE, 400, long_word, NULL), OUTBOX_FORM_REFUSED);
	assert_string_equal(reason, "it answered 400");
	free(long_word);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	        TEST(an_alert_is_drawn_as_the_specification_draws_it),
	        TEST(the_colour_is_that_of_the_severity_and_an_end_is_green),
	        TEST(the_plain_form_is_text_alone),
	        TEST(nothing_mentions_or_links_or_turns_a_line_around),
	        TEST(what_is_too_long_is_cut_and_no_entity_is_split),
	        TEST(success_is_200_and_ok_alone),
	        TEST(a_webhook_that_is_gone_refuses_the_channel),
	        TEST(a_form_that_is_refused_says_nothing_of_the_channel),
	        TEST(a_limit_says_how_long),
	        TEST(what_is_down_is_tried_again_and_what_may_have_arrived_is_unknown),
	        TEST(a_page_in_the_answer_is_not_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
