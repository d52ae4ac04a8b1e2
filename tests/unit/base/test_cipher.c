/* AES-256-GCM, scrypt and reading base64, against published vectors (the GCM specification's test
 * cases 13 to 16, RFC 7914, RFC 4648). */
#include "helper.h"

#include "base/crypto.h"

static void from_hex(const char *hex, struct buf *out)
{
	buf_init(out, 1000);
	for (unsigned byte; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		buf_putc(out, (char)byte);
}

static void check_vector(const char *key_hex, const char *nonce_hex, const char *beside_hex,
                         const char *text_hex, const char *sealed_hex)
{
	struct buf key, nonce, beside, text, expected, out;

	from_hex(key_hex, &key);
	from_hex(nonce_hex, &nonce);
	from_hex(beside_hex, &beside);
	from_hex(text_hex, &text);
	from_hex(sealed_hex, &expected);
	buf_init(&out, 1000);
	crypto_gcm_seal((uint8_t *)key.data, (uint8_t *)nonce.data, buf_str(&beside),
	                buf_str(&text), &out);
	assert_int_equal(out.len, expected.len);
	assert_memory_equal(out.data, expected.data, out.len);
	buf_reset(&out);
	assert_true(crypto_gcm_open((uint8_t *)key.data, (uint8_t *)nonce.data, buf_str(&beside),
	                            buf_str(&expected), &out));
	assert_true(str_eq(buf_str(&out), buf_str(&text)));
	buf_free(&key);
	buf_free(&nonce);
	buf_free(&beside);
	buf_free(&text);
	buf_free(&expected);
	buf_free(&out);
}

static void gcm_gives_the_published_texts_and_tags(void **state)
{
	check_vector("0000000000000000000000000000000000000000000000000000000000000000",
	             "000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b");
	check_vector("0000000000000000000000000000000000000000000000000000000000000000",
	             "000000000000000000000000", "", "00000000000000000000000000000000",
	             "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
	check_vector("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
	             "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
	             "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c9595680"
	             "9532fcf0e2449a6b525"
	             "b16aedf5aa0de657ba637b39",
	             "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590db"
	             "b3da7b08b1056828838"
	             "c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b");
}

static void what_was_altered_does_not_open(void **state)
{
	const uint8_t key[CRYPTO_KEY_SIZE] = {1}, nonce[CRYPTO_NONCE_SIZE] = {2};
	struct buf sealed, out;

	buf_init(&sealed, 100);
	buf_init(&out, 100);
	crypto_gcm_seal(key, nonce, STR("beside"), STR("text"), &sealed);
	for (size_t i = 0; i < sealed.len; i++) {
		sealed.data[i] ^= 0x40;
		assert_false(crypto_gcm_open(key, nonce, STR("beside"), buf_str(&sealed), &out));
		sealed.data[i] ^= 0x40;
	}
	assert_false(crypto_gcm_open(key, nonce, STR("besides"), buf_str(&sealed), &out));
	assert_false(crypto_gcm_open(key, nonce, STR("beside"), str_make(sealed.data, 15), &out));
	assert_int_equal(out.len, 0);
	assert_true(crypto_gcm_open(key, nonce, STR("beside"), buf_str(&sealed), &out));
	assert_str(buf_str(&out), "text");
	buf_free(&sealed);
	buf_free(&out);
}

static void scrypt_gives_the_published_key(void **state)
{
	uint8_t key[CRYPTO_KEY_SIZE];
	struct buf expected;

	/* The first half of the published 64 bytes: output blocks of PBKDF2 do not depend on their
	 * number. */
	from_hex("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2", &expected);
	crypto_scrypt(STR("pleaseletmein"), STR("SodiumChloride"), key);
	assert_memory_equal(key, expected.data, sizeof(key));
	buf_free(&expected);
}

static void base64_reads_what_it_wrote(void **state)
{
	char bytes[64];
	struct buf text, back;

	buf_init(&text, 200);
	buf_init(&back, 200);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 37 + 11);
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		buf_reset(&text);
		buf_reset(&back);
		crypto_add_base64(&text, str_make(bytes, len));
		assert_int_equal(crypto_decode_base64(&back, buf_str(&text)), 0);
		assert_true(str_eq(buf_str(&back), str_make(bytes, len)));
	}
	buf_free(&text);
	buf_free(&back);
}

static void base64_is_read_strictly(void **state)
{
	static const char *const bad[] = {"A",    "AA",   "AAA",      "AA=A", "A===",
	                                  "====", "AB==", "AAB=",     "AA A", "AA\nA",
	                                  "AA-A", "AA_A", "Zg==Zg==", "=AAA", "\303\204AA"};
	struct buf back;

	buf_init(&back, 100);
	buf_puts(&back, "kept");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (crypto_decode_base64(&back, str_of(bad[i])) != -1)
			fail_msg("read \"%s\"", bad[i]);
	assert_str(buf_str(&back), "kept");
	buf_free(&back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(gcm_gives_the_published_texts_and_tags),
	        cmocka_unit_test(what_was_altered_does_not_open),
	        cmocka_unit_test(scrypt_gives_the_published_key),
	        cmocka_unit_test(base64_reads_what_it_wrote),
	        cmocka_unit_test(base64_is_read_strictly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
