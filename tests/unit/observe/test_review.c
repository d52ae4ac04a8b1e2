/* The numbers of a report add up, and what agents chose is compared with what was decided. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/prng.h"
#include "observe/review.h"

#define WEEK (7 * MSEC_DAY)
#define NOW ((msec)1795608000000)

struct lab {
	struct arena memory;
	struct choice_tags tags;
	struct review review;
	struct buf facts, words;
};

static void lab_init(struct lab *lab)
{
	struct err err;

	memset(lab, 0, sizeof(*lab));
	json_seed(1);
	assert_int_equal(choice_tags_read(STR("bug,money_back=refund,billing"), STR("ai_"),
	                                  &lab->tags, &lab->memory, &err),
	                 0);
	review_init(&lab->review, &lab->tags, (struct prices){0.15, -1, 0.6});
	buf_init(&lab->facts, 1024 * 1024);
	buf_init(&lab->words, 1024 * 1024);
}

static void lab_free(struct lab *lab)
{
	review_free(&lab->review);
	arena_free(&lab->memory);
	buf_free(&lab->facts);
	buf_free(&lab->words);
}

enum what { DECISION, SHADOW, OUTCOME, CHOICE };

static void add(struct lab *lab, enum what what, uint64_t id, msec at, const char *payload)
{
	struct json *tree = json_parse(str_of(payload), NULL);

	assert_non_null(tree);
	if (what == OUTCOME)
		review_outcome(&lab->review, id, at, tree);
	else if (what == CHOICE)
		review_choice(&lab->review, id, tree);
	else
		review_decision(&lab->review, id, at, what == SHADOW, tree);
	json_free(tree);
}

static void decide(struct lab *lab, enum what what, uint64_t id, const char *cause,
                   const char *urgency)
{
	char payload[512];

	snprintf(payload, sizeof(payload),
	         "{\"root_cause\":\"%s\",\"urgency\":\"%s\",\"sentiment\":\"neutral\","
	         "\"model\":\"gpt-4o-mini\",\"tokens_prompt\":1000,\"tokens_answer\":100,"
	         "\"model_ms\":%llu,\"priority_set\":\"high\",\"tags_added\":[\"ai_bug\"],"
	         "\"redacted\":{\"EMAIL\":2}}",
	         cause, urgency, (unsigned long long)id * 100);
	add(lab, what, id, NOW - MSEC_DAY, payload);
}

static void choose(struct lab *lab, uint64_t id, msec at, const char *priority, const char *tags)
{
	char payload[256];

	snprintf(payload, sizeof(payload),
	         "{\"at\":%lld,\"by\":\"agent\",\"priority\":%s,\"tags\":[%s],\"audit\":9}",
	         (long long)at, priority, tags);
	add(lab, CHOICE, id, at, payload);
}

static struct json *facts_of(struct lab *lab, bool backtest)
{
	buf_reset(&lab->facts);
	buf_reset(&lab->words);
	review_write(&lab->review,
	             &(struct review_frame){
	                     .backtest = backtest, .from = NOW - WEEK, .to = NOW, .ids_max = 3},
	             &lab->facts);
	struct json *facts = json_parse(buf_str(&lab->facts), NULL);

	assert_non_null(facts);
	review_words(facts, &lab->words);
	return facts;
}

static void says(struct lab *lab, const char *words)
{
	if (strstr(buf_cstr(&lab->words), words) == NULL)
		fail_msg("\"%s\" is not in:\n%s", words, buf_cstr(&lab->words));
}

static void lacks(struct lab *lab, const char *words)
{
	if (strstr(buf_cstr(&lab->words), words) != NULL)
		fail_msg("\"%s\" is in:\n%s", words, buf_cstr(&lab->words));
}

static void what_agents_chose_later_is_compared_field_by_field(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	for (uint64_t id = 1; id <= 5; id++)
		decide(&lab, SHADOW, id, "bug", id == 5 ? "low" : "high");
	choose(&lab, 1, NOW, "\"urgent\"", "\"bug\"");
	choose(&lab, 2, NOW, "null", "\"billing\",\"unlisted\"");
	choose(&lab, 3, NOW, "\"normal\"", "\"billing\"");
	choose(&lab, 4, NOW - 2 * MSEC_DAY, "\"low\"", ""); /* before the decision */
	choose(&lab, 5, NOW, "\"high\"", "");
	choose(&lab, 99, NOW, "\"high\"", ""); /* never decided */
	json_free(facts_of(&lab, false));
	says(&lab, "In the last 7 days ai-ticketd looked at 5 tickets in shadow mode. It wrote "
	           "nothing.\n");
	says(&lab, "It would have tagged 5, changed the priority of 5.\n");
	says(&lab, "is known of 4 of 5 tickets (80 %): a sample.\n");
	says(&lab, "agents chose a category, it was the same in 33 % (1 of 3). Most often "
	           "different:\n  it said \"bug\", they said \"billing\" (2 times): 2 3\n");
	says(&lab, "agents chose a priority, it was the same in 33 % (1 of 3; urgent counts as "
	           "high)");
	says(&lab, "look at these first: 1 ticket: 5\n");
	says(&lab, "Half of the answers took at most 300 ms, 95 % at most 500 ms.\n");
	says(&lab, "Cost: $0.0011, $0.00021 a ticket; at this rate a month would be about $0.032; "
	           "5,500 tokens.\n");
	says(&lab, "Personal data taken out of the texts: 10 e-mail addresses.\n");
	says(&lab, "Ready to write?");
	lab_free(&lab);
}

static void what_a_shadow_decision_took_out_counts_once(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	decide(&lab, SHADOW, 1, "bug", "high");
	add(&lab, DECISION, 1, NOW - MSEC_HOUR,
	    "{\"root_cause\":\"bug\",\"urgency\":\"high\",\"sentiment\":\"neutral\","
	    "\"from_shadow\":1,\"redacted\":{\"EMAIL\":2}}");
	json_free(facts_of(&lab, false));
	says(&lab, "Personal data taken out of the texts: 2 e-mail addresses.\n");
	lab_free(&lab);
}

static void of_several_categories_of_a_ticket_one_is_enough(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	decide(&lab, SHADOW, 1, "refund", "high");
	choose(&lab, 1, NOW, "null", "\"billing\",\"money_back\"");
	json_free(facts_of(&lab, false));
	says(&lab, "the same in 100 % (1 of 1)");
	lab_free(&lab);
}

static void the_last_decision_of_a_ticket_counts_and_the_last_choice(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	decide(&lab, SHADOW, 1, "bug", "low");
	decide(&lab, DECISION, 1, "refund", "high");
	add(&lab, OUTCOME, 1, NOW,
	    "{\"state\":\"done\",\"priority_before\":\"\",\"priority_after\":\"high\"}");
	choose(&lab, 1, NOW, "\"low\"", "\"bug\"");
	choose(&lab, 1, NOW + 1, "\"high\"", "\"money_back\"");
	struct json *facts = facts_of(&lab, false);
	const struct json *agreement = json_at(facts, "agreement");
	int64_t same = 0;
	assert_true(json_int_at(json_at(agreement, "category"), "same", &same) && same == 1);
	assert_true(json_int_at(json_at(agreement, "urgency"), "same", &same) && same == 1);
	says(&lab, "looked at 1 ticket.\nIt tagged 1, changed the priority of 1.\n");
	says(&lab, "Agents chose a priority themselves afterwards for 1 of these 1.\n");
	lacks(&lab, "shadow");
	json_free(facts);
	lab_free(&lab);
}

static void reasons_that_differ_in_names_and_numbers_are_one(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	add(&lab, OUTCOME, 1, NOW,
	    "{\"state\":\"skipped\",\"reason\":\"our tag was removed by an agent, user 9\"}");
	add(&lab, OUTCOME, 2, NOW,
	    "{\"state\":\"skipped\",\"reason\":\"our tag was removed by an agent, user 8\"}");
	add(&lab, OUTCOME, 3, NOW, "{\"state\":\"failed\",\"reason\":\"x\\u001b[2J\"}");
	json_free(facts_of(&lab, false));
	says(&lab, "It tagged 0, changed the priority of 0, left 2 alone (2: our tag was removed "
	           "by an agent), failed with 1.\n");
	lab_free(&lab);
}

static void nothing_at_all_is_said_in_one_sentence_with_what_to_do(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	json_free(facts_of(&lab, false));
	assert_string_equal(buf_cstr(&lab.words),
	                    "In the last 7 days ai-ticketd looked at no ticket.\n"
	                    "How it is, and what to do:  ai-ticketctl status\n");
	lab_free(&lab);
}

static int64_t whole(const struct json *object, const char *member)
{
	int64_t number = -1;

	assert_true(json_int_at(object, member, &number));
	return number;
}

static int64_t sum(const struct json *rows, const char *member)
{
	int64_t all = 0;

	for (size_t i = 0; i < json_item_count(rows); i++)
		all += whole(json_item(rows, i), member);
	return all;
}

static void group_adds_up(const struct json *group)
{
	assert_int_equal(whole(group, "tickets"),
	                 whole(group, "tagged") + whole(group, "left_alone") +
	                         whole(group, "failed") + whole(group, "under_way"));
	assert_int_equal(whole(group, "left_alone"), sum(json_at(group, "reasons"), "tickets"));
	assert_true(whole(group, "priority_set") <= whole(group, "tagged"));
	assert_true(whole(group, "priority_changed_by_agents") <= whole(group, "priority_set"));
}

static void adds_up(const struct json *facts)
{
	static const char *const fields[] = {"category", "urgency", "sentiment"};
	const struct json *agreement = json_at(facts, "agreement");

	group_adds_up(json_at(facts, "shadow"));
	group_adds_up(json_at(facts, "writing"));
	assert_int_equal(whole(facts, "tickets"),
	                 whole(json_at(facts, "shadow"), "tickets") +
	                         whole(json_at(facts, "writing"), "tickets"));
	assert_int_equal(whole(facts, "decided"),
	                 whole(facts, "by_model") + whole(facts, "by_rules"));
	assert_true(whole(facts, "fallback") <= whole(facts, "by_rules"));
	assert_true(whole(facts, "decided") <= whole(facts, "tickets"));
	assert_true(whole(agreement, "known") <= whole(agreement, "decided"));
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		const struct json *field = json_at(agreement, fields[i]);

		assert_int_equal(whole(field, "compared"),
		                 whole(field, "same") +
		                         sum(json_at(field, "differences"), "count"));
		assert_true(whole(field, "compared") <= whole(agreement, "known"));
	}
}

static const char *pick(struct prng *prng, const char *const *words, size_t count)
{
	return words[prng_below(prng, count)];
}

static void add_any(struct lab *lab, struct prng *prng)
{
	static const char *const payloads[] = {
	        "{\"root_cause\":\"bug\",\"urgency\":\"low\",\"sentiment\":\"neutral\","
	        "\"tags_added\":[],\"priority_set\":null}",
	        "{\"root_cause\":\"other\",\"urgency\":\"high\",\"sentiment\":\"positive\","
	        "\"by_rules\":true,\"fallback\":true,\"tags_added\":[\"ai_other\"]}",
	        "{\"root_cause\":\"refund\",\"urgency\":\"medium\",\"sentiment\":\"negative\","
	        "\"by_rules\":true,\"priority_set\":\"normal\"}",
	        "{\"root_cause\":7}", "{}"};
	static const char *const outcomes[] = {
	        "{\"state\":\"done\",\"priority_before\":\"low\",\"priority_after\":\"high\"}",
	        "{\"state\":\"skipped\",\"reason\":\"the ticket is closed\"}",
	        "{\"state\":\"skipped\"}",
	        "{\"state\":\"failed\",\"reason\":\"timeout\"}",
	        "{\"pruned\":true}",
	        "{}"};
	static const char *const priorities[] = {"\"low\"", "\"normal\"", "\"urgent\"",
	                                         "null",    "\"odd\"",    "7"};
	static const char *const tags[] = {"\"bug\"", "\"billing\"",
	                                   "\"ai_negative\",\"money_back\"", "", "7"};
	uint64_t id = prng_below(prng, 40);
	msec at = NOW - (msec)prng_below(prng, (uint64_t)WEEK);

	switch (prng_below(prng, 4)) {
	case 0: add(lab, DECISION, id, at, pick(prng, payloads, ARRAY_LEN(payloads))); break;
	case 1: add(lab, SHADOW, id, at, pick(prng, payloads, ARRAY_LEN(payloads))); break;
	case 2: add(lab, OUTCOME, id, at, pick(prng, outcomes, ARRAY_LEN(outcomes))); break;
	default:
		choose(lab, id, at, pick(prng, priorities, ARRAY_LEN(priorities)),
		       pick(prng, tags, ARRAY_LEN(tags)));
	}
}

static void the_numbers_add_up_whatever_the_records_say(void **state)
{
	struct prng prng;

	(void)state;
	prng_seed(&prng, 77);
	for (int round = 0; round < 300; round++) {
		struct lab lab;

		lab_init(&lab);
		for (uint64_t n = prng_below(&prng, 200); n > 0; n--)
			add_any(&lab, &prng);
		struct json *facts = facts_of(&lab, round % 5 == 0);
		adds_up(facts);
		json_free(facts);
		lab_free(&lab);
	}
}

static void no_share_is_called_all_or_nothing_that_is_not(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	for (uint64_t id = 1; id <= 300; id++) {
		decide(&lab, SHADOW, id, "bug", "high");
		choose(&lab, id, NOW, "null", id == 300 ? "\"billing\"" : "\"bug\"");
	}
	json_free(facts_of(&lab, false));
	says(&lab, "the same in 99 % (299 of 300)");
	lab_free(&lab);
}

/* Two bugs were compared and one was called a refund; the urgency of one of three was changed. */
static void labels_that_agents_overruled_come_first(void **state)
{
	struct lab lab;

	lab_init(&lab);
	decide(&lab, DECISION, 1, "bug", "high");
	decide(&lab, DECISION, 2, "bug", "low");
	decide(&lab, DECISION, 3, "other", "low");
	decide(&lab, DECISION, 4, "other", "low"); /* of which nobody has chosen anything */
	choose(&lab, 1, NOW, "null", "\"money_back\"");
	choose(&lab, 2, NOW, "\"low\"", "\"bug\"");
	choose(&lab, 3, NOW, "\"high\"", "");
	review_write_overruled(&lab.review, &lab.facts);
	assert_string_equal(
	        buf_cstr(&lab.facts),
	        "\"sampled\":3,\"fields\":["
	        "{\"field\":\"root_cause\",\"compared\":2,\"same\":1,\"differences\":["
	        "{\"ours\":\"bug\",\"theirs\":\"refund\",\"count\":1}]},"
	        "{\"field\":\"urgency\",\"compared\":2,\"same\":1,\"differences\":["
	        "{\"ours\":\"low\",\"theirs\":\"high\",\"count\":1}]},"
	        "{\"field\":\"sentiment\",\"compared\":0,\"same\":0,\"differences\":[]}],"
	        "\"labels\":[{\"field\":\"root_cause\",\"label\":\"bug\",\"overruled\":1,"
	        "\"compared\":2},{\"field\":\"urgency\",\"label\":\"low\",\"overruled\":1,"
	        "\"compared\":2}]");
	lab_free(&lab);
}

static void spans_have_a_number_and_a_unit(void **state)
{
	static const char *const bad[] = {"",    "7",    "d",   "7m",   "0d",
	                                  "-1d", "401d", "7 d", "1.5d", "99999999999999999999h"};
	struct err err;
	msec span;

	(void)state;
	assert_int_equal(review_span_read(STR("24h"), &span, &err), 0);
	assert_int_equal(span, MSEC_DAY);
	assert_int_equal(review_span_read(STR("7d"), &span, &err), 0);
	assert_int_equal(span, WEEK);
	assert_int_equal(review_span_read(STR("4w"), &span, &err), 0);
	assert_int_equal(span, 4 * WEEK);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(review_span_read(str_of(bad[i]), &span, &err), -1);
		assert_non_null(strstr(err.text, "such as 24h, 7d or 4w"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_agents_chose_later_is_compared_field_by_field),
	        cmocka_unit_test(what_a_shadow_decision_took_out_counts_once),
	        cmocka_unit_test(of_several_categories_of_a_ticket_one_is_enough),
	        cmocka_unit_test(the_last_decision_of_a_ticket_counts_and_the_last_choice),
	        cmocka_unit_test(reasons_that_differ_in_names_and_numbers_are_one),
	        cmocka_unit_test(nothing_at_all_is_said_in_one_sentence_with_what_to_do),
	        cmocka_unit_test(the_numbers_add_up_whatever_the_records_say),
	        cmocka_unit_test(no_share_is_called_all_or_nothing_that_is_not),
	        cmocka_unit_test(labels_that_agents_overruled_come_first),
	        cmocka_unit_test(spans_have_a_number_and_a_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
