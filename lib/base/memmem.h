/* memmem() as the C libraries of Linux, macOS and the BSDs have it; that of Windows does not, so
 * there lib/base/windows has one. */
#ifndef BASE_MEMMEM_H
#define BASE_MEMMEM_H

#include <stddef.h>

/* Where the needle, which is not empty, first stands in the haystack; NULL when nowhere. */
void *memmem(const void *haystack, size_t haystack_len, const void *needle, size_t needle_len);

#endif
