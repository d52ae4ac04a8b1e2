/* Asks, waits while the daemon is busy, and reads the answer. */
#include "daemon/ctl/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "daemon/ctl/ask.h"
#include "daemon/ctl/print.h"
#include "daemon/ctl/silence.h"

/* Slightly longer than the daemon's own limit, so that its error message arrives. */
#define PATIENCE_MS 75000L
#define BUSY 503
#define BUSY_TIMES 30
#define BUSY_WAIT_MS 1000
#define STATUS_REFUSED 1
#define STATUS_SILENT 3

static enum fetch_end read_answer(const struct answer *answer, struct json **ret, struct buf *why)
{
	struct err err;
	struct json *tree = json_parse(buf_str(&answer->body), &err);
	struct str sentence = json_str_at(tree, "error");

	if (tree != NULL && json_is_object(tree) && answer->status / 100 == 2) {
		*ret = tree;
		return FETCH_DONE;
	}
	if (tree == NULL)
		buf_printf(why, "the answer (status %d) cannot be read: %s", answer->status,
		           err.text);
	else if (sentence.len > 0)
		print_add_text(why, sentence);
	else
		buf_printf(why, "the answer (status %d) is not what was asked for", answer->status);
	json_free(tree);
	return FETCH_REFUSED;
}

enum fetch_end fetch_json(const char *socket, const char *path, size_t most, struct json **ret,
                          struct buf *why, char **ret_place)
{
	struct question question = {.socket = socket,
	                            .path = path,
	                            .patience_ms = PATIENCE_MS,
	                            .most = most,
	                            .ret_place = ret_place};

	for (int times = 1;; times++) {
		struct answer answer = {0};

		if (ask(&question, &answer, why) < 0)
			return FETCH_SILENT;
		if (answer.status != BUSY || times == BUSY_TIMES) {
			enum fetch_end end = read_answer(&answer, ret, why);

			buf_free(&answer.body);
			return end;
		}
		buf_free(&answer.body);
		if (ret_place != NULL) {
			free(*ret_place);
			*ret_place = NULL;
		}
		uv_sleep(BUSY_WAIT_MS);
	}
}

int fetch_explain(enum fetch_end end, const char *command, const struct buf *why)
{
	if (end == FETCH_SILENT) {
		silence_explain(why);
		return STATUS_SILENT;
	}
	fprintf(stderr, "ai-ticketctl: %s: %s\n", command, buf_cstr(why));
	return STATUS_REFUSED;
}

void fetch_add_escaped(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (ascii_is_alnum((char)c) || c == '-' || c == '.' || c == '_' || c == '~')
			buf_putc(out, (char)c);
		else
			buf_printf(out, "%%%02X", c);
	}
}
