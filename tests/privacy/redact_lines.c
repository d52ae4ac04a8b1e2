/* What a model would see of tickets, and what would be kept of its summaries: for judging redaction
 * by values that somebody else planted. Reads one JSON object a line from stdin, with "subject",
 * "description" and, where wanted, "summary"; writes for each the same members after the way that
 * the engine sends them, with the default options. A line that is no object ends the program. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "privacy/normalise.h"
#include "privacy/redact.h"

static void add_plain(struct buf *out, struct str text)
{
	buf_init(out, SIZE_MAX);
	normalise(text, out);
}

/* The texts of a member of its own each, redacted as one ticket. */
static void add_members(struct redactor *redactor, const struct json *ticket,
                        const char *const *members, size_t count, struct buf *known,
                        struct buf *line)
{
	struct buf plain[REDACT_TEXTS_MAX], outs[REDACT_TEXTS_MAX];
	struct str texts[REDACT_TEXTS_MAX];

	for (size_t i = 0; i < count; i++) {
		add_plain(&plain[i], json_str_at(ticket, members[i]));
		buf_init(&outs[i], SIZE_MAX);
		texts[i] = buf_str(&plain[i]);
	}
	redact_together(redactor, texts, outs, count, known, NULL);
	for (size_t i = 0; i < count; i++) {
		if (json_str_at(ticket, members[i]).data)
			json_add_member(line, members[i], buf_str(&outs[i]));
		buf_free(&plain[i]);
		buf_free(&outs[i]);
	}
}

static void add_ticket(struct redactor *redactor, const struct json *ticket, struct buf *line)
{
	static const char *const ours[] = {"subject", "description"}, *const models[] = {"summary"};
	struct buf known;

	buf_init(&known, SIZE_MAX);
	buf_reset(line);
	buf_putc(line, '{');
	add_members(redactor, ticket, ours, ARRAY_LEN(ours), &known, line);
	add_members(redactor, ticket, models, ARRAY_LEN(models), &known, line);
	buf_puts(line, "}\n");
	buf_free(&known);
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
		struct json *ticket = json_parse_lenient(str_make(line, (size_t)len), &err);
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
