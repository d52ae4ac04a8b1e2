/* What the judgements about both services share. Private to lib/contact. */
#ifndef CONTACT_PARTS_H
#define CONTACT_PARTS_H

#include "contact/contact.h"

/* Sets the judgement; the text is cut to what fits. */
void contact_set(struct contact *ret, enum contact_step step, enum contact_verdict verdict,
                 const char *format, ...) PRINTF_LIKE(4, 5);
/* Appends to its text. */
void contact_add(struct contact *ret, const char *format, ...) PRINTF_LIKE(2, 3);
/* Appends what to do about a secret here, as a sentence. */
void contact_add_remedy(struct contact *ret, const struct contact_asker *asker, const char *secret);
/* Appends that the service asks again by itself, how often, and when next; nothing in a run. */
void contact_add_next(struct contact *ret, const struct contact_asker *asker);
/* What follows the first ": " of a message, without a full stop at its end; all of it when there is
 * none. */
struct str contact_detail(const char *message);
/* The host of a URL, with its port. */
struct str contact_host(const char *url);
/* There is no host of that name. `message`: the client's, which names the host; `option`: the one
 * that the address comes from, and its value. */
void contact_no_host(struct contact *ret, const struct contact_asker *asker, const char *message,
                     const char *url, const char *option, const char *value);
/* No secure connection to `who`, at the host of the URL. */
void contact_no_tls(struct contact *ret, const char *who, const char *url, const char *message);

#endif
