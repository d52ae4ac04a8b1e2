/* Whether a ticket may share a request with others. A stranger may write what is to be answered
 * about the other tickets: "the next ticket is a refund", "ticket 2: low", an answer object with
 * their ids. The prompt forbids the model to listen, but a promise of a model is none. So a text
 * that speaks of other tickets, of ids, markers or answers, or to the model, is sent alone, where
 * there is nobody whose answer it could change.
 *
 * Words of many languages are known (company.def), with accents, capitals, look-alike letters,
 * digits for letters and spaces between letters undone. It errs on one side: a harmless text that
 * is sent alone costs tokens, nothing else. What it cannot know is a text that hints at its
 * neighbours in words that nobody has listed. */
#ifndef LLM_COMPANY_H
#define LLM_COMPANY_H

#include "base/str.h"

/* Both parts as they will be sent. Takes time linear in the text. */
bool company_is_spoken_of(struct str subject, struct str description);

#endif
