/* Metrics as text, in the exposition format 0.0.4 of Prometheus. The families, with their names,
 * types, labels and words, are one table: observe/metrics.def.
 *
 *     metrics_begin(&metrics, FAMILY_TICKETS);
 *     metrics_count(&metrics, done, METRICS_LABELS("done"));
 *     metrics_count(&metrics, failed, METRICS_LABELS("failed"));
 *
 * Each label set of a closed list is written from the start, with 0: a counter that appears with
 * its first event hides that event from increase(). No value of a label names a ticket or a person.
 * Nothing is allocated for a line. */
#ifndef OBSERVE_METRICS_H
#define OBSERVE_METRICS_H

#include "base/buf.h"
#include "base/clock.h"
#include "observe/histogram.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define METRICS_PREFIX "ai_ticketd_"

enum family {
#define FAMILY(name, type, text, labels, help) FAMILY_##name,
#include "observe/metrics.def"
	FAMILIES
};
enum family_type { FAMILY_COUNTER, FAMILY_GAUGE, FAMILY_HISTOGRAM };

struct family_row {
	enum family_type type;
	const char *name;   /* without the prefix */
	const char *labels; /* "a,b"; "" = none */
	const char *help;   /* one sentence */
};
const struct family_row *metrics_family(enum family family);

struct metrics {
	struct buf *out;
	enum family family; /* begun last */
};

/* The values of a family's labels, in their order; borrowed, and not more than there are labels. */
#define METRICS_LABELS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define METRICS_PLAIN ((const char *const[]){NULL})

/* Writes the two lines that begin a family. Each is begun once, with its samples behind it. */
void metrics_begin(struct metrics *metrics, enum family family);
void metrics_count(struct metrics *metrics, uint64_t value, const char *const *values);
void metrics_number(struct metrics *metrics, double value, const char *const *values);
/* The same of a family with one label. */
void metrics_count_of(struct metrics *metrics, uint64_t value, const char *label);
void metrics_number_of(struct metrics *metrics, double value, const char *label);
/* A whole family with one sample without labels. */
void metrics_sum(struct metrics *metrics, enum family family, uint64_t value);
void metrics_gauge(struct metrics *metrics, enum family family, double value);
/* A wall time, as seconds since 1970. */
void metrics_time(struct metrics *metrics, msec wall, const char *const *values);
void metrics_histogram(struct metrics *metrics, const struct histogram *histogram,
                       const char *const *values);

#endif
