/* What a server quotes of a ticket is cut from its words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "engine/core/quotes.h"

#define SUBJECT "Contract of Berta"
#define TEXT "Dear team,\nmy neighbour Otto has read my letters. What can I do?"

static const char *cut(const char *said)
{
	static char text[256];

	snprintf(text, sizeof(text), "%s", said);
	quotes_cut(text, STR(SUBJECT), STR(TEXT));
	return text;
}

static void four_words_in_a_row_that_the_ticket_has_are_cut(void **state)
{
	(void)state;
	assert_string_equal(cut("HTTP 400: blocked: \"my neighbour Otto has read\" (rule 7)"),
	                    "HTTP 400: blocked: [...] (rule 7)");
	assert_string_equal(cut("refused: DEAR TEAM, my neighbour"), "refused: [...]");
	assert_string_equal(cut("x 'letters. What can I do?' y"), "x [...] y");
}

static void a_short_subject_is_cut_whole(void **state)
{
	(void)state;
	assert_string_equal(cut("HTTP 400: 'contract of Berta' is forbidden"),
	                    "HTTP 400: [...] is forbidden");
}

static void the_servers_own_words_stay(void **state)
{
	(void)state;
	assert_string_equal(cut("HTTP 403, forbidden: What can be done"),
	                    "HTTP 403, forbidden: What can be done");
	assert_string_equal(cut(""), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(four_words_in_a_row_that_the_ticket_has_are_cut),
	        cmocka_unit_test(a_short_subject_is_cut_whole),
	        cmocka_unit_test(the_servers_own_words_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
