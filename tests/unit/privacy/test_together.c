/* The texts of one ticket: what is recognised in one goes from all, in every notation; and what is
 * encoded is read decoded. */
#include "redactor.h"

/* The texts as they are sent, then a summary that came back. */
struct outcome {
	char *subject;
	char *description;
	char *summary;
};

static struct outcome outcome_of(const char *subject, const char *description, const char *summary)
{
	struct str texts[] = {str_of(subject), str_of(description)}, answer = str_of(summary);
	struct buf outs[2], known, after;
	buf_init(&outs[0], 1 << 20);
	buf_init(&outs[1], 1 << 20);
	buf_init(&known, 1 << 20);
	buf_init(&after, 1 << 20);
	redact_together(shared_redactor, texts, outs, 2, &known, NULL);
	redact_together(shared_redactor, &answer, &after, 1, &known, NULL);
	buf_free(&known);
	return (struct outcome){buf_take(&outs[0], NULL), buf_take(&outs[1], NULL),
	                        buf_take(&after, NULL)};
}

static void together(const char *subject, const char *description, const char *summary,
                     const char *wanted_subject, const char *wanted_description,
                     const char *wanted_summary)
{
	struct outcome got = outcome_of(subject, description, summary);
	assert_string_equal(got.subject, wanted_subject);
	assert_string_equal(got.description, wanted_description);
	assert_string_equal(got.summary, wanted_summary);
	free(got.subject);
	free(got.description);
	free(got.summary);
}

static void a_value_goes_from_subject_description_and_summary(void **state)
{
	together("7535829070", "Call me at 7535829070", "Wants 7535829070 called",
	         "[REDACTED_PHONE]", "Call me at [REDACTED_PHONE]",
	         "Wants [REDACTED_PHONE] called");
	together("password: hunter22", "hunter22 does not work", "hunter22, HUNTER22!",
	         "password: [REDACTED_PASSWORD]", "[REDACTED_PASSWORD] does not work",
	         "[REDACTED_PASSWORD], [REDACTED_PASSWORD]!");
	together("the ip 1.2.3.4", "1.2.3.4 is down", "1.2.3.4 and 1.2.3.5", "the ip [REDACTED_IP]",
	         "[REDACTED_IP] is down", "[REDACTED_IP] and 1.2.3.5");
}

static void a_number_goes_in_every_notation(void **state)
{
	static const char *const notations[] = {
	        "7535829070",  "753-582-9070", "(753) 582 9070", "+1 753 582 9070",
	        "17535829070", "753.582.9070", "753 5829070",    "75 35 82 90 70"};
	for (size_t i = 0; i < ARRAY_LEN(notations); i++) {
		struct outcome got =
		        outcome_of(notations[i], "Call me at +1 (753) 582-9070", notations[i]);
		assert_null(strstr(got.subject, "70"));
		assert_null(strstr(got.summary, "70"));
		free(got.subject);
		free(got.description);
		free(got.summary);
	}
	together("0171 1234567", "+49 (0)171 / 1234567", "1711234567 or 711234567",
	         "[REDACTED_PHONE]", "[REDACTED_PHONE]", "[REDACTED_PHONE] or [REDACTED_PHONE]");
	together("0035809896972", "00358 (0)9 896 972", "35809896972", "[REDACTED_PHONE]",
	         "[REDACTED_PHONE]", "[REDACTED_PHONE]");
}

static void ordinary_words_and_short_values_stay_elsewhere(void **state)
{
	together("sunrise after login", "password: sunrise\nThe sunrise is back", "sunrise",
	         "sunrise after login", "password: [REDACTED_PASSWORD]\nThe sunrise is back",
	         "sunrise");
	together("PIN: 4711", "room 4711", "4711", "PIN: [REDACTED_PASSWORD]", "room 4711", "4711");
	together("order 17535829070123", "Call me at 7535829070", "x7535829070y",
	         "order 17535829070123", "Call me at [REDACTED_PHONE]", "x7535829070y");
}

static void encodings_hide_no_value(void **state)
{
	becomes("reset?email=anna.k%40mailbox.example&x=1", "reset?email=[REDACTED_EMAIL]&x=1");
	becomes("&lt;anna.k&#64;mailbox.example&gt;", "&lt;[REDACTED_EMAIL]&gt;");
	becomes("anna.k&commat;mailbox&period;example", "[REDACTED_EMAIL]");
	becomes("anna.k&#x40;mailbox.example", "[REDACTED_EMAIL]");
	becomes("anna.k&#64mailbox.example", "[REDACTED_EMAIL]");
	becomes("{\"e\":\"anna\\u0040mailbox.example\"}", "{\"e\":\"[REDACTED_EMAIL]\"}");
	becomes("{\"e\":\"anna\\x40mailbox.example\"}", "{\"e\":\"[REDACTED_EMAIL]\"}");
	becomes("anna=40mailbox=2Eexample", "[REDACTED_EMAIL]");
	becomes("anna.k@mailbox.exam=\nple", "[REDACTED_EMAIL]");
	becomes("an&zwnj;na%E2%80%8B@mailbox.example", "[REDACTED_EMAIL]");
	becomes("anna%EF%BC%A0mailbox.example", "[REDACTED_EMAIL]");
	becomes("call 555&nbsp;123&nbsp;4567 now", "call [REDACTED_PHONE] now");
	becomes("call&nbsp;me:\\n555-123-4567", "call&nbsp;me:\\n[REDACTED_PHONE]");
	becomes("iban=DE89+3704+0044+0532+0130+00", "iban=[REDACTED_IBAN]");
	becomes("password%3Dhunter22", "password%3D[REDACTED_PASSWORD]");
	becomes("<b>555</b>-123-4567", "<b>[REDACTED_PHONE]");
	becomes("<td>Tel</td><td class=\"x\">7535829070</td>",
	        "<td>Tel</td><td class=\"x\">[REDACTED_PHONE]</td>");
}

static void encodings_within_each_other_hide_no_value(void **state)
{
	becomes("anna%2540mailbox.example", "[REDACTED_EMAIL]");
	becomes("anna%25252540mailbox.example", "[REDACTED_EMAIL]");
	becomes("anna&amp;#64;mailbox.example", "[REDACTED_EMAIL]");
	becomes("anna%26%2364%3Bmailbox.example", "[REDACTED_EMAIL]");
	becomes("see %252525252525252540x here", "see [REDACTED_ENCODED] here");
}

static void an_encoding_without_a_value_stays_as_it_is(void **state)
{
	stays("The %20 in /a%20b and &lt;b&gt; are shown as %2520 &amp;lt; =3D \\u0041.");
	stays("100% of 5%5 a&b; &#0; &#99999999; &unknown; \\u12 =\nx C:\\new\\test");
	stays("a+b=c+d x=20 y=AB12");
}

/* The bound is generous, for machines that are busy and for sanitizers. */
static void encodings_cost_linear_time(void **state)
{
	static const char *const rows[] = {"%25",     "25",  "&amp;", "&#38;",
	                                   "\\u005c", "=\n", "<a>",   "=3D"};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf text, out;
		buf_init(&text, 1 << 20);
		buf_init(&out, 1 << 20);
		buf_puts(&text, "%");
		while (text.len < 65536)
			buf_puts(&text, rows[i]);
		redact(shared_redactor, buf_str(&text), &out, NULL);
		buf_free(&text);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_value_goes_from_subject_description_and_summary),
	        cmocka_unit_test(a_number_goes_in_every_notation),
	        cmocka_unit_test(ordinary_words_and_short_values_stay_elsewhere),
	        cmocka_unit_test(encodings_hide_no_value),
	        cmocka_unit_test(encodings_within_each_other_hide_no_value),
	        cmocka_unit_test(an_encoding_without_a_value_stays_as_it_is),
	        cmocka_unit_test(encodings_cost_linear_time),
	};
	return cmocka_run_group_tests(tests, make_redactor, drop_redactor);
}
