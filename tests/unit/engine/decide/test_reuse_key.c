/* The key of an answer changes with each single thing that the answer rests on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/core/flights.h"
#include "engine/decide/reuse_key.h"
#include "lab.h"
#include "llm/llm.h"

static const struct str secret = {"0123456789abcdef0123456789abcdef", 32};

static struct answer_key key_with(const struct str settings[REUSE_SETTINGS], const char *subject)
{
	uint8_t mac[CRYPTO_SHA256_SIZE];

	reuse_mac(secret, settings, REUSE_SETTINGS, mac);
	return reuse_key_of(secret, mac, false, str_of(subject), STR("text"));
}

static void each_setting_is_in_the_key(void **state)
{
	struct str settings[REUSE_SETTINGS];

	for (size_t i = 0; i < REUSE_SETTINGS; i++)
		settings[i] = STR("same");
	struct answer_key before = key_with(settings, "subject"), again;
	again = key_with(settings, "subject");
	assert_true(flights_key_eq(&before, &again));
	for (size_t i = 0; i < REUSE_SETTINGS; i++) {
		settings[i] = STR("samf");
		struct answer_key changed = key_with(settings, "subject");
		assert_false(flights_key_eq(&before, &changed));
		settings[i] = STR("same");
	}
}

/* "ab" and "c" are not "a" and "bc". */
static void no_byte_moves_from_one_part_to_the_next(void **state)
{
	struct str settings[REUSE_SETTINGS];

	for (size_t i = 0; i + 1 < REUSE_SETTINGS; i++) {
		for (size_t j = 0; j < REUSE_SETTINGS; j++)
			settings[j] = STR("");
		settings[i] = STR("ab");
		settings[i + 1] = STR("c");
		struct answer_key one = key_with(settings, ""), other;
		settings[i] = STR("a");
		settings[i + 1] = STR("bc");
		other = key_with(settings, "");
		assert_false(flights_key_eq(&one, &other));
	}
}

static void each_part_of_a_request_is_in_the_key(void **state)
{
	uint8_t settings[CRYPTO_SHA256_SIZE] = {1}, others[CRYPTO_SHA256_SIZE] = {2};
	const struct str subject = STR("It"), text = STR("crashes");
	const struct answer_key keys[] = {
	        reuse_key_of(secret, settings, false, subject, text),
	        reuse_key_of(secret, others, false, subject, text),
	        reuse_key_of(secret, settings, true, subject, text),
	        reuse_key_of(secret, settings, false, STR("it"), text),
	        reuse_key_of(secret, settings, false, subject, STR("crashed")),
	        reuse_key_of(secret, settings, false, STR("Itc"), STR("rashes")),
	        reuse_key_of(STR("another secret"), settings, false, subject, text),
	};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		for (size_t j = 0; j < i; j++)
			assert_false(flights_key_eq(&keys[i], &keys[j]));
	struct answer_key july = reuse_answer_key(secret, &keys[0], STR("2024-07-18")),
	                  august = reuse_answer_key(secret, &keys[0], STR("2024-08-06")),
	                  other = reuse_answer_key(secret, &keys[1], STR("2024-07-18"));
	assert_false(flights_key_eq(&july, &august) || flights_key_eq(&july, &other));
}

/* What people can configure, as a whole configuration. */
static void each_option_that_an_answer_rests_on_is_a_setting(void **state)
{
	static const struct {
		const char *name, *value;
		enum reuse_setting setting;
	} rows[] = {
	        {"llm.model", "gpt-4o", REUSE_MODEL},
	        {"llm.base_url", "https://elsewhere.example/v1", REUSE_ADDRESS},
	        {"llm.temperature", "0.30000001", REUSE_TEMPERATURE},
	        {"llm.prompt", "v2.1", REUSE_PROMPT},
	        {"llm.summary_language", "German", REUSE_LANGUAGE},
	        {"privacy.redact", "false", REUSE_PRIVACY},
	        {"privacy.cvv", "false", REUSE_PRIVACY},
	        {"privacy.birth_dates", "false", REUSE_PRIVACY},
	        {"privacy.national_ids", "false", REUSE_PRIVACY},
	        {"privacy.passports", "false", REUSE_PRIVACY},
	        {"privacy.mac_addresses", "false", REUSE_PRIVACY},
	        {"privacy.patterns", "A[0-9]+", REUSE_PATTERNS},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct lab *usual = lab_new(), *other = lab_new();
		struct str before[REUSE_SETTINGS], after[REUSE_SETTINGS];
		struct llm_client one = {0}, two = {0};
		struct arena arena = {0};

		lab_set(other, rows[i].name, rows[i].value);
		llm_client_init(&one, usual->config);
		llm_client_init(&two, other->config);
		reuse_settings(usual->config, &one, before, &arena);
		reuse_settings(other->config, &two, after, &arena);
		if (str_eq(before[rows[i].setting], after[rows[i].setting]))
			fail_msg("%s changes nothing", rows[i].name);
		llm_client_refuse(&one, PARAM_JSON_SCHEMA);
		reuse_settings(usual->config, &one, after, &arena);
		assert_false(str_eq(before[REUSE_FORMAT], after[REUSE_FORMAT]));
		llm_client_free(&one);
		llm_client_free(&two);
		arena_free(&arena);
		lab_free(usual);
		lab_free(other);
	}
}

/* They are no option: another version of the program may have other ones. */
static void the_labels_are_a_setting(void **state)
{
	struct lab *lab = lab_new();
	struct str settings[REUSE_SETTINGS];
	struct llm_client client = {0};
	struct arena arena = {0};

	llm_client_init(&client, lab->config);
	reuse_settings(lab->config, &client, settings, &arena);
	for (int i = 0; i < CAUSE_COUNT; i++)
		assert_true(str_find(settings[REUSE_LABELS],
		                     str_of(root_cause_name((enum root_cause)i))) >= 0);
	for (int i = 0; i < URGENCY_COUNT; i++)
		assert_true(str_find(settings[REUSE_LABELS],
		                     str_of(urgency_name((enum urgency)i))) >= 0);
	for (int i = 0; i < SENTIMENT_COUNT; i++)
		assert_true(str_find(settings[REUSE_LABELS],
		                     str_of(sentiment_name((enum sentiment)i))) >= 0);
	llm_client_free(&client);
	arena_free(&arena);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_setting_is_in_the_key),
	        cmocka_unit_test(no_byte_moves_from_one_part_to_the_next),
	        cmocka_unit_test(each_part_of_a_request_is_in_the_key),
	        cmocka_unit_test(the_labels_are_a_setting),
	        cmocka_unit_test(each_option_that_an_answer_rests_on_is_a_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
