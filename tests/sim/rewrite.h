/* Objects of JSON written anew with a member less or another one: documents themselves are never
 * changed. */
#ifndef SIM_REWRITE_H
#define SIM_REWRITE_H

#include "base/json.h"

struct rewrite {
	const char *without[2]; /* members that are left out; NULL = none */
	const char *key;        /* the member that is set; NULL = none */
	const char *value;      /* its JSON */
};
/* Appends the object with its changes. */
void rewrite_object(struct buf *out, const struct json *object, const struct rewrite *rewrite);
/* Appends the list with each of its objects changed. */
void rewrite_list(struct buf *out, const struct json *list, const struct rewrite *rewrite);

#endif
