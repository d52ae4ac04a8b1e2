/* What the engine tells people: lines for the log, and alerts. */
#ifndef ENGINE_CORE_SAY_H
#define ENGINE_CORE_SAY_H

#include "config/config.h"
#include "observe/alert.h"

struct engine;

/* A line of the log, if its level is wanted. `ticket_id`: whom it is about; 0 = none. */
void say(struct engine *engine, enum log_level level, uint64_t ticket_id, const char *format, ...)
        PRINTF_LIKE(4, 5);
/* A person must know; and hears when it is over. `ticket_id`: as above, a part of the alert's
 * key. */
void say_alert(struct engine *engine, enum alert_kind kind, uint64_t ticket_id, const char *format,
               ...) PRINTF_LIKE(4, 5);
void say_alert_over(struct engine *engine, enum alert_kind kind, const char *format, ...)
        PRINTF_LIKE(3, 4);

#endif
