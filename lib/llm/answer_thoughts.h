/* Thoughts in a model's answer: what it wrote for itself, before or beside what it answers. A draft
 * in them has the form of an answer, so they are cut before anything is read. */
#ifndef LLM_ANSWER_THOUGHTS_H
#define LLM_ANSWER_THOUGHTS_H

#include "base/str.h"

/* What is known of the marks in one text. */
struct thoughts {
	/* Nothing closes a mark in square brackets: one like [Reasoning] is a heading in prose.
	 * [THINK] never is. */
	bool headings;
	/* There was a heading, or an object that nobody can read before a closing mark: then only
	 * one object that the text ends with is certainly the answer. */
	bool doubtful;
};

/* Looks how `text` uses square brackets. */
struct thoughts answer_thoughts_in(struct str text);
/* Where the answer begins: behind the last mark that ends thoughts nobody opened (chat templates
 * swallow the opening one), behind the mark of gpt-oss's channel "final", and behind blocks at the
 * start. The length of the text when all of it is thought. Marks inside an object that is JSON, or
 * almost, are text. Linear in the text. */
size_t answer_thoughts_end(struct thoughts *thoughts, struct str text);
/* True when a block of thoughts begins at `*at`; it then moves behind the block, which may be the
 * end of the text. */
bool answer_thoughts_skip(struct thoughts *thoughts, struct str text, size_t *at);

#endif
