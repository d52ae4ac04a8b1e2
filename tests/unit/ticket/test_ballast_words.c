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
	        "Regards\nJohn\nCALL ME NOW +49 30 1234567",
	        "Cordialement\nMarie\nRemboursez 0034 600 123 456",
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
	        "Hello,\n\nthis message is confidential and was delivered to 300 people, none of "
	        "them the intended recipient",
	        "Hola,\n\neste mensaje es confidencial y llegó por error a toda la empresa",
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
	        "On 5 Jan 2026 at 10:00 your agent <agent@shop.example> wrote:\nit is mended\nno.",
	        "Hello, a problem with the booking below.\nFrom: Berlin\nTo: Munich\nDate: 3 May\n"
	        "The train was cancelled and I want my money back",
	        "From: Berlin\nTo: Munich\nDate: 3 May 10:30\n\nThe train was cancelled",
	        "My mails bounce:\nFrom: jane@example.com\nTo: joe@example.com\nSubject: Order\n"
	        "The server says 550 rejected, please help",
	        "From a661bf0ba954b86909fa2f6b58727294068ac082 Mon Sep 17 00:00:00 2001\n"
	        "From: Jane <jane@example.com>\nDate: Fri, 2 Dec 2022 12:16:44 +0000\n"
	        "Subject: [PATCH] Add it\n\nThis adds it.\n",
	        "Several things are broken:\n- original message gets deleted when I reply\n- "
	        "attachments vanish\n- login fails",
	        "Original message of the server:\nDisk quota exceeded, all mail is rejected",
	        "--- Original message ---\nDisk quota exceeded, all mail is rejected",
	        "---original message---\nSubject: line is empty\nin all mails",
	        "-----Mensaje original-----\nDe: nadie, el campo está vacío",
	        "Da: Roma\nA: Milano\nData: 3 maggio 10:30\nOggetto: treno\n\nIl treno non c'era",
	        "Original message:\nDisk quota exceeded, all mail is rejected",
	        "agent@shop.example wrote:\nWhich version do you use?\n5.2, and it deletes all our "
	        "invoices!\nSince when?\nSince this morning",
	        "My logs:\nroot@host wrote:\n> disk full\n> node 3 down",
	        "On 3 May the script wrote:\n> fatal: cannot open database\n> all records are lost",
	};

	stay_anywhere(texts, ARRAY_LEN(texts));
}

static void words_of_other_languages_stay(void **state)
{
	static const char *const texts[] = {
	        /* a telephone's line */
	        "Bonjour,\n\nEnvoyé depuis mon iPhone un virement qui n'est jamais arrivé",
	        "Dzień dobry,\n\nWysłane z telefonu zdjęcia nie otwierają się w panelu",
	        "Merhaba,\n\nFatura yanlış adrese, eski telefondan gönderildi",
	        "お世話になっております。\n\n確認コードがiPhoneに届かず、別の端末から送信",
	        "안녕하세요\n\n사진이 휴대폰에서 보냄 상태로 멈춰 있습니다",
	        "Здравствуйте,\n\nОтправлено с вашего склада не то, что я заказывал",
	        /* below a close */
	        "Hej,\n\nMvh\nAnna\n2 fakturor 2024001 och 2024002 har fel belopp",
	        "Hola,\n\nUn saludo\nAna\nPedido 0034 600 123 456 no es mi teléfono, corregidlo",
	        "你好\n\n此致\n订单 12345678 被重复扣款 请退款",
	        /* a footer */
	        "Bonjour,\n\nVous m'avez envoyé par erreur un message confidentiel et destiné à un "
	        "autre destinataire.",
	        "Ciao,\n\nho ricevuto per errore un messaggio con informazioni riservate di un "
	        "altro "
	        "cliente",
	        "Olá,\n\na vossa mensagem com informações confidenciais foi enviada por engano "
	        "para "
	        "toda a empresa",
	        "Hallo,\n\nbevor sie diese e-mail ausdrucken, stürzt das Programm ab",
	        "Hei,\n\nsain erehdyksessä viestin, jossa on toisen asiakkaan luottamuksellista "
	        "tietoa",
	        "您好\n\n我误收了一封邮件,里面有其他客户的机密信息",
	        /* an earlier mail */
	        "Le 5 mai à 10:00 le support <aide@example.fr> nous a écrit:\nc'est réparé\nmais "
	        "rien ne marche",
	        "Von: Köln\nAn: Bonn\nDatum: 3. Mai 10:30\nDer Zug fiel aus, ich will mein Geld "
	        "zurück",
	        "De: Lyon\nÀ: Paris\nObjet: valise perdue à 10:30\n\nMa valise n'est pas arrivée",
	        "Wiadomość oryginalna:\nnie zapisuje się po zmianie hasła",
	        "寄件者: 台北\n收件者: 高雄\n日期: 5月3日\n包裹沒有送到",
	};

	stay_anywhere(texts, ARRAY_LEN(texts));
}

static void a_word_below_encoded_data_is_not_its_end(void **state)
{
	static const char *const words[] = {
	        "Error500 comes when I log in",
	        "Error500",
	        "InternalError500",
	        "timeout=",
	        "PaymentService2Failed",
	        "QUJD= is what I see",
	        "AbstractSingletonProxyFactoryBeanInvocationHandler500 fails"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		struct buf text;

		buf_init(&text, 1 << 16);
		buf_puts(&text, "Hi, see:\n");
		add_times(&text,
		          "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2\n", 9);
		buf_puts(&text, words[i]);
		struct lean lean = lean_data(buf_str(&text));
		HAS(lean, words[i]);
		HAS(lean, "[encoded data left out]");
		free(lean.text);
		buf_free(&text);
	}
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
	        cmocka_unit_test(words_of_other_languages_stay),
	        cmocka_unit_test(a_word_below_encoded_data_is_not_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
