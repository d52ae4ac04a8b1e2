/* Counts values by bounds. */
#include "observe/histogram.h"

const struct histogram_bounds HISTOGRAM_REQUEST = {
        19, {0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120}};
const struct histogram_bounds HISTOGRAM_WAIT = {
        15, {0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 1800, 3600, 14400, 43200, 86400}};
const struct histogram_bounds HISTOGRAM_STORE = {
        12, {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5}};
const struct histogram_bounds HISTOGRAM_COMMIT = {10, {1, 2, 3, 5, 10, 20, 40, 64, 256, 4096}};
const struct histogram_bounds HISTOGRAM_LAG = {
        11, {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5}};
const struct histogram_bounds HISTOGRAM_CONFIDENCE = {7, {0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99}};

void histogram_init(struct histogram *histogram, const struct histogram_bounds *bounds)
{
	*histogram = (struct histogram){.bounds = bounds};
}

void histogram_add(struct histogram *histogram, double value)
{
	size_t index = 0;

	if (value != value)
		return;
	if (value < 0)
		value = 0;
	while (index < histogram->bounds->count && value > histogram->bounds->at[index])
		index++;
	histogram->in[index]++;
	histogram->sum += value;
}

uint64_t histogram_upto(const struct histogram *histogram, size_t index)
{
	uint64_t count = 0;

	for (size_t i = 0; i <= index; i++)
		count += histogram->in[i];
	return count;
}
