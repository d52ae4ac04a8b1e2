/* Histograms: how many values were at most so large, for a closed list of bounds. A histogram is a
 * few hundred bytes and is never reset. */
#ifndef OBSERVE_HISTOGRAM_H
#define OBSERVE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_BOUNDS_MAX 19

/* Upper bounds, ascending. */
struct histogram_bounds {
	size_t count;
	double at[HISTOGRAM_BOUNDS_MAX];
};
/* Seconds. 10 and 15 are bounds of the first, so that the shares behind the promises about them
 * are exact; 60 and 90 are the first two time-outs of a model. */
extern const struct histogram_bounds HISTOGRAM_REQUEST; /* 0.1 … 120 */
extern const struct histogram_bounds HISTOGRAM_WAIT;    /* 0.1 … a day */
extern const struct histogram_bounds HISTOGRAM_STORE;   /* 0.0005 … 5 */
extern const struct histogram_bounds HISTOGRAM_LAG;     /* 0.001 … 2.5 */
/* Records of a transaction. */
extern const struct histogram_bounds HISTOGRAM_COMMIT; /* 1 … 4096 */
/* Shares, 0 … 1. */
extern const struct histogram_bounds HISTOGRAM_CONFIDENCE; /* 0.5 … 0.99 */

struct histogram {
	const struct histogram_bounds *bounds;
	/* by the first bound that is not smaller; the last one counts all that is larger */
	uint64_t in[HISTOGRAM_BOUNDS_MAX + 1];
	double sum;
};

void histogram_init(struct histogram *histogram, const struct histogram_bounds *bounds);
/* NaN is ignored; what is negative counts as 0. */
void histogram_add(struct histogram *histogram, double value);
/* How many values were at most the bound of this index; of index bounds->count: all. */
uint64_t histogram_upto(const struct histogram *histogram, size_t index);

#endif
