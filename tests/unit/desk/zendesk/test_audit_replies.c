/* Who put a tag on a ticket, or took it off, as its audits tell. */
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
#define CHANGE(before, after, channel)                                                             \
	"{\"type\":\"Change\",\"field_name\":\"tags\",\"previous_value\":" before                  \
	",\"value\":" after "," VIA(channel) "}"
#define AUDIT(id, author, channel, events)                                                         \
	"{\"id\":" id ",\"author_id\":" author                                                     \
	",\"created_at\":\"2026-11-22T10:00:00Z\"," VIA(channel) ",\"events\":[" events "]}"
#define AGENT_ADDS AUDIT("500", "9", "web", CHANGE("[\"a\"]", "[\"a\",\"again\"]", "web"))

static struct arena arena;

/* -1: the reply was refused. */
static int read(const char *audits, bool added, struct desk_tagging *ret)
{
	char body[4000];
	struct http_reply reply = {.result = HTTP_DONE, .status = 200, .body = body};
	struct err err;

	snprintf(body, sizeof(body), "{\"audits\":[%s]," USERS "}", audits);
	reply.body_len = strlen(body);
	return zd_reply_tagging(&reply, STR("again"), added, OURS, &arena, ret, &err);
}

static enum desk_hand hand(const char *audits, bool added)
{
	struct desk_tagging tagging;

	assert_int_equal(read(audits, added, &tagging), 0);
	return tagging.hand;
}

static void an_agents_own_change_is_his(void **state)
{
	struct desk_tagging tagging;

	(void)state;
	assert_int_equal(read(AGENT_ADDS, true, &tagging), 0);
	assert_int_equal(tagging.hand, DESK_HAND_AGENT);
	assert_int_equal(tagging.audit, 500);
	assert_int_equal(tagging.author, 9);
	assert_true(str_eq(tagging.name, STR("Ann")));
	assert_true(tagging.at > 0);
	assert_int_equal(hand(AUDIT("1", "8", "api", CHANGE("\"a\"", "\"a again\"", "api")), true),
	                 DESK_HAND_AGENT); /* tags as one string */
	arena_free(&arena);
}

static void a_rule_is_known_by_its_event_or_by_the_whole_audit(void **state)
{
	(void)state;
	assert_int_equal(hand(AUDIT("1", "9", "web", CHANGE("[]", "[\"again\"]", "rule")), true),
	                 DESK_HAND_RULE);
	assert_int_equal(hand(AUDIT("1", "9", "rule", CHANGE("[]", "[\"again\"]", "web")), true),
	                 DESK_HAND_RULE);
	arena_free(&arena);
}

static void end_users_unknown_users_and_ourselves_are_no_agents(void **state)
{
	(void)state;
	assert_int_equal(hand(AUDIT("1", "7", "web", CHANGE("[]", "[\"again\"]", "web")), true),
	                 DESK_HAND_USER);
	assert_int_equal(hand(AUDIT("1", "6", "web", CHANGE("[]", "[\"again\"]", "web")), true),
	                 DESK_HAND_USER);
	assert_int_equal(hand(AUDIT("1", "-1", "web", CHANGE("[]", "[\"again\"]", "web")), true),
	                 DESK_HAND_USER);
	assert_int_equal(hand(AUDIT("1", "77", "api", CHANGE("[]", "[\"again\"]", "api")), true),
	                 DESK_HAND_OURS);
	arena_free(&arena);
}

static void the_newest_change_counts_and_only_one_that_changed_this_tag(void **state)
{
	(void)state;
	assert_int_equal(
	        hand(AUDIT("2", "7", "web", CHANGE("[]", "[\"again\"]", "web")) "," AGENT_ADDS,
	             true),
	        DESK_HAND_USER);
	/* a later change of other tags, while ours stood */
	assert_int_equal(
	        hand(AUDIT("2", "7", "web",
	                   CHANGE("[\"again\"]", "[\"again\",\"b\"]", "web")) "," AGENT_ADDS,
	             true),
	        DESK_HAND_AGENT);
	assert_int_equal(hand(AGENT_ADDS, false), DESK_HAND_UNKNOWN);
	assert_int_equal(hand(AUDIT("1", "9", "web", CHANGE("[\"again\"]", "[]", "web")), false),
	                 DESK_HAND_AGENT);
	assert_int_equal(hand(AUDIT("1", "7", "web",
	                            "{\"type\":\"Create\",\"field_name\":\"tags\",\"value\":"
	                            "[\"again\"]}"),
	                      true),
	                 DESK_HAND_USER);
	assert_int_equal(hand("", true), DESK_HAND_UNKNOWN);
	assert_int_equal(hand("7,null,{\"events\":7},{\"events\":[null,{}]}", true),
	                 DESK_HAND_UNKNOWN);
	arena_free(&arena);
}

static void what_is_no_list_of_audits_is_refused(void **state)
{
	char body[] = "{\"audits\":{}}";
	struct http_reply reply = {
	        .result = HTTP_DONE, .status = 200, .body = body, .body_len = sizeof(body) - 1};
	struct desk_tagging tagging;
	struct err err;

	(void)state;
	assert_int_equal(zd_reply_tagging(&reply, STR("again"), true, OURS, &arena, &tagging, &err),
	                 -1);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_agents_own_change_is_his),
	        cmocka_unit_test(a_rule_is_known_by_its_event_or_by_the_whole_audit),
	        cmocka_unit_test(end_users_unknown_users_and_ourselves_are_no_agents),
	        cmocka_unit_test(the_newest_change_counts_and_only_one_that_changed_this_tag),
	        cmocka_unit_test(what_is_no_list_of_audits_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
