/* Looks for the first byte of the needle, which memchr() does fast, and compares there. */
#include "base/memmem.h"

#include <stdint.h>
#include <string.h>

void *memmem(const void *haystack, size_t haystack_len, const void *needle, size_t needle_len)
{
	const char *at = haystack, *first = needle;

	while (haystack_len >= needle_len) {
		const char *found = memchr(at, first[0], haystack_len - needle_len + 1);

		if (found == NULL)
			return NULL;
		if (memcmp(found, needle, needle_len) == 0)
			return (void *)(uintptr_t)found;
		haystack_len -= (size_t)(found + 1 - at);
		at = found + 1;
	}
	return NULL;
}
