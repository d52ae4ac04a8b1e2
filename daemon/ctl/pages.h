/* Reads decisions from the daemon page by page, newest first, so that memory does not grow with
 * their number. */
#ifndef DAEMON_CTL_PAGES_H
#define DAEMON_CTL_PAGES_H

#include "daemon/ctl/decision.h"
#include "daemon/ctl/fetch.h"

#define PAGES_ROWS_MAX 200 /* of one page, as the daemon allows */

struct pages {
	const char *socket;
	int64_t since, until; /* wall, ms; -1 = no bound */
	struct buf cursor;    /* of the next page */
	uint64_t rows;        /* read so far */
	int64_t last_at;      /* of the last row */
	uint64_t same_at;     /* rows that have it */
	bool over;            /* there is no next page */
};

void pages_init(struct pages *pages, const char *socket, int64_t since, int64_t until);
void pages_free(struct pages *pages);
/* Asks for the next page of at most `most` rows and checks it: types, order, bounds, and that pages
 * come to an end. FETCH_DONE: `*ret` is its array of rows and belongs to `*ret_tree`, which is to
 * be freed with json_free(). Not to be called when it is over. */
enum fetch_end pages_next(struct pages *pages, size_t most, struct json **ret_tree,
                          const struct json **ret, struct buf *why) MUST_CHECK;

#endif
