/* What long texts cost that were made to be searched again and again: counted in bytes that the
 * finders read, so that the bound holds on any machine. */
#include "redactor.h"

#define TEXT_BYTES 65536
#define ROUNDS_PER_BYTE 9         /* three readings and the text, twice, and a last look */
#define ENCODED_ROUNDS_PER_BYTE 5 /* encoded in every way, and made of finds */

static const char *const parts[] = {"%25",
                                    "=\n",
                                    "=?utf-8?q?a=40?= ",
                                    "pass|a\n",
                                    "password,",
                                    "sk_live_",
                                    "eyJ",
                                    "curl -u",
                                    "MTA.",
                                    "a_at_b.",
                                    "1+",
                                    "x=1%2B",
                                    "%2B",
                                    "=22",
                                    "=40a",
                                    "\\\\u0040",
                                    "&amp;",
                                    "<a>",
                                    "cookie: a=",
                                    "sig=",
                                    "a\"@b.c",
                                    " at ",
                                    "a at b dot ",
                                    "12-",
                                    "1.1.1.",
                                    "password: ",
                                    "pw ",
                                    "://a:",
                                    " \"Password\";",
                                    "=C3=A9",
                                    "%C3%A4",
                                    "&#64;",
                                    "bot1",
                                    "a,b,c,password\n1,2,3,x9\n",
                                    "T 0791 ",
                                    "4111 1111 ",
                                    "a@b.example ",
                                    "&nbsp;",
                                    "=3D"};

static uint32_t state_of_chance;

static uint32_t drawn(uint32_t below)
{
	state_of_chance = state_of_chance * 1664525u + 1013904223u;
	return (state_of_chance >> 8) % below;
}

/* Of `kinds` of the parts. */
static void add_mixture(struct buf *text, uint32_t kinds)
{
	const char *chosen[ARRAY_LEN(parts)];
	for (uint32_t i = 0; i < kinds; i++)
		chosen[i] = kinds == ARRAY_LEN(parts) ? parts[i] : parts[drawn(ARRAY_LEN(parts))];
	buf_reset(text);
	while (text->len < TEXT_BYTES)
		buf_puts(text, chosen[drawn(kinds)]);
	text->len = TEXT_BYTES;
}

static size_t rounds_per_byte(struct str text)
{
	struct buf out;
	buf_init(&out, SIZE_MAX);
	redact(shared_redactor, text, &out, NULL);
	buf_free(&out);
	return redactor_bytes_searched(shared_redactor) / text.len;
}

static void no_mixture_is_searched_more_often_than_nine_times(void **state)
{
	struct buf text;
	buf_init(&text, SIZE_MAX);
	for (state_of_chance = 1; state_of_chance < 60; state_of_chance++) {
		uint32_t seed = state_of_chance;
		add_mixture(&text, 2 + drawn(10));
		assert_in_range(rounds_per_byte(buf_str(&text)), 0, ROUNDS_PER_BYTE);
		state_of_chance = seed;
	}
	buf_free(&text);
}

static void a_text_encoded_in_every_way_and_made_of_finds_is_searched_once(void **state)
{
	struct buf text;
	buf_init(&text, SIZE_MAX);
	state_of_chance = 7;
	for (unsigned i = 0; i < 5; i++) {
		add_mixture(&text, ARRAY_LEN(parts));
		assert_in_range(rounds_per_byte(buf_str(&text)), 0, ENCODED_ROUNDS_PER_BYTE);
	}
	buf_free(&text);
}

static void plain_text_is_searched_twice_where_something_is_found(void **state)
{
	assert_int_equal(rounds_per_byte(STR("Call 555-014-2337 now")), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(no_mixture_is_searched_more_often_than_nine_times),
	        cmocka_unit_test(a_text_encoded_in_every_way_and_made_of_finds_is_searched_once),
	        cmocka_unit_test(plain_text_is_searched_twice_where_something_is_found),
	};
	return cmocka_run_group_tests(tests, make_redactor, drop_redactor);
}
