/* Sealing: what is written comes back byte for byte; what was altered, moved, cut out, added or
 * belongs to another key does not, and says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "privacy/seal.h"

#define RAW_KEY "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
#define RAW_KEY_BASE64 "ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8="

static const uint8_t SALT[SEAL_SALT_SIZE] = "salt of tests..";

static const uint8_t *random_of(int number)
{
	static uint8_t bytes[SEAL_SALT_SIZE];

	memset(bytes, number, sizeof(bytes));
	return bytes;
}

static struct buf new_buf(void)
{
	struct buf buf;

	buf_init(&buf, 4 * 1024 * 1024);
	return buf;
}

static struct seal_key *raw_key(void)
{
	return seal_key_new(STR(RAW_KEY), SALT);
}

static void add_stream(struct buf *file, const struct seal_key *key, enum seal_content content,
                       int number, const struct seal_before *before, bool end)
{
	struct sealer sealer;

	sealer_begin(&sealer, key, content, random_of(number), before, file);
	for (int i = 0; i < 3; i++) {
		char *record = xasprintf("record %d of stream %d\n", i, number);

		sealer_add(&sealer, str_of(record), file);
		free(record);
	}
	if (end)
		sealer_end(&sealer, file);
}

static struct str last_line(const struct buf *file)
{
	size_t end = file->len, start;

	if (end > 0 && file->data[end - 1] == '\n')
		end--;
	for (start = end; start > 0 && file->data[start - 1] != '\n'; start--)
		;
	return str_make(file->data + start, end - start);
}

static void continue_log(struct buf *file, const struct seal_key *key, int number, bool torn,
                         bool end)
{
	struct str line = last_line(file);
	struct seal_before before = {str_make(xmemdup0(line.data, line.len), line.len), torn};
	char *copy;

	add_stream(file, key, SEAL_LOG, number, &before, end);
	memcpy(&copy, &before.line.data, sizeof(copy));
	free(copy);
}

/* What unsealer_finish says; what was read is in `out`. */
static int read_file(const struct seal_key *key, struct str file, struct buf *out, struct err *err)
{
	struct unsealer unsealer;
	int result = 0;

	*err = (struct err){{0}};
	unsealer_init(&unsealer, key);
	while (file.len > 0 && result == 0) {
		ptrdiff_t end = str_find_char(file, '\n');
		struct str line = str_make(file.data, end < 0 ? file.len : (size_t)end);

		result = unsealer_line(&unsealer, line, end >= 0, out, err);
		file = str_skip(file, line.len + 1);
	}
	if (result == 0)
		result = unsealer_finish(&unsealer, err);
	unsealer_wipe(&unsealer);
	return result;
}

static void assert_reads(const struct seal_key *key, const struct buf *file, int expected,
                         const char *text)
{
	struct buf out = new_buf();
	struct err err;
	int got = read_file(key, buf_str(file), &out, &err);

	if (got != expected)
		fail_msg("%d instead of %d: %s", got, expected, err.text);
	if (text != NULL)
		assert_string_equal(buf_cstr(&out), text);
	buf_free(&out);
}

static void assert_refused(const struct seal_key *key, struct str file, const char *reason)
{
	struct buf out = new_buf();
	struct err err;
	int got = read_file(key, file, &out, &err);

	if (got != -1)
		fail_msg("%d: %s", got, err.text);
	if (strstr(err.text, reason) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", err.text, reason);
	buf_free(&out);
}

#define TEXT_1 "record 0 of stream 1\nrecord 1 of stream 1\nrecord 2 of stream 1\n"
#define TEXT_2 "record 0 of stream 2\nrecord 1 of stream 2\nrecord 2 of stream 2\n"

static void a_sealed_file_reads_back_byte_for_byte(void **state)
{
	struct seal_key *key = raw_key();
	struct buf file = new_buf();

	add_stream(&file, key, SEAL_RESULTS, 1, NULL, true);
	assert_reads(key, &file, 0, TEXT_1);
	buf_free(&file);
	seal_key_free(key);
}

static void no_plain_text_is_in_a_sealed_file(void **state)
{
	struct seal_key *key = raw_key();
	struct buf file = new_buf();

	add_stream(&file, key, SEAL_LOG, 1, NULL, true);
	assert_int_equal(str_find(buf_str(&file), STR("record")), -1);
	buf_free(&file);
	seal_key_free(key);
}

static void records_may_hold_any_bytes_and_none(void **state)
{
	struct seal_key *key = raw_key();
	struct buf file = new_buf(), out = new_buf();
	struct sealer sealer;
	struct err err;
	char *large = xcalloc(1, SEAL_RECORD_MAX);

	sealer_begin(&sealer, key, SEAL_RESULTS, random_of(1), NULL, &file);
	sealer_add(&sealer, STR("\0\n\xff"), &file);
	sealer_add(&sealer, STR(""), &file);
	sealer_add(&sealer, str_make(large, SEAL_RECORD_MAX), &file);
	sealer_end(&sealer, &file);
	assert_int_equal(read_file(key, buf_str(&file), &out, &err), 0);
	assert_int_equal(out.len, 3 + SEAL_RECORD_MAX);
	assert_memory_equal(out.data, "\0\n\xff", 3);
	free(large);
	buf_free(&file);
	buf_free(&out);
	seal_key_free(key);
}

static void the_same_record_never_looks_the_same(void **state)
{
	struct seal_key *key = raw_key();
	struct buf one = new_buf(), two = new_buf();
	struct sealer sealer;

	sealer_begin(&sealer, key, SEAL_LOG, random_of(1), NULL, &one);
	buf_reset(&one);
	sealer_add(&sealer, STR("x"), &one);
	sealer_add(&sealer, STR("x"), &two);
	assert_false(str_eq(buf_str(&one), buf_str(&two)));
	buf_free(&one);
	buf_free(&two);
	seal_key_free(key);
}

static void hexadecimal_and_base64_of_a_key_are_the_same_key(void **state)
{
	struct seal_key *key = raw_key(), *same = seal_key_new(STR(RAW_KEY_BASE64), random_of(9));
	struct buf file = new_buf();

	assert_false(seal_is_passphrase(STR(RAW_KEY)));
	assert_false(seal_is_passphrase(STR(RAW_KEY_BASE64)));
	add_stream(&file, key, SEAL_RESULTS, 1, NULL, true);
	assert_reads(same, &file, 0, TEXT_1);
	buf_free(&file);
	seal_key_free(key);
	seal_key_free(same);
}

static void anything_else_is_a_passphrase_and_reads_files_of_any_salt(void **state)
{
	struct seal_key *writer = seal_key_new(STR("correct horse"), random_of(5));
	struct seal_key *reader = seal_key_new(STR("correct horse"), random_of(6));
	struct seal_key *wrong = seal_key_new(STR("correct house"), random_of(5));
	struct buf file = new_buf();

	assert_true(seal_is_passphrase(STR("correct horse")));
	assert_true(seal_is_passphrase(str_make(RAW_KEY, 63)));
	add_stream(&file, writer, SEAL_RESULTS, 1, NULL, true);
	assert_reads(writer, &file, 0, TEXT_1);
	assert_reads(reader, &file, 0, TEXT_1);
	assert_refused(wrong, buf_str(&file), "line 1: sealed with another key, or altered");
	buf_free(&file);
	seal_key_free(writer);
	seal_key_free(reader);
	seal_key_free(wrong);
}

static void another_key_is_told(void **state)
{
	struct seal_key *key = raw_key(), *other = seal_key_new(STR("a passphrase"), SALT);
	struct buf file = new_buf();

	add_stream(&file, key, SEAL_LOG, 1, NULL, true);
	assert_refused(other, buf_str(&file), "line 1: sealed with another key, or altered");
	assert_true(seal_is_ours(key, SEAL_LOG,
	                         str_make(file.data, (size_t)str_find_char(buf_str(&file), '\n'))));
	assert_false(
	        seal_is_ours(key, SEAL_RESULTS,
	                     str_make(file.data, (size_t)str_find_char(buf_str(&file), '\n'))));
	assert_false(seal_is_ours(
	        other, SEAL_LOG, str_make(file.data, (size_t)str_find_char(buf_str(&file), '\n'))));
	buf_free(&file);
	seal_key_free(key);
	seal_key_free(other);
}

static void every_bit_counts(void **state)
{
	struct seal_key *key = raw_key();
	struct buf file = new_buf(), out = new_buf();
	struct err err;

	add_stream(&file, key, SEAL_LOG, 1, NULL, true);
	for (size_t at = 0; at < file.len; at++) {
		file.data[at] ^= 1;
		buf_reset(&out);
		if (read_file(key, buf_str(&file), &out, &err) != -1 || err.text[0] == '\0')
			fail_msg("byte %zu: %s", at, err.text);
		assert_true(str_starts(STR(TEXT_1), buf_str(&out)));
		file.data[at] ^= 1;
	}
	buf_free(&file);
	buf_free(&out);
	seal_key_free(key);
}

/* Cut anywhere: results never pass, a log passes only between two lines, with a word about its
 * missing end. */
static void what_is_cut_off_is_told(void **state)
{
	struct seal_key *key = raw_key();

	for (int kind = 0; kind < 2; kind++) {
		struct buf file = new_buf(), out = new_buf();
		struct err err;

		add_stream(&file, key, kind == 0 ? SEAL_LOG : SEAL_RESULTS, 1, NULL, true);
		for (size_t len = 0; len + 1 < file.len; len++) {
			bool at_end =
			        len > 0 && (file.data[len - 1] == '\n' || file.data[len] == '\n');
			int expected = kind == 0 && at_end ? 1 : -1;

			buf_reset(&out);
			if (read_file(key, str_make(file.data, len), &out, &err) != expected ||
			    err.text[0] == '\0')
				fail_msg("%d bytes of %d: %s", (int)len, (int)file.len, err.text);
		}
		buf_free(&file);
		buf_free(&out);
	}
	seal_key_free(key);
}

/* The file with its lines in another order: `order` lists them, 0 the first, until -1. */
static struct buf reordered(const struct buf *file, const int *order)
{
	struct buf out = new_buf();
	struct str lines[16];
	struct str rest = buf_str(file);
	size_t count = 0;

	while (rest.data && count < ARRAY_LEN(lines))
		lines[count++] = str_split(&rest, '\n');
	for (; *order >= 0; order++) {
		buf_add_str(&out, lines[*order]);
		buf_putc(&out, '\n');
	}
	return out;
}

static void lines_that_change_places_go_missing_or_come_twice_are_told(void **state)
{
	/* Lines 0 to 4: beginning, three records, end; 5 to 9: the same of a second stream. */
	static const struct {
		int order[16];
		const char *reason;
	} cases[] = {
	        {{0, 2, 1, 3, 4, -1}, "line 2: altered, cut off or not in its place"},
	        {{0, 1, 3, 4, -1}, "line 3: altered, cut off or not in its place"},
	        {{0, 1, 1, 2, 3, 4, -1}, "line 3: altered, cut off or not in its place"},
	        {{1, 2, 3, 4, -1}, "line 1: not sealed by ai-ticketd, or its beginning is missing"},
	        {{0, 1, 2, 4, -1}, "line 4: altered, cut off or not in its place"},
	        {{0, 1, 2, 3, 4, 4, -1}, "line 6: unexpected line after the end"},
	        {{0, 1, 2, 3, 4, 6, -1}, "line 6: unexpected line after the end"},
	        {{5, 6, 7, 8, 9, -1}, "line 1: the beginning of the file is missing"},
	        {{5, 6, 7, 8, 9, 0, 1, 2, 3, 4, -1},
	         "line 1: the beginning of the file is missing"},
	        {{0, 1, 2, 3, 5, 6, 7, 8, 9, -1}, "line 5: lines before this one are missing"},
	        {{0, 1, 2, 3, 4, 0, 1, 2, 3, 4, -1}, "line 6: another file begins here"},
	        {{0, 1, 2, 3, 4, 5, 1, 2, 3, 4, -1},
	         "line 7: altered, cut off or not in its place"},
	        {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 5, 6, 7, 8, 9, -1},
	         "line 11: lines before this one are missing"},
	};
	struct seal_key *key = raw_key();
	struct buf file = new_buf();

	add_stream(&file, key, SEAL_LOG, 1, NULL, true);
	continue_log(&file, key, 2, false, true);
	assert_reads(key, &file, 0, TEXT_1 TEXT_2);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf other = reordered(&file, cases[i].order);

		assert_refused(key, buf_str(&other), cases[i].reason);
		buf_free(&other);
	}
	buf_free(&file);
	seal_key_free(key);
}

static void a_stream_of_another_file_is_told(void **state)
{
	struct seal_key *key = raw_key();
	struct buf file = new_buf(), other = new_buf();

	add_stream(&file, key, SEAL_LOG, 1, NULL, true);
	add_stream(&other, key, SEAL_LOG, 3, NULL, true);
	continue_log(&other, key, 2, false, true);
	/* The second stream of the other file behind the first of this one. */
	size_t first = (size_t)str_find(buf_str(&other), STR("\nAITD")) + 1;
	size_t second = first + (size_t)str_find(str_skip(buf_str(&other), first), STR("AITD"));
	buf_add_str(&file, str_skip(buf_str(&other), second));
	assert_refused(key, buf_str(&file),
	               "lines before this one are missing, were added or changed places");
	buf_free(&file);
	buf_free(&other);
	seal_key_free(key);
}

static void a_log_goes_on_after_a_killed_process(void **state)
{
	struct seal_key *key = raw_key();
	struct buf file = new_buf();

	add_stream(&file, key, SEAL_LOG, 1, NULL, false);
	continue_log(&file, key, 2, false, true);
	assert_reads(key, &file, 0, TEXT_1 TEXT_2);
	buf_free(&file);
	seal_key_free(key);
}

static void a_line_torn_by_the_death_of_a_process_loses_itself_only(void **state)
{
	struct seal_key *key = raw_key();

	for (size_t torn = 1; torn < 50; torn++) {
		struct buf file = new_buf();

		add_stream(&file, key, SEAL_LOG, 1, NULL, false);
		file.len -= torn;
		file.data[file.len] = '\0';
		continue_log(&file, key, 2, true, true);
		/* Without its newline the line still says what it said. */
		assert_reads(key, &file, torn == 1 ? 0 : 1,
		             torn == 1 ? TEXT_1 TEXT_2
		                       : "record 0 of stream 1\nrecord 1 of stream 1\n" TEXT_2);
		buf_free(&file);
	}
	seal_key_free(key);
}

static void an_altered_line_is_not_excused_by_the_next_stream(void **state)
{
	struct seal_key *key = raw_key();
	struct buf file = new_buf();

	add_stream(&file, key, SEAL_LOG, 1, NULL, false);
	file.data[file.len - 10] ^= 1;
	continue_log(&file, key, 2, false, true);
	assert_refused(key, buf_str(&file), "line 4: altered, cut off or not in its place");
	buf_free(&file);
	seal_key_free(key);
}

static void results_are_one_stream(void **state)
{
	struct seal_key *key = raw_key();
	struct buf file = new_buf();

	add_stream(&file, key, SEAL_RESULTS, 1, NULL, true);
	continue_log(&file, key, 2, false, true);
	assert_refused(key, buf_str(&file), "line 6: results continue after their end");
	buf_free(&file);
	seal_key_free(key);
}

static void foreign_files_are_told(void **state)
{
	struct seal_key *key = raw_key();
	char *long_line = xcalloc(1, SEAL_LINE_MAX + 10);

	memset(long_line, 'x', SEAL_LINE_MAX + 9);
	assert_refused(key, STR(""), "empty");
	assert_refused(key, STR("2025-11-05 22:33:01 | INFO | plain\n"),
	               "line 1: not sealed by ai-ticketd");
	assert_refused(key, STR("\0\0\0"), "line 1: not sealed by ai-ticketd");
	assert_refused(key, STR("AITD-SEAL-2 AAAA\n"),
	               "line 1: sealed in a format that this version does not know");
	assert_refused(key, STR("AITD-SEAL-1 AAAA\n"), "line 1: not sealed by ai-ticketd");
	assert_refused(key, STR("AITD-SEAL-1 \n"), "line 1: not sealed by ai-ticketd");
	assert_refused(key, str_of(long_line), "line 1: too long for a sealed line");
	free(long_line);
	seal_key_free(key);
}

static void a_value_opens_in_its_place_only(void **state)
{
	struct seal_key *key = raw_key(), *other = seal_key_new(STR("a passphrase"), SALT);
	struct buf sealed = new_buf(), out = new_buf();
	struct unsealer unsealer, wrong;
	struct err err;

	seal_value(key, random_of(7), STR("ticket 5"), STR("an analysis"), &sealed);
	unsealer_init(&unsealer, key);
	unsealer_init(&wrong, other);
	assert_int_equal(unseal_value(&unsealer, STR("ticket 5"), buf_str(&sealed), &out, &err), 0);
	assert_string_equal(buf_cstr(&out), "an analysis");
	assert_int_equal(unseal_value(&unsealer, STR("ticket 6"), buf_str(&sealed), &out, &err),
	                 -1);
	assert_int_equal(unseal_value(&wrong, STR("ticket 5"), buf_str(&sealed), &out, &err), -1);
	for (size_t len = 0; len < sealed.len; len++)
		assert_int_equal(unseal_value(&unsealer, STR("ticket 5"),
		                              str_make(sealed.data, len), &out, &err),
		                 -1);
	assert_string_equal(buf_cstr(&out), "an analysis");
	buf_free(&sealed);
	buf_free(&out);
	unsealer_wipe(&unsealer);
	unsealer_wipe(&wrong);
	seal_key_free(key);
	seal_key_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_sealed_file_reads_back_byte_for_byte),
	        cmocka_unit_test(no_plain_text_is_in_a_sealed_file),
	        cmocka_unit_test(records_may_hold_any_bytes_and_none),
	        cmocka_unit_test(the_same_record_never_looks_the_same),
	        cmocka_unit_test(hexadecimal_and_base64_of_a_key_are_the_same_key),
	        cmocka_unit_test(anything_else_is_a_passphrase_and_reads_files_of_any_salt),
	        cmocka_unit_test(another_key_is_told),
	        cmocka_unit_test(every_bit_counts),
	        cmocka_unit_test(what_is_cut_off_is_told),
	        cmocka_unit_test(lines_that_change_places_go_missing_or_come_twice_are_told),
	        cmocka_unit_test(a_stream_of_another_file_is_told),
	        cmocka_unit_test(a_log_goes_on_after_a_killed_process),
	        cmocka_unit_test(a_line_torn_by_the_death_of_a_process_loses_itself_only),
	        cmocka_unit_test(an_altered_line_is_not_excused_by_the_next_stream),
	        cmocka_unit_test(results_are_one_stream),
	        cmocka_unit_test(foreign_files_are_told),
	        cmocka_unit_test(a_value_opens_in_its_place_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
