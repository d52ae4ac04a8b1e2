/* What a model would see of tickets, and what would be kept of its summaries: for judging redaction
 * by values that somebody else planted. Reads one JSON object a line from stdin, with "subject",
 * "description" and, where wanted, "summary"; writes for each the same members after the way that
 * the engine sends them, with the default options. A line that is no object ends the program. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "privacy/normalise.h"
#include "privacy/redact.h"

static void make_plain(struct redactor *redactor, struct str text, struct buf *out)
{
	struct buf plain;

	buf_init(&plain, SIZE_MAX);
	buf_reset(out);
	normalise(text, &plain);
	redact(redactor, buf_str(&plain), out, NULL);
	buf_free(&plain);
}

static void add_ticket(struct redactor *redactor, const json_t *ticket, struct buf *line)
{
	static const char *const members[] = {"subject", "description", "summary"};
	struct buf text;

	buf_init(&text, SIZE_MAX);
	buf_reset(line);
	buf_putc(line, '{');
	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		struct str raw = json_str_at(ticket, members[i]);
		if (!raw.data)
			continue;
		make_plain(redactor, raw, &text);
		json_add_member(line, members[i], buf_str(&text));
	}
	buf_puts(line, "}\n");
	buf_free(&text);
}

int main(void)
{
	struct redactor *redactor = redactor_new();
	struct buf out;
	char *line = NULL;
	size_t size = 0, number = 0;
	ssize_t len;

	json_seed(1);
	buf_init(&out, SIZE_MAX);
	while ((len = getline(&line, &size, stdin)) > 0) {
		struct err err = {{0}};
		json_t *ticket = json_parse_lenient(str_make(line, (size_t)len), &err);
		number++;
		if (!ticket) {
			fprintf(stderr, "redact_lines: line %zu: %s\n", number, err.text);
			return 1;
		}
		add_ticket(redactor, ticket, &out);
		fwrite(out.data, 1, out.len, stdout);
		json_free(ticket);
	}
	free(line);
	buf_free(&out);
	redactor_free(redactor);
	return fflush(stdout) == 0 ? 0 : 1;
}
