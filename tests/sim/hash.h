/* A hash for decisions of the world that depend on the bytes of something and are the same in
 * every run. */
#ifndef SIM_HASH_H
#define SIM_HASH_H

#include <stddef.h>
#include <stdint.h>

/* FNV-1a with a final mix: every bit of the input moves every bit of the output. */
static inline uint64_t hash_bytes(const void *data, size_t len, uint64_t seed)
{
	const unsigned char *bytes = data;
	uint64_t hash = UINT64_C(0xCBF29CE484222325) ^ seed;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(0x100000001B3);
	for (int round = 0; round < 2; round++)
		hash = (hash ^ hash >> 32) * UINT64_C(0xD6E8FEB86659FD93);
	return hash ^ hash >> 32;
}

#endif
