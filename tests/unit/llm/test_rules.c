/* The rules: the specification's table word for word, and what the improved one makes of mails as
 * customers write them. */
#include "support.h"

#include "../../bench/rules_spec.h"

static struct rules_labels spec(const char *subject, const char *description)
{
	return rules_spec(str_of(subject), str_of(description));
}

static struct rules_labels classify(const char *subject, const char *description)
{
	return rules_classify(str_of(subject), str_of(description));
}

static void the_specification_looks_for_bug_then_refund_then_feature(void **state)
{
	assert_int_equal(spec("", "got 404").root_cause, CAUSE_BUG);
	assert_int_equal(spec("CRASH", "refund and feature").root_cause, CAUSE_BUG);
	assert_int_equal(spec("charge", "please add").root_cause, CAUSE_REFUND);
	assert_int_equal(spec("", "We Would Like it").root_cause, CAUSE_FEATURE);
	assert_int_equal(spec("hello", "there").root_cause, CAUSE_OTHER);
	/* stems, as specified */
	assert_int_equal(spec("", "the address").root_cause, CAUSE_FEATURE);
}

static void the_specification_s_urgency_and_sentiment_take_the_first_that_stands(void **state)
{
	assert_int_equal(spec("ASAP", "when you can").urgency, URGENCY_HIGH);
	assert_int_equal(spec("", "eventually").urgency, URGENCY_LOW);
	assert_int_equal(spec("", "please").urgency, URGENCY_MEDIUM);
	assert_int_equal(spec("", "terrible, thanks").sentiment, SENTIMENT_NEGATIVE);
	assert_int_equal(spec("", "Thanks").sentiment, SENTIMENT_POSITIVE);
	assert_int_equal(spec("", "hm").sentiment, SENTIMENT_NEUTRAL);
}

static const struct mail {
	const char *subject;
	const char *description;
	enum root_cause root_cause;
} MAILS[] = {
        {"App crashes on start", "Since the last update the app crashes as soon as I open it.",
         CAUSE_BUG},
        {"Login broken", "I cannot log in any more, it says error 500.", CAUSE_BUG},
        {"Reports page shows 404", "After yesterday's update the reports page is not found.",
         CAUSE_BUG},
        {"", "The export button doesn't work, nothing happens when I click it.", CAUSE_BUG},
        {"Email notifications stopped working", "We have not received any since Monday.",
         CAUSE_BUG},
        {"Wrong total on the invoice page",
         "The sum on the dashboard is incorrect, it ignores tax. Looks like a bug.", CAUSE_BUG},
        {"Data missing", "Half of my contacts disappeared after the sync failed.", CAUSE_BUG},
        {"", "Your website is down, we get a timeout everywhere.", CAUSE_BUG},
        {"Can't upload files", "Uploading fails with an unexpected error message.", CAUSE_BUG},
        {"",
         "My card was declined although there is money on the account and it isn't working online.",
         CAUSE_BUG},
        {"Android version freezes", "Screen is frozen after I rotate the phone.", CAUSE_BUG},
        {"Password reset not working", "The link in the mail leads to a blank page.", CAUSE_BUG},
        {"Feature request: dark mode", "It would be nice to have a dark theme.", CAUSE_FEATURE},
        {"Please add CSV export", "We would love to see an option to export reports as CSV.",
         CAUSE_FEATURE},
        {"", "Could you add support for SAML single sign-on?", CAUSE_FEATURE},
        {"Suggestion", "It would be great if the calendar could show week numbers.", CAUSE_FEATURE},
        {"Bulk edit", "I would like to see the ability to edit several entries at once.",
         CAUSE_FEATURE},
        {"Slack integration", "Do you plan to support Slack? That would be useful for our team.",
         CAUSE_FEATURE},
        {"Enhancement", "Allow users to sort the list by date.", CAUSE_FEATURE},
        {"Idea for the mobile app",
         "My wish: a widget for the home screen. It should be possible to configure it.",
         CAUSE_FEATURE},
        {"Refund please", "I want my money back for order 1234.", CAUSE_REFUND},
        {"Charged twice", "You charged me twice this month.", CAUSE_REFUND},
        {"", "Please cancel my subscription, I was billed after the free trial.", CAUSE_REFUND},
        {"Unknown charge on my statement", "There is a fee of 12.99 I do not know.", CAUSE_REFUND},
        {"Invoice dispute", "The invoice is too high, we agreed on a discount.", CAUSE_REFUND},
        {"", "I bought this by mistake and would like a refund for the purchase.", CAUSE_REFUND},
        {"Where is my refund?", "It has been three weeks and my refund is still not here.",
         CAUSE_REFUND},
        {"Cancel my order", "I ordered the wrong size, please cancel it.", CAUSE_REFUND},
        {"", "Why was I charged an extra fee for the transfer?", CAUSE_REFUND},
        {"Chargeback", "I will dispute the payment with my bank.", CAUSE_REFUND},
        {"How do I change my password?", "I can't find the setting.", CAUSE_OTHER},
        {"Question about plans", "What is the difference between Basic and Pro?", CAUSE_OTHER},
        {"", "Where can I download the manual?", CAUSE_OTHER},
        {"Change of address", "Our company moved. How can I update my address?", CAUSE_OTHER},
        {"Thank you", "Just wanted to say thanks to Anna, she was wonderful.", CAUSE_OTHER},
        {"Opening hours", "Are you open on Sunday?", CAUSE_OTHER},
        {"", "How long does it take to verify my identity?", CAUSE_OTHER},
        {"GDPR", "Who is your data protection officer?", CAUSE_OTHER},
        {"", "", CAUSE_OTHER},
        {"Rückerstattung", "Ich möchte mein Geld zurück, bitte.", CAUSE_REFUND},
        {"Fehler beim Anmelden", "Die Anmeldung funktioniert nicht mehr.", CAUSE_BUG},
        {"Remboursement", "Je voudrais être remboursé.", CAUSE_REFUND},
        {"Error al iniciar sesión", "La aplicación no funciona desde ayer.", CAUSE_BUG},
        {"Wunsch", "Es wäre schön, wenn man Berichte exportieren könnte.", CAUSE_FEATURE},
};

static void mails_as_customers_write_them_get_their_root_cause(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(MAILS); i++) {
		enum root_cause got = classify(MAILS[i].subject, MAILS[i].description).root_cause;
		if (got != MAILS[i].root_cause)
			fail_msg("%s | %s: %s", MAILS[i].subject, MAILS[i].description,
			         root_cause_name(got));
	}
}

static void words_of_hurry_and_of_leisure_set_the_urgency(void **state)
{
	assert_int_equal(classify("URGENT: production is down", "Nobody can work.").urgency,
	                 URGENCY_HIGH);
	assert_int_equal(classify("", "We need this fixed ASAP, all users are locked out.").urgency,
	                 URGENCY_HIGH);
	assert_int_equal(classify("Security breach", "Our account was hacked.").urgency,
	                 URGENCY_HIGH);
	assert_int_equal(classify("Dringend", "Bitte sofort melden.").urgency, URGENCY_HIGH);
	assert_int_equal(classify("Export fails", "The export fails since Monday.").urgency,
	                 URGENCY_MEDIUM);
	assert_int_equal(classify("Typo", "There is a small typo in the footer. No rush.").urgency,
	                 URGENCY_LOW);
	assert_int_equal(classify("Idea", "It would be nice to have this some day.").urgency,
	                 URGENCY_LOW);
}

static void a_negation_takes_the_hurry_or_the_joy_out(void **state)
{
	assert_int_equal(classify("", "This is not urgent.").urgency, URGENCY_LOW);
	assert_int_equal(classify("", "I am not happy with this.").sentiment, SENTIMENT_NEGATIVE);
	assert_int_equal(classify("", "This was never a great product.").sentiment,
	                 SENTIMENT_NEGATIVE);
	assert_int_equal(classify("", "It is not terrible, nor is it new.").sentiment,
	                 SENTIMENT_NEUTRAL);
}

static void the_tone_sets_the_sentiment(void **state)
{
	assert_int_equal(classify("Great support", "Thank you so much, you are awesome!").sentiment,
	                 SENTIMENT_POSITIVE);
	assert_int_equal(classify("", "I love the new editor.").sentiment, SENTIMENT_POSITIVE);
	assert_int_equal(classify("", "This is ridiculous, the worst service ever!").sentiment,
	                 SENTIMENT_NEGATIVE);
	assert_int_equal(classify("", "I am really frustrated.").sentiment, SENTIMENT_NEGATIVE);
	assert_int_equal(classify("", "I'm disappointed and angry.").sentiment, SENTIMENT_NEGATIVE);
	assert_int_equal(classify("Invoice", "The invoice number is 12.").sentiment,
	                 SENTIMENT_NEUTRAL);
	assert_int_equal(classify("", "Vielen Dank für die Hilfe").sentiment, SENTIMENT_POSITIVE);
}

static void case_apostrophes_and_punctuation_do_not_matter(void **state)
{
	assert_int_equal(classify("", "it DOESN\xE2\x80\x99T work").root_cause, CAUSE_BUG);
	assert_int_equal(classify("", "it doesn't   work...").root_cause, CAUSE_BUG);
	assert_int_equal(classify("", "R\xC3\x9C"
	                              "CKERSTATTUNG")
	                         .root_cause,
	                 CAUSE_REFUND);
}

static void a_stem_is_not_found_inside_a_word(void **state)
{
	assert_int_equal(classify("", "my address in Debugton").root_cause, CAUSE_OTHER);
}

static void a_phrase_does_not_reach_from_the_subject_into_the_text(void **state)
{
	assert_int_equal(classify("not", "urgent").urgency, URGENCY_HIGH);
}

static void repeating_a_word_changes_nothing(void **state)
{
	assert_int_equal(classify("", "refund refund of the crash error bug").root_cause,
	                 classify("", "refund refund refund refund refund of the crash error bug")
	                         .root_cause);
}

static void long_and_hostile_texts_are_read_to_a_bound(void **state)
{
	size_t len = 1000000;
	char *text = xmalloc(len);
	memset(text, 'a', len);
	rules_classify(str_make(text, len), str_make(text, len));
	for (size_t i = 0; i < len; i++)
		text[i] = (char)(i * 7919 % 251);
	rules_classify(str_make(text, len), str_make(text, len));
	for (size_t i = 0; i + 2 < len; i += 2)
		memcpy(text + i, "n ", 2);
	rules_classify(STR(""), str_make(text, len));
	free(text);
}

static struct arena arena;

static int set_up(void **state)
{
	arena = (struct arena){0};
	return 0;
}

static int tear_down(void **state)
{
	arena_free(&arena);
	return 0;
}

static void an_analysis_by_rules_names_its_model_and_has_no_confidence(void **state)
{
	struct analysis analysis;
	rules_analyse(STR("Refund please"), STR("now"), &arena, &analysis);
	assert_str(analysis.summary, "Refund please");
	assert_str(analysis.model, "fallback-rules");
	assert_int_equal(analysis.model_version.len, 0);
	assert_int_equal(analysis.root_cause, CAUSE_REFUND);
	assert_true(analysis.by_rules);
	assert_false(analysis.fallback);
	assert_int_equal(analysis.tokens_prompt + analysis.tokens_answer, 0);
	assert_false(analysis.confidence.root_cause_known || analysis.confidence.urgency_known);
}

static void the_summary_is_the_subject_cut_to_100_characters(void **state)
{
	struct analysis analysis;
	char subject[400] = "";
	for (int i = 0; i < 150; i++)
		strcat(subject, "\xC3\xA9");
	rules_analyse(str_of(subject), STR("text"), &arena, &analysis);
	assert_int_equal(utf8_chars(analysis.summary), 100);
}

static void without_a_subject_the_first_line_of_the_text_serves(void **state)
{
	struct analysis analysis;
	rules_analyse(STR("  "), STR("\n\n first line \nsecond"), &arena, &analysis);
	assert_str(analysis.summary, "first line");
	rules_analyse(STR(""), STR(""), &arena, &analysis);
	assert_str(analysis.summary, RULES_NO_TEXT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_specification_looks_for_bug_then_refund_then_feature),
	        cmocka_unit_test(
	                the_specification_s_urgency_and_sentiment_take_the_first_that_stands),
	        cmocka_unit_test(mails_as_customers_write_them_get_their_root_cause),
	        cmocka_unit_test(words_of_hurry_and_of_leisure_set_the_urgency),
	        cmocka_unit_test(a_negation_takes_the_hurry_or_the_joy_out),
	        cmocka_unit_test(the_tone_sets_the_sentiment),
	        cmocka_unit_test(case_apostrophes_and_punctuation_do_not_matter),
	        cmocka_unit_test(a_stem_is_not_found_inside_a_word),
	        cmocka_unit_test(a_phrase_does_not_reach_from_the_subject_into_the_text),
	        cmocka_unit_test(repeating_a_word_changes_nothing),
	        cmocka_unit_test(long_and_hostile_texts_are_read_to_a_bound),
	        cmocka_unit_test_setup_teardown(
	                an_analysis_by_rules_names_its_model_and_has_no_confidence, set_up,
	                tear_down),
	        cmocka_unit_test_setup_teardown(the_summary_is_the_subject_cut_to_100_characters,
	                                        set_up, tear_down),
	        cmocka_unit_test_setup_teardown(without_a_subject_the_first_line_of_the_text_serves,
	                                        set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
