/* What agents choose after a decision is seen by one search each 15 minutes and recorded; what
 * triggers, requesters and we ourselves change is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define MINUTE 60000
#define CHANGED "sort_order=desc"
#define HISTORY "/audits.json?page%5Bsize%5D=30"
#define LATER "2026-11-22T10:05:00Z"

/* Ticket 1 is done; nothing else is to be done for a day. */
static struct lab *done(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	lab_set(lab, "zendesk.poll_interval", "86400");
	lab_set(lab, "report.tags", "billing,money_back=refund");
	assert_non_null(lab_until_update(lab));
	lab_update_accepted(lab);
	return lab;
}

static void shows(struct lab *lab, uint64_t id, const char *updated)
{
	char body[3000];

	snprintf(body, sizeof(body), "{\"results\":[%s],\"count\":1,\"next_page\":null}",
	         lab_ticket(id, "solved", "low", "[\"ai_processed\"]", updated));
	assert_non_null(lab_asks(lab, CHANGED));
	lab_answer(lab, lab_asks(lab, CHANGED), 200, "", body);
}

static const char *entry(uint64_t audit, uint64_t author, const char *channel, const char *event)
{
	static char body[2000];

	snprintf(body, sizeof(body),
	         "{\"audits\":[{\"id\":%llu,\"author_id\":%llu,\"created_at\":\"" LATER "\","
	         "\"via\":{\"channel\":\"web\"},\"events\":[{\"type\":\"Change\",%s,"
	         "\"via\":{\"channel\":\"%s\"}}]}],\"users\":[{\"id\":9,\"role\":\"agent\"},"
	         "{\"id\":7,\"role\":\"end-user\"},{\"id\":77,\"role\":\"admin\"}]}",
	         (unsigned long long)audit, (unsigned long long)author, event, channel);
	return body;
}

#define PRIORITY "\"field_name\":\"priority\",\"previous_value\":\"high\",\"value\":\"low\""
#define TAGS                                                                                       \
	"\"field_name\":\"tags\",\"previous_value\":[\"ai_bug\"],\"value\":[\"ai_bug\","           \
	"\"money_back\",\"vip\"]"

static void history_says(struct lab *lab, const char *body)
{
	assert_non_null(lab_asks(lab, HISTORY));
	lab_answer(lab, lab_asks(lab, HISTORY), 200, "", body);
}

static void what_an_agent_chose_is_recorded_once(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab_advance(lab, 16 * MINUTE);
	shows(lab, 1, LATER);
	history_says(lab, entry(500, 9, "web", PRIORITY));
	const char *payload = lab_record(lab, RECORD_CHOICE)->payload;
	assert_non_null(strstr(payload, "\"by\":\"agent\",\"priority\":\"low\",\"tags\":[],"
	                                "\"audit\":500"));
	assert_int_equal(lab_record(lab, RECORD_CHOICE)->ticket.id, 1);
	size_t records = lab->record_count;
	lab_advance(lab, 15 * MINUTE); /* shown again, unchanged: nothing is asked */
	shows(lab, 1, LATER);
	assert_null(lab_asks(lab, HISTORY));
	lab_advance(lab, 15 * MINUTE); /* changed by somebody else: the same entry again */
	shows(lab, 1, "2026-11-22T10:40:00Z");
	history_says(lab, entry(500, 9, "web", PRIORITY));
	assert_int_equal(lab->record_count, records);
	lab_free(lab);
}

static void of_tags_those_that_report_tags_names_are_recorded(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab_advance(lab, 16 * MINUTE);
	shows(lab, 1, LATER);
	history_says(lab, entry(501, 9, "web", TAGS));
	assert_non_null(strstr(lab_record(lab, RECORD_CHOICE)->payload,
	                       "\"priority\":null,\"tags\":[\"money_back\"],\"audit\":501"));
	lab_free(lab);
}

static void counts_for_nothing(const char *history)
{
	struct lab *lab = done();

	lab_advance(lab, 16 * MINUTE);
	shows(lab, 1, LATER);
	history_says(lab, history);
	assert_null(lab_record(lab, RECORD_CHOICE));
	lab_free(lab);
}

static void a_trigger_a_requester_and_ourselves_choose_nothing(void **state)
{
	(void)state;
	counts_for_nothing(entry(500, 9, "rule", PRIORITY));
	counts_for_nothing(entry(500, 7, "web", PRIORITY));
	counts_for_nothing(entry(500, 77, "api", PRIORITY));
	counts_for_nothing(entry(500, 9, "rule", TAGS));
	counts_for_nothing("{\"audits\":[],\"users\":[]}");
}

static void a_history_that_is_not_shown_is_one_sample_less(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab_advance(lab, 16 * MINUTE);
	shows(lab, 1, LATER);
	lab_answer(lab, lab_asks(lab, HISTORY), 500, "", "");
	lab_advance(lab, 5 * MINUTE);
	assert_null(lab_asks(lab, HISTORY));
	assert_null(lab_record(lab, RECORD_CHOICE));
	lab_free(lab);
}

static void only_tickets_that_were_decided_are_looked_at(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab_advance(lab, 16 * MINUTE);
	shows(lab, 2, LATER);
	assert_null(lab_asks(lab, HISTORY));
	lab_free(lab);
}

static void one_search_each_quarter_of_an_hour(void **state)
{
	struct lab *lab = done();

	(void)state;
	assert_int_equal(lab_count(lab, CHANGED), 0);
	for (int hour = 0; hour < 4; hour++)
		for (int minute = 0; minute < 60; minute++) {
			lab_advance(lab, MINUTE);
			if (lab_asks(lab, CHANGED))
				shows(lab, 2, LATER);
		}
	assert_in_range(lab_count(lab, CHANGED), 15, 16);
	lab_free(lab);
}

/* The number of the ticket that the next history is about; 0 = none is asked for. */
static bool history_is_read(struct lab *lab)
{
	if (!lab_asks(lab, HISTORY))
		return false;
	history_says(lab, "{\"audits\":[],\"users\":[]}");
	return true;
}

static void at_most_two_hundred_histories_a_day(void **state)
{
	struct lab *lab = done();
	size_t read = 0;
	char updated[CLOCK_ISO_SIZE];

	(void)state;
	for (int minute = 0; minute < 24 * 60; minute++) {
		lab_advance(lab, MINUTE);
		if (lab_asks(lab, "/search.json"))
			lab_found(lab, "");
		if (lab_asks(lab, CHANGED)) {
			clock_format_iso(lab->now.wall, updated);
			shows(lab, 1, updated);
		}
		read += history_is_read(lab);
	}
	/* one ticket that changes all the time: one history a search */
	assert_in_range(read, 90, 96);
	lab_free(lab);
}

static void nothing_is_sent_while_the_reserve_alone_is_left(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab_advance(lab, 14 * MINUTE + 50000);
	/* the account's limit is used up to its reserve of a tenth */
	lab_process(lab, (uint64_t[]){5}, 1);
	lab_answer(lab, lab_asks(lab, "/show_many.json"), 200,
	           "x-rate-limit: 700\nx-rate-limit-remaining: 70\nratelimit-reset: 59",
	           "{\"tickets\":[]}");
	lab_advance(lab, 30000);
	assert_null(lab_asks(lab, CHANGED));
	lab_advance(lab, 2 * MINUTE);
	assert_non_null(lab_asks(lab, CHANGED));
	lab_free(lab);
}

static void a_run_that_ends_looks_for_no_choices(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	assert_non_null(lab_until_update(lab));
	lab_update_accepted(lab);
	lab_advance(lab, 60 * MINUTE);
	assert_int_equal(lab_count(lab, CHANGED), 0);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_an_agent_chose_is_recorded_once),
	        cmocka_unit_test(of_tags_those_that_report_tags_names_are_recorded),
	        cmocka_unit_test(a_trigger_a_requester_and_ourselves_choose_nothing),
	        cmocka_unit_test(a_history_that_is_not_shown_is_one_sample_less),
	        cmocka_unit_test(only_tickets_that_were_decided_are_looked_at),
	        cmocka_unit_test(one_search_each_quarter_of_an_hour),
	        cmocka_unit_test(at_most_two_hundred_histories_a_day),
	        cmocka_unit_test(nothing_is_sent_while_the_reserve_alone_is_left),
	        cmocka_unit_test(a_run_that_ends_looks_for_no_choices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
