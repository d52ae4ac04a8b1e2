/* Rules of ballast.h about mails, logs and bounds. */
#include "ballast_lab.h"

#include <stdio.h>

#define OWN "The export has been failing since Monday, and all our reports are empty.\n"

static void becomes(const char *text, const char *wanted)
{
	struct lean lean = lean_lines(str_of(text), false);

	assert_string_equal(lean.text, wanted);
	free(lean.text);
}

static void stays(const char *text)
{
	struct lean lean = lean_lines(str_of(text), false);

	assert_string_equal(lean.text, text);
	assert_false(ballast_is_any(&lean.left_out));
	free(lean.text);
}

#define TEXT_OWN "The export has been failing since Monday, and all our reports are empty."

static void earlier_mails_go_in_every_language(void **state)
{
	static const char *const headers[] = {
	        "On Mon, Jan 5, 2026 at 10:00 AM Jane Doe <jane@example.com> wrote:",
	        "On Mon, Jan 5, 2026 at 10:00 AM Jane Doe <jane.doe@example.com>\nwrote:",
	        "Am 05.01.2026 um 10:00 schrieb Jane Doe <jane@example.com>:",
	        "Le lun. 5 janv. 2026 \xc3\xa0 10:00, Jane Doe <jane@example.com> a \xc3\xa9"
	        "crit :",
	        "El lun, 5 ene 2026 a las 10:00, Jane Doe (<jane@example.com>) escribi\xc3\xb3:",
	        "Em seg., 5 de jan. de 2026 \xc3\xa0s 10:00, Jane <jane@example.com> escreveu:",
	        "Il giorno lun 5 gen 2026 alle ore 10:00 Jane <jane@example.com> ha scritto:",
	        "Op ma 5 jan 2026 om 10:00 schreef Jane Doe <jane@example.com>:",
	        "pon., 5 sty 2026 o 10:00 Jane Doe <jane@example.com> napisa\xc5\x82(a):",
	        "po 5. 1. 2026 v 10:00 odes\xc3\xadlatel Jane <jane@example.com> napsal:",
	        "Den m\xc3\xa5n 5 jan. 2026 kl 10:00 skrev Jane Doe <jane@example.com>:",
	        "Den man. 5. jan. 2026 kl. 10.00 skrev Jane Doe <[REDACTED_EMAIL]>:",
	        "ma 5. tammik. 2026 klo 10.00 Jane Doe <jane@example.com> kirjoitti:",
	        "\xd0\xbf\xd0\xbd, 5 \xd1\x8f\xd0\xbd\xd0\xb2. 2026, Jane <jane@example.com> "
	        "\xd0\xbd\xd0\xb0\xd0\xbf\xd0\xb8\xd1\x81\xd0\xb0\xd0\xbb:",
	        "Jane <jane@example.com>, 5 Oca 2026 tarihinde \xc5\x9funu yazd\xc4\xb1:",
	        "2026\xe5\xb9\xb4"
	        "1\xe6\x9c\x88"
	        "5\xe6\x97\xa5 Jane <jane@example.com>"
	        "\xe3\x81\xae\xe3\x83\xa1\xe3\x83\xbc\xe3\x83\xab:",
	        "Jane <jane@example.com> \xe4\xba\x8e"
	        "2026\xe5\xb9\xb4"
	        "1\xe6\x9c\x88"
	        "5\xe6\x97\xa5\xe5\x86\x99\xe9\x81\x93:",
	        "-----Original Message-----\nFrom: Jane\nSent: Monday\nTo: us\nSubject: x\n",
	        "________________________________\nVon: Jane\nGesendet: Montag, 5. Januar 2026 "
	        "10:00\n"
	        "An: uns\nBetreff: x\n",
	        "*De :* Jane <jane@example.com>\n*Envoy\xc3\xa9 :* lundi\n*\xc3\x80 :* "
	        "nous\n*Objet :* x\n",
	        "De: Jane <jane@example.com>\nEnviado el: lunes\nPara: nosotros\nAsunto: x\n",
	        "Da: Jane <jane@example.com>\nInviato: luned\xc3\xac\nA: noi\nOggetto: x\n",
	        "Van: Jane <jane@example.com>\nVerzonden: maandag\nAan: ons\nOnderwerp: x\n",
	        "Fra: Jane <jane@example.com>\nSendt: mandag\nTil: oss\nEmne: x\n",
	        "\xe5\xb7\xae\xe5\x87\xba\xe4\xba\xba: Jane "
	        "<jane@example.com>\n\xe5\xae\x9b\xe5\x85\x88: us\n"
	        "\xe4\xbb\xb6\xe5\x90\x8d: x\n"};

	for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
		struct buf text;

		buf_init(&text, 4096);
		buf_printf(&text, OWN "\n%s\n\nWe love your product and would like a feature.\n",
		           headers[i]);
		struct lean lean = lean_lines(buf_str(&text), false);
		if (strncmp(lean.text, TEXT_OWN, strlen(TEXT_OWN)) != 0 ||
		    strstr(lean.text, "love") || lean.left_out.bytes[BALLAST_QUOTE] == 0)
			fail_msg("%zu: %s", i, lean.text);
		free(lean.text);
		buf_free(&text);
	}
}

static void a_date_and_a_name_are_a_header_above_marked_lines(void **state)
{
	static const char *const headers[] = {
	        "On 08.01.24 10:12, Jane Doe wrote:",
	        "On 1/8/2024 10:12 AM, Jane Doe wrote:",
	        "Am 08.01.24 um 10:12 schrieb Jane Doe:",
	        "Le 08/01/2024 à 10:12, Jane Doe a écrit :",
	        "El 08/01/2024 a las 10:12, Jane Doe escribió:",
	        "Op 08-01-2024 om 10:12 schreef Jane Doe:",
	        "Den 08.01.2024 kl. 10.12 skrev Jane Doe:",
	        "08.01.2024 10:12, Jane Doe пишет:",
	        "Jane Doe <jane@example.com> schrieb am Mo., 8. Jan. 2024, 10:12:",
	        "пн, 8 янв. 2024 г. в 10:12, Jane Doe <jane@example.com>:",
	        "2024年1月8日(月) 10:12 Jane Doe <jane@example.com>:",
	};

	for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
		char text[512];

		snprintf(text, sizeof(text), OWN "\n%s\n> We love your product.\n> Yes.\n",
		         headers[i]);
		becomes(text, TEXT_OWN);
		/* a person may have written it above the words that count */
		snprintf(text, sizeof(text), OWN "\n%s\nWe love your product.\n", headers[i]);
		stays(text);
	}
	stays(OWN "\nOn 2026-05-03 10:00 the script wrote:\n> fatal: disk is full\n> exit 1\n");
}

static void who_points_below_is_read_there(void **state)
{
	static const char below[] =
	        "From: Jane <jane@example.com>\nSent: Monday\nTo: us\nSubject: x\n\nWhich "
	        "version?\nVersion 5.\n";
	static const char *const words[] = {"See my answers below.", "My answers are inline",
	                                    "Antworten siehe unten.", "Mes réponses ci-dessous",
	                                    "Zie mijn antwoorden hieronder"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		char text[512];

		snprintf(text, sizeof(text), OWN "%s\n\n%s", words[i], below);
		stays(text);
	}
	char text[512];
	snprintf(text, sizeof(text), OWN "\n%s", below);
	becomes(text, TEXT_OWN);
}

static void words_below_a_quotation_stay(void **state)
{
	struct buf text;

	buf_init(&text, 1 << 16);
	buf_puts(&text, "On 5 Jan 2026 Jane <jane@example.com> wrote:\n");
	add_times(&text, "> a line of a very long mail that somebody wrote earlier\n>\n", 200);
	buf_puts(&text, "\nWORDS the login button is missing");
	struct lean lean = lean_lines(buf_str(&text), false);
	HAS(lean, "WORDS the login button is missing");
	assert_true(strlen(lean.text) < 7000);
	/* few words: some of the earlier mail may explain them */
	HAS(lean, "> a line");
	free(lean.text);
	buf_puts(&text, ", and nobody of us can work; this has to be mended today.");
	lean = lean_lines(buf_str(&text), false);
	assert_true(strlen(lean.text) < 120);
	HAS(lean, "WORDS");
	free(lean.text);
	buf_free(&text);
}

static void see_below_keeps_what_is_below(void **state)
{
	stays("Please see below.\n\nOn 5 Jan 2026 Jane <jane@example.com> wrote:\n"
	      "> The export fails with error 500.\n");
	stays("> The export fails with error 500.\n");
	stays("From: Jane\nSent: Monday\nTo: us\nSubject: Export\n\nThe export fails.\n");
}

static void what_was_forwarded_is_read(void **state)
{
	stays(OWN "\n---------- Forwarded message ---------\nFrom: Jane\nDate: Monday\nSubject: x\n"
	          "To: us\n\nThe export fails.\n");
	stays(OWN "\nBegin forwarded message:\n\n> From: Jane\n> The export fails.\n");
	struct str text =
	        STR(OWN "\nVon: Jane\nGesendet: Montag\nAn: uns\nBetreff: x\n\nEs geht.\n");
	struct lean lean = lean_lines(text, true);
	assert_string_equal(lean.text, text.data);
	free(lean.text);
	assert_true(is_forwarded(STR("Fwd: x")));
	assert_true(is_forwarded(STR("WG: Fehler")));
	assert_true(is_forwarded(STR("Re: FW: x")));
	assert_true(is_forwarded(STR("\xe8\xbd\xac\xe5\x8f\x91: x")));
	assert_false(is_forwarded(STR("Re: x")));
	assert_false(is_forwarded(STR("Fwd x")));
	assert_false(is_forwarded(STR("")));
}

static void what_a_command_prints_stays(void **state)
{
	stays("I ran it:\n> npm run build\n> error TS2304: Cannot find name\n" OWN);
	stays(OWN ">>> import x\n>>> x.run()\nTraceback\n");
	stays("On 3 devices it still crashes.\nWe tried the following:\n- a\n- b\n" OWN);
	stays("Yesterday your colleague wrote: please wait. I waited for two days now:\n" OWN);
	stays("From: Berlin\nTo: Hamburg\n" OWN);
}

static void a_report_that_is_passed_on_as_a_quotation_stays(void **state)
{
	struct buf text;

	buf_init(&text, 1 << 16);
	buf_puts(&text,
	         "From github: https://github.com/example/web/issues/128747 as it was filed.\n\n");
	for (int i = 0; i < 40; i++)
		buf_printf(&text, "> **Description %c**: Page %c%c is not loading\n", 'a' + i % 26,
		           'p' + i % 7, 'g' + i % 9);
	stays(buf_cstr(&text));
	for (int i = 0; i < 400; i++)
		buf_printf(&text, "> **Description %c**: Page %c%c is not loading\n", 'a' + i % 26,
		           'p' + i % 7, 'g' + i % 9);
	buf_puts(&text, "WORDS the login button is missing");
	struct lean lean = lean_lines(buf_str(&text), false);
	HAS(lean, "> **Description a**");
	HAS(lean, "WORDS the login button is missing");
	assert_true(strlen(lean.text) < 4000);
	free(lean.text);
	buf_free(&text);
}

static void signatures_go(void **state)
{
	becomes(OWN "-- \nJane Doe\nHead of Support\n+49 30 1234567\nwww.example.com\n", TEXT_OWN);
	becomes(OWN "\nSent from my iPhone\n", TEXT_OWN);
	becomes(OWN "\nVon meinem iPhone gesendet\n", TEXT_OWN);
	becomes(OWN "\nEnvoy\xc3\xa9 de mon iPhone", TEXT_OWN);
	becomes(OWN "\niPhone\xe3\x81\x8b\xe3\x82\x89\xe9\x80\x81\xe4\xbf\xa1\n", TEXT_OWN);
	becomes(OWN "\nSent from my Galaxy S23 Ultra.\n\n-- \nJane Doe\n", TEXT_OWN);
	becomes(OWN "\n-- \nJane Doe\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n", TEXT_OWN);
	becomes(OWN "\n從我的 iPhone 傳送\n", TEXT_OWN);
	becomes(OWN "\n发自我的iPhone\n", TEXT_OWN);
	becomes(OWN "\niPhone'umdan gönderildi\n", TEXT_OWN);
	becomes(OWN "\nLähetetty iPhonesta\n", TEXT_OWN);
	becomes(OWN "\nWysłane z mojego iPhone\n", TEXT_OWN);
	becomes(OWN "\nGesendet von Mail für Windows\n", TEXT_OWN);
	becomes(OWN "\n--\nJane Doe\nTel.: 030 / 1234567\n", OWN "\n--\nJane Doe");
	becomes(OWN "\nBest regards,\n\nJane Doe\nExample Ltd | Main Street 1\nTel 030 1234567\n\n"
	            "www.example.com\n",
	        OWN "\nBest regards,\n\nJane Doe\nExample Ltd | Main Street 1");
	becomes(OWN "\nMit freundlichen Gr\xc3\xbc\xc3\x9f"
	            "en\nJane Doe\n[REDACTED_PHONE]\n",
	        OWN "\nMit freundlichen Gr\xc3\xbc\xc3\x9f"
	            "en\nJane Doe");
}

static void words_near_a_signature_stay(void **state)
{
	stays(OWN "Regards\nJohn\nPlease refund me\n");
	stays(OWN "Sent from my iPhone app the upload fails, from the browser it works.\n");
	stays(OWN "--\nThe second problem is that the invoice is wrong.\n");
	stays(OWN "-- \nJane\n\nPS: the invoice is wrong too.\n");
	stays(OWN "Regards\nJohn\n+49 30 1234567\nPlease refund me\n");
	stays(OWN "\nSent from my Galaxy\n\n" OWN);
}

static void footers_go(void **state)
{
	static const char *const footers[] = {
	        "This e-mail and any attachments are confidential and intended solely for the\n"
	        "addressee. If you are not the intended recipient, please delete it.",
	        "Diese E-Mail enth\xc3\xa4lt vertrauliche Informationen. Wenn Sie nicht der "
	        "richtige "
	        "Adressat sind, informieren Sie bitte den Absender.",
	        "Ce message est confidentiel et destin\xc3\xa9 au seul destinataire. Si vous "
	        "l'avez "
	        "re\xc3\xa7u par erreur, merci de le d\xc3\xa9truire.",
	        "Este mensaje es confidencial. Si no es usted el destinatario, b\xc3\xb3rrelo.",
	        "Please consider the environment before printing this e-mail.",
	        "Le informazioni riservate di questo messaggio sono per il solo destinatario. "
	        "Se avete ricevuto il messaggio per errore, cancellatelo.",
	        "Dit bericht bevat vertrouwelijke informatie voor de geadresseerde. "
	        "Indien u dat niet bent, verwijder het dan."};

	for (size_t i = 0; i < ARRAY_LEN(footers); i++) {
		struct buf text;

		buf_init(&text, 4096);
		buf_printf(&text, OWN "\n%s\n", footers[i]);
		struct lean lean = lean_lines(buf_str(&text), false);
		if (strcmp(lean.text, TEXT_OWN) != 0 || !lean.left_out.bytes[BALLAST_FOOTER])
			fail_msg("%zu: %s", i, lean.text);
		free(lean.text);
		buf_free(&text);
	}
}

static void complaints_in_the_words_of_footers_stay(void **state)
{
	stays("My confidential data was sent to somebody who is not the intended recipient, which "
	      "contains confidential records. I want an explanation.\n");
	stays(OWN "\nMon colis a \xc3\xa9t\xc3\xa9 livr\xc3\xa9 par erreur au mauvais "
	          "destinataire, et il est perdu.\n");
}

static void never_is_all_left_out(void **state)
{
	stays("-- \nJane Doe\n+49 30 1234567\n");
	stays("Sent from my iPhone\n");
	stays("On 5 Jan 2026 Jane <jane@example.com> wrote:\n> ok\n");
	stays("");
	stays("\n\n");
	struct lean lean =
	        lean_lines(STR("\n\nThis is confidential and for the intended recipient "
	                       "only.\n\nPlease consider the environment before printing "
	                       "this.\n"),
	                   false);
	HAS(lean, "intended recipient");
	free(lean.text);
}

static void repeated_lines_are_folded(void **state)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	buf_puts(&text, "The log says\n");
	for (int i = 0; i < 500; i++)
		buf_printf(&text, "2026-01-05T10:%02d:%02d.%03d ERROR [worker-%d] timeout 0x%x\n",
		           i / 60, i % 60, i, i % 7, i * 7919);
	buf_puts(&text, "WORDS the login button is missing");
	struct lean lean = lean_lines(buf_str(&text), false);
	HAS(lean, "The log says\n2026-01-05T10:00:00.000 ERROR");
	HAS(lean, "[497 similar lines left out]\nWORDS the login button is missing");
	assert_true(strlen(lean.text) < 400);
	assert_true(lean.left_out.bytes[BALLAST_REPEAT] > 20000);
	free(lean.text);
	buf_free(&text);
}

static void a_few_like_lines_stay(void **state)
{
	stays("Order 100001 was not delivered\nOrder 100002 was not delivered\n"
	      "Order 100003 was not delivered\nOrder 100004 was not delivered\n"
	      "Order 100005 was not delivered\nOrder 100006 was not delivered\n");
	stays("}\n}\n}\n}\n}\n}\n}\n}\n}\n}\n}\n}\n}\n}\n}\n}\n" OWN);
}

static void the_middle_is_cut_between_words(void **state)
{
	struct ballast left_out = {0};
	struct buf text, out;

	buf_init(&text, 1 << 20);
	buf_init(&out, 1 << 20);
	buf_puts(&text, "FIRST ");
	add_times(&text, "some words [REDACTED_EMAIL] ", 1000);
	buf_puts(&text, "LAST");
	ballast_cut_middle(buf_str(&text), 8000, &out, &left_out);
	assert_true(out.len <= 8000 && out.len > 7900);
	assert_true(str_starts(buf_str(&out), STR("FIRST ")));
	assert_true(str_ends(buf_str(&out), STR(" LAST")));
	assert_true(str_find(buf_str(&out), STR("\n[middle left out]\n")) > 5000);
	assert_int_equal(left_out.bytes[BALLAST_EXCESS], text.len - (out.len - 19));
	buf_reset(&out);
	ballast_cut_middle(STR("short"), 8000, &out, &left_out);
	assert_string_equal(buf_cstr(&out), "short");
	buf_reset(&text);
	add_times(&text, "\xe6\x97\xa5", 10000);
	buf_reset(&out);
	ballast_cut_middle(buf_str(&text), 8000, &out, &left_out);
	assert_true(out.len <= 8000 && out.len > 5000 && utf8_valid(buf_str(&out)));
	buf_free(&text);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(earlier_mails_go_in_every_language),
	        cmocka_unit_test(a_date_and_a_name_are_a_header_above_marked_lines),
	        cmocka_unit_test(who_points_below_is_read_there),
	        cmocka_unit_test(words_below_a_quotation_stay),
	        cmocka_unit_test(see_below_keeps_what_is_below),
	        cmocka_unit_test(what_was_forwarded_is_read),
	        cmocka_unit_test(what_a_command_prints_stays),
	        cmocka_unit_test(a_report_that_is_passed_on_as_a_quotation_stays),
	        cmocka_unit_test(signatures_go),
	        cmocka_unit_test(words_near_a_signature_stay),
	        cmocka_unit_test(footers_go),
	        cmocka_unit_test(complaints_in_the_words_of_footers_stay),
	        cmocka_unit_test(never_is_all_left_out),
	        cmocka_unit_test(repeated_lines_are_folded),
	        cmocka_unit_test(a_few_like_lines_stay),
	        cmocka_unit_test(the_middle_is_cut_between_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
