/* The lines that the doctor prints: a mark, what was looked at, and what was found. */
#ifndef DAEMON_DOCTOR_LINES_H
#define DAEMON_DOCTOR_LINES_H

#include "base/buf.h"

enum line_mark { LINE_OK, LINE_LOOK, LINE_WRONG };

/* Prints a line, with control characters replaced. `what`: such as "Zendesk sign-in". */
void lines_add(enum line_mark mark, const char *what, const char *format, ...) PRINTF_LIKE(3, 4);
/* The same for each line of a text, without its line breaks. */
void lines_add_each(enum line_mark mark, const char *what, struct str text);
/* The worst mark so far. */
enum line_mark lines_worst(void);

#endif
