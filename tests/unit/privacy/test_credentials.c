/* Credentials by the beginning that their issuers gave them, by their place, in tables, and what is
 * said of passwords in other languages. Keys are put together at run time, as in test_secret.c. */
#include "redactor.h"

static void keys_of_issuers_go(void **state)
{
	static const char drawn[] = "Ab3dEf6hIj9lMn2pQr5tUv8xYz1bCd4fGh7j0a1B2c3D4e5F6g";
	static const char hex[] = "0123456789abcdef0123456789abcdef01234567";
	static const char *const prefixes[][2] = {
	        {"gs", "k_"},      {"ppl", "x-"},   {"nt", "n_"},    {"lin_", "api_"},
	        {"dckr_", "pat_"}, {"hv", "s."},    {"dp.", "pt."},  {"GOC", "SPX-"},
	        {"ATA", "TT3"},    {"sq0", "csp-"}, {"xkey", "sib-"}};
	static const char *const hexes[][2] = {
	        {"da", "pi"}, {"PM", "AK-"}, {"sb", "p_"}, {"pu", "l-"}};
	char key[128];
	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
		snprintf(key, sizeof(key), "%s%s%s", prefixes[i][0], prefixes[i][1], drawn);
		value_goes("It fails with ", key, "[REDACTED_API_KEY]");
	}
	for (size_t i = 0; i < ARRAY_LEN(hexes); i++) {
		snprintf(key, sizeof(key), "%s%s%s", hexes[i][0], hexes[i][1], hex);
		value_goes("It fails with ", key, "[REDACTED_API_KEY]");
	}
	stays("sk-learn-and-other-packages, hvs.internal.example.org, dapi, key-value-store, "
	      "xai-tools");
}

static void tokens_of_bots_go(void **state)
{
	becomes("use MTc0ODUyMzc0NDEzMTUyNTUzMA.GGRh2W."
	        "GJ7B6buCYPr5JqhW1B7TlZslKztPsv5kGqJmqz now",
	        "use [REDACTED_API_KEY] now");
	becomes("0123456789abcdef0123456789abcdef"
	        "-us12",
	        "[REDACTED_API_KEY]");
	stays("see node.module.function, ndeed.so and MTc0ODUy.x.y");
}

static void a_login_joined_to_its_option_goes(void **state)
{
	becomes("curl -uanna:Kastanie2001 https://api.example.com",
	        "curl -uanna:[REDACTED_PASSWORD] https://api.example.com");
	stays("curl -unix-socket /run/x and curl https://example.com");
}

static void a_private_key_goes_whatever_is_between_its_lines(void **state)
{
	becomes("<td>--"
	        "---BEGIN PGP PRIVATE KEY BLOCK-----<br>\nVersion: GnuPG v2<br>\n<br>\n"
	        "n/UygmVr4dciU6U45RpsHFws79Z7eVO3n4<br>\nfPAuHVueVjZhKm7MEfbwG+TPkmmdsU==</td>",
	        "<td>[REDACTED_API_KEY]</td>");
	becomes("> --"
	        "---BEGIN RSA PRIVATE KEY-----\n> n/UygmVr4dciU6U45RpsHFws79Z7eVO3n4\n> "
	        "fPAuHVueVj==\n> ok?",
	        "> [REDACTED_API_KEY]\n> ok?");
	becomes("--"
	        "---BEGIN PRIVATE KEY-----\\n/7+87mXu+r9Ht0Ic+sfrCkvBMwT7cES\\nZuLPjCK470lFJ3FN",
	        "[REDACTED_API_KEY]");
	becomes("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: \"x\"\n"
	        "P2/56wAAA+4AAAA3aWYtbW9ke3NpZ257\nfPAuHVueVj==\n"
	        "---- END SSH2 ENCRYPTED PRIVATE KEY ----\nok?",
	        "[REDACTED_API_KEY]\nok?");
}

static void a_password_below_its_label_goes(void **state)
{
	becomes("User\nanna\nPassword\nKx7mPq2v\nThanks",
	        "User\nanna\nPassword\n[REDACTED_PASSWORD]\nThanks");
	becomes("Passwort\n\nSommer2024!", "Passwort\n\n[REDACTED_PASSWORD]");
	stays("Password\nexpired\nPassword\nWindows 11 asks for it\nPassword\n404");
	stays("I forgot my password\niPhone15 shows an error");
}

static void passwords_below_their_heading_go(void **state)
{
	becomes("| Nr. | Passwort | Info |\n| --- | --- | --- |\n| 1 | Zima1994$ | ok |",
	        "| Nr. | Passwort | Info |\n| --- | --- | --- |\n| 1 | [REDACTED_PASSWORD] | ok |");
	becomes("Nr.;Clave de acceso\n1;leto-brandt-25\n2;storm-ulmer-6",
	        "Nr.;Clave de acceso\n1;[REDACTED_PASSWORD]\n2;[REDACTED_PASSWORD]");
	becomes("\"a\",\"senha\"\n\"1,5\",\"Kamel1991!\"",
	        "\"a\",\"senha\"\n\"1,5\",\"[REDACTED_PASSWORD]\"");
	becomes("Login password\tKamel1991", "Login password\t[REDACTED_PASSWORD]");
	stays("Nr.;Password;Info\n1;expired;today\n2;wrong;2024-05-03");
	stays("test,pass,fail\nlogin,12,0\nlogout,7,1");
}

static void what_is_said_of_a_password_stays(void **state)
{
	stays("Passwort: falsch, Contraseña: incorrecta, Hasło: błędne, Salasana: väärä");
	stays("Het wachtwoord is leeg. Mijn wachtwoord is verlopen.");
	stays("I had to reset my password: the page was gone.");
}

static void passwords_in_a_sentence_go(void **state)
{
	becomes("Jag satte lösenordet till Kamel1991 igår",
	        "Jag satte lösenordet till [REDACTED_PASSWORD] igår");
	becomes("Asetin salasanaksi kamel-jansen-11", "Asetin salasanaksi [REDACTED_PASSWORD]");
	becomes("Moje heslo je Kamel1991 a neplatí.",
	        "Moje heslo je [REDACTED_PASSWORD] a neplatí.");
	becomes("I set the password to Kamel1991! and it is refused.",
	        "I set the password to [REDACTED_PASSWORD] and it is refused.");
}

static void veiled_addresses_go(void **state)
{
	becomes("write to anna.k_at_mailbox.example", "write to [REDACTED_EMAIL]");
	becomes("\"x\",\"\"\"anna k\"\"@mailbox.example\"", "\"x\",\"\"[REDACTED_EMAIL]\"");
	stays("created_at_index.sql and The list is at the dot on the map.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(keys_of_issuers_go),
	        cmocka_unit_test(tokens_of_bots_go),
	        cmocka_unit_test(a_login_joined_to_its_option_goes),
	        cmocka_unit_test(a_private_key_goes_whatever_is_between_its_lines),
	        cmocka_unit_test(a_password_below_its_label_goes),
	        cmocka_unit_test(passwords_below_their_heading_go),
	        cmocka_unit_test(what_is_said_of_a_password_stays),
	        cmocka_unit_test(passwords_in_a_sentence_go),
	        cmocka_unit_test(veiled_addresses_go),
	};
	return cmocka_run_group_tests(tests, make_redactor, drop_redactor);
}
