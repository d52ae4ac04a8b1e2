/* Secrets in a table, below the heading of their column: Markdown, tabs, and the exports of
 * spreadsheets. Only the first line of a table has headings, so a table is walked once for each
 * of them. */
#include "privacy/scan.h"
#include "privacy/secret.h"

#include <string.h>

#define SIGNS_MAX 64
/* Headings are near the start of a line. */
#define HEADINGS_BYTES_MAX 1024

struct row {
	size_t start;
	size_t end;
	size_t signs; /* between its cells */
};

static size_t column_line_end(const struct mask *mask, size_t at)
{
	const char *end = at < mask->len ? memchr(mask->text + at, '\n', mask->len - at) : NULL;
	return end ? (size_t)(end - mask->text) : mask->len;
}

/* Counts the signs from `at` to `end` that are not in quotes, up to `most`; sets where it ended. */
static size_t skip_cells(const struct mask *mask, size_t *at, size_t end, char sign, size_t most)
{
	size_t count = 0;
	bool quoted = false;
	for (; *at < end && count < most; ++*at) {
		char c = mask->text[*at];
		if (c == '"' && sign != '|')
			quoted = !quoted;
		else if (c == sign && !quoted)
			count++;
	}
	return count;
}

static struct row read_row(const struct mask *mask, size_t start, char sign)
{
	struct row row = {.start = start, .end = column_line_end(mask, start)};
	size_t at = start;
	row.signs = skip_cells(mask, &at, row.end, sign, SIGNS_MAX + 1);
	return row;
}

/* What separates the cells of the line; 0: it is no row of a table. */
static char sign_of_line(const struct mask *mask, size_t start, size_t end)
{
	static const char signs[] = "|\t;,";
	for (const char *sign = signs; *sign; sign++)
		if (memchr(mask->text + start, *sign, end - start))
			return *sign;
	return 0;
}

static bool is_first_row(const struct mask *mask, const struct row *row, char sign)
{
	if (row->start == 0)
		return true;
	size_t before = row->start - 1;
	while (before > 0 && mask->text[before - 1] != '\n')
		if (row->start - before-- >= HEADINGS_BYTES_MAX)
			return true;
	return read_row(mask, before, sign).signs != row->signs;
}

static void claim_cell(struct mask *mask, const struct row *row, char sign, size_t column,
                       enum label label)
{
	size_t start = row->start;
	if (skip_cells(mask, &start, row->end, sign, column) < column)
		return;
	size_t end = start;
	if (skip_cells(mask, &end, row->end, sign, 1) == 1)
		end--;
	while (start < end && strchr(" \"'`*", mask->text[start]))
		start++;
	while (start < end && strchr(" \"'`*\r", mask->text[end - 1]))
		end--;
	for (size_t at = start; at < end; at++)
		if (is_wall(mask->text[at]))
			return;
	if (end > start)
		secret_value_claim_cell(mask, start, end, label);
}

void secret_column_claim(struct mask *mask, size_t start, size_t end, enum label label)
{
	size_t line = start;
	for (size_t skipped = 0; strchr(" \"'*:`\r", mask_at(mask, end)) && skipped < 4; skipped++)
		end++;
	if (!strchr("|\t;,\n", mask_at(mask, end)) && end < mask->len)
		return;
	while (line > 0 && mask->text[line - 1] != '\n')
		if (start - line-- >= HEADINGS_BYTES_MAX)
			return;
	char sign = sign_of_line(mask, line, column_line_end(mask, start));
	if (!sign)
		return;
	struct row row = read_row(mask, line, sign);
	if (row.signs == 0 || row.signs > SIGNS_MAX || !is_first_row(mask, &row, sign))
		return;
	size_t at = line, column = skip_cells(mask, &at, start, sign, SIGNS_MAX);
	while (row.end < mask->len) {
		struct row next = read_row(mask, row.end + 1, sign);
		if (next.signs != row.signs)
			return;
		claim_cell(mask, &next, sign, column, label);
		row = next;
	}
}
