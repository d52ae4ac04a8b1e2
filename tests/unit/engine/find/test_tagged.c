/* Agents order a further analysis by a tag; triggers and requesters cannot. A tag of ours that was
 * taken off tells who did it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define MINUTE 60000
#define TAGGED "[\"vip\",\"ai_processed\",\"ai_bug\",\"ai_high\",\"ai_negative\",\"ai_again\"]"
#define LATER "2026-11-22T10:30:00Z"
#define OTHER_TEXT                                                                                 \
	"{\"id\":1,\"subject\":\"The page works\",\"description\":\"But an invoice is wrong\","    \
	"\"status\":\"open\",\"priority\":\"high\",\"tags\":" TAGGED                               \
	",\"created_at\":\"2026-11-22T08:00:00Z\",\"updated_at\":\"" LATER "\"}"

/* Ticket 1 is done, and an hour passes without a poll. */
static struct lab *done(const char *option, const char *value)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	lab_set(lab, "zendesk.poll_interval", "3600");
	if (option)
		lab_set(lab, option, value);
	assert_non_null(lab_until_update(lab));
	lab_update_accepted(lab);
	if (lab_asks(lab, "ai_again"))
		lab_answer(lab, lab_asks(lab, "ai_again"), 200, "", "{\"results\":[],\"count\":0}");
	lab_advance(lab, 61 * MINUTE);
	lab_found(lab, "");
	return lab;
}

static struct lab *tagged(void)
{
	return done("zendesk.again_tag", "ai_again");
}

static const char *found(const char *tags, const char *updated)
{
	return lab_ticket(1, "open", "high", tags, updated);
}

/* The search for the tag shows ticket 1. */
static void search_shows(struct lab *lab, const char *updated)
{
	char body[3000];

	snprintf(body, sizeof(body), "{\"results\":[%s],\"count\":1,\"next_page\":null}",
	         found(TAGGED, updated));
	lab_answer(lab, lab_asks(lab, "ai_again"), 200, "", body);
}

static const char *audits(uint64_t audit, uint64_t author, const char *channel, const char *role)
{
	static char body[2000];

	snprintf(body, sizeof(body),
	         "{\"audits\":[{\"id\":%llu,\"author_id\":%llu,\"created_at\":\"" LATER "\","
	         "\"via\":{\"channel\":\"web\"},\"events\":[{\"type\":\"Change\",\"field_name\":"
	         "\"tags\",\"previous_value\":[\"vip\"],\"value\":[\"vip\",\"ai_again\"],"
	         "\"via\":{\"channel\":\"%s\"}}]}],\"users\":[{\"id\":%llu,\"name\":\"Ann\","
	         "\"role\":\"%s\"}],\"meta\":{\"has_more\":false}}",
	         (unsigned long long)audit, (unsigned long long)author, channel,
	         (unsigned long long)author, role);
	return body;
}

static void history_says(struct lab *lab, const char *body)
{
	lab_answer(lab, lab_asks(lab, "/audits.json"), 200, "", body);
}

static void an_agents_tag_orders_one_analysis_and_goes_with_the_write(void **state)
{
	struct lab *lab = tagged();

	(void)state;
	search_shows(lab, LATER);
	history_says(lab, audits(500, 9, "web", "agent"));
	assert_non_null(strstr(lab_record(lab, RECORD_ORDER)->payload, "\"order\":\"audit-500\""));
	assert_non_null(strstr(lab_record(lab, RECORD_ORDER)->payload, "an agent, user 9"));
	lab_recalled(lab);
	lab_fresh_read(lab, found(TAGGED, LATER));
	lab_model_says(lab, "refund", "low", "neutral");
	lab_fresh_read(lab, found(TAGGED, LATER));
	assert_non_null(strstr(lab_put(lab)->request.body, "AI Analysis:"));
	assert_null(strstr(lab_put(lab)->request.body, "ai_again"));
	lab_update_accepted(lab);
	lab_advance(lab, 60 * MINUTE); /* the index lags: it still shows the tag */
	lab_found(lab, "");
	search_shows(lab, "2026-11-22T11:30:00Z");
	history_says(lab, audits(500, 9, "web", "agent"));
	assert_null(lab_asks(lab, "/show_many.json"));
	assert_int_equal(lab_puts(lab), 2);
	lab_free(lab);
}

/* Nothing comes of it, one WARNING is said, and nothing more is asked until the ticket changes. */
static void counts_for_nothing(const char *history, const char *words)
{
	struct lab *lab = tagged();

	search_shows(lab, LATER);
	history_says(lab, history);
	assert_true(lab_said(lab, words));
	lab_advance(lab, 60 * MINUTE);
	lab_found(lab, "");
	search_shows(lab, LATER);
	assert_int_equal(lab_count(lab, "/audits.json"), 1);
	assert_null(lab_record(lab, RECORD_ORDER));
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

static void a_triggers_tag_counts_for_nothing_even_within_an_agents_update(void **state)
{
	(void)state;
	counts_for_nothing(audits(500, 9, "rule", "agent"), "a trigger or an automation");
}

static void a_requesters_field_counts_for_nothing(void **state)
{
	(void)state;
	counts_for_nothing(audits(500, 9, "web", "end-user"), "the requester");
}

static void our_own_tag_counts_for_nothing(void **state)
{
	(void)state;
	counts_for_nothing(audits(500, 77, "api", "admin"), "the user of this service");
}

static void a_history_that_shows_nothing_counts_for_nothing(void **state)
{
	(void)state;
	counts_for_nothing("{\"audits\":[],\"users\":[]}", "nobody, as far as");
}

/* Ticket 1 was analysed again for a command, and within ten minutes an agent tags it. The write
 * that takes the tag off is made from `tags`. */
static struct lab *ordered_too_often(const char *tags)
{
	struct lab *lab = tagged();

	lab_again(lab, 1, "ann");
	lab_recalled(lab);
	lab_fresh_read(lab, found("[\"ai_processed\"]", LATER));
	lab_model_says(lab, "refund", "low", "neutral");
	lab_advance(lab, 3000);
	lab_fresh_read(lab, found("[\"ai_processed\"]", LATER));
	lab_update_accepted(lab);
	unsigned alerts = lab->alerts;
	search_shows(lab, LATER);
	history_says(lab, audits(700, 9, "web", "agent"));
	assert_true(lab_said(lab, "(last added by an agent, user 9); it is taken off"));
	assert_true(lab_said(lab, "is ordered too often by the tag ai_again"));
	assert_int_equal(lab->alerts, alerts + 1);
	lab_advance(lab, 1000);
	lab_recalled(lab);
	lab_advance(lab, 3000);
	lab_fresh_read(lab, found(tags, LATER));
	lab_advance(lab, 3000);
	lab_fresh_read(lab, found(tags, LATER));
	return lab;
}

static void an_order_within_ten_minutes_only_takes_the_tag_off(void **state)
{
	struct lab *lab = ordered_too_often(TAGGED);
	const char *body = lab_put(lab)->request.body;

	(void)state;
	assert_null(strstr(body, "ai_again"));
	assert_non_null(strstr(body, "\"ai_bug\""));
	assert_null(strstr(body, "AI Analysis:"));
	assert_null(strstr(body, "priority"));
	lab_update_accepted(lab);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SKIPPED);
	lab_free(lab);
}

/* Somebody took off all others: to leave none is right here, else only in an undo. */
static void a_refused_tag_that_is_the_only_one_is_taken_off(void **state)
{
	struct lab *lab = ordered_too_often("[\"ai_again\"]");

	(void)state;
	assert_non_null(strstr(lab_put(lab)->request.body, "\"tags\":[]"));
	lab_update_accepted(lab);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SKIPPED);
	lab_free(lab);
}

/* As after an emergency stop, or when Zendesk was not to be reached. */
static void an_order_whose_text_changed_while_it_waited_for_a_day_is_carried_out_anew(void **state)
{
	struct lab *lab = tagged();

	(void)state;
	search_shows(lab, LATER);
	history_says(lab, audits(500, 9, "web", "agent"));
	lab_recalled(lab);
	lab_fresh_read(lab, found(TAGGED, LATER));
	lab_model_says(lab, "refund", "low", "neutral");
	assert_non_null(lab_asks(lab, "/show_many.json"));
	lab->now.wall += 25 * 60 * MINUTE;
	lab_fresh_read(lab, OTHER_TEXT);
	assert_null(lab_put(lab));
	assert_true(lab_said(lab, "its text has changed since it was analysed"));
	lab_advance(lab, 3000);
	lab_recalled(lab);
	lab_fresh_read(lab, OTHER_TEXT);
	lab_model_says(lab, "bug", "low", "neutral");
	lab_fresh_read(lab, OTHER_TEXT);
	assert_non_null(strstr(lab_put(lab)->request.body, "AI Analysis:"));
	lab_update_accepted(lab);
	assert_int_equal(lab_count(lab, "/audits.json"), 1);
	assert_int_equal(lab_puts(lab), 2);
	lab_free(lab);
}

/* The search for new tickets shows ticket 1 without our tag; its history is asked for. */
static struct lab *tag_is_missed(const char *untagged)
{
	struct lab *lab = done("zendesk.untagged", untagged);

	lab_advance(lab, 60 * MINUTE);
	lab_found(lab, found("[\"vip\",\"ai_bug\"]", LATER));
	lab_advance(lab, 3000);
	lab_fresh_read(lab, found("[\"vip\",\"ai_bug\"]", LATER));
	return lab;
}

static void history_names_an_agent(struct lab *lab)
{
	history_says(lab, "{\"audits\":[{\"id\":600,\"author_id\":9,\"created_at\":\"" LATER
	                  "\",\"events\":[{\"type\":\"Change\",\"field_name\":\"tags\","
	                  "\"previous_value\":[\"vip\",\"ai_processed\"],\"value\":[\"vip\"]}]}],"
	                  "\"users\":[{\"id\":9,\"role\":\"agent\"}]}");
}

static struct lab *tag_is_taken_off(const char *untagged)
{
	struct lab *lab = tag_is_missed(untagged);

	history_names_an_agent(lab);
	assert_non_null(strstr(lab_last_outcome(lab, 1)->reason, "removed by an agent, user 9"));
	return lab;
}

static void a_ticket_that_lost_our_tag_is_left_alone_by_default(void **state)
{
	struct lab *lab = tag_is_taken_off("leave");

	(void)state;
	assert_int_equal(lab->recall_count, 0);
	assert_null(lab_record(lab, RECORD_ORDER));
	lab_free(lab);
}

static void a_ticket_that_lost_our_tag_is_analysed_again_without_a_note(void **state)
{
	struct lab *lab = tag_is_taken_off("again");

	(void)state;
	lab_advance(lab, 1000);
	lab_recalled(lab);
	lab_advance(lab, 3000);
	lab_fresh_read(lab, found("[\"vip\",\"ai_bug\"]", LATER));
	lab_model_says(lab, "refund", "low", "neutral");
	lab_advance(lab, 3000);
	lab_fresh_read(lab, found("[\"vip\",\"ai_bug\"]", LATER));
	const char *body = lab_put(lab)->request.body;
	assert_non_null(strstr(body, "\"ai_processed\""));
	assert_non_null(strstr(body, "\"ai_refund\""));
	assert_null(strstr(body, "\"ai_bug\""));
	assert_null(strstr(body, "comment"));
	lab_update_accepted(lab);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

/* The order of a person was carried out while the history was on its way. */
static void a_loss_that_an_order_has_made_good_meanwhile_is_not_told(void **state)
{
	struct lab *lab = tag_is_missed("again");

	(void)state;
	lab_again(lab, 1, "ann");
	lab_recalled(lab);
	lab_fresh_read(lab, found("[\"vip\",\"ai_bug\"]", LATER));
	lab_model_says(lab, "refund", "low", "neutral");
	lab_advance(lab, 3000);
	lab_fresh_read(lab, found("[\"vip\",\"ai_bug\"]", LATER));
	lab_update_accepted(lab);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	history_names_an_agent(lab);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_advance(lab, 60 * MINUTE);
	assert_int_equal(lab_puts(lab), 2);
	lab_free(lab);
}

/* A person's order that is given while the history tells whose loss it was. */
/* Tags that count for nothing stay: a page of them must not hide an agent's. */
static void the_newest_tags_are_on_the_page_that_is_asked_for(void **state)
{
	struct lab *lab = tagged();

	(void)state;
	assert_non_null(strstr(lab_asks(lab, "ai_again")->request.url,
	                       "sort_by=updated_at&sort_order=desc"));
	lab_free(lab);
}

static void an_order_of_an_erased_ticket_is_none(void **state)
{
	struct lab *lab = tagged();

	(void)state;
	search_shows(lab, LATER);
	lab_erase(lab, 1);
	history_says(lab, audits(500, 9, "web", "agent"));
	assert_null(lab_record(lab, RECORD_ORDER));
	assert_int_equal(lab->recall_count, 0);
	lab_free(lab);
}

/* A run that takes an order finds no tickets any more, since Zendesk does not answer. */
static void a_run_whose_search_fails_ends_although_an_order_waits(void **state)
{
	struct lab *lab = done("zendesk.again_tag", "ai_again");

	(void)state;
	lab->setup.mode = ENGINE_ONCE;
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	search_shows(lab, LATER);
	history_says(lab, audits(500, 9, "web", "agent"));
	lab_recalled(lab);
	for (int i = 0; i < 200 && !lab->finished; i++) {
		struct lab_request *request = lab_asks(lab, "zendesk");

		if (request)
			lab_answer(lab, request, 500, "", "{}");
		lab_advance(lab, MINUTE);
	}
	assert_true(lab->finished && lab->end == RUN_FAILED);
	lab_free(lab);
}

static void an_order_given_while_a_loss_is_looked_into_is_carried_out(void **state)
{
	struct lab *lab = tag_is_missed("leave");

	(void)state;
	lab_again(lab, 1, "ann");
	history_names_an_agent(lab);
	lab_recalled(lab);
	lab_fresh_read(lab, found("[\"vip\",\"ai_bug\"]", LATER));
	lab_model_says(lab, "refund", "low", "neutral");
	lab_advance(lab, 3000);
	lab_fresh_read(lab, found("[\"vip\",\"ai_bug\"]", LATER));
	assert_non_null(strstr(lab_put(lab)->request.body, "AI Analysis:"));
	lab_free(lab);
}

/* A tag that is only to be taken off waits behind the tickets that the run may take. */
static void a_run_whose_limit_is_reached_ends_although_an_order_waits(void **state)
{
	struct lab *lab = tag_is_taken_off("again");

	(void)state;
	lab->setup.mode = ENGINE_ONCE;
	lab->setup.limit = 1;
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(2, "open", NULL, "[]", NULL));
	lab_all_the_way(lab, 2);
	for (int i = 0; i < 20 && !lab->finished; i++) {
		while (lab->recall_count > 0)
			lab_recalled(lab);
		if (lab_asks(lab, "/search.json"))
			lab_found(lab, "");
		if (lab_asks(lab, "ai_again"))
			lab_answer(lab, lab_asks(lab, "ai_again"), 200, "",
			           "{\"results\":[],\"count\":0}");
		lab_advance(lab, MINUTE);
	}
	assert_true(lab->finished);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_agents_tag_orders_one_analysis_and_goes_with_the_write),
	        cmocka_unit_test(a_triggers_tag_counts_for_nothing_even_within_an_agents_update),
	        cmocka_unit_test(a_requesters_field_counts_for_nothing),
	        cmocka_unit_test(our_own_tag_counts_for_nothing),
	        cmocka_unit_test(a_history_that_shows_nothing_counts_for_nothing),
	        cmocka_unit_test(an_order_within_ten_minutes_only_takes_the_tag_off),
	        cmocka_unit_test(a_refused_tag_that_is_the_only_one_is_taken_off),
	        cmocka_unit_test(
	                an_order_whose_text_changed_while_it_waited_for_a_day_is_carried_out_anew),
	        cmocka_unit_test(a_ticket_that_lost_our_tag_is_left_alone_by_default),
	        cmocka_unit_test(a_ticket_that_lost_our_tag_is_analysed_again_without_a_note),
	        cmocka_unit_test(a_loss_that_an_order_has_made_good_meanwhile_is_not_told),
	        cmocka_unit_test(an_order_given_while_a_loss_is_looked_into_is_carried_out),
	        cmocka_unit_test(the_newest_tags_are_on_the_page_that_is_asked_for),
	        cmocka_unit_test(a_run_whose_limit_is_reached_ends_although_an_order_waits),
	        cmocka_unit_test(an_order_of_an_erased_ticket_is_none),
	        cmocka_unit_test(a_run_whose_search_fails_ends_although_an_order_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
