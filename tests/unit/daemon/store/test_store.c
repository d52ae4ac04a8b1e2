/* The store as it should be: what is put is there in the next life, in order; history, erasure,
 * statistics, tags. */
#include "store_lab.h"

#define DONE "{\"state\":\"done\",\"untagged\":false}"
#define HAS_FAILED "{\"state\":\"failed\",\"untagged\":false}"
#define SKIPPED "{\"state\":\"skipped\",\"untagged\":false}"
#define UNTAGGED "{\"state\":\"skipped\",\"untagged\":true}"

static void records_of_one_turn_become_durable_together(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	for (uint64_t id = 1; id <= 100; id++)
		lab_put(&lab, RECORD_DECISION, id, "{}");
	assert_int_equal(lab.persisted, 0);
	lab_run(&lab);
	assert_int_equal(lab.persisted, 100);
	assert_int_equal(lab.persisted_calls, 1);
	lab_close(&lab);
	lab_free(&lab);
}

static void records_put_while_the_worker_is_busy_wait_for_one_transaction(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 1, "{}");
	store_hurry(lab.store);
	(void)uv_run(&lab.loop, UV_RUN_NOWAIT); /* off it goes */
	for (uint64_t id = 2; id <= 50; id++)
		lab_put(&lab, RECORD_DECISION, id, "{}");
	lab_run(&lab);
	assert_int_equal(lab.persisted, 50);
	assert_true(lab.persisted_calls <= 2);
	lab_close(&lab);
	lab_free(&lab);
}

static void an_empty_store_restores_nothing(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_open(&lab);
	assert_null(store_was_rebuilt(lab.store));
	lab_assert_restores(&lab, "");
	lab_free(&lab);
}

static void alive_records_come_back_oldest_first_with_their_sequence(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 9, "{\"a\":1}");
	lab_put(&lab, RECORD_DECISION, 3, "{\"a\":2}");
	lab_put(&lab, RECORD_INTENT, 9, "{\"a\":3}");
	lab_put(&lab, RECORD_CURSOR, 0, "{\"ids\":[]}");
	lab_reopen(&lab);
	lab_assert_restores(&lab,
	                    "1 decision 9 {\"a\":1}\n2 decision 3 {\"a\":2}\n3 intent 9 {\"a\":3}\n"
	                    "4 cursor 0 {\"ids\":[]}\n");
	lab_start(&lab);
	lab_put(&lab, RECORD_INTENT, 3, "{\"a\":4}"); /* a new life counts anew */
	lab_reopen(&lab);
	lab_assert_restores(&lab,
	                    "1 decision 9 {\"a\":1}\n2 decision 3 {\"a\":2}\n3 intent 9 {\"a\":3}\n"
	                    "4 cursor 0 {\"ids\":[]}\n1 intent 3 {\"a\":4}\n");
	lab_free(&lab);
}

static void a_later_record_of_the_same_ticket_and_kind_replaces_the_earlier(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 1, "{\"a\":1}");
	lab_put(&lab, RECORD_DECISION, 2, "{\"a\":2}");
	lab_put(&lab, RECORD_DECISION, 1, "{\"a\":3}");
	lab_put(&lab, RECORD_CURSOR, 0, "{\"c\":1}");
	lab_put(&lab, RECORD_CURSOR, 0, "{\"c\":2}");
	lab_reopen(&lab);
	lab_assert_restores(
	        &lab, "2 decision 2 {\"a\":2}\n3 decision 1 {\"a\":3}\n5 cursor 0 {\"c\":2}\n");
	lab_free(&lab);
}

static void a_final_outcome_retires_decision_and_intent(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	for (uint64_t id = 1; id <= 2; id++) {
		lab_put(&lab, RECORD_DECISION, id, "{}");
		lab_put(&lab, RECORD_INTENT, id, "{}");
	}
	lab_put(&lab, RECORD_OUTCOME, 1, DONE);
	lab_put(&lab, RECORD_OUTCOME, 2, UNTAGGED);
	lab_reopen(&lab);
	lab_assert_restores(&lab, "5 outcome 1 " DONE "\n6 outcome 2 " UNTAGGED "\n");
	lab_free(&lab);
}

static void a_refusal_is_kept_until_its_ticket_is_done(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	for (uint64_t id = 1; id <= 2; id++)
		lab_put(&lab, RECORD_REFUSAL, id, "{\"hash\":1}");
	lab_put(&lab, RECORD_REFUSAL, 2, "{\"hash\":2}");
	lab_put(&lab, RECORD_OUTCOME, 1, DONE);
	lab_put(&lab, RECORD_OUTCOME, 2, HAS_FAILED);
	lab_reopen(&lab);
	lab_assert_restores(&lab, "3 refusal 2 {\"hash\":2}\n4 outcome 1 " DONE
	                          "\n5 outcome 2 " HAS_FAILED "\n");
	lab_free(&lab);
}

/* A start needs it for the limits, and to carry it out if no outcome follows. */
static void an_order_is_kept_when_its_ticket_is_done(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_OUTCOME, 1, DONE);
	lab_put(&lab, RECORD_ORDER, 1, "{\"order\":1}");
	lab_put(&lab, RECORD_ORDER, 2, "{\"order\":2}");
	lab_put(&lab, RECORD_DECISION, 1, "{}");
	lab_put(&lab, RECORD_INTENT, 1, "{}");
	lab_put(&lab, RECORD_OUTCOME, 1, DONE);
	lab_reopen(&lab);
	lab_assert_restores(
	        &lab, "2 order 1 {\"order\":1}\n3 order 2 {\"order\":2}\n6 outcome 1 " DONE "\n");
	lab_free(&lab);
}

static void a_further_analysis_that_wrote_nothing_retires_its_decision(void **state)
{
	static const char outcome[] = "{\"state\":\"skipped\",\"former\":1170935903116328968}";
	struct lab lab;
	char restored[200];

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 1, "{}");
	lab_put(&lab, RECORD_INTENT, 1, "{}");
	lab_put(&lab, RECORD_OUTCOME, 1, outcome);
	lab_reopen(&lab);
	snprintf(restored, sizeof(restored), "3 outcome 1 %s\n", outcome);
	lab_assert_restores(&lab, restored);
	lab_free(&lab);
}

static void an_outcome_that_is_not_final_keeps_them(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 1, "{}");
	lab_put(&lab, RECORD_DECISION, 2, "{}");
	lab_put(&lab, RECORD_DECISION, 3, "{}");
	lab_put(&lab, RECORD_OUTCOME, 1, HAS_FAILED);
	lab_put(&lab, RECORD_OUTCOME, 2, SKIPPED);
	lab_put(&lab, RECORD_OUTCOME, 3, "no JSON");
	lab_reopen(&lab);
	lab_assert_restores(
	        &lab, "1 decision 1 {}\n2 decision 2 {}\n3 decision 3 {}\n4 outcome 1 " HAS_FAILED
	              "\n5 outcome 2 " SKIPPED "\n6 outcome 3 no JSON\n");
	lab_free(&lab);
}

static void a_decision_after_a_final_outcome_is_alive(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 1, "{}");
	lab_put(&lab, RECORD_OUTCOME, 1, DONE);
	lab_put(&lab, RECORD_DECISION, 1, "{\"again\":1}");
	lab_reopen(&lab);
	lab_assert_restores(&lab, "2 outcome 1 " DONE "\n3 decision 1 {\"again\":1}\n");
	lab_free(&lab);
}

static void closing_writes_what_waits(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 1, "{}");
	lab_close(&lab);
	assert_int_equal(lab.persisted, 1);
	lab_open(&lab);
	lab_assert_restores(&lab, "1 decision 1 {}\n");
	lab_free(&lab);
}

static void ids_and_sequences_use_all_64_bits(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab.sequence = UINT64_MAX - 1;
	lab_put(&lab, RECORD_DECISION, UINT64_MAX, "{}");
	lab_run(&lab);
	assert_non_null(
	        strstr(lab_explain(&lab, UINT64_MAX), "{\"ticket_id\":18446744073709551615,"));
	lab_reopen(&lab);
	lab_assert_restores(&lab, "18446744073709551615 decision 18446744073709551615 {}\n");
	lab_free(&lab);
}

static void explain_tells_the_whole_history_in_order(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	assert_null(lab_explain(&lab, 7));
	lab_put_at(&lab, RECORD_DECISION, 7, "{\"a\":1}", NOON);
	lab_put_at(&lab, RECORD_OUTCOME, 7, HAS_FAILED, NOON + 1000);
	lab_put_at(&lab, RECORD_OUTCOME, 7, DONE, NOON + 2000);
	lab_put_at(&lab, RECORD_DECISION, 8, "{}", NOON);
	assert_string_equal(
	        lab_explain(&lab, 7),
	        "{\"ticket_id\":7,\"erased\":false,\"deaths\":0,\"omitted\":0,\"events\":["
	        "{\"at\":1795608000000,\"kind\":\"decision\",\"alive\":false,\"payload\":{\"a\":1}}"
	        ","
	        "{\"at\":1795608001000,\"kind\":\"outcome\",\"alive\":false,\"payload\":" HAS_FAILED
	        "},"
	        "{\"at\":1795608002000,\"kind\":\"outcome\",\"alive\":true,\"payload\":" DONE
	        "}]}");
	lab_close(&lab);
	lab_free(&lab);
}

static void of_an_outcome_with_a_brief_only_that_is_restored(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 7, "{\"a\":1}");
	lab_put_outcome(&lab, 7, DONE, 0x2fffffffffffffff);
	lab_put_outcome(&lab, 8, HAS_FAILED, 5);
	lab_put(&lab, RECORD_DECISION, 9, "{\"b\":1}");
	lab_put_outcome(&lab, 8, HAS_FAILED, 0); /* the later one needs its payload */
	lab_reopen(&lab);
	lab_assert_restores(
	        &lab,
	        "outcome 7 2fffffffffffffff\n4 decision 9 {\"b\":1}\n5 outcome 8 " HAS_FAILED "\n");
	lab_start(&lab);
	assert_non_null(strstr(lab_explain(&lab, 7), "\"alive\":true,\"payload\":" DONE));
	lab_erase(&lab, 7);
	lab_reopen(&lab);
	lab_assert_restores(&lab, "4 decision 9 {\"b\":1}\n5 outcome 8 " HAS_FAILED "\n");
	lab_free(&lab);
}

static void put_shadow(struct lab *lab, uint64_t ticket, uint64_t brief)
{
	struct record record = {.sequence = ++lab->sequence,
	                        .kind = RECORD_SHADOW,
	                        .ticket = TICKET(ticket),
	                        .payload = xstrdup("{\"a\":1}"),
	                        .brief = brief};

	store_put(lab->store, &record, NOON);
}

static void a_shadow_decision_is_restored_by_its_brief_until_its_ticket_is_done(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	put_shadow(&lab, 7, 0x4d);
	put_shadow(&lab, 8, 0x58);
	lab_put_outcome(&lab, 8, DONE, 0x2fffffffffffffff);
	lab_reopen(&lab);
	lab_assert_restores(&lab, "shadow 7 4d\noutcome 8 2fffffffffffffff\n");
	lab_start(&lab);
	assert_non_null(strstr(lab_explain(&lab, 8), "\"kind\":\"shadow\""));
	lab_erase(&lab, 7);
	lab_reopen(&lab);
	lab_assert_restores(&lab, "outcome 8 2fffffffffffffff\n");
	lab_free(&lab);
}

static void explain_is_json_even_of_damaged_payloads(void **state)
{
	struct lab lab;
	struct err err = {{0}};
	struct json *tree;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 7, "{\"a\":");
	lab_put(&lab, RECORD_OUTCOME, 7, "");
	tree = json_parse(str_of(lab_explain(&lab, 7)), &err);
	assert_non_null(tree);
	assert_int_equal(json_item_count(json_at(tree, "events")), 2);
	assert_true(json_is_null(json_at(json_item(json_at(tree, "events"), 0), "payload")));
	json_free(tree);
	lab_close(&lab);
	lab_free(&lab);
}

static void explain_is_bounded_to_the_newest(void **state)
{
	struct lab lab;
	char text[32];

	lab_new(&lab);
	lab_begin(&lab);
	for (int i = 1; i <= STORE_EXPLAIN_MAX + 5; i++) {
		snprintf(text, sizeof(text), "{\"n\":%d}", i);
		lab_put(&lab, RECORD_INTENT, 7, text);
	}
	assert_non_null(strstr(lab_explain(&lab, 7), "\"omitted\":5,"));
	assert_null(strstr(lab.json, "{\"n\":5}"));
	assert_non_null(strstr(lab.json, "{\"n\":6}"));
	lab_close(&lab);
	lab_free(&lab);
}

static void erasing_removes_every_trace_from_the_files(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	for (uint64_t id = 1; id <= 200; id++)
		lab_put(&lab, RECORD_DECISION, id,
		        id == 77 ? "{\"s\":\"needle-in-the-hay\"}" : "{\"s\":\"hay\"}");
	lab_put(&lab, RECORD_CURSOR, 0, "{\"cursor\":\"abc\",\"ids\":[76,77,78]}");
	lab_run(&lab);
	assert_true(lab_holds(&lab, "-wal", "needle-in-the-hay"));
	lab_erase(&lab, 77);
	assert_null(lab.erasure.error);
	assert_int_equal(lab.erasure.records, 1);
	assert_false(lab_holds(&lab, "", "needle-in-the-hay"));
	assert_false(lab_holds(&lab, "-wal", "needle-in-the-hay"));
	assert_true(lab_holds(&lab, "", "{\"s\":\"hay\"}"));
	lab_reopen(&lab);
	assert_true(store_is_erased(lab.store, TICKET(77)));
	assert_false(store_is_erased(lab.store, TICKET(76)));
	lab_start(&lab);
	assert_string_equal(lab_explain(&lab, 77),
	                    "{\"ticket_id\":77,\"erased\":true,\"erased_at\":1795608000000,"
	                    "\"deaths\":0,\"omitted\":0,\"events\":[]}");
	assert_non_null(strstr(lab_explain(&lab, 0), "\"ids\":[76,78]"));
	assert_non_null(strstr(lab.json, "\"cursor\":\"abc\""));
	lab_close(&lab);
	lab_free(&lab);
}

static void records_of_an_erased_ticket_are_not_stored_but_answered(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	store_erase(lab.store, TICKET(5), NOON, lab_erased, &lab);
	assert_true(store_is_erased(lab.store, TICKET(5))); /* at once */
	lab_put(&lab, RECORD_OUTCOME, 5, DONE);
	lab_put(&lab, RECORD_OUTCOME, 6, DONE);
	lab_put(&lab, RECORD_OUTCOME, 5, DONE);
	lab_run(&lab);
	assert_int_equal(lab.persisted, 3);
	lab_reopen(&lab);
	lab_assert_restores(&lab, "2 outcome 6 " DONE "\n");
	lab_free(&lab);
}

static void erasing_takes_marks_of_death_and_damaged_copies_along(void **state)
{
	struct lab lab;
	size_t count;

	lab_new(&lab);
	lab_write(&lab, ".bak", "ticket 5", 8);
	lab_write(&lab, ".bak.1", "ticket 5", 8);
	lab_begin(&lab);
	for (int i = 0; i < 2; i++)
		assert_int_equal(write(store_deaths_fd(lab.store), "5\n", 2), 2);
	lab_erase(&lab, 5);
	assert_null(lab.erasure.error);
	assert_int_equal(lab.erasure.copies, 2);
	assert_false(lab_has(&lab, ".bak"));
	assert_false(lab_has(&lab, ".bak.1"));
	free(store_deaths(lab.store, 2, &count));
	assert_int_equal(count, 0);
	lab_close(&lab);
	lab_free(&lab);
}

static void assert_erasing(struct lab *lab, size_t expected, uint64_t first)
{
	struct ticket_key ids[STORE_ERASINGS_MAX];
	struct err err = {{0}};
	size_t count;

	assert_int_equal(store_erasings(lab->store, ids, &count, &err), 0);
	assert_int_equal(count, expected);
	assert_true(count == 0 || ids[0].id == first);
}

static void an_erasing_is_remembered_until_it_is_over_everywhere(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_open(&lab);
	assert_erasing(&lab, 0, 0);
	lab_start(&lab);
	lab_erase(&lab, 1234567890123456789);
	lab_erase(&lab, 6);
	lab_erase(&lab, 6);
	lab_reopen(&lab);
	assert_erasing(&lab, 2, 6);
	lab_start(&lab);
	store_erased(lab.store, TICKET(6));
	store_erased(lab.store, TICKET(7));
	lab_reopen(&lab);
	assert_erasing(&lab, 1, 1234567890123456789);
	lab_start(&lab);
	store_erased(lab.store, TICKET(1234567890123456789));
	lab_run(&lab);
	assert_null(store_error(lab.store));
	lab_reopen(&lab);
	assert_erasing(&lab, 0, 0);
	assert_true(store_is_erased(lab.store, TICKET(6)));
	lab_free(&lab);
}

static void erasing_twice_is_harmless(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_erase(&lab, 5);
	lab_erase(&lab, 5);
	assert_null(lab.erasure.error);
	assert_true(store_is_erased(lab.store, TICKET(5)));
	lab_close(&lab);
	lab_free(&lab);
}

#define DAY (24 * MSEC_HOUR)

static const struct counts one = {
        .processed = 1, .latency_ms = 3000, .analysed = 1, .cost_nano = 61200, .negative = 1};

static void counts_become_durable_with_their_records_and_are_told_once(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	for (uint64_t id = 1; id <= 100; id++)
		lab_put_counted(&lab, RECORD_OUTCOME, id, DONE, &one,
		                NOON - (id % 3) * STATISTICS_QUARTER);
	lab_put(&lab, RECORD_INTENT, 5, "{}"); /* counts nothing */
	assert_int_equal(lab.counted.processed, 0);
	lab_run(&lab);
	assert_int_equal(lab.counted.processed, 100);
	lab_put_counted(&lab, RECORD_OUTCOME, 101, DONE, &one, NOON);
	lab_reopen(&lab);
	lab_read_counts(&lab, NOON);
	assert_int_equal(lab.kept_rows, 3);
	assert_memory_equal(&lab.kept, &lab.counted, sizeof(lab.kept));
	assert_int_equal(lab.kept.latency_ms, 101 * 3000);
	assert_int_equal(lab.kept.cost_nano, 101 * 61200);
	lab_free(&lab);
}

static void statistics_live_longer_than_history_but_not_for_ever(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put_counted(&lab, RECORD_OUTCOME, 1, DONE, &one, NOON - STATISTICS_KEPT_DAYS * DAY);
	lab_put_counted(&lab, RECORD_OUTCOME, 2, DONE, &one,
	                NOON - (STATISTICS_KEPT_DAYS + 1) * DAY);
	store_prune(lab.store, 1, NOON);
	lab_reopen(&lab);
	lab_read_counts(&lab, NOON - STATISTICS_KEPT_DAYS * DAY);
	assert_int_equal(lab.kept_rows, 1);
	lab_read_counts(&lab, NOON);
	assert_int_equal(lab.kept_rows, 0); /* not among the last days */
	lab_free(&lab);
}

static void what_is_shown_ends_now_and_begins_with_a_whole_day(void **state)
{
	const msec first = NOON / DAY * DAY - (STATISTICS_DAYS - 1) * DAY;
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put_counted(&lab, RECORD_OUTCOME, 1, DONE, &one, first - 1);
	lab_put_counted(&lab, RECORD_OUTCOME, 2, DONE, &one, first);
	lab_put_counted(&lab, RECORD_OUTCOME, 3, DONE, &one, NOON);
	/* the clock ran ahead */
	lab_put_counted(&lab, RECORD_OUTCOME, 4, DONE, &one, NOON + 3 * DAY);
	lab_reopen(&lab);
	lab_read_counts(&lab, NOON);
	assert_int_equal(lab.kept.processed, 2);
	lab_free(&lab);
}

static void erasing_leaves_the_sums_as_they_are(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put_counted(&lab, RECORD_OUTCOME, 1, DONE, &one, NOON);
	lab_erase(&lab, 1);
	lab_put_counted(&lab, RECORD_OUTCOME, 1, DONE, &one, NOON); /* not stored, not counted */
	lab_run(&lab);
	assert_int_equal(lab.counted.processed, 1);
	lab_reopen(&lab);
	lab_read_counts(&lab, NOON);
	assert_int_equal(lab.kept.processed, 1);
	lab_free(&lab);
}

static void tags_once_recorded_are_changed_only_when_accepted(void **state)
{
	struct lab lab;
	struct err err = {{0}};

	lab_new(&lab);
	lab_open(&lab);
	assert_int_equal(store_check_tags(lab.store, "ai_processed", "ai_", false, &err), 0);
	store_close(lab.store, NULL, NULL);
	lab_open(&lab);
	assert_int_equal(store_check_tags(lab.store, "ai_processed", "ai_", false, &err), 0);
	assert_int_equal(store_check_tags(lab.store, "robot", "ai_", false, &err), -1);
	assert_non_null(strstr(err.text, "zendesk.processed_tag"));
	assert_non_null(strstr(err.text, "--accept-tag-change"));
	assert_int_equal(store_check_tags(lab.store, "ai_processed", "r_", false, &err), -1);
	assert_non_null(strstr(err.text, "zendesk.tag_prefix"));
	assert_int_equal(store_check_tags(lab.store, "robot", "r_", true, &err), 0);
	store_close(lab.store, NULL, NULL);
	lab_open(&lab);
	assert_int_equal(store_check_tags(lab.store, "robot", "r_", false, &err), 0);
	assert_int_equal(store_check_tags(lab.store, "ai_processed", "ai_", false, &err), -1);
	lab_free(&lab);
}

static void a_store_belongs_to_one_account_until_a_move_is_accepted(void **state)
{
	static const char option[] = "zendesk.base_url", here[] = "https://a.example",
	                  there[] = "https://b.example";
	struct lab lab;
	struct err err = {{0}};

	lab_new(&lab);
	lab_open(&lab);
	assert_int_equal(store_check_account(lab.store, option, here, false, &err), 0);
	store_close(lab.store, NULL, NULL);
	lab_open(&lab);
	assert_int_equal(store_check_account(lab.store, option, here, false, &err), 0);
	assert_int_equal(store_check_account(lab.store, option, there, false, &err), -1);
	assert_int_equal(strncmp(err.text, option, strlen(option)), 0);
	assert_non_null(strstr(err.text, here));
	assert_non_null(strstr(err.text, there));
	assert_non_null(strstr(err.text, "store.path"));
	assert_int_equal(store_check_account(lab.store, option, there, true, &err), 0);
	store_close(lab.store, NULL, NULL);
	lab_open(&lab);
	assert_int_equal(store_check_account(lab.store, option, there, false, &err), 0);
	assert_int_equal(store_check_account(lab.store, option, here, false, &err), -1);
	lab_free(&lab);
}

static void an_idle_store_keeps_no_loop_alive(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 1, "{}");
	lab_run(&lab);
	assert_false(uv_loop_alive(&lab.loop));
	assert_int_equal(uv_backend_timeout(&lab.loop), 0); /* nothing active at all */
	lab_close(&lab);
	lab_free(&lab);
}

static void files_are_for_their_owner_only_and_folders_are_made(void **state)
{
	static const char *const suffixes[] = {"", "-wal", "-lock"};
	struct lab lab;
	struct stat stat_of;

	lab_new(&lab);
	snprintf(lab.path, sizeof(lab.path), "%s/a/b/state.db", lab.dir);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 1, "{}");
	lab_run(&lab);
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		char *path = lab_file(&lab, suffixes[i]);

		assert_int_equal(stat(path, &stat_of), 0);
#ifndef _WIN32 /* where lists stand for modes */
		assert_int_equal(stat_of.st_mode & 0777, 0600);
#endif
		free(path);
	}
	lab_close(&lab);
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(records_of_one_turn_become_durable_together),
	        cmocka_unit_test(records_put_while_the_worker_is_busy_wait_for_one_transaction),
	        cmocka_unit_test(an_empty_store_restores_nothing),
	        cmocka_unit_test(alive_records_come_back_oldest_first_with_their_sequence),
	        cmocka_unit_test(a_later_record_of_the_same_ticket_and_kind_replaces_the_earlier),
	        cmocka_unit_test(a_final_outcome_retires_decision_and_intent),
	        cmocka_unit_test(a_refusal_is_kept_until_its_ticket_is_done),
	        cmocka_unit_test(an_order_is_kept_when_its_ticket_is_done),
	        cmocka_unit_test(a_further_analysis_that_wrote_nothing_retires_its_decision),
	        cmocka_unit_test(an_outcome_that_is_not_final_keeps_them),
	        cmocka_unit_test(a_decision_after_a_final_outcome_is_alive),
	        cmocka_unit_test(closing_writes_what_waits),
	        cmocka_unit_test(ids_and_sequences_use_all_64_bits),
	        cmocka_unit_test(explain_tells_the_whole_history_in_order),
	        cmocka_unit_test(of_an_outcome_with_a_brief_only_that_is_restored),
	        cmocka_unit_test(
	                a_shadow_decision_is_restored_by_its_brief_until_its_ticket_is_done),
	        cmocka_unit_test(explain_is_json_even_of_damaged_payloads),
	        cmocka_unit_test(explain_is_bounded_to_the_newest),
	        cmocka_unit_test(erasing_removes_every_trace_from_the_files),
	        cmocka_unit_test(records_of_an_erased_ticket_are_not_stored_but_answered),
	        cmocka_unit_test(erasing_takes_marks_of_death_and_damaged_copies_along),
	        cmocka_unit_test(an_erasing_is_remembered_until_it_is_over_everywhere),
	        cmocka_unit_test(erasing_twice_is_harmless),
	        cmocka_unit_test(counts_become_durable_with_their_records_and_are_told_once),
	        cmocka_unit_test(statistics_live_longer_than_history_but_not_for_ever),
	        cmocka_unit_test(what_is_shown_ends_now_and_begins_with_a_whole_day),
	        cmocka_unit_test(erasing_leaves_the_sums_as_they_are),
	        cmocka_unit_test(tags_once_recorded_are_changed_only_when_accepted),
	        cmocka_unit_test(a_store_belongs_to_one_account_until_a_move_is_accepted),
	        cmocka_unit_test(an_idle_store_keeps_no_loop_alive),
	        cmocka_unit_test(files_are_for_their_owner_only_and_folders_are_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
