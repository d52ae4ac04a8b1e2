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

/* The text stays by itself, and as the end of a longer one, where enough words stand above it. */
static void stay_anywhere(const char *const texts[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char longer[4096];

		stays(texts[i]);
		snprintf(longer, sizeof(longer), OWN "\n\n%s", texts[i]);
		stays(longer);
	}
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

static void what_was_sent_and_from_where_is_no_telephone(void **state)
{
	static const char *const texts[] = {
	        "你好\n\n邮件无法发送",
	        "您好,\n我注册账号时遇到问题,已经试了三次了\n\n验证码一直没有发送",
	        "Hallo,\n\nvon meinem Konto wurde doppelt abgebucht",
	        "Beste,\n\nOutlook voor Windows start niet meer op",
	        "Hei,\n\nLähetetty paketti ei ole saapunut",
	        "Hi there,\n\nSent via DHL last week and never arrived, please refund",
	        "Hi,\n\nSent from my iPhone app the upload fails",
	        "Hi,\n\nSent from my iPhone\n\nThe line above is in all my mails, remove it",
	        "Guten Tag,\n\niPhone gesendet am Montag, Reparatur bis heute nicht begonnen",
	        "Bonjour,\n\nEnvoyé depuis mon téléphone le virement a disparu",
	        "Hola,\n\nEnviado desde Madrid el paquete no llega",
	};

	stay_anywhere(texts, ARRAY_LEN(texts));
}

static void words_below_a_dash_or_a_close_are_no_signature(void **state)
{
	static const char *const texts[] = {
	        "Hi, see log:\n--\nERROR disk full on node 3\nERROR database stopped\nall users "
	        "are locked out since 9 am",
	        "Hi, see log:\n\n-- \nERROR disk full on node 3\nERROR database stopped\nall "
	        "users are locked out",
	        "Hello,\nplease see below.\nRegards\nJohn Smith\nOrder 12345678 was charged "
	        "twice and the shop says fraud\nThe account 99881234 is now locked",
	        "Hello,\n\nRegards\nJohn Smith\nOrder 12345678 was charged twice",
	        "감사합니다\n주문 12345678 번 결제가 두 번 되었습니다 환불 요청",
	        "Cheers\n2 invoices 2024001 and 2024002 wrong amount",
	        "Regards\nJohn\nCall 030 1234567 urgently please",
	        "Regards\nJohn\nrefund to jane@example.com",
	        "Regards\nServer 192.168.10.20 down since 05.01.2026 10:00",
	        "Regards\n0012345678 is the order that is missing",
	        "--\nfrom=<jane@example.com>: user unknown",
	};

	stay_anywhere(texts, ARRAY_LEN(texts));
}

static void complaints_are_no_footer(void **state)
{
	static const char *const texts[] = {
	        "Hello team,\n\nThe application always crashes right before printing this label, "
	        "error 0x80070005, our whole warehouse is down.",
	        "Hello team,\n\nBefore printing this e-mail the application always crashes.",
	        "Hello,\n\nYou sent me the contract of another customer. It is confidential and I "
	        "am not the intended recipient. This is a data breach, act now.",
	        "Dear team,\n\nYour mailing is a disaster: I received this email in error, and it "
	        "contains confidential health data of 300 patients. Call me now.",
	        "Hi,\n\nThis e-mail is confidential and for the intended recipient only.\n\nThe "
	        "paragraph above is added to each of our mails, please switch it off.",
	        "Guten Tag,\n\nmir wurde eine E-Mail zugestellt, sie enthält vertrauliche "
	        "Informationen, die ich irrtümlich erhalten habe.",
	        "Hola,\n\nRecibí por error un correo con información confidencial de otro "
	        "cliente.",
	        "Hi,\n\nThe parcel is confidential and was opened by somebody who is not the "
	        "intended recipient.",
	};

	stay_anywhere(texts, ARRAY_LEN(texts));
}

static void what_others_wrote_is_an_earlier_mail_only_in_a_form_of_mail_programs(void **state)
{
	static const char *const texts[] = {
	        "I wrote to billing@shop.example yesterday and got this answer:\nYour account will "
	        "be closed tomorrow and all data deleted.\nThis is wrong, please stop the "
	        "deletion!",
	        "I wrote to billing@shop.example on 5 Jan 2026 at 10:00, and their bot "
	        "wrote:\nYour "
	        "account will be closed tomorrow.\nplease stop the deletion",
	        "Am 5. Mai 2026 schrieb ich an <billing@shop.example>:\nIch habe gekündigt\nund "
	        "keine Antwort bekommen",
	        "Your agent <agent@shop.example> wrote on 5 Jan 2026:\nit is mended\nIt is not.",
	        "Hello, a problem with the booking below.\nFrom: Berlin\nTo: Munich\nDate: 3 May\n"
	        "The train was cancelled and I want my money back",
	        "From: Berlin\nTo: Munich\nDate: 3 May 10:30\n\nThe train was cancelled",
	        "My mails bounce:\nFrom: jane@example.com\nTo: joe@example.com\nSubject: Order\n"
	        "The server says 550 rejected, please help",
	        "Several things are broken:\n- original message gets deleted when I reply\n- "
	        "attachments vanish\n- login fails",
	        "Original message of the server:\nDisk quota exceeded, all mail is rejected",
	        "--- Original message ---\nDisk quota exceeded, all mail is rejected",
	        "Original message:\nDisk quota exceeded, all mail is rejected",
	        "agent@shop.example wrote:\nWhich version do you use?\n5.2, and it deletes all our "
	        "invoices!\nSince when?\nSince this morning",
	        "On 3 May the script wrote:\n> fatal: cannot open database\n> all records are lost",
	};

	stay_anywhere(texts, ARRAY_LEN(texts));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_greeting_is_not_enough_to_lose_the_rest),
	        cmocka_unit_test(what_was_sent_and_from_where_is_no_telephone),
	        cmocka_unit_test(words_below_a_dash_or_a_close_are_no_signature),
	        cmocka_unit_test(complaints_are_no_footer),
	        cmocka_unit_test(
	                what_others_wrote_is_an_earlier_mail_only_in_a_form_of_mail_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
