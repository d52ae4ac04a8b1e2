/* Looks byte by byte, from the end. */
#include "base/memrchr.h"

#include <stdint.h>

void *memrchr(const void *bytes, int wanted, size_t len)
{
	const unsigned char *first = bytes;

	while (len > 0)
		if (first[--len] == (unsigned char)wanted)
			return (void *)(uintptr_t)&first[len];
	return NULL;
}
