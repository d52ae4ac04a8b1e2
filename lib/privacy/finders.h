/* All finders of personal data: which of them can find something in a text, and their order.
 * Private to this folder: users include redact.h. */
#ifndef PRIVACY_FINDERS_H
#define PRIVACY_FINDERS_H

#include "privacy/patterns.h"
#include "privacy/scan.h"
#include "privacy/secret.h"

/* What a text contains, so that only finders that can find something are run. */
struct survey {
	size_t digits;
	size_t points;
	size_t colons;
	size_t dashes;
	bool at_sign;
	unsigned readings; /* a bit for each enum reading that may show more than the text */
	unsigned secrets;  /* SECRETS_KEY, SECRETS_LABEL … */
	struct hits hits;  /* where they may be */
};

struct finders {
	struct secrets *secrets;
	struct groups groups;
	struct context_memo memo;
	struct redact_options options;
	struct patterns *patterns;
	bool jit;
};

void finders_init(struct finders *finders, bool jit, uint32_t match_limit);
void finders_free(struct finders *finders);
void finders_set_options(struct finders *finders, const struct redact_options *options);
/* Must be called before another mask is used. */
void finders_forget(struct finders *finders);
/* `hits` keeps the places for the survey. */
struct survey finders_survey(const struct finders *finders, struct str text, struct buf *hits);
/* False when no finder would find anything, but for what was recognised elsewhere. */
bool finders_may_find(const struct finders *finders, const struct survey *found);
/* One round. */
void finders_run(struct finders *finders, const struct survey *found, const struct recall *recall,
                 struct mask *mask);

#endif
