/* National identity numbers, passports, dates of birth, security codes, MAC addresses: valid ones
 * go, near misses and look-alikes stay. The numbers are the published examples of the issuers, or
 * were computed by the definitions. */
#include "redactor.h"

#include "privacy/id_check.h"

static void check_digits_tell_valid_numbers_from_near_misses(void **state)
{
	assert_true(id_check_nino("AB123456C") && id_check_nino("ab123456d"));
	assert_false(id_check_nino("QQ123456C") || id_check_nino("AB123456E") ||
	             id_check_nino("BG123456A") || id_check_nino("AO123456A") ||
	             id_check_nino("AB12345XC"));
	assert_true(id_check_nir("255081416802538"));
	assert_false(id_check_nir("255081416802539") || id_check_nir("555081416802538") ||
	             id_check_nir("255131416802538"));
	assert_true(id_check_bsn("111222333") && id_check_bsn("123456782"));
	assert_false(id_check_bsn("111222334") || id_check_bsn("123456783") ||
	             id_check_bsn("000000000"));
	assert_true(id_check_pesel("44051401359") && id_check_pesel("02070803628"));
	assert_false(id_check_pesel("44051401358") || id_check_pesel("44131401359") ||
	             id_check_pesel("44053401359"));
	assert_true(id_check_cpf("52998224725") && id_check_cpf("11144477735"));
	assert_false(id_check_cpf("52998224726") || id_check_cpf("52998224735") ||
	             id_check_cpf("11111111111"));
	assert_true(id_check_personnummer("8507099805") && id_check_personnummer("6408233234"));
	assert_false(id_check_personnummer("8507099806") || id_check_personnummer("8513099805"));
	assert_true(id_check_aadhaar("234123412346"));
	assert_false(id_check_aadhaar("234123412347") || id_check_aadhaar("134123412346") ||
	             id_check_aadhaar("324123412346"));
	assert_true(id_check_sin("130692544"));
	assert_false(id_check_sin("130692545") || id_check_sin("046454286") ||
	             id_check_sin("310692544"));
}

static void identity_numbers_go(void **state)
{
	static const char *const numbers[] = {
	        "AB123456C",      "AB 12 34 56 C",  "2 55 08 14 168 025 38", "255081416802538",
	        "44051401359",    "529.982.247-25", "850709-9805",           "19850709-9805",
	        "2341 2341 2346", "130-692-544"};
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		value_goes("I am ", numbers[i], "[REDACTED_NATIONAL_ID]");
	value_goes("BSN: ", "111222333", "[REDACTED_NATIONAL_ID]");
	value_goes("My Aadhaar is ", "234123412346", "[REDACTED_NATIONAL_ID]");
	value_goes("CPF ", "52998224725", "[REDACTED_NATIONAL_ID]");
	value_goes("nino=", "AB+12+34+56+C", "[REDACTED_NATIONAL_ID]");
}

static void numbers_that_are_no_identity_stay(void **state)
{
	stays("order AB123456C, invoice no. 44051401359, tracking 2341 2341 2346");
	stays("trace 3285453b-0717-4795-8621-feb597b139a2");
	stays("BSN: 111222334, 529.982.247-26. It is on page 111222333");
}

static void passports_go_behind_their_label(void **state)
{
	becomes("Passport no. C01X0006H", "Passport no. [REDACTED_PASSPORT]");
	becomes("mein Reisepass: 123456789", "mein Reisepass: [REDACTED_PASSPORT]");
	stays("The passport check of release R2024A fails. Item C01X0006H");
}

static void dates_of_birth_go_behind_their_label(void **state)
{
	becomes("dob=14.%2Blipca%2B1983", "dob=[REDACTED_BIRTH_DATE]");
	becomes("Birth date,Info\nMarch 21&#x2C; 1946,-",
	        "Birth date,Info\n[REDACTED_BIRTH_DATE],-");
	becomes("DOB: 12.03.1985", "DOB: [REDACTED_BIRTH_DATE]");
	becomes("born on 12 March 1985 in", "born on [REDACTED_BIRTH_DATE] in");
	becomes("date of birth March 12, 1985.", "date of birth [REDACTED_BIRTH_DATE].");
	becomes("geboren am 12. März 1985", "geboren am [REDACTED_BIRTH_DATE]");
	becomes("née le 1985-03-12", "née le [REDACTED_BIRTH_DATE]");
	becomes("Geburtsdatum 12/03/85", "Geburtsdatum [REDACTED_BIRTH_DATE]");
	stays("since 12.03.1985 it fails; 12 March 1985; 1985-03-12 10:11:12");
}

static void security_codes_go_beside_a_card(void **state)
{
	becomes("4111 1111 1111 1111 12/27 123", "[REDACTED_CREDIT_CARD] 12/27 [REDACTED_CVV]");
	becomes("4111111111111111|12|2027|737", "[REDACTED_CREDIT_CARD]|12|2027|[REDACTED_CVV]");
	becomes("4111111111111111;12;27;737", "[REDACTED_CREDIT_CARD];12;27;[REDACTED_CVV]");
	becomes("CVV: 123", "CVV: [REDACTED_CVV]");
	becomes("security code is 1234", "security code is [REDACTED_CVV]");
	becomes("código de seguridad 123", "código de seguridad [REDACTED_CVV]");
	stays("error code 123, security update 404, room 123");
}

static void mac_addresses_go(void **state)
{
	value_goes("mac ", "00:1A:2b:3C:4d:5E", "[REDACTED_MAC]");
	value_goes("mac ", "00-1A-2B-3C-4D-5E", "[REDACTED_MAC]");
	value_goes("mac ", "001a.2b3c.4d5e", "[REDACTED_MAC]");
	stays("00:00:00:00:00:00 ff:ff:ff:ff:ff:ff aa:bb:cc:dd:ee:ff:00 12:34:56:78");
}

static void each_kind_can_be_switched_off(void **state)
{
	static const char text[] = "CVV: 123, DOB: 12.03.1985, 529.982.247-25, passport C01X0006H, "
	                           "mac 00:1A:2b:3C:4d:5E";
	struct redact_options none = {0}, all = {true, true, true, true, true, {0}};
	redactor_set_options(shared_redactor, &none);
	char *got = redacted(text);
	redactor_set_options(shared_redactor, &all);
	assert_string_equal(got, text);
	free(got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(check_digits_tell_valid_numbers_from_near_misses),
	        cmocka_unit_test(identity_numbers_go),
	        cmocka_unit_test(numbers_that_are_no_identity_stay),
	        cmocka_unit_test(passports_go_behind_their_label),
	        cmocka_unit_test(dates_of_birth_go_behind_their_label),
	        cmocka_unit_test(security_codes_go_beside_a_card),
	        cmocka_unit_test(mac_addresses_go),
	        cmocka_unit_test(each_kind_can_be_switched_off),
	};
	return cmocka_run_group_tests(tests, make_redactor, drop_redactor);
}
