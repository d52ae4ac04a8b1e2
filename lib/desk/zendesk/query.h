/* The query of a search: new and open tickets without our tag, zendesk.query, and a slice of what
 * these find.
 *
 * What Zendesk's search language says:
 * https://support.zendesk.com/hc/en-us/articles/4408886879258
 * Terms of different keywords are joined by "and", a minus excludes, comparisons of one keyword
 * form a range. Clients use the same keyword twice with a colon as "either … or", so a slice never
 * adds such a term to one that zendesk.query has: it would widen what the administrator
 * narrowed. */
#ifndef DESK_ZENDESK_QUERY_H
#define DESK_ZENDESK_QUERY_H

#include "base/buf.h"
#include "config/config.h"
#include "desk/desk.h"

/* The priorities that tickets found by zendesk.query can have, a bit (1 << enum priority) each;
 * none when they cannot be searched for one by one, because zendesk.query compares priorities. */
unsigned zd_query_priorities(const struct config *config);
/* Whether slices may be bounded by created_at: not when zendesk.query has a term "created:". */
bool zd_query_has_windows(const struct config *config);
/* Whether a slice may be bounded by updated_at: not when zendesk.query has a term "updated:". */
bool zd_query_has_changes(const struct config *config);
/* Appends the query, not escaped. `type` comes first ("type:ticket " or ""). The slice must be one
 * that the functions above allow. */
void zd_query_add(const struct config *config, const char *type, const struct desk_slice *slice,
                  struct buf *out);
/* The queries of zd_request_changed() and zd_request_solved(). Of zendesk.query they leave out the
 * terms that a ticket no longer meets once agents have worked on it: status, priority, tags, and
 * those about times other than created. */
void zd_query_add_changed(const struct config *config, msec since, struct buf *out);
void zd_query_add_solved(const struct config *config, msec until, struct buf *out);

#endif
