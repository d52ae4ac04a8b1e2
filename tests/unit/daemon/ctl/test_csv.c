/* Cells of a CSV file: RFC 4180, and no formula. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/ctl/csv.h"

static void expect(struct str text, const char *cell)
{
	struct buf out;

	buf_init(&out, 1024);
	csv_add_text(&out, true, text);
	assert_string_equal(buf_cstr(&out), cell);
	buf_free(&out);
}

static void plain_text_stays_as_it_is(void **state)
{
	expect(STR("bug"), "bug");
	expect(STR(""), "");
	expect(STR("größer = besser - 5"), "größer = besser - 5");
}

static void what_separates_is_quoted_and_quotes_are_doubled(void **state)
{
	expect(STR("a,b"), "\"a,b\"");
	expect(STR("say \"no\""), "\"say \"\"no\"\"\"");
	expect(STR("two\nlines"), "\"two\nlines\"");
	expect(STR("two\r\nlines"), "\"two\r\nlines\"");
	expect(STR(" blank"), "\" blank\"");
	expect(STR("\""), "\"\"\"\"");
}

static void what_begins_like_a_formula_is_text_for_a_spreadsheet(void **state)
{
	expect(STR("=1+1"), "'=1+1");
	expect(STR("+1"), "'+1");
	expect(STR("-1"), "'-1");
	expect(STR("@SUM(A1)"), "'@SUM(A1)");
	expect(STR("\t=1"), "'\t=1");
	expect(STR("\r=1"), "\"'\r=1\"");
	expect(STR("\n=1"), "\"'\n=1\"");
	expect(STR("=HYPERLINK(\"http://x\",\"y\")"),
	       "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
}

static void cells_are_parted_by_commas_and_rows_end_with_cr_lf(void **state)
{
	struct buf out;

	buf_init(&out, 1024);
	csv_add_plain(&out, true, "1");
	csv_add_text(&out, false, STR(""));
	csv_add_text(&out, false, STR("x"));
	csv_end_row(&out);
	assert_string_equal(buf_cstr(&out), "1,,x\r\n");
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(plain_text_stays_as_it_is),
	        cmocka_unit_test(what_separates_is_quoted_and_quotes_are_doubled),
	        cmocka_unit_test(what_begins_like_a_formula_is_text_for_a_spreadsheet),
	        cmocka_unit_test(cells_are_parted_by_commas_and_rows_end_with_cr_lf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
