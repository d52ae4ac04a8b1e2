/* Headings of tables: Markdown, tabs, and the exports of spreadsheets. Lines one below the other
 * with the same number of the same sign are rows of a table, and the first of them holds the
 * headings. What was found is kept for the next line, so that the way up a long table is gone
 * once. */
#include "privacy/scan.h"

#include <string.h>

#include "base/memrchr.h"

#define SIGNS_MAX 64
#define HEADING_BYTES_MAX 60

static size_t line_start(const struct mask *mask, size_t at)
{
	const char *end = at > 0 ? memrchr(mask->text, '\n', at) : NULL;
	return end ? (size_t)(end - mask->text) + 1 : 0;
}

/* How often `sign` is between `start` and `end`; stops beyond SIGNS_MAX. */
static size_t count_signs(const struct mask *mask, size_t start, size_t end, char sign)
{
	size_t count = 0;
	const char *at;
	while (count <= SIGNS_MAX && (at = memchr(mask->text + start, sign, end - start))) {
		start = (size_t)(at - mask->text) + 1;
		count++;
	}
	return count;
}

static void find_top(struct table *table, const struct table *last, const struct mask *mask)
{
	while (table->top > 0) {
		size_t end = table->top - 1, start = line_start(mask, end);
		if (last->known && last->sign == table->sign && last->start == start) {
			table->top = last->signs == table->signs ? last->top : table->top;
			return;
		}
		if (count_signs(mask, start, end, table->sign) != table->signs)
			return;
		table->top = start;
	}
}

static void read_line(struct table *table, const struct mask *mask, size_t at)
{
	const char signs[] = "|\t;,";
	struct table last = *table;
	size_t start = line_start(mask, at);
	const char *end = memchr(mask->text + at, '\n', mask->len - at);
	*table = (struct table){.start = start,
	                        .end = end ? (size_t)(end - mask->text) : mask->len,
	                        .top = start,
	                        .at = start,
	                        .known = true};
	for (size_t i = 0; signs[i] && table->signs == 0; i++) {
		table->sign = signs[i];
		table->signs = count_signs(mask, start, table->end, signs[i]);
	}
	if (table->signs == 0 || table->signs > SIGNS_MAX)
		table->sign = 0;
	else
		find_top(table, &last, mask);
	table->cell = table->top;
}

/* Goes on to the column in which `at` is, in the line and in that of the headings. False when the
 * headings have become fewer, since something there was claimed. */
static bool go_to_column(struct table *table, const struct mask *mask, size_t at)
{
	if (at < table->at) {
		table->at = table->start;
		table->passed = 0;
		table->cell = table->top;
	}
	size_t more = count_signs(mask, table->at, at, table->sign);
	table->at = at;
	table->passed += more;
	for (; more > 0; more--) {
		const char *sign =
		        memchr(mask->text + table->cell, table->sign, table->start - table->cell);
		table->known = sign != NULL;
		if (!sign)
			return false;
		table->cell = (size_t)(sign - mask->text) + 1;
	}
	return true;
}

/* The cell of the heading, without what may be around its words. */
static struct str heading_cell(const struct table *table, const struct mask *mask)
{
	size_t start = table->cell, end = start;
	while (end - start <= HEADING_BYTES_MAX && mask->text[end] != table->sign &&
	       mask->text[end] != '\n')
		end++;
	if (end - start > HEADING_BYTES_MAX)
		return (struct str){0};
	while (start < end && strchr(" \"'*", mask->text[start]))
		start++;
	while (end > start && strchr(" \"'*.:", mask->text[end - 1]))
		end--;
	return str_make(mask->text + start, end - start);
}

bool table_heading(struct table *table, const struct mask *mask, size_t at, struct str *ret_cell)
{
	if (!table->known || at < table->start || at > table->end)
		read_line(table, mask, at);
	if (!table->sign || table->top == table->start)
		return false;
	if (!go_to_column(table, mask, at))
		return false;
	*ret_cell = heading_cell(table, mask);
	/* Walls have no length. */
	for (size_t i = 0; i < ret_cell->len; i++)
		if (is_wall(ret_cell->data[i]))
			return false;
	return ret_cell->len > 0;
}
