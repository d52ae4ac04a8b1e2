/* Rules of redact.h that hold for every kind: fixed point, counts, cutting, limits, and that no
 * planted value survives. */
#include "redactor.h"

#include "../base/seed.h"
#include "base/prng.h"

static void text_without_personal_data_is_copied(void **state)
{
	stays("");
	stays("The export button gives an error since Tuesday.");
	stays("Grüße aus Köln, 你好");
}

static void kinds_have_the_names_of_their_placeholders(void **state)
{
	static const char *const names[PII_KINDS] = {
	        "SSN",         "CREDIT_CARD", "EMAIL",    "PHONE",   "IBAN",
	        "IP",          "API_KEY",     "PASSWORD", "CVV",     "BIRTH_DATE",
	        "NATIONAL_ID", "PASSPORT",    "MAC",      "PATTERN", "ENCODED"};
	for (unsigned kind = 0; kind < PII_KINDS; kind++)
		assert_string_equal(pii_kind_name((enum pii_kind)kind), names[kind]);
}

static void found_values_are_counted_by_kind_and_placeholders_are_not(void **state)
{
	struct buf out;
	struct redact_counts counts = {.by_kind = {[PII_IP] = 5}};
	buf_init(&out, 4096);
	buf_puts(&out, "> ");
	redact(shared_redactor,
	       STR("a@b.io c@d.io 10.0.0.1 [REDACTED_SSN] 536-22-8145 password: x12 a@b.io"), &out,
	       &counts);
	assert_string_equal(
	        buf_cstr(&out),
	        "> [REDACTED_EMAIL] [REDACTED_EMAIL] [REDACTED_IP] [REDACTED_SSN] [REDACTED_SSN] "
	        "password: [REDACTED_PASSWORD] [REDACTED_EMAIL]");
	assert_int_equal(counts.by_kind[PII_EMAIL], 3);
	assert_int_equal(counts.by_kind[PII_IP], 6);
	assert_int_equal(counts.by_kind[PII_SSN], 1);
	assert_int_equal(counts.by_kind[PII_PASSWORD], 1);
	assert_int_equal(counts.by_kind[PII_PHONE], 0);
	buf_free(&out);
}

static void placeholders_are_walls(void **state)
{
	stays("[REDACTED_SSN][REDACTED_SSN]-[REDACTED_CREDIT_CARD]");
	stays("[REDACTED_EMAIL]@example.com");
	stays("555-[REDACTED_PHONE]-123-45");
	becomes("[REDACTED_SSN", "[REDACTED_SSN");
	becomes("password: [REDACTED_PASSWORD", "password: [REDACTED_PASSWORD]");
	becomes("[[REDACTED_IP]]10.0.0.1[REDACTED_X]", "[[REDACTED_IP]][REDACTED_IP][REDACTED_X]");
	becomes("a@b.io[REDACTED_EMAIL]a@b.io", "[REDACTED_EMAIL][REDACTED_EMAIL][REDACTED_EMAIL]");
	/* The rest of a character that is not there does not begin within one. */
	becomes("[REDACTED_SSN]\x94\xb0@b.cc", "[REDACTED_SSN][REDACTED_EMAIL]");
}

static void text_that_was_not_normalised_is_still_a_fixed_point(void **state)
{
	struct buf once, twice;
	buf_init(&once, 4096);
	buf_init(&twice, 4096);
	redact(shared_redactor,
	       STR("a\x10\x17 b@c.io \0 536-22-8145\x01 \xff\x80 password: \x80\xff x"), &once,
	       NULL);
	redact(shared_redactor, buf_str(&once), &twice, NULL);
	assert_true(str_eq(buf_str(&once), buf_str(&twice)));
	assert_true(str_starts(buf_str(&once),
	                       STR("a\x10\x17 [REDACTED_EMAIL] \0 [REDACTED_SSN]\x01 ")));
	buf_free(&once);
	buf_free(&twice);
}

static void a_stretch_that_exhausts_the_match_limit_goes_as_a_whole(void **state)
{
	struct redactor *redactor = redactor_new_with(false, 3);
	struct buf out, again;
	buf_init(&out, 4096);
	buf_init(&again, 4096);
	redact(redactor,
	       STR("hello [REDACTED_IP] my password for a b c: hunter2 [REDACTED_IP] bye"), &out,
	       NULL);
	assert_string_equal(buf_cstr(&out),
	                    "hello [REDACTED_IP] my [REDACTED_PASSWORD][REDACTED_IP] bye");
	redact(redactor, buf_str(&out), &again, NULL);
	assert_string_equal(buf_cstr(&again), buf_cstr(&out));
	buf_free(&out);
	buf_free(&again);
	redactor_free(redactor);
}

static void without_jit_the_result_is_the_same(void **state)
{
	struct redactor *redactor = redactor_new_with(false, 20000);
	struct buf out;
	buf_init(&out, 4096);
	redact(redactor, STR("password is hunter2, token=abcdef123456"), &out, NULL);
	assert_string_equal(buf_cstr(&out),
	                    "password is [REDACTED_PASSWORD], token=[REDACTED_API_KEY]");
	buf_free(&out);
	redactor_free(redactor);
	redactor_free(NULL);
}

static void cutting_keeps_characters_and_placeholders_whole(void **state)
{
	struct str text = STR("ab[REDACTED_SSN]é[REDACTED_EMAI");
	assert_int_equal(redact_cut(text, 2).len, 2);
	for (size_t bytes = 3; bytes < 16; bytes++)
		assert_int_equal(redact_cut(text, bytes).len, 2);
	assert_int_equal(redact_cut(text, 16).len, 16);
	assert_int_equal(redact_cut(text, 17).len, 16);
	assert_int_equal(redact_cut(text, 18).len, 18);
	assert_int_equal(redact_cut(text, 25).len, 25);
	assert_int_equal(redact_cut(text, 1000).len, text.len);
	assert_int_equal(redact_cut(STR(""), 0).len, 0);
	struct str long_one = STR("x[REDACTED_CREDIT_CARD]y");
	assert_int_equal(redact_cut(long_one, long_one.len - 2).len, 1);
	assert_int_equal(redact_cut(long_one, long_one.len - 1).len, long_one.len - 1);
}

static void large_texts_do_not_keep_their_memory(void **state)
{
	size_t len = (size_t)3 << 20;
	char *text = xmalloc(len);
	memset(text, '1', len);
	memcpy(text, "a@b.io ", 7);
	struct buf out;
	buf_init(&out, SIZE_MAX);
	redact(shared_redactor, str_make(text, len), &out, NULL);
	assert_true(str_starts(buf_str(&out), STR("[REDACTED_EMAIL] 1111")));
	buf_free(&out);
	free(text);
}

/* Addresses by the thousand are no attack: the words around them stay. */
static void a_long_list_of_values_keeps_its_words(void **state)
{
	struct buf text;
	buf_init(&text, SIZE_MAX);
	buf_puts(&text, "Please unsubscribe:");
	for (unsigned i = 0; i < 3000; i++)
		buf_printf(&text, "\nanna%u@mailbox.example", i);
	buf_puts(&text, "\nThank you!");
	char *got = redacted(buf_cstr(&text));
	assert_true(str_starts(str_of(got), STR("Please unsubscribe:\n[REDACTED_EMAIL]\n")));
	assert_true(str_ends(str_of(got), STR("[REDACTED_EMAIL]\nThank you!")));
	free(got);
	buf_free(&text);
}

/* Nothing but the beginnings and ends of values: each round would find some more. */
static void a_long_mixture_of_finds_goes_as_a_whole(void **state)
{
	static const char *const bits[] = {
	        "password|",    "token ",  "cookie: a=", "pass|a\n", "sig=",      "12345678:AA",
	        "a_at_b.",      "=3D=\n",  "\"@",        "key-",     "password,", "pw ",
	        "password to ", "1.1.1.",  "hvs.",       "pin ",     "curl -u",   "x=%2B1",
	        "MTA.",         "secret_", "://a:",      "&#64;",    "bearer ",   "xoxb-",
	        "=40a",         "+1",      "%40",        "12-"};
	struct prng prng;
	struct buf text;
	prng_seed(&prng, 5);
	buf_init(&text, SIZE_MAX);
	while (text.len < (size_t)64 << 10)
		buf_puts(&text, bits[prng_below(&prng, ARRAY_LEN(bits))]);
	becomes(buf_cstr(&text), "[REDACTED_API_KEY]");
	buf_free(&text);
}

/* A cost that grew with the square of the length would run into the time-out of the test. */
static void hostile_rows_cost_linear_time(void **state)
{
	static const char *const rows[] = {"token=",
	                                   "passphrase: '",
	                                   "--BEGIN PRIVATE KEY--",
	                                   "a@",
	                                   "1-",
	                                   ":",
	                                   "4 ",
	                                   "eyJa.",
	                                   "://a:",
	                                   "password for ",
	                                   "call 1234567 ",
	                                   "[REDACTED_SSN]1234567 ",
	                                   "DE89 ",
	                                   "1.1.1.1 ",
	                                   "<a"};
	const size_t len = (size_t)256 << 10;
	char *text = xmalloc(len);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out;
		buf_init(&out, SIZE_MAX);
		for (size_t at = 0; at < len; at++)
			text[at] = rows[i][at % strlen(rows[i])];
		redact(shared_redactor, str_make(text, len), &out, NULL);
		assert_true(out.len > 0);
		buf_free(&out);
	}
	free(text);
}

/* One way to write a value, with '#' for a digit that may be anything. */
struct plant {
	const char *label;
	const char *value;
	enum pii_kind kind;
};

static const struct plant plants[] = {
        {"", "4111 1111 1111 1111", PII_CREDIT_CARD},
        {"card: ", "5555-5555-5555-4444", PII_CREDIT_CARD},
        {"", "378282246310005", PII_CREDIT_CARD},
        {"", "2##-3#-4##5", PII_SSN},
        {"SSN ", "2##3#4##5", PII_SSN},
        {"", "9## 7# 4##5", PII_SSN},
        {"", "a##.b#@mail#.example.com", PII_EMAIL},
        {"mail ", "x#+y#@example.co.uk", PII_EMAIL},
        {"", "(2##) 5##-####", PII_PHONE},
        {"", "2##.5##.####", PII_PHONE},
        {"call ", "25#5######", PII_PHONE},
        {"", "+49 30 1#####6", PII_PHONE},
        {"", "+442079######", PII_PHONE},
        {"IBAN ", "DE89 3704 0044 0532 0130 00", PII_IBAN},
        {"", "GB29NWBK60161331926819", PII_IBAN},
        {"", "10.2#.1#.2#", PII_IP},
        {"", "2001:db8::#:#", PII_IP},
        {"", "sk-proj-abcdefgh####ijkl####", PII_API_KEY},
        {"token=", "ab#cd#ef#gh#", PII_API_KEY},
        {"password: ", "Se#cr#t!#", PII_PASSWORD},
        {"my password is ", "hunter#", PII_PASSWORD},
        {"Passwort: ", "gehe#im", PII_PASSWORD},
};

static const char *const fillers[] = {"The export gives error 404",
                                      "since 2026-11-24 10:30",
                                      "order #448210",
                                      "please help",
                                      "version 5.2.1",
                                      "invoice INV-2024-000123",
                                      "(see above)",
                                      "on page 3 of 12",
                                      "Grüße",
                                      "谢谢",
                                      "it cost $1,234.56",
                                      "\n",
                                      "- item",
                                      "<b>bold</b>",
                                      "[REDACTED_EMAIL]",
                                      "[REDACTED_",
                                      "my password reset",
                                      "call me",
                                      "ticket 5551234567",
                                      "...",
                                      "🙂",
                                      "at 12:34:56",
                                      "a@b",
                                      "::",
                                      "1-2-3"};

static size_t fill_in(const struct plant *plant, struct prng *prng, char out[64])
{
	size_t len = 0;
	for (const char *c = plant->value; *c; c++)
		out[len++] = *c == '#' ? (char)('1' + prng_below(prng, 9)) : *c;
	out[len] = '\0';
	return len;
}

static void add_filler(struct buf *text, struct prng *prng)
{
	buf_puts(text, " ");
	buf_puts(text, fillers[prng_below(prng, ARRAY_LEN(fillers))]);
	buf_puts(text, (prng_unit(prng) < 0.2) ? ". " : " ");
}

static void no_planted_value_survives_in_any_text(void **state)
{
	uint64_t seed = test_seed();
	struct prng prng;
	prng_seed(&prng, seed);
	for (unsigned round = 0; round < 20000; round++) {
		char values[4][64];
		struct buf text, plain, once, twice;
		buf_init(&text, 8192);
		buf_init(&plain, 8192);
		buf_init(&once, 8192);
		buf_init(&twice, 8192);
		for (size_t i = 0; i < ARRAY_LEN(values); i++) {
			const struct plant *plant = &plants[prng_below(&prng, ARRAY_LEN(plants))];
			add_filler(&text, &prng);
			fill_in(plant, &prng, values[i]);
			buf_puts(&text, plant->label);
			buf_puts(&text, values[i]);
		}
		add_filler(&text, &prng);
		normalise(buf_str(&text), &plain);
		redact(shared_redactor, buf_str(&plain), &once, NULL);
		redact(shared_redactor, buf_str(&once), &twice, NULL);
		for (size_t i = 0; i < ARRAY_LEN(values); i++)
			if (str_find(buf_str(&once), str_of(values[i])) >= 0)
				fail_msg("seed %llu, round %u: %s survives in: %s",
				         (unsigned long long)seed, round, values[i],
				         buf_cstr(&once));
		assert_string_equal(buf_cstr(&once), buf_cstr(&twice));
		buf_free(&text);
		buf_free(&plain);
		buf_free(&once);
		buf_free(&twice);
	}
}

/* Bits of everything the finders look for, in any order. */
static void any_mixture_is_a_fixed_point_after_one_pass(void **state)
{
	static const char *const bits[] = {"1",
	                                   "12",
	                                   "555",
	                                   "4111",
	                                   "0",
	                                   "00",
	                                   "-",
	                                   ".",
	                                   " ",
	                                   "(",
	                                   ")",
	                                   "/",
	                                   "+",
	                                   ":",
	                                   "::",
	                                   "@",
	                                   "a",
	                                   "b.co",
	                                   "DE89",
	                                   "password",
	                                   "pass",
	                                   "pin",
	                                   "token",
	                                   " is ",
	                                   "=",
	                                   ": ",
	                                   "\"",
	                                   "'",
	                                   "call ",
	                                   "ssn ",
	                                   "order ",
	                                   "card ",
	                                   "ip ",
	                                   "#",
	                                   "[REDACTED_SSN]",
	                                   "[REDACTED_",
	                                   "EMAIL]",
	                                   "\n",
	                                   "sk-",
	                                   "eyJab",
	                                   "--BEGIN PRIVATE KEY--",
	                                   "-----END",
	                                   "://",
	                                   "<td>",
	                                   "&x=",
	                                   ";",
	                                   ",",
	                                   "é",
	                                   "码",
	                                   "4111111111111111",
	                                   "5551234567",
	                                   "536-22-8145",
	                                   "10.0.0.1",
	                                   "x@y.zz",
	                                   "hunter2",
	                                   "bearer "};
	uint64_t seed = test_seed();
	struct prng prng;
	prng_seed(&prng, seed);
	for (unsigned round = 0; round < 50000; round++) {
		struct buf text, once, twice;
		buf_init(&text, 4096);
		buf_init(&once, 8192);
		buf_init(&twice, 8192);
		for (uint64_t left = prng_below(&prng, 30); left > 0; left--)
			buf_puts(&text, bits[prng_below(&prng, ARRAY_LEN(bits))]);
		redact(shared_redactor, buf_str(&text), &once, NULL);
		redact(shared_redactor, buf_str(&once), &twice, NULL);
		if (!str_eq(buf_str(&once), buf_str(&twice)))
			fail_msg("seed %llu, round %u: %s", (unsigned long long)seed, round,
			         buf_cstr(&text));
		assert_true(utf8_valid(buf_str(&once)));
		buf_free(&text);
		buf_free(&once);
		buf_free(&twice);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(text_without_personal_data_is_copied),
	        cmocka_unit_test(kinds_have_the_names_of_their_placeholders),
	        cmocka_unit_test(found_values_are_counted_by_kind_and_placeholders_are_not),
	        cmocka_unit_test(placeholders_are_walls),
	        cmocka_unit_test(text_that_was_not_normalised_is_still_a_fixed_point),
	        cmocka_unit_test(a_stretch_that_exhausts_the_match_limit_goes_as_a_whole),
	        cmocka_unit_test(without_jit_the_result_is_the_same),
	        cmocka_unit_test(cutting_keeps_characters_and_placeholders_whole),
	        cmocka_unit_test(large_texts_do_not_keep_their_memory),
	        cmocka_unit_test(a_long_list_of_values_keeps_its_words),
	        cmocka_unit_test(a_long_mixture_of_finds_goes_as_a_whole),
	        cmocka_unit_test(hostile_rows_cost_linear_time),
	        cmocka_unit_test(no_planted_value_survives_in_any_text),
	        cmocka_unit_test(any_mixture_is_a_fixed_point_after_one_pass),
	};
	return cmocka_run_group_tests(tests, make_redactor, drop_redactor);
}
