/* Tags: those that are there stay, in their order; ours are added once. */
#ifndef TICKET_TAGS_H
#define TICKET_TAGS_H

#include "base/arena.h"
#include "ticket/analysis.h"

#define TAG_BYTES_MAX 60

struct tags {
	struct str *items; /* in an arena */
	size_t count;
};

/* Ignores ASCII case, since Zendesk keeps tags in lower case. */
bool tags_have(const struct tags *tags, struct str tag);
/* Our tags: processed_tag, prefix+cause, prefix+urgency, prefix+sentiment, and prefix+"fallback"
 * when analysis->fallback. The list and its strings are in `arena`. */
struct tags tags_ours(const struct analysis *analysis, struct str processed_tag, struct str prefix,
                      struct arena *arena);
/* The existing tags, then those of ours that are not among them. List and strings are copied into
 * `arena`, here and below. */
struct tags tags_merge(const struct tags *existing, const struct tags *ours, struct arena *arena);
/* Those of ours that `existing` lacks, for the outcome. */
struct tags tags_missing(const struct tags *existing, const struct tags *ours, struct arena *arena);
struct tags tags_copy(const struct tags *tags, struct arena *arena);
bool tag_valid(struct str tag); /* [a-z0-9_-]{1,60} */

/* Adds the member `key`, a list of strings, to the JSON object that `json` ends with. */
void tags_add_member(struct buf *json, const char *key, const struct tags *tags);

#endif
