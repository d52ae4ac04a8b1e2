/* The words of alerts, made of the table of rules: a sentence with the number, the threshold and
 * what to do. They end as one paragraph without control characters, cut to its size. */
#ifndef OBSERVE_ALERT_WORDS_H
#define OBSERVE_ALERT_WORDS_H

#include "observe/alert_state.h"

/* "98.1 %", "15 s", "$0.0021", "1,204", "200 MiB": without a unit, nothing. */
void alert_words_value(enum alert_unit unit, double value, struct buf *out);
/* What people are told: title and text are new and the caller's. `lasted`: of one that is over. */
void alert_words_tell(enum alert_rule rule, enum alert_change change,
                      const struct alert_reading *reading, msec lasted, struct alert_told *ret);
/* Appends `text` without control characters, marks of writing direction and line breaks (each
 * becomes a blank), at most `bytes` bytes; what is cut ends in "…". */
void alert_words_clean(struct str text, size_t bytes, struct buf *out);

#endif
