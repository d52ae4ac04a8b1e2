/* Prints the words that observe/review.h makes of the facts, with control characters shown. */
#include "daemon/ctl/report.h"

#include "daemon/ctl/print.h"
#include "observe/review.h"

#define WORDS_BYTES_MAX (1024 * 1024)

void report_answer(struct buf *out, const struct json *tree)
{
	struct buf words;

	buf_init(&words, WORDS_BYTES_MAX);
	review_words(tree, &words);
	struct str rest = buf_str(&words);
	while (rest.len > 0) {
		print_add_text(out, str_split(&rest, '\n'));
		buf_putc(out, '\n');
	}
	buf_free(&words);
}
