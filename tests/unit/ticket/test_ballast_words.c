/* The words of the customer stay, however much they look like ballast (ballast.h). */
#include "ballast_lab.h"

#include <stdio.h>

#define OWN "The export has been failing since Monday, and all our reports are empty."

static void stays(const char *text)
{
	struct lean plain = lean_data(str_of(text));
	struct lean lean = lean_lines(str_of(plain.text), false);

	if (strcmp(lean.text, text) != 0)
		fail_msg("of:\n%s\nstayed:\n%s", text, lean.text);
	free(plain.text);
	free(lean.text);
}

static void a_greeting_is_not_enough_to_lose_the_rest(void **state)
{
	stays("Hallo,\n\nSent from my iPhone");
	stays("Hi,\n\nThis e-mail is confidential. It is for the intended recipient only.\n");
	stays("Hi,\n\n-- \nJane Doe\n\nThis e-mail is confidential and may be read by the "
	      "intended recipient only.\n");
	stays("See below\n-- \nJane Doe\nHead of the Customer Support\nwww.example.com\n\n"
	      "On 5 Jan 2026 at 10:00 Jane <jane@example.com> wrote:\n> The export fails.\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_greeting_is_not_enough_to_lose_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
