/* Foreign text made plain before anybody else sees it: normalised, redacted, then cut: in this
 * order, so that a cut never leaves half a value behind that no pattern recognises. */
#ifndef ENGINE_CORE_PLAIN_H
#define ENGINE_CORE_PLAIN_H

#include "base/arena.h"
#include "base/http.h"

struct engine;

/* Of a ticket, for a model. */
struct str plain_text(struct engine *engine, struct str raw, size_t bytes_max, struct arena *arena);
/* Of a model, for the records: redacted whatever the configuration says. */
struct str plain_words(struct engine *engine, struct str raw, size_t bytes_max,
                       struct arena *arena);
/* What had passed without redaction so far. */
struct str plain_redacted(struct engine *engine, struct str text, struct arena *arena);
struct str plain_hash(struct str subject, struct str description, struct arena *arena);
/* Foreign words that will be logged may quote a ticket: they pass redaction first. */
void plain_redact_words(struct engine *engine, char *text, size_t size);
/* … those about a reply. Where none came they are the client's own, and the addresses in them those
 * of our configuration. */
void plain_redact_answer(struct engine *engine, const struct http_reply *reply, char *text,
                         size_t size);

#endif
