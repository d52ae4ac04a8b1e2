/* What is ours goes, what is a person's stays. */
#include "../base/helper.h"

#include "ticket/undo.h"

static struct arena arena;
static struct undo_update update;
static struct undo_ticket now;
static struct undo_plan plan;

/* "vip,old" as tags; "" = none. */
static struct tags make(const char *list)
{
	struct str rest = arena_str(&arena, str_of(list));
	struct tags tags = {.items = arena_alloc(&arena, (rest.len + 1) * sizeof(struct str))};

	while (rest.len)
		tags.items[tags.count++] = str_split(&rest, ',');
	return tags;
}

static void assert_tags(struct tags got, const char *expected)
{
	struct buf text;

	buf_init(&text, 1000);
	for (size_t i = 0; i < got.count; i++)
		buf_printf(&text, "%s" STR_FMT, i ? "," : "", STR_ARG(got.items[i]));
	assert_string_equal(buf_cstr(&text), expected);
	buf_free(&text);
}

static int setup(void **state)
{
	arena = (struct arena){0};
	update = (struct undo_update){.added = make("ai_processed,ai_bug,ai_high"),
	                              .before = PRIORITY_LOW,
	                              .set = PRIORITY_HIGH,
	                              .note = true};
	now = (struct undo_ticket){.tags = make("vip,ai_processed,ai_bug,ai_high,late"),
	                           .priority = PRIORITY_HIGH};
	return 0;
}

static int teardown(void **state)
{
	arena_free(&arena);
	return 0;
}

static void make_plan(void)
{
	undo_plan_make(&update, &now, &plan, &arena);
}

static void tags_that_we_added_go_and_the_priority_goes_back(void **state)
{
	make_plan();
	assert_true(plan.changes);
	assert_tags(plan.tags, "vip,late");
	assert_tags(plan.removed, "ai_processed,ai_bug,ai_high");
	assert_tags(plan.gone, "");
	assert_int_equal(plan.priority_fate, UNDO_PRIORITY_BACK);
	assert_int_equal(plan.priority, PRIORITY_LOW);
	assert_true(plan.note_stays);
}

static void a_tag_that_was_there_before_stays(void **state)
{
	update.added = make("ai_processed");
	make_plan();
	assert_tags(plan.tags, "vip,ai_bug,ai_high,late");
}

static void what_somebody_took_off_is_said_and_not_written_back(void **state)
{
	now.tags = make("ai_bug,vip");
	make_plan();
	assert_tags(plan.tags, "vip");
	assert_tags(plan.gone, "ai_processed,ai_high");
	now.tags = make("vip");
	now.priority = PRIORITY_URGENT;
	make_plan();
	assert_false(plan.changes);
	assert_tags(plan.tags, "vip");
}

static void a_priority_that_a_person_changed_stays(void **state)
{
	now.priority = PRIORITY_NORMAL;
	make_plan();
	assert_int_equal(plan.priority_fate, UNDO_PRIORITY_CHANGED);
	assert_int_equal(plan.priority, PRIORITY_NONE);
	assert_true(plan.changes); /* the tags go all the same */
}

static void a_priority_that_may_be_a_persons_choice_stays(void **state)
{
	now.priority_theirs = true;
	make_plan();
	assert_int_equal(plan.priority_fate, UNDO_PRIORITY_CHANGED);
	assert_int_equal(plan.priority, PRIORITY_NONE);
	assert_true(plan.changes); /* the tags go all the same */
}

static void a_priority_that_we_left_alone_is_left_alone(void **state)
{
	update.set = PRIORITY_NONE;
	make_plan();
	assert_int_equal(plan.priority_fate, UNDO_PRIORITY_NOT_OURS);
}

static void a_priority_cannot_be_taken_away(void **state)
{
	update.before = PRIORITY_NONE;
	make_plan();
	assert_int_equal(plan.priority_fate, UNDO_PRIORITY_WAS_NONE);
}

static void a_closed_ticket_stays_as_it_is(void **state)
{
	now.closed = true;
	make_plan();
	assert_false(plan.changes);
	assert_tags(plan.tags, "vip,ai_processed,ai_bug,ai_high,late");
	assert_tags(plan.removed, "");
}

static void a_plan_made_again_after_it_was_carried_out_changes_nothing(void **state)
{
	make_plan();
	now.tags = plan.tags;
	now.priority = plan.priority;
	make_plan();
	assert_false(plan.changes);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(tags_that_we_added_go_and_the_priority_goes_back),
	        TEST(a_tag_that_was_there_before_stays),
	        TEST(what_somebody_took_off_is_said_and_not_written_back),
	        TEST(a_priority_that_a_person_changed_stays),
	        TEST(a_priority_that_may_be_a_persons_choice_stays),
	        TEST(a_priority_that_we_left_alone_is_left_alone),
	        TEST(a_priority_cannot_be_taken_away),
	        TEST(a_closed_ticket_stays_as_it_is),
	        TEST(a_plan_made_again_after_it_was_carried_out_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
