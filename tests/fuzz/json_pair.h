/* Compares how two libraries read one document: the one behind base/json.h, and jansson. */
#ifndef TEST_JSON_PAIR_H
#define TEST_JSON_PAIR_H

#include "base/buf.h"
#include "base/json_value.h"

/* Parses the text with both, strictly or leniently. Ends the process when their verdicts, their
 * words for an error, or their trees differ. True when the document was accepted. */
bool json_pair_compare(struct str text, bool lenient);

/* Appends the whole tree in a form that shows each difference; `false` when it is refused, with
 * the reason. */
bool json_pair_ours(struct str text, bool lenient, struct buf *tree, struct err *err);
bool json_pair_jansson(struct str text, bool lenient, struct buf *tree, struct err *err);

#endif
