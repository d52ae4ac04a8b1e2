/* What is remembered of tickets, held or not: so that a search that lags minutes behind cannot
 * bring anything back twice, and nothing that is to come back is forgotten. One 64-bit word a
 * ticket in a map (16 bytes a slot, at most 3/4 full); it grows with the number of tickets ever met
 * and never shrinks, which is what "no second note ever" costs. */
#ifndef ENGINE_CORE_KNOWN_H
#define ENGINE_CORE_KNOWN_H

#include "base/clock.h"
#include "base/map.h"

enum known_kind {
	KNOWN_NOT,  /* never met, or nothing that matters */
	KNOWN_HELD, /* on its way in this process */
	KNOWN_DONE, /* when: Date of the verdict, wall; 0 = not told */
	/* has our note, and a person took our tag away: for good; when: updated_at */
	KNOWN_UNTAGGED,
	KNOWN_SKIPPED, /* when: updated_at of the last read, wall; a later one brings it back */
	/* when: monotonic instant of its return; returns: how often it came back so far */
	KNOWN_FAILED,
	KNOWN_DRY /* shown by a dry run; when: updated_at of the read */
};

struct known {
	enum known_kind kind;
	bool this_run;    /* told by this run, not by records of an earlier one */
	unsigned returns; /* cut to KNOWN_RETURNS_MAX */
	msec when;        /* cut to 0 … KNOWN_WHEN_MAX */
};
#define KNOWN_RETURNS_MAX 255u
#define KNOWN_WHEN_MAX (((msec)1 << 51) - 1)

/* As one word, which is never 0 and below 2^63. Records keep it: its form and the numbers of the
 * kinds do not change. */
uint64_t known_pack(struct known known);
struct known known_unpack(uint64_t word);

struct known known_get(const struct map *map, uint64_t id); /* KNOWN_NOT when absent */
void known_put(struct map *map, uint64_t id, struct known known);
void known_forget(struct map *map, uint64_t id);

#endif
