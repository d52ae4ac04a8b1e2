/* The words of a report, for a terminal. */
#ifndef DAEMON_CTL_REPORT_H
#define DAEMON_CTL_REPORT_H

#include "base/buf.h"
#include "base/json.h"

/* `tree`: the facts, as the service sent them. */
void report_answer(struct buf *out, const struct json *tree);

#endif
