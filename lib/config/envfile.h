/* Env files in their usual forms: KEY=value, export KEY=value, blanks around '=', single and double
 * quotes, escapes in double quotes, trailing comments after a blank, empty lines, CRLF, a BOM. */
#ifndef CONFIG_ENVFILE_H
#define CONFIG_ENVFILE_H

#include "base/buf.h"

#define ENVFILE_BYTES_MAX (256 * 1024)
/* Calls `each` for every assignment, in order; `key` and `value` are valid during the call. Wrong
 * lines are reported to `errors` as "name:line: reason", without the value. Returns the number of
 * wrong lines. */
int envfile_read(const char *name, struct str text,
                 void (*each)(void *arg, int line, struct str key, struct str value), void *arg,
                 struct buf *errors);

#endif
