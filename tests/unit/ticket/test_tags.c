/* What is there stays, in its order; ours are added once. */
#include "../base/helper.h"

#include "ticket/tags.h"

static struct arena arena;

static int setup(void **state)
{
	arena = (struct arena){0};
	return 0;
}

static int teardown(void **state)
{
	arena_free(&arena);
	return 0;
}

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
	char joined[512] = "";
	for (size_t i = 0; i < got.count; i++)
		snprintf(joined + strlen(joined), sizeof(joined) - strlen(joined), "%s" STR_FMT,
		         i ? "," : "", STR_ARG(got.items[i]));
	assert_string_equal(joined, expected);
}

static const struct analysis analysis = {
        .root_cause = CAUSE_BUG, .urgency = URGENCY_HIGH, .sentiment = SENTIMENT_NEGATIVE};

static void ours_are_the_processed_tag_and_three_labels_with_the_prefix(void **state)
{
	assert_tags(tags_ours(&analysis, STR("ai_processed"), STR("ai_"), &arena),
	            "ai_processed,ai_bug,ai_high,ai_negative");
}

static void a_fallback_answer_adds_the_fallback_tag(void **state)
{
	struct analysis fallback = analysis;
	fallback.by_rules = fallback.fallback = true;
	assert_tags(tags_ours(&fallback, STR("done"), STR("x-"), &arena),
	            "done,x-bug,x-high,x-negative,x-fallback");
	fallback.fallback = false;
	assert_tags(tags_ours(&fallback, STR("done"), STR("x-"), &arena),
	            "done,x-bug,x-high,x-negative");
}

static void ours_never_hold_a_tag_twice(void **state)
{
	assert_tags(tags_ours(&analysis, STR("bug"), (struct str){0}, &arena), "bug,high,negative");
}

static void merging_keeps_what_is_there_in_its_order_and_adds_ours_behind(void **state)
{
	struct tags ours = make("ai_processed,ai_bug");
	struct tags existing = make("vip,acme,beta");
	assert_tags(tags_merge(&existing, &ours, &arena), "vip,acme,beta,ai_processed,ai_bug");
	struct tags none = make("");
	assert_tags(tags_merge(&none, &ours, &arena), "ai_processed,ai_bug");
	assert_tags(tags_merge(&existing, &none, &arena), "vip,acme,beta");
	assert_tags(tags_merge(&none, &none, &arena), "");
}

static void ours_are_added_once_whatever_their_case_in_zendesk(void **state)
{
	struct tags ours = make("ai_processed,ai_bug,ai_bug,ai_high");
	struct tags existing = make("AI_Bug,vip,Vip");
	assert_tags(tags_merge(&existing, &ours, &arena), "AI_Bug,vip,Vip,ai_processed,ai_high");
	struct tags merged = tags_merge(&existing, &ours, &arena);
	assert_tags(tags_merge(&merged, &ours, &arena), "AI_Bug,vip,Vip,ai_processed,ai_high");
}

static void missing_tells_exactly_what_merging_adds(void **state)
{
	struct tags ours = make("ai_processed,ai_bug,ai_bug,ai_high");
	struct tags existing = make("AI_Bug,vip");
	assert_tags(tags_missing(&existing, &ours, &arena), "ai_processed,ai_high");
	struct tags none = {0};
	assert_tags(tags_missing(&none, &ours, &arena), "ai_processed,ai_bug,ai_high");
	assert_tags(tags_missing(&ours, &ours, &arena), "");
}

static void a_merged_list_outlives_the_lists_it_was_made_of(void **state)
{
	char vip[] = "vip", bug[] = "ai_bug";
	struct str page[] = {str_of(vip)}, added[] = {str_of(bug)};
	struct tags existing = {page, 1}, ours = {added, 1};
	struct tags merged = tags_merge(&existing, &ours, &arena);
	struct tags missing = tags_missing(&existing, &ours, &arena);

	memset(vip, 'x', 3);
	memset(bug, 'x', 6);
	assert_tags(merged, "vip,ai_bug");
	assert_tags(missing, "ai_bug");
}

static void a_tag_is_looked_for_without_regard_to_ascii_case_only(void **state)
{
	struct tags tags = make("VIP,caf\xC3\xA9");
	assert_true(tags_have(&tags, STR("vip")));
	assert_true(tags_have(&tags, STR("Vip")));
	assert_false(tags_have(&tags, STR("vi")));
	assert_false(tags_have(&tags, STR("vipp")));
	assert_true(tags_have(&tags, STR("CAF\xC3\xA9")));
	assert_false(tags_have(&tags, STR("caf\xC3\x89")));
	assert_false(tags_have(&(struct tags){0}, STR("")));
}

static void a_tag_of_ours_is_1_to_60_of_a_z_0_9_underscore_dash(void **state)
{
	assert_true(tag_valid(STR("ai_processed")));
	assert_true(tag_valid(STR("a")));
	assert_true(tag_valid(STR("az09_-")));
	assert_true(tag_valid(STR("012345678901234567890123456789012345678901234567890123456789")));
	assert_false(
	        tag_valid(STR("0123456789012345678901234567890123456789012345678901234567890")));
	static const char *const wrong[] = {"",         "A",   "a b", "a,b", "a.b", "a\n",
	                                    "\xC3\xA9", "a/b", "{",   "`",   "@"};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_false(tag_valid(str_of(wrong[i])));
	assert_false(tag_valid(STR("a\0b")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(ours_are_the_processed_tag_and_three_labels_with_the_prefix),
	        cmocka_unit_test(a_fallback_answer_adds_the_fallback_tag),
	        cmocka_unit_test(ours_never_hold_a_tag_twice),
	        cmocka_unit_test(merging_keeps_what_is_there_in_its_order_and_adds_ours_behind),
	        cmocka_unit_test(ours_are_added_once_whatever_their_case_in_zendesk),
	        cmocka_unit_test(missing_tells_exactly_what_merging_adds),
	        cmocka_unit_test(a_merged_list_outlives_the_lists_it_was_made_of),
	        cmocka_unit_test(a_tag_is_looked_for_without_regard_to_ascii_case_only),
	        cmocka_unit_test(a_tag_of_ours_is_1_to_60_of_a_z_0_9_underscore_dash),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
