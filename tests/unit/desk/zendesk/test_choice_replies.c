/* What agents have chosen, as a ticket's audits tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "desk/zendesk/replies.h"

#define OURS 77
#define USERS                                                                                      \
	"\"users\":[{\"id\":9,\"name\":\"Ann\",\"role\":\"agent\"},{\"id\":8,\"role\":\"admin\"}," \
	"{\"id\":7,\"role\":\"end-user\"},{\"id\":77,\"role\":\"admin\"}]"
#define VIA(channel) "\"via\":{\"channel\":\"" channel "\"}"
#define TAGS(before, after, channel)                                                               \
	"{\"type\":\"Change\",\"field_name\":\"tags\",\"previous_value\":" before                  \
	",\"value\":" after "," VIA(channel) "}"
#define PRIORITY(value, channel)                                                                   \
	"{\"type\":\"Change\",\"field_name\":\"priority\",\"previous_value\":null,\"value\":"      \
	"\"" value "\"," VIA(channel) "}"
#define AUDIT(id, author, minute, events)                                                          \
	"{\"id\":" id ",\"author_id\":" author ",\"created_at\":\"2026-11-22T10:" minute           \
	":00Z\"," VIA("web") ",\"events\":[" events "]}"

static struct arena arena;
static struct choice_tags tags;
static struct err err;

static int read_at(const char *audits, const char *since, struct desk_choice *ret)
{
	char body[4000];
	struct http_reply reply = {.result = HTTP_DONE, .status = 200, .body = body};
	msec wall;

	snprintf(body, sizeof(body), "{\"audits\":%s," USERS "}", audits);
	reply.body_len = strlen(body);
	assert_int_equal(clock_parse_iso(str_of(since), &wall), 0);
	return zd_reply_choice(&reply, &tags, wall, OURS, &arena, ret, &err);
}

static struct desk_choice chosen(const char *audits)
{
	struct desk_choice choice;

	assert_int_equal(read_at(audits, "2026-11-22T10:00:00Z", &choice), 0);
	return choice;
}

static int setup(void **state)
{
	(void)state;
	return choice_tags_read(STR("bug,billing"), STR("ai_"), &tags, &arena, &err);
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

#define BY_A_RULE AUDIT("30", "9", "30", PRIORITY("urgent", "rule"))
#define BY_A_REQUESTER AUDIT("29", "7", "29", PRIORITY("urgent", "web"))
#define BY_US AUDIT("28", "77", "28", PRIORITY("high", "api"))
#define BY_AN_ADMIN AUDIT("27", "8", "27", PRIORITY("low", "web"))
#define BY_AN_AGENT AUDIT("26", "9", "26", PRIORITY("normal", "web"))
#define ALL BY_A_RULE "," BY_A_REQUESTER "," BY_US "," BY_AN_ADMIN "," BY_AN_AGENT
#define TAKES_OFF AUDIT("30", "9", "30", TAGS("[\"bug\",\"billing\"]", "[\"billing\"]", "web"))
#define PUTS_ON AUDIT("29", "9", "29", TAGS("\"a\"", "\"a bug billing other_one\"", "web"))
#define EXCHANGES AUDIT("30", "9", "30", TAGS("[\"ai_bug\"]", "[\"ai_refund\"]", "web"))
#define LOWERS PRIORITY("low", "web")

static void the_newest_change_of_the_priority_by_an_agent_counts(void **state)
{
	struct desk_choice choice = chosen("[" ALL "]");

	(void)state;
	assert_int_equal(choice.priority, PRIORITY_LOW);
	assert_int_equal(choice.audit, 27);
	assert_true(choice.at > 0);
}

static void a_tag_that_was_put_on_and_taken_off_again_was_not_chosen(void **state)
{
	struct desk_choice choice = chosen("[" TAKES_OFF "," PUTS_ON "]");

	(void)state;
	assert_int_equal(choice.tags.count, 1);
	assert_true(str_eq(choice.tags.items[0], STR("billing")));
	assert_int_equal(choice.audit, 29);
	assert_int_equal(choice.priority, PRIORITY_NONE);
}

static void our_label_tags_that_an_agent_exchanges_are_a_choice(void **state)
{
	struct desk_choice choice = chosen("[" EXCHANGES "]");

	(void)state;
	assert_int_equal(choice.tags.count, 1);
	assert_true(str_eq(choice.tags.items[0], STR("ai_refund")));
}

static void what_is_older_or_has_no_time_or_number_is_no_choice(void **state)
{
	struct desk_choice choice;

	(void)state;
	assert_int_equal(read_at("[" BY_AN_AGENT "]", "2026-11-22T10:31:00Z", &choice), 0);
	assert_int_equal(choice.audit, 0);
	choice = chosen("[{\"id\":1,\"author_id\":9,\"events\":[" LOWERS "]},7,null]");
	assert_int_equal(choice.audit, 0);
	choice = chosen(
	        "[{\"author_id\":9,\"created_at\":\"2026-11-22T10:30:00Z\",\"events\":[" LOWERS
	        "]}]");
	assert_int_equal(choice.audit, 0);
	choice = chosen("[" AUDIT("30", "9", "30", PRIORITY("odd", "web")) "]");
	assert_int_equal(choice.audit, 0);
}

static void what_is_no_list_of_audits_is_refused(void **state)
{
	struct desk_choice choice;

	(void)state;
	assert_int_equal(read_at("null", "2026-11-22T10:00:00Z", &choice), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_newest_change_of_the_priority_by_an_agent_counts),
	        cmocka_unit_test(a_tag_that_was_put_on_and_taken_off_again_was_not_chosen),
	        cmocka_unit_test(our_label_tags_that_an_agent_exchanges_are_a_choice),
	        cmocka_unit_test(what_is_older_or_has_no_time_or_number_is_no_choice),
	        cmocka_unit_test(what_is_no_list_of_audits_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
