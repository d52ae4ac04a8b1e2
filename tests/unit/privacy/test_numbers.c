/* Which numbers are personal data, and which are not: SSN, cards, phones, IBAN, IP addresses. */
#include "redactor.h"

#define EACH(values, before, placeholder)                                                          \
	for (size_t i_ = 0; i_ < ARRAY_LEN(values); i_++)                                          \
	value_goes(before, values[i_], placeholder)

static void social_security_numbers_go_in_every_notation(void **state)
{
	static const char *const values[] = {"536-22-8145", "536.22.8145",          "536 22 8145",
	                                     "912-78-1234", "５３６-２２-８１４５", "536–22–8145"};
	EACH(values, "my number is ", "[REDACTED_SSN]");
	becomes("536-22-8145", "[REDACTED_SSN]");
}

static void nine_digits_are_an_ssn_only_after_a_word_that_says_so(void **state)
{
	becomes("SSN: 536228145", "SSN: [REDACTED_SSN]");
	becomes("ssn536228145", "ssn[REDACTED_SSN]");
	becomes("social security number is 536228145 ok",
	        "social security number is [REDACTED_SSN] ok");
	becomes("SSNs 536228145 and 536228146", "SSNs [REDACTED_SSN] and [REDACTED_SSN]");
	stays("the number 536228145 is mine");
	stays("ssn of order 536228145");
	stays("ssn 536228145x");
	stays("ssn 000121234");
}

static void ssns_that_are_never_given_out_stay(void **state)
{
	stays("536-22 8145");
	stays("000-12-3456");
	stays("666-12-3456");
	stays("123-00-4567");
	stays("123-45-0000");
	stays("111-11-1111");
	stays("like 123-45-6789 or 078-05-1120 or 987-65-4321");
	becomes("my SSN: 123-45-6789", "my SSN: [REDACTED_SSN]");
	stays("part 2024-536-22-8145");
	stays("part 536-22-8145-7");
}

static void card_numbers_go_in_every_notation(void **state)
{
	static const char *const values[] = {"4111111111111111",
	                                     "4111 1111 1111 1111",
	                                     "4111-1111-1111-1111",
	                                     "4111 1111-1111 1111",
	                                     "4111.1111.1111.1111",
	                                     "5555555555554444",
	                                     "378282246310005",
	                                     "3782 822463 10005",
	                                     "30569309025904",
	                                     "3056 930902 5904",
	                                     "6011111111111117",
	                                     "3530111333300000",
	                                     "4222222222222",
	                                     "6304000000000000",
	                                     "4917610000000000003",
	                                     "4917 6100 0000 0000 003",
	                                     "2223003122003222",
	                                     "2200000000000004",
	                                     "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
	                                     "41 11 11 11 11 11 11 11",
	                                     "41111111 11111111",
	                                     "４１１１１１１１１１１１１１１１",
	                                     "٤١١١١١١١١١١١١١١١"};
	EACH(values, "pay with ", "[REDACTED_CREDIT_CARD]");
	becomes("4111 1111 1111 1111 12/27 123", "[REDACTED_CREDIT_CARD] 12/27 [REDACTED_CVV]");
	becomes("4111 1111 1111 1111 5555 5555 5555 4444",
	        "[REDACTED_CREDIT_CARD] [REDACTED_CREDIT_CARD]");
	becomes("id 12 4111 1111 1111 1111", "id 12 [REDACTED_CREDIT_CARD]");
	becomes("card_4111111111111111", "card_[REDACTED_CREDIT_CARD]");
	becomes("order 4111111111111111", "order [REDACTED_CREDIT_CARD]");
}

static void digits_that_are_no_card_stay(void **state)
{
	stays("4111 1111 1111 1112");
	stays("409-6867580-4469870");
	stays("groups 4 20 24 25 29 30 44 46 102, 103");
	stays("0000 0000 0000 0000 and 4444444444444444");
	stays("1732480000008");
	stays("4111111111111111a");
	stays("a4111111111111111");
	stays("order 4111-2222");
	stays("tracking 9400 1000 0000 0000 0000 00");
	stays("41111111111111111111111");
	stays("order 41 11 11 11 11 11 11 11");
	stays("id 40000000-1111-1111-1111-111111111111");
}

static void a_card_word_makes_up_for_an_unknown_brand(void **state)
{
	becomes("card 40000000000002", "card [REDACTED_CREDIT_CARD]");
	stays("number 40000000000002");
}

static void north_american_phones_go_in_every_notation(void **state)
{
	static const char *const values[] = {"555-123-4567",      "555.123.4567",
	                                     "555 123 4567",      "(555) 123-4567",
	                                     "(555)123-4567",     "(555) 1234567",
	                                     "555 123-4567",      "555/123-4567",
	                                     "1-555-123-4567",    "1 (555) 123-4567",
	                                     "+1 555 123 4567",   "+1-555-123-4567",
	                                     "+1 (555) 123-4567", "+1.555.123.4567",
	                                     "+15551234567",      "５５５－１２３－４５６７"};
	EACH(values, "my line: ", "[REDACTED_PHONE]");
	becomes("555-123-4567 ext. 12", "[REDACTED_PHONE] ext. 12");
	becomes("555-123-4567x12", "[REDACTED_PHONE]x12");
	becomes("555-123-4567/555-123-4568", "[REDACTED_PHONE]/[REDACTED_PHONE]");
	becomes("(call 555-123-4567)", "(call [REDACTED_PHONE])");
	becomes("(+49 30) 1234567", "[REDACTED_PHONE]");
}

static void international_phones_go(void **state)
{
	static const char *const values[] = {
	        "+44 20 7946 0958",  "+49 (0)30 123456",   "+49 30 1234-567",
	        "+33 6 12 34 56 78", "+86 138 0013 8000",  "+380 44 123 45 67",
	        "+442079460958",     "+49-170-1234567",    "+55 (11) 91234-5678",
	        "0049 30 123456",    "00 44 20 7946 0958", "011 44 20 7946 0958"};
	EACH(values, "", "[REDACTED_PHONE]");
	becomes("tel:+442079460958;", "tel:[REDACTED_PHONE];");
	becomes("+44 20 7946 0958 020 7946 0959", "[REDACTED_PHONE] [REDACTED_PHONE]");
	becomes("+44 20 7946 0958 555-123-4567", "[REDACTED_PHONE] [REDACTED_PHONE]");
	stays("+5 points, +0200, a+12345678901, +1234567890123456");
}

static void national_phones_with_a_trunk_prefix_go(void **state)
{
	static const char *const values[] = {"020 7946 0958", "06 12 34 56 78", "01.23.45.67.89",
	                                     "030/1234567",   "0170 1234567",   "030-12345678",
	                                     "(030) 1234567", "044 668 18 00",  "0412 345 678"};
	EACH(values, "", "[REDACTED_PHONE]");
	stays("01.02.2024 10.30");
	stays("08.00-12.00 13.00");
	stays("0123-4567");
	stays("16:49:04.123456789 +1300, 18:40:01 18:40:02, story/13/09/26/2204567");
	becomes("020 7946 0958/020 7946 0959", "[REDACTED_PHONE]/[REDACTED_PHONE]");
	stays("order 0123-4567-89");
}

static void bare_digits_are_a_phone_only_after_a_phone_word(void **state)
{
	becomes("call 5551234567", "call [REDACTED_PHONE]");
	becomes("Phone:\n5551234567", "Phone:\n[REDACTED_PHONE]");
	becomes("tel5551234567", "tel[REDACTED_PHONE]");
	becomes("Tel.-Nr.: 5551234567", "Tel.-Nr.: [REDACTED_PHONE]");
	becomes("电话5551234567", "电话[REDACTED_PHONE]");
	becomes("Phones: 5551234567, 5559876543, 5551112222",
	        "Phones: [REDACTED_PHONE], [REDACTED_PHONE], [REDACTED_PHONE]");
	becomes("mobile 555-1234", "mobile [REDACTED_PHONE]");
	becomes("call 12 34 56 78", "call [REDACTED_PHONE]");
	becomes("phone [REDACTED_PHONE] 5551234567", "phone [REDACTED_PHONE] [REDACTED_PHONE]");
	stays("the number 5551234567");
	stays("call me.\n\n5551234567");
	stays("call a b c d e 5551234567");
	stays("call about order 5551234567");
	stays("call 1234567abc and #5551234567");
	stays("call on 2024-11-24 10:00 or between 10.30-11.30");
	stays("call costs $1234567 or 1 234 567 EUR or 1234567 €");
	stays("call 1234567890123456");
	stays("called 1234567 times, phone/IMG_20190802_111640");
}

static void order_and_ticket_numbers_stay(void **state)
{
	static const char *const words[] = {"ticket", "order",         "case no.", "invoice",
	                                    "ref:",   "Bestellnummer", "order #",  "RMA"};
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		static const char *const numbers[] = {"5551234567", "555-123-4567", "030-1234567",
		                                      "0049-30-123456"};
		for (size_t j = 0; j < ARRAY_LEN(numbers); j++) {
			char text[128];
			snprintf(text, sizeof(text), "about %s %s again", words[i], numbers[j]);
			stays(text);
		}
	}
	stays("#555-123-4567");
	stays("2024-555-123-4567");
	stays("555-123-4567-8");
}

static void other_numbers_stay(void **state)
{
	static const char *const innocents[] = {"#123456",
	                                        "INV-2024-000123",
	                                        "1732480000000",
	                                        "1732480000000000",
	                                        "550e8400-e29b-41d4-a716-446655440000",
	                                        "d41d8cd98f00b204e9800998ecf8427e",
	                                        "1.2.3",
	                                        "v5.2.1-rc3",
	                                        "2026-11-24T20:35:51Z",
	                                        "24.11.2026 10:30",
	                                        "11/24/2026",
	                                        "$1,234.56",
	                                        "1.234,56 €",
	                                        "1Z999AA10123456784",
	                                        "aa:bb:cc:dd:ee:ff",
	                                        "404",
	                                        "0x7ffe12345678",
	                                        "ISBN 978-3-16-148410-0",
	                                        "+0200",
	                                        "100 000 000",
	                                        "3.14159265358979",
	                                        "98765432 bytes",
	                                        "std::vector",
	                                        "egid 1000 4 20 24 46 104 212 555-0147 (got",
	                                        "12:34:56"};
	for (size_t i = 0; i < ARRAY_LEN(innocents); i++) {
		char text[128];
		snprintf(text, sizeof(text), "see %s there", innocents[i]);
		stays(text);
	}
}

static void ibans_go_grouped_or_not(void **state)
{
	static const char *const values[] = {"DE89370400440532013000",
	                                     "DE89 3704 0044 0532 0130 00",
	                                     "DE89-3704-0044-0532-0130-00",
	                                     "gb29nwbk60161331926819",
	                                     "GB29 NWBK 6016 1331 9268 19",
	                                     "FR14 2004 1010 0505 0001 3M02 606",
	                                     "NO9386011117947",
	                                     "MT84MALT011000012345MTLCAST001S",
	                                     "CH93 0076 2011 6238 5295 7",
	                                     "NL91ABNA0417164300",
	                                     "ＤＥ８９３７０４００４４０５３２０１３０００"};
	EACH(values, "to ", "[REDACTED_IBAN]");
	stays("UPS 1Z 999 AA1 01 2345 6784 is late");
	stays("request-id: 6814dcbe-1ede-46cc-be17-bc18a1ca7f3f");
	becomes("IBANDE89370400440532013000", "IBAN[REDACTED_IBAN]");
	stays("Tilaus SO23540875 ei ole saapunut");
	stays("DE89370400440532013001");
	stays("XX89370400440532013000");
	stays("DE8937040044053201300");
	stays("DE89370400440532013000X");
	stays("ABDE89370400440532013000");
	stays("DE89  37040044053201300");
	stays("DE89");
	stays("89370400440532013000");
}

static void ipv4_addresses_go(void **state)
{
	static const char *const values[] = {"10.0.0.1", "192.168.1.254", "255.255.255.255",
	                                     "192.168.001.001", "1.2.3.40"};
	EACH(values, "at ", "[REDACTED_IP]");
	becomes("10.0.0.1:8080/x 10.0.0.0/24", "[REDACTED_IP]:8080/x [REDACTED_IP]/24");
	becomes("dns 8.8.8.8 root@1.2.3.4 http://1.2.3.4/ 1.2.3.4:80",
	        "dns [REDACTED_IP] root@[REDACTED_IP] http://[REDACTED_IP]/ [REDACTED_IP]:80");
	becomes("host10.0.0.1", "host[REDACTED_IP]");
	becomes("see 10.0.0.1...", "see [REDACTED_IP]...");
}

static void versions_and_other_dotted_numbers_stay(void **state)
{
	stays("base-4.11.1.0 http-client-0.5.13.10");
	becomes("ip-10.0.0.1", "ip-[REDACTED_IP]");
	stays("1.2.3.4 and version 10.20.30.40");
	stays("v10.20.30.40 v. 10.20.30.40 release: 10.20.30.40");
	stays("Chrome/120.10.0.0 Firefox 120.0.0.1 upgraded from 10.20.30.40");
	stays("Windows 10.4.1.147, Office 10.6.2.17");
	becomes("Windows 10.0.0.5, node 10.4.1.147", "Windows [REDACTED_IP], node [REDACTED_IP]");
	stays("Firefox/60.0 AcmeMonkey/60.120.2.1 and git 20.40.2.1");
	becomes("/home/AcmeMonkey/60.120.2.1", "/home/AcmeMonkey/[REDACTED_IP]");
	stays("base >=14.11.1.0 && <50.0.0.0");
	becomes("from <50.10.0.9>", "from <[REDACTED_IP]>");
	stays("2.0.0 through 20.9.10.4, fixed in 20.9.10.5, ok until 20.9.10.6 Build 7");
	stays("http://127.0.0.1:8080/x, [::1]:443, Acme 127.0.6533.72");
	stays("256.1.1.1 10.0.0 10.0.0.1.5 10.0..1 x10.0.0.1 10.0.0.1x 10.0.0.1234");
}

static void a_phone_number_of_the_form_of_an_address_is_known_elsewhere(void **state)
{
	becomes("mobile 93.228.61.28, again 932286128",
	        "mobile [REDACTED_PHONE], again [REDACTED_PHONE]");
	becomes("the phone has the IP 10.228.61.28", "the phone has the IP [REDACTED_IP]");
}

static void ipv6_addresses_go(void **state)
{
	static const char *const values[] = {
	        "2001:db8::1",        "2001:0db8:0000:0000:0000:0000:0000:0001",
	        "fe80::1%eth0",       "::ffff:192.0.2.1",
	        "2001:DB8::A:0",      "1:2:3:4:5:6:7:8",
	        "64:ff9b::192.0.2.33"};
	EACH(values, "at ", "[REDACTED_IP]");
	becomes("[2001:db8::1]:443 ip:2001:db8::1 2001:db8::1/64",
	        "[[REDACTED_IP]]:443 ip:[REDACTED_IP] [REDACTED_IP]/64");
	becomes("2001:db8:0:0:0:0:0:1:443", "[REDACTED_IP]:443");
	becomes("from 2001:db8::1: timeout", "from [REDACTED_IP]: timeout");
	becomes("host fe::be", "host [REDACTED_IP]");
	stays("Dad::Bee std::dec :: 1:2:3:4:5:6:7 12:34:56 1::2::3 12345::1 1.2.3.4::x");
	stays("1:2:3:4:5:6:7:8:9:a g::1 1:2:3:4:5:6:7::8:9 a1::1.2.3 ab:cd:");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(social_security_numbers_go_in_every_notation),
	        cmocka_unit_test(nine_digits_are_an_ssn_only_after_a_word_that_says_so),
	        cmocka_unit_test(ssns_that_are_never_given_out_stay),
	        cmocka_unit_test(card_numbers_go_in_every_notation),
	        cmocka_unit_test(digits_that_are_no_card_stay),
	        cmocka_unit_test(a_card_word_makes_up_for_an_unknown_brand),
	        cmocka_unit_test(north_american_phones_go_in_every_notation),
	        cmocka_unit_test(international_phones_go),
	        cmocka_unit_test(national_phones_with_a_trunk_prefix_go),
	        cmocka_unit_test(bare_digits_are_a_phone_only_after_a_phone_word),
	        cmocka_unit_test(order_and_ticket_numbers_stay),
	        cmocka_unit_test(other_numbers_stay),
	        cmocka_unit_test(ibans_go_grouped_or_not),
	        cmocka_unit_test(ipv4_addresses_go),
	        cmocka_unit_test(versions_and_other_dotted_numbers_stay),
	        cmocka_unit_test(a_phone_number_of_the_form_of_an_address_is_known_elsewhere),
	        cmocka_unit_test(ipv6_addresses_go),
	};
	return cmocka_run_group_tests(tests, make_redactor, drop_redactor);
}
