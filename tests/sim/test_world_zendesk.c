/* Tests the rules of the simulated Zendesk, one test per rule. */
#include "test_world.h"

static const struct json *ticket(void)
{
	return json_at(tree, "ticket");
}

static int update(uint64_t id, const char *format, ...) PRINTF_LIKE(2, 3);
static int update(uint64_t id, const char *format, ...)
{
	char body[2048], target[64];
	va_list args;
	va_start(args, format);
	vsnprintf(body, sizeof(body), format, args);
	va_end(args);
	snprintf(target, sizeof(target), "/api/v2/tickets/%llu.json", (unsigned long long)id);
	return ask(HTTP_PUT, target, body);
}

static void stamp_of(uint64_t id, char out[32])
{
	char target[64];
	snprintf(target, sizeof(target), "/api/v2/tickets/%llu.json", (unsigned long long)id);
	assert_int_equal(get(target), 200);
	snprintf(out, 32, STR_FMT, STR_ARG(json_str_at(ticket(), "updated_at")));
}

static void missing_credentials_are_an_anonymous_user_to_users_me_and_401_elsewhere(void **state)
{
	begin();
	authorization = NULL;
	assert_int_equal(get("/api/v2/users/me.json"), 200);
	assert_true(json_is_null(json_at(json_at(tree, "user"), "id")));
	assert_int_equal(get("/api/v2/tickets/1.json"), 401);
	authorization = "Basic YUBiOnBhc3N3b3Jk"; /* a@b:password */
	assert_int_equal(get("/api/v2/users/me.json"), 401);
}

static void wrong_credentials_are_refused_where_some_are_named(void **state)
{
	options.credentials = "a@b:other";
	begin();
	assert_int_equal(get("/api/v2/users/me.json"), 200);
	assert_true(json_is_null(json_at(json_at(tree, "user"), "id")));
	assert_int_equal(get("/api/v2/search.json?query=x"), 401);
}

static void oauth_tokens_expire_and_are_bound_to_their_scope(void **state)
{
	char bearer[80];
	begin();
	assert_int_equal(ask(HTTP_POST, "/oauth/tokens",
	                     "{\"grant_type\":\"client_credentials\",\"client_id\":\"a\",\"client_"
	                     "secret\":\"b\","
	                     "\"scope\":\"read\",\"expires_in\":600}"),
	                 201);
	snprintf(bearer, sizeof(bearer), "Bearer " STR_FMT,
	         STR_ARG(json_str_at(tree, "access_token")));
	authorization = bearer;
	assert_int_equal(get("/api/v2/tickets/1.json"), 200);
	assert_int_equal(update(1, "{\"ticket\":{\"tags\":[]}}"), 403);
	assert_true(body_says("required scopes: write"));
	pass(601 * MSEC_SECOND);
	assert_int_equal(get("/api/v2/tickets/1.json"), 401);
	assert_true(body_says("invalid_token"));
}

static void a_token_must_live_longer_than_300_seconds(void **state)
{
	begin();
	assert_int_equal(ask(HTTP_POST, "/oauth/tokens",
	                     "{\"grant_type\":\"client_credentials\",\"client_id\":\"a\",\"client_"
	                     "secret\":\"b\","
	                     "\"expires_in\":300}"),
	                 400);
}

static void search_counts_all_and_stops_at_a_thousand(void **state)
{
	int64_t count;
	options.tickets = 1200;
	begin();
	assert_int_equal(get("/api/v2/search.json?query=" FIND "&per_page=100&page=10"), 200);
	assert_true(json_int_at(tree, "count", &count));
	assert_int_equal(count, 1200);
	assert_true(json_str_at(tree, "next_page").len > 0);
	assert_int_equal(get("/api/v2/search.json?query=" FIND "&per_page=100&page=11"), 422);
	assert_int_equal(get("/api/v2/search.json?query=" FIND "&page%5Bsize%5D=100"), 400);
}

static int64_t count_of(const char *terms)
{
	char target[400];
	int64_t count = -1;
	snprintf(target, sizeof(target), "%s%s", "/api/v2/search/count?query=" FIND, terms);
	assert_int_equal(get(target), 200);
	assert_true(json_int_at(tree, "count", &count));
	return count;
}

/* With a colon the same keyword twice is "either … or"; what is excluded or compared is "and". */
static void search_knows_priorities(void **state)
{
	static const char *const names[] = {"urgent", "high", "normal", "low", "none"};
	char term[60];
	int64_t sum = 0, all;
	options.tickets = 500;
	begin();
	all = count_of("");
	for (size_t i = 0; i < 5; i++) {
		snprintf(term, sizeof(term), "%%20priority%%3A%s", names[i]);
		sum += count_of(term);
		assert_true(count_of(term) > 0);
	}
	assert_int_equal(sum, all);
	assert_int_equal(count_of("%20-priority%3Aurgent%20-priority%3Ahigh%20-priority%3Anormal"
	                          "%20-priority%3Alow"),
	                 count_of("%20priority%3Anone"));
	assert_int_equal(count_of("%20priority%3Alow%20priority%3Ahigh"),
	                 count_of("%20priority%3Alow") + count_of("%20priority%3Ahigh"));
	assert_int_equal(count_of("%20priority%3Enormal"),
	                 count_of("%20priority%3Aurgent%20priority%3Ahigh"));
}

/* 200 tickets, one each ten seconds, the last one at 2026-11-24T21:00:00Z. */
static void search_knows_when_a_ticket_was_created(void **state)
{
	char later[80], span[160], stamp[CLOCK_ISO_SIZE];
	msec created;
	options.tickets = 200;
	options.spread = 2000 * MSEC_SECOND;
	begin();
	get("/api/v2/search.json?query=" FIND "&sort_by=created_at&sort_order=asc&page=2");
	const struct json *first = json_item(json_at(tree, "results"), 0);
	assert_int_equal(clock_parse_iso(json_str_at(first, "created_at"), &created), 0);
	clock_format_iso(created, stamp);
	snprintf(later, sizeof(later), "%%20created%%3E%%3D%s", stamp);
	assert_int_equal(count_of(later), 100);
	clock_format_iso(created + MSEC_SECOND, stamp);
	snprintf(span, sizeof(span), "%s%%20created%%3C%s", later, stamp);
	assert_int_equal(count_of(span), 1);
}

static void offset_pages_shift_as_tickets_get_the_tag(void **state)
{
	int64_t before, after;
	begin();
	get("/api/v2/search.json?query=" FIND "&per_page=10&page=2");
	assert_true(json_int_at(json_item(json_at(tree, "results"), 0), "id", &before));
	get("/api/v2/search.json?query=" FIND "&per_page=1&page=1");
	assert_true(json_int_at(json_item(json_at(tree, "results"), 0), "id", &after));
	assert_int_equal(update((uint64_t)after, "{\"ticket\":{\"tags\":[\"ai_processed\"]}}"),
	                 200);
	get("/api/v2/search.json?query=" FIND "&per_page=10&page=2");
	assert_true(json_int_at(json_item(json_at(tree, "results"), 0), "id", &after));
	assert_int_not_equal(before, after);
}

static void the_index_follows_after_the_lag(void **state)
{
	int64_t count;
	options.index_lag = 60 * MSEC_SECOND;
	begin();
	assert_int_equal(update(7, "{\"ticket\":{\"tags\":[\"ai_processed\"]}}"), 200);
	get("/api/v2/search.json?query=" FIND);
	assert_true(json_int_at(tree, "count", &count));
	assert_int_equal(count, 250);
	pass(61 * MSEC_SECOND);
	get("/api/v2/search.json?query=" FIND);
	assert_true(json_int_at(tree, "count", &count));
	assert_int_equal(count, 249);
}

static void an_export_cursor_leads_through_all_and_dies_after_an_hour(void **state)
{
	static const char first[] =
	        "/api/v2/search/export.json?filter%5Btype%5D=ticket&page%5Bsize%5D=100&query=" FIND;
	char target[400];
	size_t seen = 0;
	bool more = true;
	begin();
	snprintf(target, sizeof(target), "%s", first);
	while (more) {
		assert_int_equal(get(target), 200);
		/* on the last page too */
		assert_true(json_str_at(json_at(tree, "links"), "next").len > 0);
		seen += json_item_count(json_at(tree, "results"));
		assert_true(json_bool_at(json_at(tree, "meta"), "has_more", &more));
		snprintf(target, sizeof(target), "%s&page%%5Bafter%%5D=" STR_FMT, first,
		         STR_ARG(json_str_at(json_at(tree, "meta"), "after_cursor")));
	}
	assert_int_equal(seen, 250);
	pass(61 * MSEC_MINUTE);
	assert_int_equal(get(target), 400);
}

static void an_export_needs_its_filter_and_no_type(void **state)
{
	begin();
	assert_int_equal(get("/api/v2/search/export.json?query=" FIND), 400);
	assert_int_equal(
	        get("/api/v2/search/export.json?filter%5Btype%5D=ticket&query=type%3Aticket"), 400);
}

/* How many of the 250 tickets have the text of an earlier one. */
static int duplicates_of(double share)
{
	char path[64], *seen[250];
	int count = 0;
	options.duplicates = share;
	begin();
	for (int id = 1; id <= 250; id++) {
		snprintf(path, sizeof(path), "/api/v2/tickets/%d.json", id);
		assert_int_equal(get(path), 200);
		struct str subject = json_str_at(json_at(tree, "ticket"), "subject");
		struct str text = json_str_at(json_at(tree, "ticket"), "description");
		bool earlier = false;
		seen[id - 1] = xasprintf(STR_FMT "\n" STR_FMT, STR_ARG(subject), STR_ARG(text));
		for (int i = 0; i < id - 1 && !earlier; i++)
			earlier = strcmp(seen[i], seen[id - 1]) == 0;
		count += earlier;
	}
	for (int i = 0; i < 250; i++)
		free(seen[i]);
	world_free(world);
	world = NULL;
	return count;
}

static void duplicates_have_the_text_of_an_earlier_ticket(void **state)
{
	options.text_bytes = 300;
	assert_int_equal(duplicates_of(0), 0);
	assert_in_range(duplicates_of(0.2), 30, 70);
	assert_int_equal(duplicates_of(1), 249);
}

static void show_many_leaves_out_what_is_missing(void **state)
{
	options.deleted = "2";
	begin();
	assert_int_equal(get("/api/v2/tickets/show_many.json?ids=1,2,3,99999"), 200);
	assert_int_equal(json_item_count(json_at(tree, "tickets")), 2);
}

static void the_status_says_what_can_be_found(void **state)
{
	int64_t count;
	options.others = 50;
	begin();
	get("/api/v2/search.json?query=" FIND);
	assert_true(json_int_at(tree, "count", &count));
	assert_int_equal(count, 250);
}

static void a_later_change_than_the_stamp_conflicts(void **state)
{
	char stamp[32];
	begin();
	stamp_of(5, stamp);
	assert_int_equal(update(5,
	                        "{\"ticket\":{\"tags\":[\"a\"],\"safe_update\":true,\"updated_"
	                        "stamp\":\"%s\"}}",
	                        stamp),
	                 200);
	assert_int_equal(update(5,
	                        "{\"ticket\":{\"tags\":[\"b\"],\"safe_update\":true,\"updated_"
	                        "stamp\":\"%s\"}}",
	                        stamp),
	                 409);
	assert_int_equal(update(5, "{\"ticket\":{\"tags\":[\"b\"],\"safe_update\":true}}"), 400);
}

static void two_changes_within_one_second_slip_past_the_stamp(void **state)
{
	char stamp[32];
	begin();
	assert_int_equal(update(5, "{\"ticket\":{\"tags\":[\"a\"]}}"), 200);
	stamp_of(5, stamp);
	world_audit_reset(world);
	assert_int_equal(ask(HTTP_POST, "/_sim/edit", "{\"id\":5,\"tags\":[\"person\"]}"), 200);
	assert_int_equal(update(5,
	                        "{\"ticket\":{\"tags\":[\"a\"],\"safe_update\":true,\"updated_"
	                        "stamp\":\"%s\"}}",
	                        stamp),
	                 200);
	assert_int_equal(world_audit(world)->tags_lost, 1);
}

static void tags_are_lowered_split_and_kept_once(void **state)
{
	begin();
	assert_int_equal(update(5, "{\"ticket\":{\"tags\":[\"Two Words\",\"a\",\"A\"]}}"), 200);
	const struct json *tags = json_at(ticket(), "tags");
	assert_int_equal(json_item_count(tags), 3);
	assert_true(str_eq(json_str_value(json_item(tags, 0)), STR("a")));
	assert_true(str_eq(json_str_value(json_item(tags, 1)), STR("two")));
}

static void unknown_keys_are_ignored_with_a_warning(void **state)
{
	begin();
	assert_int_equal(update(5, "{\"ticket\":{\"additional_tags\":[\"x\"]}}"), 200);
	assert_true(head_says("X-Zendesk-API-Warn"));
	assert_false(body_says("\"x\""));
}

static void placeholders_in_comments_are_expanded(void **state)
{
	begin();
	assert_int_equal(update(5, "{\"ticket\":{\"comment\":{\"body\":\"no {{ticket.id}} "
	                           "{{secret}}\",\"public\":false}}}"),
	                 200);
	assert_int_equal(get("/api/v2/tickets/5/comments.json?page%5Bsize%5D=1&sort=-created_at"),
	                 200);
	assert_true(body_says("\"plain_body\":\"no 5 \""));
	assert_int_equal(world_audit(world)->placeholders, 2);
}

static void a_comment_is_public_unless_said_otherwise(void **state)
{
	begin();
	assert_int_equal(update(5, "{\"ticket\":{\"comment\":{\"body\":\"hello\"}}}"), 200);
	assert_int_equal(world_audit(world)->public_notes, 1);
}

static void closed_refused_and_deleted_tickets_say_no(void **state)
{
	options.closed = "1";
	options.refused = "2";
	options.closing = "3";
	options.deleted = "4";
	begin();
	assert_int_equal(update(1, "{\"ticket\":{\"tags\":[]}}"), 422);
	assert_true(body_says("closed prevents"));
	assert_int_equal(update(2, "{\"ticket\":{\"tags\":[]}}"), 422);
	assert_int_equal(get("/api/v2/tickets/3.json"), 200);
	assert_int_equal(update(3, "{\"ticket\":{\"tags\":[]}}"), 422);
	assert_int_equal(update(4, "{\"ticket\":{\"tags\":[]}}"), 404);
}

static void a_priority_cannot_go_back_to_nothing(void **state)
{
	begin();
	assert_int_equal(update(1, "{\"ticket\":{\"priority\":null}}"), 422);
	assert_int_equal(update(1, "{\"ticket\":{\"priority\":\"highest\"}}"), 422);
	assert_int_equal(update(1, "{\"ticket\":{\"priority\":\"urgent\"}}"), 200);
}

static void the_pool_is_a_window_that_ends_on_the_minute(void **state)
{
	options.pool = 3;
	begin(); /* at second 5 */
	for (int i = 0; i < 3; i++)
		assert_int_equal(get("/api/v2/tickets/1.json"), 200);
	assert_true(head_says("X-Rate-Limit-Remaining: 0"));
	assert_int_equal(get("/api/v2/tickets/1.json"), 429);
	assert_true(head_says("Retry-After: 55"));
	pass(55 * MSEC_SECOND);
	assert_int_equal(get("/api/v2/tickets/1.json"), 200);
	assert_int_equal(world_audit(world)->past_limit, 1);
}

static void single_updates_have_a_limit_of_their_own(void **state)
{
	options.single_updates = 1;
	begin();
	assert_int_equal(update(1, "{\"ticket\":{\"tags\":[]}}"), 200);
	assert_true(head_says("Zendesk-RateLimit-tickets-update: total=1; remaining=0; resets=55"));
	assert_int_equal(update(2, "{\"ticket\":{\"tags\":[]}}"), 429);
	assert_int_equal(get("/api/v2/tickets/1.json"), 200);
}

static void one_ticket_takes_thirty_updates_in_ten_minutes(void **state)
{
	options.ticket_updates = 30;
	begin();
	for (int i = 0; i < 30; i++)
		assert_int_equal(update(1, "{\"ticket\":{\"tags\":[]}}"), 200);
	assert_int_equal(update(1, "{\"ticket\":{\"tags\":[]}}"), 429);
	assert_int_equal(update(2, "{\"ticket\":{\"tags\":[]}}"), 200);
	pass(10 * MSEC_MINUTE);
	assert_int_equal(update(1, "{\"ticket\":{\"tags\":[]}}"), 200);
}

static void old_headers_have_the_old_names(void **state)
{
	options.pool = 700;
	options.old_headers = true;
	begin();
	get("/api/v2/tickets/1.json");
	assert_true(
	        head_says("rate-limit: 700\r\nrate-limit-remaining: 699\r\nrate-limit-reset: 55"));
}

static void every_answer_has_the_servers_date(void **state)
{
	options.clock_ahead = 3600 * MSEC_SECOND;
	begin();
	get("/api/v2/tickets/1.json");
	assert_true(head_says("Date: Tue, 24 Nov 2026 23:00:05 GMT"));
}

static void the_audit_knows_a_second_note_a_lost_tag_and_a_lowered_urgent(void **state)
{
	begin();
	ask(HTTP_POST, "/_sim/edit", "{\"id\":9,\"tags\":[\"vip\"],\"priority\":\"urgent\"}");
	update(9, "{\"ticket\":{\"tags\":[\"ai_processed\"],\"priority\":\"low\",\"status\":"
	          "\"solved\","
	          "\"comment\":{\"body\":\"one\",\"public\":false}}}");
	update(9, "{\"ticket\":{\"comment\":{\"body\":\"two\",\"public\":false}}}");
	const struct world_audit *audit = world_audit(world);
	assert_int_equal(audit->second_notes, 1);
	assert_int_equal(audit->tags_lost, 1);
	assert_int_equal(audit->priorities_overwritten, 1);
	assert_int_equal(audit->statuses_changed, 1);
	assert_int_equal(audit->processed, 1);
	assert_int_equal(audit->writes_unsafe, 2);
}

static void a_priority_changed_by_a_person_after_our_read_is_theirs(void **state)
{
	begin();
	get("/api/v2/tickets/9.json");
	pass(MSEC_SECOND);
	ask(HTTP_POST, "/_sim/edit", "{\"id\":9,\"priority\":\"normal\"}");
	update(9, "{\"ticket\":{\"priority\":\"high\"}}");
	assert_int_equal(world_audit(world)->priorities_overwritten, 1);
}

static void a_lost_answer_leaves_the_write_done(void **state)
{
	begin();
	struct err err;
	assert_int_equal(faults_parse(&options.faults, "zendesk.lost:1", &err), 0);
	world_free(world);
	begin();
	update(9, "{\"ticket\":{\"tags\":[\"ai_processed\"]}}");
	assert_int_equal(answer.transport, TRANSPORT_RESET);
	assert_int_equal(world_audit(world)->processed, 1);
	world_stop_faults(world);
	get("/api/v2/tickets/9.json");
	assert_int_equal(answer.transport, TRANSPORT_NORMAL);
}

static void a_conflict_fault_makes_a_person_edit_between_read_and_write(void **state)
{
	char stamp[32];
	struct err err;
	assert_int_equal(faults_parse(&options.faults, "conflict:1", &err), 0);
	begin();
	stamp_of(5, stamp);
	pass(4 * MSEC_SECOND);
	assert_true(world_deadline(world) <= now.mono);
	assert_int_equal(update(5,
	                        "{\"ticket\":{\"tags\":[\"a\"],\"safe_update\":true,\"updated_"
	                        "stamp\":\"%s\"}}",
	                        stamp),
	                 409);
}

static void unknown_faults_are_named(void **state)
{
	struct err err;
	assert_int_equal(faults_parse(&options.faults, "503:0.5,nonsense", &err), -1);
	assert_non_null(strstr(err.text, "nonsense"));
	assert_int_equal(faults_parse(&options.faults, "503:x", &err), -1);
}

static void the_same_requests_get_the_same_answers(void **state)
{
	struct err err;
	char *first[40];
	assert_int_equal(faults_parse(&options.faults, "all:10", &err), 0);
	for (int round = 0; round < 2; round++) {
		begin();
		for (int i = 0; i < 40; i++) {
			get("/api/v2/search.json?query=" FIND);
			if (round == 0) {
				first[i] = xstrdup(buf_cstr(&answer.body));
				continue;
			}
			assert_string_equal(first[i], buf_cstr(&answer.body));
			free(first[i]);
		}
		if (round == 0)
			world_free(world);
	}
}

int main(void)
{
	json_seed(1);
	const struct CMUnitTest tests[] = {
	        TEST(missing_credentials_are_an_anonymous_user_to_users_me_and_401_elsewhere),
	        TEST(wrong_credentials_are_refused_where_some_are_named),
	        TEST(oauth_tokens_expire_and_are_bound_to_their_scope),
	        TEST(a_token_must_live_longer_than_300_seconds),
	        TEST(search_counts_all_and_stops_at_a_thousand),
	        TEST(search_knows_priorities),
	        TEST(search_knows_when_a_ticket_was_created),
	        TEST(offset_pages_shift_as_tickets_get_the_tag),
	        TEST(the_index_follows_after_the_lag),
	        TEST(an_export_cursor_leads_through_all_and_dies_after_an_hour),
	        TEST(an_export_needs_its_filter_and_no_type),
	        TEST(duplicates_have_the_text_of_an_earlier_ticket),
	        TEST(show_many_leaves_out_what_is_missing),
	        TEST(the_status_says_what_can_be_found),
	        TEST(a_later_change_than_the_stamp_conflicts),
	        TEST(two_changes_within_one_second_slip_past_the_stamp),
	        TEST(tags_are_lowered_split_and_kept_once),
	        TEST(unknown_keys_are_ignored_with_a_warning),
	        TEST(placeholders_in_comments_are_expanded),
	        TEST(a_comment_is_public_unless_said_otherwise),
	        TEST(closed_refused_and_deleted_tickets_say_no),
	        TEST(a_priority_cannot_go_back_to_nothing),
	        TEST(the_pool_is_a_window_that_ends_on_the_minute),
	        TEST(single_updates_have_a_limit_of_their_own),
	        TEST(one_ticket_takes_thirty_updates_in_ten_minutes),
	        TEST(old_headers_have_the_old_names),
	        TEST(every_answer_has_the_servers_date),
	        TEST(the_audit_knows_a_second_note_a_lost_tag_and_a_lowered_urgent),
	        TEST(a_priority_changed_by_a_person_after_our_read_is_theirs),
	        TEST(a_lost_answer_leaves_the_write_done),
	        TEST(a_conflict_fault_makes_a_person_edit_between_read_and_write),
	        TEST(unknown_faults_are_named),
	        TEST(the_same_requests_get_the_same_answers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
