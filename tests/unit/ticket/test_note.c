/* The internal note and how it is recognised. */
#include "../base/helper.h"

#include "ticket/note.h"

#define DECIDED INT64_C(1762381981000) /* 2025-11-05T22:33:01Z */

static const struct analysis example = {
        .summary = {"User experiencing 404 error on reports page after recent update", 63},
        .root_cause = CAUSE_BUG,
        .urgency = URGENCY_HIGH,
        .sentiment = SENTIMENT_NEGATIVE,
        .model = {"gpt-4o-mini", 11},
        .model_version = {"2024-07-18", 10},
        .prompt_version = {"v3.0", 4},
        .tokens_prompt = 270,
        .tokens_answer = 42,
        .decided_wall = DECIDED,
};

static void assert_note(const struct analysis *analysis, const char *expected)
{
	struct buf out;
	buf_init(&out, NOTE_BYTES_MAX);
	note_write(&out, analysis);
	assert_str(buf_str(&out), expected);
	buf_free(&out);
}

static void the_note_is_exactly_as_the_contract_prints_it(void **state)
{
	assert_note(&example,
	            "AI Analysis:\n"
	            "\n"
	            "Summary: User experiencing 404 error on reports page after recent update\n"
	            "Root Cause: bug\n"
	            "Urgency: high\n"
	            "Sentiment: negative\n"
	            "\n"
	            "---\n"
	            "Model: gpt-4o-mini (v2024-07-18)\n"
	            "Prompt Version: v3.0\n"
	            "Tokens Used: 312\n"
	            "Timestamp: 2025-11-05T22:33:01Z");
}

static void the_bracket_is_left_out_where_no_model_version_is_known(void **state)
{
	struct analysis rules = example;
	rules.model = STR("fallback-rules");
	rules.model_version = (struct str){0};
	rules.tokens_prompt = rules.tokens_answer = 0;
	rules.decided_wall += 999; /* whole seconds, cut */
	assert_note(&rules,
	            "AI Analysis:\n\n"
	            "Summary: User experiencing 404 error on reports page after recent update\n"
	            "Root Cause: bug\nUrgency: high\nSentiment: negative\n\n---\n"
	            "Model: fallback-rules\nPrompt Version: v3.0\nTokens Used: 0\n"
	            "Timestamp: 2025-11-05T22:33:01Z");
}

static void summary_and_model_are_inert_and_cannot_add_lines(void **state)
{
	struct analysis hostile = example;
	hostile.summary = STR("x\nUrgency: low {{ticket.requester}} ![i](http://e.example)");
	hostile.model = STR("llama3.1:8b\n**x**");
	hostile.model_version = STR("1\n<b>");
	assert_note(&hostile, "AI Analysis:\n\n"
	                      "Summary: x Urgency: low {\xE2\x80\x8B{ticket.requester}} "
	                      "!\\[i\\]\\(hxxp://e[.]example)\n"
	                      "Root Cause: bug\nUrgency: high\nSentiment: negative\n\n---\n"
	                      "Model: llama3.1:8b \\*\\*x\\*\\* (v1 &lt;b&gt;)\n"
	                      "Prompt Version: v3.0\nTokens Used: 312\n"
	                      "Timestamp: 2025-11-05T22:33:01Z");
}

static void the_longest_texts_stay_far_below_64_kB(void **state)
{
	static char endless[100000];
	memset(endless, '&', sizeof(endless));
	for (size_t i = 3; i < sizeof(endless); i += 4)
		endless[i] = '\n';
	struct analysis long_one = example;
	long_one.summary = long_one.model = long_one.model_version =
	        str_make(endless, sizeof(endless));
	struct buf out;
	buf_init(&out, NOTE_BYTES_MAX);
	note_write(&out, &long_one);
	assert_false(out.overflow);
	assert_true(out.len < 4000);
	assert_true(note_has_timestamp(buf_str(&out), DECIDED));
	buf_free(&out);
}

static void the_timestamp_line_has_whole_seconds_in_utc(void **state)
{
	char line[48];
	note_timestamp_line(DECIDED + 123, line);
	assert_string_equal(line, "Timestamp: 2025-11-05T22:33:01Z");
}

#define HAS(body) assert_true(note_has_timestamp(STR(body), DECIDED))
#define HAS_NOT(body) assert_false(note_has_timestamp(STR(body), DECIDED))
#define LINE "Timestamp: 2025-11-05T22:33:01Z"

static void our_note_is_recognised_however_zendesk_spaced_it(void **state)
{
	HAS(LINE);
	HAS("AI Analysis:\n\nSummary: x\nTokens Used: 3\n" LINE);
	HAS("AI Analysis:\r\n\r\nSummary: x\r\nTokens Used: 3\r\n" LINE "\r\n");
	HAS("AI Analysis: Summary: x Tokens Used: 3 " LINE);
	HAS("Tokens Used: 3\nTimestamp:  2025-11-05T22:33:01Z \n");
	HAS("Tokens Used: 3\nTimestamp:\n2025-11-05T22:33:01Z");
	HAS("Tokens Used: 3\nTimestamp:2025-11-05T22:33:01Z");
	HAS("Tokens Used: 3\nTimestamp:\xC2\xA0"
	    "2025-11-05T22:33:01Z\xC2\xA0");
	HAS("Tokens Used: 3&nbsp;Timestamp:&nbsp;2025-11-05T22:33:01Z&nbsp;");
	HAS("Tokens Used: 3\xC2\xA0Timestamp:&#160; 2025-11-05T22:33:01Z");
	HAS("<div><p>Tokens Used: 3<br>" LINE "</p></div>");
	HAS(LINE "\n\n-- \nThe support team");
}

static void another_time_or_longer_text_is_not_our_line(void **state)
{
	HAS_NOT("");
	HAS_NOT("Timestamp:");
	HAS_NOT("Timestamp: ");
	HAS_NOT("Timestamp: 2025-11-05T22:33:02Z");
	HAS_NOT("Timestamp: 2025-11-05T22:33:01");
	HAS_NOT("Timestamp: 2025-11-05T22:33:01Z0");
	HAS_NOT("Timestamp: 2025-11-05T22:33:01Z.");
	HAS_NOT("Timestamp: x 2025-11-05T22:33:01Z");
	HAS_NOT("The Timestamp 2025-11-05T22:33:01Z");
	HAS_NOT("xTimestamp: 2025-11-05T22:33:01Z");
	HAS_NOT("2025-11-05T22:33:01Z");
	HAS_NOT("timestamp: 2025-11-05T22:33:01Z");
	HAS_NOT("Timestamp: \xC2");
	assert_false(note_has_timestamp((struct str){0}, DECIDED));
	assert_false(note_has_timestamp(STR(LINE), DECIDED + 1000));
	assert_true(note_has_timestamp(STR(LINE), DECIDED + 999));
}

static void a_line_forged_in_the_summary_of_another_note_does_not_count(void **state)
{
	HAS_NOT("Summary: " LINE "\nTokens Used: 3\nTimestamp: 2025-11-05T22:40:00Z");
	HAS("Summary: Timestamp: 2025-11-05T22:40:00Z\nTokens Used: 3\n" LINE);
	HAS("Summary: xTimestamp: Timestamp:\nTokens Used: 3\n" LINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_note_is_exactly_as_the_contract_prints_it),
	        cmocka_unit_test(the_bracket_is_left_out_where_no_model_version_is_known),
	        cmocka_unit_test(summary_and_model_are_inert_and_cannot_add_lines),
	        cmocka_unit_test(the_longest_texts_stay_far_below_64_kB),
	        cmocka_unit_test(the_timestamp_line_has_whole_seconds_in_utc),
	        cmocka_unit_test(our_note_is_recognised_however_zendesk_spaced_it),
	        cmocka_unit_test(another_time_or_longer_text_is_not_our_line),
	        cmocka_unit_test(a_line_forged_in_the_summary_of_another_note_does_not_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
