/* Rules of ballast.h about pictures, encoded data and styles. */
#include "ballast_lab.h"

#include <stdio.h>
#include <time.h>

/* Newer sanitizers look for a use of a stack frame after its return unless told not to, which makes
 * the times below three times as long. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_stack_use_after_return=0";
}

#define PNG "iVBORw0KGgoAAAANSUhEUgAA"

static void stays(const char *text)
{
	struct lean lean = lean_data(str_of(text));

	assert_string_equal(lean.text, text);
	assert_false(ballast_is_any(&lean.left_out));
	free(lean.text);
}

/* Puts `times` pieces between two texts, and demands that these stay and a kind is counted. */
static void goes(const char *before, const char *piece, size_t times, const char *behind,
                 enum ballast_kind kind, const char *wanted)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	buf_puts(&text, before);
	add_times(&text, piece, times);
	buf_puts(&text, behind);
	struct lean lean = lean_data(buf_str(&text));
	assert_string_equal(lean.text, wanted);
	assert_true(lean.left_out.bytes[kind] >= 0.9 * (double)(times * strlen(piece)));
	for (int other = 0; other < BALLAST_KINDS; other++)
		assert_true(other == (int)kind || lean.left_out.bytes[other] == 0);
	free(lean.text);
	buf_free(&text);
}

static void a_picture_in_an_address_is_left_out_wherever_it_stands(void **state)
{
	goes("See screenshot\n![](data:image/png;base64,", PNG, 500, ")\nThe button is missing",
	     BALLAST_PICTURE, "See screenshot\n![]([picture left out])\nThe button is missing");
	goes("<p><img src=\"data:image/jpeg;base64,", PNG, 500, "\" alt=\"x\"> is broken</p>",
	     BALLAST_PICTURE, "<p><img src=\"[picture left out]\" alt=\"x\"> is broken</p>");
	goes("Hi data:application/pdf;name=a.pdf;base64,", PNG, 20, " bye", BALLAST_PICTURE,
	     "Hi [picture left out] bye");
	goes("url('data:image/svg+xml;utf8,", "%3Csvg%20xmlns", 30, "')\nText", BALLAST_PICTURE,
	     "url('[picture left out]')\nText");
	goes("DATA:IMAGE/PNG;BASE64,", PNG, 500, "==", BALLAST_PICTURE, "[picture left out]");
	goes("data:image/svg+xml,", "%3Csvg%20xmlns%3D'x'%3E", 30, "\nText", BALLAST_PICTURE,
	     "[picture left out]\nText");
	goes("src=\"data:image/svg+xml,<svg xmlns='x'>", "<path d='M1 2'/>", 30, "\"> Text",
	     BALLAST_PICTURE, "src=\"[picture left out]\"> Text");
	goes("{\"a\":\"data:image\\/png;base64,iVBO", PNG "\\/", 30, "\",\"b\":1}", BALLAST_PICTURE,
	     "{\"a\":\"[picture left out]\",\"b\":1}");
}

static void a_picture_broken_into_lines_is_left_out_to_its_end(void **state)
{
	goes("data:image/png;base64,iVBORw0KGgo\n", PNG PNG PNG "\n", 40,
	     "AAAAASUVORK5CYII=\nThanks for your help", BALLAST_PICTURE,
	     "[picture left out]\nThanks for your help");
	goes("<img src=\"data:image/png;base64,iVBORw0KGgo\n", PNG PNG PNG "\n", 40,
	     "AAAAASUVORK5CYII=\">Thanks", BALLAST_PICTURE,
	     "<img src=\"[picture left out]\">Thanks");
	goes("> data:image/png;base64,iVBORw0KGgo\n", "> " PNG PNG PNG "\n", 40, "\nWords\n",
	     BALLAST_PICTURE, "> [picture left out]\n\nWords\n");
}

static void bare_data_is_left_out_in_lines_or_in_one_run(void **state)
{
	goes("Log attached\n",
	     "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eg\n", 300,
	     "The login button is missing", BALLAST_ENCODED,
	     "Log attached\n[encoded data left out]\nThe login button is missing");
	goes("Log: ", PNG, 40, " and words", BALLAST_ENCODED,
	     "Log: [encoded data left out] and words");
	goes("-----BEGIN CERTIFICATE-----\n",
	     "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n", 20,
	     "RQ==\n-----END CERTIFICATE-----\nexpired", BALLAST_ENCODED,
	     "-----BEGIN CERTIFICATE-----\n[encoded data left out]\n-----END "
	     "CERTIFICATE-----\nexpired");
}

static void data_within_json_is_left_out(void **state)
{
	goes("{\"a\":\"", PNG "\\n", 30, "\",\"b\":\"c\"}", BALLAST_ENCODED,
	     "{\"a\":\"[encoded data left out]\",\"b\":\"c\"}");
	stays("{\"a\":\"C:\\\\new\\\\readme.txt\",\"b\":\"https:\\/\\/x.example\\/\"}");
}

static void no_half_of_a_token_stays(void **state)
{
	goes("token eyJhbGciOiJIUzI1NiJ9.", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", 12,
	     ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r fails", BALLAST_ENCODED,
	     "token [encoded data left out] fails");
}

static void style_is_left_out(void **state)
{
	goes("<style type=\"text/css\">", "p.MsoNormal { margin: 0cm; font-size: 11pt }\n", 100,
	     "</style>The page is blank", BALLAST_STYLE, "The page is blank");
	goes("Hello <!-- ", "/* Font Definitions */ @font-face {font-family:Calibri}", 20,
	     "--> world", BALLAST_STYLE, "Hello  world");
	goes("", "P.MsoNormal, LI.MsoNormal,\nDIV.MsoNormal\n{margin:0cm;font-size:11pt;}\n", 30,
	     "\nThe page is blank", BALLAST_STYLE, "\n\nThe page is blank");
}

static void attributes_of_style_go_and_their_tags_stay(void **state)
{
	struct lean lean = lean_data(
	        STR("<p class='a' style='font-family:Calibri,sans-serif;font-size:11pt'>Hi</p>"));

	assert_string_equal(lean.text, "<p class='a'>Hi</p>");
	assert_true(lean.left_out.bytes[BALLAST_STYLE] > 40);
	free(lean.text);
}

static void what_people_write_stays(void **state)
{
	stays("");
	stays("Metadata: see below. The data:image/png part of my page is broken.");
	stays("data:text/plain,Hello");
	stays("Please fix .btn { color: red; } and a { b: c }\nThanks");
	stays("<style>p{}</style> and <script>alert(1)</script> show up <!-- as text -->");
	stays("a < b and c > d, <b>bold</b> <i style=\"color:red\">x</i>");
	stays("<!-- never closed, my words follow");
	stays("https://example.com/a/very/long/path/that/has/no/end/at/all/index.html?q=1&r=2");
	stays("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
	      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
	      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed\n"
	      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
	      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
	      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed\n"
	      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
	      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
	      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed\n");
	stays("{\"error\":\"PaymentFailed\",\"order\":1234,\"token\":\"abc\",\"retry\":true}");
	stays("data:image/png;base64,iVBORw0K Version2 fails");
}

static void words_behind_a_picture_are_not_taken_for_its_end(void **state)
{
	struct buf text;

	buf_init(&text, 1 << 16);
	buf_puts(&text, "data:image/png;base64,");
	add_times(&text, PNG, 10);
	buf_puts(&text, " Version2 fails with ERR0");
	struct lean lean = lean_data(buf_str(&text));
	assert_string_equal(lean.text, "[picture left out] Version2 fails with ERR0");
	free(lean.text);
	buf_free(&text);
}

/* CPU time for a text of `size` bytes. */
static double seconds_for(const char *piece, size_t size)
{
	struct buf text;
	clock_t begin;

	buf_init(&text, 1 << 20);
	while (text.len < size)
		buf_puts(&text, piece);
	begin = clock();
	struct lean lean = lean_data(buf_str(&text));
	free(lean.text);
	lean = lean_lines(buf_str(&text), false);
	double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
	free(lean.text);
	buf_free(&text);
	return seconds;
}

/* Quadratic work would take 64 times as long. A build that counts lines is slow, but not that; an
 * optimised one takes less than a second for half a megabyte. */
static void eight_times_the_text_takes_about_eight_times_the_time(void **state)
{
#ifdef _WIN32
	skip(); /* there clock() counts what passes, also while others work */
#endif
	static const char *const pieces[] = {"data:a/b,",
	                                     "data:",
	                                     "data:a/b;base64,",
	                                     "<",
	                                     "<a",
	                                     "<style",
	                                     "<!--",
	                                     "<a style='",
	                                     "a{",
	                                     "a{b:c;",
	                                     "a{b:c;}\n",
	                                     "{",
	                                     "\na,\n",
	                                     "A",
	                                     "aA1=",
	                                     "A\n",
	                                     ">",
	                                     "> \n",
	                                     "a:\n",
	                                     "On 1 wrote:\n",
	                                     "on 1\n",
	                                     "From:\n",
	                                     "--\n",
	                                     "-- \na\n",
	                                     "regards\na\n\n",
	                                     "sent from my\n\n",
	                                     "0",
	                                     "a",
	                                     "0 ",
	                                     " ",
	                                     "\n",
	                                     "confidential ",
	                                     "f\xc3\xa5 ",
	                                     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaZ \n",
	                                     "x1 x2 x3 x4 x5 x6 x7 x8 x9\n",
	                                     "\xe7\x99\xbc",
	                                     "From: a\nTo:\n",
	                                     "> a\n\nb 1 wrote:\n",
	                                     "*",
	                                     "-",
	                                     "<b style=\"",
	                                     "-- \nA\n",
	                                     "\n\nRegards\n+49 30 1234567\n",
	                                     "Sent from my iPhone\n\n",
	                                     "+1 0 ",
	                                     "From: a@b\nTo: c\n",
	                                     "---original message---\n\n",
	                                     "On 5 2026 10:00 <a@b>\n",
	                                     "This e-mail is confidential.\n\n"};

	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		double some = seconds_for(pieces[i], (size_t)16 * 1024);
		double many = seconds_for(pieces[i], (size_t)128 * 1024);

		if (many > 24 * some + 0.05)
			fail_msg("%zu \"%s\": %.3f s, then %.3f s", i, pieces[i], some, many);
#ifdef __OPTIMIZE__
		double most = seconds_for(pieces[i], (size_t)512 * 1024);

		if (most > 1)
			fail_msg("%zu \"%s\": %.3f s for 512 KB", i, pieces[i], most);
#endif
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_picture_in_an_address_is_left_out_wherever_it_stands),
	        cmocka_unit_test(a_picture_broken_into_lines_is_left_out_to_its_end),
	        cmocka_unit_test(bare_data_is_left_out_in_lines_or_in_one_run),
	        cmocka_unit_test(data_within_json_is_left_out),
	        cmocka_unit_test(no_half_of_a_token_stays),
	        cmocka_unit_test(style_is_left_out),
	        cmocka_unit_test(attributes_of_style_go_and_their_tags_stay),
	        cmocka_unit_test(what_people_write_stays),
	        cmocka_unit_test(words_behind_a_picture_are_not_taken_for_its_end),
	        cmocka_unit_test(eight_times_the_text_takes_about_eight_times_the_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
