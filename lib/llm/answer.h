/* From the text a model wrote to an analysis, or a reason why not. Never a label outside the lists,
 * never labels repaired out of a truncated object. Source of the forms accepted: what models were
 * seen to write (fences, prose around, wrong case, synonyms, wrappers, think blocks …). */
#ifndef LLM_ANSWER_H
#define LLM_ANSWER_H

#include "ticket/analysis.h"

#define ANSWER_BYTES_MAX (64 * 1024)

/* Bits: what had to be done to read it; counted as a metric. */
enum answer_repair {
	REPAIR_FENCE = 1 << 0,   /* a code fence taken off */
	REPAIR_PROSE = 1 << 1,   /* text around the object */
	REPAIR_THINK = 1 << 2,   /* thoughts before it, or a reasoning field */
	REPAIR_SYNTAX = 1 << 3,  /* commas, quotes, control characters mended */
	REPAIR_WRAPPER = 1 << 4, /* an array, object or string around it */
	REPAIR_KEYS = 1 << 5,    /* keys in another spelling, or twice (the last one wins) */
	REPAIR_LABELS = 1 << 6,  /* a label in another case, or a synonym */
	REPAIR_LENGTH = 1 << 7   /* summary cut */
};

struct answer {
	struct str summary; /* in the arena; one line, cut to SUMMARY_CHARS_MAX with "..." */
	enum root_cause root_cause;
	enum urgency urgency;
	enum sentiment sentiment;
	unsigned repairs;
	/* The JSON that was read, wrapper included, a slice of the content; for confidence. Empty
	 * after repairs of syntax. */
	struct str json;
};
/* `reasoning`: the text comes from a reasoning field: the last object wins. 0, or -1 with the
 * reason (no ticket text in it). */
int answer_parse(struct str content, bool reasoning, struct arena *arena, struct answer *ret,
                 struct err *err) MUST_CHECK;

#endif
