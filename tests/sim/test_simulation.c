/* Tests that the simulation detects what it is made for: each planted defect is found by its
 * invariant, the correct engine violates none, and the same seed gives the same run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "campaign.h"
#include "invariants.h"
#include "settings.h"
#include "simulation.h"

static const char *const unlimited[] = {"zendesk.requests_per_minute=0", NULL};
static const char *const always[] = {"zendesk.requests_per_minute=0", "zendesk.priority=always",
                                     NULL};

static const char *const never_reused[] = {"zendesk.requests_per_minute=0", "llm.cache_ttl=0",
                                           NULL};

static struct sim_options options_of(uint64_t seed)
{
	struct sim_options options = {.config = unlimited};
	sim_defaults(&options);
	options.world.seed = seed;
	options.world.tickets = 60;
	options.world.model_latency_min = 500;
	options.world.model_latency_max = 4000;
	return options;
}

static void add_faults(struct sim_options *options, const char *text)
{
	struct err err;
	assert_int_equal(faults_parse(&options->world.faults, text, &err), 0);
}

static void expect(enum sim_bug bug, struct sim_options *options, const char *words)
{
	struct sim_result result;
	options->bug = bug;
	for (uint64_t seed = 1; seed <= 10; seed++) {
		options->world.seed = seed;
		simulation_run(options, &result);
		if (!result.violation[0])
			continue;
		if (!strstr(result.violation, words))
			fail_msg("bug %d: '%s' was found instead of '%s'", (int)bug,
			         result.violation, words);
		return;
	}
	fail_msg("bug %d was not found", (int)bug);
}

static void a_quiet_world_gives_one_note_a_ticket(void **state)
{
	struct sim_options options = options_of(1);
	struct sim_result result;
	simulation_run(&options, &result);
	assert_string_equal(result.violation, "");
	assert_true(result.finished);
	assert_int_equal(result.end, RUN_CLEAN);
	assert_int_equal(result.success, 60);
	assert_int_equal(result.audit.notes, 60);
	assert_int_equal(result.audit.processed, 60);
	assert_int_equal(result.audit.personal_data_leaked, 0);
}

/* Each of them is decided, recorded and written as any other. */
static void a_storm_of_a_thousand_equal_mails_costs_one_request(void **state)
{
	struct sim_options options = options_of(1);
	struct sim_result result;
	options.world.tickets = 1000;
	options.world.duplicates = 1;
	simulation_run(&options, &result);
	assert_string_equal(result.violation, "");
	assert_int_equal(result.success, 1000);
	assert_int_equal(result.audit.notes, 1000);
	assert_int_equal(result.audit.model_calls, 1);
}

static void without_reuse_it_costs_a_thousand(void **state)
{
	struct sim_options options = options_of(1);
	struct sim_result result;
	options.world.tickets = 1000;
	options.world.duplicates = 1;
	options.config = never_reused;
	simulation_run(&options, &result);
	assert_string_equal(result.violation, "");
	assert_int_equal(result.success, 1000);
	assert_int_equal(result.audit.model_calls, 1000);
}

/* A thousand tickets are taken back by one order: read, written in bulk, their jobs asked for. */
static void an_undo_of_a_thousand_tickets_takes_at_most_45_requests(void **state)
{
	static const char *const limited[] = {"zendesk.requests_per_minute=700",
	                                      "zendesk.poll_interval=1h", NULL};
	struct sim_options options = options_of(1);
	struct sim_result result;
	options.config = limited;
	options.mode = ENGINE_RESIDENT;
	options.world.tickets = 1000;
	options.undo_all = 30 * MSEC_MINUTE;
	options.resident_for = 50 * MSEC_MINUTE;
	simulation_run(&options, &result);
	assert_string_equal(result.violation, "");
	assert_int_equal(result.audit.notes, 1000);
	assert_int_equal(result.undone, 1000);
	assert_int_equal(result.audit.tags_lost, 0);
	print_message("an undo of 1,000 tickets: %llu requests\n",
	              (unsigned long long)result.undo_requests);
	assert_in_range(result.undo_requests, 20, 45);
}

static void ballast_changes_no_label(void **state)
{
	struct sim_options options = options_of(1);
	struct sim_result plain, ballast;
	options.config = never_reused; /* with ballast other texts are equal */
	options.world.tickets = 200;
	options.world.ballast = 1;
	simulation_run(&options, &plain);
	options.world.ballast = 2;
	simulation_run(&options, &ballast);
	assert_string_equal(ballast.violation, "");
	assert_int_equal(ballast.success, 200);
	assert_int_equal(ballast.audit.words_lost, 0);
	assert_memory_equal(plain.audit.labels, ballast.audit.labels, sizeof(plain.audit.labels));
}

/* Asked again with the first quarter of its text, such a ticket may show what it is refused for and
 * no word of its author. */
static void a_refused_text_that_is_shortened_loses_no_customers_words(void **state)
{
	struct sim_options options = options_of(1);
	struct sim_result result;
	options.config = never_reused;
	options.world.tickets = 200;
	options.world.ballast = 1;
	options.world.poison = 0.1;
	options.world.poison_status = 413;
	simulation_run(&options, &result);
	assert_string_equal(result.violation, "");
	assert_int_equal(result.success, 200);
	assert_int_equal(result.audit.words_lost, 0);
}

static void records_that_gather_need_half_a_commit_a_ticket_when_the_model_is_slow(void **state)
{
	static const char *const many[] = {"zendesk.requests_per_minute=0",
	                                   "llm.initial_in_flight=256", "llm.max_in_flight=256",
	                                   NULL};
	struct sim_options options = options_of(1);
	struct sim_result alone, gathered;
	options.config = many;
	options.world.tickets = 1000;
	options.world.model_latency_max = 4500;
	options.disk_max = 2;
	simulation_run(&options, &alone);
	options.gather = 20;
	simulation_run(&options, &gathered);
	assert_string_equal(gathered.violation, "");
	assert_int_equal(gathered.success, 1000);
	print_message("%llu commits, without gathering %llu\n",
	              (unsigned long long)gathered.commits, (unsigned long long)alone.commits);
	assert_true(2 * gathered.commits <= gathered.success);
	assert_true(2 * alone.commits > alone.success);
}

static void the_same_seed_gives_the_same_run(void **state)
{
	struct sim_options options = options_of(7);
	struct sim_result one, two;
	options.crashes = 2;
	options.world.faults_for = 2 * MSEC_MINUTE;
	options.world.people_per_minute = 60;
	add_faults(&options, "all:3");
	simulation_run(&options, &one);
	simulation_run(&options, &two);
	assert_int_equal(one.steps, two.steps);
	assert_int_equal(one.requests, two.requests);
	assert_int_equal(one.took, two.took);
	assert_memory_equal(&one.audit, &two.audit, sizeof(one.audit));
}

/* The command line printed for a failed seed describes the run completely. */
static void the_words_of_a_weather_give_the_same_run(void **state)
{
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct words words = {.count = 0};
		struct sim_result one, two;
		struct settings settings;
		struct weather weather;
		struct err err;
		weather_choose(&weather, seed);
		weather_words(&weather, &words);
		settings_init(&settings);
		assert_int_equal(settings_take_words(&settings, &words, &err), 0);
		settings.sim.world.seed = seed;
		simulation_run(&weather.sim, &one);
		simulation_run(&settings.sim, &two);
		assert_int_equal(one.steps, two.steps);
		assert_memory_equal(&one.audit, &two.audit, sizeof(one.audit));
	}
}

static void a_wrong_word_is_named(void **state)
{
	static const char *const wrong[][2] = {
	        {"--seeds", "5-1"},      {"--seeds", "x"},      {"--faults", "nonsense"},
	        {"--nonsense", "1"},     {"--crashes", "-1"},   {"--for", "0"},
	        {"--disk-fails", "0,5"}, {"--tickets", "1e3"},  {"--crash-span", "1e99"},
	        {"--set", NULL},         {"--resident", "long"}};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct settings settings;
		struct err err;
		settings_init(&settings);
		assert_int_equal(settings_take(&settings, wrong[i][0], wrong[i][1], &err), -1);
		if (!strstr(err.text,
		            wrong[i][1] && wrong[i][1][0] == 'n' ? "nonsense" : wrong[i][0]))
			fail_msg("%s %s: %s", wrong[i][0], wrong[i][1] ? wrong[i][1] : "",
			         err.text);
	}
}

static void a_second_note_is_found(void **state)
{
	struct sim_options options = options_of(1);
	expect(BUG_SECOND_NOTE, &options, "a second note was written");
}

static void a_write_without_a_stamp_is_found(void **state)
{
	struct sim_options options = options_of(1);
	expect(BUG_NO_STAMP, &options, "without a stamp");
}

static void a_lost_tag_is_found(void **state)
{
	struct sim_options options = options_of(1);
	expect(BUG_DROP_TAGS, &options, "a tag of a person was lost");
}

static void an_overwritten_priority_is_found(void **state)
{
	struct sim_options options = options_of(1);
	options.config = always;
	options.world.people_per_minute = 300;
	expect(BUG_PRIORITY, &options, "urgent");
}

static void a_changed_status_is_found(void **state)
{
	struct sim_options options = options_of(1);
	expect(BUG_STATUS, &options, "status or assignee");
}

static void a_public_note_is_found(void **state)
{
	struct sim_options options = options_of(1);
	expect(BUG_PUBLIC, &options, "is public");
}

static void personal_data_before_a_model_is_found(void **state)
{
	struct sim_options options = options_of(1);
	expect(BUG_LEAK, &options, "personal data");
}

static void a_write_before_it_is_durable_is_found(void **state)
{
	struct sim_options options = options_of(1);
	expect(BUG_EARLY_PERSIST, &options, "before its decision and intent are durable");
}

static void a_request_into_a_pause_is_found(void **state)
{
	struct sim_options options = options_of(1);
	add_faults(&options, "zendesk.429:0.3");
	expect(BUG_IGNORE_PAUSE, &options, "Retry-After");
}

static void a_request_past_a_limit_is_found(void **state)
{
	struct sim_options options = options_of(1);
	options.world.tickets = 150;
	options.world.single_updates = 100;
	expect(BUG_IGNORE_LIMITS, &options, "past a limit");
}

static void a_lost_ticket_is_found(void **state)
{
	struct sim_options options = options_of(1);
	options.world.refused = "3";
	expect(BUG_LOST_TICKET, &options, "was lost");
}

/* Whether the only ticket, which arrived and which nobody has done, counts as lost at an end that
 * demands all that search showed earlier than `margin` after it showed this one. */
static bool open_arrival_is_lost(msec margin, bool shadow)
{
	struct clock_reading now = {.mono = 1000 * MSEC_SECOND, .wall = 1795557600000};
	struct sim_options options = options_of(1);
	struct sim_result result = {.violation = ""};
	struct invariants invariants;
	struct world_ticket ticket;
	options.mode = ENGINE_RESIDENT;
	options.world.tickets = 0;
	options.world.arrivals_per_minute = 1;
	options.world.index_lag = 10 * MSEC_MINUTE;
	options.world.faults_for = 1;
	struct world *world = world_new(&options.world, now);
	invariants_init(&invariants, &options, world, 0, result.violation);
	now.mono += MSEC_HOUR;
	now.wall += MSEC_HOUR;
	world_tick(world, now);
	world_look(world, 1, &ticket);
	assert_true(ticket.findable && world_audit(world)->arrivals == 1);
	assert_true(ticket.shown > 1000 * MSEC_SECOND + options.world.index_lag / 2);
	struct sim_end end = {.all_done = true, .shown_before = ticket.shown + margin};
	note_mode(&invariants, shadow);
	(void)sim_decision_of(&invariants, 1);
	check_end(&invariants, &end);
	invariants_free(&invariants);
	world_free(world);
	return strstr(result.violation, "ticket 1 was lost") != NULL;
}

static void an_arrival_is_lost_if_search_showed_it_in_time(void **state)
{
	assert_true(open_arrival_is_lost(1, false));
	assert_false(open_arrival_is_lost(0, false));
	assert_true(open_arrival_is_lost(1, true));
	assert_false(open_arrival_is_lost(0, true));
}

/* Hours after anything broke a ticket arrives, just before the service is stopped; or after a run
 * began. */
static void what_arrives_at_the_end_is_left_to_the_next_start(void **state)
{
	struct sim_options service = options_of(19), run = options_of(67);
	struct sim_result result;
	service.mode = ENGINE_RESIDENT;
	service.resident_for = 12000 * MSEC_SECOND;
	service.world.tickets = 20;
	service.world.model_latency_min = service.world.model_latency_max = 0;
	service.world.arrivals_per_minute = 0.01;
	service.world.index_lag = 10 * MSEC_MINUTE;
	run.until_done = true;
	run.world.arrivals_per_minute = 0.02;
	run.world.index_lag = MSEC_MINUTE;
	service.world.faults_for = run.world.faults_for = MSEC_MINUTE;
	add_faults(&service, "all:1");
	add_faults(&run, "all:1");
	simulation_run(&service, &result);
	assert_string_equal(result.violation, "");
	assert_int_equal(result.audit.arrivals, 1);
	assert_int_equal(result.audit.arrivals_processed, 0);
	simulation_run(&run, &result);
	assert_string_equal(result.violation, "");
	assert_int_equal(result.audit.arrivals, 1);
	assert_int_equal(result.audit.arrivals_processed, 0);
}

static void a_transfer_that_ends_twice_is_found(void **state)
{
	struct sim_options options = options_of(1);
	expect(BUG_SECOND_ANSWER, &options, "ended twice");
}

/* A run would end at once, because this model has never answered. */
static void a_service_waits_until_faults_end_and_then_does_all(void **state)
{
	struct sim_options options = options_of(3);
	struct sim_result result;
	options.mode = ENGINE_RESIDENT;
	options.resident_for = 10 * MSEC_MINUTE;
	options.world.faults_for = 30 * MSEC_SECOND;
	add_faults(&options, "llm.503:1");
	simulation_run(&options, &result);
	assert_string_equal(result.violation, "");
	assert_int_equal(result.success, 60);
}

/* Tickets that share requests, `size` at a time. */
static struct sim_result in_company(const char *size, double hostile)
{
	static struct sim_result result;
	struct sim_options options = options_of(1);
	const char *const config[] = {"zendesk.requests_per_minute=0", size, NULL};

	options.config = config;
	options.world.tickets = 1100;
	options.world.neighbours_signed = true;
	options.world.neighbours = hostile;
	simulation_run(&options, &result);
	assert_string_equal(result.violation, "");
	assert_int_equal(result.success, 1100);
	return result;
}

static void five_hundred_hostile_neighbours_change_no_label(void **state)
{
	struct sim_result result = in_company("llm.tickets_per_request=10", 0.5);
	const struct world_audit *audit = &result.audit;

	assert_true(audit->model_calls - audit->groups >= 500); /* were sent alone */
	assert_true(audit->grouped >= 300);
	assert_int_equal(audit->neighbours_obeyed, 0);
	assert_int_equal(audit->answers_foreign, 0);
}

static double tokens_of(const struct sim_result *result)
{
	return (double)(result->audit.prompt_tokens + result->audit.answer_tokens);
}

static void ten_tickets_a_request_cost_less_than_half(void **state)
{
	struct sim_result alone = in_company("llm.tickets_per_request=1", 0);
	struct sim_result together = in_company("llm.tickets_per_request=10", 0);

	assert_int_equal(alone.audit.groups, 0);
	assert_true(tokens_of(&together) <= 0.45 * tokens_of(&alone));
}

int main(void)
{
	json_seed(1);
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_quiet_world_gives_one_note_a_ticket),
	        cmocka_unit_test(a_storm_of_a_thousand_equal_mails_costs_one_request),
	        cmocka_unit_test(without_reuse_it_costs_a_thousand),
	        cmocka_unit_test(an_undo_of_a_thousand_tickets_takes_at_most_45_requests),
	        cmocka_unit_test(ballast_changes_no_label),
	        cmocka_unit_test(a_refused_text_that_is_shortened_loses_no_customers_words),
	        cmocka_unit_test(
	                records_that_gather_need_half_a_commit_a_ticket_when_the_model_is_slow),
	        cmocka_unit_test(the_same_seed_gives_the_same_run),
	        cmocka_unit_test(the_words_of_a_weather_give_the_same_run),
	        cmocka_unit_test(a_wrong_word_is_named),
	        cmocka_unit_test(a_second_note_is_found),
	        cmocka_unit_test(a_write_without_a_stamp_is_found),
	        cmocka_unit_test(a_lost_tag_is_found),
	        cmocka_unit_test(an_overwritten_priority_is_found),
	        cmocka_unit_test(a_changed_status_is_found),
	        cmocka_unit_test(a_public_note_is_found),
	        cmocka_unit_test(personal_data_before_a_model_is_found),
	        cmocka_unit_test(a_write_before_it_is_durable_is_found),
	        cmocka_unit_test(a_request_into_a_pause_is_found),
	        cmocka_unit_test(a_request_past_a_limit_is_found),
	        cmocka_unit_test(a_lost_ticket_is_found),
	        cmocka_unit_test(an_arrival_is_lost_if_search_showed_it_in_time),
	        cmocka_unit_test(what_arrives_at_the_end_is_left_to_the_next_start),
	        cmocka_unit_test(a_transfer_that_ends_twice_is_found),
	        cmocka_unit_test(a_service_waits_until_faults_end_and_then_does_all),
	        cmocka_unit_test(five_hundred_hostile_neighbours_change_no_label),
	        cmocka_unit_test(ten_tickets_a_request_cost_less_than_half),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
