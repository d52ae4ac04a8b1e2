/* Foreign text made plain before anything else uses it: normalised, then redacted, then cut, in
 * this order, so that a cut never leaves half a value behind that no pattern recognises. */
#ifndef ENGINE_CORE_PLAIN_H
#define ENGINE_CORE_PLAIN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/http.h"
#include "desk/desk.h"
#include "ticket/ballast.h"

struct engine;

/* Raise it with each change to how a text is made plain (privacy/normalise.h, privacy/decode.h,
 * privacy/redact.h, ticket/ballast.h): answers about texts of before are not reused then. */
#define PLAIN_VERSION 1

/* Gives the redactor what the configuration says. */
void plain_set_options(struct engine *engine);
/* `known`, here and below: the values that were recognised in the same ticket (redact.h); they are
 * taken out too, and new ones are added. NULL: the text is of no ticket.
 *
 * A ticket's text for a model, redacted if privacy.redact says so. At most `bytes_max` bytes,
 * allocated in `arena`. */
struct str plain_text(struct engine *engine, struct str raw, size_t bytes_max, struct buf *known,
                      struct arena *arena);
/* The same for a ticket's description, without what is no word of its author (ticket/ballast.h), so
 * that the bound is spent on words. Adds to `left_out`, the bytes beyond the bound included. */
struct str plain_description(struct engine *engine, const struct desk_ticket *read,
                             size_t bytes_max, struct ballast *left_out, struct buf *known,
                             struct arena *arena);
/* Subject and description of a ticket as a model gets them. What the description shows goes
 * from the subject too. */
struct plain_parts {
	struct str subject, description;
	struct ballast left_out; /* of the description */
};
void plain_parts(struct engine *engine, const struct desk_ticket *read, struct plain_parts *ret,
                 struct buf *known, struct arena *arena);
/* A model's own words for the records; redacted whatever the configuration says. */
struct str plain_words(struct engine *engine, struct str raw, size_t bytes_max, struct buf *known,
                       struct arena *arena);
/* Redacts a text that was made plain while redaction was off, or before `known` was complete. */
struct str plain_redacted(struct engine *engine, struct str text, struct buf *known,
                          struct arena *arena);
/* The part of a description that is sent after a model called all of it too long. */
struct str plain_shortened(struct str description);
/* SHA-256 of subject, newline and description, in hexadecimal. */
struct str plain_hash(struct str subject, struct str description, struct arena *arena);
/* Redacts, in place, a foreign message that will be logged and may quote a ticket; `size` is that
 * of the buffer. */
void plain_redact_words(struct engine *engine, struct buf *known, char *text, size_t size);
/* Redacts a message about a reply, in place. When no reply came, the message is the client's own
 * and the addresses in it are those of our configuration; that of a redirect holds nothing of its
 * body, and the host it names is the one useful word. Both stay as they are. */
void plain_redact_answer(struct engine *engine, const struct http_reply *reply, struct buf *known,
                         char *text, size_t size);

#endif
