/* The parameters after the "?" of a path: "from=1&outcome=done". Strict: a parameter that is not
 * known, comes twice, has no value or a wrong one is refused with a sentence that names it and says
 * what would be right, so that a typing error never looks like an answer. Does no I/O.
 *
 *     static const char *const names[] = {"from", "outcome", NULL};
 *     struct query query;
 *     if (query_parse(request->query, names, &query, &err) < 0 ||
 *         query_int(&query, "from", 0, QUERY_TIME_MAX, 0, &from, &err) < 0)
 *             return view_refuse(out, 400, err.text); */
#ifndef DAEMON_CONTROL_QUERY_H
#define DAEMON_CONTROL_QUERY_H

#include "base/buf.h"

#define QUERY_PARAMETERS_MAX 16
#define QUERY_VALUE_MAX 200              /* bytes of a decoded value */
#define QUERY_TIME_MAX 253402300799999LL /* wall ms: the end of the year 9999 */

struct query {
	size_t count;
	struct {
		const char *name; /* of the list of names */
		char value[QUERY_VALUE_MAX + 1];
	} given[QUERY_PARAMETERS_MAX];
};

/* Reads `text` (what follows the "?"; empty = nothing was asked for). Values are percent-decoded, a
 * plus sign is a blank; they are UTF-8 without control characters. `names`: those that are known,
 * at most QUERY_PARAMETERS_MAX, then NULL; they are borrowed as long as the query lives. 0, or -1
 * with a sentence. */
int query_parse(struct str text, const char *const names[], struct query *ret,
                struct err *err) MUST_CHECK;
/* For paths without parameters: 0 when `text` is empty, or -1 with a sentence. */
int query_none(struct str text, struct err *err) MUST_CHECK;

/* The value; data == NULL when it was not given. Valid as long as the query. */
struct str query_value(const struct query *query, const char *name);
/* A whole number between `least` and `most`; `otherwise` when it was not given. */
int query_int(const struct query *query, const char *name, int64_t least, int64_t most,
              int64_t otherwise, int64_t *ret, struct err *err) MUST_CHECK;
/* The index of one of `words` (NULL ends them), or -1 when it was not given. */
int query_word(const struct query *query, const char *name, const char *const words[], int *ret,
               struct err *err) MUST_CHECK;

#endif
