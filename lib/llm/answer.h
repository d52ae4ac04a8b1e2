/* From the text that a model wrote to an analysis, or a reason why there is none. A label is never
 * outside the lists and never guessed from a truncated object. The accepted forms are those that
 * models were seen to write (fences, prose around, wrong case, synonyms, wrappers, think blocks
 * …). */
#ifndef LLM_ANSWER_H
#define LLM_ANSWER_H

#include "ticket/analysis.h"

#define ANSWER_BYTES_MAX (64 * 1024)

/* Bits: what had to be repaired to read the answer; each is counted as a metric. */
enum answer_repair {
	REPAIR_FENCE = 1 << 0,   /* a code fence was removed */
	REPAIR_PROSE = 1 << 1,   /* text around the object */
	REPAIR_THINK = 1 << 2,   /* thoughts before the object, or a reasoning field */
	REPAIR_SYNTAX = 1 << 3,  /* commas, quotes or control characters were repaired */
	REPAIR_WRAPPER = 1 << 4, /* an array, object or string around the object */
	REPAIR_KEYS = 1 << 5,    /* keys in another spelling, or twice (the last one wins) */
	REPAIR_LABELS = 1 << 6,  /* a label in another case, or a synonym */
	REPAIR_LENGTH = 1 << 7   /* the summary was cut */
};

struct answer {
	struct str summary; /* in the arena; one line, cut to SUMMARY_CHARS_MAX with "..." */
	enum root_cause root_cause;
	enum urgency urgency;
	enum sentiment sentiment;
	unsigned repairs;
	/* The JSON that was read, including its wrapper, as a slice of the content; for the
	 * confidence. Empty after a repair of syntax. */
	struct str json;
};
/* Parses `content`. `reasoning`: it comes from a reasoning field, where the last object counts. 0,
 * or -1 with the reason, which holds no ticket text; *ret is then unchanged. */
int answer_parse(struct str content, bool reasoning, struct arena *arena, struct answer *ret,
                 struct err *err) MUST_CHECK;

#endif
