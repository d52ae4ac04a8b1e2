/* Addresses of model services as vendors and people write them: a whole endpoint instead of a base
 * address, a host without the path that its service has, Azure's dated form. Private to
 * lib/config. */
#ifndef CONFIG_ENDPOINT_H
#define CONFIG_ENDPOINT_H

#include "config/url.h"

#define ENDPOINT_CHAT "/chat/completions"

/* Cuts the path of an endpoint, such as /chat/completions, off a base address; with `ollama` all of
 * /api/… and /v1/…, because its own protocol begins at the root. True: there was one. */
bool endpoint_cut(struct url *url, bool ollama);
/* The path of the Chat Completions protocol on this host, when the address has none or only its
 * beginning; NULL: the address has a path of its own. `was_cut`: it was a whole endpoint. On a host
 * that is not known, one that began at the root is kept whole, as ENDPOINT_CHAT: without a path it
 * would mean /v1, and the vendor serves nothing there. */
const char *endpoint_path(const struct url *url, bool was_cut);
/* True for Azure's dated form, /openai/deployments/NAME…?api-version=…, which is not spoken:
 * *ret is then what to do instead, with the address to use. Nothing of the query is in it. */
bool endpoint_is_dated(struct str given, struct buf *ret);

#endif
