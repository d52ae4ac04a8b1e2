/* Reading sealed files by name, the lines of a stream, and the key of a run with its salt. */
#include "folder.h"

#include "daemon/files/lines.h"
#include "daemon/files/sealing.h"
#include "daemon/files/unseal.h"

#define KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const uint8_t SALT[SEAL_SALT_SIZE] = {1};

static int unseal(const char *name, const char *key, char **ret_text, struct err *err)
{
	char *path = name[0] == '/' ? xstrdup(name) : folder_path(name);
	size_t len;
	FILE *out = open_memstream(ret_text, &len);
	int result;

	*err = (struct err){{0}};
	result = unseal_file(path, str_of(key), out, err);
	assert_int_equal(fclose(out), 0);
	free(path);
	return result;
}

static void assert_unseals(const char *name, const char *key, int expected, const char *text,
                           const char *reason)
{
	struct err err;
	char *got;
	int result = unseal(name, key, &got, &err);

	if (result != expected || strstr(err.text, reason) == NULL)
		fail_msg("%d: %s", result, err.text);
	assert_string_equal(got, text);
	free(got);
}

static void write_sealed(const char *name, const char *secret, bool end)
{
	struct seal_key *key = seal_key_new(str_of(secret), SALT);
	struct sealer sealer;
	struct buf text;

	buf_init(&text, 100000);
	sealer_begin(&sealer, key, SEAL_LOG, SALT, NULL, &text);
	sealer_add(&sealer, STR("one\n"), &text);
	sealer_add(&sealer, STR("two\n"), &text);
	if (end)
		sealer_end(&sealer, &text);
	folder_write(name, buf_cstr(&text));
	buf_free(&text);
	seal_key_free(key);
}

static void a_sealed_file_is_printed(void **state)
{
	write_sealed("a.log", KEY, true);
	write_sealed("b.log", "a passphrase", true);
	write_sealed("c.log", KEY, false);
	assert_unseals("a.log", KEY, 0, "one\ntwo\n", "");
	assert_unseals("b.log", "a passphrase", 0, "one\ntwo\n", "");
	assert_unseals("c.log", KEY, 1, "one\ntwo\n", "/c.log: it has no end mark");
}

static void what_cannot_be_unsealed_is_told_with_its_path(void **state)
{
	char *fifo = folder_path("fifo"), *path = folder_path("cut.log");

	write_sealed("a.log", KEY, true);
	write_sealed("cut.log", KEY, true);
	assert_int_equal(truncate(path, 160), 0);
	folder_write("plain.log", "2025-11-05 22:33:01 | INFO | x\n");
	folder_write("empty.log", "");
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_unseals("a.log", "another", -1, "",
	               "/a.log: line 1: sealed with another key, or altered");
	assert_unseals("cut.log", KEY, -1, "one\n",
	               "/cut.log: line 3: altered, cut off or not in its place");
	assert_unseals("plain.log", KEY, -1, "", "/plain.log: line 1: not sealed by ai-ticketd");
	assert_unseals("empty.log", KEY, -1, "", "/empty.log: empty");
	assert_unseals("missing.log", KEY, -1, "", "/missing.log: no such file or directory");
	assert_unseals("/tmp", KEY, -1, "", "/tmp: is a directory; a regular file is required");
	assert_unseals("fifo", KEY, -1, "", "/fifo: is a FIFO; a regular file is required");
	assert_unseals("/dev/zero", KEY, -1, "",
	               "/dev/zero: is a device; a regular file is required");
	free(fifo);
	free(path);
}

static void a_full_disk_behind_the_output_is_told(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	char *path;
	struct err err;

	if (full == NULL)
		skip();
	write_sealed("a.log", KEY, true);
	path = folder_path("a.log");
	assert_int_equal(unseal_file(path, STR(KEY), full, &err), -1);
	assert_non_null(strstr(err.text, "the output cannot be written"));
	(void)fclose(full);
	free(path);
}

static void assert_lines(const char *text, size_t len, size_t max, const char *expected)
{
	char *copy = xmemdup0(text, len);
	FILE *stream = len > 0 ? fmemopen(copy, len, "r") : fopen("/dev/null", "r");
	struct lines lines;
	struct buf seen;
	struct str line;
	struct err err;
	bool whole;
	int result;

	buf_init(&seen, 10000);
	lines_init(&lines, stream, max);
	while ((result = lines_next(&lines, &line, &whole, &err)) > 0) {
		buf_add_str(&seen, line);
		buf_puts(&seen, whole ? "|" : "!");
	}
	if (result < 0)
		buf_puts(&seen, err.text);
	assert_string_equal(buf_cstr(&seen), expected);
	lines_free(&lines);
	buf_free(&seen);
	(void)fclose(stream);
	free(copy);
}

static void lines_come_whole_up_to_their_bound(void **state)
{
	assert_lines("", 0, 5, "");
	assert_lines("a\n\nbb\n", 6, 5, "a||bb|");
	assert_lines("a\nb", 3, 5, "a|b!");
	assert_lines("12345\n12345", 11, 5, "12345|12345!");
	assert_lines("12345\n123456\nx", 14, 5, "12345|line 2: longer than 5 bytes");
	assert_lines("123456", 6, 5, "line 1: longer than 5 bytes");
	assert_lines("\n\n\n", 3, 1, "|||");
}

static struct seal_key *key_of(const char *secret)
{
	struct config *config = config_new();
	struct config_problems problems;
	struct seal_key *key = NULL;
	struct err err;

	config_problems_init(&problems);
	config_set(config, FROM_FLAG, "test", "log.encrypt", STR("true"), &problems);
	config_set(config, FROM_FLAG, "test", "log.key", str_of(secret), &problems);
	assert_int_equal(problems.errors.len, 0);
	if (sealing_key(config, folder, &key, &err) < 0)
		print_message("%s\n", err.text);
	config_problems_free(&problems);
	config_free(config);
	return key;
}

static void a_passphrase_gets_a_salt_that_is_kept_and_made_anew_when_damaged(void **state)
{
	char *first, *second;

	seal_key_free(key_of("a passphrase"));
	first = folder_read(".seal-salt");
	seal_key_free(key_of("a passphrase"));
	assert_file(".seal-salt", first);
	folder_write(".seal-salt", "AAAA\n");
	seal_key_free(key_of("a passphrase"));
	second = folder_read(".seal-salt");
	assert_string_not_equal(first, second);
	assert_int_equal(strlen(second), 25);
	free(first);
	free(second);
}

static void a_raw_key_needs_no_salt(void **state)
{
	seal_key_free(key_of(KEY));
	assert_false(folder_has(".seal-salt"));
}

static void no_key_without_log_encrypt_and_none_where_the_salt_cannot_be_written(void **state)
{
	struct config *config = config_new();
	struct seal_key *key;
	char *blocked = folder_path(".seal-salt");

	assert_int_equal(sealing_key(config, folder, &key, NULL), 0);
	assert_null(key);
	config_free(config);
	assert_int_equal(mkdir(blocked, 0700), 0);
	assert_null(key_of("a passphrase"));
	free(blocked);
}

static void single_values_are_sealed_and_opened(void **state)
{
	struct seal_key *key = seal_key_new(STR(KEY), SALT);
	struct sealing_values values;
	struct buf one, two, out;

	buf_init(&one, 1000);
	buf_init(&two, 1000);
	buf_init(&out, 1000);
	sealing_values_init(&values, key);
	sealing_values_seal(&values, STR("decision 5"), STR("text"), &one);
	sealing_values_seal(&values, STR("decision 5"), STR("text"), &two);
	assert_false(str_eq(buf_str(&one), buf_str(&two)));
	assert_int_equal(
	        sealing_values_unseal(&values, STR("decision 5"), buf_str(&one), &out, NULL), 0);
	assert_int_equal(
	        sealing_values_unseal(&values, STR("decision 6"), buf_str(&one), &out, NULL), -1);
	assert_string_equal(buf_cstr(&out), "text");
	sealing_values_wipe(&values);
	buf_free(&one);
	buf_free(&two);
	buf_free(&out);
	seal_key_free(key);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        IN_FOLDER(a_sealed_file_is_printed),
	        IN_FOLDER(what_cannot_be_unsealed_is_told_with_its_path),
	        IN_FOLDER(a_full_disk_behind_the_output_is_told),
	        cmocka_unit_test(lines_come_whole_up_to_their_bound),
	        IN_FOLDER(a_passphrase_gets_a_salt_that_is_kept_and_made_anew_when_damaged),
	        IN_FOLDER(a_raw_key_needs_no_salt),
	        IN_FOLDER(no_key_without_log_encrypt_and_none_where_the_salt_cannot_be_written),
	        cmocka_unit_test(single_values_are_sealed_and_opened),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
