/* Headings of tables: Markdown, tabs, and the exports of spreadsheets. Lines one below the other
 * with the same number of the same sign are rows of a table, and the first of them holds the
 * headings. What was found is kept for the next line, so that the way up a long table is gone
 * once. */
#include "privacy/scan.h"

#include <string.h>

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
}

/* The cell of the line of headings behind `passed` signs, without what may be around its words. */
static struct str heading_cell(const struct table *table, const struct mask *mask)
{
	size_t start = table->top, end = table->top;
	for (size_t i = 0; i <= table->passed; i++) {
		start = i > 0 ? end + 1 : end;
		for (end = start; mask->text[end] != table->sign && mask->text[end] != '\n'; end++)
			;
		if (mask->text[end] == '\n')
			break;
	}
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
	if (at < table->at) {
		table->at = table->start;
		table->passed = 0;
	}
	table->passed += count_signs(mask, table->at, at, table->sign);
	table->at = at;
	*ret_cell = heading_cell(table, mask);
	if (ret_cell->len > HEADING_BYTES_MAX)
		return false;
	/* Walls have no length. */
	for (size_t i = 0; i < ret_cell->len; i++)
		if (is_wall(ret_cell->data[i]))
			return false;
	return ret_cell->len > 0;
}
