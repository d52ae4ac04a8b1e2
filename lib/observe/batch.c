/* Counts the outcomes of a batch. */
#include "observe/report.h"

void batch_start(struct batch *batch, msec wall, msec mono)
{
	*batch = (struct batch){.started_wall = wall, .started_mono = mono, .ended_mono = mono};
}

void batch_count(struct batch *batch, const struct outcome *outcome)
{
	batch->total++;
	if (outcome->analysis && outcome->analysis->fallback)
		batch->fallback++;
	switch (outcome->status) {
	case OUTCOME_SUCCESS:
	case OUTCOME_DRY_RUN:
	case OUTCOME_SHADOW:
		batch->processed++;
		batch->shadow += outcome->status == OUTCOME_SHADOW;
		batch->processing_ms += outcome->processing_ms;
		break;
	case OUTCOME_ERROR: batch->failed++; break;
	case OUTCOME_SKIPPED: batch->skipped++; break;
	}
}

msec batch_average(const struct batch *batch)
{
	return batch->processed ? batch->processing_ms / (msec)batch->processed : 0;
}

msec batch_duration(const struct batch *batch)
{
	return batch->ended_mono > batch->started_mono ? batch->ended_mono - batch->started_mono
	                                               : 0;
}
