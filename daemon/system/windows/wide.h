/* Text for Windows, which wants UTF-16; everything else here is UTF-8. */
#ifndef DAEMON_SYSTEM_WINDOWS_WIDE_H
#define DAEMON_SYSTEM_WINDOWS_WIDE_H

#include <wchar.h>

#include "base/base.h"

/* To be freed. Bytes that are no UTF-8, and lone surrogates, become U+FFFD. */
wchar_t *wide_of(const char *text) MUST_CHECK;
char *wide_to_utf8(const wchar_t *text) MUST_CHECK;

#endif
