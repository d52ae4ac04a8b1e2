/* The analysis of a ticket by a model or by rules: four fields, three of them labels from closed
 * lists. */
#ifndef TICKET_ANALYSIS_H
#define TICKET_ANALYSIS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

enum root_cause { CAUSE_BUG, CAUSE_FEATURE, CAUSE_REFUND, CAUSE_OTHER, CAUSE_COUNT };
enum urgency { URGENCY_HIGH, URGENCY_MEDIUM, URGENCY_LOW, URGENCY_COUNT };
enum sentiment { SENTIMENT_POSITIVE, SENTIMENT_NEUTRAL, SENTIMENT_NEGATIVE, SENTIMENT_COUNT };

const char *root_cause_name(enum root_cause cause); /* "bug" … */
const char *urgency_name(enum urgency urgency);
const char *sentiment_name(enum sentiment sentiment);
/* Parses an exact name: 0, or -1. (llm/labels.h knows synonyms.) */
int root_cause_parse(struct str text, enum root_cause *ret) MUST_CHECK;
int urgency_parse(struct str text, enum urgency *ret) MUST_CHECK;
int sentiment_parse(struct str text, enum sentiment *ret) MUST_CHECK;

/* Probability of the chosen label among the allowed ones, 0..1; `…_known` is false when the server
 * gave no numbers. */
struct confidence {
	bool root_cause_known, urgency_known, sentiment_known;
	double root_cause, urgency, sentiment;
};

#define SUMMARY_CHARS_MAX 200

/* The function that fills an analysis in says in which arena its strings live. */
struct analysis {
	struct str summary; /* one line, at most SUMMARY_CHARS_MAX characters, redacted */
	enum root_cause root_cause;
	enum urgency urgency;
	enum sentiment sentiment;
	struct str model; /* as requested: "gpt-4o-mini", "llama3.1:8b", "fallback-rules" */
	/* what the server's name adds to it: "2024-07-18"; empty when nothing */
	struct str model_version;
	/* "v3.0": a word of letters, digits and dots; by rules: the one that is configured */
	struct str prompt_version;
	int64_t tokens_prompt;
	int64_t tokens_answer;
	int64_t tickets; /* that shared the request which was answered; 0 = it was alone */
	struct confidence confidence;
	bool by_rules;     /* decided by rules */
	bool fallback;     /* decided by rules although a model was configured: tag ai_fallback */
	bool cached;       /* the answer that a model gave for another ticket with the same text */
	msec decided_wall; /* the Timestamp line of the note; whole seconds */
	msec model_ms;     /* duration of the successful model call */
};

/* A short word for the labels that an analysis chooses from: another one when the lists differ. */
#define ANALYSIS_TAXONOMY_SIZE 9
void analysis_taxonomy(char ret[ANALYSIS_TAXONOMY_SIZE]);
/* Writes {"root_cause":0.93,…}: the known ones only, with four decimals. */
void confidence_write(struct buf *out, const struct confidence *confidence);
/* Tokens of prompt and answer together; never negative. */
int64_t analysis_tokens(const struct analysis *analysis);
/* Copies the analysis, with its strings into `arena`. */
void analysis_copy(struct analysis *to, const struct analysis *from, struct arena *arena);

#endif
