/* Asks the service what is known of each ticket until none is in progress any more. */
#include "daemon/ctl/wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "base/json.h"
#include "daemon/ctl/ask.h"
#include "daemon/ctl/print.h"

#define EVERY_MS 500
#define ASK_PATIENCE_MS 75000L
#define LONGEST_NS (UINT64_C(600) * 1000 * 1000 * 1000)
#define LINE_BYTES_MAX 65536

enum wait_end { WAIT_LONGER, WAIT_WELL, WAIT_FAILED };

/* The newest event of the kind; NULL = none. */
static const struct json *newest_payload(const struct json *tree, struct str kind)
{
	const struct json *newest = NULL;

	for (struct json_each event = json_items(json_at(tree, "events")); json_next(&event);)
		if (str_eq(json_str_at(event.value, "kind"), kind))
			newest = json_at(event.value, "payload");
	return newest;
}

static void add_text_after(struct buf *out, const char *before, struct str text)
{
	if (text.len == 0)
		return;
	buf_puts(out, before);
	print_add_text(out, text);
}

static void add_priority(struct buf *out, const struct json *outcome)
{
	struct str before = json_str_at(outcome, "priority_before"),
	           after = json_str_at(outcome, "priority_after");

	if (after.len == 0 || str_eq(before, after))
		return;
	buf_puts(out, "; priority ");
	add_text_after(out, "", before);
	add_text_after(out, before.len > 0 ? " → " : "", after);
}

/* "done: bug, high, negative; priority normal → high", or "failed: …". */
static void add_outcome(struct buf *out, const struct json *tree, struct str where)
{
	bool shadow = str_eq(where, STR("shadow"));
	const struct json *decision =
	                          newest_payload(tree, shadow ? STR("shadow") : STR("decision")),
	                  *outcome = newest_payload(tree, STR("outcome"));

	if (str_eq(where, STR("done")) || str_eq(where, STR("shown")) || shadow) {
		buf_puts(out, shadow ? "decided in shadow, nothing was written"
		              : str_eq(where, STR("done")) ? "done"
		                                           : "shown by a dry run");
		add_text_after(out, ": ", json_str_at(decision, "root_cause"));
		add_text_after(out, ", ", json_str_at(decision, "urgency"));
		add_text_after(out, ", ", json_str_at(decision, "sentiment"));
		if (!shadow)
			add_priority(out, outcome);
		return;
	}
	if (str_eq(where, STR("nowhere")))
		buf_puts(out, "not found: it does not exist, was deleted, or is not visible to the "
		              "service's user");
	else
		print_add_text(out, where);
	if (str_eq(where, STR("failed")) || str_eq(where, STR("skipped")))
		add_text_after(out, ": ", json_str_at(outcome, "reason"));
}

static void print_line(const char *id, const struct json *tree, struct str where)
{
	struct buf line;

	buf_init(&line, LINE_BYTES_MAX);
	add_outcome(&line, tree, where);
	printf("Ticket %s: %s\n", id, buf_cstr(&line));
	buf_free(&line);
}

static enum wait_end judge(const char *id, const struct answer *answer, bool json)
{
	struct err err;
	struct json *tree = json_parse(buf_str(&answer->body), &err);
	struct str where = json_str_at(tree, "where");
	enum wait_end end = WAIT_WELL;

	if (str_eq(where, STR("requested")) || str_eq(where, STR("in_progress")))
		end = WAIT_LONGER;
	else if (tree == NULL || where.len == 0 || str_eq(where, STR("failed")) ||
	         str_eq(where, STR("nowhere")))
		end = WAIT_FAILED;
	if (end != WAIT_LONGER && json)
		printf("%s\n", buf_cstr(&answer->body));
	else if (end != WAIT_LONGER)
		print_line(id, tree, where);
	json_free(tree);
	return end;
}

static enum wait_end look_at(const char *socket, const char *id, bool json)
{
	struct answer answer = {0};
	struct buf why;
	char *path = xasprintf("/explain/%s", id);
	struct question question = {.socket = socket, .path = path, .patience_ms = ASK_PATIENCE_MS};
	enum wait_end end = WAIT_FAILED;

	buf_init(&why, 8192);
	if (ask(&question, &answer, &why) == 0) {
		end = judge(id, &answer, json);
		buf_free(&answer.body);
	} else {
		fprintf(stderr, "ai-ticketctl: no answer about ticket %s: %s", id, buf_cstr(&why));
	}
	buf_free(&why);
	free(path);
	return end;
}

/* Looks at each ticket that has not ended; returns how many have not. */
static size_t look_at_all(const char *socket, char *const *ids, enum wait_end *ends, size_t count,
                          bool json)
{
	size_t left = 0;

	for (size_t i = 0; i < count; i++) {
		if (ends[i] == WAIT_LONGER)
			ends[i] = look_at(socket, ids[i], json);
		left += ends[i] == WAIT_LONGER;
	}
	(void)fflush(stdout);
	return left;
}

int wait_for_tickets(const char *socket, char *const *ids, size_t count, bool json)
{
	enum wait_end *ends = xcalloc(count, sizeof(*ends));
	uint64_t until = uv_hrtime() + LONGEST_NS;
	int status = 0;

	while (look_at_all(socket, ids, ends, count, json) > 0 && uv_hrtime() < until)
		uv_sleep(EVERY_MS);
	for (size_t i = 0; i < count; i++) {
		if (ends[i] == WAIT_LONGER)
			fprintf(stderr, "ai-ticketctl: ticket %s is still in progress\n", ids[i]);
		if (ends[i] != WAIT_WELL)
			status = -1;
	}
	free(ends);
	return status;
}
