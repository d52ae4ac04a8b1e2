/* The list of decisions: what is put becomes a row, searches find what fits, in the same order
 * whatever comes meanwhile, and nothing of an erased or outdated ticket stays. */
#include <sqlite3.h>

#include "daemon/store/store_listed.h"
#include "store_lab.h"

#define DONE "{\"state\":\"done\",\"untagged\":false}"
#define UNDONE "{\"order\":\"o\",\"over\":true,\"result\":\"undone\"}"

/* --- putting --- */

static struct listed ended(enum outcome_status status)
{
	struct listed listed;

	listed_init(&listed, status, 1500);
	return listed;
}

static struct listed decided(enum root_cause cause, enum urgency urgency, bool by_rules)
{
	struct analysis analysis = {.root_cause = cause,
	                            .urgency = urgency,
	                            .sentiment = SENTIMENT_NEUTRAL,
	                            .model = STR("gpt-4o-mini"),
	                            .by_rules = by_rules,
	                            .confidence = {.root_cause_known = true,
	                                           .urgency_known = true,
	                                           .root_cause = 0.97,
	                                           .urgency = 0.6125}};
	struct listed listed = ended(OUTCOME_SUCCESS);

	listed_set_analysis(&listed, &analysis);
	listed_set_cost(&listed, 0.000062);
	listed.priority_before = PRIORITY_NORMAL;
	listed.priority_after = PRIORITY_HIGH;
	return listed;
}

static void put(struct lab *lab, uint64_t ticket, const struct listed *listed, msec wall)
{
	struct record record = {.sequence = ++lab->sequence,
	                        .kind = RECORD_OUTCOME,
	                        .ticket = TICKET(ticket),
	                        .completes = true,
	                        .payload = xstrdup(DONE),
	                        .listed = xmalloc(sizeof(*listed))};

	*record.listed = *listed;
	store_put(lab->store, &record, wall);
	assert_null(record.listed);
}

static void put_done(struct lab *lab, uint64_t ticket, msec wall)
{
	struct listed listed = decided(CAUSE_BUG, URGENCY_HIGH, false);

	put(lab, ticket, &listed, wall);
}

static void put_failed(struct lab *lab, uint64_t ticket, const char *reason, msec wall)
{
	struct listed listed = ended(OUTCOME_ERROR);

	listed_set_reason(&listed, str_of(reason));
	put(lab, ticket, &listed, wall);
}

/* --- searching --- */

struct found {
	struct store_listed_row rows[STORE_LISTED_MAX];
	size_t count;
	bool more, answered;
	struct store_cursor next;
	char error[256];
};

static void on_page(void *arg, const struct store_listed_page *page)
{
	struct found *found = arg;

	for (size_t i = 0; i < page->count; i++)
		found->rows[i] = page->rows[i];
	found->count = page->count;
	found->more = page->more;
	found->next = page->next;
	found->answered = true;
	snprintf(found->error, sizeof(found->error), "%s", page->error != NULL ? page->error : "");
}

static struct found *search(struct lab *lab, const struct store_listed_filter *filter)
{
	static struct found found;

	memset(&found, 0, sizeof(found));
	assert_true(store_decisions(lab->store, filter, on_page, &found));
	lab_run(lab);
	assert_true(found.answered);
	assert_string_equal(found.error, "");
	return &found;
}

/* The tickets that fit, in their order, as "3 2 1". */
static const char *tickets(struct lab *lab, const struct store_listed_filter *filter)
{
	struct found *found = search(lab, filter);
	static char text[4096];
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < found->count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%llu", i > 0 ? " " : "",
		                        (unsigned long long)found->rows[i].ticket.id);
	return text;
}

static const char *all_tickets(struct lab *lab)
{
	struct store_listed_filter filter = store_listed_all();

	return tickets(lab, &filter);
}

/* --- tests --- */

static void a_row_tells_all_that_was_put(void **state)
{
	struct store_listed_filter all = store_listed_all();
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	put_done(&lab, 7, NOON);
	put_failed(&lab, 8, "the model did not answer", NOON + 1);
	const struct found *found = search(&lab, &all);
	assert_int_equal(found->count, 2);
	assert_false(found->more);
	const struct store_listed_row *failed = &found->rows[0], *done = &found->rows[1];
	assert_true(ticket_key_eq(done->ticket, TICKET(7)));
	assert_int_equal(done->at, NOON);
	assert_false(done->undone);
	struct listed wanted = decided(CAUSE_BUG, URGENCY_HIGH, false);
	assert_memory_equal(&done->listed, &wanted, sizeof(wanted));
	assert_int_equal(done->listed.confidence, 6125);
	assert_int_equal(done->listed.cost_nano, 62000);
	assert_int_equal(failed->listed.status, OUTCOME_ERROR);
	assert_false(failed->listed.decided);
	assert_int_equal(failed->listed.confidence, -1);
	assert_int_equal(failed->listed.cost_nano, -1);
	assert_string_equal(failed->listed.reason, "the model did not answer");
	lab_close(&lab);
	lab_free(&lab);
}

/* Records without a row are in no list. */
static void only_ends_are_listed(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 7, "{}");
	lab_put(&lab, RECORD_OUTCOME, 7, DONE);
	assert_string_equal(all_tickets(&lab), "");
	lab_close(&lab);
	lab_free(&lab);
}

static void put_one_of_each(struct lab *lab)
{
	struct listed bug = decided(CAUSE_BUG, URGENCY_HIGH, false),
	              refund = decided(CAUSE_REFUND, URGENCY_HIGH, false),
	              ruled = decided(CAUSE_BUG, URGENCY_LOW, true),
	              shadow = decided(CAUSE_BUG, URGENCY_HIGH, false);

	shadow.status = OUTCOME_SHADOW;
	put(lab, 1, &bug, NOON);
	put(lab, 2, &refund, NOON + 1);
	put(lab, 3, &ruled, NOON + 2);
	put(lab, 4, &shadow, NOON + 3);
	put_failed(lab, 5, "", NOON + 4);
	put(lab, 1, &refund, NOON + 5);
}

static void each_condition_leaves_out_what_does_not_fit(void **state)
{
	struct store_listed_filter filter = store_listed_all();
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	put_one_of_each(&lab);
	assert_string_equal(all_tickets(&lab), "1 5 4 3 2 1");
	filter.root_cause = CAUSE_BUG;
	assert_string_equal(tickets(&lab, &filter), "4 3 1");
	filter.status = OUTCOME_SUCCESS;
	assert_string_equal(tickets(&lab, &filter), "3 1");
	filter.urgency = URGENCY_LOW;
	assert_string_equal(tickets(&lab, &filter), "3");
	filter.by_rules = 0;
	assert_string_equal(tickets(&lab, &filter), "");
	filter = store_listed_all();
	filter.status = OUTCOME_ERROR;
	assert_string_equal(tickets(&lab, &filter), "5");
	filter = store_listed_all();
	filter.sentiment = SENTIMENT_NEGATIVE;
	assert_string_equal(tickets(&lab, &filter), "");
	filter = store_listed_all();
	filter.ticket = TICKET(1);
	assert_string_equal(tickets(&lab, &filter), "1 1");
	filter.root_cause = CAUSE_REFUND;
	assert_string_equal(tickets(&lab, &filter), "1");
	lab_close(&lab);
	lab_free(&lab);
}

static void a_span_of_time_has_its_begin_and_not_its_end(void **state)
{
	struct store_listed_filter filter = store_listed_all();
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	put_one_of_each(&lab);
	filter.from = NOON + 1;
	filter.to = NOON + 4;
	assert_string_equal(tickets(&lab, &filter), "4 3 2");
	filter.ticket = TICKET(1);
	assert_string_equal(tickets(&lab, &filter), "");
	filter.from = NOON;
	assert_string_equal(tickets(&lab, &filter), "1");
	lab_close(&lab);
	lab_free(&lab);
}

/* Many rows of one moment, of several classes: pages of any size tell each row once, and what is
 * put meanwhile changes no page that follows. */
static void pages_tell_each_row_once_whatever_comes_meanwhile(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	for (uint64_t id = 1; id <= 30; id++) {
		struct listed listed =
		        decided((enum root_cause)(id % CAUSE_COUNT), URGENCY_LOW, id % 3 == 0);

		put(&lab, id, &listed, NOON + (msec)(id / 10));
	}
	for (size_t limit = 1; limit <= 31; limit += 3) {
		struct store_listed_filter filter = store_listed_all();
		bool more = true;
		uint64_t next = 30;

		filter.limit = limit;
		filter.to = NOON + 10;
		while (more) {
			struct found *found = search(&lab, &filter);

			assert_true(found->count <= limit);
			for (size_t i = 0; i < found->count; i++)
				assert_int_equal(found->rows[i].ticket.id, next--);
			more = found->more;
			filter.after = found->next;
			put_done(&lab, 1000, NOON + 20);
		}
		assert_int_equal(next, 0);
	}
	lab_close(&lab);
	lab_free(&lab);
}

static void pages_of_one_ticket_do_the_same(void **state)
{
	struct store_listed_filter filter = store_listed_all();
	struct lab lab;
	bool more = true;
	msec next = 9;

	lab_new(&lab);
	lab_begin(&lab);
	for (msec i = 0; i < 10; i++) {
		put_done(&lab, 7, NOON + i / 2);
		put_done(&lab, 8, NOON);
	}
	filter.ticket = TICKET(7);
	filter.limit = 3;
	while (more) {
		const struct found *found = search(&lab, &filter);

		for (size_t i = 0; i < found->count; i++)
			assert_int_equal(found->rows[i].at, NOON + next-- / 2);
		more = found->more;
		filter.after = found->next;
	}
	assert_int_equal(next, -1);
	lab_close(&lab);
	lab_free(&lab);
}

/* The clock is set back an hour between two tickets: the order is that of the clock, and a page
 * goes on where the last one ended. */
static void a_clock_that_jumps_leaves_the_order_whole(void **state)
{
	struct store_listed_filter filter = store_listed_all();
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	put_done(&lab, 1, NOON);
	put_done(&lab, 2, NOON + 2);
	put_done(&lab, 3, NOON - MSEC_HOUR);
	put_done(&lab, 4, NOON + 1);
	put_done(&lab, 5, -5);
	assert_string_equal(all_tickets(&lab), "2 4 1 3 5");
	filter.limit = 2;
	struct found *found = search(&lab, &filter);
	assert_true(found->more);
	filter.after = found->next;
	put_done(&lab, 6, NOON);
	assert_string_equal(tickets(&lab, &filter), "6 1");
	lab_close(&lab);
	lab_free(&lab);
}

static void what_was_taken_back_stays_and_is_marked(void **state)
{
	struct store_listed_filter all = store_listed_all();
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	put_failed(&lab, 7, "", NOON);
	put_done(&lab, 7, NOON + 1);
	put_done(&lab, 8, NOON + 2);
	lab_put(&lab, RECORD_UNDO, 7, "{\"order\":\"o\",\"over\":false}");
	const struct found *found = search(&lab, &all);
	assert_false(found->rows[1].undone);
	lab_put(&lab, RECORD_UNDO, 7, UNDONE);
	put_done(&lab, 7, NOON + 3);
	found = search(&lab, &all);
	assert_int_equal(found->count, 4);
	assert_false(found->rows[0].undone); /* done once more afterwards */
	assert_false(found->rows[1].undone); /* another ticket */
	assert_true(found->rows[2].undone);
	assert_int_equal(found->rows[2].listed.status, OUTCOME_SUCCESS);
	assert_false(found->rows[3].undone); /* nothing was written then */
	lab_close(&lab);
	lab_free(&lab);
}

static void an_erased_ticket_leaves_no_trace_in_the_list(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	put_failed(&lab, 7, "reason of seven", NOON);
	put_done(&lab, 8, NOON);
	lab_run(&lab);
	assert_true(lab_holds(&lab, "-wal", "reason of seven"));
	lab_erase(&lab, 7);
	assert_null(lab.erasure.error);
	assert_string_equal(all_tickets(&lab), "8");
	assert_false(lab_holds(&lab, "", "reason of seven"));
	assert_false(lab_holds(&lab, "-wal", "reason of seven"));
	put_done(&lab, 7, NOON + 1); /* is not stored any more */
	assert_string_equal(all_tickets(&lab), "8");
	lab_close(&lab);
	lab_free(&lab);
}

static void old_rows_are_pruned_and_the_others_stay(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	for (uint64_t id = 100; id < 1100; id++)
		put_done(&lab, id, NOON - 31 * MSEC_DAY);
	put_failed(&lab, 5, "", NOON - 31 * MSEC_DAY);
	put_failed(&lab, 6, "", NOON - 29 * MSEC_DAY);
	put_done(&lab, 7, NOON);
	store_prune(lab.store, 30, NOON);
	lab_run(&lab);
	assert_string_equal(all_tickets(&lab), "7 6");
	lab_close(&lab);
	lab_free(&lab);
}

static void two_pages_may_wait_and_a_third_may_not(void **state)
{
	struct store_listed_filter all = store_listed_all();
	struct found found = {.count = 0};
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	assert_true(store_decisions(lab.store, &all, on_page, &found));
	assert_true(store_decisions(lab.store, &all, on_page, &found));
	assert_false(store_decisions(lab.store, &all, on_page, &found));
	lab_run(&lab);
	assert_true(store_decisions(lab.store, &all, on_page, &found));
	lab_close(&lab); /* answers it */
	assert_true(found.answered);
	lab_free(&lab);
}

/* --- a damaged database --- */

static void sql(const struct lab *lab, const char *text)
{
	sqlite3 *db;
	char *why = NULL;

	assert_int_equal(sqlite3_open(lab->path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", text, why);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* A table that is missing is damage: all that can be read is carried over. */
static void a_rebuilt_database_carries_the_list_over(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	put_one_of_each(&lab);
	lab_put(&lab, RECORD_UNDO, 1, UNDONE);
	lab_close(&lab);
	sql(&lab, "DROP TABLE erasing");
	lab_begin(&lab);
	assert_non_null(store_was_rebuilt(lab.store));
	assert_string_equal(all_tickets(&lab), "1 5 4 3 2 1");
	struct store_listed_filter all = store_listed_all();
	const struct found *found = search(&lab, &all);
	assert_true(found->rows[0].undone);
	assert_string_equal(found->rows[0].listed.model, "gpt-4o-mini");
	put_done(&lab, 9, NOON + 9);
	assert_string_equal(all_tickets(&lab), "9 1 5 4 3 2 1");
	lab_close(&lab);
	lab_free(&lab);
}

/* Without the list the records say what they know. */
static void a_missing_list_is_made_of_the_records(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	put_one_of_each(&lab);
	lab_close(&lab);
	sql(&lab, "DROP TABLE listed; DROP TABLE model");
	lab_begin(&lab);
	assert_non_null(store_was_rebuilt(lab.store));
	assert_string_equal(all_tickets(&lab), "1 5 4 3 2");
	lab_close(&lab);
	lab_free(&lab);
}

/* Numbers that no version wrote are not told, and harm nothing. */
static void impossible_rows_are_left_out(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	put_done(&lab, 1, NOON);
	put_done(&lab, 2, NOON + 1);
	put_done(&lab, 3, NOON + 2);
	lab_close(&lab);
	sql(&lab, "UPDATE listed SET class = -7 WHERE ticket = 1;"
	          "UPDATE listed SET class = 9223372036854775807 WHERE ticket = 2;"
	          "UPDATE listed SET confidence = 'x', took = -1, priority_was = 99, model = 'y',"
	          " cost = 'z', reason = 5 WHERE ticket = 3");
	lab_begin(&lab);
	assert_string_equal(all_tickets(&lab), "3");
	lab_close(&lab);
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_row_tells_all_that_was_put),
	        cmocka_unit_test(only_ends_are_listed),
	        cmocka_unit_test(each_condition_leaves_out_what_does_not_fit),
	        cmocka_unit_test(a_span_of_time_has_its_begin_and_not_its_end),
	        cmocka_unit_test(pages_tell_each_row_once_whatever_comes_meanwhile),
	        cmocka_unit_test(pages_of_one_ticket_do_the_same),
	        cmocka_unit_test(a_clock_that_jumps_leaves_the_order_whole),
	        cmocka_unit_test(what_was_taken_back_stays_and_is_marked),
	        cmocka_unit_test(an_erased_ticket_leaves_no_trace_in_the_list),
	        cmocka_unit_test(old_rows_are_pruned_and_the_others_stay),
	        cmocka_unit_test(two_pages_may_wait_and_a_third_may_not),
	        cmocka_unit_test(a_rebuilt_database_carries_the_list_over),
	        cmocka_unit_test(a_missing_list_is_made_of_the_records),
	        cmocka_unit_test(impossible_rows_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
