/* Digests against the published vectors (FIPS 180-4, RFC 4231, RFC 4648). */
#include "helper.h"

#include "base/crypto.h"

static void assert_hex(const uint8_t digest[CRYPTO_SHA256_SIZE], const char *expected)
{
	char hex[2 * CRYPTO_SHA256_SIZE + 1];
	for (size_t i = 0; i < CRYPTO_SHA256_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	assert_string_equal(hex, expected);
}

static void sha256_gives_the_published_digests(void **state)
{
	char hex[2 * CRYPTO_SHA256_SIZE + 1];
	crypto_sha256_hex(STR("abc"), hex);
	assert_string_equal(hex,
	                    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	crypto_sha256_hex((struct str){0}, hex);
	assert_string_equal(hex,
	                    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	uint8_t digest[CRYPTO_SHA256_SIZE];
	crypto_sha256(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), digest);
	assert_hex(digest, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void hmac_gives_the_published_codes(void **state)
{
	uint8_t code[CRYPTO_SHA256_SIZE];
	crypto_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), code);
	assert_hex(code, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	char long_key[131];
	memset(long_key, 0xAA, sizeof(long_key));
	crypto_hmac_sha256(str_make(long_key, sizeof(long_key)),
	                   STR("Test Using Larger Than Block-Size Key - Hash Key First"), code);
	assert_hex(code, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void hmac_with_an_empty_key_is_defined_and_remembers_no_other(void **state)
{
	uint8_t code[CRYPTO_SHA256_SIZE];
	crypto_hmac_sha256(STR("another key"), STR("x"), code);
	crypto_hmac_sha256((struct str){0}, (struct str){0}, code);
	assert_hex(code, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void base64_gives_the_published_texts(void **state)
{
	static const char *const cases[][2] = {{"", ""},
	                                       {"f", "Zg=="},
	                                       {"fo", "Zm8="},
	                                       {"foo", "Zm9v"},
	                                       {"foob", "Zm9vYg=="},
	                                       {"fooba", "Zm9vYmE="},
	                                       {"foobar", "Zm9vYmFy"},
	                                       {"\xFB\xFF\xBF", "+/+/"}};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf buf;
		buf_init(&buf, 100);
		crypto_add_base64(&buf, str_of(cases[i][0]));
		assert_str(buf_str(&buf), cases[i][1]);
		buf_free(&buf);
	}
}

static void base64_of_a_long_text_has_no_seams(void **state)
{
	static char zeros[3000];
	struct buf buf;
	buf_init(&buf, 10000);
	crypto_add_base64(&buf, str_make(zeros, sizeof(zeros)));
	assert_int_equal(buf.len, 4000);
	for (size_t i = 0; i < buf.len; i++)
		assert_int_equal(buf.data[i], 'A');
	buf_free(&buf);
	buf_init(&buf, 10);
	crypto_add_base64(&buf, str_make(zeros, sizeof(zeros)));
	assert_true(buf.overflow);
	buf_free(&buf);
}

static void comparison_sees_any_difference(void **state)
{
	assert_true(crypto_equal("abc", "abc", 3));
	assert_true(crypto_equal("abc", "abd", 2));
	assert_false(crypto_equal("abc", "abd", 3));
	assert_true(crypto_equal("", "", 0));
}

static void wiping_leaves_zeros(void **state)
{
	char secret[] = "secret";
	crypto_wipe(secret, sizeof(secret));
	for (size_t i = 0; i < sizeof(secret); i++)
		assert_int_equal(secret[i], 0);
	crypto_wipe(NULL, 0);
}

static void markers_are_hexadecimal_and_depend_on_key_and_counter(void **state)
{
	char a[CRYPTO_MARKER_SIZE], b[CRYPTO_MARKER_SIZE];
	crypto_derive_marker(STR("key"), 1, a);
	assert_int_equal(strlen(a), 16);
	assert_int_equal(strspn(a, "0123456789abcdef"), 16);
	crypto_derive_marker(STR("key"), 1, b);
	assert_string_equal(a, b);
	crypto_derive_marker(STR("key"), 2, b);
	assert_string_not_equal(a, b);
	crypto_derive_marker(STR("yek"), 1, b);
	assert_string_not_equal(a, b);
	crypto_derive_marker(STR("key"), UINT64_C(1) << 56, b);
	assert_string_not_equal(a, b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(sha256_gives_the_published_digests),
	        cmocka_unit_test(hmac_gives_the_published_codes),
	        cmocka_unit_test(hmac_with_an_empty_key_is_defined_and_remembers_no_other),
	        cmocka_unit_test(base64_gives_the_published_texts),
	        cmocka_unit_test(base64_of_a_long_text_has_no_seams),
	        cmocka_unit_test(comparison_sees_any_difference),
	        cmocka_unit_test(wiping_leaves_zeros),
	        cmocka_unit_test(markers_are_hexadecimal_and_depend_on_key_and_counter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
