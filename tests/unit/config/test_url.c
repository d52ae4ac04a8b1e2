/* Addresses: the strict reading, Ollama's loose one, and which hosts are this machine. */
#include "support.h"

#include "config/url.h"

static void assert_reads(int (*parse)(struct str, struct url *, struct err *), const char *text,
                         const char *expected)
{
	struct url url;
	struct err err = {""};
	struct buf out;

	buf_init(&out, 4096);
	if (parse(str_of(text), &url, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	url_write(&url, &out);
	assert_string_equal(buf_cstr(&out), expected);
	buf_free(&out);
}

static void assert_refused(int (*parse)(struct str, struct url *, struct err *), const char *text,
                           const char *reason)
{
	struct url url;
	struct err err = {""};

	if (parse(str_of(text), &url, &err) == 0)
		fail_msg("%s was accepted", text);
	assert_contains(err.text, reason);
	assert_lacks(err.text, "s3cr3t");
}

static void addresses_are_made_clean(void **state)
{
	assert_reads(url_parse, "https://API.OpenAI.com", "https://api.openai.com");
	assert_reads(url_parse, " HTTPS://x.example:443/ ", "https://x.example");
	assert_reads(url_parse, "http://x:80//", "http://x");
	assert_reads(url_parse, "http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1");
	assert_reads(url_parse, "https://x/a/b%20c/~d", "https://x/a/b%20c/~d");
	assert_reads(url_parse, "http://[::1]:9", "http://[::1]:9");
	assert_reads(url_parse, "http://[FE80::1]", "http://[fe80::1]");
}

static void what_two_readers_could_understand_differently_is_refused(void **state)
{
	assert_refused(url_parse, "", "expected an address");
	assert_refused(url_parse, "example.com", "expected an address");
	assert_refused(url_parse, "ftp://x", "expected an address");
	assert_refused(url_parse, "file:///etc/passwd", "expected an address");
	assert_refused(url_parse, "https://", "host name is missing");
	assert_refused(url_parse, "https://:80", "host name is missing");
	assert_refused(url_parse, "https://u:s3cr3t@x", "a user name or password is not allowed");
	assert_refused(url_parse, "https://x@y", "a user name or password is not allowed");
	assert_refused(url_parse, "https://x\\@y", "a user name or password is not allowed");
	assert_refused(url_parse, "https://x#@y", "a query or fragment");
	assert_refused(url_parse, "https://x?s3cr3t", "a query or fragment");
	assert_refused(url_parse, "https://x/a?b", "a query or fragment");
	assert_refused(url_parse, "https://x:", "port");
	assert_refused(url_parse, "https://x:0", "port");
	assert_refused(url_parse, "https://x:65536", "port");
	assert_refused(url_parse, "https://x:8a", "port");
	assert_refused(url_parse, "https://x y", "character");
	assert_refused(url_parse, "https://x\r\nHost", "character");
	assert_refused(url_parse,
	               "https://b\xc3\xbc"
	               "cher.example",
	               "character");
	assert_refused(url_parse, "https://x/\xc3\xbc", "character");
	assert_refused(url_parse, "https://x/a b", "character");
	assert_refused(url_parse, "https://x/a\\b", "character");
	assert_refused(url_parse, "https://x/../y", "'..'");
	assert_refused(url_parse, "https://x/a/.", "'..'");
	assert_refused(url_parse, "https://[::1", "']'");
	assert_refused(url_parse, "https://[::1]x", "after the host");
	assert_refused(url_parse, "https://[x]", "IPv6");
	assert_refused(url_parse, "https://[]", "missing");
}

static void ollama_host_is_taken_in_all_its_forms(void **state)
{
	assert_reads(url_parse_ollama, "", "http://127.0.0.1:11434");
	assert_reads(url_parse_ollama, "127.0.0.1", "http://127.0.0.1:11434");
	assert_reads(url_parse_ollama, "127.0.0.1:8080", "http://127.0.0.1:8080");
	assert_reads(url_parse_ollama, ":8080", "http://127.0.0.1:8080");
	assert_reads(url_parse_ollama, ":", "http://127.0.0.1:11434");
	assert_reads(url_parse_ollama, "8080", "http://127.0.0.1:8080");
	assert_reads(url_parse_ollama, "0.0.0.0", "http://127.0.0.1:11434");
	assert_reads(url_parse_ollama, "0.0.0.0:9", "http://127.0.0.1:9");
	assert_reads(url_parse_ollama, "[::]:9", "http://[::1]:9");
	assert_reads(url_parse_ollama, "::", "http://[::1]:11434");
	assert_reads(url_parse_ollama, "::1", "http://[::1]:11434");
	assert_reads(url_parse_ollama, "[::1]", "http://[::1]:11434");
	assert_reads(url_parse_ollama, "[::1]:5", "http://[::1]:5");
	assert_reads(url_parse_ollama, "box.example", "http://box.example:11434");
	assert_reads(url_parse_ollama, "box.example:1/", "http://box.example:1");
	assert_reads(url_parse_ollama, "http://box.example", "http://box.example");
	assert_reads(url_parse_ollama, "https://box.example", "https://box.example");
	assert_reads(url_parse_ollama, "https://box.example:8/ollama/",
	             "https://box.example:8/ollama");
	assert_refused(url_parse_ollama, "u:s3cr3t@box", "a user name or password is not allowed");
	assert_refused(url_parse_ollama, "a:b:c@box", "a user name or password is not allowed");
	assert_refused(url_parse_ollama, "99999", "port");
	assert_refused(url_parse_ollama, ":x", "port");
	assert_refused(url_parse_ollama, "box?x", "a query or fragment");
}

static void only_literal_loopback_is_this_machine(void **state)
{
	static const struct {
		const char *address;
		bool here;
	} rows[] = {{"http://127.0.0.1", true},
	            {"http://127.255.3.4:9", true},
	            {"http://localhost", true},
	            {"http://LOCALHOST:5", true},
	            {"http://[::1]", true},
	            {"http://128.0.0.1", false},
	            {"http://127.0.0.1.evil.com", false},
	            {"http://127.1", false},
	            {"http://127.0.0.256", false},
	            {"http://127.0.0.01", false},
	            {"http://127.0.0.1.", false},
	            {"http://localhost.evil.com", false},
	            {"http://[::2]", false},
	            {"http://2130706433", false},
	            {"http://0.0.0.0", false},
	            {"http://127.0.0", false},
	            {"http://127.0.0.0.1", false}};
	struct url url;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(url_parse(str_of(rows[i].address), &url, NULL), 0);
		if (url_is_loopback(&url) != rows[i].here)
			fail_msg("%s", rows[i].address);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(addresses_are_made_clean),
	        cmocka_unit_test(what_two_readers_could_understand_differently_is_refused),
	        cmocka_unit_test(ollama_host_is_taken_in_all_its_forms),
	        cmocka_unit_test(only_literal_loopback_is_this_machine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
