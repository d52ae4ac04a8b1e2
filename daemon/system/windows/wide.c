/* Converts by the functions of the system. */
#include "daemon/system/windows/wide.h"

#include <stdlib.h>
#include <windows.h>

wchar_t *wide_of(const char *text)
{
	int count = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);

	ENSURE(count > 0);
	wchar_t *wide = xcalloc((size_t)count, sizeof(*wide));
	ENSURE(MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, count) == count);
	return wide;
}

char *wide_to_utf8(const wchar_t *text)
{
	int count = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);

	ENSURE(count > 0);
	char *narrow = xmalloc((size_t)count);
	ENSURE(WideCharToMultiByte(CP_UTF8, 0, text, -1, narrow, count, NULL, NULL) == count);
	return narrow;
}
