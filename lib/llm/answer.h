/* From the text a model wrote to an analysis, or a reason why not. Never a label outside the lists, never labels repaired out of
 * a truncated object. Source of the forms accepted: what models were seen to write (fences, prose around, wrong case, synonyms,
 * wrappers, think blocks …). */
#ifndef LLM_ANSWER_H
#define LLM_ANSWER_H

#include "ticket/analysis.h"

#define ANSWER_BYTES_MAX (64 * 1024)

enum answer_repair { /* bits: what had to be done to read it; counted as a metric */
	             REPAIR_FENCE = 1 << 0,
	             REPAIR_PROSE = 1 << 1,
	             REPAIR_THINK = 1 << 2,
	             REPAIR_SYNTAX = 1 << 3,
	             REPAIR_WRAPPER = 1 << 4,
	             REPAIR_KEYS = 1 << 5,
	             REPAIR_LABELS = 1 << 6,
	             REPAIR_LENGTH = 1 << 7
};

struct answer {
	struct str summary; /* in the arena; one line, cut to SUMMARY_CHARS_MAX with "..." */
	enum root_cause root_cause;
	enum urgency urgency;
	enum sentiment sentiment;
	unsigned repairs;
	struct str
	        json; /* the object that was read, a slice of the content; for confidence. Empty after syntax repairs */
};
/* `reasoning`: the text comes from a reasoning field: the last object wins. 0, or -1 with the reason (no ticket text in it). */
int answer_parse(struct str content, bool reasoning, struct arena *arena, struct answer *ret,
                 struct err *err) MUST_CHECK;

#endif
