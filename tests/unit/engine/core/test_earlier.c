/* What earlier writes did to a ticket is known from records alone, also if the last one is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/json.h"
#include "engine/core/earlier.h"

#define DECISION "{\"kind\":\"decision\",\"payload\":{\"priority_first\":\"low\",\"decided\":5000}}"
#define INTENT                                                                                     \
	"{\"kind\":\"intent\",\"payload\":{\"tags_added\":[\"ai_processed\",\"ai_bug\"],"          \
	"\"tags_removed\":[],\"priority_before\":\"low\",\"priority_set\":\"high\"}}"
#define FAILED "{\"kind\":\"outcome\",\"payload\":{\"state\":\"failed\"}}"
#define DONE                                                                                       \
	"{\"kind\":\"outcome\",\"payload\":{\"state\":\"done\",\"tags_before\":[],\"tags_after\":" \
	"[\"ai_processed\"],\"priority_before\":\"low\",\"priority_after\":\"low\"}}"

#define NOTED                                                                                      \
	"{\"kind\":\"intent\",\"payload\":{\"tags_added\":[\"ai_processed\",\"ai_bug\","           \
	"\"ai_fallback\"],"                                                                        \
	"\"priority_before\":\"low\",\"priority_set\":\"high\",\"note\":true}}"
#define TAGS_AGAIN                                                                                 \
	"{\"kind\":\"intent\",\"payload\":{\"tags_added\":[\"ai_processed\"],"                     \
	"\"priority_before\":\"high\",\"priority_set\":\"\",\"note\":false}}"
#define TAGGED_AGAIN                                                                               \
	"{\"kind\":\"outcome\",\"payload\":{\"state\":\"done\",\"tags_before\":[\"vip\","          \
	"\"ai_bug\",\"ai_fallback\"],\"tags_after\":[\"vip\",\"ai_bug\",\"ai_fallback\","          \
	"\"ai_processed\"],\"priority_before\":\"high\",\"priority_after\":\"high\"}}"
#define ELSEWHERE                                                                                  \
	"{\"kind\":\"intent\",\"payload\":{\"tags_added\":[\"ai_processed\",\"ai_refund\"],"       \
	"\"priority_before\":\"normal\",\"priority_set\":\"\",\"note\":true}}"

#define WRITTEN                                                                                    \
	"{\"kind\":\"outcome\",\"payload\":{\"state\":\"done\","                                   \
	"\"tags_before\":[\"vip\"],"                                                               \
	"\"tags_after\":[\"vip\",\"ai_processed\",\"ai_bug\",\"ai_high\"],"                        \
	"\"priority_before\":\"low\",\"priority_after\":\"high\"}}"
#define ORDERED "{\"kind\":\"undo\",\"payload\":{\"over\":false}}"
#define UNDO_INTENT                                                                                \
	"{\"kind\":\"intent\",\"payload\":{\"tags_added\":[],"                                     \
	"\"tags_removed\":[\"ai_bug\"],"                                                           \
	"\"priority_before\":\"high\",\"priority_set\":\"low\"}}"
#define UNDONE                                                                                     \
	"{\"kind\":\"undo\",\"payload\":{\"over\":true,\"result\":\"undone\","                     \
	"\"tags_removed\":[\"ai_bug\"],\"tags_gone\":[\"ai_high\"],"                               \
	"\"priority\":\"back\",\"priority_after\":\"low\"}}"
#define CHANGED                                                                                    \
	"{\"kind\":\"undo\",\"payload\":{\"over\":true,\"result\":\"nothing\","                    \
	"\"tags_removed\":[],\"tags_gone\":[\"ai_bug\"],"                                          \
	"\"priority\":\"changed\",\"priority_after\":\"high\"}}"
#define LEFT                                                                                       \
	"{\"kind\":\"undo\",\"payload\":{\"over\":true,\"result\":\"left\","                       \
	"\"reason\":\"it is in progress\",\"tags_removed\":[],\"tags_gone\":[]}}"

static struct earlier read_of(const char *history, struct arena *arena)
{
	struct earlier earlier;

	*arena = (struct arena){0};
	earlier_read(history, arena, &earlier);
	return earlier;
}

static void a_write_whose_end_is_not_recorded_was_carried_out(void **state)
{
	struct arena arena;
	struct earlier earlier = read_of("{\"events\":[" DECISION "," INTENT "]}", &arena);

	(void)state;
	assert_true(earlier.written && earlier.priority_ours);
	assert_int_equal(earlier.labels.count, 2);
	assert_int_equal(earlier.priority_left, PRIORITY_HIGH);
	assert_int_equal(earlier.priority_base, PRIORITY_LOW);
	assert_int_equal(earlier.decided, 5000);
	arena_free(&arena);
}

static void a_write_that_failed_did_nothing(void **state)
{
	struct arena arena;
	struct earlier earlier =
	        read_of("{\"events\":[" DECISION "," INTENT "," FAILED "]}", &arena);

	(void)state;
	assert_false(earlier.written);
	assert_int_equal(earlier.labels.count, 0);
	arena_free(&arena);
}

static void the_end_tells_more_than_the_intent(void **state)
{
	struct arena arena;
	struct earlier earlier = read_of("{\"events\":[" DECISION "," INTENT "," DONE "]}", &arena);

	(void)state;
	assert_true(earlier.written);
	assert_false(earlier.priority_ours);
	assert_int_equal(earlier.labels.count, 1);
	arena_free(&arena);
}

/* A bulk update whose answer was lost; its note was found, and somebody had taken our tag off. */
static void a_write_whose_note_was_found_was_carried_out(void **state)
{
	static const char *const ends[] = {"", "," TAGGED_AGAIN, "," FAILED "," TAGS_AGAIN};
	char history[4096];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		struct arena arena;
		snprintf(history, sizeof(history),
		         "{\"events\":[" DECISION "," NOTED "," TAGS_AGAIN "%s]}", ends[i]);
		struct earlier earlier = read_of(history, &arena);

		assert_int_equal(earlier.labels.count, 3);
		assert_true(tags_have(&earlier.labels, STR("ai_fallback")));
		assert_false(tags_have(&earlier.labels, STR("vip")));
		assert_true(earlier.priority_ours);
		assert_false(earlier.priority_by_person);
		assert_int_equal(earlier.priority_base, PRIORITY_LOW);
		assert_int_equal(earlier.priority_left, PRIORITY_HIGH);
		arena_free(&arena);
	}
}

static void the_end_of_the_first_try_is_not_the_end_of_the_note(void **state)
{
	struct arena arena;
	struct earlier earlier = read_of("{\"events\":[" DECISION "," NOTED "," FAILED
	                                 "," TAGS_AGAIN "," TAGGED_AGAIN "]}",
	                                 &arena);

	(void)state;
	assert_int_equal(earlier.labels.count, 3);
	assert_true(earlier.priority_ours);
	arena_free(&arena);
}

static void a_write_whose_note_was_not_found_did_nothing(void **state)
{
	struct arena arena;
	struct earlier earlier =
	        read_of("{\"events\":[" DECISION "," NOTED "," ELSEWHERE "]}", &arena);

	(void)state;
	assert_int_equal(earlier.labels.count, 2);
	assert_true(tags_have(&earlier.labels, STR("ai_refund")));
	assert_false(earlier.priority_ours);
	assert_true(earlier.priority_by_person);
	arena_free(&arena);
}

static void what_was_taken_back_is_not_ours_any_more(void **state)
{
	struct arena arena;
	struct earlier earlier = read_of("{\"events\":[" DECISION "," WRITTEN "," ORDERED
	                                 "," UNDO_INTENT "," UNDONE "]}",
	                                 &arena);

	(void)state;
	assert_int_equal(earlier.labels.count, 1); /* the processed tag */
	assert_false(earlier.priority_ours);
	assert_int_equal(earlier.priority_left, PRIORITY_LOW);
	arena_free(&arena);
}

static void an_undo_that_may_not_have_been_written_leaves_all_ours(void **state)
{
	struct arena arena;
	struct earlier earlier = read_of(
	        "{\"events\":[" DECISION "," WRITTEN "," ORDERED "," UNDO_INTENT "]}", &arena);

	(void)state;
	assert_int_equal(earlier.labels.count, 3);
	assert_true(earlier.priority_ours);
	assert_int_equal(earlier.priority_left, PRIORITY_HIGH);
	arena_free(&arena);
}

/* A person has set ai_bug meanwhile: it was not there when the ticket was left alone. */
static void an_undo_that_left_a_ticket_in_progress_tells_nothing_of_its_write(void **state)
{
	struct arena arena;
	struct earlier earlier = read_of("{\"events\":[" DECISION "," NOTED "," ORDERED "," LEFT
	                                 "," ELSEWHERE "," ORDERED "]}",
	                                 &arena);

	(void)state;
	assert_int_equal(earlier.labels.count, 2);
	assert_true(tags_have(&earlier.labels, STR("ai_refund")));
	assert_false(tags_have(&earlier.labels, STR("ai_bug")));
	arena_free(&arena);
}

static void what_people_changed_before_an_undo_is_theirs_for_ever(void **state)
{
	struct arena arena;
	struct earlier earlier =
	        read_of("{\"events\":[" DECISION "," WRITTEN "," ORDERED "," CHANGED "]}", &arena);

	(void)state;
	assert_int_equal(earlier.labels.count, 2);
	assert_false(earlier.priority_ours);
	arena_free(&arena);
}

int main(void)
{
	json_seed(1);
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_write_whose_end_is_not_recorded_was_carried_out),
	        cmocka_unit_test(a_write_that_failed_did_nothing),
	        cmocka_unit_test(the_end_tells_more_than_the_intent),
	        cmocka_unit_test(a_write_whose_note_was_found_was_carried_out),
	        cmocka_unit_test(the_end_of_the_first_try_is_not_the_end_of_the_note),
	        cmocka_unit_test(a_write_whose_note_was_not_found_did_nothing),
	        cmocka_unit_test(what_was_taken_back_is_not_ours_any_more),
	        cmocka_unit_test(an_undo_that_may_not_have_been_written_leaves_all_ours),
	        cmocka_unit_test(an_undo_that_left_a_ticket_in_progress_tells_nothing_of_its_write),
	        cmocka_unit_test(what_people_changed_before_an_undo_is_theirs_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
