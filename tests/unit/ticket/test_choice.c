/* Which tags of agents are compared with our labels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "ticket/choice.h"

struct lab {
	struct arena memory;
	struct choice_tags tags;
	struct err err;
	int code;
};

static struct lab read_list(const char *list)
{
	struct lab lab = {.code = 0};

	lab.code = choice_tags_read(str_of(list), STR("ai_"), &lab.tags, &lab.memory, &lab.err);
	return lab;
}

static void our_label_tags_always_count(void **state)
{
	struct lab lab = read_list("");

	(void)state;
	assert_int_equal(lab.code, 0);
	assert_int_equal(choice_tag_find(&lab.tags, STR("ai_refund"))->label, CAUSE_REFUND);
	assert_int_equal(choice_tag_find(&lab.tags, STR("AI_Negative"))->field, CHOICE_SENTIMENT);
	assert_null(choice_tag_find(&lab.tags, STR("refund")));
	arena_free(&lab.memory);
}

static void a_listed_tag_stands_for_its_label_for_the_named_one_or_for_itself(void **state)
{
	struct lab lab = read_list("bug, money_back = refund, asap=high, billing,");

	(void)state;
	assert_int_equal(lab.code, 0);
	assert_int_equal(choice_tag_find(&lab.tags, STR("bug"))->label, CAUSE_BUG);
	assert_int_equal(choice_tag_find(&lab.tags, STR("money_back"))->label, CAUSE_REFUND);
	assert_int_equal(choice_tag_find(&lab.tags, STR("asap"))->field, CHOICE_URGENCY);
	assert_int_equal(choice_tag_find(&lab.tags, STR("billing"))->label, -1);
	assert_int_equal(choice_tag_find(&lab.tags, STR("billing"))->field, CHOICE_CATEGORY);
	arena_free(&lab.memory);
}

static void refused(const char *list, const char *why)
{
	struct lab lab = read_list(list);

	assert_int_equal(lab.code, -1);
	assert_non_null(strstr(lab.err.text, why));
	arena_free(&lab.memory);
}

static void what_is_no_tag_no_label_or_twice_is_refused_with_its_place(void **state)
{
	char many[4096] = "";
	size_t len = 0;

	(void)state;
	refused("bug, two words", "word 2: a tag is required");
	refused("bug=", "word 1: the label behind =");
	refused("bug=billing", "word 1: the label behind =");
	refused("=bug", "word 1: a tag is required");
	refused("bug, feature, bug=refund", "word 3: this tag is there already");
	refused("ai_bug", "word 1: this tag is there already");
	for (int i = 0; i <= CHOICE_LISTED_MAX; i++)
		len += (size_t)snprintf(many + len, sizeof(many) - len, "tag_%d,", i);
	refused(many, "at most 40 tags");
}

static void urgent_counts_as_high_and_no_priority_as_no_choice(void **state)
{
	(void)state;
	assert_int_equal(choice_urgency_of(PRIORITY_URGENT), URGENCY_HIGH);
	assert_int_equal(choice_urgency_of(PRIORITY_NORMAL), URGENCY_MEDIUM);
	assert_int_equal(choice_urgency_of(PRIORITY_LOW), URGENCY_LOW);
	assert_int_equal(choice_urgency_of(PRIORITY_NONE), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(our_label_tags_always_count),
	        cmocka_unit_test(a_listed_tag_stands_for_its_label_for_the_named_one_or_for_itself),
	        cmocka_unit_test(what_is_no_tag_no_label_or_twice_is_refused_with_its_place),
	        cmocka_unit_test(urgent_counts_as_high_and_no_priority_as_no_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
