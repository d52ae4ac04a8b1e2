/* Setting the reason of a failure, cut to its size but never within a character. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

int err_set(struct err *err, const char *format, ...)
{
	if (!err)
		return -1;
	/* One character longer than what is kept, so that the cut can tell whether it is within a
	 * character. */
	char text[sizeof(err->text) + 4];
	va_list args;
	va_start(args, format);
	if (vsnprintf(text, sizeof(text), format, args) < 0)
		text[0] = '\0';
	va_end(args);
	struct str kept = utf8_cut(str_of(text), sizeof(err->text) - 1);
	memcpy(err->text, kept.data, kept.len);
	err->text[kept.len] = '\0';
	return -1;
}
