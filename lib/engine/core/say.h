/* What the engine tells people: lines of the log, and alerts. Both leave as effects, so they may be
 * used only during a step. */
#ifndef ENGINE_CORE_SAY_H
#define ENGINE_CORE_SAY_H

#include "config/config.h"
#include "observe/alert.h"

struct engine;

/* A line of the log, if log.level includes it. `ticket_id`: the ticket it is about; 0 = none. */
void say(struct engine *engine, enum log_level level, uint64_t ticket_id, const char *format, ...)
        PRINTF_LIKE(4, 5);
/* Begins an alert, which lasts until say_alert_over(). `ticket_id` is part of the alert's key; 0 =
 * about no ticket. */
void say_alert(struct engine *engine, enum alert_kind kind, uint64_t ticket_id, const char *format,
               ...) PRINTF_LIKE(4, 5);
/* Ends the alert of this kind that is about no ticket; silent when none lasts. */
void say_alert_over(struct engine *engine, enum alert_kind kind, const char *format, ...)
        PRINTF_LIKE(3, 4);

#endif
