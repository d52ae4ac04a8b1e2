/* Answers of the daemon as a person sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "daemon/ctl/explain.h"
#include "daemon/ctl/print.h"
#include "daemon/ctl/show.h"
#include "daemon/ctl/status.h"

static struct buf out;

static int begin(void **state)
{
	buf_init(&out, 1 << 20);
	return 0;
}

static int end(void **state)
{
	buf_free(&out);
	return 0;
}

static void render(void (*show)(struct buf *, const struct json *), const char *text)
{
	struct err err = {{0}};
	struct json *tree = json_parse(str_of(text), &err);

	assert_non_null(tree);
	buf_reset(&out);
	show(&out, tree);
	json_free(tree);
}

static void has(const char *wanted)
{
	if (strstr(buf_cstr(&out), wanted) == NULL)
		fail_msg("\"%s\" is not in:\n%s", wanted, buf_cstr(&out));
}

static void has_not(const char *unwanted)
{
	if (strstr(buf_cstr(&out), unwanted) != NULL)
		fail_msg("\"%s\" is in:\n%s", unwanted, buf_cstr(&out));
}

static void the_sentence_comes_first_and_the_rest_is_a_table(void **state)
{
	render(show_answer, "{\"queue\":{\"waiting\":3,\"in_flight\":12},\"message\":\"Healthy.\","
	                    "\"paused\":false}");
	assert_string_equal(buf_cstr(&out), "Healthy.\n\n"
	                                    "queue.waiting    3\n"
	                                    "queue.in flight  12\n"
	                                    "paused           no\n");
}

static void a_sentence_alone_is_one_line(void **state)
{
	render(show_answer, "{\"error\":\"no\"}");
	assert_string_equal(buf_cstr(&out), "no\n");
}

static void units_are_taken_from_the_names(void **state)
{
	render(show_answer, "{\"a_ms\":15,\"b_ms\":3204,\"c_ms\":600000,\"d_ms\":36000000,\"e_"
	                    "bytes\":512,\"f_bytes\":20971520,"
	                    "\"g_wall\":1762381981000,\"h_wall\":0,\"i\":0.25}");
	has("a  15 ms\n");
	has("b  3.2 s\n");
	has("c  10 min\n");
	has("d  10 h\n");
	has("e  512 bytes\n");
	has("f  20.0 MiB\n");
	has("g  2025-11-05 22:33:01 UTC\n");
	has("h  never\n");
	has("i  0.25\n");
}

static void names_that_programs_rely_on_have_plainer_words(void **state)
{
	render(show_answer, "{\"records\":2,\"copies_of_the_database\":0,\"rows_of_results\":3,"
	                    "\"lines_of_logs\":4,\"what_is_left\":\"a.log: it is sealed\"}");
	assert_string_equal(buf_cstr(&out), "records          2\n"
	                                    "database copies  0\n"
	                                    "result rows      3\n"
	                                    "log lines        4\n"
	                                    "not erased       a.log: it is sealed\n");
}

static void lists_stand_in_one_line_and_objects_in_lists_are_numbered(void **state)
{
	render(show_answer, "{\"tags\":[\"a\",\"b\"],\"none\":[],\"jobs\":[{\"id\":\"x\"},{\"id\":"
	                    "\"y\"}],\"nothing\":null}");
	has("tags       a, b\n");
	has("none       none\n");
	has("jobs.1.id  x\n");
	has("jobs.2.id  y\n");
	has("nothing    -\n");
}

static void what_would_act_on_the_terminal_is_shown_not_obeyed(void **state)
{
	render(show_answer,
	       "{\"message\":\"a\\u001b[2Jb\\nc\\u202ed\\u009b\",\"k\\u0007\":\"\\r\\t\"}");
	has("a\\x1b[2Jb\\x0ac\\u{202e}d\\u{009b}\n");
	has("k\\x07  \\x0d\\x09\n");
	buf_reset(&out);
	print_add_text(&out, STR("\xff\xc3\xa9"));
	assert_string_equal(buf_cstr(&out), "\\xff\xc3\xa9");
}

static void a_long_name_does_not_push_all_others_away(void **state)
{
	render(show_answer,
	       "{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":1,\"b\":2}");
	has("\nb  2\n");
}

/* --- status --- */

#define DAY_1                                                                                      \
	"{\"day\":\"2026-11-25\",\"processed\":1046,\"failed\":1,\"skipped\":0,\"success_rate\":"  \
	"0.99,"                                                                                    \
	"\"avg_latency_ms\":3204,\"by_rules\":1,\"tokens_prompt\":13160,\"tokens_answer\":1504,"   \
	"\"cost_estimate\":0.002876}"
#define DAY_2                                                                                      \
	"{\"day\":\"2026-11-24\",\"processed\":1046,\"avg_latency_ms\":5204,\"success_rate\":"     \
	"null}"
#define STATUS                                                                                     \
	"{\"message\":\"Healthy. 1 ticket.\",\"status\":\"healthy\",\"version\":\"0.1.0\","        \
	"\"now_wall\":1762381981000,\"started_wall\":1762110000000,\"mode\":\"writing\","          \
	"\"paused\":false,\"account\":{\"url\":\"https://acme.zendesk.com\",\"user\":\"Bot\","     \
	"\"email\":\"bot@acme.example\",\"role\":\"agent\"},\"provider\":\"openai\","              \
	"\"model\":\"gpt-4o-mini\",\"work\":{\"waiting\":1204,\"at_model\":64,\"to_write\":96,"    \
	"\"left_ms\":720000,\"limit\":\"llm_requests\",\"limited_by\":\"llm.requests_per_minute: " \
	"60 a "                                                                                    \
	"minute\"},\"last_poll_wall\":1762381969000,\"next_poll_in_ms\":48000,"                    \
	"\"warnings\":[\"a\\u001b[2J\",\"llm.temperature: not sent\"],"                            \
	"\"queue\":{\"found\":1204,\"analysing\":0},\"llm\":{\"breaker\":\"closed\",\"failed\":0}" \
	","                                                                                        \
	"\"loop\":{\"lag_max_ms\":0.0,\"memory_bytes\":20971520},\"days\":[" DAY_1 "," DAY_2 "]}"

static struct status_form form;

static void show_status(struct buf *to, const struct json *tree)
{
	status_show(to, tree, &form);
}

static void status_tells_people_what_they_ask_first(void **state)
{
	form = (struct status_form){0};
	render(show_status, STATUS);
	assert_string_equal(
	        buf_cstr(&out),
	        "Healthy. 1 ticket.\n\n"
	        "Account      acme.zendesk.com, signed in as bot@acme.example (agent)\n"
	        "Model        gpt-4o-mini (openai)\n"
	        "Mode         writes to Zendesk\n"
	        "Version      0.1.0, running for 3 d 3 h, since 2025-11-02 19:00:00 UTC\n"
	        "Waiting      1,204 tickets\n"
	        "In progress  160 tickets: 64 with the model, 96 to be written\n"
	        "Limited by   llm.requests_per_minute: 60 a minute\n"
	        "Time left    about 12 min\n"
	        "Last search  12 s ago, next in 48 s\n\n"
	        "days in UTC  processed   failed  skipped  success  avg time  by rules       "
	        "tokens       cost\n"
	        "today            1,046        1        0   99.9 %     3.2 s         1       "
	        "14,664    $0.0029\n"
	        "last 7 days      2,092        1        0   99.9 %     4.2 s         1       "
	        "14,664    $0.0029\n\n"
	        "Warning: a\\x1b[2J\n"
	        "Warning: llm.temperature: not sent\n");
}

static void the_inside_is_shown_on_request_and_without_zeros(void **state)
{
	form = (struct status_form){.inside = true};
	render(show_status, STATUS);
	has("queue.found");
	has("llm.breaker");
	has("20.0 MiB");
	has_not("analysing");
	has_not("llm.failed");
	has_not("lag max");
	form.inside = false;
	render(show_status, STATUS);
	has_not("breaker");
}

static void colours_are_only_for_a_terminal(void **state)
{
	form = (struct status_form){.colours = true};
	render(show_status, STATUS);
	has("\033[32mHealthy. 1 ticket.\033[0m\n");
	has("\033[1mWarning: \033[0m");
	form.colours = false;
	render(show_status, STATUS);
	has_not("\033");
}

static void what_an_answer_lacks_is_left_out(void **state)
{
	form = (struct status_form){.inside = true};
	render(show_status,
	       "{\"message\":\"Well.\",\"model\":\"m\",\"days\":7,\"work\":5,"
	       "\"warnings\":{},\"queue\":[],\"now_wall\":-5,\"last_poll_wall\":\"x\"}");
	assert_string_equal(buf_cstr(&out), "Well.\n\nModel        m\nLast search  none yet\n\n");
	render(show_status, "{\"days\":[5,{\"tokens_prompt\":9223372036854775807,\"processed\":-1,"
	                    "\"tokens_answer\":1}]}");
	has("9,223,372,036,854,775,808");
	render(show_status, "{\"work\":{\"at_model\":9223372036854775807,\"to_write\":1}}");
	has("In progress");
}

static void a_pause_and_a_time_that_is_not_known_are_told(void **state)
{
	form = (struct status_form){0};
	render(show_status, "{\"message\":\"Paused.\",\"mode\":\"dry_run\",\"paused\":true,"
	                    "\"provider\":\"rules\",\"work\":{\"waiting\":1,\"left_ms\":null}}");
	has("Mode         dry run: nothing is written, paused\n");
	has("Model        none: built-in rules\n");
	has("Waiting      1 ticket\n");
	has_not("Time left");
	render(show_status, "{\"mode\":\"writing\",\"work\":{\"at_model\":1,\"left_ms\":null}}");
	has("Time left    not known yet\n");
	render(show_status, "{\"mode\":\"writing\",\"writes\":\"stopped\","
	                    "\"work\":{\"to_write\":1,\"left_ms\":null}}");
	has("Mode         stopped: nothing is written\n");
	has_not("Time left");
}

static void times_have_one_notation(void **state)
{
	render(show_answer, "{\"message\":\"Well.\",\"timestamp\":\"2026-11-25T10:00:00Z\","
	                    "\"other\":\"2026-11-25T10:00:00X\",\"at_wall\":1762381981000}");
	has("timestamp  2026-11-25 10:00:00 UTC\n");
	has("other      2026-11-25T10:00:00X\n");
	has("at         2025-11-05 22:33:01 UTC\n");
}

#define EVENTS(events) "{\"ticket_id\":7,\"events\":[" events "]}"
#define EVENT(kind, payload)                                                                       \
	"{\"at\":1762381981000,\"kind\":\"" kind "\",\"alive\":true,\"payload\":" payload "}"

static void a_decision_says_who_decided_what_and_how_surely(void **state)
{
	render(explain_answer,
	       EVENTS(EVENT(
	               "decision",
	               "{\"summary\":\"404\",\"root_cause\":\"bug\",\"urgency\":\"high\",\"model\":"
	               "\"m\","
	               "\"confidence\":{\"root_cause\":0.974},\"by_rules\":false,\"fallback\":"
	               "false,"
	               "\"model_ms\":2300,\"updated_first\":1762381981000,\"tokens_prompt\":280,"
	               "\"text_hash\":\"abc\",\"attempts\":1,\"answer\":\"{}\","
	               "\"left_out\":{\"picture\":64210,\"earlier_mail\":999}}")));
	has("Ticket 7\n");
	has("2025-11-05 22:33:01 UTC  Decided by m\n");
	has("Summary:                404\n");
	has("Root cause:             bug (97 % sure)\n");
	has("Urgency:                high (the model gave no confidence)\n");
	has("Model time:             2.3 s\n");
	has("Ticket last changed:    2025-11-05 22:33:01 UTC\n");
	has("SHA-256 of the text:    abc (as sent)\n");
	has("Left out of the text:   picture 64.2 KB, earlier mail 999 bytes\n");
	has("Raw answer:             {}\n");
}

static void rules_are_named_with_the_reason_why_they_answered(void **state)
{
	render(explain_answer,
	       EVENTS(EVENT("decision", "{\"by_rules\":true,\"fallback\":true,\"rules_because\":"
	                                "\"no answer within the time limit\"}")));
	has("Decided by the built-in rules, because the model gave no usable answer; reason: no "
	    "answer within the time limit\n");
	render(explain_answer, EVENTS(EVENT("decision", "{\"by_rules\":true,\"fallback\":false}")));
	has("Decided by the built-in rules\n");
}

static void an_intent_says_what_would_be_written_and_how(void **state)
{
	render(explain_answer, EVENTS(EVENT("intent", "{\"bulk\":true,\"tags_added\":[\"ai_bug\","
	                                              "\"ai_high\"],\"priority_set\":\"high\","
	                                              "\"stamp\":\"2025-11-05T22:32:00Z\"}")));
	has("Prepared to write (bulk update)\n");
	has("ai_bug, ai_high\n");
	has("2025-11-05 22:32:00 UTC\n");
}

static void a_refusal_names_the_model_and_what_holds_until_when(void **state)
{
	render(explain_answer,
	       EVENTS(EVENT("refusal", "{\"model\":\"m1\",\"hash\":\"abc\",\"at\":1,\"reason\":"
	                               "\"HTTP 403\"}")));
	has("Refused for itself by m1: not sent to it again until its text changes; reason: HTTP "
	    "403\n");
	has("SHA-256 of what was sent:  abc\n");
}

static void an_outcome_says_why_nothing_was_done(void **state)
{
	render(explain_answer,
	       EVENTS(EVENT("outcome", "{\"state\":\"SKIPPED\",\"reason\":\"closed\"}")));
	has("Skipped: nothing was written; reason: closed\n");
	render(explain_answer,
	       EVENTS(EVENT("outcome", "{\"state\":\"DONE\",\"reason\":\"\",\"tags_before\":[],"
	                               "\"tags_after\":[\"ai_bug\"],\"queue_ms\":90000}")));
	has("Done: tags, priority and note are on the ticket\n");
	has("Tags before:  none\n");
	has("Tags after:   ai_bug\n");
	has("Waited:       1 min 30 s\n");
	has_not("why:");
	render(explain_answer, EVENTS(EVENT("outcome", "{\"pruned\":true}")));
	has("Closed; its details are older than log.retention_days and have been removed\n");
	has_not("pruned");
}

static void an_undo_says_what_went_and_what_the_priority_became(void **state)
{
	render(explain_answer,
	       EVENTS(EVENT("undo", "{\"order\":\"undo-1-1\",\"over\":true,\"forget\":true,"
	                            "\"result\":\"undone\",\"tags_removed\":[\"ai_bug\"],"
	                            "\"tags_gone\":[],\"priority_before\":\"high\","
	                            "\"priority_after\":\"\"}")));
	has("Undone, and the processed tag was taken off\n");
	has("Tags taken off:   ai_bug\n");
	has("Priority before:  high\n");
	has("Priority after:   none\n");
	has_not("Taken off by someone");
}

static void an_order_by_a_tag_names_its_entry_and_another_none(void **state)
{
	render(explain_answer, EVENTS(EVENT("order", "{\"order\":\"o\",\"reason\":\"order\","
	                                             "\"by\":\"kim\",\"audit\":77}")));
	has("Entry in the ticket's history:  77\n");
	render(explain_answer, EVENTS(EVENT("order", "{\"order\":\"o\",\"reason\":\"order\","
	                                             "\"by\":\"kim\",\"audit\":0}")));
	has_not("audit");
	has_not("Entry");
}

static void a_shadow_decision_has_the_words_of_a_decision(void **state)
{
	render(explain_answer,
	       EVENTS(EVENT("shadow", "{\"model\":\"m1\",\"model_version\":\"v\","
	                              "\"tokens_prompt\":624,\"tokens_estimated\":true,"
	                              "\"updated_first\":1762381981000,\"attempts\":1,"
	                              "\"cost\":0.0001}")));
	has("Ticket last changed:    2025-11-05 22:33:01 UTC\n");
	has("Tokens sent:            ~624\n");
	has("Requests to the model:  1\n");
	has_not("cost");
	has_not("estimated");
}

static void a_long_name_and_its_value_do_not_touch(void **state)
{
	render(show_answer, "{\"a_name_that_is_longer_than_the_widest_column_may_be\":1}");
	has("widest column may be 1\n");
}

static void what_has_no_words_is_shown_by_its_name(void **state)
{
	render(explain_answer,
	       EVENTS(EVENT("outcome", "{\"state\":\"DONE\",\"new_thing\":5}") "," EVENT(
	               "later", "{\"x\":1}")));
	has("new thing:  5\n");
	has("UTC  later\n    x:  1\n");
}

#define DEAD(kind) "{\"at\":1,\"kind\":\"" kind "\",\"alive\":false,\"payload\":{}}"

static void what_a_later_event_replaced_is_told_from_what_is_over(void **state)
{
	render(explain_answer, EVENTS(DEAD("intent") "," EVENT("intent", "{\"bulk\":true}")));
	has("(single update) [replaced by a later one]\n");
	has("(bulk update)\n");
	render(explain_answer, EVENTS(DEAD("intent") "," EVENT("outcome", "{\"state\":\"done\"}")));
	has("(single update) [closed]\n");
	has_not("replaced");
}

static void what_is_empty_is_told_where_the_trail_would_have_a_hole(void **state)
{
	render(explain_answer,
	       EVENTS(EVENT("decision",
	                    "{\"by_rules\":true,\"priority_first\":\"\",\"answer\":\"\","
	                    "\"attempts\":0,\"urgency\":\"low\",\"text_hash\":\"abc\"}")));
	has("Priority when first read:  none\n");
	has("Raw answer:                none\n");
	has("Requests to the model:     0\n");
	has("Urgency:                   low\n");
	has("SHA-256 of the text:       abc (not sent)\n");
	render(explain_answer,
	       EVENTS(EVENT("outcome", "{\"state\":\"done\",\"priority_before\":\"\","
	                               "\"priority_after\":\"high\",\"tags_before\":[]}")));
	has("Priority before:  none\n");
	has("Priority after:   high\n");
	render(explain_answer, EVENTS(EVENT("outcome", "{\"state\":\"skipped\"}")));
	has_not("none");
}

static void an_erased_ticket_says_when_and_what_stays(void **state)
{
	render(explain_answer, "{\"ticket_id\":7,\"erased\":true,\"erased_at\":1762381981000,"
	                       "\"deaths\":0,\"omitted\":"
	                       "0,\"events\":[]}");
	assert_string_equal(buf_cstr(&out),
	                    "Ticket 7\nErased on request on 2025-11-05 22:33:01 UTC; a tombstone "
	                    "(a keyed hash of its number) prevents a new analysis.\n");
	render(explain_answer, "{\"ticket_id\":7,\"erased\":true,\"events\":[]}");
	has("request; a tombstone");
}

static void deaths_say_how_often_and_what_to_do(void **state)
{
	render(explain_answer, "{\"ticket_id\":7,\"deaths\":1,\"events\":[]}");
	has("after a second crash the ticket is quarantined.");
	render(explain_answer, "{\"ticket_id\":7,\"deaths\":3,\"events\":[]}");
	has("Quarantined: the service crashed 3 times while it processed this ticket.");
	has("remove its lines from the file \"deaths\"");
}

static void what_is_left_out_and_what_cannot_be_read_is_said(void **state)
{
	render(explain_answer, "{\"ticket_id\":7,\"omitted\":12,\"now\":\"It is\\n "
	                       "done.\",\"events\":[{\"at\":1,\"kind\":"
	                       "\"decision\",\"alive\":true,\"payload\":null}]}");
	has("12 older records are not shown.\n");
	has("Now: It is\\x0a done.\n");
	has("UTC  decision\n    This record cannot be read: it is damaged, or sealed with a key "
	    "other than");
}

static void nothing_known_comes_with_reasons(void **state)
{
	render(explain_nothing,
	       "{\"error\":\"No record of this ticket.\",\"ticket_id\":7,\"now\":\"Not met.\","
	       "\"reasons\":[\"a\",\"b\\u001b[2J\",5]}");
	assert_string_equal(buf_cstr(&out), "No record of this ticket.\nNow: Not met.\n"
	                                    "Possible reasons:\n  - a\n  - b\\x1b[2J\n  - \n");
	render(explain_nothing, "[]");
	assert_string_equal(buf_cstr(&out), "No record of this ticket.\n");
}

static void odd_shapes_are_survived(void **state)
{
	static const char deep[] = "{\"events\":[{\"kind\":\"decision\",\"payload\":{\"model\":5,"
	                           "\"summary\":{\"a\":[[1]]},"
	                           "\"confidence\":7,\"root_cause\":[]}}]}";
	static const char *const odd[] = {"{}",
	                                  "[]",
	                                  "{\"events\":5}",
	                                  "{\"events\":[5,null,{}]}",
	                                  "{\"events\":[{\"kind\":\"outcome\",\"payload\":[1]}]}",
	                                  deep};

	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		render(explain_answer, odd[i]);
		render(show_answer, odd[i]);
		render(explain_nothing, odd[i]);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
	        TEST(the_sentence_comes_first_and_the_rest_is_a_table),
	        TEST(a_sentence_alone_is_one_line),
	        TEST(units_are_taken_from_the_names),
	        TEST(names_that_programs_rely_on_have_plainer_words),
	        TEST(lists_stand_in_one_line_and_objects_in_lists_are_numbered),
	        TEST(what_would_act_on_the_terminal_is_shown_not_obeyed),
	        TEST(a_long_name_does_not_push_all_others_away),
	        TEST(status_tells_people_what_they_ask_first),
	        TEST(the_inside_is_shown_on_request_and_without_zeros),
	        TEST(colours_are_only_for_a_terminal),
	        TEST(what_an_answer_lacks_is_left_out),
	        TEST(a_pause_and_a_time_that_is_not_known_are_told),
	        TEST(times_have_one_notation),
	        TEST(a_decision_says_who_decided_what_and_how_surely),
	        TEST(rules_are_named_with_the_reason_why_they_answered),
	        TEST(an_intent_says_what_would_be_written_and_how),
	        TEST(a_refusal_names_the_model_and_what_holds_until_when),
	        TEST(an_outcome_says_why_nothing_was_done),
	        TEST(an_undo_says_what_went_and_what_the_priority_became),
	        TEST(an_order_by_a_tag_names_its_entry_and_another_none),
	        TEST(a_shadow_decision_has_the_words_of_a_decision),
	        TEST(a_long_name_and_its_value_do_not_touch),
	        TEST(what_has_no_words_is_shown_by_its_name),
	        TEST(what_a_later_event_replaced_is_told_from_what_is_over),
	        TEST(what_is_empty_is_told_where_the_trail_would_have_a_hole),
	        TEST(an_erased_ticket_says_when_and_what_stays),
	        TEST(deaths_say_how_often_and_what_to_do),
	        TEST(what_is_left_out_and_what_cannot_be_read_is_said),
	        TEST(nothing_known_comes_with_reasons),
	        TEST(odd_shapes_are_survived),
	};

	json_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
