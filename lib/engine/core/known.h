/* What is remembered of every ticket ever met, so that a search index that lags minutes behind
 * cannot bring a finished ticket back, and no ticket that must come back is forgotten. One 64-bit
 * word per ticket in a map (base/map.h: 20 to 26 bytes a ticket); it grows with the number of
 * tickets ever met and never shrinks, which is the price of never writing a second note. */
#ifndef ENGINE_CORE_KNOWN_H
#define ENGINE_CORE_KNOWN_H

#include "base/clock.h"
#include "base/map.h"

enum known_kind {
	KNOWN_NOT,  /* never met, or nothing about it matters */
	KNOWN_HELD, /* in progress in this process */
	KNOWN_DONE, /* `when`: wall, Date of the answer that ended it; 0 = not known */
	/* has our note, and a person removed our tag: never touched again; `when`: updated_at */
	KNOWN_UNTAGGED,
	/* `when`: wall, updated_at of the last read; a later updated_at brings it back */
	KNOWN_SKIPPED,
	/* `when`: monotonic instant of the next try; `returns`: how often it has failed so far */
	KNOWN_FAILED,
	KNOWN_DRY,   /* shown by a dry run; `when`: updated_at of the read */
	KNOWN_SHADOW /* decided in shadow (shadow.h), in this run; never stored */
};

struct known {
	enum known_kind kind;
	bool this_run;    /* learned in this run, not from records of an earlier one */
	unsigned returns; /* cut to KNOWN_RETURNS_MAX */
	msec when;        /* cut to 0 … KNOWN_WHEN_MAX */
};
#define KNOWN_RETURNS_MAX 255u
#define KNOWN_WHEN_MAX (((msec)1 << 51) - 1)

/* Packs it into one word, which is never 0 and below 2^63. Records store the word: neither its
 * layout nor the numbers of the kinds may change. */
uint64_t known_pack(struct known known);
struct known known_unpack(uint64_t word);

/* The kind is KNOWN_NOT when the map does not have the id. */
struct known known_get(const struct map *map, uint64_t id);
void known_put(struct map *map, uint64_t id, struct known known);
void known_forget(struct map *map, uint64_t id);

#endif
