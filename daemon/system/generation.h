/* How a reload ended, as a file in the runtime directory: its number grows with every reload, so
 * that who asked for one by signal can wait until the outcome is known (`systemctl reload` does,
 * through ai-ticketd-reload). One line:
 *
 *     7 applied llm.model, log.level
 *     8 refused ai-ticketd.conf:3: llm.model: …
 * */
#ifndef DAEMON_SYSTEM_GENERATION_H
#define DAEMON_SYSTEM_GENERATION_H

#include "base/str.h"

#define GENERATION_WORDS_MAX 400

struct generation {
	uint64_t number; /* 0 = there is none yet */
	bool applied;
	/* a sentence without control characters; may be empty */
	char words[GENERATION_WORDS_MAX + 1];
};

/* Replaces the file in `folder` at once: a reader sees the old line or the new one. `words` are cut
 * and made one line. */
int generation_write(const char *folder, uint64_t number, bool applied, const char *words,
                     struct err *err) MUST_CHECK;
/* An absent file gives number 0. -1 when it cannot be read or is not one of ours. */
int generation_read(const char *folder, struct generation *ret, struct err *err) MUST_CHECK;

#endif
