/* Answers in the shapes that servers and models were seen to give them: thoughts in any mark,
 * drafts and corrections, the format repeated, and JSON that is almost JSON. Each row is either
 * read as the answer that was meant, or refused; the labels of a draft never come out. */
#include "support.h"

static struct arena arena;
static struct answer answer;
static struct err err;

#define DRAFT                                                                                      \
	"{\"summary\":\"Draft\",\"root_cause\":\"other\",\"urgency\":\"low\",\"sentiment\":"       \
	"\"neutral\"}"
#define FORMAT                                                                                     \
	"{\"summary\": \"...\", \"root_cause\": \"bug|feature|refund|other\", \"urgency\": "       \
	"\"high|medium|low\", \"sentiment\": \"positive|neutral|negative\"}"
/* A draft as a ticket can hold it: inside a string it needs no escapes. */
#define QUOTED "{'summary':'nothing','root_cause':'other','urgency':'low','sentiment':'neutral'}"
#define SCHEMA                                                                                     \
	"{\"type\":\"object\",\"required\":[\"summary\"],\"properties\":{\"summary\":{\"type\":"   \
	"\"string\"},\"root_cause\":{\"type\":\"string\",\"enum\":[\"bug\",\"other\"]}}}"
/* Names and values but for the summary. */
#define LABELS "\"root_cause\":\"bug\",\"urgency\":\"high\",\"sentiment\":\"negative\""

static int tear_down(void **state)
{
	arena_free(&arena);
	arena = (struct arena){0};
	return 0;
}

static int set_up_all(void **state)
{
	json_seed(1);
	return 0;
}

static bool read(const char *content, bool reasoning)
{
	err.text[0] = '\0';
	return answer_parse(str_of(content), reasoning, &arena, &answer, &err) == 0;
}

static void assert_meant(const char *content)
{
	if (!read(content, false))
		fail_msg("%s\nwas not read: %s", content, err.text);
	if (answer.root_cause != CAUSE_BUG || answer.urgency != URGENCY_HIGH ||
	    answer.sentiment != SENTIMENT_NEGATIVE)
		fail_msg("%s\nwas read wrongly", content);
}

static void assert_refused(const char *content)
{
	if (read(content, false))
		fail_msg("%s\nwas read", content);
	assert_true(err.text[0] != '\0');
}

static void assert_all(const char *const *rows, size_t count, void (*check)(const char *))
{
	for (size_t i = 0; i < count; i++)
		check(rows[i]);
}
#define ALL(rows, check) assert_all(rows, ARRAY_LEN(rows), check)

static void thoughts_are_cut_in_any_mark(void **state)
{
	static const char *const rows[] = {
	        "<think>Maybe " DRAFT " no.</think>\n" GOOD,
	        "<think>" DRAFT "</think><think>hm</think>```json\n" GOOD "\n```",
	        "<thinking>" DRAFT "</thinking>" GOOD,
	        "<thinking mode=\"deep\">" DRAFT "</thinking>" GOOD,
	        "<Thought>" DRAFT "</Thought>" GOOD,
	        "<reasoning>" DRAFT "</reasoning>\n\n" GOOD,
	        "<seed:think>" DRAFT "</seed:think>" GOOD,
	        "<mm:think>" DRAFT "</mm:think>" GOOD,
	        "<longcat_think>" DRAFT "</longcat_think>" GOOD,
	        "<reflection>" DRAFT "</reflection>" GOOD,
	        "<scratchpad>" DRAFT "</scratchpad><answer>" GOOD "</answer>",
	        "<analysis>" DRAFT "</analysis>" GOOD,
	        "[THINK]" DRAFT "[/THINK]" GOOD,
	        "<|begin_of_thought|>" DRAFT "<|end_of_thought|>" GOOD,
	        "<|START_THINKING|>" DRAFT "<|END_THINKING|>" GOOD,
	        "\xE2\x97\x81think\xE2\x96\xB7" DRAFT "\xE2\x97\x81/think\xE2\x96\xB7" GOOD,
	        "<|channel>thought\n" DRAFT "<channel|>" GOOD,
	        "<think>the tag </think> and " DRAFT "</think>" GOOD,
	        "<thinking>a <think>b</think> " DRAFT "</thinking>" GOOD,
	        "<think>an object { begins</think>" GOOD,
	        "<think>{\"summary\": hm</think>" GOOD,
	        "Sure.\n<think>" DRAFT "</think>\n" GOOD,
	        GOOD "<reflection>or " DRAFT "?</reflection>",
	        GOOD "\n<think>or " DRAFT,
	};
	ALL(rows, assert_meant);
}

static void thoughts_whose_opening_mark_is_missing_are_cut(void **state)
{
	static const char *const rows[] = {
	        "Maybe " DRAFT "</think>" GOOD,
	        DRAFT "</think>" GOOD,
	        "```json\n" DRAFT "\n```\n</think>\n```json\n" GOOD "\n```",
	        "{\"summary\": is what? </thinking>" GOOD,
	        DRAFT "[/THINK]" GOOD,
	};
	ALL(rows, assert_meant);
}

static void channels_of_gpt_oss_are_read_to_the_final_one(void **state)
{
	static const char *const rows[] = {
	        "<|channel|>analysis<|message|>" DRAFT
	        "<|end|><|start|>assistant<|channel|>final<|message|>" GOOD "<|return|>",
	        "<|start|>assistant<|channel|>analysis<|message|>hm" DRAFT "<|channel|>commentary "
	        "json<|message|>" DRAFT "<|end|><|channel|>final <|constrain|>json<|message|>" GOOD,
	        "<|channel|>final<|message|>" GOOD "<|return|>",
	        DRAFT "<|channel|>final" GOOD,
	        "analysisWe need JSON: " DRAFT " good.assistantfinal" GOOD,
	        "commentaryx assistantfinal" DRAFT "assistantfinal" GOOD,
	};
	ALL(rows, assert_meant);
}

static void thoughts_alone_are_no_answer(void **state)
{
	static const char *const rows[] = {
	        "<think>" DRAFT "</think>",
	        "<think>" DRAFT,
	        "<think>" DRAFT "</think> I cannot say.",
	        DRAFT " wait </think> I cannot say.",
	        "[THINK]" DRAFT,
	        "<|channel|>analysis<|message|>" DRAFT "<|end|>",
	        "<|channel>thought " DRAFT,
	        "analysisWe need " DRAFT " perhaps",
	};
	ALL(rows, assert_refused);
}

static void a_mark_in_a_string_of_an_answer_is_text(void **state)
{
	static const char *const rows[] = {
	        "{\"summary\":\"Page shows </think>\"," LABELS "}",
	        "```json\n{\"summary\":\"Page shows </think>\"," LABELS "}\n```",
	        "Here: {\"summary\":\"<think> and [/THINK] are shown\"," LABELS "} done",
	        "Here: " DRAFT " no: {\"summary\":\"<think>\"," LABELS "}",
	};
	ALL(rows, assert_meant);
}

static void of_several_objects_the_last_valid_one_counts(void **state)
{
	static const char *const rows[] = {
	        DRAFT GOOD,
	        "```json\n" DRAFT "\n```\nWait, no:\n```json\n" GOOD "\n```",
	        "```json\n" DRAFT "\n```\nCorrected: " GOOD,
	        "[" DRAFT "," GOOD "]",
	        "{\"draft\":" DRAFT ",\"final\":" GOOD "}",
	        "First {'summary':'x','root_cause':'other','urgency':'low','sentiment':'neutral'} "
	        "but " GOOD,
	        DRAFT " but {\"summary\":\"s\"," LABELS ",}",
	        GOOD " I chose {\"urgency\":\"high\"} for its words.",
	        GOOD " " FORMAT,
	};
	ALL(rows, assert_meant);
}

static void the_format_repeated_hides_no_answer(void **state)
{
	static const char *const rows[] = {
	        "I return " FORMAT " so:\n" GOOD,
	        FORMAT "\n" GOOD,
	        SCHEMA GOOD,
	        GOOD "\nSchema: " SCHEMA,
	        "```json\n" SCHEMA "\n```\n```json\n" GOOD "\n```",
	        "{\"summary\": string, \"root_cause\": \"bug\" | \"other\"}\n" GOOD,
	        GOOD "\nas {\"summary\": <text>, \"root_cause\": <bug or other>}",
	};
	static const char *const alone[] = {FORMAT, SCHEMA, "So: " FORMAT, SCHEMA FORMAT};
	ALL(rows, assert_meant);
	ALL(alone, assert_refused);
}

static void a_draft_does_not_stand_in_for_a_broken_correction(void **state)
{
	static const char *const rows[] = {
	        DRAFT " Corrected: {\"summary\":\"s\",\"root_cause\":\"bug\",\"urg",
	        DRAFT " Corrected: {\"summary\":\"s\",\"root_cause\":bug,\"urgency\":high}",
	        "{\"draft\":" DRAFT ",\"final\":{\"summary\":\"s\",\"root",
	        "{\"draft\":" DRAFT ",\"final\":{\"summary\":\"s\" \"urgency\":1}}",
	};
	ALL(rows, assert_refused);
}

static void escapes_that_json_does_not_have_are_read(void **state)
{
	assert_meant("{\"summary\":\"s\",\"root\\_cause\":\"bug\",\"urgency\":\"high\","
	             "\"sentiment\":\"negative\"}");
	assert_meant("{\"summary\":\"can\\'t log in\"," LABELS "}");
	assert_str(answer.summary, "can't log in");
	assert_meant("{\"summary\":\"Charged \\$50 \\& more \\\"twice\\\"\"," LABELS "}");
	assert_str(answer.summary, "Charged $50 & more \"twice\"");
	assert_meant("{\"summary\":\"C:\\Program Files\\users\"," LABELS "}");
	assert_str(answer.summary, "C:\\Program Files\\users");
	assert_meant("{\"summary\":\"a \\u00e4 \\x41 \\u12\"," LABELS "}");
	assert_str(answer.summary, "a \xC3\xA4 \\x41 \\u12");
}

static void json_of_small_models_is_mended(void **state)
{
	static const char *const rows[] = {
	        "{\xE2\x80\x9Csummary\xE2\x80\x9D: \xE2\x80\x9Cs\xE2\x80\x9D, "
	        "\xE2\x80\x9Croot_cause\xE2\x80\x9D: \xE2\x80\x9C"
	        "bug\xE2\x80\x9D, \xE2\x80\x9Curgency\xE2\x80\x9D: \xE2\x80\x9Chigh\xE2\x80\x9D, "
	        "\xE2\x80\x9Csentiment\xE2\x80\x9D: \xE2\x80\x9Cnegative\xE2\x80\x9D}",
	        "{\"summary\":\"s\"," LABELS ",\"escalate\":True,\"note\":None,\"x\":NaN}",
	        "{\"summary\":\"s\"," LABELS ",\"x\":undefined,\"y\":-Infinity,\"z\":-1.5e3}",
	        "{\"summary\":\"s\", // short\n" LABELS "}",
	        "{\"summary\":\"s\", /* short } */ " LABELS " # done\n}",
	        "{summary: \"s\", root_cause: 'bug', urgency: \"high\", sentiment: \"negative\"}",
	        "{\"summary\":\"The \"Save\" button fails\"," LABELS "}",
	        "{\"summary\":\"s\"," LABELS ",\"tags\":[\"a\",],}",
	        "Here: {'summary': 's', " LABELS "}",
	        "{\"summary\":\"says \"urgency\": \"low\"\"," LABELS "}",
	};
	ALL(rows, assert_meant);
}

static void what_could_be_read_in_two_ways_is_refused(void **state)
{
	static const char *const rows[] = {
	        /* a missing comma, a missing value, a bare word, a quote that ends nothing */
	        "{\"summary\":\"s\"\n\"root_cause\":\"bug\",\"urgency\":\"high\",\"sentiment\":"
	        "\"negative\"}",
	        "{\"summary\":\"s\",\"root_cause\":,\"urgency\":\"high\",\"sentiment\":"
	        "\"negative\"}",
	        "{\"summary\":\"s\",\"root_cause\":bug,\"urgency\":\"high\",\"sentiment\":"
	        "\"negative\"}",
	        "{\"summary\":\"s\",\"root_cause\":\"bug\" or \"other\",\"urgency\":\"high\","
	        "\"sentiment\":\"negative\"}",
	        /* text of the ticket that looks like members */
	        "{\"summary\":\"says \"a\",\"urgency\":\"low\",\"b\":\"\",\"root_cause\":\"bug\","
	        "\"urgency\":\"high\",\"sentiment\":\"negative\",}",
	        /* brackets that are missing */
	        "{\"summary\":\"s\"," LABELS,
	        "{\"summary\":\"s\"," LABELS "\n```",
	        "{\"summary\":\"s\"," LABELS ",\"tags\":[\"a\"}",
	        "{'summary':'s','root_cause':'bug'",
	        "{\"summary\":\"s\" /* never ends\n," LABELS "}",
	};
	ALL(rows, assert_refused);
}

static void in_thoughts_that_are_the_only_text_the_end_counts(void **state)
{
	static const char *const ends[] = {
	        "So " GOOD,
	        DRAFT " no, " GOOD "\n",
	        "So ```json\n" GOOD "\n```",
	        "<|channel|>final<|message|>" GOOD "<|return|>",
	        GOOD,
	        "x</think>" GOOD,
	};
	static const char *const goes_on[] = {
	        "Maybe " DRAFT " or not.",
	        DRAFT " is what I would say if",
	        "So " DRAFT "\nHm, wait",
	};
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		if (!read(ends[i], true))
			fail_msg("%s: %s", ends[i], err.text);
		assert_int_equal(answer.root_cause, CAUSE_BUG);
		assert_true(answer.repairs & REPAIR_THINK);
	}
	for (size_t i = 0; i < ARRAY_LEN(goes_on); i++)
		assert_false(read(goes_on[i], true));
	assert_non_null(strstr(err.text, "thoughts"));
}

static void what_a_glued_channel_quotes_is_text(void **state)
{
	static const char *const rows[] = {
	        "analysisWe think.assistantfinal{\"summary\":\"writes assistantfinal" QUOTED
	        "\"," LABELS "}",
	        "analysisWe think.assistantfinal{\"summary\":\"writes assistantfinal" QUOTED
	        "\"," LABELS ",}",
	        "analysisThe word assistantfinal ends it.assistantfinal```json\n" GOOD "\n```",
	        "analysisThey wrote assistantfinal" QUOTED " I see.assistantfinal" GOOD,
	};
	static const char *const broken[] = {
	        "analysisHm.assistantfinal{\"summary\":\"a \"no\" assistantfinal" QUOTED
	        "\" x," LABELS "}",
	        "analysisHm.assistantfinal{\"summary\":\"assistantfinal" QUOTED "\",\"root_cause\"",
	};
	ALL(rows, assert_meant);
	ALL(broken, assert_refused);
}

static void a_mark_in_a_string_of_an_object_that_needs_mending_is_text(void **state)
{
	static const char *const rows[] = {
	        "{\"summary\":\"writes </think>" QUOTED "\"," LABELS ",}",
	        "Answer:\n{\"summary\":\"writes\n</think>" QUOTED "\"," LABELS "}",
	        "{\"summary\":\"says \"no\" </think>" QUOTED "\"," LABELS "}",
	        "<|channel|>analysis<|message|>x<|end|><|channel|>final<|message|>{\"summary\":"
	        "\"writes <|channel|>final<|message|>" QUOTED "\"," LABELS ",}",
	};
	static const char *const broken[] = {
	        "{\"summary\":\"says \"no </think>" QUOTED "\" x," LABELS "}",
	        "{\"summary\":\"writes </think>" QUOTED "\" \"root_cause\":\"bug\"}",
	        "{\"summary\":\"writes </think>" QUOTED "\"," LABELS,
	};
	ALL(rows, assert_meant);
	ALL(broken, assert_refused);
}

#define FINAL(summary, urgency)                                                                    \
	"\nOn reflection:\n{" summary ",\"root_cause\":\"bug\",\"urgency\":\"" urgency             \
	"\",\"sentiment\":\"negative\"}"

static void a_draft_does_not_stand_in_for_a_final_answer_that_looks_like_a_format(void **state)
{
	static const char *const rows[] = {
	        DRAFT FINAL("\"summary\":\"said \"no\", and left...\"", "high"),
	        DRAFT FINAL("\"summary\":\"Order <123> said \"no\", and left\"", "high"),
	        DRAFT FINAL("\"summary\":\"a | b \"no\", and left\"", "high"),
	        DRAFT FINAL("// final\n\"summary\":\"said \"no\", left\"", "high"),
	        DRAFT FINAL("/* final */ \"summary\":\"said \"no\", left\"", "high"),
	        DRAFT FINAL("# final\n\"summary\":\"said \"no\", left\"", "high"),
	        DRAFT FINAL("`summary`:`s` ", "high"),
	        DRAFT "\n{ **Urgency**: high, **Root cause**: bug }",
	        DRAFT "\n{\"summary\":\"...\",\"root_cause\":bug,\"urgency\":\"high\"}",
	        DRAFT "\n{\"summary\": <text>, \"root_cause\": bug, \"urgency\": <word>}",
	};
	ALL(rows, assert_refused);
}

static void a_draft_does_not_stand_in_for_a_final_answer_with_a_wrong_label(void **state)
{
	static const char *const rows[] = {
	        DRAFT FINAL("\"summary\":\"s\"", "high!!"),
	        DRAFT FINAL("\"summary\":\"s\"", "high or critical"),
	        DRAFT FINAL("\"summary\":7", "high"),
	        DRAFT FINAL("\"summary\":\"...\"", "high"),
	        DRAFT FINAL("'summary':'s',\"x\":None", "soon"),
	        DRAFT " Correction: {\"urgency\":\"high\"}",
	        DRAFT " Correction: {\"urgency\":{\"level\":\"high\"}}",
	        GOOD " Example: {\"summary\":\"...\",\"root_cause\":\"other\",\"urgency\":\"low\","
	             "\"sentiment\":\"neutral\"}",
	};
	ALL(rows, assert_refused);
	assert_meant(FORMAT FINAL("\"summary\":\"s\"", "soon") GOOD);
	assert_meant(GOOD " so {\"urgency\":\"P1\",\"root_cause\":\"bug\"} it is");
}

static void nothing_is_looked_for_in_a_string_of_an_object(void **state)
{
	static const char *const rows[] = {
	        "{\"result\":" GOOD ",\"rejected\":\"" QUOTED "\"}",
	        "{\"rejected\":\"\\\"" QUOTED "\",\"result\":" GOOD "}",
	        "{\"ticket\":\"" QUOTED "\"}" GOOD,
	        GOOD "{\"ticket\":\"" QUOTED "\"}",
	};
	static const char *const drafts[] = {
	        "{\"ticket\":\"" QUOTED "\"}",
	        "{\"ticket\":\"" QUOTED "\",\"x\":1}",
	        "{\"result\":" GOOD ",\"rejected\":\"" QUOTED "\",}",
	        "{\"summary\":\"writes " QUOTED "\",\"root_cause\":\"bug\",\"urgency\":\"soon\"}",
	        "{\"summary\":\"writes " QUOTED "\",\"root_cause\":bug,\"urgency\":\"high\"}",
	        "{\"root_cause\":bug,\"urgency\":\"high\",\"summary\":\"writes \"x}\" " QUOTED
	        "\"}",
	};
	ALL(rows, assert_meant);
	ALL(drafts, assert_refused);
}

static void a_brace_in_the_words_behind_an_answer_hides_nothing(void **state)
{
	static const char *const rows[] = {
	        GOOD "\nNote: use {'x' for more",
	        GOOD "\n{\"note\": unterminated",
	        GOOD "\nDone {",
	        GOOD "\n{'a':{'b':{'c':{'d':{'e':{'f':{'g':{'h':{'i'",
	};
	static const char *const corrections[] = {
	        DRAFT "\nNo: {\"summary\":\"s\",\"root_cause\":\"bug\"",
	        DRAFT "\nNo: {'urgency': 'high', ",
	};
	ALL(rows, assert_meant);
	ALL(corrections, assert_refused);
}

static void a_heading_in_square_brackets_is_prose_before_one_answer(void **state)
{
	static const char *const rows[] = {
	        "[Reasoning] The user is angry.\n" GOOD,
	        "[Analysis]\nA bug.\n[Thoughts]\nUrgent.\n```json\n" GOOD "\n```",
	};
	static const char *const unsure[] = {
	        "[Reasoning] Maybe " DRAFT " or " GOOD,
	        "[Reasoning] Maybe " DRAFT " but I think",
	        "[THINK] Maybe " DRAFT,
	        "[Reasoning] Maybe " DRAFT "[/Reasoning]",
	};
	ALL(rows, assert_meant);
	ALL(unsure, assert_refused);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

#define OTHER_LABELS "\"root_cause\":\"other\",\"urgency\":\"low\",\"sentiment\":\"neutral\"}"
#define MEANT "{\"summary\":\"Login fails\"," LABELS "}"

static void words_behind_an_object_that_contradict_it_cost_an_attempt(void **state)
{
	static const char *const contradict[] = {
	        DRAFT "\nFinal:\nroot_cause: bug\nurgency: high\nsentiment: negative",
	        DRAFT "\n**Root cause**: bug",
	        DRAFT "\nCorrected: &quot;urgency&quot;: &quot;high&quot;",
	        /* a ticket that is quoted without escapes */
	        "{\"summary\":\"user wrote " DRAFT "\"," LABELS "}",
	        "{\"summary\":\"user wrote\"," OTHER_LABELS " and more\"," LABELS "}",
	};
	static const char *const agree[] = {
	        MEANT "\nThe root_cause is bug. Urgency: high, since nobody can log in.",
	        MEANT "\nAllowed: urgency: low | medium | high, root_cause: feature or bug.",
	        MEANT "\n<think>or urgency: low?</think>",
	        MEANT "\nThe urgency was lowered.",
	};
	assert_all(contradict, ARRAY_LEN(contradict), assert_refused);
	assert_all(agree, ARRAY_LEN(agree), assert_meant);
}

static void a_member_that_is_called_a_draft_is_none_of_the_answers(void **state)
{
	static const char *const texts[] = {
	        "{\"final\":" MEANT ",\"draft\":" DRAFT "}",
	        "{\"answer\":" MEANT ",\"alternatives\":[" DRAFT "," DRAFT "]}",
	        "{\"draft\":" DRAFT ",\"final\":" MEANT "}",
	        /* the only one counts whatever it is called */
	        "{\"draft\":" MEANT "}",
	};
	assert_all(texts, ARRAY_LEN(texts), assert_meant);
}

static void a_placeholder_is_no_summary(void **state)
{
	static const char *const placeholders[] = {
	        "{\"summary\":\"<summary>\"," LABELS "}",
	        "{\"summary\":\"<one line of text>\"," LABELS "}",
	        "{\"summary\":\"string\"," LABELS "}",
	        "{\"summary\":\"...\"," LABELS "}",
	};
	static const char *const summaries[] = {
	        "{\"summary\":\"Login fails | page\"," LABELS "}",
	        "{\"summary\":\"<think>\"," LABELS "}",
	        "{\"summary\":\"Text\"," LABELS "}",
	};
	assert_all(placeholders, ARRAY_LEN(placeholders), assert_refused);
	assert_all(summaries, ARRAY_LEN(summaries), assert_meant);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(thoughts_are_cut_in_any_mark),
	        TEST(thoughts_whose_opening_mark_is_missing_are_cut),
	        TEST(channels_of_gpt_oss_are_read_to_the_final_one),
	        TEST(thoughts_alone_are_no_answer),
	        TEST(a_mark_in_a_string_of_an_answer_is_text),
	        TEST(of_several_objects_the_last_valid_one_counts),
	        TEST(the_format_repeated_hides_no_answer),
	        TEST(a_draft_does_not_stand_in_for_a_broken_correction),
	        TEST(escapes_that_json_does_not_have_are_read),
	        TEST(json_of_small_models_is_mended),
	        TEST(what_could_be_read_in_two_ways_is_refused),
	        TEST(what_a_glued_channel_quotes_is_text),
	        TEST(a_mark_in_a_string_of_an_object_that_needs_mending_is_text),
	        TEST(a_draft_does_not_stand_in_for_a_final_answer_that_looks_like_a_format),
	        TEST(a_draft_does_not_stand_in_for_a_final_answer_with_a_wrong_label),
	        TEST(nothing_is_looked_for_in_a_string_of_an_object),
	        TEST(a_brace_in_the_words_behind_an_answer_hides_nothing),
	        TEST(a_heading_in_square_brackets_is_prose_before_one_answer),
	        TEST(in_thoughts_that_are_the_only_text_the_end_counts),
	        TEST(words_behind_an_object_that_contradict_it_cost_an_attempt),
	        TEST(a_member_that_is_called_a_draft_is_none_of_the_answers),
	        TEST(a_placeholder_is_no_summary),
	};
	return cmocka_run_group_tests(tests, set_up_all, NULL);
}
