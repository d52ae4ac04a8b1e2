/* Packs and unpacks classes: outcome, root cause, urgency, sentiment of three bits each, and who
 * decided of two. */
#include "daemon/store/sqlite/class.h"

#include <string.h>

enum ended { ENDED_DONE = 1, ENDED_SKIPPED, ENDED_FAILED, ENDED_SHADOW, ENDED_DRY_RUN };
enum by { BY_NOBODY, BY_MODEL, BY_RULES };

static const enum outcome_status statuses[] = {[ENDED_DONE] = OUTCOME_SUCCESS,
                                               [ENDED_SKIPPED] = OUTCOME_SKIPPED,
                                               [ENDED_FAILED] = OUTCOME_ERROR,
                                               [ENDED_SHADOW] = OUTCOME_SHADOW,
                                               [ENDED_DRY_RUN] = OUTCOME_DRY_RUN};

int64_t class_pack(const struct listed *listed)
{
	int64_t ended = ENDED_DONE;

	while (statuses[ended] != listed->status)
		ended++;
	if (!listed->decided)
		return ended << 11;
	return ended << 11 | ((int64_t)listed->root_cause + 1) << 8 |
	       ((int64_t)listed->urgency + 1) << 5 | ((int64_t)listed->sentiment + 1) << 2 |
	       (listed->by_rules ? BY_RULES : BY_MODEL);
}

/* A decision of another version may lack a label; then none is told. */
bool class_read(int64_t class, struct listed *ret)
{
	int64_t ended = class >> 11, cause = class >> 8 & 7, urgency = class >> 5 & 7,
	        sentiment = class >> 2 & 7, by = class & 3;

	memset(ret, 0, sizeof(*ret));
	if (ended < ENDED_DONE || ended > ENDED_DRY_RUN || cause > CAUSE_COUNT ||
	    urgency > URGENCY_COUNT || sentiment > SENTIMENT_COUNT || by > BY_RULES)
		return false;
	ret->status = statuses[ended];
	if (cause == 0 || urgency == 0 || sentiment == 0 || by == BY_NOBODY)
		return true;
	ret->decided = true;
	ret->root_cause = (enum root_cause)(cause - 1);
	ret->urgency = (enum urgency)(urgency - 1);
	ret->sentiment = (enum sentiment)(sentiment - 1);
	ret->by_rules = by == BY_RULES;
	return true;
}

static bool is_one(int wanted, bool known, int value)
{
	return wanted == STORE_ANY || (known && wanted == value);
}

bool class_fits(int64_t class, const struct store_listed_filter *filter)
{
	struct listed listed;

	return class_read(class, &listed) && is_one(filter->status, true, (int)listed.status) &&
	       is_one(filter->root_cause, listed.decided, (int)listed.root_cause) &&
	       is_one(filter->urgency, listed.decided, (int)listed.urgency) &&
	       is_one(filter->sentiment, listed.decided, (int)listed.sentiment) &&
	       is_one(filter->by_rules, listed.decided, listed.by_rules);
}
