/* The synonyms that stand for a label, and that nothing else does. */
#include "support.h"

#include "llm/labels.h"

static int find(enum label_field field, const char *word)
{
	bool exact;
	return label_find(field, str_of(word), &exact);
}

static void every_label_stands_for_itself_exactly(void **state)
{
	for (int field = 0; field < LABEL_FIELDS; field++)
		for (int value = 0; value < label_count((enum label_field)field); value++) {
			bool exact = false;
			struct str name = str_of(label_name((enum label_field)field, value));
			assert_int_equal(label_find((enum label_field)field, name, &exact), value);
			assert_true(exact);
		}
}

static void case_blanks_underscores_and_hyphens_do_not_matter(void **state)
{
	bool exact = true;
	assert_int_equal(label_find(LABEL_ROOT_CAUSE, STR(" Feature_Request "), &exact),
	                 CAUSE_FEATURE);
	assert_false(exact);
	assert_int_equal(find(LABEL_ROOT_CAUSE, "TECHNICAL-ISSUE"), CAUSE_BUG);
	assert_int_equal(find(LABEL_ROOT_CAUSE, "refund\n"), CAUSE_REFUND);
	assert_int_equal(find(LABEL_URGENCY, "Medium-High"), URGENCY_MEDIUM);
	assert_int_equal(find(LABEL_SENTIMENT, "Very Negative"), SENTIMENT_NEGATIVE);
}

static void common_synonyms_stand_for_their_label(void **state)
{
	assert_int_equal(find(LABEL_ROOT_CAUSE, "outage"), CAUSE_BUG);
	assert_int_equal(find(LABEL_ROOT_CAUSE, "enhancement"), CAUSE_FEATURE);
	assert_int_equal(find(LABEL_ROOT_CAUSE, "billing"), CAUSE_REFUND);
	assert_int_equal(find(LABEL_ROOT_CAUSE, "n/a"), CAUSE_OTHER);
	assert_int_equal(find(LABEL_URGENCY, "P1"), URGENCY_HIGH);
	assert_int_equal(find(LABEL_URGENCY, "normal"), URGENCY_MEDIUM);
	assert_int_equal(find(LABEL_URGENCY, "trivial"), URGENCY_LOW);
	assert_int_equal(find(LABEL_SENTIMENT, "satisfied"), SENTIMENT_POSITIVE);
	assert_int_equal(find(LABEL_SENTIMENT, "mixed"), SENTIMENT_NEUTRAL);
	assert_int_equal(find(LABEL_SENTIMENT, "frustrated"), SENTIMENT_NEGATIVE);
}

static void any_other_word_is_none(void **state)
{
	static const char *const words[] = {
	        "", "-", "bu", "bugg", "bug|feature", "\xC3\xBC", "high", "none of these"};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		assert_int_equal(find(LABEL_ROOT_CAUSE, words[i]), -1);
	assert_int_equal(find(LABEL_URGENCY, "none"), -1);
	assert_int_equal(find(LABEL_SENTIMENT, "bug"), -1);
}

static void keys_compare_without_separators(void **state)
{
	assert_true(label_words_equal(STR("Root-Cause"), "rootcause"));
	assert_true(label_words_equal(STR("rootCause"), "rootcause"));
	assert_false(label_words_equal(STR("root"), "rootcause"));
	assert_false(label_words_equal(STR("rootcauses"), "rootcause"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_label_stands_for_itself_exactly),
	        cmocka_unit_test(case_blanks_underscores_and_hyphens_do_not_matter),
	        cmocka_unit_test(common_synonyms_stand_for_their_label),
	        cmocka_unit_test(any_other_word_is_none),
	        cmocka_unit_test(keys_compare_without_separators),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
