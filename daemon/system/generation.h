/* Records the outcome of a reload in a file in the runtime directory. Its number grows with every
 * reload, so that a program that sent SIGHUP can wait for the outcome (`systemctl reload` does, by
 * ai-ticketd-reload). The file has one line:
 *
 *     7 applied llm.model, log.level
 *     8 refused ai-ticketd.conf:3: llm.model: … */
#ifndef DAEMON_SYSTEM_GENERATION_H
#define DAEMON_SYSTEM_GENERATION_H

#include "base/str.h"

#define GENERATION_WORDS_MAX 400

struct generation {
	uint64_t number; /* 0 = there was no reload yet */
	bool applied;
	/* a sentence without control characters; may be empty */
	char words[GENERATION_WORDS_MAX + 1];
};

/* Replaces the file in `folder` in one step: a reader sees the old line or the new one. `words`
 * are cut and made one line. -1 with a reason. */
int generation_write(const char *folder, uint64_t number, bool applied, const char *words,
                     struct err *err) MUST_CHECK;
/* Reads the file in `folder`; number 0 when there is none. -1 with a reason when it cannot be read
 * or is not one of ours. */
int generation_read(const char *folder, struct generation *ret, struct err *err) MUST_CHECK;

#endif
