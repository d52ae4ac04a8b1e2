/* What the words around a number say of it: headings of tables, names of fields, endings, labels
 * of one letter. */
#include "redactor.h"

static const char *const words[] = {
#define WORD(text, classes) text,
#include "privacy/context.def"
};

static const char *const stems[] = {
#define STEM(text, classes) text,
#include "privacy/context.def"
};

static void words_and_stems_are_sorted(void **state)
{
	for (size_t i = 1; i < ARRAY_LEN(words); i++)
		assert_true(strcmp(words[i - 1], words[i]) < 0);
	for (size_t i = 1; i < ARRAY_LEN(stems); i++)
		assert_true(strcmp(stems[i - 1], stems[i]) < 0);
}

static void no_stem_is_the_beginning_of_another(void **state)
{
	for (size_t i = 1; i < ARRAY_LEN(stems); i++)
		assert_int_not_equal(strncmp(stems[i - 1], stems[i], strlen(stems[i - 1])), 0);
}

static void a_heading_announces_what_is_in_its_column(void **state)
{
	becomes("| No | Phone | State |\n| --- | --- | --- |\n| 1 | 5550142337 | ok |",
	        "| No | Phone | State |\n| --- | --- | --- |\n| 1 | [REDACTED_PHONE] | ok |");
	becomes("Order,State,Born\n4711,ok,1985-03-12\n4712,ok,1986-04-13",
	        "Order,State,Born\n4711,ok,[REDACTED_BIRTH_DATE]\n4712,ok,[REDACTED_BIRTH_DATE]");
	becomes("\"No\";\"Security code\";\"Info\"\n\"1\";\"359\";\"-\"",
	        "\"No\";\"Security code\";\"Info\"\n\"1\";\"[REDACTED_CVV]\";\"-\"");
	becomes("No\tT\n1\t5550142337", "No\tT\n1\t[REDACTED_PHONE]");
	stays("| No | EAN |\n| --- | --- |\n| 1 | 4006381333931 |");
	stays("No;Version\n1;12.22.5.121");
	stays("Phone;Order\nyes;5550142337");
}

static void lines_of_another_shape_have_no_heading(void **state)
{
	stays("Phone, mail\nThe count is 5550142337");
	stays("Phone, mail\n\n1, 5550142337, 2");
}

static void a_long_table_is_read_in_linear_time(void **state)
{
	struct buf table;
	char *got;
	buf_init(&table, 1 << 20);
	buf_puts(&table, "Name,Phone\n");
	while (table.len < 64000)
		buf_puts(&table, "x,5550142337\n");
	buf_putc(&table, '\0');
	got = redacted(table.data);
	assert_null(strstr(got, "555"));
	free(got);
	buf_free(&table);
}

static void names_of_fields_are_taken_apart(void **state)
{
	becomes("passportNumber=C01X00T47", "passportNumber=[REDACTED_PASSPORT]");
	becomes("passport_no=C01X00T47", "passport_no=[REDACTED_PASSPORT]");
	becomes("userPhone=5550142337", "userPhone=[REDACTED_PHONE]");
	stays("iPhone 5550142337");
	stays("orderNumber=5550142337");
}

static void words_count_with_their_endings_and_large_letters(void **state)
{
	becomes("Urodziłam się 5 maja 2004.", "Urodziłam się [REDACTED_BIRTH_DATE].");
	becomes("Syntymäaikani on 16/03/2003.", "Syntymäaikani on [REDACTED_BIRTH_DATE].");
	becomes("ČÍSLO PASU: 12345678", "ČÍSLO PASU: [REDACTED_PASSPORT]");
	becomes("D.O.B. 12/03/1985", "D.O.B. [REDACTED_BIRTH_DATE]");
	becomes("Pas nr. 123456789", "Pas nr. [REDACTED_PASSPORT]");
	stays("ne pas 123456789");
	stays("Od aktualizace na 8.21.3.107 to nejde.");
	stays("Depuis la mise à jour 20.23.0.118 rien ne va.");
}

static void a_word_behind_a_date_says_that_it_is_of_birth(void **state)
{
	becomes("Ich bin am 10.08.2000 geboren.", "Ich bin am [REDACTED_BIRTH_DATE] geboren.");
	stays("Die Seite ist am 10.08.2020 entstanden.");
}

static void what_is_counted_is_no_phone_number(void **state)
{
	stays("It was called 13988949 times.");
	stays("callback?ts=1648923667&step=2");
	becomes("It was called: 13988949, thanks", "It was called: [REDACTED_PHONE], thanks");
}

static void phones_go_behind_a_letter_that_is_a_label(void **state)
{
	becomes("T 07911908453", "T [REDACTED_PHONE]");
	becomes("<li>T <b>07911908453</b>", "<li>T <b>[REDACTED_PHONE]</b>");
	becomes("M = 07911908453", "M = [REDACTED_PHONE]");
	becomes("| T | 0879132725 |", "| T | [REDACTED_PHONE] |");
	stays("viewtopic.php?f=6&t=3058711&p=14856248#p14856248");
	stays("model T 07911908453");
	stays("T 17911908453 hoodies");
}

static void a_letter_without_a_colon_is_a_label_where_a_phrase_begins_and_ends(void **state)
{
	becomes("M 99-753-59578", "M [REDACTED_PHONE]");
	becomes("It stops.\nM 2065550142\nThank you.", "It stops.\nM [REDACTED_PHONE]\nThank you.");
	becomes("It stops. T 41273176 Please have a look.",
	        "It stops. T [REDACTED_PHONE] Please have a look.");
	becomes("It stops! M 0436566959, thanks", "It stops! M [REDACTED_PHONE], thanks");
	becomes("<td>M </td><td>9054454843</td>", "<td>M </td><td>[REDACTED_PHONE]</td>");
	becomes("Thanks! T:7030070404 Bye.", "Thanks! T:[REDACTED_PHONE] Bye.");
}

static void a_letter_is_no_label_as_a_size_a_unit_or_an_initial(void **state)
{
	stays("size M 4711081512");
	stays("M 4711081512 Hoodie\nT 4711081513 Shirt");
	stays("Cable, 5 m 4711081512");
	stays("Cable 500 m: 4711081512");
	stays("Ordered by J. M. 4711081512");
	stays("Ordered by J. M. 4711081512 Thanks.");
	stays("Size;Order\nM;4711081512");
	stays("M order 4711081512");
	stays("Mr. M 4711081512");
}

static void a_tag_begins_a_field(void **state)
{
	becomes("<div>Thanks!</div><div>M:<span>09843825797</span></div>",
	        "<div>Thanks!</div><div>M:<span>[REDACTED_PHONE]</span></div>");
	becomes("Regards, Anna<br>T: <a href=\"#\">07911908453</a>",
	        "Regards, Anna<br>T: <a href=\"#\">[REDACTED_PHONE]</a>");
	becomes("<tr><td>x</td></tr><tr><td>M</td><td>09843825797</td></tr>",
	        "<tr><td>x</td></tr><tr><td>M</td><td>[REDACTED_PHONE]</td></tr>");
	becomes("My mail is wanda.k@<br>\nmailbox.example, thanks",
	        "My mail is [REDACTED_EMAIL], thanks");
	stays("<td>size M:<span>4711081512</span></td>");
}

static void a_trunk_prefix_in_parentheses_is_no_digit_of_a_number_from_abroad(void **state)
{
	becomes("0041 (0)44 684 65 02", "[REDACTED_PHONE]");
	becomes("+41 (0)44 684 65 02", "[REDACTED_PHONE]");
}

static void phones_go_in_their_rarer_forms(void **state)
{
	becomes("0049301234567", "[REDACTED_PHONE]");
	becomes("089 / 31 29 56", "[REDACTED_PHONE]");
	becomes("tel=089%2B%252F%2B36%2B33%2B97", "tel=[REDACTED_PHONE]");
	becomes("(09) 404 845", "[REDACTED_PHONE]");
	becomes("(31) 9 2715-8010", "[REDACTED_PHONE]");
	becomes("https://wa.me/4520621483", "https://wa.me/[REDACTED_PHONE]");
	becomes("Ni når mig på 28787800.", "Ni når mig på [REDACTED_PHONE].");
	becomes("06-nummer: 12345678", "06-nummer: [REDACTED_PHONE]");
	stays("order 0049301234567");
	stays("00340434123456789012");
	stays("000012345678");
}

static void corsican_numbers_go(void **state)
{
	becomes("1 60 09 2A 045 159 79", "[REDACTED_NATIONAL_ID]");
	stays("1 60 09 2A 045 159 80");
	stays("order 160092A04515979");
}

static void a_label_may_end_in_a_hexadecimal_letter(void **state)
{
	becomes("MAC:06:20:4a:e8:e9:a1", "MAC:[REDACTED_MAC]");
	becomes("adresa:2003:c7:6948:9907:75be:8088:17e7:47cc", "adresa:[REDACTED_IP]");
	becomes("MAC = FCCE8DDFDAEB", "MAC = [REDACTED_MAC]");
	becomes("MAC BA53DACC7CAE", "MAC [REDACTED_MAC]");
	becomes("device_mac='F4-CB-43-AF-DA-7F'", "device_mac='[REDACTED_MAC]'");
	stays("commit BA53DACC7CAE");
	stays("01-06-20-4a-e8-e9-a1-ff");
}

static void a_code_goes_beside_a_card_with_tags_between(void **state)
{
	becomes("<li>4111 1111 1111 1111 12/27 <b>491</b></li>",
	        "<li>[REDACTED_CREDIT_CARD] 12/27 <b>[REDACTED_CVV]</b></li>");
	stays("<b>12/27 <b>491</b>");
}

static void articles_are_no_cards(void **state)
{
	stays("EAN 4080296600289");
	stays("EAN: 4031605925388");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(words_and_stems_are_sorted),
	        cmocka_unit_test(no_stem_is_the_beginning_of_another),
	        cmocka_unit_test(a_heading_announces_what_is_in_its_column),
	        cmocka_unit_test(lines_of_another_shape_have_no_heading),
	        cmocka_unit_test(a_long_table_is_read_in_linear_time),
	        cmocka_unit_test(names_of_fields_are_taken_apart),
	        cmocka_unit_test(words_count_with_their_endings_and_large_letters),
	        cmocka_unit_test(a_word_behind_a_date_says_that_it_is_of_birth),
	        cmocka_unit_test(what_is_counted_is_no_phone_number),
	        cmocka_unit_test(phones_go_behind_a_letter_that_is_a_label),
	        cmocka_unit_test(
	                a_letter_without_a_colon_is_a_label_where_a_phrase_begins_and_ends),
	        cmocka_unit_test(a_letter_is_no_label_as_a_size_a_unit_or_an_initial),
	        cmocka_unit_test(a_tag_begins_a_field),
	        cmocka_unit_test(a_trunk_prefix_in_parentheses_is_no_digit_of_a_number_from_abroad),
	        cmocka_unit_test(phones_go_in_their_rarer_forms),
	        cmocka_unit_test(corsican_numbers_go),
	        cmocka_unit_test(a_label_may_end_in_a_hexadecimal_letter),
	        cmocka_unit_test(a_code_goes_beside_a_card_with_tags_between),
	        cmocka_unit_test(articles_are_no_cards),
	};
	return cmocka_run_group_tests(tests, make_redactor, drop_redactor);
}
