/* What is read through the encodings of mails, forms and JSON, and what is not taken for one. */
#include "redactor.h"

static void encoded_words_of_headers_hide_no_value(void **state)
{
	becomes("Re: =?utf-8?Q?Meine_IBAN:_DE89_3704_0044_0532_0130_00?=",
	        "Re: =?utf-8?Q?Meine_IBAN:_[REDACTED_IBAN]?=");
	becomes("=?UTF-8?q?anna=2Ek=40mailbox=2Eexample?=", "=?UTF-8?q?[REDACTED_EMAIL]?=");
	becomes("=?iso-8859-1*en?Q?call=20me:=20+1_555_123_4567?=",
	        "=?iso-8859-1*en?Q?call=20me:=20[REDACTED_PHONE]?=");
	becomes("=?utf-8?B?bWFpbCBhbm5hLmtAbWFpbGJveC5leGFtcGxl?= now", "[REDACTED_EMAIL] now");
	becomes("=?utf-8?q?anna=2Ek=40mail?= =?utf-8?q?box=2Eexample?=",
	        "=?utf-8?q?[REDACTED_EMAIL]?=");
	stays("=?utf-8?q?caf=C3=A9_is_closed?= and =?x?z?y?= and =?utf-8?q?open");
}

static void a_soft_line_break_hides_no_value(void **state)
{
	becomes("The address that I gave when I signed up is anna.k=\n@mailbox.example, thanks",
	        "The address that I gave when I signed up is [REDACTED_EMAIL], thanks");
	becomes("see "
	        "https://hooks.example.com/in?id=3D7&sig=3D097be9770dbd2404d9c7c36ef1=\n07a3671",
	        "see https://hooks.example.com/in?id=3D7&sig=3D[REDACTED_API_KEY]");
	becomes("Set-Cookie: PHPSESSID=3D=\n19aEF8tYAF2Uc35DFP2K3fDnIt; Path=3D/",
	        "Set-Cookie: [REDACTED_API_KEY]");
	becomes("AccountKey=3D9eaxm4uj+bIG/0tM=\n3QXbr8i3+rxp=3D=3D;x",
	        "AccountKey=3D[REDACTED_API_KEY];x");
	becomes("\"a\",=22x\"\n\"Password\",=22Kamel1991!\"",
	        "\"a\",=22x\"\n\"Password\",=22[REDACTED_PASSWORD]\"");
}

static void an_equals_sign_of_a_number_is_none_of_a_mail(void **state)
{
	becomes("cc=4111+1111+1111+1111&x=1", "cc=[REDACTED_CREDIT_CARD]&x=1");
	becomes("+4111111111111111 \",password4111: &x=\n+/",
	        "+[REDACTED_CREDIT_CARD] \",password4111: &x=\n+/");
	becomes("-----BEGIN PRIVATE KEY-----\nQKH+DWiwika3sX+w7TblfcNrzVzRPGBoMmF759Os9Gt+7+8\n"
	        "Q9Oy0B20r4RAamhRSXVaJD6iNFDXEt25hNx1o1=3D=3D",
	        "[REDACTED_API_KEY]");
	becomes("?phoneNumber=0%EF%BB%BF400+%E2%81%A0494498&step=2",
	        "?phoneNumber=[REDACTED_PHONE]&step=2");
	becomes("Mail: anna=40<br>\nmailbox.example", "Mail: [REDACTED_EMAIL]");
	becomes("passport=40DE14574", "passport=[REDACTED_PASSPORT]");
	becomes("Call me at 753=20582=209070 please", "Call me at [REDACTED_PHONE] please");
	becomes("Call me at =2B49=2030=201234567", "Call me at [REDACTED_PHONE]");
	becomes("Tel. 030=2F12345678 now", "Tel. [REDACTED_PHONE] now");
	becomes("MAC 00=3A1B=3A44=3A11=3A3A=3AB7 ok", "MAC [REDACTED_MAC] ok");
	becomes("from 2001=3Adb8=3A85a3=3A=3A8a2e=3A370=3A7334", "from [REDACTED_IP]");
	stays("https://x.example/track?lang=en&request_id=3a160e30-30e1-4008-9917-85766ed99d38");
	stays("request_id=3A160E30-30E1-4008-9917-85766ED99D38 "
	      "id=2F160E30-30E1-4008-9917-85766ED99D38");
	stays("a=2F, b=3A1, c=5F20240501, width=40 height=22, =2D shapes, id=20123456, n1=20, row "
	      "12=20");
}

static void json_within_json_hides_no_value(void **state)
{
	becomes("{\\\"e\\\": \\\"anna\\\\u002ek\\\\u0040mailbox\\\\u002eexample\\\"}",
	        "{\\\"e\\\": \\\"[REDACTED_EMAIL]\\\"}");
	becomes("\"ip\\\\\\\\u003a 81\\\\\\\\u002e27\\\\\\\\u002e96\\\\\\\\u002e253\"",
	        "\"ip\\\\\\\\u003a [REDACTED_IP]\"");
}

static void forms_hide_no_value(void **state)
{
	becomes("?to=x%3Fphone%3D%252B1%2B555%2B123%2B4567%26b%3D2",
	        "?to=x%3Fphone%3D[REDACTED_PHONE]%26b%3D2");
	becomes("(anna.k+%40+mailbox.example)", "([REDACTED_EMAIL])");
	becomes("anna.k+%28at%29+mailbox.example", "[REDACTED_EMAIL]");
	becomes("note=curl+-u+anna%3AKastanie2001%21+https%3A%2F%2Fapi.example.com&x=1",
	        "note=curl+-u+anna%3A[REDACTED_PASSWORD]&x=1");
	becomes("mail=anna%2Bnews%40mailbox.example", "mail=[REDACTED_EMAIL]");
}

static void a_plus_sign_of_base64_is_no_blank(void **state)
{
	char key[256];
	snprintf(key, sizeof(key), "%s\nMmBZPdYgJLVhXWT8Pbnh\n8+6/UZScSOmj\n+4+vNVX+r/88L\nkW6NO",
	         "-----BEGIN PRIVATE "
	         "KEY-----");
	value_goes("=C3=A9t=C3=A9\n", key, "[REDACTED_API_KEY]");
	becomes("<td>x Endpoint=3Dsb://a.example/;SharedAccessKey=3DnLza1alhMWUhU4gIgQfuA5c0=\n"
	        "+tIYLaW6RxMRn/AV0NRpAj=3D=3D</td>",
	        "<td>x Endpoint=3Dsb://a.example/;SharedAccessKey=3D[REDACTED_API_KEY]</td>");
	becomes("note=Endpoint%3dsb%3a%2f%2fa.example%2f%3bSharedAccessKey%3dkjEVkJ9Hq64luPcSc%e2%"
	        "81"
	        "%a0%2b%2fd5jWzTHaxNW8Rp%3d&ref=x",
	        "note=Endpoint%3dsb%3a%2f%2fa.example%2f%3bSharedAccessKey%3d[REDACTED_API_KEY]"
	        "&ref=x");
	becomes("https://app.example/x?sin=40%E2%80%8C2+098%C2%AD+008",
	        "https://app.example/x?sin=[REDACTED_NATIONAL_ID]");
	becomes("phone 089+12/34+56 now", "phone [REDACTED_PHONE] now");
}

static void a_password_goes_behind_a_tag(void **state)
{
	becomes("<td>I set the password to </td><td>Rv76ni5wWGAk yesterday.</td>",
	        "<td>I set the password to </td><td>[REDACTED_PASSWORD] yesterday.</td>");
	becomes("<p>Password is<br>Rv76ni5wWGAk</p>", "<p>Password is<br>[REDACTED_PASSWORD]</p>");
	stays("<p>I forgot my password.</p><p>Nothing works yesterday.</p>");
}

static void a_password_with_a_percent_sign_goes_whole(void **state)
{
	becomes("password: Kame%821x", "password: [REDACTED_PASSWORD]");
	becomes("pass=Kame%25121x&y=1", "pass=[REDACTED_PASSWORD]&y=1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(encoded_words_of_headers_hide_no_value),
	        cmocka_unit_test(a_soft_line_break_hides_no_value),
	        cmocka_unit_test(an_equals_sign_of_a_number_is_none_of_a_mail),
	        cmocka_unit_test(json_within_json_hides_no_value),
	        cmocka_unit_test(forms_hide_no_value),
	        cmocka_unit_test(a_plus_sign_of_base64_is_no_blank),
	        cmocka_unit_test(a_password_goes_behind_a_tag),
	        cmocka_unit_test(a_password_with_a_percent_sign_goes_whole),
	};
	return cmocka_run_group_tests(tests, make_redactor, drop_redactor);
}
