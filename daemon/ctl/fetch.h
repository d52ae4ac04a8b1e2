/* One question to the daemon whose answer is a JSON object. Blocks. */
#ifndef DAEMON_CTL_FETCH_H
#define DAEMON_CTL_FETCH_H

#include "base/json.h"

#define FETCH_WHY_MAX (64 * 1024)

enum fetch_end {
	FETCH_DONE,
	FETCH_REFUSED, /* an error as answer, or an answer that is not what was asked for */
	FETCH_SILENT   /* nobody answered */
};

/* GET of `path`, which may have a query. `socket`: NULL = the default paths. `most`: bytes of the
 * answer; a larger one is none. While the daemon is busy (503) it is asked again each second, for
 * half a minute. FETCH_DONE: `*ret` is an object, to be freed with json_free(). Otherwise `why`
 * gets the reason: a sentence, or after FETCH_SILENT the lines of ask(). `ret_place` as in struct
 * question. */
enum fetch_end fetch_json(const char *socket, const char *path, size_t most, struct json **ret,
                          struct buf *why, char **ret_place) MUST_CHECK;
/* Prints the reason to standard error; `command` begins a refusal. Returns the exit status. */
int fetch_explain(enum fetch_end end, const char *command, const struct buf *why);
/* Appends a text of the daemon as it may be sent back in a query: bytes that have a meaning there
 * become %XX. */
void fetch_add_escaped(struct buf *out, struct str text);

#endif
