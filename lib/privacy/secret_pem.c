/* Private keys in PEM (RFC 7468) and their armoured kin (RFC 4880): where the block ends that a
 * first line announced. People cut them, put them on one line of JSON, and into HTML. */
#include "privacy/scan.h"
#include "privacy/secret.h"

#include <string.h>

/* bytes of base64 that count as a line of a key when the last line of its block is missing */
#define PEM_LINE_MIN 16
#define PEM_HEADER_MAX 80

static bool is_base64(char c)
{
	return ascii_is_alnum(c) || c == '+' || c == '/' || c == '=';
}

/* Where the next line begins, behind what is between lines: escaped line ends, tags, quotes of a
 * mail. */
static size_t next_pem_line(const struct mask *mask, size_t at)
{
	for (;;) {
		size_t end = at;
		while (ascii_is_space(mask_at(mask, end)) || mask_at(mask, end) == '-' ||
		       mask_at(mask, end) == '>')
			end++;
		while (mask_at(mask, end) == '\\')
			end++;
		if (end > at && mask->text[end - 1] == '\\' && strchr("nr", mask_at(mask, end)))
			end++;
		if (mask_at(mask, end) == '<')
			while (end - at < PEM_HEADER_MAX && !is_wall(mask_at(mask, end)) &&
			       mask->text[end] != '>')
				end++;
		if (end == at)
			return at;
		at = end;
	}
}

/* The end of a header of a block, "Version: GnuPG v2"; `at` when there is none. */
static size_t pem_header_end(const struct mask *mask, size_t at)
{
	size_t colon = at, end;
	while (ascii_is_alpha(mask_at(mask, colon)) || mask_at(mask, colon) == '-')
		colon++;
	if (colon == at || mask_at(mask, colon) != ':' || mask_at(mask, colon + 1) != ' ')
		return at;
	for (end = colon; end - at < PEM_HEADER_MAX; end++)
		if (is_wall(mask_at(mask, end)) || strchr("\n\\<", mask->text[end]))
			return end;
	return at;
}

/* The end of a PEM block whose last line is missing: it goes on as long as lines of base64
 * follow. */
static size_t pem_lines_end(const struct mask *mask, size_t at)
{
	bool header = true;
	for (;;) {
		size_t line = next_pem_line(mask, at), end = line;
		size_t header_end = header ? pem_header_end(mask, line) : line;
		if (header_end > line) {
			at = header_end;
			continue;
		}
		while (is_base64(mask_at(mask, end)))
			end++;
		if (end - line < (header ? PEM_LINE_MIN : 4))
			return at;
		header = false;
		at = end;
	}
}

/* The end of the PEM block whose first line ends at `at`. */
size_t secret_pem_end(const struct mask *mask, size_t at)
{
	size_t end = at;
	while (mask_at(mask, end) == '-')
		end++;
	size_t first_line_end = end;
	/* Neither base64 nor the headers of a block have two dashes in a row. */
	while (!is_wall(mask_at(mask, end)) &&
	       !(mask->text[end] == '-' && mask_at(mask, end + 1) == '-'))
		end++;
	while (mask_at(mask, end) == '-')
		end++;
	end += mask_at(mask, end) == ' '; /* RFC 4716 */
	if (!str_starts(str_make(mask->text + end, mask->len - end), STR("END")))
		return pem_lines_end(mask, first_line_end);
	while (mask_at(mask, end) != '-' && mask_at(mask, end) != '\n' &&
	       !is_wall(mask_at(mask, end)))
		end++;
	while (mask_at(mask, end) == '-')
		end++;
	return end;
}
