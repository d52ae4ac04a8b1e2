/* Fills in a row of the list of decisions. Texts are cut at a whole character. */
#include "ticket/listed.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

#define NANO 1e9

void listed_init(struct listed *listed, enum outcome_status status, msec processing_ms)
{
	memset(listed, 0, sizeof(*listed));
	listed->status = status;
	listed->processing_ms = processing_ms > 0 ? processing_ms : 0;
	listed->confidence = -1;
	listed->cost_nano = -1;
}

static void take_confidence(struct listed *listed, bool known, double confidence)
{
	int32_t here = (int32_t)lround(confidence * LISTED_SURE);

	if (!known || !(confidence >= 0 && confidence <= 1))
		return;
	if (listed->confidence < 0 || here < listed->confidence)
		listed->confidence = here;
}

void listed_set_analysis(struct listed *listed, const struct analysis *analysis)
{
	const struct confidence *sure = &analysis->confidence;
	struct str model = utf8_cut(analysis->model, LISTED_MODEL_SIZE - 1);

	listed->decided = true;
	listed->root_cause = analysis->root_cause;
	listed->urgency = analysis->urgency;
	listed->sentiment = analysis->sentiment;
	listed->by_rules = analysis->by_rules;
	take_confidence(listed, sure->root_cause_known, sure->root_cause);
	take_confidence(listed, sure->urgency_known, sure->urgency);
	take_confidence(listed, sure->sentiment_known, sure->sentiment);
	snprintf(listed->model, sizeof(listed->model), STR_FMT, STR_ARG(model));
}

void listed_set_cost(struct listed *listed, double cost)
{
	if (cost >= 0 && cost < (double)INT32_MAX)
		listed->cost_nano = llround(cost * NANO);
}

void listed_set_reason(struct listed *listed, struct str reason)
{
	reason = utf8_cut(reason, LISTED_REASON_SIZE - 1);
	snprintf(listed->reason, sizeof(listed->reason), STR_FMT, STR_ARG(reason));
}
