/* Ticket texts from templates: what a support team reads, in several languages, long and empty,
 * with HTML, emoji, personal data in many notations, and attempts to manipulate the model. The
 * same seed and id give the same text. */
#ifndef SIM_TEXTS_H
#define SIM_TEXTS_H

#include "base/buf.h"

struct made_text {
	bool no_subject; /* null, not empty */
	struct buf subject;
	struct buf description;
};
/* Makes a text. `planted` is called for each piece of personal data in it. The buffers are filled;
 * the caller frees them. */
void text_make(uint64_t seed, uint64_t id, struct made_text *ret,
               void (*planted)(void *arg, struct str value), void *arg);
/* The words by which a text tells that its author begins to speak. */
#define TEXT_OWN_WORDS "What follows are the words that I have written myself:"
/* Puts them before the description; with `ballast`, also pictures, earlier mails, logs, signatures
 * and the like around both. */
void text_add_ballast(uint64_t seed, uint64_t id, bool ballast, struct made_text *text);
/* Makes a plain description of exactly `bytes` bytes. */
void text_make_sized(uint64_t seed, uint64_t id, size_t bytes, struct made_text *ret);

#endif
