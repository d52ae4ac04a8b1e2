/* How each kind of record is told to people: its headline, and a line for each member. */
#ifndef DAEMON_CTL_EXPLAIN_KINDS_H
#define DAEMON_CTL_EXPLAIN_KINDS_H

#include "base/buf.h"
#include "base/json.h"

/* How a value is shown. SHAPE_ALWAYS: an empty value is shown too, as "none". */
enum shape {
	SHAPE_PLAIN,
	SHAPE_ALWAYS,
	SHAPE_SPAN,
	SHAPE_WALL,
	SHAPE_CONFIDENT,
	SHAPE_HASH,
	SHAPE_SIZES,
	SHAPE_TOKENS, /* with "~" when they are partly estimated */
	SHAPE_IF_TRUE /* nothing when it is false */
};

/* How one member of a payload is shown; `words` == NULL: it is not, because the headline says it
 * or it is of no use to a person. */
struct line {
	const char *member;
	const char *words;
	enum shape shape;
};

struct kind {
	const char *name;
	void (*headline)(struct buf *out, const struct json *payload);
	const struct line *lines;
	size_t line_count;
};

/* NULL: a kind that this version does not know. */
const struct kind *explain_kind(struct str name);
/* The member is there and true. */
bool explain_is_set(const struct json *payload, const char *member);
/* Adds the member's text without control characters; `otherwise` when it has none. */
void explain_add_string(struct buf *out, const struct json *payload, const char *member,
                        const char *otherwise);

#endif
