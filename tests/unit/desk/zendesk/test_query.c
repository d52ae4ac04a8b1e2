/* The query of a search: its slices, and that none contradicts what zendesk.query says. */
#include "reply.h"

#include "desk/zendesk/query.h"

#define ALL_PRIORITIES 31u

static struct config *config;
static struct buf query;

static int set_up(void **state)
{
	config = config_new();
	buf_init(&query, 4096);
	return 0;
}

static int tear_down(void **state)
{
	buf_free(&query);
	config_free(config);
	return 0;
}

static void expect(const char *own, struct desk_slice slice, const char *wanted)
{
	buf_reset(&query);
	set_option(&config->zendesk.query, own);
	zd_query_add(config, "", &slice, &query);
	assert_string_equal(buf_cstr(&query), wanted);
}

#define BUILT_IN "status<pending -tags:ai_processed"
#define OF(which) ((struct desk_slice){.by_priority = true, .priority = PRIORITY_##which})

static void without_a_slice_it_is_what_the_configuration_says(void **state)
{
	expect("", (struct desk_slice){0}, BUILT_IN);
	expect(" group:support  priority:high ", (struct desk_slice){0},
	       BUILT_IN " group:support priority:high");
	buf_reset(&query);
	zd_query_add(config, "type:ticket ", &(struct desk_slice){0}, &query);
	assert_true(str_starts(buf_str(&query), STR("type:ticket status<pending")));
}

static void a_slice_names_its_priority_and_its_window(void **state)
{
	struct desk_slice slice = OF(URGENT);
	expect("", slice, BUILT_IN " priority:urgent");
	slice.from = 1795341600000;
	expect("brand:acme", slice,
	       BUILT_IN " brand:acme priority:urgent created>=2026-11-22T10:00:00Z");
	slice.before = slice.from + 1000;
	expect("", slice,
	       BUILT_IN " priority:urgent created>=2026-11-22T10:00:00Z "
	                "created<2026-11-22T10:00:01Z");
	slice = (struct desk_slice){.changed = 1795341600000};
	expect("brand:acme", slice, BUILT_IN " brand:acme updated>=2026-11-22T10:00:00Z");
}

static void tickets_without_priority_are_those_of_none_of_the_others(void **state)
{
	expect("", OF(NONE),
	       BUILT_IN " -priority:urgent -priority:high -priority:normal -priority:low");
}

static unsigned priorities(const char *own)
{
	set_option(&config->zendesk.query, own);
	return zd_query_priorities(config);
}

static void the_priorities_that_a_query_names_are_the_only_ones_searched(void **state)
{
	assert_int_equal(priorities(""), ALL_PRIORITIES);
	assert_int_equal(priorities("group:support -priority:low"), ALL_PRIORITIES);
	assert_int_equal(priorities("priority:high"), 1u << PRIORITY_HIGH);
	assert_int_equal(priorities("Priority:HIGH group:x priority:none"),
	                 1u << PRIORITY_HIGH | 1u << PRIORITY_NONE);
	expect("priority:high group:\"T & S\" priority:urgent", OF(HIGH),
	       BUILT_IN " group:\"T & S\" priority:high");
}

static void a_query_that_compares_priorities_is_not_cut_by_them(void **state)
{
	assert_int_equal(priorities("priority>normal"), 0);
	assert_int_equal(priorities("priority<=low"), 0);
	assert_int_equal(priorities("priority:high priority>normal"), 0);
	assert_int_equal(priorities("priority:important"), 0);
}

static void words_within_quotes_are_no_terms(void **state)
{
	assert_int_equal(priorities("subject:\"my priority:high created:today\""), ALL_PRIORITIES);
	assert_true(zd_query_has_windows(config));
	assert_int_equal(priorities("\"priority:high"), ALL_PRIORITIES);
	assert_int_equal(priorities("prioritys:high fieldpriority:high"), ALL_PRIORITIES);
}

static void changes_are_asked_for_unless_the_query_names_a_day_of_change(void **state)
{
	set_option(&config->zendesk.query, "updated>2026-01-01 group:x");
	assert_true(zd_query_has_changes(config));
	set_option(&config->zendesk.query, "updated:2026-01-01");
	assert_false(zd_query_has_changes(config));
}

static bool windows(const char *own)
{
	set_option(&config->zendesk.query, own);
	return zd_query_has_windows(config);
}

static void windows_are_for_queries_that_name_no_day_of_creation(void **state)
{
	assert_true(windows(""));
	assert_true(windows("created>2026-11-01 created<2026-12-01 updated:2026-11-02"));
	assert_false(windows("group:support created:2026-11-02"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
static void changed_and_solved_tickets_are_narrowed_by_what_agents_do_not_change(void **state)
{
	set_option(&config->zendesk.query,
	           "group:support status:new -tags:x priority>low "
	           "subject:\"two words\" created>2026-01-01 updated>3days");
	buf_reset(&query);
	zd_query_add_changed(config, 1795341600000, &query);
	assert_string_equal(buf_cstr(&query),
	                    "type:ticket group:support subject:\"two words\" created>2026-01-01 "
	                    "updated>=2026-11-22T10:00:00Z");
	buf_reset(&query);
	zd_query_add_solved(config, MSEC_NEVER, &query);
	assert_string_equal(buf_cstr(&query),
	                    "type:ticket status>=solved -tags:ai_processed group:support "
	                    "subject:\"two words\" created>2026-01-01");
	buf_reset(&query);
	zd_query_add_solved(config, 1795341600000, &query);
	assert_true(str_ends(buf_str(&query), STR(" updated<=2026-11-22T10:00:00Z")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(without_a_slice_it_is_what_the_configuration_says),
	        TEST(a_slice_names_its_priority_and_its_window),
	        TEST(changes_are_asked_for_unless_the_query_names_a_day_of_change),
	        TEST(tickets_without_priority_are_those_of_none_of_the_others),
	        TEST(the_priorities_that_a_query_names_are_the_only_ones_searched),
	        TEST(a_query_that_compares_priorities_is_not_cut_by_them),
	        TEST(words_within_quotes_are_no_terms),
	        TEST(windows_are_for_queries_that_name_no_day_of_creation),
	        TEST(changed_and_solved_tickets_are_narrowed_by_what_agents_do_not_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
