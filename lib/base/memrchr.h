/* memrchr() as the C libraries of Linux and the BSDs have it; those of Windows and macOS do not, so
 * for Windows lib/base/windows has one. */
#ifndef BASE_MEMRCHR_H
#define BASE_MEMRCHR_H

#include <stddef.h>

/* Where the byte stands last; NULL when nowhere. */
void *memrchr(const void *bytes, int wanted, size_t len);

#endif
