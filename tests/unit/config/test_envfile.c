/* Env files in the forms that people bring along. */
#include "support.h"

#include "config/envfile.h"

struct found {
	struct buf text; /* "line:KEY=<value> …" */
	struct buf errors;
	int bad;
};

static void note(void *arg, int line, struct str key, struct str value)
{
	struct found *found = arg;
	buf_printf(&found->text, "%d:", line);
	buf_add_str(&found->text, key);
	buf_puts(&found->text, "=<");
	buf_add_str(&found->text, value);
	buf_puts(&found->text, "> ");
}

static struct found read_all(struct str text)
{
	struct found found;

	buf_init(&found.text, 1 << 20);
	buf_init(&found.errors, 1 << 20);
	found.bad = envfile_read(".env", text, note, &found, &found.errors);
	return found;
}

static void found_free(struct found *found)
{
	buf_free(&found->text);
	buf_free(&found->errors);
}

static void assert_reads(const char *text, const char *expected)
{
	struct found found = read_all(str_of(text));

	assert_string_equal(buf_cstr(&found.errors), "");
	assert_int_equal(found.bad, 0);
	assert_string_equal(buf_cstr(&found.text), expected);
	found_free(&found);
}

static void assert_refuses(const char *text, const char *expected)
{
	struct found found = read_all(str_of(text));

	assert_string_equal(buf_cstr(&found.errors), expected);
	assert_int_equal(found.bad, 1);
	found_free(&found);
}

static void the_usual_forms_are_read(void **state)
{
	assert_reads("", "");
	assert_reads("A=1", "1:A=<1> ");
	assert_reads("A=1\nB=2\n", "1:A=<1> 2:B=<2> ");
	assert_reads("  A = 1  ", "1:A=<1> ");
	assert_reads("export A=1\nexport\tB = 2", "1:A=<1> 2:B=<2> ");
	assert_reads("A=", "1:A=<> ");
	assert_reads("A=\"\"", "1:A=<> ");
	assert_reads("# c\n\n   # d\nA=1", "4:A=<1> ");
	assert_reads("A=1\r\nB=2\r\n", "1:A=<1> 2:B=<2> ");
	assert_reads("\xef\xbb\xbf"
	             "A=1",
	             "1:A=<1> ");
	assert_reads("exported=1", "1:exported=<1> ");
	assert_reads("A=a=b==", "1:A=<a=b==> ");
	assert_reads("A=1\nA=2", "1:A=<1> 2:A=<2> ");
}

static void comments_trail_behind_a_blank(void **state)
{
	assert_reads("A=1 # c", "1:A=<1> ");
	assert_reads("A=x#y", "1:A=<x#y> ");
	assert_reads("A=# c", "1:A=<> ");
	assert_reads("A= # c", "1:A=<> ");
	assert_reads("A=\"1 # 2\" # c", "1:A=<1 # 2> ");
	assert_reads("A='1' # c", "1:A=<1> ");
	assert_reads("A=one two", "1:A=<one two> ");
}

static void quotes_keep_blanks_and_double_ones_know_escapes(void **state)
{
	assert_reads("A=\" a b \"", "1:A=< a b > ");
	assert_reads("A='a\\nb \"c\" $d'", "1:A=<a\\nb \"c\" $d> ");
	assert_reads("A=\"a\\\"b\\\\c\\nd\\te\\$f\\q\"", "1:A=<a\"b\\c\nd\te$f\\q> ");
	assert_reads("A=\"it's\"", "1:A=<it's> ");
	assert_reads("A=it's", "1:A=<it's> ");
}

static void nothing_is_replaced_in_a_value(void **state)
{
	assert_reads("A=${HOME}/$USER/`id`", "1:A=<${HOME}/$USER/`id`> ");
	assert_reads("A=\"${HOME}\"", "1:A=<${HOME}> ");
}

static void a_wrong_line_is_told_without_its_value_and_the_others_are_read(void **state)
{
	struct found found = read_all(STR("A=1\ns3cr3t\nB=2\n"));

	assert_int_equal(found.bad, 1);
	assert_string_equal(buf_cstr(&found.errors), ".env:2: expected NAME=value\n");
	assert_string_equal(buf_cstr(&found.text), "1:A=<1> 3:B=<2> ");
	found_free(&found);
	assert_refuses("=1", ".env:1: expected a name of letters, digits and '_' before the '='\n");
	assert_refuses("1A=1",
	               ".env:1: expected a name of letters, digits and '_' before the '='\n");
	assert_refuses("A B=1",
	               ".env:1: expected a name of letters, digits and '_' before the '='\n");
	assert_refuses("A=\"s3cr3t", ".env:1: the value's closing quote is missing\n");
	assert_refuses("A=\"s3cr3t\\\"", ".env:1: the value's closing quote is missing\n");
	assert_refuses("A='s3cr3t'x", ".env:1: unexpected text after the closing quote\n");
	assert_refuses("A='s3cr3t' x", ".env:1: unexpected text after the closing quote\n");
	assert_refuses("A=\xff", ".env:1: is not valid UTF-8\n");
}

static void a_nul_byte_ends_the_reading(void **state)
{
	struct found found = read_all(STR("A=1\0 2\nB=3"));

	assert_string_equal(buf_cstr(&found.errors), ".env:1: NUL byte: this is not a text file\n");
	assert_string_equal(buf_cstr(&found.text), "");
	found_free(&found);
}

static void a_file_that_is_too_large_or_no_text_ends_soon(void **state)
{
	size_t size = ENVFILE_BYTES_MAX + 1;
	char *bytes = xmalloc(size);

	memset(bytes, '\n', size);
	struct found found = read_all(str_make(bytes, size));
	assert_int_equal(found.bad, 1);
	assert_string_equal(buf_cstr(&found.errors),
	                    ".env: too large for an env file: at most 256 KiB\n");
	found_free(&found);
	for (size_t i = 0; i < size; i++)
		bytes[i] = i % 2 ? '\n' : 'x';
	found = read_all(str_make(bytes, size - 1));
	assert_int_equal(found.bad, 20);
	assert_int_equal(lines(buf_cstr(&found.errors)), 21);
	found_free(&found);
	memset(bytes, 'x', size);
	memcpy(bytes, "A=", 2);
	found = read_all(str_make(bytes, size - 1));
	assert_string_equal(buf_cstr(&found.errors),
	                    ".env:1: the line is too long: at most 64 KiB\n");
	found_free(&found);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_usual_forms_are_read),
	        cmocka_unit_test(comments_trail_behind_a_blank),
	        cmocka_unit_test(quotes_keep_blanks_and_double_ones_know_escapes),
	        cmocka_unit_test(nothing_is_replaced_in_a_value),
	        cmocka_unit_test(a_wrong_line_is_told_without_its_value_and_the_others_are_read),
	        cmocka_unit_test(a_nul_byte_ends_the_reading),
	        cmocka_unit_test(a_file_that_is_too_large_or_no_text_ends_soon),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
