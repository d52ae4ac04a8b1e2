/* Tags: what is there stays, in its order; ours are added once. */
#ifndef TICKET_TAGS_H
#define TICKET_TAGS_H

#include "base/arena.h"
#include "ticket/analysis.h"

#define TAG_BYTES_MAX 60

struct tags {
	struct str *items; /* in an arena */
	size_t count;
};

/* ASCII case ignored, as Zendesk keeps tags in lower case */
bool tags_have(const struct tags *tags, struct str tag);
/* processed_tag, prefix+cause, prefix+urgency, prefix+sentiment, and prefix+"fallback" when
 * analysis->fallback. */
struct tags tags_ours(const struct analysis *analysis, struct str processed_tag, struct str prefix,
                      struct arena *arena);
/* existing, then those of ours that are not among them. The strings are copied into `arena`, here
 * and below. */
struct tags tags_merge(const struct tags *existing, const struct tags *ours, struct arena *arena);
/* Those of ours that `existing` lacks (for the report). */
struct tags tags_missing(const struct tags *existing, const struct tags *ours, struct arena *arena);
struct tags tags_copy(const struct tags *tags, struct arena *arena); /* list and strings */
bool tag_valid(struct str tag);                                      /* [a-z0-9_-]{1,60} */

#endif
