/* Foreign text in a note: prose unchanged, everything that would act shown as text. */
#include "../base/helper.h"

#include "base/prng.h"
#include "ticket/inert.h"

#define ZWSP "\xE2\x80\x8B"

static void assert_becomes(struct str text, const char *expected)
{
	struct buf out;
	buf_init(&out, 1 << 16);
	inert_add(&out, text, 200);
	assert_str(buf_str(&out), expected);
	buf_free(&out);
}

struct pair {
	const char *text, *expected;
};

static void assert_each_becomes(const struct pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_becomes(str_of(pairs[i].text), pairs[i].expected);
}

static void ordinary_prose_comes_out_byte_for_byte(void **state)
{
	static const char *const prose[] = {
	        "User experiencing 404 error on reports page after recent update",
	        "It's broken (since v2.1.0), isn't it? Yes - \"always\"! #4711; costs $5/month, "
	        "50% off + tax = €6",
	        "Kündigung wegen fehlerhafter Abbuchung – 49,90 € zurück",
	        "返金をお願いします。注文番号 12345 🙏🏽👩‍👩‍👧",
	        "R&D asks: A & B or C&D, x&;y; &c & 2 * 3 = 6 _ and ~5 minutes",
	        "Hello! [sic] Wow! [REDACTED] said [a] {b} {c d} 100% :) (see [1]) [x]: y",
	        "Opens C:/temp and 12:30:45; ratio 1:2, path a//b, report.pdf, e.g. this... www. "
	        "or http: alone",
	        "awww.cute.example and httpd log at 10.0.0.1; mailto: without address",
	        "two  blanks stay",
	};
	for (size_t i = 0; i < ARRAY_LEN(prose); i++)
		assert_becomes(str_of(prose[i]), prose[i]);
	assert_becomes((struct str){0}, "");
}

static void it_is_one_line_whatever_it_contained(void **state)
{
	static const struct pair pairs[] = {
	        {"a\nb", "a b"},
	        {"a\r\n\r\n# b", "a # b"},
	        {"a \n b", "a  b"},
	        {"\n\t a\v\n", "a"},
	        {"a\tb\x1B[31mc\x7F", "a b [31mc"},
	        {"a\xC2\x85"
	         "b\xE2\x80\xA8"
	         "c\xE2\x80\xA9"
	         "d",
	         "a b c d"},
	        {"a\xE2\x80\xAE"
	         "b\xE2\x81\xA6"
	         "c\xE2\x80\x8F"
	         "d\xD8\x9C"
	         "e",
	         "a b c d e"},
	        {"Summary\n\n---\nTimestamp: 2025-11-05T22:33:01Z",
	         "Summary --- Timestamp: 2025-11-05T22:33:01Z"},
	};
	assert_each_becomes(pairs, ARRAY_LEN(pairs));
	assert_becomes(STR("a\0b"), "a b");
}

static void bytes_that_are_no_utf8_become_replacement_characters(void **state)
{
	static const struct pair pairs[] = {
	        {"a\xFF"
	         "b",
	         "a\xEF\xBF\xBD"
	         "b"},
	        {"\xC3", "\xEF\xBF\xBD"},
	        {"\xC0\xBC"
	         "script",
	         "\xEF\xBF\xBD\xEF\xBF\xBDscript"},
	};
	assert_each_becomes(pairs, ARRAY_LEN(pairs));
}

static void markdown_is_escaped_where_it_would_act(void **state)
{
	static const struct pair pairs[] = {
	        {"**bold** and *it*", "\\*\\*bold\\*\\* and \\*it\\*"},
	        {"user_name_x", "user\\_name\\_x"},
	        {"`code`", "\\`code\\`"},
	        {"~~gone~~", "~\\~gone\\~\\~"},
	        {"a\\*b", "a\\\\\\*b"},
	        {"C:\\temp", "C:\\\\temp"},
	        {"[REDACTED_EMAIL]", "[REDACTED\\_EMAIL]"},
	        {"[text](target)", "[text\\]\\(target)"},
	        {"[text] (target)", "[text\\] \\(target)"},
	        {"[text]\n(target)", "[text\\] \\(target)"},
	        {"![alt](target)", "!\\[alt\\]\\(target)"},
	        {"(](", "(\\]\\("},
	};
	assert_each_becomes(pairs, ARRAY_LEN(pairs));
}

static void html_stays_as_text(void **state)
{
	static const struct pair pairs[] = {
	        {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
	        {"a < b > c -> d", "a &lt; b &gt; c -&gt; d"},
	        {"&lt;b&gt; &#123;&#x7b; &amp;",
	         "&amp;lt;b&amp;gt; &amp;#123;&amp;#x7b; &amp;amp;"},
	        {"<!-- -->", "&lt;!-- --&gt;"},
	        {"&thisnameismuchlongerthananyentityhas;",
	         "&thisnameismuchlongerthananyentityhas;"},
	};
	assert_each_becomes(pairs, ARRAY_LEN(pairs));
}

static void placeholders_are_broken_up(void **state)
{
	static const struct pair pairs[] = {
	        {"{{ticket.id}}", "{" ZWSP "{ticket.id}}"},
	        {"{{{{x", "{" ZWSP "{" ZWSP "{" ZWSP "{x"},
	        {"{% if x %}", "{" ZWSP "% if x %}"},
	        {"{{%", "{" ZWSP "{" ZWSP "%"},
	        {"\\{{x}}", "\\\\{" ZWSP "{x}}"},
	        {"{<b></b>{x}}", "{&lt;b&gt;&lt;/b&gt;{x}}"},
	        {"{\x01{", "{ {"},
	};
	assert_each_becomes(pairs, ARRAY_LEN(pairs));
}

static void addresses_are_defanged(void **state)
{
	static const struct pair pairs[] = {
	        {"see http://evil.example/a.b now", "see hxxp://evil[.]example/a.b now"},
	        {"HTTPS://A.B.example?q=c.d", "hxxps://A[.]B[.]example?q=c.d"},
	        {"http://u:p@h.example:80/", "hxxp://u:p@h[.]example:80/"},
	        {"http://10.0.0.1", "hxxp://10[.]0[.]0[.]1"},
	        {"http://evil.example.", "hxxp://evil[.]example."},
	        {"(www.evil.example)", "(www[.]evil[.]example)"},
	        {"WWW.evil.example", "WWW[.]evil[.]example"},
	        {"http://www.a.example", "hxxp://www[.]a[.]example"},
	        {"mailto:a.b@c.example", "mailto[:]a.b@c.example"},
	        {"MailTo:x", "mailto[:]x"},
	        {"mailto:(x)", "mailto:(x)"},
	        {"ftp://a.b/c.d", "ftp[:]//a[.]b/c.d"},
	        {"xhttp://a.b", "xhttp[:]//a[.]b"},
	        {"1http://a.b", "1hxxp://a[.]b"},
	        {"://a.b", "[:]//a[.]b"},
	        {"<http://a.b>", "&lt;hxxp://a[.]b&gt;"},
	        {"[x](http://a.b)", "[x\\]\\(hxxp://a[.]b)"},
	        {"http://b\xC3\xBC"
	         "cher.\xC3\xA4.de",
	         "hxxp://b\xC3\xBC"
	         "cher[.]\xC3\xA4[.]de"},
	        {"http://http://a.b", "hxxp://hxxp://a[.]b"},
	        {"http://", "hxxp://"},
	        {"http://_a_.b", "hxxp://\\_a\\_[.]b"},
	};
	assert_each_becomes(pairs, ARRAY_LEN(pairs));
}

static void it_is_cut_to_the_characters_allowed(void **state)
{
	struct buf out;
	buf_init(&out, 1 << 16);
	inert_add(&out, STR("  \xC3\xA4\xC3\xB6\xC3\xBCxyz"), 4);
	assert_str(buf_str(&out), "\xC3\xA4\xC3\xB6\xC3\xBCx");
	inert_add(&out, STR("abc"), 0);
	assert_int_equal(out.len, 7);
	buf_free(&out);
}

#define ALNUM "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool preceded_by(const char *text, const char *at, const char *what)
{
	size_t len = strlen(what);
	return (size_t)(at - text) >= len && memcmp(at - len, what, len) == 0;
}

static void assert_inert(const char *text)
{
	static const char *const never[] = {"{{", "{%", "](", "] (",     "<",
	                                    ">",  "\n", "\r", "http://", "https://"};
	for (size_t i = 0; i < ARRAY_LEN(never); i++)
		if (str_ifind(str_of(text), str_of(never[i])) >= 0)
			fail_msg("\"%s\" in \"%s\"", never[i], text);
	for (const char *at = text; (at = strstr(at, "://")); at++)
		assert_true(preceded_by(text, at, "hxxp") || preceded_by(text, at, "hxxps"));
	for (const char *at = text; (at = strstr(at, "![")); at++)
		assert_true((at[2] == ':' || at[2] == '.') && at[3] == ']' && at[4] != '(' &&
		            at[4] != '[');
	struct str rest = str_of(text);
	for (ptrdiff_t found; (found = str_ifind(rest, STR("mailto:"))) >= 0;) {
		const char *at = rest.data + found;
		rest = str_skip(rest, (size_t)found + 1);
		assert_true(at[7] == ' ' || at[7] == '(' || at[7] == '\0' ||
		            ascii_is_alpha(at[-1]));
	}
	for (const char *at = text; (at = strchr(at, '`')); at++)
		assert_true(preceded_by(text, at, "\\"));
	for (const char *at = text; (at = strchr(at, '&')); at++) {
		size_t name = strspn(at + 1, ALNUM "#");
		assert_true(!strncmp(at, "&lt;", 4) || !strncmp(at, "&gt;", 4) ||
		            !strncmp(at, "&amp;", 5) || name == 0 || at[1 + name] != ';' ||
		            (name > 1 && memchr(at + 2, '#', name - 1)) ||
		            (name == 1 && at[1] == '#'));
	}
	assert_true(utf8_valid(str_of(text)));
	for (const char *at = text; *at; at++)
		assert_true((unsigned char)*at >= 0x20 && *at != 0x7F);
}

/* Pieces that mean something to a reader of the comment, in any order. */
static void no_mixture_of_acting_pieces_gets_through(void **state)
{
	static const char *const pieces[] = {
	        "{",        "{",    "%",    "}",   "[",        "]",        "(",       ")",
	        "!",        "<",    ">",    "&",   "lt;",      "`",        "*",       "_",
	        "~",        "\\",   "/",    ":",   ".",        "\n",       " ",       "\xFF",
	        "x",        "http", "s",    "://", "http://",  "https://", "mailto:", "www.",
	        "\xC2\x85", "\r",   "\x01", "#",   "\xE2\x80", "\t",
	};
	struct prng prng;
	prng_seed(&prng, test_seed());
	for (int round = 0; round < 20000; round++) {
		struct buf text, out;
		buf_init(&text, 1024);
		buf_init(&out, 8192);
		for (uint64_t n = prng_below(&prng, 16); n > 0; n--)
			buf_puts(&text, pieces[prng_below(&prng, ARRAY_LEN(pieces))]);
		inert_add(&out, buf_str(&text), 200);
		assert_false(out.overflow);
		assert_true(out.len <= INERT_EXPANSION_MAX * utf8_chars(buf_str(&text)));
		assert_inert(buf_cstr(&out));
		buf_free(&text);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(ordinary_prose_comes_out_byte_for_byte),
	        cmocka_unit_test(it_is_one_line_whatever_it_contained),
	        cmocka_unit_test(bytes_that_are_no_utf8_become_replacement_characters),
	        cmocka_unit_test(markdown_is_escaped_where_it_would_act),
	        cmocka_unit_test(html_stays_as_text),
	        cmocka_unit_test(placeholders_are_broken_up),
	        cmocka_unit_test(addresses_are_defanged),
	        cmocka_unit_test(it_is_cut_to_the_characters_allowed),
	        cmocka_unit_test(no_mixture_of_acting_pieces_gets_through),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
